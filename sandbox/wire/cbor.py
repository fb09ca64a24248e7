"""CBOR, as far as AWS's rpc-v2-cbor protocol uses it.

https://smithy.io/2.0/additional-specs/protocols/smithy-rpc-v2.html and RFC 8949
"""

import struct
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

MAX_DEPTH = 64
_BREAK = object()


class CborError(ValueError):
    """Bytes that are no CBOR item, or none that AWS would send."""


def decode(data: bytes) -> Any:
    """The one item that the bytes are; epoch times become aware datetimes. Raises CborError."""
    try:
        value, end = _item(data, 0, 0)
    except (IndexError, struct.error, UnicodeDecodeError, TypeError, OverflowError) as error:
        raise CborError(str(error)) from error
    if end != len(data) or value is _BREAK:
        raise CborError("trailing bytes")
    return value


def _item(data: bytes, at: int, depth: int) -> tuple[Any, int]:
    if depth > MAX_DEPTH:
        raise CborError("too deep")
    major, info = data[at] >> 5, data[at] & 31
    if major == 7:
        return _simple(data, at, info)
    length, at = _argument(data, at + 1, info)
    return _READERS[major](data, at, length, depth)


def _argument(data: bytes, at: int, info: int) -> tuple[int | None, int]:
    """The number in an item's head; None for indefinite lengths."""
    if info < 24:
        return info, at
    if info == 31:
        return None, at
    size = 1 << (info - 24)
    if size > 8 or at + size > len(data):
        raise CborError("bad length")
    return int.from_bytes(data[at : at + size], "big"), at + size


def _definite(value: int | None) -> int:
    if value is None:
        raise CborError("indefinite number")
    return value


def _unsigned(data: bytes, at: int, value: int | None, depth: int) -> tuple[Any, int]:
    return _definite(value), at


def _negative(data: bytes, at: int, value: int | None, depth: int) -> tuple[Any, int]:
    return -1 - _definite(value), at


def _bytes(data: bytes, at: int, length: int | None, depth: int) -> tuple[Any, int]:
    if length is None:
        parts, at = _until_break(data, at, depth)
        return b"".join(parts), at
    if at + length > len(data):
        raise CborError("ends early")
    return data[at : at + length], at + length


def _text(data: bytes, at: int, length: int | None, depth: int) -> tuple[Any, int]:
    if length is None:
        parts, at = _until_break(data, at, depth)
        return "".join(parts), at
    raw, at = _bytes(data, at, length, depth)
    return raw.decode(), at


def _list(data: bytes, at: int, length: int | None, depth: int) -> tuple[Any, int]:
    if length is None:
        return _until_break(data, at, depth)
    if length > len(data) - at:
        raise CborError("ends early")
    values: list[Any] = []
    for _ in range(length):
        value, at = _item(data, at, depth + 1)
        if value is _BREAK:
            raise CborError("ends early")
        values.append(value)
    return values, at


def _map(data: bytes, at: int, length: int | None, depth: int) -> tuple[Any, int]:
    values, at = _list(data, at, None if length is None else 2 * length, depth)
    if len(values) % 2:
        raise CborError("key without value")
    return dict(zip(values[::2], values[1::2], strict=True)), at


def _tagged(data: bytes, at: int, tag: int | None, depth: int) -> tuple[Any, int]:
    value, at = _item(data, at, depth + 1)
    if tag == 1:
        return datetime.fromtimestamp(value, UTC), at
    return value, at


def _until_break(data: bytes, at: int, depth: int) -> tuple[list[Any], int]:
    values: list[Any] = []
    while True:
        value, at = _item(data, at, depth + 1)
        if value is _BREAK:
            return values, at
        values.append(value)


_READERS: tuple[Callable[[bytes, int, int | None, int], tuple[Any, int]], ...] = (
    _unsigned,
    _negative,
    _bytes,
    _text,
    _list,
    _map,
    _tagged,
)
_FLOATS = {25: (">e", 2), 26: (">f", 4), 27: (">d", 8)}
_SIMPLE = {20: False, 21: True, 22: None, 23: None, 31: _BREAK}


def _simple(data: bytes, at: int, info: int) -> tuple[Any, int]:
    if info in _FLOATS:
        form, size = _FLOATS[info]
        return struct.unpack_from(form, data, at + 1)[0], at + 1 + size
    if info not in _SIMPLE:
        raise CborError("unknown simple value")
    return _SIMPLE[info], at + 1


def encode(value: Any) -> bytes:
    """The item of a JSON-like value, bytes or aware datetime (as an epoch time)."""
    if value is None or isinstance(value, bool):
        return bytes((0xF6 if value is None else 0xF4 + value,))
    if isinstance(value, int):
        return _head(0, value) if value >= 0 else _head(1, -1 - value)
    if isinstance(value, float):
        return struct.pack(">Bd", 0xFB, value)
    if isinstance(value, datetime):
        return _head(6, 1) + encode(value.timestamp())
    if isinstance(value, bytes):
        return _head(2, len(value)) + value
    if isinstance(value, str):
        raw = value.encode("utf-8", "replace")
        return _head(3, len(raw)) + raw
    if isinstance(value, dict):
        return _head(5, len(value)) + b"".join(encode(k) + encode(v) for k, v in value.items())
    return _head(4, len(value)) + b"".join(map(encode, value))


def _head(major: int, value: int) -> bytes:
    for info, size in ((None, 0), (24, 1), (25, 2), (26, 4), (27, 8)):
        if info is None and value < 24:
            return bytes((major << 5 | value,))
        if info is not None and value < 1 << (8 * size):
            return bytes((major << 5 | info,)) + value.to_bytes(size, "big")
    raise OverflowError("number needs more than 64 bits")
