"""Principals that a trust policy names: they must exist when it is saved.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
"""

import json
from collections.abc import Iterator
from typing import Any

from sandbox.emulator import World, named_principals
from sandbox.services.iam.errors import quota_exceeded, refusal

TRUST_POLICY_SIZE = 2048
_UNIQUE_ID_PREFIXES = ("AIDA", "AROA")
_WEB_IDENTITIES = {"accounts.google.com", "cognito-identity.amazonaws.com", "graph.facebook.com", "www.amazon.com"}


def check(world: World, document: str) -> str:
    """Refuse a trust policy that is too long or names a principal that does not exist; raises AwsError.

    Returns the document to be stored: unique ids of living principals become their ARNs.
    """
    if size(document) > TRUST_POLICY_SIZE:
        raise quota_exceeded("ACLSizePerRole", TRUST_POLICY_SIZE)
    policy, changed = json.loads(document), False
    for kind, value in _principals(policy):
        if kind == "AWS" and value.startswith(_UNIQUE_ID_PREFIXES) and named_principals.principal_of_id(world, value):
            changed = True
        elif not _exists(world, kind, value):
            raise refusal("MalformedPolicyDocument", f'Invalid principal in policy: "{kind.upper()}":"{value}"')
    if not changed:
        return document
    for kind, value in list(_principals(policy)):
        if kind == "AWS" and (arn := named_principals.principal_of_id(world, value)) is not None:
            named_principals.rename_in(policy, value, arn)
    return json.dumps(policy)


def size(document: str) -> int:
    """Characters of a document that count against a quota: all but white space."""
    return sum(not character.isspace() for character in document)


def _principals(policy: Any) -> Iterator[tuple[str, str]]:
    statements = policy["Statement"]
    for statement in statements if isinstance(statements, list) else [statements]:
        named = statement.get("Principal", statement.get("NotPrincipal"))
        if isinstance(named, dict):
            for kind, values in named.items():
                yield from ((kind, value) for value in (values if isinstance(values, list) else [values]))


def _exists(world: World, kind: str, value: str) -> bool:
    if kind == "AWS":
        return value == "*" or value in world.accounts or named_principals.principal_exists(world, value)
    if kind == "Service":
        # Which services there are, no list says; their names have this form.
        return value.endswith((".amazonaws.com", ".amazonaws.com.cn")) and value.count(".") >= 2
    if kind == "Federated":
        return value in _WEB_IDENTITIES or _is_provider(value)
    return False


def _is_provider(value: str) -> bool:
    parts = value.split(":", 5)
    return len(parts) == 6 and parts[2] == "iam" and parts[5].startswith(("oidc-provider/", "saml-provider/"))
