"""CloudTrail's event history: the trail of the account itself, of the last 90 days.

https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html
"""

import base64
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from sandbox import trail
from sandbox.models import Event
from sandbox.services.invocation import Handler, Invocation
from sandbox.wire import AwsError

HISTORY = timedelta(days=90)
MOST_RESULTS = 50
# AWS's word for each parameter by which a call names a resource.
_RESOURCES = {
    "bucketName": "AWS::S3::Bucket",
    "userName": "AWS::IAM::User",
    "roleName": "AWS::IAM::Role",
    "groupName": "AWS::IAM::Group",
    "policyArn": "AWS::IAM::Policy",
    "instanceProfileName": "AWS::IAM::InstanceProfile",
    "roleArn": "AWS::IAM::Role",
    "keyId": "AWS::KMS::Key",
    "functionName": "AWS::Lambda::Function",
    "tableName": "AWS::DynamoDB::Table",
    "queueUrl": "AWS::SQS::Queue",
    "topicArn": "AWS::SNS::Topic",
    "secretId": "AWS::SecretsManager::Secret",
    "stackName": "AWS::CloudFormation::Stack",
    "instanceId": "AWS::EC2::Instance",
    "vpcId": "AWS::EC2::VPC",
    "subnetId": "AWS::EC2::Subnet",
    "groupId": "AWS::EC2::SecurityGroup",
    "logGroupName": "AWS::Logs::LogGroup",
}


def lookup_events(invocation: Invocation) -> dict[str, Any]:
    """Find management events of the account in the region, the latest first.

    Raises InvalidTimeRangeException, InvalidLookupAttributesException, InvalidMaxResultsException,
    InvalidNextTokenException.
    """
    parameters = invocation.parameters
    wanted = parameters.get("MaxResults") or MOST_RESULTS
    if not 1 <= wanted <= MOST_RESULTS:
        raise AwsError("InvalidMaxResultsException", f"MaxResults is from 1 to {MOST_RESULTS}, not {wanted}", 400)
    trail.recorder.flush()
    events = _between(_of_account(invocation), parameters, invocation.now)
    key, value = _attribute(parameters)
    found, last = _matching(_after(events, parameters.get("NextToken")), key, value, wanted)
    return {"Events": [_shown(event) for event in found], **({"NextToken": _token(last)} if last else {})}


def _of_account(invocation: Invocation) -> QuerySet[Event]:
    return Event.objects.filter(
        environment_id=UUID(invocation.world.environment_id),
        account_id=invocation.account_id,
        region=invocation.call.region,
        record__managementEvent=True,
    ).order_by("-id")


def _between(events: QuerySet[Event], parameters: dict[str, Any], now: datetime) -> QuerySet[Event]:
    start, end = parameters.get("StartTime"), parameters.get("EndTime")
    if start and end and start > end:
        raise AwsError("InvalidTimeRangeException", "StartTime lies after EndTime", 400)
    events = events.filter(event_time__gte=max(start or now - HISTORY, now - HISTORY))
    # Events and bounds are told to the second.
    return events.filter(event_time__lt=end + timedelta(seconds=1)) if end else events


def _attribute(parameters: dict[str, Any]) -> tuple[str, str]:
    attributes = parameters.get("LookupAttributes") or []
    if len(attributes) > 1:
        raise AwsError("InvalidLookupAttributesException", "LookupEvents takes one lookup attribute at a time", 400)
    if not attributes:
        return "", ""
    key, value = attributes[0]["AttributeKey"], attributes[0]["AttributeValue"]
    if key not in _FITS:
        raise AwsError("InvalidLookupAttributesException", f"{key} is not an attribute to look events up by", 400)
    return key, value


_FITS: dict[str, Callable[[Event, str], bool]] = {
    "EventId": lambda event, value: str(event.event_id) == value,
    "EventName": lambda event, value: event.event_name == value,
    "EventSource": lambda event, value: event.event_source == value,
    "ReadOnly": lambda event, value: str(event.read_only).lower() == value.lower(),
    "Username": lambda event, value: _user_name(event) == value,
    "AccessKeyId": lambda event, value: event.record["userIdentity"].get("accessKeyId") == value,
    "ResourceName": lambda event, value: any(value == resource["ResourceName"] for resource in _resources(event)),
    "ResourceType": lambda event, value: any(value == resource["ResourceType"] for resource in _resources(event)),
}
_COLUMNS = {"EventName": "event_name", "EventSource": "event_source"}


def _matching(events: QuerySet[Event], key: str, value: str, wanted: int) -> tuple[list[Event], int]:
    """The first matching events, and the id of the last when there are more."""
    if key in _COLUMNS:
        events = events.filter(**{_COLUMNS[key]: value})
    found: list[Event] = []
    for event in events.iterator(chunk_size=200):
        if key and not _FITS[key](event, value):
            continue
        if len(found) == wanted:
            return found, found[-1].pk
        found.append(event)
    return found, 0


def _after(events: QuerySet[Event], token: str | None) -> QuerySet[Event]:
    if token is None:
        return events
    try:
        return events.filter(pk__lt=int(base64.urlsafe_b64decode(token.encode())))
    except ValueError:
        raise AwsError("InvalidNextTokenException", "NextToken is none that LookupEvents gave", 400) from None


def _token(last: int) -> str:
    return base64.urlsafe_b64encode(str(last).encode()).decode()


def _shown(event: Event) -> dict[str, Any]:
    shown = {
        "EventId": str(event.event_id),
        "EventName": event.event_name,
        "ReadOnly": str(event.read_only).lower(),
        "AccessKeyId": event.record["userIdentity"].get("accessKeyId", ""),
        "EventTime": event.event_time,
        "EventSource": event.event_source,
        "Username": _user_name(event),
        "Resources": _resources(event),
        "CloudTrailEvent": json.dumps(event.record, separators=(",", ":")),
    }
    return {name: value for name, value in shown.items() if value != ""}


def _user_name(event: Event) -> str:
    identity = event.record["userIdentity"]
    if identity["type"] == "Root":
        return "root"
    if identity["type"] == "AssumedRole":
        return str(identity["arn"]).rpartition("/")[2]
    return str(identity.get("userName", ""))


def _resources(event: Event) -> list[dict[str, str]]:
    parameters = event.record.get("requestParameters") or {}
    return [
        {"ResourceType": _RESOURCES[name], "ResourceName": value}
        for name, value in parameters.items()
        if name in _RESOURCES and isinstance(value, str)
    ]


HANDLERS: dict[str, Handler] = {"LookupEvents": lookup_events}
