"""Condition operators: each is a row of a table, and a name that is not in it is an error.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
"""

import base64
import binascii
import ipaddress
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from sandbox.iam import patterns
from sandbox.iam.patterns import Context, Pattern, UnknownValue

# Compares a policy's value (its pattern, with the context for its variables) with a request's.
Test = Callable[[Pattern, str, Context], bool]


class UnknownOperator(ValueError):
    """AWS has no such condition operator."""


@dataclass(frozen=True, slots=True)
class Operator:
    """A row: the test, whether it is negated, and what its values may hold."""

    test: Test
    negated: bool = False
    wildcards: bool = False
    variables: bool = False


def _text(pattern: Pattern, value: str, context: Context) -> bool:
    return patterns.text_of(pattern, context) == value


def _text_ignoring_case(pattern: Pattern, value: str, context: Context) -> bool:
    return patterns.text_of(pattern, context).casefold() == value.casefold()


def _arn(pattern: Pattern, value: str, context: Context) -> bool:
    wanted, found = _arn_parts(pattern, context), value.split(":", 5)
    if len(wanted) != 6 or len(found) != 6:
        return False
    return all(patterns.matches(part, text, context) for part, text in zip(wanted, found, strict=True))


def _arn_parts(pattern: Pattern, context: Context) -> list[Pattern]:
    """Split at the first five colons; wildcards stay within their part."""
    parts: list[list[patterns.Token]] = [[]]
    for token in patterns.resolved(pattern, context):
        if not isinstance(token, str):
            parts[-1].append(token)
            continue
        first, *rest = token.split(":", 6 - len(parts))
        parts[-1].append(first)
        parts.extend([text] for text in rest)
    return [patterns.make(tuple(part)) for part in parts]


def _number(compare: Callable[[Decimal, Decimal], bool]) -> Test:
    def test(pattern: Pattern, value: str, context: Context) -> bool:
        try:
            return compare(Decimal(value), Decimal(patterns.text_of(pattern, context)))
        except InvalidOperation:
            return False

    return test


def _date(compare: Callable[[datetime, datetime], bool]) -> Test:
    def test(pattern: Pattern, value: str, context: Context) -> bool:
        try:
            return compare(_moment(value), _moment(patterns.text_of(pattern, context)))
        except (ValueError, OverflowError, OSError):
            return False

    return test


def _moment(text: str) -> datetime:
    """ISO 8601, a date alone, or seconds since 1970; UTC where no zone is given."""
    try:
        return datetime.fromtimestamp(float(text), UTC)
    except ValueError:
        moment = datetime.fromisoformat(text)
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _bool(pattern: Pattern, value: str, context: Context) -> bool:
    wanted = patterns.text_of(pattern, context).lower()
    return wanted in ("true", "false") and wanted == value.lower()


def _binary(pattern: Pattern, value: str, context: Context) -> bool:
    try:
        wanted = base64.b64decode(patterns.text_of(pattern, context), validate=True)
        return wanted == base64.b64decode(value, validate=True)
    except binascii.Error:
        return False


def _address(pattern: Pattern, value: str, context: Context) -> bool:
    try:
        return _ip_address(value) in _network(patterns.text_of(pattern, context))
    except ValueError:
        return False


_ip_address = lru_cache(maxsize=1024)(ipaddress.ip_address)


@lru_cache(maxsize=1024)
def _network(text: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network:
    return ipaddress.ip_network(text, strict=False)


def _pair(
    name: str, not_name: str, test: Test, *, wildcards: bool = False, variables: bool = False
) -> dict[str, Operator]:
    return {
        name.lower(): Operator(test, False, wildcards, variables),
        not_name.lower(): Operator(test, True, wildcards, variables),
    }


_NUMBER = _number(lambda found, wanted: found == wanted)
_DATE = _date(lambda found, wanted: found == wanted)

OPERATORS: dict[str, Operator] = {
    **_pair("StringEquals", "StringNotEquals", _text, variables=True),
    **_pair("StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase", _text_ignoring_case, variables=True),
    **_pair("StringLike", "StringNotLike", patterns.matches, wildcards=True, variables=True),
    **_pair("ArnEquals", "ArnNotEquals", _arn, wildcards=True, variables=True),
    **_pair("ArnLike", "ArnNotLike", _arn, wildcards=True, variables=True),
    **_pair("NumericEquals", "NumericNotEquals", _NUMBER),
    "numericlessthan": Operator(_number(lambda found, bound: found < bound)),
    "numericlessthanequals": Operator(_number(lambda found, bound: found <= bound)),
    "numericgreaterthan": Operator(_number(lambda found, bound: found > bound)),
    "numericgreaterthanequals": Operator(_number(lambda found, bound: found >= bound)),
    **_pair("DateEquals", "DateNotEquals", _DATE),
    "datelessthan": Operator(_date(lambda found, bound: found < bound)),
    "datelessthanequals": Operator(_date(lambda found, bound: found <= bound)),
    "dategreaterthan": Operator(_date(lambda found, bound: found > bound)),
    "dategreaterthanequals": Operator(_date(lambda found, bound: found >= bound)),
    "bool": Operator(_bool, variables=True),
    "binaryequals": Operator(_binary),
    **_pair("IpAddress", "NotIpAddress", _address),
}
NULL = "null"


@dataclass(frozen=True, slots=True)
class Condition:
    """One key under one operator; `quantifier` is "", "forallvalues" or "foranyvalue"; the key in lower case."""

    operator: str
    quantifier: str
    if_exists: bool
    key: str
    values: tuple[Pattern, ...]

    def holds(self, context: Context) -> bool:
        """Tell whether the condition is true of a request's context."""
        found = context.get(self.key, ())
        if self.operator == NULL:
            return any((patterns.text_of(value, context).lower() == "true") == (not found) for value in self.values)
        try:
            return self._holds(found, context)
        except UnknownValue:
            return False

    def _holds(self, found: tuple[str, ...], context: Context) -> bool:
        row = OPERATORS[self.operator]
        if self.quantifier == "forallvalues":
            return all(self._passes(row, value, context) for value in found)
        if self.quantifier == "foranyvalue":
            return any(self._passes(row, value, context) for value in found)
        if not found:
            return self.if_exists or row.negated
        # AWS leaves undefined what a single-valued operator makes of several values; here it is never true.
        return len(found) == 1 and self._passes(row, found[0], context)

    def _passes(self, row: Operator, value: str, context: Context) -> bool:
        return patterns.any_holds(self.values, lambda wanted: row.test(wanted, value, context)) != row.negated


def read_operator(name: str) -> tuple[str, str, bool]:
    """Take an operator's name apart: (operator, quantifier, if exists), in lower case; raises UnknownOperator."""
    quantifier, colon, rest = name.lower().rpartition(":")
    if colon and quantifier not in ("forallvalues", "foranyvalue"):
        raise UnknownOperator(name)
    if_exists = rest.endswith("ifexists") and rest != NULL
    operator = rest.removesuffix("ifexists") if if_exists else rest
    if operator != NULL and operator not in OPERATORS:
        raise UnknownOperator(name)
    if operator == NULL and (quantifier or if_exists):
        raise UnknownOperator(name)
    return operator, quantifier, if_exists
