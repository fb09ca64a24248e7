"""A lab session: its tasks, checks, hints, reset, and what the terminal needs."""

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from labs.actions import NoSuchHint, ask_for_grading, reset_session, take_hint
from labs.catalogue import catalogue
from labs.content import Lesson
from labs.forms import HintForm, SeenForm
from labs.models import LabSession
from labs.panel import panel_context
from labs.requests import owner_only, wants_fragment
from labs.setting_up import SetupFailed
from labs.workbench import NotReady, workbench_of

PANEL = "lesson.html#tasks"


@require_safe
@never_cache
@owner_only
def workbench(request: HttpRequest, session: LabSession) -> HttpResponse:
    """Tell the terminal its runtime, gateway and credentials."""
    try:
        return JsonResponse(workbench_of(session, _lesson(session).lab.region))
    except NotReady as problem:
        return JsonResponse({"error": str(problem)}, status=503)


@require_safe
@never_cache
@owner_only
def tasks(request: HttpRequest, session: LabSession) -> HttpResponse:
    """Send the tasks panel, or nothing when the page shows it already."""
    form = SeenForm(request.GET)
    context = panel_context(_lesson(session), session)
    if form.is_valid() and form.cleaned_data["seen"] == context["token"]:
        return HttpResponse(status=204)
    return render(request, PANEL, context)


@require_POST
@owner_only
def check(request: HttpRequest, session: LabSession) -> HttpResponse:
    """Ask for a check."""
    ask_for_grading(session_ids=[session.pk])
    session.refresh_from_db()
    return _panel(request, session)


@require_POST
@owner_only
def hint(request: HttpRequest, session: LabSession, task_id: str) -> HttpResponse:
    """Open the next hint of a task."""
    lesson, form = _lesson(session), HintForm(request.POST)
    if lesson.lab.task(task_id) is None:
        raise Http404("no such task")
    if not form.is_valid():
        return _panel(request, session, status=422)
    level = form.cleaned_data["level"]
    try:
        take_hint(session=session, task_id=task_id, level=level)
    except NoSuchHint:
        return _panel(request, session, status=422)
    return _panel(request, session, opened=(task_id, level))


@require_POST
@owner_only
def reset(request: HttpRequest, session: LabSession) -> HttpResponse:
    """Give the lab a new environment; the whole page follows, since the terminal needs new credentials."""
    lesson = _lesson(session)
    try:
        reset_session(session=session, lesson=lesson)
    except SetupFailed:
        return render(request, "setup_failed.html", {"lesson": lesson}, status=503)
    return redirect("lesson", slug=lesson.slug)


def _panel(
    request: HttpRequest, session: LabSession, *, opened: tuple[str, int] | None = None, status: int = 200
) -> HttpResponse:
    """The panel for htmx; for everyone else the page that has it."""
    lesson = _lesson(session)
    if wants_fragment(request):
        return render(request, PANEL, panel_context(lesson, session, opened=opened), status=status)
    return redirect(f"{reverse('lesson', args=[lesson.slug])}#{'task-' + opened[0] if opened else 'tasks'}")


def _lesson(session: LabSession) -> Lesson:
    found = catalogue().by_uuid(session.lesson)
    if found is None:
        raise Http404("the lesson of this session is gone")
    return found
