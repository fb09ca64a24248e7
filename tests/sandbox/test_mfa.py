"""One-time passwords: right ones of this time count once."""

from base64 import b32encode
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from sandbox import mfa

SERIAL = "arn:aws:iam::123456789012:mfa/phone"
NOW = datetime(2026, 5, 4, 12, 0, 10, tzinfo=UTC)
# The seed of RFC 6238's test vectors.
RFC_SEED = b32encode(b"12345678901234567890").decode()


def make_state(seed: str = RFC_SEED) -> dict[str, Any]:
    return {mfa.DEVICES: {SERIAL: {"seed": seed}}}


def code_at(moment: datetime, seed: str = RFC_SEED) -> str:
    return mfa.codes_at(seed, moment)[1]


@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        (59, "287082"),
        (1111111109, "081804"),
        (1111111111, "050471"),
        (1234567890, "005924"),
        (2000000000, "279037"),
        (20000000000, "353130"),
    ],
)
def test_codes_are_those_of_the_rfc(seconds: int, code: str) -> None:
    assert code_at(datetime.fromtimestamp(seconds, UTC)) == code


def test_a_code_counts_once() -> None:
    state = make_state()
    assert mfa.check(state, SERIAL, code_at(NOW), NOW)
    assert not mfa.check(state, SERIAL, code_at(NOW), NOW)


@pytest.mark.parametrize(("steps", "right"), [(-2, False), (-1, True), (1, True), (2, False)])
def test_a_device_may_be_one_step_off(steps: int, right: bool) -> None:
    assert mfa.check(make_state(), SERIAL, code_at(NOW + timedelta(seconds=30 * steps)), NOW) is right


def test_an_older_code_does_not_count_after_a_newer_one() -> None:
    state = make_state()
    assert mfa.check(state, SERIAL, code_at(NOW), NOW)
    assert not mfa.check(state, SERIAL, code_at(NOW - timedelta(seconds=30)), NOW)


@pytest.mark.parametrize("code", ["000000", "", "28708", "\uff12\uff18\uff17\uff10\uff18\uff12"])
def test_a_wrong_code_does_not_count(code: str) -> None:
    assert not mfa.check(make_state(), SERIAL, code, datetime.fromtimestamp(59, UTC))


def test_a_device_that_is_not_there_has_no_right_code() -> None:
    assert not mfa.check({}, SERIAL, code_at(NOW), NOW)


def test_two_codes_must_follow_each_other() -> None:
    before, now = mfa.codes_at(RFC_SEED, NOW)
    assert mfa.check_two(make_state(), SERIAL, (before, now), NOW)
    assert not mfa.check_two(make_state(), SERIAL, (now, before), NOW)
    assert not mfa.check_two(make_state(), SERIAL, (now, now), NOW)


def test_codes_that_enabled_a_device_do_not_count_again() -> None:
    state = make_state()
    assert mfa.check_two(state, SERIAL, mfa.codes_at(RFC_SEED, NOW), NOW)
    assert not mfa.check(state, SERIAL, code_at(NOW), NOW)


def test_a_new_seed_is_one_that_apps_take() -> None:
    seed = mfa.new_seed()
    assert len(seed) == 64
    assert seed != mfa.new_seed()
    assert mfa.check(make_state(seed), SERIAL, code_at(NOW, seed), NOW)


def test_the_qr_code_names_device_and_owner() -> None:
    uri = mfa.qr_uri("my phone", "Ann", "ABC")
    assert uri == "otpauth://totp/my%20phone@Ann?secret=ABC"
