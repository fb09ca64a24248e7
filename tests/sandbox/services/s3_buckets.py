"""Buckets to test on, and accounts beside the first."""

import json
from typing import Any

from sandbox import worlds
from sandbox.environments import add_account
from tests.sandbox.conftest import Caller, make_caller

REGION = "eu-central-1"


def make_bucket(caller: Caller, name: str, **parameters: Any) -> None:
    """A bucket in the region that callers use."""
    place = {"LocationConstraint": REGION}
    caller.client("s3").create_bucket(Bucket=name, CreateBucketConfiguration=place, **parameters)


def make_open_bucket(caller: Caller, name: str, ownership: str = "BucketOwnerPreferred") -> None:
    """A bucket that still has access control lists, and that may be public."""
    make_bucket(caller, name, ObjectOwnership=ownership)
    caller.client("s3").delete_public_access_block(Bucket=name)


def set_policy(caller: Caller, name: str, *statements: dict[str, Any]) -> None:
    """A bucket policy of these statements."""
    policy = {"Version": "2012-10-17", "Statement": list(statements)}
    caller.client("s3").put_bucket_policy(Bucket=name, Policy=json.dumps(policy))


def grant(principal: Any, *actions: str, resource: str, effect: str = "Allow") -> dict[str, Any]:
    """A statement of a bucket policy."""
    return {"Effect": effect, "Principal": principal, "Action": list(actions), "Resource": resource}


def second_account(caller: Caller) -> Caller:
    """The administrator of another account in the same environment."""
    account = add_account(environment=caller.account.environment, alias="second")
    # A world that is loaded keeps the accounts that it had.
    worlds.drop(account.environment_id)
    return make_caller(account)
