"""Why a call was allowed or denied, in words: read from what its event keeps of the decision.

The tree goes from the call over its needs, the layers of policies and the policies down to the statements.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from sandbox.iam.decision import Layer, Verdict
from sandbox.models import Event

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class StatementTold:
    """One statement; `number` counts from one, `reason` tells why it does not apply."""

    number: int
    sid: str
    effect: str
    applies: bool
    reason: str
    decided: bool


@dataclass(frozen=True, slots=True)
class PolicyTold:
    """One policy by ARN or name; `place` tells the level of the organization it is attached to."""

    name: str
    place: str
    statements: tuple[StatementTold, ...]


@dataclass(frozen=True, slots=True)
class LayerTold:
    """One type of policies: its verdict in a word or three, and whether it decided."""

    name: str
    verdict: str
    decided: bool
    policies: tuple[PolicyTold, ...]


@dataclass(frozen=True, slots=True)
class ContextKey:
    """A condition key of the request with its values."""

    key: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NeedTold:
    """One thing that had to be allowed, and what became of it."""

    action: str
    resource: str
    account_id: str
    allowed: bool
    verdict: str
    sentence: str
    layers: tuple[LayerTold, ...]
    context: tuple[ContextKey, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """All of it; `error_*` are empty for calls that ended well, `omitted` counts the needs that were not kept."""

    event_id: str
    principal: str
    principal_type: str
    account_id: str
    action: str
    time: datetime
    region: str
    source_ip: str
    user_agent: str
    allowed: bool | None
    sentence: str
    error_code: str
    error_message: str
    needs: tuple[NeedTold, ...]
    omitted: int

    @property
    def decisive(self) -> NeedTold | None:
        """The need that was refused first, else the first one."""
        return next((need for need in self.needs if not need.allowed), self.needs[0] if self.needs else None)


UNDECIDED = "The call ended before any policy was asked: its error says why."
OPEN_TO_ALL = "Allowed: whoever proves who they are may make this call; no policy is asked."


def explain(event: Event) -> Explanation:
    """Explain an event; `allowed` is None when it never came to a decision."""
    decision, record = event.decision, event.record
    identity = record.get("userIdentity") or {}
    needs = tuple(_need(need, identity.get("type", "")) for need in decision.get("needs", ()))
    refused = next((need for need in needs if not need.allowed), None)
    told = refused or (needs[0] if needs else None)
    return Explanation(
        event_id=str(event.event_id),
        principal=identity.get("arn") or identity.get("principalId") or "an anonymous caller",
        principal_type=identity.get("type", ""),
        account_id=event.account_id,
        action=told.action if told else f"{event.event_source.partition('.')[0]}:{event.event_name}",
        time=event.event_time,
        region=event.region,
        source_ip=record.get("sourceIPAddress", ""),
        user_agent=record.get("userAgent", ""),
        allowed=decision.get("allowed"),
        sentence=_sentence(decision, told, len(needs)),
        error_code=record.get("errorCode", ""),
        error_message=record.get("errorMessage", ""),
        needs=needs,
        omitted=decision.get("omitted", 0),
    )


def to_json(explanation: Explanation) -> dict[str, Any]:
    """The explanation with names as AWS's APIs write them."""
    told: dict[str, Any] = _lower_camel(asdict(explanation))
    return told


def _lower_camel(value: Any) -> Any:
    if isinstance(value, dict):
        return {_renamed(name): _lower_camel(member) for name, member in value.items()}
    return [_lower_camel(member) for member in value] if isinstance(value, (list, tuple)) else value


def _renamed(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join("IP" if word == "ip" else word.capitalize() for word in others)


# Sentences


def _sentence(decision: Json, told: NeedTold | None, needs: int) -> str:
    if not decision:
        return UNDECIDED
    if told is None:
        return OPEN_TO_ALL
    if told.allowed and needs > 1:
        return f"Allowed: each of the {needs} things that the call needs is allowed, as told below."
    return told.sentence


_AS_NEEDED = {
    Layer.SCP: "at one level of the organization, no service control policy allows {action}.",
    Layer.RCP: "no resource control policy allows {action}.",
    Layer.ENDPOINT: "the policy of the VPC endpoint does not allow {action}.",
    Layer.RESOURCE: "no resource-based policy allows {action}, and this call cannot do without.",
    Layer.IDENTITY: "no identity-based policy of the caller allows {action} on this resource.",
    Layer.BOUNDARY: "the caller's permissions boundary does not allow {action}; what is beyond it, no policy can give.",
    Layer.SESSION: "the session's own policy does not allow {action}; it limits what the role or user may.",
}


def _verdict_on(need: Json, kind: str) -> str:
    """The verdict on a need, in one sentence."""
    verdict: str = need["verdict"]
    deciding: Json = need.get("deciding") or {}
    if need.get("grant"):
        return f"Allowed: the grant {need['grant']} of the KMS key gives {need['action']} to the caller."
    if verdict == Verdict.EXPLICITLY_DENIED:
        return (
            f"Denied: {_statement(deciding)} denies {need['action']} explicitly. No Allow, wherever it stands, "
            "outweighs a Deny."
        )
    if verdict == Verdict.IMPLICITLY_DENIED:
        return f"Denied: {_AS_NEEDED[Layer(need['blockedBy'])].format(action=need['action'])}"
    if deciding:
        return f"Allowed: {_statement(deciding)} allows {need['action']}, and nothing denies it."
    if kind == "Root":
        return f"Allowed: the account's root user needs no policy for {need['action']}, and nothing denies it."
    return f"Allowed: {need['action']} needs no policy that allows it, and nothing denies it."


def _statement(step: Json) -> str:
    name = f"the statement {step['sid']}" if step.get("sid") else f"statement {_number(step)}"
    return f"{name} of {step['policy']} ({step['layer']})"


def _number(step: Json) -> int:
    return int(step["statement"]) + 1


# The tree


def _need(need: Json, kind: str) -> NeedTold:
    return NeedTold(
        action=need["action"],
        resource=need["resource"],
        account_id=need["resourceAccount"],
        allowed=need["verdict"] == Verdict.ALLOWED or bool(need.get("grant")),
        verdict=need["verdict"],
        sentence=_verdict_on(need, kind),
        layers=tuple(_layer(layer, need) for layer in Layer),
        context=tuple(ContextKey(key, tuple(values)) for key, values in sorted(need["context"].items())),
    )


def _layer(layer: Layer, need: Json) -> LayerTold:
    steps = [step for step in need["statements"] if step["layer"] == layer]
    deciding = need.get("deciding") or {}
    decided = not need.get("grant") and layer == (need.get("blockedBy") or deciding.get("layer"))
    return LayerTold(str(layer), _word(layer, steps, need), decided, tuple(_policies(layer, steps, deciding)))


def _word(layer: Layer, steps: Sequence[Json], need: Json) -> str:
    """A layer's own verdict, whatever the others say."""
    applying = {step["effect"] for step in steps if step["applies"]}
    levels = {step.get("level", 0) for step in steps}
    if "Deny" in applying:
        return "denies" if need["verdict"] == Verdict.EXPLICITLY_DENIED else "denies, without effect"
    if need.get("blockedBy") == layer:
        return "does not allow"
    if layer in _LIMITS and levels != {step.get("level", 0) for step in steps if step["applies"]}:
        return "does not allow"
    if "Allow" in applying:
        return "allows"
    return "says nothing" if steps else "no policy"


# What stands there must allow, at every level that there is; elsewhere silence leaves it to others.
_LIMITS = frozenset((Layer.SCP, Layer.ENDPOINT, Layer.BOUNDARY, Layer.SESSION))


def _policies(layer: Layer, steps: Iterable[Json], deciding: Json) -> Iterable[PolicyTold]:
    by_policy = groupby(steps, key=lambda step: (step.get("level", 0), step["policy"]))
    for (level, name), statements in by_policy:
        told = tuple(_told(step, deciding) for step in statements)
        yield PolicyTold(name, _place(level) if layer in (Layer.SCP, Layer.RCP) else "", told)


def _place(level: int) -> str:
    return f"level {level} below the root" if level else "root of the organization"


def _told(step: Json, deciding: Json) -> StatementTold:
    return StatementTold(
        number=_number(step),
        sid=step.get("sid", ""),
        effect=step["effect"],
        applies=step["applies"],
        reason=step.get("reason", ""),
        decided=step == deciding,
    )
