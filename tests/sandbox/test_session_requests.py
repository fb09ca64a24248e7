"""What a request for a session needs beside its parameters."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from sandbox import mfa
from sandbox.principals import Principal, Session
from sandbox.session_requests import further_actions, further_context
from sandbox.wire import AwsError
from tests.sandbox.test_sessions import ACCOUNT, make_world

NOW = datetime(2026, 5, 4, 12, 0, 10, tzinfo=UTC)
SERIAL = f"arn:aws:iam::{ACCOUNT}:mfa/phone"


def make_principal(kind: str = "IAMUser", *, session: bool = True, **carried: Any) -> Principal:
    made = Session(issued_at=NOW, expires_at=NOW + timedelta(hours=1), **carried) if session else None
    return Principal(kind, f"arn:aws:iam::{ACCOUNT}:user/ann", ACCOUNT, "AIDAANN", "ann", session=made)


@pytest.mark.parametrize(
    ("principal", "operation", "actions"),
    [
        (make_principal(session=False), "AssumeRole", ()),
        (make_principal("AssumedRole"), "AssumeRole", ()),
        (make_principal("AssumedRole", tags={"a": "1"}), "AssumeRole", ()),
        (make_principal("AssumedRole", tags={"a": "1"}, transitive=("a",)), "AssumeRole", ("sts:TagSession",)),
        (make_principal("AssumedRole", source_identity="ann"), "AssumeRole", ("sts:SetSourceIdentity",)),
        (make_principal("AssumedRole", source_identity="ann"), "GetCallerIdentity", ()),
        (make_principal("SAMLUser", tags={"a": "1"}), "AssumeRoleWithSAML", ("sts:TagSession",)),
        (
            make_principal("WebIdentityUser", tags={"a": "1"}, source_identity="ann"),
            "AssumeRoleWithWebIdentity",
            ("sts:TagSession", "sts:SetSourceIdentity"),
        ),
    ],
)
def test_what_is_carried_over_must_be_allowed(principal: Principal, operation: str, actions: tuple[str, ...]) -> None:
    assert further_actions(principal, operation) == actions


def test_what_a_provider_says_is_in_the_context() -> None:
    principal = make_principal(
        "SAMLUser", name="ann", tags={"Team": "blue"}, transitive=("Team",), source_identity="ann@example.com"
    )
    assert further_context(make_world(), principal, "AssumeRoleWithSAML", {}, NOW) == {
        "sts:sourceidentity": ("ann@example.com",),
        "aws:requesttag/team": ("blue",),
        "aws:tagkeys": ("Team",),
        "sts:transitivetagkeys": ("Team",),
        "sts:rolesessionname": ("ann",),
    }


@pytest.mark.parametrize("operation", ["AssumeRole", "GetSessionToken"])
def test_a_right_one_time_password_is_in_the_context_and_stays_to_be_taken(operation: str) -> None:
    world, seed = make_world(), mfa.new_seed()
    world.native("iam", ACCOUNT)[mfa.DEVICES] = {SERIAL: {"seed": seed, "user_id": "AIDAANN"}}
    given = {"SerialNumber": SERIAL, "TokenCode": mfa.codes_at(seed, NOW)[1]}
    user = make_principal(session=False)
    for _ in range(2):
        context = further_context(world, user, operation, given, NOW)
        assert context == {"aws:multifactorauthpresent": ("true",), "aws:multifactorauthage": ("0",)}
    assert mfa.take(world, user, SERIAL, given["TokenCode"], NOW) == ""
    with pytest.raises(AwsError, match="invalid MFA one time pass code"):
        further_context(world, user, operation, given, NOW)


@pytest.mark.parametrize("given", [{"SerialNumber": SERIAL}, {"TokenCode": "123456"}])
def test_a_wrong_one_time_password_is_told_first(given: dict[str, str]) -> None:
    with pytest.raises(AwsError, match="associated with this user") as caught:
        further_context(make_world(), make_principal(session=False), "AssumeRole", given, NOW)
    assert (caught.value.code, caught.value.status) == ("AccessDenied", 403)


def test_other_calls_need_no_more() -> None:
    assert further_context(make_world(), make_principal(), "GetFederationToken", {"Name": "bob"}, NOW) == {}
