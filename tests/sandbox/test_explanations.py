"""The words of an explanation: one fixed sentence for every verdict, and the tree below it."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from sandbox.explanations import (
    OPEN_TO_ALL,
    UNDECIDED,
    LayerTold,
    PolicyTold,
    StatementTold,
    explain,
    to_json,
)
from sandbox.models import Event

EVENT_ID = UUID("0b6f1c3e-7a44-4a53-9a43-7b7b9f3f6f10")
ARN = "arn:aws:iam::111122223333:user/ana"
GUARD = "arn:aws:organizations::111122223333:policy/o-abc/service_control_policy/p-guard"
LAYERS = (
    "service control policy",
    "resource control policy",
    "VPC endpoint policy",
    "resource-based policy",
    "identity-based policy",
    "permissions boundary",
    "session policy",
)


def _step(**overrides: Any) -> dict[str, Any]:
    step = {
        "layer": "identity-based policy",
        "policy": "own",
        "statement": 0,
        "effect": "Allow",
        "applies": True,
    }
    return step | overrides


def _need(verdict: str, *steps: dict[str, Any], **overrides: Any) -> dict[str, Any]:
    need = {
        "action": "s3:GetObject",
        "resource": "arn:aws:s3:::plum/x",
        "resourceAccount": "111122223333",
        "verdict": verdict,
        "statements": list(steps),
        "context": {"aws:secure": ["true"], "aws:absent": []},
    }
    return need | overrides


def _event(*needs: dict[str, Any], allowed: bool = True, kind: str = "IAMUser", **decision: Any) -> Event:
    record = {
        "userIdentity": {"type": kind, "arn": ARN},
        "sourceIPAddress": "10.0.0.7",
        "userAgent": "aws-cli/2",
        **({} if allowed else {"errorCode": "AccessDenied", "errorMessage": "no"}),
    }
    return Event(
        event_id=EVENT_ID,
        account_id="111122223333",
        event_time=datetime(2026, 11, 25, 9, tzinfo=UTC),
        event_source="s3.amazonaws.com",
        event_name="GetObject",
        region="eu-central-1",
        record=record,
        decision={"allowed": allowed, "needs": list(needs), **decision},
    )


OWN = _step()
GRANTED = _need("ImplicitlyDenied", blockedBy="resource-based policy", grant="g-1", action="kms:Decrypt")


@pytest.mark.parametrize(
    ("need", "sentence"),
    [
        (
            _need("Allowed", OWN, deciding=OWN),
            "Allowed: statement 1 of own (identity-based policy) allows s3:GetObject, and nothing denies it.",
        ),
        (_need("Allowed"), "Allowed: s3:GetObject needs no policy that allows it, and nothing denies it."),
        (GRANTED, "Allowed: the grant g-1 of the KMS key gives kms:Decrypt to the caller."),
        (
            _need(
                "ExplicitlyDenied",
                blockedBy="service control policy",
                deciding=_step(layer="service control policy", policy=GUARD, sid="NoReads", effect="Deny"),
            ),
            f"Denied: the statement NoReads of {GUARD} (service control policy) denies s3:GetObject explicitly. No "
            "Allow, wherever it stands, outweighs a Deny.",
        ),
        (
            _need("ImplicitlyDenied", blockedBy="service control policy"),
            "Denied: at one level of the organization, no service control policy allows s3:GetObject.",
        ),
        (
            _need("ImplicitlyDenied", blockedBy="resource control policy"),
            "Denied: no resource control policy allows s3:GetObject.",
        ),
        (
            _need("ImplicitlyDenied", blockedBy="VPC endpoint policy"),
            "Denied: the policy of the VPC endpoint does not allow s3:GetObject.",
        ),
        (
            _need("ImplicitlyDenied", blockedBy="resource-based policy"),
            "Denied: no resource-based policy allows s3:GetObject, and this call cannot do without.",
        ),
        (
            _need("ImplicitlyDenied", blockedBy="identity-based policy"),
            "Denied: no identity-based policy of the caller allows s3:GetObject on this resource.",
        ),
        (
            _need("ImplicitlyDenied", blockedBy="permissions boundary"),
            "Denied: the caller's permissions boundary does not allow s3:GetObject; what is beyond it, no policy can "
            "give.",
        ),
        (
            _need("ImplicitlyDenied", blockedBy="session policy"),
            "Denied: the session's own policy does not allow s3:GetObject; it limits what the role or user may.",
        ),
    ],
)
def test_every_verdict_has_its_sentence(need: dict[str, Any], sentence: str) -> None:
    allowed = need["verdict"] == "Allowed" or "grant" in need
    told = explain(_event(need, allowed=allowed))
    assert told.sentence == sentence
    assert told.needs[0].allowed is allowed


def test_root_needs_no_policy() -> None:
    assert explain(_event(_need("Allowed"), kind="Root")).sentence == (
        "Allowed: the account's root user needs no policy for s3:GetObject, and nothing denies it."
    )


def test_what_was_never_decided_says_so() -> None:
    event = _event(allowed=False)
    event.decision = {}
    told = explain(event)
    assert (told.allowed, told.sentence, told.action) == (None, UNDECIDED, "s3:GetObject")


def test_a_call_without_needs_is_open_to_all() -> None:
    assert explain(_event()).sentence == OPEN_TO_ALL


def test_of_several_needs_the_refused_one_is_told_first() -> None:
    allowed = _need("Allowed", OWN, deciding=OWN)
    refused = _need("ImplicitlyDenied", blockedBy="identity-based policy", action="iam:PassRole")
    told = explain(_event(allowed, refused, allowed=False, omitted=3))
    assert told.action == "iam:PassRole"
    assert told.decisive is told.needs[1]
    assert told.omitted == 3
    both = explain(_event(allowed, allowed))
    assert both.sentence == "Allowed: each of the 2 things that the call needs is allowed, as told below."


def test_the_tree_names_every_layer_and_opens_the_one_that_decided() -> None:
    deny = _step(statement=1, sid="No", effect="Deny")
    full = _step(layer="service control policy", policy="FullAWSAccess")
    below = _step(layer="service control policy", policy="FullAWSAccess", level=1)
    other = _step(layer="resource-based policy", policy="plum", applies=False, reason="action: x is not covered")
    told = explain(
        _event(
            _need(
                "ExplicitlyDenied",
                *(full, below, other, OWN, deny),
                blockedBy="identity-based policy",
                deciding=deny,
            ),
            allowed=False,
        )
    ).needs[0]
    assert tuple(layer.name for layer in told.layers) == LAYERS
    assert told.layers[0] == LayerTold(
        "service control policy",
        "allows",
        False,
        (
            PolicyTold("FullAWSAccess", "root of the organization", (StatementTold(1, "", "Allow", True, "", False),)),
            PolicyTold("FullAWSAccess", "level 1 below the root", (StatementTold(1, "", "Allow", True, "", False),)),
        ),
    )
    assert told.layers[4] == LayerTold(
        "identity-based policy",
        "denies",
        True,
        (
            PolicyTold(
                "own",
                "",
                (
                    StatementTold(1, "", "Allow", True, "", False),
                    StatementTold(2, "No", "Deny", True, "", True),
                ),
            ),
        ),
    )
    verdicts = [layer.verdict for layer in told.layers]
    assert verdicts == ["allows", "no policy", "no policy", "says nothing", "denies", "no policy", "no policy"]


def test_a_layer_that_lets_nothing_through_decided() -> None:
    need = _need("ImplicitlyDenied", OWN, blockedBy="permissions boundary")
    layers = {layer.name: layer for layer in explain(_event(need, allowed=False)).needs[0].layers}
    assert (layers["permissions boundary"].verdict, layers["permissions boundary"].decided) == ("does not allow", True)
    assert (layers["identity-based policy"].verdict, layers["identity-based policy"].decided) == ("allows", False)


@pytest.mark.parametrize(
    ("layer", "verdict"),
    [
        ("service control policy", "does not allow"),
        ("resource control policy", "says nothing"),
        ("VPC endpoint policy", "does not allow"),
        ("resource-based policy", "says nothing"),
        ("permissions boundary", "does not allow"),
        ("session policy", "does not allow"),
    ],
)
def test_a_limit_that_is_silent_does_not_allow(layer: str, verdict: str) -> None:
    deny = _step(effect="Deny")
    silent = _step(layer=layer, applies=False, reason="action: x is not covered")
    need = _need("ExplicitlyDenied", deny, silent, blockedBy="identity-based policy", deciding=deny)
    told = {each.name: each.verdict for each in explain(_event(need, allowed=False)).needs[0].layers}
    assert told[layer] == verdict


def test_one_silent_level_of_the_organization_does_not_allow() -> None:
    full = _step(layer="service control policy", policy="FullAWSAccess")
    silent = _step(layer="service control policy", policy="Some", level=1, applies=False)
    need = _need("ImplicitlyDenied", full, silent, blockedBy="identity-based policy")
    assert explain(_event(need, allowed=False)).needs[0].layers[0].verdict == "does not allow"


def test_a_grant_leaves_no_layer_as_the_one_that_decided() -> None:
    assert not any(layer.decided for layer in explain(_event(GRANTED)).needs[0].layers)


def test_a_denial_that_was_set_aside_is_told_so() -> None:
    need = _need("Allowed", _step(effect="Deny", layer="resource-based policy"))
    layers = {layer.name: layer.verdict for layer in explain(_event(need)).needs[0].layers}
    assert layers["resource-based policy"] == "denies, without effect"


def test_programs_are_told_the_same() -> None:
    told = to_json(explain(_event(_need("Allowed", OWN, deciding=OWN))))
    assert told["eventId"] == str(EVENT_ID)
    assert told["sourceIP"] == "10.0.0.7"
    keys = [{"key": "aws:absent", "values": []}, {"key": "aws:secure", "values": ["true"]}]
    assert told["needs"][0]["context"] == keys
    identity = told["needs"][0]["layers"][4]
    assert identity["policies"][0]["statements"][0] == {
        "number": 1,
        "sid": "",
        "effect": "Allow",
        "applies": True,
        "reason": "",
        "decided": True,
    }
