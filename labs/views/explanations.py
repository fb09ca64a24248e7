"""Why a call was allowed or denied: for the learner whose lab it was made in."""

from uuid import UUID

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from labs.catalogue import catalogue
from labs.models import LabSession, Learner
from labs.queries import event_of
from labs.requests import learner_of
from sandbox.explanations import Explanation, explain, to_json


@require_safe
@never_cache
def explanation(request: HttpRequest, event_id: UUID) -> HttpResponse:
    """Show the tree from a call down to the statement that decided."""
    learner = learner_of(request)
    if learner is None:
        return redirect_to_login(request.get_full_path())
    session, told = _explained(learner, event_id)
    lesson = catalogue().by_uuid(session.lesson)
    return render(request, "explanation.html", {"told": told, "lesson": lesson})


@require_safe
@never_cache
def explanation_json(request: HttpRequest, event_id: UUID) -> HttpResponse:
    """Tell the same to programs."""
    learner = learner_of(request)
    if learner is None:
        return redirect_to_login(request.get_full_path())
    return JsonResponse(to_json(_explained(learner, event_id)[1]))


def _explained(learner: Learner, event_id: UUID) -> tuple[LabSession, Explanation]:
    found = event_of(learner, event_id)
    if found is None:
        raise Http404("no such call in a lab of this learner")
    session, event = found
    return session, explain(event)
