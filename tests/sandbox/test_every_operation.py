"""Every operation of the allow-list: refused to who may nothing, open to who may all or exactly what it needs."""

import json
from collections.abc import Iterator
from functools import cache
from typing import Any

import botocore.session
import pytest
from botocore import xform_name
from botocore.exceptions import ClientError

from sandbox import authorization, emulator, worlds
from sandbox.authorization import Asked, Need
from sandbox.emulator import REFUSED, facts
from sandbox.services import NATIVE, OFFERED
from tests.sandbox.actors import make_user
from tests.sandbox.conftest import Caller
from tests.sandbox.plausible import parameters_for

REGION = "eu-central-1"
# No permission is needed for these: who calls is known by other means, or does not matter.
OPEN = {("sts", name) for name in ("GetCallerIdentity", "GetSessionToken", "AssumeRoleWithSAML")}
OPEN |= {("sts", "AssumeRoleWithWebIdentity")}
# Only a resource's own policy opens these; the caller's own policies do not suffice.
BY_RESOURCE_ONLY = {("sts", "AssumeRole")}
DENIED = {
    "ec2": ("UnauthorizedOperation", 403),
    "sns": ("AuthorizationError", 403),
    **dict.fromkeys(("iam", "sts", "cloudformation", "s3", "s3control", "sqs"), ("AccessDenied", 403)),
    **dict.fromkeys(("cloudwatch", "elbv2", "autoscaling", "elasticache", "route53"), ("AccessDenied", 403)),
    "cloudfront": ("AccessDenied", 403),
}


@cache
def _service(name: str) -> Any:
    return botocore.session.get_session().get_service_model(name)


def operations(service: str) -> list[str]:
    """The operations of a service that the sandbox performs."""
    return [
        name
        for name in _service(service).operation_names
        if ((service, name) in NATIVE or (service in emulator.SERVICES and emulator.emulates(service, name)))
        and (service, name) not in REFUSED
    ]


def _expected(service: str) -> tuple[str, int]:
    if service in DENIED:
        return DENIED[service]
    return "AccessDeniedException", 400 if _service(service).metadata["protocol"] == "json" else 403


@pytest.fixture
def admin(caller: Caller) -> Caller:
    s3 = caller.client("s3")
    s3.create_bucket(Bucket="docs", CreateBucketConfiguration={"LocationConstraint": REGION})
    return caller


def _call(actor: Caller, service: str, operation: str, parameters: dict[str, Any]) -> tuple[str, int, str]:
    """Code, status and message of an answer; ("", status, "") of a good one."""
    client = _client(actor, service)
    try:
        answer = getattr(client, xform_name(operation))(**parameters)
    except ClientError as error:
        status = error.response["ResponseMetadata"]["HTTPStatusCode"]
        return error.response["Error"]["Code"], status, error.response["Error"].get("Message") or ""
    return "", answer["ResponseMetadata"]["HTTPStatusCode"], ""


_CLIENTS: dict[tuple[str, str], Any] = {}


def _client(actor: Caller, service: str) -> Any:
    key = (actor.credentials.access_key_id, service)
    if key not in _CLIENTS:
        _CLIENTS[key] = actor.client(service, region=REGION)
    return _CLIENTS[key]


@pytest.fixture(autouse=True)
def _no_clients_left() -> Iterator[None]:
    yield
    _CLIENTS.clear()


def _parameters(service: str, operation: str, account: str) -> dict[str, Any]:
    model = _service(service)
    prefix = model.metadata.get("signingName", model.metadata["endpointPrefix"])
    return parameters_for(model.operation_model(operation), account=account, region=REGION, prefix=prefix)


def _is_denial(code: str, message: str) -> bool:
    return "is not authorized to perform: " in message or (
        code in ("AccessDenied", "403") and message == "Access Denied"
    )


@pytest.mark.parametrize("service", sorted(OFFERED))
def test_who_may_nothing_is_refused_everywhere(admin: Caller, service: str) -> None:
    nobody = make_user(admin, "nobody")
    wrong = {}
    for operation in operations(service):
        if (service, operation) in OPEN or not _needs(admin, service, operation):
            continue
        code, status, message = _call(nobody, service, operation, _parameters(service, operation, admin.account.pk))
        head = service == "s3" and operation.startswith("Head")
        expected = ("403", 403) if head else _expected(service)
        if (code, status) != expected or not (head or "not authorized to perform" in message):
            wrong[operation] = (code, status, message)
    assert wrong == {}


@pytest.mark.parametrize("service", sorted(OFFERED))
def test_who_may_all_is_refused_nowhere(admin: Caller, service: str) -> None:
    wrong = {}
    for operation in operations(service):
        if (service, operation) in BY_RESOURCE_ONLY:
            continue
        code, _, message = _call(admin, service, operation, _parameters(service, operation, admin.account.pk))
        if _is_denial(code, message):
            wrong[operation] = (code, message)
    assert wrong == {}


@pytest.mark.parametrize("service", sorted(OFFERED))
def test_who_may_exactly_what_a_call_needs_may_call(admin: Caller, service: str) -> None:
    exact = make_user(admin, "exact")
    iam = admin.client("iam")
    wrong = {}
    for operation in operations(service):
        needs = _needs(admin, service, operation)
        if (service, operation) in OPEN | BY_RESOURCE_ONLY or not needs:
            continue
        if service == "s3":
            # Of a key that is not there, S3 says so only to who may list the bucket.
            admin.client("s3").put_object(Bucket="docs", Key="thing", Body=b"")
        iam.put_user_policy(UserName="exact", PolicyName="exact", PolicyDocument=json.dumps(_policy(needs)))
        code, _, message = _call(exact, service, operation, _parameters(service, operation, admin.account.pk))
        if _is_denial(code, message):
            wrong[operation] = (code, message)
    assert wrong == {}


def _needs(admin: Caller, service: str, operation: str) -> tuple[Need, ...]:
    """What the mapping says that the sample call needs."""
    call = _asked(admin, service, operation)
    with worlds.lock:
        world = worlds.opened(admin.account.environment_id)
        with world.entered():
            return authorization.needs(call, facts.AccountFacts(world, admin.account.pk, call.region))


def _asked(admin: Caller, service: str, operation: str) -> Asked:
    region = _client(admin, service).meta.region_name
    region = region if not region.startswith("aws-global") else "us-east-1"
    parameters = _parameters(service, operation, admin.account.pk)
    return Asked(service, operation, region, "aws", admin.account.pk, parameters)


def _policy(needs: tuple[Need, ...]) -> dict[str, Any]:
    return {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": need.action, "Resource": need.resource} for need in needs],
    }
