"""JSON with the place of every value: strict, bounded in size and depth, in one pass.

https://datatracker.ietf.org/doc/html/rfc8259
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from json import JSONDecodeError, decoder
from typing import Literal

MAX_CHARACTERS = 262_144
MAX_DEPTH = 32

# One step on the way to a value, as Access Analyzer names it: a member's value or key, or an element of an array.
Step = tuple[Literal["value", "key"], str] | tuple[Literal["index"], int]
Path = tuple[Step, ...]
Kind = Literal["object", "array", "string", "number", "boolean", "null"]

# The C function that json itself reads texts with; typeshed does not know it.
_scan_string: Callable[[str, int, bool], tuple[str, int]] = vars(decoder)["scanstring"]
_SPACE = re.compile(r"[ \t\n\r]*")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_WORDS: dict[str, tuple[Kind, str]] = {"true": ("boolean", "true"), "false": ("boolean", "false"), "null": ("null", "")}


class BrokenJson(ValueError):
    """The text is not JSON; `start` and `end` say where."""

    def __init__(self, message: str, start: int, end: int | None = None) -> None:
        super().__init__(message)
        self.start = start
        self.end = start if end is None else end


@dataclass(frozen=True, slots=True)
class Node:
    """A value and where it stands; `text` holds a string, or a number or truth value as it is written."""

    kind: Kind
    text: str
    items: tuple["Node", ...]
    members: tuple["Member", ...]
    path: Path
    start: int
    end: int

    def get(self, name: str) -> "Node | None":
        """A member's value."""
        return next((member.value for member in self.members if member.name == name), None)

    def strings(self) -> Iterator["Node"]:
        """The value when it is a string, or the strings of the list that it is."""
        for node in self.items if self.kind == "array" else (self,):
            if node.kind == "string":
                yield node


@dataclass(frozen=True, slots=True)
class Member:
    """A member of an object; path and place are those of its key."""

    name: str
    value: Node
    path: Path
    start: int
    end: int


def read(text: str) -> Node:
    """Read a text; raises BrokenJson."""
    if len(text) > MAX_CHARACTERS:
        raise BrokenJson(f"The text is longer than {MAX_CHARACTERS} characters", MAX_CHARACTERS)
    reader = _Reader(text)
    node, end = reader.value(reader.skip(0), (), 0)
    end = reader.skip(end)
    if end < len(text):
        raise BrokenJson("There is more text after the end of the policy", end)
    return node


@dataclass(frozen=True, slots=True)
class _Reader:
    """Each method reads at a position and gives what it found and the position behind it."""

    text: str

    def skip(self, position: int) -> int:
        found = _SPACE.match(self.text, position)
        return found.end() if found else position

    def value(self, start: int, path: Path, depth: int) -> tuple[Node, int]:
        if depth > MAX_DEPTH:
            raise BrokenJson(f"Values are nested more than {MAX_DEPTH} deep", start)
        character = self.text[start : start + 1]
        if character == "{":
            return self._object(start, path, depth)
        if character == "[":
            return self._array(start, path, depth)
        if character == '"':
            found, end = self._string(start)
            return Node("string", found, (), (), path, start, end), end
        return self._scalar(start, path)

    def _scalar(self, start: int, path: Path) -> tuple[Node, int]:
        for word, (kind, text) in _WORDS.items():
            if self.text.startswith(word, start):
                end = start + len(word)
                return Node(kind, text, (), (), path, start, end), end
        number = _NUMBER.match(self.text, start)
        if number is None:
            raise BrokenJson(self._unexpected(start, "a value"), start)
        return Node("number", number.group(), (), (), path, start, number.end()), number.end()

    def _string(self, start: int) -> tuple[str, int]:
        try:
            text, end = _scan_string(self.text, start + 1, True)
        except JSONDecodeError as error:
            raise BrokenJson(f"This text in quotes is not valid ({error.msg.lower()})", error.pos) from None
        return text, end

    def _array(self, start: int, path: Path, depth: int) -> tuple[Node, int]:
        items: list[Node] = []
        position = self.skip(start + 1)
        while self.text[position : position + 1] != "]" or items:
            node, position = self.value(position, (*path, ("index", len(items))), depth + 1)
            items.append(node)
            position, ended = self._separator(position, "]")
            if ended:
                return Node("array", "", tuple(items), (), path, start, position), position
        return Node("array", "", (), (), path, start, position + 1), position + 1

    def _object(self, start: int, path: Path, depth: int) -> tuple[Node, int]:
        members: list[Member] = []
        names: set[str] = set()
        position = self.skip(start + 1)
        while self.text[position : position + 1] != "}" or members:
            member, position = self._member(position, path, depth)
            # The grammar of policies says so; JSON itself would leave open which of the two counts.
            if member.name in names:
                raise BrokenJson(f"The key {_short(member.name)} is there twice", member.start, member.end)
            names.add(member.name)
            members.append(member)
            position, ended = self._separator(position, "}")
            if ended:
                return Node("object", "", (), tuple(members), path, start, position), position
        return Node("object", "", (), (), path, start, position + 1), position + 1

    def _member(self, start: int, path: Path, depth: int) -> tuple[Member, int]:
        if self.text[start : start + 1] != '"':
            raise BrokenJson(self._unexpected(start, "a key in double quotes"), start)
        name, end = self._string(start)
        colon = self.skip(end)
        if self.text[colon : colon + 1] != ":":
            raise BrokenJson(self._unexpected(colon, f"a colon after {_short(name)}"), colon)
        node, position = self.value(self.skip(colon + 1), (*path, ("value", name)), depth + 1)
        return Member(name, node, (*path, ("key", name)), start, end), position

    def _separator(self, position: int, closing: str) -> tuple[int, bool]:
        position = self.skip(position)
        character = self.text[position : position + 1]
        if character == closing:
            return position + 1, True
        if character != ",":
            raise BrokenJson(self._unexpected(position, f"a comma or {closing}"), position)
        following = self.skip(position + 1)
        if self.text[following : following + 1] == closing:
            raise BrokenJson(f"There is a comma too many before {closing}", position, position + 1)
        return following, False

    def _unexpected(self, position: int, wanted: str) -> str:
        found = self.text[position : position + 1]
        return f"Here {wanted} was expected, but {repr(found) if found else 'the end of the text'} was found"


def _short(text: str) -> str:
    return repr(text if len(text) <= 60 else text[:60] + "…")
