"""From properties of a resource to parameters of a call: named and formed as the operation's model has them."""

import json
from typing import Any

from sandbox.wire.shapes import Shape

MISSING = object()


def fit(shape: Shape, value: Any) -> Any:
    """The value in the shape's form, without what the shape does not know; MISSING when nothing is left of it."""
    if value is None:
        return MISSING
    if shape.kind == "structure":
        return _structure(shape, value) if isinstance(value, dict) else MISSING
    if shape.kind == "list":
        return _list(shape, value)
    if shape.kind == "map":
        return _map(shape, value)
    return _scalar(shape.kind, value)


def _structure(shape: Shape, value: dict[str, Any]) -> Any:
    known = {name.lower(): name for name in shape.members}
    found: dict[str, Any] = {}
    for given, one in value.items():
        name = known.get(given.lower())
        fitted = fit(shape.members[name], one) if name else MISSING
        if name and fitted is not MISSING:
            found[name] = fitted
    return found


def _list(shape: Shape, value: Any) -> Any:
    fitted = (fit(shape.member, one) for one in (value if isinstance(value, list) else [value]))
    return [one for one in fitted if one is not MISSING]


def _map(shape: Shape, value: Any) -> Any:
    if isinstance(value, list):
        # Tags are a list in templates and a map in some models.
        value = {str(one["Key"]): one.get("Value", "") for one in value if isinstance(one, dict) and "Key" in one}
    if not isinstance(value, dict):
        return MISSING
    fitted = {str(name): fit(shape.value, one) for name, one in value.items()}
    return {name: one for name, one in fitted.items() if one is not MISSING}


def _scalar(kind: str, value: Any) -> Any:
    if kind in ("string", "character"):
        if isinstance(value, dict | list):
            return json.dumps(value, default=str)
        return str(value).lower() if isinstance(value, bool) else str(value)
    if kind == "boolean":
        return str(value).lower() == "true"
    if kind in ("integer", "long", "float", "double"):
        return _number(kind, value)
    if kind == "blob":
        return value.encode() if isinstance(value, str) else MISSING
    return MISSING


def _number(kind: str, value: Any) -> Any:
    try:
        return int(value) if kind in ("integer", "long") else float(value)
    except (TypeError, ValueError, OverflowError):
        return MISSING
