"""Celery's view of the jobs."""

import logging
from collections.abc import Iterable
from uuid import UUID

from celery import shared_task
from kombu.exceptions import OperationalError

from labs import jobs, turns

log = logging.getLogger(__name__)


@shared_task(name="labs.tasks.grade_session")  # type: ignore[untyped-decorator]  # celery has no types
def grade_session(session_id: str) -> None:
    """Grade a lab session."""
    send_gradings(jobs.grade_session(UUID(session_id)))


@shared_task(name="labs.tasks.requeue_stale")  # type: ignore[untyped-decorator]  # celery has no types
def requeue_stale() -> None:
    """Queue lost gradings again."""
    send_gradings(jobs.queue_lost_gradings())


def send_gradings(session_ids: Iterable[UUID]) -> None:
    """Hand queued gradings to the workers; when the broker is away, that is noted for the page."""
    for session_id in session_ids:
        try:
            grade_session.delay(str(session_id))
        except OperationalError:
            log.exception("the grading of session %s could not be sent", session_id)
            turns.give_back(session_id)
