"""What the tests of IAM share: documents, refusals, and callers who are not administrators."""

import json
from datetime import timedelta
from typing import Any
from urllib.parse import unquote

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from sandbox import conditions, worlds
from sandbox.environments import Credentials
from tests.sandbox.conftest import Caller


def document(*actions: str, resource: str = "*", effect: str = "Allow", **elements: Any) -> str:
    """An identity policy of one statement."""
    statement = {"Effect": effect, "Action": list(actions) or ["s3:*"], "Resource": resource, **elements}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def trust(kind: str = "Service", principal: Any = "ec2.amazonaws.com") -> str:
    """A trust policy of one statement."""
    statement = {"Effect": "Allow", "Principal": {kind: principal}, "Action": "sts:AssumeRole"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def refused(call: Any, **parameters: Any) -> tuple[str, str]:
    """Code and message of the error that a call ends with; the test fails when there is none."""
    try:
        call(**parameters)
    except ClientError as error:
        return error.response["Error"]["Code"], error.response["Error"]["Message"]
    raise AssertionError("the call was not refused")


def forget(caller: Caller) -> None:
    """Drop what is in memory, so that the next call reads what was stored."""
    worlds.drop(caller.account.environment_id)


def caller_as(caller: Caller, key: dict[str, Any]) -> Caller:
    """Another user of the same account, by an access key as CreateAccessKey gave it."""
    return Caller(caller.account, Credentials(key["AccessKeyId"], key["SecretAccessKey"]))


def new_user(caller: Caller, name: str, *, administrator: bool = True) -> Caller:
    """A new user with a key."""
    iam = caller.client("iam")
    iam.create_user(UserName=name)
    if administrator:
        iam.attach_user_policy(UserName=name, PolicyArn="arn:aws:iam::aws:policy/AdministratorAccess")
    return caller_as(caller, iam.create_access_key(UserName=name)["AccessKey"])


def trusted(caller: Caller, role_name: str) -> Any:
    """The principal in a role's trust policy, as GetRole shows it."""
    found = caller.client("iam").get_role(RoleName=role_name)["Role"]["AssumeRolePolicyDocument"]
    policy = found if isinstance(found, dict) else json.loads(unquote(found))
    return policy["Statement"][0]["Principal"]


def answer_of(caller: Caller) -> bytes:
    """The body of the last answer as it came."""
    assert caller.answered is not None
    return caller.answered.body


def sending_all(client: Any) -> Any:
    """The client without boto3's own checks of parameters, so that wrong ones reach the server."""
    client._serializer = client._serializer._serializer
    return client


def session_client(caller: Caller, credentials: dict[str, Any], service: str, *, region: str) -> Any:
    """A client of the gateway with temporary credentials, as STS answers them."""
    made = boto3.session.Session().client(
        service,
        region_name=region,
        aws_access_key_id=credentials["AccessKeyId"],
        aws_secret_access_key=credentials["SecretAccessKey"],
        aws_session_token=credentials["SessionToken"],
        config=Config(retries={"total_max_attempts": 1}),
    )
    made.meta.events.register_last("before-send", caller._send)
    return made


def days_later(caller: Caller, days: int) -> None:
    """Let days go by in the caller's environment."""
    conditions.move_clock_forward(environment_id=caller.account.environment_id, by=timedelta(days=days))
