"""Values of a shape from the dotted names of the query and EC2 protocols.

https://smithy.io/2.0/aws/protocols/aws-query-protocol.html and aws-ec2-query-protocol.html
"""

from collections.abc import Iterable
from typing import Any

from ._scalars import text_decoder
from .shapes import Decoder, Shape

MAX_PARTS = 64

# A name that is a value ("A=1") and a parent ("A.B=2") keeps its own value under "".
Tree = dict[str, Any]


def query_tree(pairs: Iterable[tuple[str, str]]) -> Tree:
    """Nested dicts from dotted names; ValueError when a name has more than 64 parts."""
    tree: Tree = {}
    for name, value in pairs:
        if "." not in name:
            _put(tree, name, value)
            continue
        parts = name.split(".")
        if len(parts) > MAX_PARTS:
            raise ValueError("parameter name with too many parts")
        node = tree
        for part in parts[:-1]:
            child = node.get(part)
            if type(child) is not dict:
                child = node[part] = {} if child is None else {"": child}
            node = child
        _put(node, parts[-1], value)
    return tree


def _put(node: Tree, name: str, value: str) -> None:
    child = node.get(name)
    if type(child) is dict:
        child[""] = value
    else:
        node[name] = value


def query_decoder(shape: Shape, protocol: str) -> Decoder:
    """The reader of a shape from a query tree, for "query" or "ec2"."""
    decoder = shape.decoders.get(protocol)
    if decoder is None:
        build = _COMPOUND.get(shape.kind)
        decoder = shape.decoders[protocol] = build(shape, protocol) if build else _scalar(shape)
    return decoder


def _scalar(shape: Shape) -> Decoder:
    read = text_decoder(shape)

    def decode(raw: Any) -> Any:
        if type(raw) is dict:
            if "" not in raw:
                raise ValueError("Start of structure or map found where not expected.")
            raw = raw[""]
        return read(raw)

    return decode


def _structure(shape: Shape, protocol: str) -> Decoder:
    members: list[tuple[str, str, Decoder]] = []

    def decode(raw: Any) -> dict[str, Any]:
        if type(raw) is not dict:
            return {}
        return {name: read(raw[wire]) for wire, name, read in members if wire in raw}

    shape.decoders[protocol] = decode
    for name, member in shape.members.items():
        members.append((_name(member, name, protocol), name, query_decoder(member, protocol)))
    return decode


def _name(member: Shape, name: str, protocol: str) -> str:
    if protocol == "ec2":
        if "queryName" in member.traits:
            return str(member.traits["queryName"])
        wire_name = member.wire_name
        return wire_name[:1].upper() + wire_name[1:] if wire_name else name
    if member.kind == "list" and member.flattened and member.member.wire_name:
        return member.member.wire_name
    return member.wire_name or name


def _list(shape: Shape, protocol: str) -> Decoder:
    inner = "" if protocol == "ec2" or shape.flattened else shape.member.wire_name or "member"

    def decode(raw: Any) -> list[Any]:
        items = raw.get(inner, raw) if inner and type(raw) is dict else raw
        return [element(item) for item in _numbered(items)]

    shape.decoders[protocol] = decode
    element = query_decoder(shape.member, protocol)
    return decode


def _numbered(raw: Any) -> list[Any]:
    """The items "1", "2" … in the order of their numbers."""
    if type(raw) is not dict:
        return []
    numbers = [name for name in raw if name]
    if not all(name.isascii() and name.isdigit() and len(name) < 10 for name in numbers):
        raise ValueError("list with a member that is not numbered")
    return [raw[name] for name in sorted(numbers, key=int)]


def _map(shape: Shape, protocol: str) -> Decoder:
    inner = "" if shape.flattened else "entry"
    key_name = shape.key.wire_name or "key"
    value_name = shape.value.wire_name or "value"

    def decode(raw: Any) -> dict[str, Any]:
        entries = raw.get(inner) if inner and type(raw) is dict else raw
        result = {}
        for entry in _numbered(entries):
            if type(entry) is not dict or key_name not in entry or value_name not in entry:
                raise ValueError("map entry without key or value")
            result[key(entry[key_name])] = value(entry[value_name])
        return result

    shape.decoders[protocol] = decode
    key = query_decoder(shape.key, protocol)
    value = query_decoder(shape.value, protocol)
    return decode


_COMPOUND = {"structure": _structure, "list": _list, "map": _map}
