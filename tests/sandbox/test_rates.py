"""Calls a second: a burst, then as many as the rate; each account for itself."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from sandbox import rates
from sandbox.emulator.patches import rsa_keys
from sandbox.emulator.throttling import Allowance
from tests.sandbox.conftest import Caller, make_caller


@pytest.fixture(autouse=True)
def empty(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    monkeypatch.setattr(rates, "_buckets", {})
    settings.SANDBOX_REQUESTS_PER_SECOND = 2


def test_a_burst_is_followed_by_the_rate() -> None:
    assert [rates.exceeded("1", 100.0) for _ in range(9)] == [False] * 8 + [True]
    assert [rates.exceeded("1", 101.0) for _ in range(3)] == [False, False, True]
    assert not rates.exceeded("2", 101.0)


def test_a_bucket_is_never_fuller_than_a_burst() -> None:
    rates.exceeded("1", 0.0)
    assert [rates.exceeded("1", 9_999.0) for _ in range(9)] == [False] * 8 + [True]


def test_buckets_of_the_quiet_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rates, "MOST_BUCKETS", 2)
    for account_id, now in (("1", 0.0), ("2", 8.0), ("3", 9.0)):
        rates.exceeded(account_id, now)
    assert set(rates._buckets) == {"2", "3"}


def test_no_rate_is_no_limit(settings: Any) -> None:
    settings.SANDBOX_REQUESTS_PER_SECOND = 0
    assert not any(rates.exceeded("1", 0.0) for _ in range(1000))


@pytest.mark.parametrize(
    ("service", "method", "code", "status"),
    [
        ("sts", "get_caller_identity", "Throttling", 400),
        ("s3", "list_buckets", "SlowDown", 503),
        ("kms", "list_keys", "ThrottlingException", 400),
    ],
)
def test_one_too_many_is_refused_as_the_service_does(
    caller: Caller, monkeypatch: pytest.MonkeyPatch, service: str, method: str, code: str, status: int
) -> None:
    monkeypatch.setattr(rates, "exceeded", lambda account_id, now: account_id == caller.account.pk)
    with pytest.raises(ClientError) as refused:
        getattr(caller.client(service), method)()
    assert refused.value.response["Error"]["Code"] == code
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == status
    getattr(make_caller().client(service), method)()


def test_who_proves_nothing_uses_up_nothing(caller: Caller, settings: Any) -> None:
    caller.credentials = type(caller.credentials)(caller.credentials.access_key_id, "not the secret")
    for _ in range(3):
        with pytest.raises(ClientError):
            caller.client("sts").get_caller_identity()
    assert rates._buckets == {}


def test_too_many_keys_are_throttled_and_nothing_is_stored(caller: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rsa_keys, "allowance", Allowance(1))
    kms = caller.client("kms")
    kms.create_key(KeySpec="RSA_2048", KeyUsage="SIGN_VERIFY")
    with pytest.raises(ClientError) as refused:
        kms.create_key(KeySpec="RSA_2048", KeyUsage="SIGN_VERIFY")
    assert refused.value.response["Error"]["Code"] == "ThrottlingException"
    assert len(kms.list_keys()["Keys"]) == 1
