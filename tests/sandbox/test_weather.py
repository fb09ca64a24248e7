"""Faults that are turned on strike the calls that they are for, in AWS's words, and no others."""

import random
from datetime import timedelta
from typing import Any

import pytest
from botocore import xform_name

from sandbox import store, weather, worlds
from sandbox.emulator import World
from sandbox.weather import BadWeather, Fault, Kind
from tests.sandbox.actors import refused
from tests.sandbox.conftest import Caller


def _change(caller: Caller, act: Any, *args: Any) -> None:
    """Change the environment's weather and store it, as a lab does."""
    environment_id = caller.account.environment_id
    with worlds.lock:
        world = worlds.opened(environment_id)
        with world.entered():
            act(world, *args)
            store.commit(world, environment_id, world.changes(), [])


@pytest.mark.parametrize(
    ("service", "operation", "parameters", "expected"),
    [
        ("s3", "ListBuckets", {}, ("SlowDown", 503, "Please reduce your request rate.")),
        ("ec2", "DescribeVpcs", {}, ("RequestLimitExceeded", 503, "Request limit exceeded.")),
        ("lambda", "ListFunctions", {}, ("TooManyRequestsException", 429, "Rate Exceeded.")),
        ("iam", "ListUsers", {}, ("Throttling", 400, "Rate exceeded")),
        ("kms", "ListKeys", {}, ("ThrottlingException", 400, "Rate exceeded")),
        ("dynamodb", "ListTables", {}, ("ProvisionedThroughputExceededException", 400, None)),
    ],
)
def test_throttling_is_said_as_the_service_says_it(
    caller: Caller, service: str, operation: str, parameters: Any, expected: Any
) -> None:
    _change(caller, weather.set_fault, Fault(Kind.THROTTLE, service, operation, times=1))
    client = caller.client(service)
    call = getattr(client, xform_name(operation))
    code, status, message = refused(call, **parameters)
    assert (code, status) == expected[:2]
    assert message == expected[2] or expected[2] is None
    call(**parameters)


def test_a_fault_strikes_as_often_as_it_says(caller: Caller) -> None:
    _change(caller, weather.set_fault, Fault(Kind.ERROR, "sqs", "CreateQueue", times=2, status=503))
    sqs = caller.client("sqs")
    assert sqs.list_queues()["ResponseMetadata"]["HTTPStatusCode"] == 200
    for _ in range(2):
        worlds.drop(caller.account.environment_id)
        assert refused(sqs.create_queue, QueueName="q")[:2] == ("ServiceUnavailable", 503)
    sqs.create_queue(QueueName="q")
    assert caller.events()[-2].error_code == "ServiceUnavailable"
    assert weather.faults(worlds.opened(caller.account.environment_id)) == []


def test_a_rate_strikes_about_as_many() -> None:
    world, call = World("e", frozenset(), None, b"k" * 32), _call("sqs", "SendMessage")  # type: ignore[arg-type]
    weather.set_fault(world, Fault(Kind.THROTTLE, "sqs", rate=0.25))
    chance = random.Random(7)
    struck = sum(weather.strike(world, call, chance) is not None for _ in range(1000))
    assert 200 < struck < 300
    assert weather.strike(world, _call("sns", "Publish"), chance) is None


def _call(service: str, operation: str) -> Any:
    from types import SimpleNamespace

    return SimpleNamespace(service=service, operation_name=operation, protocol="json")


def test_latency_asks_the_server_to_hold_the_answer_back(caller: Caller) -> None:
    _change(caller, weather.set_fault, Fault(Kind.LATENCY, "sts", seconds=1.5, times=1))
    answer = caller.client("sts").get_caller_identity()
    assert answer["ResponseMetadata"]["HTTPHeaders"]["x-entrypoint-delay"] == "1.500"


def test_a_clock_that_is_off_refuses_good_signatures(caller: Caller) -> None:
    _change(caller, weather.set_skew, timedelta(minutes=20))
    code, status, message = refused(caller.client("sts").get_caller_identity)
    assert (code, status) == ("SignatureDoesNotMatch", 403)
    assert message.startswith("Signature expired")
    _change(caller, weather.clear)
    caller.client("sts").get_caller_identity()


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (Fault(Kind.THROTTLE, times=0), "times"),
        (Fault(Kind.THROTTLE, rate=0), "rate"),
        (Fault(Kind.THROTTLE, rate=1.1), "rate"),
        (Fault(Kind.LATENCY, seconds=31), "seconds"),
        (Fault(Kind.ERROR, status=404), "status"),
    ],
)
def test_weather_that_cannot_be_is_refused(fault: Fault, said: str) -> None:
    world = World("e", frozenset(), None, b"k" * 32)  # type: ignore[arg-type]
    with pytest.raises(BadWeather, match=said):
        weather.set_fault(world, fault)
    assert weather.faults(world) == []


def test_a_fault_set_twice_is_one(db: None) -> None:
    world = World("e", frozenset(), None, b"k" * 32)  # type: ignore[arg-type]
    weather.set_fault(world, Fault(Kind.THROTTLE, "s3", times=1))
    weather.set_fault(world, Fault(Kind.THROTTLE, "s3", times=5))
    assert [fault.times for fault in weather.faults(world)] == [5]
    weather.clear(world, Fault(Kind.THROTTLE, "s3"))
    assert weather.faults(world) == []
