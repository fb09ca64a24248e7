"""Write XML answers directly: the library that moto uses for it validates and dispatches for every element."""

from types import SimpleNamespace
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import moto.core.serialize as serialize

from sandbox.emulator.expectation import expect

PROLOG = '<?xml version="1.0" encoding="utf-8"?>\n'


def unparse(
    body: dict[str, Any], *, full_document: bool = True, short_empty_elements: bool = False, pretty: bool = False
) -> str:
    """XML of a dictionary: `@name` is an attribute, `#text` the text, a list the element again and again."""
    parts = [PROLOG] if full_document else []
    for name, value in body.items():
        _element(parts, name, value, short_empty_elements)
    return "".join(parts)


def _element(parts: list[str], name: str, value: Any, short: bool) -> None:
    if isinstance(value, (list, tuple)):
        for one in value:
            _element(parts, name, one, short)
    elif isinstance(value, dict):
        _structure(parts, name, value, short)
    else:
        text = _text(value)
        parts.append(f"<{name}>{text}</{name}>" if text or not short else f"<{name}/>")


def _structure(parts: list[str], name: str, members: dict[str, Any], short: bool) -> None:
    start, text = f"<{name}", ""
    content: list[str] = []
    for member, value in members.items():
        if member == "#text":
            text = _text(value)
        elif member.startswith("@"):
            start += f" {member[1:]}={quoteattr(_plain(value))}"
        else:
            _element(content, member, value, short)
    if content or text or not short:
        parts += [start, ">", *content, text, f"</{name}>"]
    else:
        parts += [start, "/>"]


def _text(value: Any) -> str:
    return escape(_plain(value))


def _plain(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else str(value)


def apply() -> None:
    """Give moto's serialisers our writer in the place of the library."""
    module: Any = serialize
    expect(hasattr(module.xmltodict, "unparse"), "serialize.xmltodict")
    module.xmltodict = SimpleNamespace(unparse=unparse)
