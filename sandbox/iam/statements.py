"""Whether a statement applies to a question, and if not, the first reason why."""

from enum import IntEnum
from typing import NamedTuple

from sandbox.iam import patterns
from sandbox.iam.conditions import Condition
from sandbox.iam.patterns import Context, UnknownValue
from sandbox.iam.policies import Matcher, Principals, Statement
from sandbox.iam.requests import Asker, Kind, Question


class Named(IntEnum):
    """How closely a resource policy names the one who asks."""

    NOT = 0
    ACCOUNT = 1
    ROLE = 2
    SELF = 3


class Reading(NamedTuple):
    """What became of a statement: it applies, or an element (and for "condition" which) does not fit the question."""

    statement: Statement
    question: Question
    named: Named
    missed: str = ""
    unmet: Condition | None = None

    @property
    def applies(self) -> bool:
        """Whether nothing was missed."""
        return not self.missed

    @property
    def reason(self) -> str:
        """The first reason why the statement does not apply; empty when it does."""
        if self.missed == "principal":
            return "principal: the statement is about others"
        if self.missed == "action":
            return f"action: {self.question.action} is not covered"
        if self.missed == "resource":
            return f"resource: {self.question.resource} is not covered"
        return _unmet(self.unmet, self.question.context) if self.unmet is not None else ""


# How closely the asker is named, what was missed ("" when the statement applies), and the condition that is not met.
Outcome = tuple[Named, str, Condition | None]


def read(statement: Statement, question: Question, action: str, *, bounded: bool, of_resource: bool) -> Outcome:
    """Read a statement for a question; `action` is the question's in lower case.

    `bounded` tells that the asker has a permissions boundary, `of_resource` that the statement is of a resource's
    policy: there, one that names no principal can only deny.
    """
    named = Named.NOT if of_resource and statement.allows else Named.SELF
    if statement.principals is not None:
        named = _named(statement, question.asker, bounded=bounded)
    if named is Named.NOT:
        return named, "principal", None
    if not covers(statement.actions, action, _NO_CONTEXT):
        return named, "action", None
    context = question.context
    if statement.resources is not None and not covers(statement.resources, question.resource, context):
        return named, "resource", None
    for condition in statement.conditions:
        if not condition.holds(context):
            return named, "condition", condition
    return named, "", None


# Names of actions hold no variables.
_NO_CONTEXT: Context = {}


def _unmet(condition: Condition, context: Context) -> str:
    found = context.get(condition.key)
    value = "absent from the request" if not found else f"in the request it is {', '.join(found)}"
    return f"condition: {condition.operator} {condition.key}: {value}"


def covers(matcher: Matcher, text: str, context: Context) -> bool:
    """Tell whether an element, or its Not form, covers a text; action names are given in lower case."""
    several = matcher.compiled
    if several.anything or text in several.fixed or text.startswith(several.beginnings):
        return not matcher.negated
    if not several.rest:
        return matcher.negated
    try:
        return patterns.one_matches(several.rest, text, context) != matcher.negated
    except UnknownValue:
        # What has a variable without a value matches nothing, in its Not form too.
        return False


def _named(statement: Statement, asker: Asker, *, bounded: bool) -> Named:
    principals = statement.principals
    if principals is None:
        return Named.SELF
    if not principals.negated:
        return max((_entry(kind, value, asker) for kind, value in principals.entries), default=Named.NOT)
    if statement.allows:
        return Named.SELF if not any(_entry(*entry, asker) for entry in principals.entries) else Named.NOT
    # Deny with NotPrincipal: who has a boundary is never spared; others must be named at every level.
    return Named.NOT if not bounded and _spared(principals, asker) else Named.SELF


def _spared(principals: Principals, asker: Asker) -> bool:
    if not asker.account:
        return any(_entry(*entry, asker) for entry in principals.entries)
    levels = {_entry(*entry, asker) for entry in principals.entries}
    needed = {Named.SELF, Named.ACCOUNT, *([Named.ROLE] if asker.role_arn else [])}
    return needed <= levels or (asker.kind is Kind.ROOT and Named.ACCOUNT in levels)


def _entry(kind: str, value: str, asker: Asker) -> Named:
    if kind == "AWS":
        return _aws_entry(value, asker)
    if kind == "Service" and asker.kind is Kind.SERVICE:
        return Named.SELF if value == asker.arn else Named.NOT
    if kind == "Federated" and asker.kind is Kind.IDENTITY_PROVIDER:
        return Named.SELF if value == asker.arn else Named.NOT
    return Named.NOT


def _aws_entry(value: str, asker: Asker) -> Named:
    if value == "*":
        return Named.SELF
    if not asker.account:
        return Named.NOT
    if value == asker.arn:
        return Named.ACCOUNT if asker.kind is Kind.ROOT else Named.SELF
    if asker.role_arn and value == asker.role_arn:
        return Named.ROLE
    parts = value.split(":")
    whole_account = value == asker.account or (len(parts) == 6 and parts[4:] == [asker.account, "root"])
    return Named.ACCOUNT if whole_account else Named.NOT
