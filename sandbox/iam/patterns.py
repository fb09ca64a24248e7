"""Texts of a policy with wildcards and variables, matched in a time that grows with the text and never explodes.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
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
# What stands between two runs: a text, or its characters with None for exactly one of any kind.
Piece = str | tuple[str | None, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Pattern:
    """A text of a policy; `pieces` are ready to be matched where no variable has to be filled in first."""

    tokens: tuple[Token, ...]
    pieces: tuple[Piece, ...] | None


@dataclass(frozen=True, slots=True, eq=False)
class Several:
    """Patterns of which one must match, sorted by what it costs to tell: texts and beginnings of texts come first."""

    anything: bool
    fixed: frozenset[str]
    beginnings: tuple[str, ...]
    rest: tuple[Pattern, ...]


# What ${*}, ${?} and ${$} stand for: the characters themselves.
_ESCAPED = {"*", "?", "$"}


class UnknownValue(LookupError):
    """A variable has neither a value nor a default; what holds it matches nothing."""


class BrokenVariable(ValueError):
    """A variable whose brace is not closed."""


def parse(text: str, *, wildcards: bool, variables: bool) -> Pattern:
    """Read a text of a policy; raises BrokenVariable."""
    return make(tuple(_tokens(text, wildcards, variables)))


def make(tokens: tuple[Token, ...]) -> Pattern:
    """Make a pattern of its tokens."""
    known = tuple(token for token in tokens if not isinstance(token, Variable))
    return Pattern(tokens, _pieces(known) if len(known) == len(tokens) else None)


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
    if pattern.pieces is not None and len(pattern.pieces) == 1 and isinstance(pattern.pieces[0], str):
        return pattern.pieces[0]
    return "".join(token.value if isinstance(token, Wild) else token for token in resolved(pattern, context))


def resolved(pattern: Pattern, context: Context) -> tuple[str | Wild, ...]:
    """Put values in the place of variables, as literal text; raises UnknownValue."""
    return tuple(_value(token, context) if isinstance(token, Variable) else token for token in pattern.tokens)


def _value(variable: Variable, context: Context) -> str:
    values = context.get(variable.key, ())
    if len(values) == 1:
        return values[0]
    if variable.default is not None and not values:
        return variable.default
    raise UnknownValue(variable.key)


def matches(pattern: Pattern, text: str, context: Context) -> bool:
    """Tell whether a text is one of those that a pattern describes; raises UnknownValue."""
    pieces = pattern.pieces
    if pieces is None:
        pieces = _pieces(resolved(pattern, context))
    first, last = pieces[0], pieces[-1]
    if len(pieces) == 1:
        return text == first if isinstance(first, str) else len(first) == len(text) and _fits(first, text, 0)
    end = len(text) - len(last)
    if len(first) > end or not _fits(first, text, 0) or not _fits(last, text, end):
        return False
    position = len(first)
    for piece in pieces[1:-1]:
        found = _find(piece, text, position, end)
        if found < 0:
            return False
        position = found + len(piece)
    return True


def together(several: Iterable[Pattern]) -> Several:
    """Compile patterns of which one must match."""
    fixed, beginnings, rest = [], [], []
    for pattern in several:
        pieces = pattern.pieces or ()
        if len(pieces) == 1 and isinstance(pieces[0], str):
            fixed.append(pieces[0])
        elif len(pieces) == 2 and isinstance(pieces[0], str) and pieces[1] == "":
            beginnings.append(pieces[0])
        else:
            rest.append(pattern)
    return Several("" in beginnings, frozenset(fixed), tuple(beginnings), tuple(rest))


def one_matches(several: Iterable[Pattern], text: str, context: Context) -> bool:
    """Tell whether one of several patterns describes a text; raises UnknownValue when none does but one is unknown."""
    return any_holds(several, lambda pattern: matches(pattern, text, context))


def any_holds(several: Iterable[Pattern], test: Callable[[Pattern], bool]) -> bool:
    """Tell whether one of several passes, in whatever order; raises UnknownValue when none does but one is unknown."""
    unknown: UnknownValue | None = None
    for pattern in several:
        try:
            if test(pattern):
                return True
        except UnknownValue as error:
            unknown = error
    if unknown is not None:
        raise unknown
    return False


def _pieces(tokens: tuple[str | Wild, ...]) -> tuple[Piece, ...]:
    pieces: list[list[str | None]] = [[]]
    for token in tokens:
        if token is Wild.RUN:
            pieces.append([])
        elif token is Wild.ONE:
            pieces[-1].append(None)
        else:
            pieces[-1].extend(token)
    return tuple(_piece(characters) for characters in pieces)


def _piece(characters: list[str | None]) -> Piece:
    known = [character for character in characters if character is not None]
    return "".join(known) if len(known) == len(characters) else tuple(characters)


def _fits(piece: Piece, text: str, start: int) -> bool:
    if isinstance(piece, str):
        return text.startswith(piece, start)
    return all(character is None or character == text[start + n] for n, character in enumerate(piece))


def _find(piece: Piece, text: str, start: int, end: int) -> int:
    if isinstance(piece, str):
        return text.find(piece, start, end)
    return next((n for n in range(start, end - len(piece) + 1) if _fits(piece, text, n)), -1)
