"""Values of a shape from JSON (and CBOR, whose items are the same but for bytes and times)."""

import json
from datetime import datetime
from typing import Any

from . import _scalars
from .shapes import Decoder, Shape

MAX_DEPTH = 128


def parse_json(body: bytes) -> Any:
    """The JSON value of a body; ValueError for malformed or too deeply nested JSON."""
    try:
        value = json.loads(body)
    except RecursionError:
        raise ValueError("JSON is nested too deeply") from None
    # Counting brackets is cheap, and rules out depth for nearly all bodies.
    if body.count(b"{") + body.count(b"[") > MAX_DEPTH and _deeper_than(value, MAX_DEPTH):
        raise ValueError("JSON is nested too deeply")
    if b"\\ud" in body or b"\\uD" in body:
        # Half a surrogate pair is no text; UnicodeEncodeError is a ValueError.
        json.dumps(value, ensure_ascii=False).encode()
    return value


def _deeper_than(value: Any, limit: int) -> bool:
    level = [value] if isinstance(value, dict | list) else []
    for _ in range(limit):
        level = [inner for outer in level for inner in _inside(outer)]
        if not level:
            return False
    return True


def _inside(value: Any) -> list[Any]:
    values = value.values() if isinstance(value, dict) else value
    return [inner for inner in values if isinstance(inner, dict | list)]


def json_decoder(shape: Shape) -> Decoder:
    """The reader of a shape from parsed JSON; it raises ValueError on values of another type."""
    decoder = shape.decoders.get("json")
    if decoder is None:
        decoder = shape.decoders["json"] = _SCALARS.get(shape.kind) or _COMPOUND[shape.kind](shape)
    return decoder


def _string(value: Any) -> str:
    if type(value) is not str:
        raise _unexpected(value, "string")
    return value


def _boolean(value: Any) -> bool:
    if type(value) is not bool:
        raise _unexpected(value, "boolean")
    return value


def _integer(value: Any) -> int:
    if type(value) is int:
        return value
    if type(value) is float and value.is_integer():
        return int(value)
    raise _unexpected(value, "integer")


def _number(value: Any) -> float:
    if type(value) is float or type(value) is int:
        return value
    if value in ("NaN", "Infinity", "-Infinity"):
        return float(value)
    raise _unexpected(value, "number")


def _blob(value: Any) -> bytes:
    if type(value) is bytes:
        return value
    return _scalars.blob(_string(value))


def _timestamp(value: Any) -> datetime:
    if type(value) is int or type(value) is float:
        return _scalars.epoch(value)
    if isinstance(value, datetime):
        return value
    return _scalars.timestamp(_string(value))


def _anything(value: Any) -> Any:
    return value


_SCALARS: dict[str, Decoder] = {
    "string": _string,
    "character": _string,
    "boolean": _boolean,
    "integer": _integer,
    "long": _integer,
    "bigInteger": _integer,
    "float": _number,
    "double": _number,
    "bigDecimal": _number,
    "blob": _blob,
    "timestamp": _timestamp,
}


def _structure(shape: Shape) -> Decoder:
    if shape.is_document:
        return _anything
    table: dict[str, tuple[str, Decoder]] = {}

    def decode(value: Any) -> dict[str, Any]:
        if type(value) is not dict:
            raise _unexpected(value, "structure")
        result = {}
        for name, raw in value.items():
            known = table.get(name)
            if known is not None and raw is not None:
                result[known[0]] = known[1](raw)
        return result

    # Before the members: a shape may hold itself.
    shape.decoders["json"] = decode
    for name, member in shape.members.items():
        table[member.wire_name or name] = (name, json_decoder(member))
    return decode


def _list(shape: Shape) -> Decoder:
    def decode(value: Any) -> list[Any]:
        if type(value) is not list:
            raise _unexpected(value, "list")
        return [element(raw) for raw in value if raw is not None]

    shape.decoders["json"] = decode
    element = json_decoder(shape.member)
    return decode


def _map(shape: Shape) -> Decoder:
    def decode(value: Any) -> dict[str, Any]:
        if type(value) is not dict:
            raise _unexpected(value, "map")
        return {_string(key): element(raw) for key, raw in value.items() if raw is not None}

    shape.decoders["json"] = decode
    element = json_decoder(shape.value)
    return decode


_COMPOUND = {"structure": _structure, "list": _list, "map": _map}
_FOUND = {
    dict: "Start of structure or map",
    list: "Start of list",
    str: "STRING_VALUE",
    bool: "BOOLEAN_VALUE",
    int: "NUMBER_VALUE",
    float: "NUMBER_VALUE",
}


def _unexpected(value: Any, wanted: str) -> ValueError:
    found = _FOUND.get(type(value), "Value")
    if found.startswith("Start"):
        return ValueError(f"{found} found where not expected.")
    return ValueError(f"{found} can not be converted to {wanted}")
