"""Values of a shape from XML elements.

https://smithy.io/2.0/spec/protocol-traits.html#xml-bindings
"""

from collections.abc import Callable
from typing import Any

from ._scalars import text_decoder
from ._xml import Element
from .shapes import Shape

XmlDecoder = Callable[[Element], Any]


def xml_decoder(shape: Shape) -> XmlDecoder:
    """The reader of a shape from an element; it raises ValueError on text of another type."""
    decoder = shape.decoders.get("xml")
    if decoder is None:
        build = _COMPOUND.get(shape.kind)
        decoder = shape.decoders["xml"] = build(shape) if build else _scalar(shape)
    return decoder


def _scalar(shape: Shape) -> XmlDecoder:
    read = text_decoder(shape)
    if shape.kind == "string":
        return lambda element: element.text
    return lambda element: read(element.text.strip())


def _structure(shape: Shape) -> XmlDecoder:
    # By element name: (member, decoder, whether the elements are the items of a flattened list or map).
    table: dict[str, tuple[str, Callable[[Any], Any], bool]] = {}
    attributes: dict[str, tuple[str, Callable[[str], Any]]] = {}

    def decode(element: Element) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for wire, text in element.attributes.items():
            if wire in attributes:
                name, read = attributes[wire]
                result[name] = read(text)
        repeated: dict[str, list[Element]] = {}
        for child in element.children:
            known = table.get(child.name)
            if known is None:
                continue
            if known[2]:
                repeated.setdefault(child.name, []).append(child)
            else:
                result[known[0]] = known[1](child)
        for wire, children in repeated.items():
            result[table[wire][0]] = table[wire][1](children)
        return result

    shape.decoders["xml"] = decode
    for name, member in shape.members.items():
        if member.traits.get("xmlAttribute"):
            attributes[member.wire_name or name] = (name, text_decoder(member))
        elif member.flattened and member.kind in ("list", "map"):
            table[member.wire_name or name] = (name, _items(member), True)
        else:
            table[member.wire_name or name] = (name, xml_decoder(member), False)
    return decode


def _items(shape: Shape) -> Callable[[list[Element]], Any]:
    """The reader of a list or map from the elements of its items."""
    return _list_items(shape) if shape.kind == "list" else _map_items(shape)


def _list(shape: Shape) -> XmlDecoder:
    return _in_children(shape, _list_items)


def _map(shape: Shape) -> XmlDecoder:
    return _in_children(shape, _map_items)


def _in_children(shape: Shape, build: Callable[[Shape], Callable[[list[Element]], Any]]) -> XmlDecoder:
    def decode(element: Element) -> Any:
        return items(element.children)

    shape.decoders["xml"] = decode
    items = build(shape)
    return decode


def _list_items(shape: Shape) -> Callable[[list[Element]], list[Any]]:
    read = xml_decoder(shape.member)
    return lambda elements: [read(element) for element in elements]


def _map_items(shape: Shape) -> Callable[[list[Element]], dict[Any, Any]]:
    key, value = xml_decoder(shape.key), xml_decoder(shape.value)
    key_name = shape.key.wire_name or "key"
    value_name = shape.value.wire_name or "value"

    def decode(elements: list[Element]) -> dict[Any, Any]:
        result = {}
        for entry in elements:
            parts = {child.name: child for child in entry.children}
            if key_name not in parts or value_name not in parts:
                raise ValueError("map entry without key or value")
            result[key(parts[key_name])] = value(parts[value_name])
        return result

    return decode


_COMPOUND = {"structure": _structure, "list": _list, "map": _map}
