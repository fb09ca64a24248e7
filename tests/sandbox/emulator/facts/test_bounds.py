"""What is not seen, and what looking leaves alone."""

import pytest

from sandbox.emulator.facts import KINDS, AccountFacts
from tests.sandbox.emulator.conftest import ACCOUNT, PARTNER, Lab, make_world
from tests.sandbox.emulator.facts.conftest import (
    BY_NAME,
    REGION,
    facts,
)


def test_an_arn_looks_into_another_account_and_region_of_the_environment(full: Lab) -> None:
    seen = AccountFacts(full.world, PARTNER, "us-west-2")
    for kind, name, _ in BY_NAME:
        own = facts(full).find(kind, name)
        assert own is not None
        if own.arn.split(":")[4] == ACCOUNT and kind != "account:account":
            assert seen.find(kind, own.arn) == own
            assert seen.find(kind, name) is None or kind == "events:event-bus"


def test_another_environment_does_not_exist(full: Lab) -> None:
    stranger = AccountFacts(make_world(accounts=frozenset({PARTNER})), PARTNER, REGION)
    for kind, name, _ in BY_NAME:
        own = facts(full).find(kind, name)
        assert own is not None
        assert stranger.find(kind, own.arn) is None
        assert stranger.linked(kind, own.arn, "iam:role") == ()
    assert stranger.find("sqs:queue", f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/inbox") is None


@pytest.mark.parametrize("identifier", ["", "arn:", "arn:aws", "arn:aws:s3", "https://", "/", ":", "a:b:c", "*", "\0"])
def test_odd_identifiers_mean_nothing(full: Lab, identifier: str) -> None:
    for kind in KINDS:
        assert facts(full).find(kind, identifier) is None
        assert facts(full).linked(kind, identifier, "iam:role") == ()
    assert facts(full).find("iam:none", "alice") is None


def test_looking_changes_nothing_and_makes_nothing(full: Lab) -> None:
    world = full.reloaded().world
    seen = AccountFacts(world, ACCOUNT, REGION)
    with world.entered():
        for kind, name, _ in BY_NAME:
            found = seen.find(kind, name)
            assert found is not None
            for to in KINDS[kind].links:
                seen.linked(kind, name, to)
        for kind in KINDS:
            AccountFacts(world, ACCOUNT, "us-west-2").find(kind, "none")
        assert world.changes() == {}
    assert not [key for key in world._backends if key.region == "us-west-2"]
