"""A learner's account with a bucket, whose requests this folder's own signer signs."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import transaction
from django.test import override_settings

from sandbox import gateway, trail, worlds
from sandbox.environments import create_environment, delete_environment, learner_credentials
from sandbox.models import Account
from sandbox.wire import Request, Response
from tests.sandbox.signatures.families import BY_NAME, REGION
from tests.sandbox.signatures.signer import NOW, Draft, Key, signed

BUCKET = "plum-otter"


@dataclass(frozen=True, slots=True)
class Lab:
    """An account, its learner's key, and keys that are none any more; everything is sent at NOW."""

    account: Account
    key: Key
    inactive: Key
    deleted: Key
    of_a_deleted_environment: Key
    of_another: Key

    def send(self, request: Request) -> Response:
        return gateway.handle(request, now=NOW)

    def signed(self, draft: Draft) -> Response:
        return self.send(signed(draft, self.key))

    def iam(self, action: str, **parameters: str) -> str:
        """Answer of a call to IAM that must end well."""
        body = urlencode({"Action": action, "Version": "2010-05-08", **parameters}).encode()
        response = self.signed(replace(BY_NAME["iam"].draft, body=body))
        assert response.status == 200, response.body
        return response.body.decode()

    def make_bucket(self) -> None:
        body = (
            f"<CreateBucketConfiguration><LocationConstraint>{REGION}</LocationConstraint></CreateBucketConfiguration>"
        )
        draft = Draft("PUT", f"s3.{REGION}.amazonaws.com", f"/{BUCKET}", "s3", REGION, body=body.encode())
        response = self.signed(draft)
        assert response.status == 200, response.body

    def make_organization(self) -> None:
        draft = BY_NAME["organizations"].draft
        target = ("x-amz-target", "AWSOrganizationsV20161128.CreateOrganization")
        response = self.signed(replace(draft, headers=(draft.headers[0], target)))
        assert response.status == 200, response.body


def _between(text: str, name: str) -> str:
    return text.partition(f"<{name}>")[2].partition(f"</{name}>")[0]


def make_lab() -> Lab:
    """A learner with a bucket and an organization, in a fresh environment."""
    account, gone, other = (create_environment().accounts.get() for _ in range(3))
    unknown = key_of(gone)
    delete_environment(gone.environment_id)
    lab = Lab(account, key_of(account), unknown, unknown, unknown, key_of(other))
    lab.make_bucket()
    lab.make_organization()
    deleted = _second_key(lab)
    lab.iam("DeleteAccessKey", UserName="learner", AccessKeyId=deleted.access_key_id)
    inactive = _second_key(lab)
    lab.iam("UpdateAccessKey", UserName="learner", AccessKeyId=inactive.access_key_id, Status="Inactive")
    return replace(lab, deleted=deleted, inactive=inactive)


def key_of(account: Account) -> Key:
    """The key of an account's learner."""
    credentials = learner_credentials(account)
    return Key(credentials.access_key_id, credentials.secret_access_key)


def _second_key(lab: Lab) -> Key:
    answer = lab.iam("CreateAccessKey", UserName="learner")
    return Key(_between(answer, "AccessKeyId"), _between(answer, "SecretAccessKey"))


@pytest.fixture(autouse=True)
def forgotten() -> Iterator[None]:
    """A test's changes are rolled back in the database, and what is in memory follows; the lab stays."""
    before = {environment_id: world.version for environment_id, world in worlds._loaded.items()}
    yield
    if before != {environment_id: world.version for environment_id, world in worlds._loaded.items()}:
        worlds._loaded.clear()
    trail.recorder._events.clear()
    trail.recorder._called.clear()


@pytest.fixture(scope="module")
def lab(django_db_setup: None, django_db_blocker: Any) -> Iterator[Lab]:
    """One learner for all tests of a module, since nearly all that they send is refused."""
    with (
        django_db_blocker.unblock(),
        override_settings(SANDBOX_RECORD_IN_BACKGROUND=False, SANDBOX_LISTENERS=[]),
        transaction.atomic(),
    ):
        yield make_lab()
        transaction.set_rollback(True)
    worlds._loaded.clear()
    worlds._environment_of.clear()
