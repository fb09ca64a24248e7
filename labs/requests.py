"""Who asks, and whether a part of the page or all of it is wanted."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec
from uuid import UUID

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django_htmx.http import HttpResponseClientRedirect
from django_htmx.middleware import HtmxDetails

from labs.models import LabSession, Learner

P = ParamSpec("P")


def learner_of(request: HttpRequest) -> Learner | None:
    """The learner who asks, guest or not; None for a stranger."""
    return request.user if isinstance(request.user, Learner) else None


def wants_fragment(request: HttpRequest) -> bool:
    """Tell whether htmx asks for a part of the page."""
    details = getattr(request, "htmx", None)
    return isinstance(details, HtmxDetails) and bool(details) and not details.history_restore_request


def owner_only(
    view: Callable[Concatenate[HttpRequest, LabSession, P], HttpResponse],
) -> Callable[..., HttpResponse]:
    """Hand the view its session: 404 for other learners, sign-in for those we do not know."""

    @wraps(view)
    def wrapped(request: HttpRequest, session_id: UUID, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        learner = learner_of(request)
        if learner is None:
            answer = redirect_to_login("/")
            return HttpResponseClientRedirect(answer.url) if wants_fragment(request) else answer
        session = get_object_or_404(LabSession, pk=session_id, learner=learner, closed_at=None)
        return view(request, session, *args, **kwargs)

    return wrapped
