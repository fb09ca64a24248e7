"""Policies to lint, made of parts."""

import json
from typing import Any

from sandbox.iam.linting import lint

Document = dict[str, Any]

BUCKET = "arn:aws:s3:::reports"
OBJECTS = "arn:aws:s3:::reports/*"


def statement(**elements: Any) -> Document:
    """An innocent statement of an identity policy, with elements changed; None takes one away."""
    whole = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": OBJECTS, **elements}
    return {name: value for name, value in whole.items() if value is not None}


def policy(*statements: Document, **elements: Any) -> Document:
    """A policy of statements, with elements changed; None takes one away."""
    whole = {"Version": "2012-10-17", "Statement": list(statements or (statement(),)), **elements}
    return {name: value for name, value in whole.items() if value is not None}


def one(**elements: Any) -> Document:
    """A policy of one statement."""
    return policy(statement(**elements))


def when(operator: str, key: str, value: Any, **elements: Any) -> Document:
    """A policy of one statement with one condition."""
    return one(Condition={operator: {key: value}}, **elements)


def shared(**elements: Any) -> Document:
    """A bucket's policy of one statement."""
    return one(**{"Principal": {"AWS": "arn:aws:iam::111122223333:root"}, **elements})


def trust(**elements: Any) -> Document:
    """A role's trust policy."""
    whole = {"Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole", "Resource": None, **elements}
    return one(**whole)


def codes(document: Document | str, kind: str = "IDENTITY_POLICY", resource_type: str | None = None) -> set[str]:
    """The issue codes that a policy gets."""
    text = document if isinstance(document, str) else json.dumps(document, indent=2)
    return {finding.issue_code for finding in lint(text, kind, resource_type)}
