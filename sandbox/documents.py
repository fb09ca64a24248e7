"""Policy documents in requests: what AWS refuses to save is refused, in the words of the service that would save it.

The codes are AWS's; the sentences are ours, since they say what is wrong and where.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sandbox.iam.policies import MalformedPolicy, Policy, compile_policy
from sandbox.wire import AwsError

Check = Callable[[Policy], None]


def _identity(policy: Policy) -> None:
    for statement in policy.statements:
        if statement.principals is not None:
            raise MalformedPolicy(f"statement {statement.index + 1}: an identity-based policy names no principal")
        if statement.resources is None:
            raise MalformedPolicy(f"statement {statement.index + 1} has neither Resource nor NotResource")


def _trust(policy: Policy) -> None:
    for statement in policy.statements:
        if statement.principals is None:
            raise MalformedPolicy(f"statement {statement.index + 1}: a trust policy names its principals")
        if statement.resources is not None:
            raise MalformedPolicy(f"statement {statement.index + 1}: a trust policy has no Resource")


def _resource(policy: Policy) -> None:
    for statement in policy.statements:
        if statement.principals is None:
            raise MalformedPolicy(f"statement {statement.index + 1}: a resource-based policy names its principals")
        if statement.resources is None:
            raise MalformedPolicy(f"statement {statement.index + 1} has neither Resource nor NotResource")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a request holds a document, what kind it must be of, and the code of the refusal."""

    parameter: str
    check: Check
    code: str


_IAM = "MalformedPolicyDocument"
_KMS = "MalformedPolicyDocumentException"
PLACES: dict[tuple[str, str], Place] = {
    **{
        ("iam", operation): Place("PolicyDocument", _identity, _IAM)
        for operation in ("CreatePolicy", "CreatePolicyVersion", "PutUserPolicy", "PutGroupPolicy", "PutRolePolicy")
    },
    ("iam", "CreateRole"): Place("AssumeRolePolicyDocument", _trust, _IAM),
    ("iam", "UpdateAssumeRolePolicy"): Place("PolicyDocument", _trust, _IAM),
    **{
        ("sts", operation): Place("Policy", _identity, _IAM)
        for operation in ("AssumeRole", "AssumeRoleWithSAML", "AssumeRoleWithWebIdentity", "GetFederationToken")
    },
    ("s3", "PutBucketPolicy"): Place("Policy", _resource, "MalformedPolicy"),
    ("kms", "CreateKey"): Place("Policy", _resource, _KMS),
    ("kms", "PutKeyPolicy"): Place("Policy", _resource, _KMS),
    ("secretsmanager", "PutResourcePolicy"): Place("ResourcePolicy", _resource, _KMS),
}


# Where a policy is one of a resource's attributes, its empty text takes the policy away.
ATTRIBUTES = {
    ("sqs", "CreateQueue"): "InvalidAttributeValue",
    ("sqs", "SetQueueAttributes"): "InvalidAttributeValue",
    ("sns", "CreateTopic"): "InvalidParameter",
}
SERVICE_LINKED = "/aws-service-role/"


def check(service: str, operation: str, parameters: dict[str, Any]) -> None:
    """Refuse a request whose policy document AWS would not save; raises AwsError."""
    if (service, operation) == ("iam", "CreateRole"):
        _check_path(parameters.get("Path") or "/")
    place, document = _held(service, operation, parameters)
    if place is None or document is None:
        return
    text = document.decode("utf-8", "replace") if isinstance(document, bytes) else str(document)
    try:
        place.check(compile_policy(text))
    except MalformedPolicy as error:
        raise AwsError(place.code, f"The policy is not valid: {error}", 400) from error


def _check_path(path: str) -> None:
    # Service control policies do not bind service-linked roles, which only services make.
    if path.startswith(SERVICE_LINKED):
        raise AwsError("ValidationError", f"The path {SERVICE_LINKED} is kept for roles that services make", 400)


def _held(service: str, operation: str, parameters: dict[str, Any]) -> tuple[Place | None, Any]:
    if (code := ATTRIBUTES.get((service, operation))) is not None:
        return Place("Policy", _resource, code), (parameters.get("Attributes") or {}).get("Policy") or None
    if (service, operation) == ("sns", "SetTopicAttributes"):
        of_policy = parameters.get("AttributeName") == "Policy"
        return Place("AttributeValue", _resource, "InvalidParameter"), parameters.get(
            "AttributeValue"
        ) if of_policy else None
    place = PLACES.get((service, operation))
    return place, parameters.get(place.parameter) if place else None
