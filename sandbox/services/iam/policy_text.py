"""Policies as text: where their statements stand, and which keys of the request's context they ask for."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Span:
    """Where a statement stands: of its first character and behind its last one, line and column, both from 1."""

    start: tuple[int, int]
    end: tuple[int, int]

    def shown(self) -> dict[str, dict[str, int]]:
        """StartPosition and EndPosition as the API shows them."""
        return {
            "StartPosition": {"Line": self.start[0], "Column": self.start[1]},
            "EndPosition": {"Line": self.end[0], "Column": self.end[1]},
        }


def spans(text: str) -> list[Span]:
    """Where each statement of a valid policy stands."""
    return [Span(_place(text, start), _place(text, end)) for start, end in _statements(text)]


def _place(text: str, offset: int) -> tuple[int, int]:
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)


_decode = json.JSONDecoder().raw_decode


def _statements(text: str) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    position = _skip(text, _skip(text, 0) + 1)
    while text[position] != "}":
        name, position = _decode(text, position)
        position = _skip(text, _skip(text, position) + 1)
        if name == "Statement":
            # Of two elements of one name the last counts.
            found = list(_elements(text, position))
        _, position = _decode(text, position)
        position = _comma(text, position)
    return found


def _elements(text: str, position: int) -> Iterator[tuple[int, int]]:
    if text[position] != "[":
        yield position, _decode(text, position)[1]
        return
    position = _skip(text, position + 1)
    while text[position] != "]":
        _, end = _decode(text, position)
        yield position, end
        position = _comma(text, end)


def _skip(text: str, position: int) -> int:
    while text[position] in " \t\r\n":
        position += 1
    return position


def _comma(text: str, position: int) -> int:
    position = _skip(text, position)
    return _skip(text, position + 1) if text[position] == "," else position


def context_keys(text: str) -> list[str]:
    """Keys that a valid policy asks the context for, as it writes them: in conditions and in variables."""
    policy = json.loads(text)
    statements, variables = policy["Statement"], policy.get("Version") == "2012-10-17"
    found: dict[str, str] = {}
    for statement in statements if isinstance(statements, list) else [statements]:
        for key in (*_condition_keys(statement), *(_variables(statement) if variables else ())):
            found.setdefault(key.lower(), key)
    return list(found.values())


def _condition_keys(statement: dict[str, Any]) -> Iterator[str]:
    for keys in statement.get("Condition", {}).values():
        yield from keys


def _variables(statement: dict[str, Any]) -> Iterator[str]:
    places = [statement.get("Resource", []), statement.get("NotResource", [])]
    places += [values for keys in statement.get("Condition", {}).values() for values in keys.values()]
    for values in places:
        for value in values if isinstance(values, list) else [values]:
            yield from _variables_in(str(value))


def _variables_in(text: str) -> Iterator[str]:
    start = text.find("${")
    while start >= 0:
        end = text.find("}", start)
        key = text[start + 2 : end].partition(",")[0].strip()
        if key not in ("*", "?", "$"):
            yield key
        start = text.find("${", end)
