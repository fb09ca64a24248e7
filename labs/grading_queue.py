"""Ask for a grading and keep account of it: at most one is queued or running per session, and none is lost.

Every request raises the session's `grading_asked`. A grading notes the count that it began with; if the
count has gone up when it ends, it is queued again, so the last call is always graded.
"""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID, uuid4

from celery import current_app
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from kombu.exceptions import OperationalError

from labs.models import Grading, LabSession

log = logging.getLogger(__name__)

TASK = "labs.tasks.grade_session"
# A grading that has not begun, or not ended, after this time was lost with its worker.
LOST_AFTER = timedelta(seconds=20)


@dataclass(frozen=True, slots=True)
class Turn:
    """A grading's right to store its results: lost when the session was reset or given to another run."""

    session_id: UUID
    run: UUID
    asked: int
    environment_id: UUID


def ask(session_ids: Iterable[UUID]) -> None:
    """Queue the grading of open, unfinished sessions, unless it is queued already."""
    open_sessions = LabSession.objects.filter(pk__in=list(session_ids), closed_at=None, finished_at=None)
    open_sessions = open_sessions.filter(environment__isnull=False)
    open_sessions.update(grading_asked=F("grading_asked") + 1)
    for pk in open_sessions.filter(grading=Grading.IDLE).values_list("pk", flat=True):
        _queue(LabSession.objects.filter(pk=pk, grading=Grading.IDLE), pk)


def ask_again_for_lost(*, now: datetime) -> int:
    """Queue gradings again whose message or worker was lost; returns how many."""
    lost = LabSession.objects.filter(
        ~Q(grading=Grading.IDLE), grading_since__lt=now - LOST_AFTER, environment__isnull=False
    )
    return sum(
        _queue(LabSession.objects.filter(pk=pk, grading_since=since), pk)
        for pk, since in lost.values_list("pk", "grading_since")
    )


def take_turn(session_id: UUID) -> Turn | None:
    """Begin a queued grading; None when there is nothing to do, or another worker has it."""
    run = uuid4()
    taken = LabSession.objects.filter(
        pk=session_id, grading=Grading.QUEUED, environment__isnull=False
    ).update(grading=Grading.RUNNING, grading_since=timezone.now(), grading_run=run)
    if not taken:
        return None
    asked, environment_id = LabSession.objects.values_list("grading_asked", "environment_id").get(
        pk=session_id
    )
    return Turn(session_id, run, asked, environment_id) if environment_id else None


def still_ours(turn: Turn) -> bool:
    """Lock the session in the transaction that stores results; tell whether the turn is still good."""
    return (
        LabSession.objects.select_for_update()
        .filter(pk=turn.session_id, grading_run=turn.run, environment_id=turn.environment_id)
        .exists()
    )


def end_turn(turn: Turn, *, fault: bool = False) -> None:
    """End a grading; queue the next at once if it was asked for meanwhile. `fault`: it was us who failed."""
    ours = LabSession.objects.filter(pk=turn.session_id, grading_run=turn.run)
    ended = ours.filter(grading_asked=turn.asked).update(
        grading=Grading.IDLE, grading_run=None, grading_fault=fault
    )
    if not ended:
        _queue(ours, turn.session_id)


def _queue(sessions: QuerySet[LabSession], session_id: UUID) -> int:
    """Mark one session as queued and send its message on commit; returns 1, or 0 if it is gone."""
    queued = sessions.update(
        grading=Grading.QUEUED, grading_since=timezone.now(), grading_run=None, grading_fault=False
    )
    if queued:
        transaction.on_commit(partial(_send, session_id))
    return queued


def _send(session_id: UUID) -> None:
    """Send the message; when the broker is away, say so on the page, and beat will try again."""
    try:
        current_app.send_task(TASK, args=[str(session_id)])
    except OperationalError:
        log.exception("the grading of session %s could not be queued", session_id)
        LabSession.objects.filter(pk=session_id, grading=Grading.QUEUED).update(
            grading=Grading.IDLE, grading_fault=True
        )
