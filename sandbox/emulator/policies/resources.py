"""Policies that a resource carries itself, found by the resource's canonical ARN."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.emulator.policies.document import Document, as_text
from sandbox.emulator.policies.identity import find_role
from sandbox.emulator.world import World


@dataclass(frozen=True, slots=True)
class _Place:
    """An ARN taken apart; `account_id` and `region` are those in whose backends its resource lies."""

    world: World
    arn: str
    account_id: str
    region: str
    resource: str

    def backend(self, service: str) -> Any:
        return self.world.existing(service, self.account_id, self.region)


@dataclass(frozen=True, slots=True)
class Grant:
    """A grant on a KMS key: who may do what with it, under which constraints on the encryption context."""

    grant_id: str
    grantee_principal: str
    retiring_principal: str
    operations: tuple[str, ...]
    constraints: Mapping[str, Mapping[str, str]]


def resource_policy(world: World, arn: str, account_id: str) -> list[Document] | None:
    """Policies on the resource that a canonical ARN names; None when it carries none.

    `account_id` is the resource's owner, for ARNs that name none.
    """
    parts = arn.split(":", 5)
    find = _FINDERS.get(parts[2]) if len(parts) == 6 else None
    if find is None:
        return None
    with world.entered():
        found = find(_Place(world, arn, parts[4] or account_id, parts[3] or parts[1], parts[5]))
    return found or None


def grants(world: World, key_arn: str) -> list[Grant]:
    """Grants on a KMS key, by the key's ARN."""
    with world.entered():
        parts = key_arn.split(":", 5)
        key = _kms_key(_Place(world, key_arn, parts[4], parts[3], parts[5])) if len(parts) == 6 else None
        return [_grant(grant) for grant in key.grants.values()] if key is not None else []


def _grant(grant: Any) -> Grant:
    return Grant(
        grant.id,
        grant.grantee_principal,
        grant.retiring_principal or "",
        tuple(grant.operations),
        grant.constraints or {},
    )


def _one(arn: str, document: Any) -> list[Document]:
    return [Document(arn, as_text(document))] if document else []


def _get(backend: Any, attribute: str, key: str) -> Any:
    return getattr(backend, attribute).get(key) if backend is not None else None


def _s3(place: _Place) -> list[Document]:
    name = place.resource.partition("/")[0]
    partition, owner = place.world.buckets.get(name) or ("aws", "")
    bucket = _get(place.world.existing("s3", owner, partition), "buckets", name)
    return _one(f"arn:{partition}:s3:::{name}", bucket.policy) if bucket is not None else []


def _sqs(place: _Place) -> list[Document]:
    queue = _get(place.backend("sqs"), "queues", place.resource)
    return _one(place.arn, queue.policy) if queue is not None else []


def _sns(place: _Place) -> list[Document]:
    topic = _get(place.backend("sns"), "topics", place.arn)
    return _one(place.arn, topic.policy) if topic is not None else []


def _kms_key(place: _Place) -> Any:
    return _get(place.backend("kms"), "keys", place.resource.removeprefix("key/"))


def _kms(place: _Place) -> list[Document]:
    key = _kms_key(place)
    return _one(place.arn, key.policy) if key is not None else []


def _secretsmanager(place: _Place) -> list[Document]:
    backend = place.backend("secretsmanager")
    secrets = backend.secrets.values() if backend is not None else ()
    return next((_one(place.arn, secret.policy) for secret in secrets if secret.arn == place.arn), [])


def _lambda(place: _Place) -> list[Document]:
    backend = place.backend("awslambda_simple")
    kind, _, rest = place.resource.partition(":")
    name, _, qualifier = rest.partition(":")
    if backend is None:
        return []
    if kind == "layer":
        layer = backend._layers._layers.get(name)
        version = layer.layer_versions.get(qualifier) if layer is not None else None
        statements = version.policy.statements if version is not None else []
    else:
        kept = backend._lambdas._functions.get(name)
        functions = [kept["latest"], *kept["versions"]] if kept else []
        wanted = place.arn.removesuffix(":$LATEST")
        # Each version and alias has a policy of its own; moto keeps them together, told apart by the resource.
        statements = [
            statement
            for policy in {id(function.policy): function.policy for function in functions if function}.values()
            for statement in policy.statements
            if statement.get("Resource") == wanted
        ]
    if not statements:
        return []
    document = {"Version": "2012-10-17", "Id": "default", "Statement": [_lambda_statement(one) for one in statements]}
    return _one(place.arn, json.dumps(document))


_ELEMENTS = ("Sid", "Effect", "Principal", "Action", "Resource", "Condition")


def _lambda_statement(statement: Mapping[str, Any]) -> dict[str, Any]:
    """A permission as AWS writes it into the policy: moto leaves some of the request's members as they came."""
    written = {name: statement[name] for name in _ELEMENTS if name in statement}
    conditions = {operator: dict(keys) for operator, keys in written.get("Condition", {}).items()}
    if "FunctionUrlAuthType" in statement:
        conditions.setdefault("StringEquals", {})["lambda:FunctionUrlAuthType"] = statement["FunctionUrlAuthType"]
    if "InvokedViaFunctionUrl" in statement:
        via = str(statement["InvokedViaFunctionUrl"]).lower()
        conditions.setdefault("Bool", {})["lambda:InvokedViaFunctionUrl"] = via
    if "OrganizationId" in statement:
        conditions.setdefault("StringEquals", {})["aws:PrincipalOrgID"] = statement["OrganizationId"]
    if conditions:
        written["Condition"] = conditions
    principal = written.get("Principal")
    if isinstance(principal, str) and principal != "*":
        written["Principal"] = {"AWS": principal} if principal.startswith("arn:") or principal.isdigit() else principal
        if isinstance(written["Principal"], str):
            written["Principal"] = {"Service": principal}
    return written


def _ecr(place: _Place) -> list[Document]:
    repository = _get(place.backend("ecr"), "repositories", place.resource.removeprefix("repository/"))
    return _one(place.arn, repository.policy) if repository is not None else []


def _events(place: _Place) -> list[Document]:
    bus = _get(place.backend("events"), "event_buses", place.resource.removeprefix("event-bus/"))
    return _one(place.arn, bus.policy) if bus is not None else []


def _iam(place: _Place) -> list[Document]:
    kind, _, path = place.resource.partition("/")
    role = find_role(place.backend("iam"), path.rpartition("/")[2]) if kind == "role" else None
    return _one(place.arn, role.assume_role_policy_document) if role is not None else []


def _logs(place: _Place) -> list[Document]:
    backend = place.backend("logs")
    if backend is None:
        return []
    if place.resource.startswith("destination:"):
        destination = backend.destinations.get(place.arn)
        return _one(place.arn, getattr(destination, "access_policy", None))
    return [Document(policy.policy_name, as_text(policy.policy_document)) for policy in _log_policies(backend)]


def _log_policies(backend: Any) -> list[Any]:
    return [policy for policy in backend.resource_policies.values() if policy.policy_document]


def _dynamodb(place: _Place) -> list[Document]:
    table, _, rest = place.resource.removeprefix("table/").partition("/")
    base = place.arn if rest.startswith("stream/") else ":".join((*place.arn.split(":", 5)[:5], f"table/{table}"))
    policy = _get(place.backend("dynamodb"), "resource_policies", base)
    return _one(base, policy.policy_doc) if policy is not None else []


def _kinesis(place: _Place) -> list[Document]:
    return _one(place.arn, _get(place.backend("kinesis"), "resource_policies", place.arn))


SHORT = "execute-api:/"


def _execute_api(place: _Place) -> list[Document]:
    identifier = place.resource.partition("/")[0]
    api = _get(place.backend("apigateway"), "apis", identifier)
    if api is None or not api.policy:
        return []
    document = json.loads(as_text(api.policy))
    whole = ":".join((*place.arn.split(":", 5)[:5], f"{identifier}/"))
    statements = document.get("Statement", [])
    for statement in statements if isinstance(statements, list) else [statements]:
        # AWS completes the short form of the resource when the policy is saved.
        for element in ("Resource", "NotResource"):
            if element in statement:
                statement[element] = _completed(statement[element], whole)
    return _one(place.arn, json.dumps(document))


def _completed(value: Any, whole: str) -> Any:
    if isinstance(value, list):
        return [_completed(one, whole) for one in value]
    return whole + value.removeprefix(SHORT) if isinstance(value, str) and value.startswith(SHORT) else value


_FINDERS: dict[str, Callable[[_Place], list[Document]]] = {
    "s3": _s3,
    "sqs": _sqs,
    "sns": _sns,
    "kms": _kms,
    "secretsmanager": _secretsmanager,
    "lambda": _lambda,
    "ecr": _ecr,
    "events": _events,
    "iam": _iam,
    "logs": _logs,
    "dynamodb": _dynamodb,
    "kinesis": _kinesis,
    "execute-api": _execute_api,
}
