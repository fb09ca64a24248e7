"""Parameters against the constraints of the service's model: lengths, values, patterns, enumerations.

The patterns are AWS's; texts are cut to their longest length before they are matched.
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from sandbox.services.iam.errors import refusal
from sandbox.wire.shapes import Shape

_NAME = r"[\w+=,.@-]+"
_SECRET = {"passwordType"}
_SHOWN = 256


def check(shape: Shape | None, parameters: dict[str, Any]) -> None:
    """Refuse parameters that the model does not allow; raises AwsError (ValidationError)."""
    found = list(_problems(shape, parameters, "")) if shape is not None else []
    named = next((problem for problem in found if problem.startswith("The specified value")), None)
    if named is not None:
        raise refusal("ValidationError", named)
    if found:
        errors = "errors" if len(found) > 1 else "error"
        raise refusal("ValidationError", f"{len(found)} validation {errors} detected: {'; '.join(found)}")


def _problems(shape: Shape, value: Any, path: str) -> Iterator[str]:
    if shape.kind == "structure":
        for name in shape.required:
            if value.get(name) is None:
                yield f"Value null at '{_member(path, name)}' failed to satisfy constraint: Member must not be null"
        for name, item in value.items():
            if item is not None and name in shape.members:
                yield from _problems(shape.members[name], item, _member(path, name))
    elif shape.kind == "list":
        yield from (f"Value at '{path}' {problem}" for problem in _of_size(shape, len(value), "length"))
        for number, item in enumerate(value, 1):
            yield from _problems(shape.member, item, f"{path}.{number}.member")
    elif shape.kind in ("integer", "long"):
        yield from (f"Value '{value}' at '{path}' {problem}" for problem in _of_size(shape, value, "value"))
    elif shape.kind == "string":
        yield from _of_text(shape, str(value), path)


def _member(path: str, name: str) -> str:
    # The service's own names of members begin in lower case, abbreviations too.
    head = re.match(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]+$|[A-Z]", name)
    lower = name[: head.end()].lower() + name[head.end() :] if head else name
    return f"{path}.{lower}" if path else lower


def _of_text(shape: Shape, value: str, path: str) -> Iterator[str]:
    shown = "" if shape.name in _SECRET or shape.traits.get("sensitive") else f" '{value[:_SHOWN]}'"
    sizes = list(_of_size(shape, len(value), "length"))
    yield from (f"Value{shown} at '{path}' {problem}" for problem in sizes)
    if "enum" in shape.traits and value not in shape.traits["enum"]:
        values = ", ".join(shape.traits["enum"])
        yield f"Value{shown} at '{path}' failed to satisfy constraint: Member must satisfy enum value set: [{values}]"
    pattern = shape.traits.get("pattern")
    if sizes or not pattern or _compiled(pattern).fullmatch(value):
        return
    if pattern == _NAME:
        allowed = "alphanumeric characters and/or the following: +=,.@_-"
        yield f"The specified value for {path} is invalid. It must contain only {allowed}"
    else:
        yield (
            f"Value{shown} at '{path}' failed to satisfy constraint: "
            f"Member must satisfy regular expression pattern: {pattern}"
        )


def _of_size(shape: Shape, size: int, what: str) -> Iterator[str]:
    start = f"failed to satisfy constraint: Member must have {what}"
    if (least := shape.traits.get("min")) is not None and size < least:
        yield f"{start} greater than or equal to {least}"
    if (most := shape.traits.get("max")) is not None and size > most:
        yield f"{start} less than or equal to {most}"


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    if r"\p{" in pattern:
        # Letters, spaces and digits of all scripts.
        return re.compile(pattern.replace(r"\p{L}\p{Z}\p{N}", r"\w "))
    return re.compile(pattern, re.ASCII)
