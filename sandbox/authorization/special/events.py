"""EventBridge: rules live on a bus, and events name theirs one by one."""

from collections.abc import Iterable
from typing import Any

from sandbox.authorization.locating import Located, place
from sandbox.authorization.questions import Asked
from sandbox.authorization.state import State
from sandbox.authorization.templates import account_of

from .asking import Question


def on_rule(asked: Asked, state: State) -> Iterable[Question]:
    """The rule, whose ARN has the bus's name only if it is not the default one."""
    name = str(asked.parameters.get("Name") or asked.parameters.get("Rule") or "*")
    located = _rule(str(asked.parameters.get("EventBusName") or "default"), name, asked, state)
    yield Question(f"events:{asked.operation}", located)
    if asked.operation == "PutRule" and asked.parameters.get("Tags"):
        yield Question("events:TagResource", located)


def _rule(bus: str, name: str, asked: Asked, state: State) -> Located:
    own = bus.rpartition("/")[2]
    kind = "events:rule-on-default-event-bus" if own == "default" else "events:rule-on-custom-event-bus"
    account = account_of(bus, asked.account_id)
    path = name if own == "default" else f"{own}/{name}"
    arn = f"arn:{asked.partition}:events:{asked.region}:{account}:rule/{path}"
    found = state.find(kind, arn) if name != "*" else None
    return Located(found.arn if found else arn, found.account_id if found else account, kind, found)


def put_events(asked: Asked, state: State) -> Iterable[Question]:
    """A question for each event: its bus, with its source and detail type."""
    asked_already: set[tuple[Any, ...]] = set()
    entries: list[dict[str, Any]] = asked.parameters.get("Entries") or [{}]
    for entry in entries:
        bus = str(entry.get("EventBusName") or "default")
        keys = {
            key: (str(entry[name]),)
            for key, name in (("events:source", "Source"), ("events:detail-type", "DetailType"))
            if entry.get(name)
        }
        same = (bus, *keys.values())
        if same not in asked_already:
            asked_already.add(same)
            yield Question("events:PutEvents", place(("events:event-bus",), (bus,), asked, state), keys)
