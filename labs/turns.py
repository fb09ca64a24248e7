"""Whose turn it is to grade a session: at most one grading is queued or running for each, and none is lost.

Every request raises the session's `grading_asked`. A grading notes the count that it began with; if the
count has gone up when it ends, it is queued again, so the last call is always graded. These functions only
keep the books: what they return as queued still has to be sent to the broker.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.db.models import F, Q, QuerySet
from django.utils import timezone

from labs.models import Grading, LabSession

# A grading that has not begun, or not ended, after this time was lost with its worker.
LOST_AFTER = timedelta(seconds=20)


@dataclass(frozen=True, slots=True)
class Turn:
    """A grading's right to store its results: lost when the session was reset or given to another run."""

    session_id: UUID
    run: UUID
    asked: int
    environment_id: UUID


def ask(session_ids: Iterable[UUID]) -> list[UUID]:
    """Ask for the grading of open, unfinished sessions; returns those that were not queued before."""
    sessions = LabSession.objects.filter(pk__in=list(session_ids), closed_at=None, finished_at=None)
    sessions = sessions.filter(environment__isnull=False)
    sessions.update(grading_asked=F("grading_asked") + 1)
    idle = sessions.filter(grading=Grading.IDLE).values_list("pk", flat=True)
    return [pk for pk in idle if _queue(LabSession.objects.filter(pk=pk, grading=Grading.IDLE))]


def queue_lost(*, now: datetime) -> list[UUID]:
    """Queue gradings again whose message or worker was lost; returns their sessions."""
    lost = LabSession.objects.filter(
        ~Q(grading=Grading.IDLE), grading_since__lt=now - LOST_AFTER, environment__isnull=False
    )
    return [
        pk
        for pk, since in lost.values_list("pk", "grading_since")
        if _queue(LabSession.objects.filter(pk=pk, grading_since=since))
    ]


def take(session_id: UUID) -> Turn | None:
    """Begin a queued grading; None when there is nothing to do, or another worker has it."""
    run = uuid4()
    queued = LabSession.objects.filter(pk=session_id, grading=Grading.QUEUED, environment__isnull=False)
    if not queued.update(grading=Grading.RUNNING, grading_since=timezone.now(), grading_run=run):
        return None
    columns = LabSession.objects.values_list("grading_asked", "environment_id")
    asked, environment_id = columns.get(pk=session_id)
    return Turn(session_id, run, asked, environment_id) if environment_id else None


def is_still_ours(turn: Turn) -> bool:
    """Lock the session in the transaction that stores results; tell whether the turn is still good."""
    return (
        LabSession.objects.select_for_update()
        .filter(pk=turn.session_id, grading_run=turn.run, environment_id=turn.environment_id)
        .exists()
    )


def end(turn: Turn, *, fault: bool = False) -> list[UUID]:
    """End a grading; returns its session if it is queued again, because it was asked for meanwhile.

    `fault`: the grading failed, and it was us who failed.
    """
    ours = LabSession.objects.filter(pk=turn.session_id, grading_run=turn.run)
    unasked = ours.filter(grading_asked=turn.asked)
    if unasked.update(grading=Grading.IDLE, grading_run=None, grading_fault=fault):
        return []
    return [turn.session_id] if _queue(ours) else []


def give_back(session_id: UUID) -> None:
    """Note that a queued grading could not be sent, so that the page can say so and offer to try again."""
    queued = LabSession.objects.filter(pk=session_id, grading=Grading.QUEUED)
    queued.update(grading=Grading.IDLE, grading_fault=True)


def _queue(sessions: QuerySet[LabSession]) -> int:
    return sessions.update(grading=Grading.QUEUED, grading_since=timezone.now(), grading_run=None, grading_fault=False)
