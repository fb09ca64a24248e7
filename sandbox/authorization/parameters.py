"""Taking values out of a call's parameters by path."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

Reader = Callable[[Mapping[str, Any]], tuple[str, ...]]
KEYS = "@keys"


def reader(path: str) -> Reader:
    """Read the values at a path as text: lists give each of theirs, what is not given gives none."""
    if path == "*" or (path[:1] == '"' and path.count('"') == 2 and path[-1] == '"'):
        literal = (path.strip('"'),)
        return lambda parameters: literal
    if "|" in path:
        return _either(path.split("|"))
    if "+" in path:
        return _joined([reader(part) for part in path.split("+")])
    steps = path.split(".")
    if len(steps) == 1:
        return lambda parameters: texts(parameters.get(path))
    return lambda parameters: tuple(_walk(parameters, steps))


def _either(paths: list[str]) -> Reader:
    """Read every one that is given, since nobody says which counts; a literal only where none is."""
    literals = tuple(path.strip('"') for path in paths if path == "*" or path[0] == '"')
    readers = [reader(path) for path in paths if path != "*" and path[0] != '"']

    def read(parameters: Mapping[str, Any]) -> tuple[str, ...]:
        found = [value for each in readers for value in each(parameters)]
        return tuple(dict.fromkeys(found)) or literals

    return read


def _joined(readers: list[Reader]) -> Reader:
    """Read a path and a name as one; the last part must be there."""

    def read(parameters: Mapping[str, Any]) -> tuple[str, ...]:
        *before, names = [each(parameters) for each in readers]
        stem = "".join(part[0] for part in before if part)
        return tuple(f"{stem}{name}".lstrip("/") for name in names)

    return read


def texts(value: Any) -> tuple[str, ...]:
    """A value, or each of a list, as text; nothing for empty ones and structures."""
    if isinstance(value, str):
        return (value,) if value else ()
    if isinstance(value, list):
        return tuple(text for item in value for text in texts(item))
    if value is None or isinstance(value, (dict, bytes)):
        return ()
    if isinstance(value, bool):
        return ("true" if value else "false",)
    return (str(value),)


def _walk(value: Any, steps: list[str]) -> Iterator[str]:
    if not steps:
        yield from texts(value)
    elif isinstance(value, list):
        for item in value:
            yield from _walk(item, steps)
    elif isinstance(value, dict):
        if steps[0] == KEYS:
            yield from texts(list(value))
        elif steps[0].startswith("*"):
            yield from _walk([item for key, item in value.items() if key.endswith(steps[0][1:])], steps[1:])
        else:
            yield from _walk(value.get(steps[0]), steps[1:])


def given(path: str) -> Callable[[Mapping[str, Any]], bool]:
    """Tell whether something stands at a path, in a list for one item at least: no empty text, list or structure."""
    steps = path.split(".")
    if len(steps) == 1:
        return lambda parameters: path in parameters and _is_given(parameters[path], [])
    return lambda parameters: _is_given(parameters, steps)


def _is_given(value: Any, steps: list[str]) -> bool:
    if isinstance(value, list):
        return any(_is_given(item, steps) for item in value)
    if not steps:
        return value not in (None, "", {})
    return isinstance(value, dict) and _is_given(value.get(steps[0]), steps[1:])
