"""Celery's view of the jobs."""

from uuid import UUID

from celery import shared_task

from labs import jobs


@shared_task(name="labs.tasks.grade_session")  # type: ignore[untyped-decorator]  # celery has no types
def grade_session(session_id: str) -> None:
    """Grade a lab session."""
    jobs.grade_session(UUID(session_id))


@shared_task(name="labs.tasks.requeue_stale")  # type: ignore[untyped-decorator]  # celery has no types
def requeue_stale() -> None:
    """Queue lost gradings again."""
    jobs.requeue_stale()
