"""What the workers do; every job takes ids and may run twice."""

import logging
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from labs import turns
from labs.catalogue import catalogue
from labs.content import Lesson
from labs.grading import Result, events_needed, grade
from labs.models import LabSession, TaskResult
from labs.queries import learners_events
from labs.turns import Turn
from sandbox.models import Environment, Event
from sandbox.observation import observe

log = logging.getLogger(__name__)


class LessonGone(LookupError):
    """The content no longer has the session's lesson."""


@dataclass(frozen=True, slots=True)
class Graded:
    """Results, and up to which event and version of the environment they hold."""

    results: list[Result]
    event: int
    version: int


def grade_session(session_id: UUID) -> list[UUID]:
    """Grade a queued session and store what is found; when looking fails, that is told as a fault of ours.

    Returns the sessions whose grading is queued again.
    """
    turn = turns.take(session_id)
    if turn is None:
        return []
    try:
        graded = _look(turn)
    except Exception:
        log.exception("session %s could not be graded", session_id)
        return turns.end(turn, fault=True)
    with transaction.atomic():
        if turns.is_still_ours(turn):
            _store(turn, graded)
            return turns.end(turn)
    return []


def queue_lost_gradings() -> list[UUID]:
    """Queue the gradings again that a dead worker or a lost message left behind; returns their sessions."""
    return turns.queue_lost(now=timezone.now())


def _look(turn: Turn) -> Graded:
    session = LabSession.objects.get(pk=turn.session_id)
    lesson = catalogue().by_uuid(session.lesson)
    if lesson is None:
        raise LessonGone(session.lesson)
    # Read before looking: what comes later asks for a grading of its own.
    version = Environment.objects.values_list("version", flat=True).get(pk=turn.environment_id)
    newest = Event.objects.filter(environment_id=turn.environment_id).order_by("-pk").values_list("pk", flat=True)
    return Graded(_judge(session, lesson, turn.environment_id), newest.first() or 0, version)


def _judge(session: LabSession, lesson: Lesson, environment_id: UUID) -> list[Result]:
    done = frozenset(session.results.filter(outcome=TaskResult.Outcome.DONE).values_list("task", flat=True))
    events = list(learners_events(environment_id)) if events_needed(lesson.lab) else []
    with observe(environment_id) as observed:
        return grade(lesson.lab, session.names, observed, events, but_not=done)


def _store(turn: Turn, graded: Graded) -> None:
    for result in graded.results:
        TaskResult.objects.update_or_create(
            session_id=turn.session_id,
            task=result.task,
            defaults={
                "outcome": _outcome(result),
                "wrong": result.wrong,
                "reason": result.reason,
                "graded_at": timezone.now(),
            },
        )
    finished = all(result.done for result in graded.results)
    LabSession.objects.filter(pk=turn.session_id).update(
        graded_event=graded.event,
        graded_version=graded.version,
        **({"finished_at": timezone.now()} if finished else {}),
    )


def _outcome(result: Result) -> TaskResult.Outcome:
    if result.fault:
        return TaskResult.Outcome.FAULT
    return TaskResult.Outcome.DONE if result.done else TaskResult.Outcome.NOT_YET
