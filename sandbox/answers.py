"""Answers: what one says, for the trail, and those that we write ourselves."""

import json
import re
from functools import cache
from typing import Any
from xml.sax.saxutils import escape, unescape

import botocore.loaders
import botocore.model
import botocore.parsers

from sandbox.wire import Call, Response

_XML_CODE = re.compile(rb"<Code>([^<]*)</Code>")
_XML_MESSAGE = re.compile(rb"<Message>([^<]*)</Message>")


def error_in(call: Call, response: Response) -> tuple[str, str]:
    """Code and message of an answer that is an error; two empty texts when it is none."""
    if response.status < 400:
        return "", ""
    if b"<Code>" in response.body:
        code, message = _XML_CODE.search(response.body), _XML_MESSAGE.search(response.body)
        return (_text(code[1]) if code else "Unknown"), (_text(message[1]) if message else "")
    if response.body[:1] == b"{":
        return _json_error(response)
    # HEAD has no body: the status is all there is.
    return str(response.status), ""


def _text(found: bytes) -> str:
    return unescape(found.decode("utf-8", "replace"), {"&quot;": '"', "&apos;": "'"})


def _json_error(response: Response) -> tuple[str, str]:
    try:
        body = json.loads(response.body)
    except ValueError:
        return str(response.status), ""
    named = next((value for name, value in response.headers if name.lower() == "x-amzn-errortype"), "")
    code = str(body.get("__type") or body.get("code") or named or response.status)
    message = str(body.get("message") or body.get("Message") or "")
    return code.rsplit("#")[-1].split(":")[0], message


def elements_of(call: Call, response: Response) -> dict[str, Any] | None:
    """Members of a good answer, named as in the service's model; None when it has none."""
    operation = _model(call.service).operation_model(call.operation_name)
    if operation.output_shape is None or operation.has_streaming_output:
        return None
    parser = _parsers.create_parser(call.protocol)
    parsed: dict[str, Any] = parser.parse(
        {"status_code": response.status, "headers": _Headers(response.headers), "body": response.body},
        operation.output_shape,
    )
    return {name: value for name, value in parsed.items() if name != "ResponseMetadata"} or None


_parsers = botocore.parsers.ResponseParserFactory()


class _Headers(dict[str, str]):
    """Headers of an answer as botocore's parsers ask for them: by lower-case name."""

    def __init__(self, headers: tuple[tuple[str, str], ...]) -> None:
        super().__init__((name.lower(), value) for name, value in headers)

    def get(self, name: str, default: Any = None) -> Any:
        return super().get(name.lower(), default)

    def __contains__(self, name: object) -> bool:
        return super().__contains__(str(name).lower())

    def __getitem__(self, name: str) -> str:
        return super().__getitem__(name.lower())


@cache
def _model(service: str) -> botocore.model.ServiceModel:
    loader = botocore.loaders.create_loader()
    return botocore.model.ServiceModel(loader.load_service_model(service, "service-2"), service)


def native(call: Call, result: dict[str, str], *, request_id: str) -> Response:
    """An answer of ours in the query protocol; `result` has texts only."""
    name = call.operation_name
    namespace = _model(call.service).metadata["xmlNamespace"]
    members = "".join(f"<{member}>{escape(value)}</{member}>" for member, value in result.items())
    body = (
        f'<{name}Response xmlns="{namespace}"><{name}Result>{members}</{name}Result>'
        f"<ResponseMetadata><RequestId>{request_id}</RequestId></ResponseMetadata></{name}Response>"
    )
    headers = (("Content-Type", "text/xml"), ("x-amzn-RequestId", request_id))
    return Response(200, headers, body.encode())
