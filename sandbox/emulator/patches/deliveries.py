"""Services deliver to one another where the resource's policy lets them; what is refused is dropped, as AWS does.

moto delivers whatever is configured, and to the sender's own account whatever the ARN says. Functions are not run
here, so nothing is brought to them.
https://docs.aws.amazon.com/sns/latest/dg/subscribe-sqs-queue-to-sns-topic.html
https://docs.aws.amazon.com/AmazonS3/latest/userguide/grant-destinations-permissions-to-s3.html
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html
"""

import json
import logging
from collections.abc import Iterator
from typing import Any

import moto.events.notifications as events_notifications
import moto.s3.notifications as s3_notifications
from moto.core.exceptions import ServiceException
from moto.events.models import Rule
from moto.events.utils import EventTemplateParser
from moto.logs.models import LogStream
from moto.s3.exceptions import S3ClientError
from moto.s3.models import FakeBucket
from moto.sns.models import Subscription, sns_backends
from moto.sqs.models import sqs_backends

from sandbox.emulator.deliveries import Delivery
from sandbox.emulator.expectation import expect
from sandbox.emulator.world import current

log = logging.getLogger(__name__)

SNS, S3, EVENTS, LOGS = (f"{name}.amazonaws.com" for name in ("sns", "s3", "events", "logs"))
_ACTIONS = {
    "sqs": "sqs:SendMessage",
    "sns": "sns:Publish",
    "lambda": "lambda:InvokeFunction",
    "logs": "logs:PutLogEvents",
    "events": "events:PutEvents",
    "kinesis": "kinesis:PutRecord",
    "states": "states:StartExecution",
}


def _allowed(service: str, arn: str, source_arn: str, source_account: str, role_arn: str = "") -> bool:
    parts = arn.split(":", 5)
    action = _ACTIONS.get(parts[2]) if len(parts) == 6 else None
    if action is None or parts[4] not in current().accounts:
        return False
    delivery = Delivery(service, action, arn, source_arn, source_account, role_arn)
    if current().may_deliver(delivery):
        return True
    log.info("%s may not deliver from %s to %s", service or source_account, source_arn, arn)
    return False


# From topics


def _publish(original: Any) -> Any:
    def publish(self: Any, *args: Any, **kwargs: Any) -> None:
        if self.protocol == "lambda":
            return
        if self.protocol != "sqs":
            original(self, *args, **kwargs)
        elif _allowed(SNS, self.endpoint, self.topic.arn, self.topic.account_id):
            own, self.account_id = self.account_id, self.endpoint.split(":")[4]
            try:
                original(self, *args, **kwargs)
            finally:
                self.account_id = own

    return publish


# From buckets


def _send_event(account_id: str, event_name: Any, bucket: Any, key: Any) -> None:
    configuration = bucket.notification_configuration
    if configuration is None:
        return
    for one in (*configuration.queue, *configuration.topic):
        if one.matches(event_name, key.name):
            _bring(bucket, one.arn, s3_notifications._get_s3_event(event_name, bucket, key, one.id))
    if configuration.event_bridge is not None:
        s3_notifications._send_event_bridge_message(account_id, bucket, event_name, key)


def _send_test_event(account_id: str, bucket: Any) -> None:
    configuration = bucket.notification_configuration
    for arn in dict.fromkeys(one.arn for one in (*configuration.queue, *configuration.topic)):
        _bring(bucket, arn, s3_notifications._get_test_event(bucket.name))


def _bring(bucket: Any, arn: str, event: Any) -> None:
    if not _allowed(S3, arn, bucket.arn, bucket.account_id):
        return
    _, _, service, region, account_id, name = arn.split(":", 5)
    if service == "sqs":
        s3_notifications._send_sqs_message(account_id, event, name, region)
    elif service == "sns":
        s3_notifications._send_sns_message(account_id, event, arn, region)


def _set_notification_configuration(original: Any) -> Any:
    def set_notification_configuration(self: Any, notification_config: Any) -> None:
        original(self, notification_config)
        configuration = self.notification_configuration
        if configuration is not None and any(not _valid(self, arn) for arn in _destinations(configuration)):
            # The gateway forgets what a refused call has changed.
            raise S3ClientError("InvalidArgument", "Unable to validate the following destination configurations")

    return set_notification_configuration


def _destinations(configuration: Any) -> Iterator[str]:
    for one in (*configuration.queue, *configuration.topic, *configuration.cloud_function):
        yield one.arn


def _valid(bucket: Any, arn: str) -> bool:
    return _allowed(S3, arn, bucket.arn, bucket.account_id)


# From rules


def _send_to_targets(original: Any) -> Any:
    def send_to_targets(self: Any, original_event: Any, transform_input: bool = True) -> None:
        every = self.targets
        reached = [target for target in every if _reaches(self, target)]
        try:
            self.targets = [target for target in reached if _service(target) != "sns"]
            original(self, original_event, transform_input)
        finally:
            self.targets = every
        if self.event_pattern.matches_event(original_event):
            for target in reached:
                if _service(target) == "sns":
                    _publish_event(target, original_event, transform_input)

    return send_to_targets


def _service(target: Any) -> str:
    parts = target.get("Arn", "").split(":", 5)
    return parts[2] if len(parts) == 6 else ""


def _reaches(rule: Any, target: Any) -> bool:
    """Whether the target's kind is one that is delivered to here, exists, and lets the rule in."""
    arn, role_arn = target.get("Arn", ""), target.get("RoleArn") or ""
    service, resource = _service(target), arn.split(":", 5)[-1]
    if service == "events":
        if not resource:
            # An archive of the rule's own bus.
            return True
        return resource.startswith("event-bus/") and _allowed("", arn, rule.arn, rule.account_id, role_arn)
    # moto sends to the rule's own account and region.
    here = arn.split(":", 5)[3:5] == [rule.region_name, rule.account_id]
    if service == "sqs":
        return here and _allowed(EVENTS, arn, rule.arn, rule.account_id, role_arn) and _is_queue(rule, resource)
    if service == "logs":
        return here and _allowed(EVENTS, f"{arn.removesuffix(':*')}:log-stream:*", rule.arn, rule.account_id)
    return service == "sns" and _allowed(EVENTS, arn, rule.arn, rule.account_id, role_arn)


def _is_queue(rule: Any, name: str) -> bool:
    return name in sqs_backends[rule.account_id][rule.region_name].queues


def _publish_event(target: Any, original_event: Any, transform_input: bool) -> None:
    event = original_event
    if transform_input:
        transformer = target.get("InputTransformer", {})
        event = EventTemplateParser.parse(
            input_template=transformer.get("InputTemplate"),
            input_paths_map=transformer.get("InputPathsMap", {}),
            event=original_event,
        )
    _, _, _, region, account_id, _ = target["Arn"].split(":", 5)
    try:
        sns_backends[account_id][region].publish(json.dumps(event, default=str), arn=target["Arn"])
    except ServiceException as error:
        log.info("an event was not published to %s: %s", target["Arn"], error)


# From log groups


def _send_log_events(original: Any) -> Any:
    def send_log_events(
        self: Any, service: str, destination_arn: str, filter_name: str, log_events: list[dict[str, Any]]
    ) -> None:
        group = self.log_group
        role_arn = group.subscription_filters[filter_name].role_arn or ""
        if (
            service == "kinesis"
            and destination_arn.split(":")[3:5] == [self.region, self.account_id]
            and role_arn
            and _allowed(LOGS, destination_arn, f"{group.arn}:*", self.account_id, role_arn)
        ):
            original(self, service, destination_arn, filter_name, log_events)

    return send_log_events


def _nothing(*_: Any, **__: Any) -> None:
    return None


def apply() -> None:
    """Ask before every delivery."""
    names = ("_get_s3_event", "_get_test_event", "_send_sqs_message", "_send_sns_message", "_send_event_bridge_message")
    expect(all(hasattr(s3_notifications, name) for name in names), "the functions of S3's notifications")
    subscription: Any = Subscription
    subscription.publish = _publish(subscription.publish)
    notifications: Any = s3_notifications
    notifications.send_event, notifications.send_test_event = _send_event, _send_test_event
    bucket: Any = FakeBucket
    bucket.set_notification_configuration = _set_notification_configuration(bucket.set_notification_configuration)
    rule: Any = Rule
    rule.send_to_targets = _send_to_targets(rule.send_to_targets)
    stream: Any = LogStream
    stream._send_log_events = _send_log_events(stream._send_log_events)
    expect(hasattr(events_notifications, "_start_sfn_execution"), "EventBridge's way to state machines")
    # Started by no rule's permission: it is the role of the rule's target that may start an execution.
    starts: Any = events_notifications
    starts._start_sfn_execution = starts._invoke_lambda = _nothing
