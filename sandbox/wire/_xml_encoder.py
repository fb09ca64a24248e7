"""XML elements of a shape."""

import base64
import re
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from .shapes import Shape

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def xml_text(text: str) -> str:
    """The text with markup escaped and what XML cannot hold replaced."""
    return escape(_NOT_XML.sub("?", text))


def xml_element(shape: Shape, value: Any, name: str) -> str:
    """The element of this name that holds the value."""
    if shape.kind == "structure":
        return f"<{name}{_attributes(shape, value)}>{xml_members(shape, value)}</{name}>"
    if shape.kind == "list":
        item = shape.member.wire_name or "member"
        return f"<{name}>{''.join(xml_element(shape.member, each, item) for each in value)}</{name}>"
    if shape.kind == "map":
        return f"<{name}>{''.join(_entries(shape, value, 'entry'))}</{name}>"
    return f"<{name}>{xml_text(scalar_text(shape, value))}</{name}>"


def xml_members(shape: Shape, value: dict[str, Any]) -> str:
    """The elements of a structure's members; KeyError for unknown ones."""
    parts = []
    for name, item in value.items():
        member = shape.members[name]
        if item is not None and not member.traits.get("xmlAttribute"):
            parts.append(_member(member, item, member.wire_name or name))
    return "".join(parts)


def _member(shape: Shape, value: Any, name: str) -> str:
    if shape.flattened and shape.kind == "list":
        return "".join(xml_element(shape.member, each, name) for each in value)
    if shape.flattened and shape.kind == "map":
        return "".join(_entries(shape, value, name))
    return xml_element(shape, value, name)


def _entries(shape: Shape, value: dict[str, Any], name: str) -> list[str]:
    key, item = shape.key.wire_name or "key", shape.value.wire_name or "value"
    return [
        f"<{name}>{xml_element(shape.key, each, key)}{xml_element(shape.value, inner, item)}</{name}>"
        for each, inner in value.items()
    ]


def _attributes(shape: Shape, value: dict[str, Any]) -> str:
    namespace = shape.traits.get("xmlNamespace")
    text = ""
    if namespace:
        uri, prefix = (namespace, "") if isinstance(namespace, str) else (namespace["uri"], namespace.get("prefix"))
        text = f" xmlns{':' + prefix if prefix else ''}={quoteattr(uri)}"
    for name, member in shape.members.items():
        if member.traits.get("xmlAttribute") and name in value:
            text += f" {member.wire_name or name}={quoteattr(str(value[name]))}"
    return text


def scalar_text(shape: Shape, value: Any) -> str:
    """A scalar as XML, headers and URIs write it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, datetime):
        return _time(shape, value.astimezone(UTC))
    return str(value)


def _time(shape: Shape, value: datetime) -> str:
    form = shape.timestamp_format.lower()
    if form == "unixtimestamp":
        return str(int(value.timestamp()))
    if form == "rfc822":
        return format_datetime(value, usegmt=True)
    return value.strftime("%Y-%m-%dT%H:%M:%S.") + f"{value.microsecond // 1000:03d}Z"
