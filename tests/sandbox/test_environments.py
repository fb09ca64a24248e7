"""Accounts on demand, what stays of an environment, and looking at one without touching it."""

import json
import string
from io import StringIO
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError

from sandbox import bodies, environments, observation, store
from sandbox.clients import client
from sandbox.identifiers import account_of_access_key, new_account_id
from sandbox.models import Account, AccountState, Environment, Event
from tests.sandbox.conftest import Caller, make_caller

pytestmark = pytest.mark.django_db


def test_ids_have_twelve_digits_and_do_not_repeat() -> None:
    ids = {new_account_id() for _ in range(1000)}
    assert len(ids) == 1000
    assert {len(found) for found in ids} == {12}


def test_an_access_key_id_carries_its_account(caller: Caller) -> None:
    assert account_of_access_key(caller.credentials.access_key_id) == caller.account.pk


@pytest.mark.parametrize("text", ["", "AKIA", "AKIAIOSFODNN7EXAMPLE", "AKIA0000000000000000", "ä" * 20, "x" * 500])
def test_other_texts_carry_no_account(text: str) -> None:
    assert account_of_access_key(text) is None


def test_a_secret_is_forty_characters_and_new(caller: Caller) -> None:
    other = make_caller()
    secrets = {caller.credentials.secret_access_key, other.credentials.secret_access_key}
    assert len(secrets) == 2
    assert {len(secret) for secret in secrets} == {40}
    assert set("".join(secrets)) <= set(string.ascii_letters + string.digits + "+/")


def test_an_alias_is_taken_once() -> None:
    environment = environments.create_environment()
    with pytest.raises(IntegrityError):
        environments.add_account(environment=environment, alias="main")


def test_an_id_that_is_taken_is_drawn_again(monkeypatch: pytest.MonkeyPatch) -> None:
    taken = environments.create_environment().accounts.get().pk
    drawn = iter([taken, "987654321098"])
    monkeypatch.setattr(environments, "new_account_id", lambda: next(drawn))
    assert environments.create_environment().accounts.get().pk == "987654321098"


def test_deleting_an_environment_leaves_nothing(caller: Caller, django_capture_on_commit_callbacks: Any) -> None:
    s3 = caller.client("s3", region="us-east-1")
    s3.create_bucket(Bucket="plum-otter")
    s3.put_object(Bucket="plum-otter", Key="k", Body=b"hello")
    environment_id = caller.account.environment_id
    assert bodies.storage().exists(environment_id.hex)
    with django_capture_on_commit_callbacks(execute=True):
        environments.delete_environment(environment_id)
        environments.delete_environment(environment_id)
    assert not bodies.storage().exists(environment_id.hex)
    assert [model.objects.count() for model in (Environment, Account, AccountState, Event)] == [0, 0, 0, 0]


def test_a_learner_without_a_key_is_told(caller: Caller) -> None:
    caller.client("iam").delete_access_key(UserName="learner", AccessKeyId=caller.credentials.access_key_id)
    with pytest.raises(environments.NoAccessKey):
        environments.learner_credentials(caller.account)


def test_the_newest_active_key_is_the_learners(caller: Caller) -> None:
    made = caller.client("iam").create_access_key(UserName="learner")["AccessKey"]
    assert environments.learner_credentials(caller.account).access_key_id == made["AccessKeyId"]


def test_a_body_is_found_in_its_own_environment_only() -> None:
    one, two = bodies.EnvironmentBodies(uuid4()), bodies.EnvironmentBodies(uuid4())
    digest = one.put(b"hello")
    assert one.put(b"hello") == digest
    assert one.get(digest) == b"hello"
    with pytest.raises(FileNotFoundError):
        two.get(digest)


def test_looking_changes_and_records_nothing(caller: Caller) -> None:
    caller.client("sqs").create_queue(QueueName="inbox")
    before = (Environment.objects.get(pk=caller.account.environment_id).version, Event.objects.count())
    with observation.observe(caller.account.environment_id) as observed:
        found = observed.call("sqs", "list_queues", {}, region="eu-central-1")
        observed.call("sqs", "create_queue", {"QueueName": "tried"}, region="eu-central-1")
    assert found.output is not None and len(found.output["QueueUrls"]) == 1
    assert before == (Environment.objects.get(pk=caller.account.environment_id).version, Event.objects.count())
    assert len(caller.client("sqs").list_queues()["QueueUrls"]) == 1


def test_looking_tells_errors_as_answers(caller: Caller) -> None:
    with observation.observe(caller.account.environment_id) as observed:
        answer = observed.call("s3", "get_bucket_location", {"Bucket": "plum-otter"})
        assert (answer.output, answer.error_code) == (None, "NoSuchBucket")
        with pytest.raises(ValueError, match="Unknown parameter"):
            observed.call("s3", "get_bucket_location", {"Bukket": "plum-otter"})
        with pytest.raises(KeyError):
            observed.call("s3", "list_buckets", {}, account="nobody")


def test_looking_at_an_environment_that_is_gone_is_told() -> None:
    with pytest.raises(store.EnvironmentGone), observation.observe(uuid4()):
        pass


def test_setup_acts_as_root_and_says_so(caller: Caller) -> None:
    client(caller.account, "s3", region="us-east-1").create_bucket(Bucket="given-otter")
    event = caller.events()[-1]
    assert event.record["userIdentity"]["type"] == "Root"
    assert (event.interface, event.record["userAgent"]) == ("other", "entrypoint-setup")
    assert [found["Name"] for found in caller.client("s3").list_buckets()["Buckets"]] == ["given-otter"]


def made(*arguments: str) -> list[dict[str, str]]:
    out = StringIO()
    call_command("make_account", "--json", *arguments, stdout=out)
    accounts: list[dict[str, str]] = json.loads(out.getvalue())
    return accounts


def test_accounts_are_made_for_tools() -> None:
    accounts = made("--count", "2")
    assert [sorted(account) for account in accounts] == [
        ["access_key_id", "account_id", "endpoint_url", "environment", "secret_access_key"]
    ] * 2
    assert len({account["environment"] for account in accounts}) == 2


def test_accounts_are_made_in_one_environment() -> None:
    accounts = made("--count", "3", "--same-environment")
    assert len({account["account_id"] for account in accounts}) == 3
    assert len({account["environment"] for account in accounts}) == 1


@pytest.mark.parametrize("count", ["0", "-1", "x", "10001"])
def test_a_count_that_is_none_is_refused(count: str) -> None:
    with pytest.raises(CommandError, match="whole number"):
        made("--count", count)
