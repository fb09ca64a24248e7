"""Answers of our own: results named as boto3 names them, in the form of the call's protocol, and back."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any
from xml.sax.saxutils import escape

from . import cbor, services
from ._json_encoder import json_value
from ._xml_encoder import scalar_text, xml_element, xml_members
from .messages import Response
from .routing import CBOR, Call
from .shapes import Shape

Headers = tuple[tuple[str, str], ...]


def render_result(call: Call, result: dict[str, Any], *, request_id: str) -> Response:
    """The answer that carries the result; blobs are bytes, times aware datetimes."""
    shape = call.operation.output
    if call.protocol.startswith("rest-"):
        return _rest(call, shape, result, request_id)
    headers: Headers = (("x-amzn-RequestId", request_id), ("Content-Type", _content_type(call)))
    if call.protocol == CBOR:
        # Clients take an answer without it for none of this protocol.
        headers = (*headers, ("smithy-protocol", "rpc-v2-cbor"))
    return Response(200, headers, _BODIES[call.protocol](call, shape, result, request_id))


def _content_type(call: Call) -> str:
    if call.protocol == "json":
        return f"application/x-amz-json-{services.load(call.service).metadata.get('jsonVersion', '1.0')}"
    return "application/cbor" if call.protocol == CBOR else "text/xml"


def _json_body(call: Call, shape: Shape | None, result: dict[str, Any], request_id: str) -> bytes:
    return json.dumps(json_value(shape, result) if shape else {}).encode()


def _cbor_body(call: Call, shape: Shape | None, result: dict[str, Any], request_id: str) -> bytes:
    return cbor.encode(json_value(shape, result, plain=False) if shape else {})


def _query_body(call: Call, shape: Shape | None, result: dict[str, Any], request_id: str) -> bytes:
    name = call.operation.name
    namespace = services.load(call.service).metadata.get("xmlNamespace", "")
    inner = xml_members(shape, result) if shape else ""
    wrapper = shape.traits.get("resultWrapper", "") if shape else ""
    if wrapper:
        inner = f"<{wrapper}>{inner}</{wrapper}>"
    metadata = f"<ResponseMetadata><RequestId>{request_id}</RequestId></ResponseMetadata>"
    return f'<{name}Response xmlns="{namespace}">{inner}{metadata}</{name}Response>'.encode()


def _ec2_body(call: Call, shape: Shape | None, result: dict[str, Any], request_id: str) -> bytes:
    name = call.operation.name
    namespace = services.load(call.service).metadata["xmlNamespace"]
    inner = xml_members(shape, result) if shape else ""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<{name}Response xmlns="{namespace}/">'
        f"<requestId>{request_id}</requestId>{inner}</{name}Response>"
    ).encode()


_BODIES: dict[str, Callable[[Call, Shape | None, dict[str, Any], str], bytes]] = {
    "json": _json_body,
    CBOR: _cbor_body,
    "query": _query_body,
    "ec2": _ec2_body,
}


def _rest(call: Call, shape: Shape | None, result: dict[str, Any], request_id: str) -> Response:
    xml = call.protocol == "rest-xml"
    id_header = "x-amz-request-id" if call.service == "s3" else "x-amzn-RequestId"
    status = call.operation.response_code
    if shape is None:
        return Response(status, ((id_header, request_id),), b"")
    headers: list[tuple[str, str]] = [(id_header, request_id)]
    for name, value in result.items():
        member = shape.members[name]
        if member.location == "statusCode":
            status = int(value)
        elif member.location:
            headers.extend(_header(member, name, value))
    body = _rest_body(shape, result, xml)
    if body and not any(name.lower() == "content-type" for name, _ in headers):
        headers.append(("Content-Type", "application/xml" if xml else "application/json"))
    return Response(status, tuple(headers), body)


def _header(member: Shape, name: str, value: Any) -> Headers:
    wire = member.wire_name or name
    if member.location == "headers":
        return tuple((wire + key, str(text)) for key, text in value.items())
    return ((wire, header_text(member, value)),)


def header_text(member: Shape, value: Any) -> str:
    """A header's value; times are RFC 822 dates unless the model says otherwise."""
    if isinstance(value, datetime) and member.timestamp_format in ("", "rfc822"):
        return format_datetime(value.astimezone(UTC), usegmt=True)
    if isinstance(value, list):
        return ",".join(header_text(member.member, item) for item in value)
    return scalar_text(member, value)


def _rest_body(shape: Shape, result: dict[str, Any], xml: bool) -> bytes:
    if shape.payload:
        return _payload(shape.members[shape.payload], result.get(shape.payload), xml)
    inside = {name: value for name, value in result.items() if not shape.members[name].location}
    if not any(not member.location for member in shape.members.values()):
        return b""
    if xml:
        return _xml_document(shape, inside)
    return json.dumps(json_value(shape, inside)).encode()


def _payload(shape: Shape, value: Any, xml: bool) -> bytes:
    if value is None:
        return b""
    if shape.kind in ("blob", "string"):
        return value if isinstance(value, bytes) else str(value).encode()
    return _xml_document(shape, value) if xml else json.dumps(json_value(shape, value)).encode()


def _xml_document(shape: Shape, value: Any) -> bytes:
    root = shape.wire_name or shape.name
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{xml_element(shape, value, escape(root))}'.encode()
