"""What a learner does: start and reset a lab, open a hint, ask for a check, become an account."""

import secrets
from collections.abc import Iterable
from functools import partial
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from labs import tasks, turns
from labs.content import Lesson, draw_names
from labs.models import Grading, HintTaken, LabSession, Learner, TaskResult
from labs.queries import HINT_LEVELS, hints_taken, sessions_of
from labs.setting_up import set_up
from sandbox.environments import delete_environment
from sandbox.models import Environment


class NoSuchHint(LookupError):
    """The task has no such hint, or an easier one comes first."""


def create_guest() -> Learner:
    """Make a learner who is known by the session cookie alone."""
    guest = Learner()
    guest.set_unusable_password()
    guest.save()
    return guest


def start_session(*, learner: Learner, lesson: Lesson) -> LabSession:
    """Return the learner's open session of a lesson, made now if there is none; raises SetupFailed."""
    if session := sessions_of(learner).filter(lesson=lesson.uuid).first():
        return session
    seed = secrets.token_hex(16)
    names = draw_names(lesson.lab.draw, seed)
    environment = set_up(lesson, names)
    try:
        with transaction.atomic():
            return LabSession.objects.create(
                learner=learner, lesson=lesson.uuid, seed=seed, names=names, environment=environment
            )
    except IntegrityError:
        # A second click came first.
        delete_environment(environment.pk)
        return sessions_of(learner).get(lesson=lesson.uuid)


def reset_session(*, session: LabSession, lesson: Lesson) -> None:
    """Give a session a new environment and take all ticks away; names and hints stay. Raises SetupFailed."""
    old = session.environment_id
    session.names = draw_names(lesson.lab.draw, session.seed)
    environment = set_up(lesson, session.names)
    with transaction.atomic():
        _begin_anew(session, environment)
        if old is not None:
            transaction.on_commit(partial(delete_environment, old))


def _begin_anew(session: LabSession, environment: Environment) -> None:
    session.results.all().delete()
    session.environment = environment
    session.finished_at = None
    session.grading = Grading.IDLE
    session.grading_run = None
    session.grading_fault = False
    session.graded_event = session.graded_version = -1
    session.save()


def take_hint(*, session: LabSession, task_id: str, level: int) -> None:
    """Open a hint, and remember that it was opened; raises NoSuchHint."""
    if not 1 <= level <= min(HINT_LEVELS, hints_taken(session, task_id) + 1):
        raise NoSuchHint(task_id, level)
    HintTaken.objects.get_or_create(session=session, task=task_id, level=level)


@transaction.atomic
def ask_for_grading(*, session_ids: Iterable[UUID]) -> None:
    """Queue the grading of open, unfinished sessions, each at most once."""
    queued = turns.ask(session_ids)
    transaction.on_commit(partial(tasks.send_gradings, queued))


@transaction.atomic
def claim(*, guest: Learner, email: str, password: str, display_name: str) -> None:
    """Make a guest an account that keeps all its work."""
    guest.email = email.lower()
    guest.display_name = display_name
    guest.set_password(password)
    guest.save()


@transaction.atomic
def take_over(*, guest: Learner, account: Learner) -> None:
    """Move a guest's sessions to an account; of two runs of a lesson the one with more done stays open."""
    for theirs in sessions_of(guest):
        own = sessions_of(account).filter(lesson=theirs.lesson).first()
        if own is not None:
            _close(min(own, theirs, key=_tasks_done))
    LabSession.objects.filter(learner=guest).update(learner=account)
    guest.delete()


def _tasks_done(session: LabSession) -> int:
    return session.results.filter(outcome=TaskResult.Outcome.DONE).count()


def _close(session: LabSession) -> None:
    environment_id: UUID | None = session.environment_id
    LabSession.objects.filter(pk=session.pk).update(closed_at=timezone.now())
    if environment_id is not None:
        transaction.on_commit(partial(delete_environment, environment_id))
