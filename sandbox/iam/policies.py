"""A policy document, read once and compiled; what AWS refuses to save is refused here.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sandbox.iam import conditions, patterns
from sandbox.iam.conditions import Condition
from sandbox.iam.patterns import Pattern, Several

VERSIONS = ("2012-10-17", "2008-10-17")
PRINCIPAL_TYPES = ("AWS", "Service", "Federated", "CanonicalUser")
_POLICY_ELEMENTS = {"Version", "Id", "Statement"}
_STATEMENT_ELEMENTS = {
    *("Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource", "Condition"),
}


class MalformedPolicy(ValueError):
    """Not a policy by AWS's grammar; the text says what is wrong and where."""


@dataclass(frozen=True, slots=True)
class Matcher:
    """An element or its Not form: true when one of the patterns matches, or when none does."""

    patterns: tuple[Pattern, ...]
    negated: bool
    compiled: Several


@dataclass(frozen=True, slots=True)
class Principals:
    """Who a statement of a resource policy is about: (type, value) pairs; the value "*" is everybody."""

    entries: tuple[tuple[str, str], ...]
    negated: bool


@dataclass(frozen=True, slots=True)
class Statement:
    """A compiled statement; `resources` and `principals` are None where the policy has no such element."""

    index: int
    sid: str
    allows: bool
    actions: Matcher
    resources: Matcher | None
    principals: Principals | None
    conditions: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Policy:
    """A compiled policy document."""

    statements: tuple[Statement, ...]


def compile_policy(document: str | Mapping[str, Any]) -> Policy:
    """Compile a document, given as JSON text or as read from it; equal documents are compiled once.

    Raises MalformedPolicy.
    """
    return _compiled(document if isinstance(document, str) else json.dumps(document))


@lru_cache(maxsize=4096)
def _compiled(text: str) -> Policy:
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise MalformedPolicy(f"not valid JSON: {error}") from None
    if not isinstance(document, dict):
        raise MalformedPolicy("a policy is a JSON object")
    _known(document, _POLICY_ELEMENTS, "the policy")
    version = document.get("Version", "2008-10-17")
    if version not in VERSIONS:
        raise MalformedPolicy(f"Version is {version!r}; it can be {' or '.join(VERSIONS)}")
    statements = document.get("Statement")
    if isinstance(statements, dict):
        statements = [statements]
    if not isinstance(statements, list) or not statements:
        raise MalformedPolicy("Statement is missing or empty")
    return Policy(tuple(_statement(number, one, version == VERSIONS[0]) for number, one in enumerate(statements)))


def _known(element: Mapping[str, Any], names: set[str], where: str) -> None:
    for name in element:
        if name not in names:
            raise MalformedPolicy(f"{where} has the unknown element {name!r}")


def _statement(index: int, raw: Any, variables: bool) -> Statement:
    where = f"statement {index + 1}"
    if not isinstance(raw, dict):
        raise MalformedPolicy(f"{where} is not an object")
    _known(raw, _STATEMENT_ELEMENTS, where)
    if raw.get("Effect") not in ("Allow", "Deny"):
        raise MalformedPolicy(f"{where}: Effect is {raw.get('Effect')!r}; it can be Allow or Deny")
    actions = _matcher(raw, "Action", where, variables=False)
    if actions is None:
        raise MalformedPolicy(f"{where} has neither Action nor NotAction")
    sid = raw.get("Sid", "")
    if not isinstance(sid, str):
        raise MalformedPolicy(f"{where}: Sid is not a text")
    return Statement(
        index=index,
        sid=sid,
        allows=raw["Effect"] == "Allow",
        actions=actions,
        resources=_matcher(raw, "Resource", where, variables=variables),
        principals=_principals(raw, where),
        conditions=tuple(_conditions(raw.get("Condition", {}), where, variables)),
    )


def _texts(value: Any, where: str) -> tuple[str, ...]:
    values = value if isinstance(value, list) else [value]
    if not values or not all(isinstance(one, str) for one in values):
        raise MalformedPolicy(f"{where} is not a text or a list of texts")
    return tuple(values)


def _matcher(raw: Mapping[str, Any], name: str, where: str, *, variables: bool) -> Matcher | None:
    given = [element for element in (name, f"Not{name}") if element in raw]
    if len(given) > 1:
        raise MalformedPolicy(f"{where} has both {name} and Not{name}")
    if not given:
        return None
    texts = _texts(raw[given[0]], f"{where}: {given[0]}")
    if name == "Action":
        # Names of actions have no case.
        texts = tuple(text.lower() for text in texts)
    several = tuple(_pattern(text, where, True, variables) for text in texts)
    return Matcher(several, given[0] != name, patterns.together(several))


def _pattern(text: str, where: str, wildcards: bool, variables: bool) -> Pattern:
    try:
        return patterns.parse(text, wildcards=wildcards, variables=variables)
    except patterns.BrokenVariable as error:
        raise MalformedPolicy(f"{where}: {error}") from None


def _principals(raw: Mapping[str, Any], where: str) -> Principals | None:
    given = [element for element in ("Principal", "NotPrincipal") if element in raw]
    if len(given) > 1:
        raise MalformedPolicy(f"{where} has both Principal and NotPrincipal")
    if not given:
        return None
    value = raw[given[0]]
    if value == "*":
        value = {"AWS": "*"}
    if not isinstance(value, dict) or not value:
        raise MalformedPolicy(f'{where}: {given[0]} is neither "*" nor an object')
    _known(value, set(PRINCIPAL_TYPES), f"{where}: {given[0]}")
    entries = [(kind, one) for kind, texts in value.items() for one in _texts(texts, f"{where}: {kind}")]
    return Principals(tuple(entries), given[0] == "NotPrincipal")


def _conditions(raw: Any, where: str, variables: bool) -> list[Condition]:
    if not isinstance(raw, dict):
        raise MalformedPolicy(f"{where}: Condition is not an object")
    found = []
    for name, keys in raw.items():
        try:
            operator, quantifier, if_exists = conditions.read_operator(name)
        except conditions.UnknownOperator:
            raise MalformedPolicy(f"{where}: there is no condition operator {name!r}") from None
        if not isinstance(keys, dict) or not keys:
            raise MalformedPolicy(f"{where}: {name} has no keys")
        for key, values in keys.items():
            compiled = _values(values, operator, f"{where}: {name} {key}", variables)
            found.append(Condition(operator, quantifier, if_exists, key.lower(), compiled))
    return found


def _values(values: Any, operator: str, where: str, variables: bool) -> tuple[Pattern, ...]:
    row = conditions.OPERATORS.get(operator)
    plain = [_plain(one, where) for one in (values if isinstance(values, list) else [values])]
    if not plain:
        raise MalformedPolicy(f"{where} has no values")
    wildcards = row is not None and row.wildcards
    with_variables = variables and row is not None and row.variables
    return tuple(_pattern(text, where, wildcards, with_variables) for text in plain)


def _plain(value: Any, where: str) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (str, int, float)):
        return str(value)
    raise MalformedPolicy(f"{where} has a value that is no text, number or truth value")
