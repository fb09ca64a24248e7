"""YAML text into a dataclass, with a line number for everything that is wrong with it."""

from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

import yaml
from pydantic import TypeAdapter, ValidationError

from labs.content.catalogue import Problem

T = TypeVar("T")
Where = tuple[int | str, ...]


class YamlText:
    """A piece of YAML and where it stands: `first_line` is the line of the file on which it begins."""

    def __init__(self, path: Path, text: str, *, first_line: int = 1) -> None:
        self.path = path
        self.text = text
        self.first_line = first_line
        self._root: yaml.Node | None = None

    def read(self, shape: type[T]) -> tuple[T | None, list[Problem]]:
        """Return the dataclass, or None and all that is wrong."""
        try:
            self._root = yaml.compose(self.text, Loader=yaml.SafeLoader)
            duplicates = [self.problem(where, f"{where[-1]!r} stands here twice") for where in _twice(self._root)]
            value = yaml.safe_load(self.text)
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            line = self.first_line + (mark.line if mark else 0)
            return None, [Problem(self.path, line, str(getattr(error, "problem", None) or error))]
        try:
            return TypeAdapter(shape).validate_python(value), duplicates
        except ValidationError as error:
            return None, duplicates + [self.problem(*each) for each in _mistakes(error)]

    def problem(self, where: Where, message: str) -> Problem:
        """Name a problem with the thing at this path, for example ("tasks", 0, "title")."""
        return Problem(self.path, self.line_of(where), message)

    def line_of(self, where: Where) -> int:
        """The line of the deepest part of a path that exists; what only pydantic knows is passed over."""
        node, line = self._root, self.first_line
        for step in where:
            found = _child(node, step)
            if found is not None:
                mark, node = found
                line = self.first_line + mark
        return line


def _child(node: yaml.Node | None, step: int | str) -> tuple[int, yaml.Node] | None:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == str(step):
                return key.start_mark.line, value
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        return node.value[step].start_mark.line, node.value[step]
    return None


def _twice(node: yaml.Node | None, where: Where = ()) -> Iterator[Where]:
    """Paths of keys that a mapping has twice; YAML would silently take the last."""
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            if key.value in seen:
                yield (*where, key.value)
            seen.add(key.value)
            yield from _twice(value, (*where, key.value))
    if isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            yield from _twice(value, (*where, index))


def _mistakes(error: ValidationError) -> list[tuple[Where, str]]:
    """Where and what; a list that is "too short" only because its items are wrong is left out."""
    found = [(each["loc"], each["type"], each["msg"]) for each in error.errors()]
    places = [where for where, _, _ in found]
    return [
        (where, _said(where, message))
        for where, kind, message in found
        if kind != "too_short" or not any(place[: len(where)] == where != place for place in places)
    ]


def _said(where: Where, message: str) -> str:
    path = ".".join(str(step) for step in where)
    return f"{path}: {message}" if path else message
