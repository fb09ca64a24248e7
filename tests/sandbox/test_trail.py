"""Events are written once, soon, and whatever happens to the listeners."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import OperationalError

from sandbox import trail
from sandbox.environments import create_environment, delete_environment
from sandbox.models import Event, Interface
from sandbox.principals import Principal

PRINCIPAL = Principal("IAMUser", "arn:aws:iam::111122223333:user/learner", "111122223333", "AIDA1", "learner", "AKIA1")
heard: list[set[UUID]] = []


def listen(environment_ids: set[UUID]) -> None:
    heard.append(environment_ids)


def fail(environment_ids: set[UUID]) -> None:
    raise RuntimeError("a listener fails")


def make_told(**given: Any) -> trail.Told:
    values: dict[str, Any] = {
        "service": "sqs",
        "operation": "ListQueues",
        "region": "eu-central-1",
        "event_source": "sqs.amazonaws.com",
        "principal": PRINCIPAL,
        "parameters": {},
        "user_agent": "aws-cli/2",
        "source_ip": "10.0.0.7",
        "request_id": "r",
    }
    return trail.Told(**{**values, **given})


@pytest.mark.parametrize(
    ("agent", "interface"),
    [
        ("aws-cli/1.46.3 md/awscrt", Interface.CLI),
        ("Boto3/1.43.62 md/Botocore#1.43.62", Interface.SDK),
        ("aws-sdk-js/3.1", Interface.SDK),
        ("console.amazonaws.com", Interface.CONSOLE),
        ("curl/8", Interface.OTHER),
        ("", Interface.OTHER),
        (trail.SETUP_USER_AGENT, Interface.OTHER),
    ],
)
def test_the_interface_is_told_by_the_agent(agent: str, interface: Interface) -> None:
    assert trail.interface_of(agent) is interface


def test_times_are_as_cloudtrail_writes_them() -> None:
    event = trail.event_of(uuid4(), make_told(), now=datetime(2026, 1, 2, 3, 4, 5, 678, UTC))
    assert '"eventTime":"2026-01-02T03:04:05Z"' in event.record
    assert '"readOnly":true' in event.record


def test_bulk_is_left_out_of_the_record() -> None:
    event = trail.event_of(uuid4(), make_told(parameters={"Tags": ["x" * 20_000]}))
    assert "xxx" not in event.record
    assert "too long for the record" in event.record


@pytest.mark.django_db
def test_waiting_events_are_written_and_listeners_told(settings: Any) -> None:
    settings.SANDBOX_LISTENERS = [f"{__name__}.fail", f"{__name__}.listen"]
    heard.clear()
    environment = create_environment()
    recorder = trail.Recorder()
    recorder.add(trail.event_of(environment.pk, make_told()))
    recorder.flush()
    assert Event.objects.filter(environment=environment).count() == 1
    assert heard == [{environment.pk}]


@pytest.mark.django_db
def test_an_event_of_an_environment_deleted_meanwhile_harms_no_other() -> None:
    gone, kept = create_environment(), create_environment()
    delete_environment(gone.pk)
    recorder = trail.Recorder()
    recorder._events = [trail.event_of(gone.pk, make_told()), trail.event_of(kept.pk, make_told())]
    recorder.flush()
    assert [event.environment_id for event in Event.objects.all()] == [kept.pk]


@pytest.mark.django_db
def test_events_wait_while_the_database_refuses(monkeypatch: pytest.MonkeyPatch) -> None:
    environment = create_environment()
    recorder = trail.Recorder()
    with monkeypatch.context() as patched:
        patched.setattr("sandbox.store.add_events", _refuse)
        patched.setattr("sandbox.trail.connection.close", lambda: None)
        recorder.add(trail.event_of(environment.pk, make_told()))
        recorder.flush()
    assert Event.objects.count() == 0
    recorder.flush()
    assert Event.objects.count() == 1


def _refuse(events: object) -> None:
    raise OperationalError("locked")
