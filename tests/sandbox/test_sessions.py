"""Session tokens: they bring back what was sealed in them, and nothing else opens."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.test import override_settings

from sandbox import sessions, wire
from sandbox.emulator import World
from sandbox.identifiers import account_of_access_key, new_access_key_id
from sandbox.principals import Principal, Session

ACCOUNT = "123456789012"
NOW = datetime(2026, 5, 4, 12, 0, 10, 250_000, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
SESSION = Session(
    issued_at=NOW,
    expires_at=LATER,
    role_arn=f"arn:aws:iam::{ACCOUNT}:role/team/deploy",
    role_id="AROAEXAMPLE",
    role_name="deploy",
    name="ann",
    policies=('{"Version": "2012-10-17", "Statement": []}',),
    policy_arns=("arn:aws:iam::aws:policy/ReadOnlyAccess",),
    tags={"team": "Zürich"},
    transitive=("team",),
    mfa_at=NOW - timedelta(minutes=1),
    source_identity="ann@example.com",
    provider=f"arn:aws:iam::{ACCOUNT}:oidc-provider/example.com",
    claims={"example.com:aud": ("one", "two")},
)
PRINCIPAL = Principal(
    "AssumedRole", f"arn:aws:sts::{ACCOUNT}:assumed-role/deploy/ann", ACCOUNT, "AROAEXAMPLE:ann", session=SESSION
)


class NoBodies:
    def put(self, body: bytes) -> str:
        raise AssertionError

    def get(self, digest: str) -> bytes:
        raise AssertionError


def make_world(account_id: str = ACCOUNT) -> World:
    return World("0" * 32, frozenset((account_id,)), NoBodies(), b"k" * 32)


def test_a_token_brings_back_its_session() -> None:
    made = sessions.issue(PRINCIPAL)
    opened = sessions.read(made.session_token, made.access_key_id, make_world(), NOW)
    assert opened.principal == replace(PRINCIPAL, access_key_id=made.access_key_id)
    assert opened.secret_access_key == made.secret_access_key
    assert made.expires_at == LATER


def test_a_session_without_a_role_comes_back_too() -> None:
    session = Session(issued_at=NOW, expires_at=LATER)
    user = Principal("IAMUser", f"arn:aws:iam::{ACCOUNT}:user/ann", ACCOUNT, "AIDAEXAMPLE", "ann", session=session)
    made = sessions.issue(user)
    opened = sessions.read(made.session_token, made.access_key_id, make_world(), NOW)
    assert opened.principal == replace(user, access_key_id=made.access_key_id)


def test_credentials_look_like_those_of_aws() -> None:
    made = sessions.issue(PRINCIPAL)
    assert (made.access_key_id[:4], len(made.access_key_id)) == ("ASIA", 20)
    assert len(made.secret_access_key) == 40
    assert made.session_token.startswith("IQoJb3JpZ2luX2Vj")
    assert 200 < len(made.session_token) < 1500
    assert made.secret_access_key not in repr(made)


@pytest.mark.parametrize("account_id", ["100000000000", "123456789012", "999999999999", "000000000001"])
def test_a_key_id_tells_its_account(account_id: str) -> None:
    assert {account_of_access_key(new_access_key_id(account_id)) for _ in range(50)} == {account_id}


def test_a_token_belongs_to_one_key() -> None:
    made, other = sessions.issue(PRINCIPAL), sessions.issue(PRINCIPAL)
    with pytest.raises(wire.InvalidSessionToken):
        sessions.read(made.session_token, other.access_key_id, make_world(), NOW)


@pytest.mark.parametrize("token", ["", "x", "IQoJb3JpZ2luX2Vj", "é", "A" * 400, "A" * 100_000])
def test_what_is_no_token_does_not_open(token: str) -> None:
    with pytest.raises(wire.InvalidSessionToken):
        sessions.read(token, sessions.issue(PRINCIPAL).access_key_id, make_world(), NOW)


def test_a_changed_token_does_not_open() -> None:
    made = sessions.issue(PRINCIPAL)
    middle = len(made.session_token) // 2
    letter = "A" if made.session_token[middle] != "A" else "B"
    changed = made.session_token[:middle] + letter + made.session_token[middle + 1 :]
    with pytest.raises(wire.InvalidSessionToken):
        sessions.read(changed, made.access_key_id, make_world(), NOW)


def test_a_token_of_another_site_does_not_open() -> None:
    with override_settings(SECRET_KEY="another"):
        made = sessions.issue(PRINCIPAL)
    with pytest.raises(wire.InvalidSessionToken):
        sessions.read(made.session_token, made.access_key_id, make_world(), NOW)


def test_a_token_of_an_account_elsewhere_does_not_open() -> None:
    made = sessions.issue(PRINCIPAL)
    with pytest.raises(wire.InvalidSessionToken):
        sessions.read(made.session_token, made.access_key_id, make_world("222222222222"), NOW)


def test_a_session_ends_at_its_time() -> None:
    made = sessions.issue(PRINCIPAL)
    sessions.read(made.session_token, made.access_key_id, make_world(), LATER - timedelta(seconds=1))
    with pytest.raises(wire.ExpiredSessionToken):
        sessions.read(made.session_token, made.access_key_id, make_world(), LATER)


def test_all_sessions_can_be_ended_and_new_ones_begun() -> None:
    world, made = make_world(), sessions.issue(PRINCIPAL)
    sessions.end_all(world, ACCOUNT, NOW)
    with pytest.raises(wire.ExpiredSessionToken):
        sessions.read(made.session_token, made.access_key_id, world, NOW)
    newer = sessions.issue(replace(PRINCIPAL, session=replace(SESSION, issued_at=NOW + timedelta(microseconds=1))))
    assert sessions.read(newer.session_token, newer.access_key_id, world, NOW).principal.session is not None


def test_who_has_no_session_gets_no_temporary_credentials() -> None:
    with pytest.raises(ValueError, match="session"):
        sessions.issue(replace(PRINCIPAL, session=None))
