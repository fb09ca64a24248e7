"""Users and roles of an account, made by its administrator, who then call for themselves."""

import json
from typing import Any

from botocore.exceptions import ClientError

from sandbox.environments import Credentials
from tests.sandbox.conftest import Caller


def allow(*actions: str, resource: Any = "*", **elements: Any) -> dict[str, Any]:
    """A policy of one Allow statement."""
    return _policy("Allow", actions, resource, elements)


def deny(*actions: str, resource: Any = "*", **elements: Any) -> dict[str, Any]:
    """A policy of one Deny statement."""
    return _policy("Deny", actions, resource, elements)


def _policy(effect: str, actions: tuple[str, ...], resource: Any, elements: dict[str, Any]) -> dict[str, Any]:
    statement = {"Effect": effect, "Action": list(actions), "Resource": resource, **elements}
    return {"Version": "2012-10-17", "Statement": [statement]}


def make_user(admin: Caller, name: str, *policies: dict[str, Any], boundary: str | None = None) -> Caller:
    """A user with inline policies and an access key."""
    iam = admin.client("iam")
    bounded = {"PermissionsBoundary": boundary} if boundary else {}
    iam.create_user(UserName=name, **bounded)
    for number, policy in enumerate(policies):
        iam.put_user_policy(UserName=name, PolicyName=f"inline-{number}", PolicyDocument=json.dumps(policy))
    key = iam.create_access_key(UserName=name)["AccessKey"]
    return Caller(admin.account, Credentials(key["AccessKeyId"], key["SecretAccessKey"]))


def make_policy(admin: Caller, name: str, policy: dict[str, Any]) -> str:
    """A managed policy; returns its ARN."""
    made = admin.client("iam").create_policy(PolicyName=name, PolicyDocument=json.dumps(policy))
    return str(made["Policy"]["Arn"])


def refused(call: Any, /, **parameters: Any) -> tuple[str, int, str]:
    """Code, status and message of a call that must fail."""
    try:
        call(**parameters)
    except ClientError as error:
        response = error.response
        return response["Error"]["Code"], response["ResponseMetadata"]["HTTPStatusCode"], response["Error"]["Message"]
    raise AssertionError("the call was not refused")
