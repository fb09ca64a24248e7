"""Sample parameters for any operation, made from botocore's model."""

from datetime import UTC, datetime
from typing import Any

MOMENT = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
# How often a shape may hold itself.
RECURSION = 1


def sample_input(operation: Any, only_required: bool = False) -> dict[str, Any]:
    """Parameters for a botocore OperationModel: every member, or at the top only those that it requires."""
    shape = operation.input_shape
    if shape is None:
        return {}
    return _structure(shape, "", (), only_required)


def sample_output(operation: Any) -> dict[str, Any]:
    """A result of a botocore OperationModel, every member once."""
    shape = operation.output_shape
    return {} if shape is None else _structure(shape, "", ())


def _sample(shape: Any, name: str, path: tuple[str, ...]) -> Any:
    maker = _MAKERS.get(shape.type_name)
    if maker is not None:
        return maker(shape, name)
    return _COMPOUND[shape.type_name](shape, name, path)


def _structure(shape: Any, name: str, path: tuple[str, ...], only_required: bool = False) -> dict[str, Any]:
    if shape.is_document_type:
        return {"any": [1, "two", None]}
    inner = (*path, shape.name)
    members = {
        key: member
        for key, member in shape.members.items()
        if (not only_required or key in shape.required_members)
        and inner.count(member.name) < RECURSION
        and not member.serialization.get("eventstream")
    }
    if shape.is_tagged_union:
        members = dict(list(members.items())[:1])
    return {key: _sample(member, key, inner) for key, member in members.items()}


def _list(shape: Any, name: str, path: tuple[str, ...]) -> list[Any]:
    if (*path, shape.name).count(shape.name) > RECURSION:
        return []
    return [_sample(shape.member, f"{name}{number}", (*path, shape.name)) for number in (1, 2)]


def _map(shape: Any, name: str, path: tuple[str, ...]) -> dict[str, Any]:
    inner = (*path, shape.name)
    keys = (f"{name.lower()}-1", f"{name.lower()}-2")
    return {key: _sample(shape.value, f"{name}{key}", inner) for key in keys}


def _string(shape: Any, name: str) -> str:
    if shape.enum:
        return str(shape.enum[0])
    location = shape.serialization.get("location")
    text = "bucket-1" if name == "Bucket" else f"{name} é/+%&=;,"
    if location in ("header", "headers"):
        text = f"{name} value"
    if shape.serialization.get("hostLabel"):
        text = "123456789012"
    return text[: shape.metadata["max"]] if shape.metadata.get("max") else text


_COMPOUND: dict[str, Any] = {"structure": _structure, "list": _list, "map": _map}
_MAKERS: dict[str, Any] = {
    "string": _string,
    "character": lambda shape, name: "c",
    "blob": lambda shape, name: f"blob of {name}".encode() + b"\x00\xff",
    "timestamp": lambda shape, name: MOMENT,
    "boolean": lambda shape, name: True,
    "integer": lambda shape, name: max(shape.metadata.get("min", 0), 3),
    "long": lambda shape, name: max(shape.metadata.get("min", 0), 4_000_000_000),
    "float": lambda shape, name: 1.5,
    "double": lambda shape, name: 2.25,
}
