"""DynamoDB's keys for fine-grained access.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html
"""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from sandbox.authorization.state import Resource

Pairs = Iterator[tuple[str, tuple[str, ...]]]

# The state names the attribute that is a table's partition key so among the table's facts.
PARTITION_KEY = "partition-key"
_NAME = re.compile(r"[#A-Za-z_][A-Za-z0-9_]*")
_NAMING = (
    *("Key", "Item", "KeyConditions", "Expected", "AttributeUpdates", "ScanFilter", "QueryFilter", "AttributesToGet"),
)
_EXPRESSIONS = (
    *("ProjectionExpression", "ConditionExpression", "UpdateExpression", "FilterExpression", "KeyConditionExpression"),
)
_WORDS = frozenset(
    (
        *("and", "or", "not", "between", "in", "set", "remove", "add", "delete", "size", "contains", "begins_with"),
        *("attribute_exists", "attribute_not_exists", "attribute_type", "if_not_exists", "list_append"),
    )
)


def call_keys(parameters: Mapping[str, Any], table: Resource | None) -> Pairs:
    """The keys of a call on items, in one table or in several."""
    parts = _parts(parameters, table)
    leading = tuple(dict.fromkeys(value for part in parts for value in leading_keys(part, table)))
    attributes = tuple(dict.fromkeys(name for part in parts for name in attribute_names(part)))
    if leading:
        yield "dynamodb:leadingkeys", leading
    if attributes:
        yield "dynamodb:attributes", attributes


def item_keys(part: Mapping[str, Any], table: Resource | None) -> Pairs:
    """The keys of one item's read or write."""
    return call_keys(part, table)


def _parts(parameters: Mapping[str, Any], table: Resource | None) -> list[Mapping[str, Any]]:
    """A call's reads and writes: itself, or a batch's for this table."""
    requested = parameters.get("RequestItems")
    if not isinstance(requested, Mapping):
        return [parameters]
    name = table.arn.rpartition("/")[2] if table else ""
    mine = next((value for key, value in requested.items() if key.rpartition("/")[2] == name), None)
    if isinstance(mine, Mapping):
        rest = {key: value for key, value in mine.items() if key != "Keys"}
        return [{**rest, "Key": key} for key in mine.get("Keys") or ()]
    return [request for each in mine or () for request in each.values() if isinstance(request, Mapping)]


def leading_keys(part: Mapping[str, Any], table: Resource | None) -> Iterator[str]:
    """Partition keys that an item or a query names.

    Where the partition key's name is not known all candidates count: a policy must hold for each of them.
    """
    known = table.keys.get(PARTITION_KEY, ()) if table else ()
    item = part.get("Key") or part.get("Item") or {}
    yield from (_text(value) for name, value in item.items() if not known or name in known)
    conditions = part.get("KeyConditions") or {}
    for name, condition in conditions.items():
        if not known or name in known:
            yield from map(_text, condition.get("AttributeValueList") or ())
    if part.get("KeyConditionExpression"):
        yield from _queried(part, known)


_EQUALS = re.compile(r"([#A-Za-z_][A-Za-z0-9_.]*)\s*=\s*(:[A-Za-z0-9_]+)")


def _queried(part: Mapping[str, Any], known: tuple[str, ...]) -> Iterator[str]:
    """Values that a key condition expression compares the partition key with."""
    names = part.get("ExpressionAttributeNames") or {}
    values = part.get("ExpressionAttributeValues") or {}
    for name, value in _EQUALS.findall(part["KeyConditionExpression"]):
        if value in values and (not known or names.get(name, name) in known):
            yield _text(values[value])


def attribute_names(part: Mapping[str, Any]) -> Iterator[str]:
    """Top-level attributes that a read or write names."""
    for name in _NAMING:
        if name in part:
            yield from part[name] or ()
    names = part.get("ExpressionAttributeNames") or {}
    for expression in _EXPRESSIONS:
        if part.get(expression):
            yield from (names.get(word, word) for word in _words(part[expression]))


@lru_cache(maxsize=1024)
def _words(expression: str) -> tuple[str, ...]:
    """Attribute names and their placeholders in an expression: no values, no words of the language, no inner names."""
    found = []
    for each in _NAME.finditer(expression):
        before = expression[each.start() - 1 : each.start()]
        if before not in (":", ".") and not before.isalnum() and each[0].lower() not in _WORDS:
            found.append(each[0])
    return tuple(found)


def _text(value: Any) -> str:
    """The text of an attribute value such as {"S": "x"}."""
    if isinstance(value, Mapping) and len(value) == 1:
        value = next(iter(value.values()))
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)
