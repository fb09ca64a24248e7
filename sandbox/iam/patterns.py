"""Texts of a policy with wildcards and variables, matched in a time that grows with the text and never explodes.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum

Context = Mapping[str, tuple[str, ...]]


class Wild(Enum):
    """A wildcard: any run of characters, or exactly one."""

    RUN = "*"
    ONE = "?"


@dataclass(frozen=True, slots=True)
class Variable:
    """A policy variable; the key in lower case, since the names of condition keys have no case."""

    key: str
    default: str | None = None


Token = str | Wild | Variable
Pattern = tuple[Token, ...]
# What ${*}, ${?} and ${$} stand for: the characters themselves.
_ESCAPED = {"*", "?", "$"}


class UnknownValue(LookupError):
    """A variable has neither a value nor a default; what holds it matches nothing."""


class BrokenVariable(ValueError):
    """A variable whose brace is not closed."""


def parse(text: str, *, wildcards: bool, variables: bool) -> Pattern:
    """Read a text of a policy; raises BrokenVariable."""
    return tuple(_tokens(text, wildcards, variables))


def _tokens(text: str, wildcards: bool, variables: bool) -> Iterator[Token]:
    literal: list[str] = []
    position = 0
    while position < len(text):
        character = text[position]
        if variables and text.startswith("${", position):
            end = text.find("}", position)
            if end < 0:
                raise BrokenVariable(f"{text!r}: a variable without its closing brace")
            token = _variable(text[position + 2 : end])
            position = end + 1
        else:
            token = Wild(character) if wildcards and character in "*?" else character
            position += 1
        if isinstance(token, str):
            literal.append(token)
            continue
        if literal:
            yield "".join(literal)
            literal = []
        yield token
    if literal:
        yield "".join(literal)


def _variable(inside: str) -> Token:
    if inside in _ESCAPED:
        return inside
    key, comma, default = inside.partition(",")
    return Variable(key.strip().lower(), default.strip().strip("'") if comma else None)


def text_of(pattern: Pattern, context: Context) -> str:
    """The text of a pattern without wildcards; raises UnknownValue."""
    return "".join(token.value if isinstance(token, Wild) else token for token in resolved(pattern, context))


def resolved(pattern: Pattern, context: Context) -> tuple[str | Wild, ...]:
    """Put values in the place of variables, as literal text; raises UnknownValue."""
    return tuple(_value(token, context) if isinstance(token, Variable) else token for token in pattern)


def _value(variable: Variable, context: Context) -> str:
    values = context.get(variable.key, ())
    if len(values) == 1:
        return values[0]
    if variable.default is not None and not values:
        return variable.default
    raise UnknownValue(variable.key)


def matches(pattern: Pattern, text: str, context: Context) -> bool:
    """Tell whether a text is one of those that a pattern describes; raises UnknownValue."""
    pieces = _pieces(resolved(pattern, context))
    if len(pieces) == 1:
        return len(pieces[0]) == len(text) and _fits(pieces[0], text, 0)
    first, *middle, last = pieces
    if len(first) + len(last) > len(text) or not _fits(first, text, 0):
        return False
    if not _fits(last, text, len(text) - len(last)):
        return False
    position, end = len(first), len(text) - len(last)
    for piece in middle:
        found = _find(piece, text, position, end)
        if found < 0:
            return False
        position = found + len(piece)
    return True


# What stands between two runs: characters, None for exactly one of any kind.
Piece = tuple[str | None, ...]


def _pieces(tokens: tuple[str | Wild, ...]) -> list[Piece]:
    pieces: list[list[str | None]] = [[]]
    for token in tokens:
        if token is Wild.RUN:
            pieces.append([])
        elif token is Wild.ONE:
            pieces[-1].append(None)
        else:
            pieces[-1].extend(token)
    return [tuple(piece) for piece in pieces]


def _fits(piece: Piece, text: str, start: int) -> bool:
    return all(character is None or character == text[start + n] for n, character in enumerate(piece))


def _find(piece: Piece, text: str, start: int, end: int) -> int:
    if None not in piece:
        return text.find("".join(piece), start, end)  # type: ignore[arg-type]  # no None in it
    return next((n for n in range(start, end - len(piece) + 1) if _fits(piece, text, n)), -1)
