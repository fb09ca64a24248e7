"""JSON (and CBOR) values of a shape."""

import base64
from datetime import UTC, datetime
from typing import Any

from .shapes import Shape


def json_value(shape: Shape, value: Any, *, plain: bool = True) -> Any:
    """The value for json.dumps; `plain=False` leaves bytes and times for CBOR. KeyError: unknown member."""
    if shape.kind == "structure" and not shape.is_document:
        members = ((shape.members[name], name, item) for name, item in value.items() if item is not None)
        return {member.wire_name or name: json_value(member, item, plain=plain) for member, name, item in members}
    if shape.kind == "list":
        return [json_value(shape.member, item, plain=plain) for item in value]
    if shape.kind == "map":
        return {key: json_value(shape.value, item, plain=plain) for key, item in value.items()}
    if plain and isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if plain and isinstance(value, datetime):
        return _time(shape, value)
    return value


def _time(shape: Shape, value: datetime) -> Any:
    if shape.timestamp_format.lower() == "iso8601":
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    seconds = value.timestamp()
    return int(seconds) if seconds.is_integer() else seconds
