"""CloudWatch answers clients that speak CBOR, as newer SDKs do, though the emulator cannot."""

from datetime import UTC, datetime, timedelta
from typing import Any

import botocore.model
import pytest

from sandbox.wire import cbor
from tests.sandbox.conftest import Caller
from tests.sandbox.services.iam_cases import refused

ALARM: dict[str, Any] = {
    "AlarmName": "busy",
    "Namespace": "Lab",
    "MetricName": "Calls",
    "Statistic": "Sum",
    "Period": 60,
    "EvaluationPeriods": 1,
    "Threshold": 1.5,
    "ComparisonOperator": "GreaterThanThreshold",
}


@pytest.fixture
def client(caller: Caller, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(botocore.model, "PRIORITY_ORDERED_SUPPORTED_PROTOCOLS", ("smithy-rpc-v2-cbor",))
    made = caller.client("cloudwatch")
    assert made.meta.service_model.resolved_protocol == "smithy-rpc-v2-cbor"
    return made


def test_what_was_put_is_described(client: Any, caller: Caller) -> None:
    client.put_metric_alarm(**ALARM)
    assert caller.answered is not None and cbor.decode(caller.answered.body) == {}
    assert ("smithy-protocol", "rpc-v2-cbor") in caller.answered.headers
    (alarm,) = client.describe_alarms(AlarmNames=["busy"])["MetricAlarms"]
    assert {name: alarm[name] for name in ALARM} == ALARM
    assert alarm["AlarmConfigurationUpdatedTimestamp"].tzinfo is not None


def test_times_and_numbers_come_through(client: Any) -> None:
    now = datetime.now(UTC).replace(microsecond=0)
    point = {"MetricName": "Calls", "Timestamp": now, "Value": 2.5, "Unit": "Count"}
    client.put_metric_data(Namespace="Lab", MetricData=[point])
    asked = {"StartTime": now - timedelta(minutes=5), "EndTime": now + timedelta(minutes=5), "Period": 60}
    found = client.get_metric_statistics(Namespace="Lab", MetricName="Calls", Statistics=["Sum"], **asked)
    assert [one["Sum"] for one in found["Datapoints"]] == [2.5]


def test_errors_keep_their_code(client: Any) -> None:
    code, message = refused(client.delete_dashboards, DashboardNames=["none"])
    assert (code, bool(message)) == ("ResourceNotFound", True)


def test_the_trail_tells_the_call(client: Any, caller: Caller) -> None:
    client.put_metric_alarm(**ALARM)
    record = caller.events()[-1].record
    assert (record["eventName"], record["requestParameters"]["threshold"]) == ("PutMetricAlarm", 1.5)
