"""Checks for grants that lead to more rights: passing roles and making service-linked ones.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
"""

from collections.abc import Iterator
from dataclasses import dataclass

from sandbox.iam.linting import arns
from sandbox.iam.linting.action_patterns import stands_for, wild
from sandbox.iam.linting.document import Policy, PolicyType, Statement
from sandbox.iam.linting.findings import Issue, issue
from sandbox.iam.linting.json_reader import Node


@dataclass(frozen=True, slots=True)
class _Power:
    """An action that needs care, and the condition key that tames it."""

    prefix: str
    action: str
    key: str
    details: str


_POWERS = (
    _Power(
        "PASS_ROLE",
        "iam:passrole",
        "iam:passedtoservice",
        "This allows iam:PassRole on roles that are not named, so whoever has it can give a service more rights than "
        "they have themselves. Name the roles' ARNs, or add iam:PassedToService to Condition.",
    ),
    _Power(
        "CREATE_SLR",
        "iam:createservicelinkedrole",
        "iam:awsservicename",
        "This allows iam:CreateServiceLinkedRole on roles that are not named, so roles of any service can be made. "
        "Name the roles' ARNs, or add iam:AWSServiceName to Condition.",
    ),
)


def _powers(policy: Policy, statement: Statement) -> Iterator[Issue]:
    if policy.kind is not PolicyType.IDENTITY or statement.effect != "Allow":
        return
    keys = {entry.key.lower() for entry in statement.conditions}
    for power in _POWERS:
        if power.key not in keys:
            yield from _power(statement, power)


def _power(statement: Statement, power: _Power) -> Iterator[Issue]:
    how, action_nodes = _granted(statement, power.action)
    not_resource = statement.get("NotResource")
    stars = tuple(node for node in statement.texts("Resource") if _is_any_role(node.text))
    if not action_nodes or not (not_resource or stars):
        return
    places = (*action_nodes, *((not_resource,) if not_resource else stars))
    yield issue(f"{power.prefix}_WITH_{_SUFFIX[how, bool(not_resource)]}", power.details, *places)


# How the action is granted, and whether by NotResource.
_SUFFIX = {
    ("plain", True): "NOT_RESOURCE",
    ("star", True): "STAR_IN_ACTION_AND_NOT_RESOURCE",
    ("not", True): "NOT_ACTION_AND_NOT_RESOURCE",
    ("plain", False): "STAR_IN_RESOURCE",
    ("star", False): "STAR_IN_ACTION_AND_RESOURCE",
    ("not", False): "STAR_IN_RESOURCE_AND_NOT_ACTION",
}


def _granted(statement: Statement, action: str) -> tuple[str, tuple[Node, ...]]:
    excluding = statement.get("NotAction")
    if excluding is not None:
        spared = any(stands_for(node, action) for node in statement.texts("NotAction"))
        return "not", () if spared else (excluding,)
    nodes = tuple(node for node in statement.texts("Action") if stands_for(node, action))
    return ("star" if any(wild(node.text) for node in nodes) else "plain"), nodes


def _is_any_role(text: str) -> bool:
    """Tell whether a resource is any role, nothing of whose name is fixed."""
    arn = arns.parse(text)
    if text == "*" or arn is None:
        return text == "*"
    if not (arn.service == "iam" or wild(arn.service)):
        return False
    name = arn.resource
    for beginning in ("role/", "aws-service-role/", "service-role/"):
        name = name.removeprefix(beginning)
    return name.startswith("*") or name == "role*"


STATEMENT_CHECKS = (_powers,)
