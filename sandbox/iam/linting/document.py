"""A policy as the checks see it: statements and their parts, each with its place."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from sandbox.iam import conditions
from sandbox.iam.linting.json_reader import Member, Node


class PolicyType(StrEnum):
    """The kinds of policies that ValidatePolicy tells apart."""

    IDENTITY = "IDENTITY_POLICY"
    RESOURCE = "RESOURCE_POLICY"
    SERVICE_CONTROL = "SERVICE_CONTROL_POLICY"
    RESOURCE_CONTROL = "RESOURCE_CONTROL_POLICY"


TRUST = "AWS::IAM::AssumeRolePolicyDocument"


@dataclass(frozen=True, slots=True)
class ConditionEntry:
    """One key under one operator; the operator is taken apart, in lower case, "" when there is none such."""

    operator_member: Member
    key_member: Member
    operator: str
    quantifier: str
    if_exists: bool

    @property
    def key(self) -> str:
        """The condition key as written."""
        return self.key_member.name

    @property
    def values(self) -> tuple[Node, ...]:
        """The values, of whatever kind."""
        value = self.key_member.value
        return value.items if value.kind == "array" else (value,)


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement; elements of a wrong shape count as absent here, since another check reports them."""

    node: Node

    def get(self, name: str) -> Node | None:
        """An element's value."""
        return self.node.get(name)

    @property
    def effect(self) -> str:
        """ "Allow", "Deny" or whatever else is written."""
        node = self.get("Effect")
        return node.text if node is not None and node.kind == "string" else ""

    def texts(self, *names: str) -> tuple[Node, ...]:
        """The texts in the elements of these names."""
        return tuple(text for name in names if (node := self.get(name)) for text in node.strings())

    @property
    def conditions(self) -> tuple[ConditionEntry, ...]:
        """The entries of Condition."""
        return tuple(_entries(self.get("Condition")))

    @property
    def principals(self) -> tuple[tuple[str, Node], ...]:
        """Kind and text of each principal in Principal and NotPrincipal; a bare text has the kind ""."""
        return tuple(pair for name in ("Principal", "NotPrincipal") for pair in _principals(self.get(name)))

    @property
    def is_trust(self) -> bool:
        """Whether it is about assuming a role."""
        texts = self.texts("Action")
        return bool(texts) and all(text.text.lower().startswith("sts:") for text in texts)


class Effort:
    """How much work a policy may still cause: a text made to cost much gets fewer findings instead of more time."""

    def __init__(self, units: int = 500_000) -> None:
        self.units = units

    def spend(self, units: int) -> bool:
        """Take from what is left; false when that is not enough."""
        self.units -= units
        return self.units >= 0


@dataclass(frozen=True, slots=True)
class Policy:
    """A policy; `size` is its length without the white space between its parts."""

    root: Node
    kind: PolicyType
    resource_type: str | None
    statements: tuple[Statement, ...]
    size: int
    length: int
    effort: Effort

    @property
    def has_variables(self) -> bool:
        """Whether its version knows variables."""
        version = self.root.get("Version")
        return version is not None and version.text == "2012-10-17"


def policy_of(root: Node, kind: PolicyType, resource_type: str | None, text: str) -> Policy:
    """Take a policy apart."""
    statement = root.get("Statement")
    nodes = () if statement is None else (statement.items if statement.kind == "array" else (statement,))
    statements = tuple(Statement(node) for node in nodes if node.kind == "object")
    return Policy(root, kind, resource_type, statements, _size(root), len(text), Effort())


def _entries(condition: Node | None) -> Iterator[ConditionEntry]:
    for operator_member in condition.members if condition else ():
        try:
            operator, quantifier, if_exists = conditions.read_operator(operator_member.name)
        except conditions.UnknownOperator:
            operator, quantifier, if_exists = "", "", False
        for key_member in operator_member.value.members:
            yield ConditionEntry(operator_member, key_member, operator, quantifier, if_exists)


def _principals(node: Node | None) -> Iterator[tuple[str, Node]]:
    if node is None:
        return
    if node.kind == "string":
        yield "", node
    for member in node.members:
        for text in member.value.strings():
            yield member.name, text


def _size(node: Node) -> int:
    """Count the characters of a value as if written without white space between its parts."""
    if node.kind == "array":
        return 2 + sum(_size(item) for item in node.items) + max(0, len(node.items) - 1)
    if node.kind == "object":
        inside = sum(member.end - member.start + 1 + _size(member.value) for member in node.members)
        return 2 + inside + max(0, len(node.members) - 1)
    return node.end - node.start
