"""LookupEvents shows the account's own trail, as CloudTrail's event history does."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.sandbox.actors import refused
from tests.sandbox.conftest import Caller, make_caller


def _names(answer: dict[str, Any]) -> list[str]:
    return [event["EventName"] for event in answer["Events"]]


def test_the_latest_call_comes_first_with_its_record(caller: Caller) -> None:
    caller.client("sqs").create_queue(QueueName="a")
    caller.client("sqs").list_queues()
    answer = caller.client("cloudtrail").lookup_events()
    assert _names(answer) == ["ListQueues", "CreateQueue"]
    event = answer["Events"][1]
    record = json.loads(event["CloudTrailEvent"])
    assert (record["eventID"], record["eventName"]) == (event["EventId"], "CreateQueue")
    assert (event["Username"], event["ReadOnly"], event["EventSource"]) == ("learner", "false", "sqs.amazonaws.com")
    assert event["AccessKeyId"] == caller.credentials.access_key_id


@pytest.mark.parametrize(
    ("key", "value", "names"),
    [
        ("EventName", "CreateUser", ["CreateUser"]),
        ("EventSource", "sts.amazonaws.com", ["GetCallerIdentity"]),
        ("ReadOnly", "false", ["CreateUser"]),
        ("Username", "learner", ["CreateUser", "GetCallerIdentity"]),
        ("Username", "nobody", []),
        ("ResourceName", "bob", ["CreateUser"]),
        ("ResourceType", "AWS::IAM::User", ["CreateUser"]),
    ],
)
def test_events_are_found_by_one_attribute(caller: Caller, key: str, value: str, names: list[str]) -> None:
    caller.client("sts", region="us-east-1").get_caller_identity()
    caller.client("iam").create_user(UserName="bob")
    found = caller.client("cloudtrail", region="us-east-1").lookup_events(
        LookupAttributes=[{"AttributeKey": key, "AttributeValue": value}]
    )
    assert _names(found) == names


def test_pages_follow_one_another_without_gap(caller: Caller) -> None:
    sqs = caller.client("sqs")
    for number in range(5):
        sqs.create_queue(QueueName=f"q{number}")
    cloudtrail = caller.client("cloudtrail")
    wanted = {"LookupAttributes": [{"AttributeKey": "EventName", "AttributeValue": "CreateQueue"}]}
    first = cloudtrail.lookup_events(**wanted, MaxResults=3)
    second = cloudtrail.lookup_events(**wanted, MaxResults=3, NextToken=first["NextToken"])
    ids = [event["EventId"] for page in (first, second) for event in page["Events"]]
    assert (len(ids), len(set(ids)), "NextToken" in second) == (5, 5, False)


def test_another_region_another_account_and_data_events_are_not_shown(caller: Caller) -> None:
    caller.client("sqs", region="eu-west-1").create_queue(QueueName="a")
    make_caller().client("sqs").create_queue(QueueName="b")
    s3 = caller.client("s3")
    s3.create_bucket(Bucket="docs", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
    s3.put_object(Bucket="docs", Key="k", Body=b"")
    assert _names(caller.client("cloudtrail").lookup_events()) == ["CreateBucket"]


def test_a_span_of_time_bounds_the_events(caller: Caller) -> None:
    caller.client("sqs").create_queue(QueueName="a")
    cloudtrail, now = caller.client("cloudtrail"), datetime.now(UTC)
    assert _names(cloudtrail.lookup_events(EndTime=now - timedelta(hours=1))) == []
    assert "CreateQueue" in _names(cloudtrail.lookup_events(StartTime=now - timedelta(hours=1), EndTime=now))
    code = refused(cloudtrail.lookup_events, StartTime=now, EndTime=now - timedelta(hours=1))[0]
    assert code == "InvalidTimeRangeException"


@pytest.mark.parametrize(
    ("parameters", "code"),
    [
        ({"NextToken": "garbage"}, "InvalidNextTokenException"),
        (
            {"LookupAttributes": [{"AttributeKey": "EventName", "AttributeValue": "x"}] * 2},
            "InvalidLookupAttributesException",
        ),
    ],
)
def test_what_cannot_be_looked_up_is_refused(caller: Caller, parameters: Any, code: str) -> None:
    assert refused(caller.client("cloudtrail").lookup_events, **parameters)[0] == code
