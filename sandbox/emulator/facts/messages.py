"""SQS, SNS, EventBridge, Kinesis and Step Functions."""

from collections.abc import Iterable
from typing import Any

from sandbox.authorization.state import Resource
from sandbox.emulator.facts.kinds import (
    Kind,
    Link,
    Place,
    Thing,
    among,
    attribute,
    described,
    keyed,
    own_tags,
    refers,
    resource_of,
    short,
    tagged_by,
    values_of,
)

ARN = attribute("arn")


def _queue(place: Place, identifier: str) -> Thing | None:
    """A queue by name, ARN or URL."""
    sqs = place.backend("sqs")
    name = identifier.rpartition("/")[2] if "/" in identifier else resource_of(identifier)
    return sqs.queues.get(name) if sqs is not None else None


def _topic(place: Place, identifier: str) -> Thing | None:
    """A topic by name, ARN, or the ARN of a subscription to it."""
    sns = place.backend("sns")
    name = resource_of(identifier).partition(":")[0]
    return sns.topics.get(place.arn("sns", name)) if sns is not None else None


def _bus(place: Place, identifier: str) -> str | None:
    """The name of a bus; every account has the default one in every region, touched or not."""
    name = short(identifier, "event-bus/")
    events = place.backend("events")
    return name if name == "default" or (events is not None and name in events.event_buses) else None


def _rule(on_default: bool) -> Any:
    def locate(place: Place, identifier: str) -> Thing | None:
        """A rule by "name", "bus/name" or ARN."""
        events = place.backend("events")
        bus_name, _, name = short(identifier, "rule/").rpartition("/")
        bus = events.event_buses.get(bus_name or "default") if events is not None else None
        return bus.rules.get(name) if bus is not None and (bus.name == "default") == on_default else None

    return locate


def _targets(place: Place, rule: Thing) -> Iterable[str | None]:
    return [target.get("Arn") for target in rule.targets]


def _target_roles(place: Place, rule: Thing) -> Iterable[str | None]:
    return [rule.role_arn, *(target.get("RoleArn") for target in rule.targets)]


RULE_LINKS = {
    "iam:role": _target_roles,
    "sqs:queue": _targets,
    "sns:topic": _targets,
    "lambda:function": _targets,
    "events:event-bus": lambda place, rule: (rule.event_bus_name,),
}


def _events(collection: str, word: str, links: dict[str, Link] | None = None) -> Kind:
    def locate(place: Place, identifier: str) -> Thing | None:
        events = place.backend("events")
        # Some ARNs end with an id of the resource behind its name.
        name = short(identifier, f"{word}/").partition("/")[0]
        return getattr(events, collection).get(name) if events is not None else None

    description = described(lambda place, one: place.arn("events", f"{word}/{one.name}"), tagged_by("events"))
    return Kind(locate, description, links or {})


def _consumer(place: Place, identifier: str) -> Thing | None:
    kinesis = place.backend("kinesis")
    streams = kinesis.streams.values() if kinesis is not None else ()
    return next((one for stream in streams for one in stream.consumers if one.consumer_arn == identifier), None)


def _machine_parts(collection: str) -> Any:
    """Versions or aliases of a state machine: by number or name, whatever ARN says which machine's."""

    def parts(states: Any) -> Iterable[Thing]:
        return [one for machine in states.state_machines for one in getattr(machine, collection).values()]

    return parts


def _executions(states: Any) -> Iterable[Thing]:
    return [execution for machine in states.state_machines for execution in machine.executions]


def _describe_topic(place: Place, topic: Thing) -> Resource:
    return Resource(topic.arn, place.account_id, dict(topic._tags))


KINDS: dict[str, Kind] = {
    "sqs:queue": Kind(_queue, described(attribute("queue_arn"), own_tags), {"kms:key": refers("kms_master_key_id")}),
    "sns:topic": Kind(_topic, _describe_topic, {"kms:key": refers("kms_master_key_id")}),
    "events:event-bus": Kind(
        _bus, described(lambda place, name: place.arn("events", f"event-bus/{name}"), tagged_by("events"))
    ),
    "events:rule-on-default-event-bus": Kind(_rule(on_default=True), described(ARN, tagged_by("events")), RULE_LINKS),
    "events:rule-on-custom-event-bus": Kind(_rule(on_default=False), described(ARN, tagged_by("events")), RULE_LINKS),
    "events:archive": _events("archives", "archive"),
    "events:replay": _events("replays", "replay"),
    "events:connection": _events("connections", "connection"),
    "events:api-destination": _events(
        "destinations", "api-destination", {"events:connection": refers("connection_arn")}
    ),
    "kinesis:stream": Kind(
        keyed("kinesis", "streams", "stream/"), described(ARN, own_tags), {"kms:key": refers("key_id")}
    ),
    "kinesis:consumer": Kind(_consumer, described(attribute("consumer_arn")), {"kinesis:stream": refers("stream_arn")}),
    "states:statemachine": Kind(
        among("stepfunctions", lambda states: states.state_machines, "arn", "name"),
        described(ARN, tagged_by("stepfunctions")),
        {"iam:role": refers("roleArn")},
    ),
    "states:statemachineversion": Kind(
        among("stepfunctions", _machine_parts("versions"), "arn"),
        described(ARN),
        {"states:statemachine": refers("source_arn")},
    ),
    "states:statemachinealias": Kind(
        among("stepfunctions", _machine_parts("aliases"), "arn"),
        described(ARN),
        {"states:statemachine": refers("statemachine_arn")},
    ),
    "states:execution": Kind(
        among("stepfunctions", _executions, "execution_arn"),
        described(attribute("execution_arn")),
        {"states:statemachine": refers("state_machine_arn")},
    ),
    "states:activity": Kind(
        among("stepfunctions", values_of("activities"), "arn", "name"), described(ARN, tagged_by("stepfunctions"))
    ),
}
