"""Grading in the background: asked for by calls and clicks, queued at most once, never lost or mixed up."""

import uuid
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from unittest.mock import patch

import pytest
from django.db import transaction
from django.utils import timezone
from kombu.exceptions import OperationalError
from pytest_django import Settings

from labs import jobs, tasks, turns
from labs.actions import ask_for_grading, reset_session
from labs.listeners import environments_called
from labs.models import Grading, LabSession
from sandbox.clients import client
from sandbox.models import Event
from tests.builders import first_lesson, make_session

# Messages are sent when a transaction is committed, so these tests commit.
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def sent() -> Iterator[list[uuid.UUID]]:
    """Sessions whose grading was sent to the broker, which is pretended."""
    ids: list[uuid.UUID] = []
    with patch.object(tasks.grade_session, "delay", lambda session_id: ids.append(uuid.UUID(session_id))):
        yield ids


def state_of(session: LabSession) -> tuple[str, int]:
    session.refresh_from_db()
    return session.grading, session.grading_asked


def results_of(session: LabSession) -> dict[str, tuple[str, str]]:
    return {result.task: (result.outcome, result.wrong) for result in session.results.all()}


def test_an_untouched_lab_earns_nothing_and_says_why(sent: list[uuid.UUID]) -> None:
    session = make_session()
    ask_for_grading(session_ids=[session.pk])
    assert jobs.grade_session(session.pk) == []
    assert results_of(session) == {
        "identify": ("not-yet", "absent"),
        "storage": ("not-yet", "no-bucket"),
        "compute": ("not-yet", "absent"),
        "function": ("not-yet", "absent"),
        "users": ("not-yet", "absent"),
    }
    assert state_of(session) == (Grading.IDLE, 1)


def test_what_setup_calls_is_not_the_learners(sent: list[uuid.UUID], settings: Settings) -> None:
    settings.SANDBOX_RECORD_IN_BACKGROUND = False
    session = make_session()
    assert session.environment is not None
    account = session.environment.accounts.get()
    client(account, "iam", region="us-east-1").list_users()
    assert Event.objects.filter(event_name="ListUsers").exists()
    ask_for_grading(session_ids=[session.pk])
    jobs.grade_session(session.pk)
    assert results_of(session)["users"] == ("not-yet", "absent")


def test_a_done_task_stays_done_and_the_last_one_finishes(sent: list[uuid.UUID]) -> None:
    session = make_session()
    for task in first_lesson().lab.tasks:
        session.results.create(task=task.id, outcome="done")
    ask_for_grading(session_ids=[session.pk])
    jobs.grade_session(session.pk)
    session.refresh_from_db()
    assert session.finished_at is not None
    environments_called({session.environment_id} - {None})  # type: ignore[arg-type]  # it has one
    assert state_of(session)[1] == 1


def test_calls_queue_the_grading_of_the_sessions_that_were_called(sent: list[uuid.UUID]) -> None:
    called, other = make_session(), make_session()
    assert called.environment_id is not None
    environments_called({called.environment_id, uuid.uuid4()})
    assert sent == [called.pk]
    assert state_of(called) == (Grading.QUEUED, 1)
    assert state_of(other) == (Grading.IDLE, 0)


def test_many_calls_queue_one_grading(sent: list[uuid.UUID]) -> None:
    session = make_session()
    for _ in range(5):
        ask_for_grading(session_ids=[session.pk])
    assert sent == [session.pk]
    assert state_of(session) == (Grading.QUEUED, 5)


def test_calls_during_a_grading_queue_the_next(sent: list[uuid.UUID]) -> None:
    session = make_session()
    ask_for_grading(session_ids=[session.pk])
    turn = turns.take(session.pk)
    assert turn is not None
    ask_for_grading(session_ids=[session.pk])
    ask_for_grading(session_ids=[session.pk])
    assert sent == [session.pk]
    assert turns.end(turn) == [session.pk]
    assert state_of(session) == (Grading.QUEUED, 3)
    tasks.grade_session(str(session.pk))
    assert state_of(session) == (Grading.IDLE, 3)


def test_the_same_message_twice_grades_once(sent: list[uuid.UUID]) -> None:
    session = make_session()
    ask_for_grading(session_ids=[session.pk])
    assert turns.take(session.pk) is not None
    assert turns.take(session.pk) is None


def test_a_worker_that_died_is_made_good(sent: list[uuid.UUID]) -> None:
    session = make_session()
    ask_for_grading(session_ids=[session.pk])
    dead = turns.take(session.pk)
    assert dead is not None
    tasks.requeue_stale()
    assert sent == [session.pk]
    LabSession.objects.update(grading_since=timezone.now() - turns.LOST_AFTER - timedelta(seconds=1))
    tasks.requeue_stale()
    assert sent == [session.pk, session.pk]
    jobs.grade_session(session.pk)
    assert state_of(session) == (Grading.IDLE, 1)
    with transaction.atomic():
        assert not turns.is_still_ours(dead)


def test_a_late_worker_does_not_touch_the_run_that_replaced_it(sent: list[uuid.UUID]) -> None:
    session = make_session()
    ask_for_grading(session_ids=[session.pk])
    late = turns.take(session.pk)
    LabSession.objects.update(grading=Grading.QUEUED)
    assert turns.take(session.pk) is not None
    assert late is not None
    assert turns.end(late) == []
    assert state_of(session)[0] == Grading.RUNNING


def test_results_of_a_lab_that_was_reset_meanwhile_are_dropped(
    sent: list[uuid.UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    session = make_session()
    ask_for_grading(session_ids=[session.pk])
    look = jobs._look

    def look_and_lose(turn: turns.Turn) -> jobs.Graded:
        graded = look(turn)
        reset_session(session=LabSession.objects.get(pk=session.pk), lesson=first_lesson())
        return graded

    monkeypatch.setattr(jobs, "_look", look_and_lose)
    assert jobs.grade_session(session.pk) == []
    assert results_of(session) == {}
    assert state_of(session)[0] == Grading.IDLE


def test_a_fault_of_ours_is_kept_apart_from_the_results(
    sent: list[uuid.UUID], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    session = make_session()
    session.results.create(task="identify", outcome="done")

    def break_down(*_: Any) -> None:
        raise RuntimeError("the emulator broke")

    monkeypatch.setattr(jobs, "observe", break_down)
    ask_for_grading(session_ids=[session.pk])
    jobs.grade_session(session.pk)
    session.refresh_from_db()
    assert (session.grading, session.grading_fault) == (Grading.IDLE, True)
    assert results_of(session) == {"identify": ("done", "")}
    assert "the emulator broke" in caplog.text
    monkeypatch.undo()
    ask_for_grading(session_ids=[session.pk])
    jobs.grade_session(session.pk)
    session.refresh_from_db()
    assert not session.grading_fault
    assert results_of(session)["storage"] == ("not-yet", "no-bucket")


def test_a_broker_that_is_away_is_told_and_nothing_raised(caplog: pytest.LogCaptureFixture) -> None:
    session = make_session()
    with patch.object(tasks.grade_session, "delay", side_effect=OperationalError("refused")):
        ask_for_grading(session_ids=[session.pk])
    session.refresh_from_db()
    assert (session.grading, session.grading_fault) == (Grading.IDLE, True)
    assert "could not be sent" in caplog.text


def test_a_session_without_environment_is_left_alone(sent: list[uuid.UUID]) -> None:
    session = make_session(environment=None)
    ask_for_grading(session_ids=[session.pk])
    LabSession.objects.update(grading=Grading.QUEUED, grading_since=timezone.now() - timedelta(hours=1))
    tasks.requeue_stale()
    assert sent == []
    assert jobs.grade_session(session.pk) == []


def test_tasks_have_the_names_that_beat_uses() -> None:
    assert tasks.grade_session.name == "labs.tasks.grade_session"
    assert tasks.requeue_stale.name == "labs.tasks.requeue_stale"
