"""Who outside a zone of trust a resource policy lets in.

https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-concepts.html
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from sandbox.iam.conditions import Condition
from sandbox.iam.patterns import Pattern, Wild
from sandbox.iam.policies import Policy, Statement
from sandbox.iam.publicity import is_public

# A fixed account in one of these keys says whose the principal is.
_ACCOUNT_KEYS = {"aws:principalaccount", "aws:sourceaccount", "aws:sourceowner", "kms:calleraccount"}
_ARN_KEYS = {"aws:principalarn", "aws:sourcearn"}


@dataclass(frozen=True, slots=True)
class Share:
    """Access for somebody outside; `conditions` are (key, values) pairs that a request must meet."""

    kind: str
    principal: str
    actions: tuple[str, ...]
    conditions: tuple[tuple[str, str], ...]
    public: bool


def shares(policy: Policy, zone: frozenset[str]) -> list[Share]:
    """What a policy gives to principals that are in none of the accounts of a zone.

    Services of AWS are in every zone, as for Access Analyzer. Deny counts where it has no condition and names
    everybody or the same principal.
    """
    actions: dict[tuple[str, str, tuple[tuple[str, str], ...], bool], set[str]] = defaultdict(set)
    for statement in policy.statements:
        for kind, principal in _outsiders(statement, zone):
            granted = {_text(one) for one in statement.actions.patterns} if not statement.actions.negated else {"*"}
            left = granted - _denied(policy, kind, principal)
            if left:
                public = principal == "*" and is_public(Policy((statement,)))
                actions[kind, principal, _conditions(statement), public] |= left
    return [
        Share(kind, principal, tuple(sorted(found)), conditions, public)
        for (kind, principal, conditions, public), found in sorted(actions.items())
    ]


def _outsiders(statement: Statement, zone: frozenset[str]) -> Iterator[tuple[str, str]]:
    principals = statement.principals
    if not statement.allows or principals is None or any(_keeps_inside(one, zone) for one in statement.conditions):
        return
    if principals.negated:
        yield "AWS", "*"
        return
    for kind, principal in principals.entries:
        if kind in ("Federated", "CanonicalUser") or (kind == "AWS" and _account(principal) not in zone):
            yield kind, principal


def _account(principal: str) -> str:
    return principal.split(":")[4] if principal.count(":") >= 5 else principal


def _keeps_inside(condition: Condition, zone: frozenset[str]) -> bool:
    """Tell whether a condition holds only for principals or sources of the zone."""
    if condition.if_exists or condition.quantifier == "forallvalues" or not condition.values:
        return False
    values = [_text(value) for value in condition.values]
    if condition.key in _ACCOUNT_KEYS:
        return condition.operator in ("stringequals", "stringlike") and zone.issuperset(values)
    fixed = condition.operator in ("stringequals", "stringlike", "arnequals", "arnlike")
    return condition.key in _ARN_KEYS and fixed and zone.issuperset(_account(value) for value in values)


def _denied(policy: Policy, kind: str, principal: str) -> set[str]:
    return {
        _text(action)
        for statement in policy.statements
        if not statement.allows and not statement.conditions and not statement.actions.negated
        for action in statement.actions.patterns
        if statement.principals is not None
        and not statement.principals.negated
        and any(entry == (kind, principal) or entry[1] == "*" for entry in statement.principals.entries)
    }


def _conditions(statement: Statement) -> tuple[tuple[str, str], ...]:
    return tuple(sorted((one.key, ", ".join(_text(value) for value in one.values)) for one in statement.conditions))


def _text(pattern: Pattern) -> str:
    return "".join(
        token.value if isinstance(token, Wild) else token if isinstance(token, str) else f"${{{token.key}}}"
        for token in pattern.tokens
    )
