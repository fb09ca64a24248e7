"""Home and lesson pages."""

from dataclasses import dataclass
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from labs.actions import create_guest, start_session
from labs.catalogue import catalogue
from labs.content import CurriculumEntry, Lesson
from labs.panel import panel_context, part_of
from labs.queries import Progress, progress_of, sessions_of
from labs.requests import learner_of
from labs.setting_up import SetupFailed
from labs.signing_in import sign_in


@dataclass(frozen=True, slots=True)
class Row:
    """A lesson on the home page."""

    entry: CurriculumEntry
    progress: Progress | None

    @property
    def dots(self) -> list[bool]:
        """One for each task, true when it is done."""
        if self.progress is None:
            return []
        return [number < self.progress.done for number in range(self.progress.total)]

    @property
    def finished(self) -> bool:
        """All tasks are done."""
        return self.progress is not None and self.progress.done == self.progress.total


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show the curriculum, and where to go on."""
    content = catalogue()
    progress = progress_of(learner_of(request), content)
    parts = [(part, [_row(entry, progress) for entry in part.entries]) for part in content.parts]
    rows = [row for _, rows in parts for row in rows]
    return render(
        request,
        "home.html",
        {
            "parts": parts,
            "go_on": _where_to_go_on(rows),
            "first": next((row for row in rows if row.entry.lesson), None),
            "started": any(row.progress and row.progress.session for row in rows),
        },
    )


def _row(entry: CurriculumEntry, progress: dict[UUID, Progress]) -> Row:
    return Row(entry, progress.get(entry.lesson.uuid) if entry.lesson else None)


def _where_to_go_on(rows: list[Row]) -> Row | None:
    """The unfinished lab that was started last."""
    begun = [(row.progress.session.started_at, row) for row in rows if row.progress and row.progress.session]
    unfinished = [(since, row) for since, row in begun if not row.finished]
    return max(unfinished, key=lambda pair: pair[0])[1] if unfinished else None


@require_safe
def lesson(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a lesson, and the bench when its lab was started."""
    found = _lesson_or_404(slug)
    learner = learner_of(request)
    session = sessions_of(learner).filter(lesson=found.uuid).first() if learner else None
    context = {"part": part_of(found), "next": _next(found), **panel_context(found, session)}
    return render(request, "lesson.html", context)


@require_POST
def start(request: HttpRequest, slug: str) -> HttpResponse:
    """Start a lesson's lab; who is not known yet becomes a guest by this one click."""
    found = _lesson_or_404(slug)
    learner = learner_of(request)
    if learner is None:
        learner = create_guest()
        sign_in(request, learner)
    try:
        start_session(learner=learner, lesson=found)
    except SetupFailed:
        return render(request, "setup_failed.html", {"lesson": found}, status=503)
    return redirect("lesson", slug=slug)


def _lesson_or_404(slug: str) -> Lesson:
    found = catalogue().by_slug(slug)
    if found is None:
        raise Http404("no such lesson")
    return found


def _next(lesson: Lesson) -> CurriculumEntry | None:
    entries = [entry for each in catalogue().parts for entry in each.entries]
    return next((entry for entry in entries if entry.number == lesson.number + 1), None)
