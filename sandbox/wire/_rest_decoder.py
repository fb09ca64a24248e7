"""Values of a REST operation's input from path, query, headers and body.

https://smithy.io/2.0/spec/http-bindings.html
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from ._json_decoder import json_decoder, parse_json
from ._scalars import blob, text_decoder
from ._xml import parse_xml
from ._xml_decoder import xml_decoder
from .messages import Request
from .services import Operation, facts
from .shapes import Decoder, Shape


@dataclass(eq=False)
class BadArgument(ValueError):
    """A label, query parameter or header whose value has the wrong type."""

    name: str
    value: str


BodyReader = Callable[[bytes], Any]


@dataclass(frozen=True, slots=True)
class Bindings:
    """Where each member of an input is: (member, wire name, decoder)."""

    uri: tuple[tuple[str, str, Decoder], ...]
    query: tuple[tuple[str, str, Decoder, bool], ...]
    query_map: tuple[str, Shape] | None
    query_names: frozenset[str]
    headers: tuple[tuple[str, str, Decoder], ...]
    lenient_headers: frozenset[str]
    header_maps: tuple[tuple[str, str], ...]
    payload: str
    body: BodyReader | None


def rest_parameters(
    request: Request, operation: Operation, uri_parameters: Mapping[str, str], headers: Mapping[str, str]
) -> dict[str, Any]:
    """The input's members; BadArgument, or ValueError for the body, where a value has the wrong type."""
    bindings = _bindings(operation)
    if bindings is None:
        return {}
    result: dict[str, Any] = {}
    if bindings.body is not None and (request.body or bindings.payload):
        value = bindings.body(request.body)
        if bindings.payload:
            if value is not None:
                result[bindings.payload] = value
        else:
            result |= value
    for name, wire, read in bindings.uri:
        if wire in uri_parameters:
            result[name] = _read(read, uri_parameters[wire], wire)
    if request.raw_query:
        _read_query(request, bindings, result)
    for name, wire, read in bindings.headers:
        if wire in headers:
            try:
                result[name] = _read(read, headers[wire], wire)
            except BadArgument:
                # HTTP's own headers (Expires, If-Modified-Since) count for nothing when they hold no date.
                if wire not in bindings.lenient_headers:
                    raise
    for name, prefix in bindings.header_maps:
        found = {key[len(prefix) :]: value for key, value in headers.items() if key.startswith(prefix)}
        if found:
            result[name] = found
    return result


def _read_query(request: Request, bindings: Bindings, result: dict[str, Any]) -> None:
    query = request.query
    if len(query) != len(request.query_pairs):
        _refuse_repeated(request, bindings)
    for name, wire, read, repeated in bindings.query:
        if wire in query:
            value = [v for k, v in request.query_pairs if k == wire] if repeated else query[wire]
            result[name] = _read(read, value, wire)
    if bindings.query_map is not None:
        name, shape = bindings.query_map
        rest = [
            (key, value)
            for key, value in request.query_pairs
            if key not in bindings.query_names and not key.startswith("X-Amz-")
        ]
        if rest:
            result[name] = _map(rest, shape)


def _refuse_repeated(request: Request, bindings: Bindings) -> None:
    """Readers differ in which of two equal names they take; only lists may have several."""
    single = {wire for _, wire, _, repeated in bindings.query if not repeated}
    seen: set[str] = set()
    for name, value in request.query_pairs:
        if name in single and name in seen:
            raise BadArgument(name, value)
        seen.add(name)


def _read(read: Decoder, value: Any, wire: str) -> Any:
    try:
        return read(value)
    except ValueError:
        raise BadArgument(wire, str(value)) from None


def _map(pairs: list[tuple[str, str]], shape: Shape) -> dict[str, Any]:
    if shape.value.kind != "list":
        return dict(pairs)
    lists: dict[str, list[str]] = {}
    for name, value in pairs:
        lists.setdefault(name, []).append(value)
    return lists


@lru_cache(maxsize=4096)
def _bindings(operation: Operation) -> Bindings | None:
    shape = operation.input
    if shape is None:
        return None
    by_location: dict[str, list[tuple[str, str, Shape]]] = {}
    for name, member in shape.members.items():
        by_location.setdefault(member.location, []).append((name, member.wire_name or name, member))
    query = by_location.get("querystring", [])
    maps = [(name, member) for name, _, member in query if member.kind == "map"]
    fixed = {part.partition("=")[0] for part in operation.request_uri.partition("?")[2].split("&")}
    return Bindings(
        uri=tuple((name, wire, text_decoder(member)) for name, wire, member in by_location.get("uri", [])),
        query=tuple((n, w, _query_decoder(m), m.kind == "list") for n, w, m in query if m.kind != "map"),
        query_map=maps[0] if maps else None,
        query_names=frozenset(fixed.union(wire for _, wire, _ in query)),
        headers=tuple((n, w.lower(), _header_decoder(m)) for n, w, m in by_location.get("header", [])),
        lenient_headers=frozenset(
            wire.lower()
            for _, wire, member in by_location.get("header", [])
            if member.kind == "timestamp" and not wire.lower().startswith("x-amz-")
        ),
        header_maps=tuple((n, w.lower()) for n, w, _ in by_location.get("headers", [])),
        payload=shape.payload,
        body=_body(shape, "rest-xml" in facts(operation.service).protocols),
    )


def _query_decoder(shape: Shape) -> Decoder:
    if shape.kind != "list":
        return text_decoder(shape)
    read = text_decoder(shape.member)
    return lambda values: [read(value) for value in values]


def _header_decoder(shape: Shape) -> Decoder:
    if shape.kind == "list":
        read = text_decoder(shape.member)
        return lambda text: [read(part) for part in _split_list(text, shape.member.kind == "timestamp")]
    if shape.traits.get("jsonvalue"):
        return lambda text: parse_json(blob(text))
    return text_decoder(shape)


def _split_list(text: str, dates: bool) -> list[str]:
    """Items between commas, quotes removed; RFC 822 dates have a comma of their own."""
    if dates:
        parts = text.split(",")
        return [",".join(parts[at : at + 2]).strip() for at in range(0, len(parts), 2)]
    if '"' not in text:
        return [part.strip() for part in text.split(",")]
    items: list[str] = []
    item, quoted, escaped = "", False, False
    for character in text:
        if escaped:
            item, escaped = item + character, False
        elif character == "\\" and quoted:
            escaped = True
        elif character == '"':
            quoted = not quoted
        elif character == "," and not quoted:
            items, item = [*items, item.strip()], ""
        else:
            item += character
    return [*items, item.strip()]


def _body(shape: Shape, xml: bool) -> BodyReader | None:
    if shape.payload:
        return _payload(shape.members[shape.payload], xml)
    if all(member.location for member in shape.members.values()):
        return None
    return _document(shape, xml)


def _payload(shape: Shape, xml: bool) -> BodyReader:
    if shape.kind == "blob":
        streaming = bool(shape.traits.get("streaming"))
        return lambda body: body if body or streaming else None
    if shape.kind == "string":
        return lambda body: body.decode() if body else None
    read = _document(shape, xml)
    return lambda body: read(body) if body else None


def _document(shape: Shape, xml: bool) -> BodyReader:
    if xml:
        read_xml = xml_decoder(shape)
        return lambda body: read_xml(parse_xml(body))
    read_json = json_decoder(shape)
    return lambda body: read_json(parse_json(body))
