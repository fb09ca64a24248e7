"""Requests in CBOR, which the emulator cannot read: asked of it in JSON, and its answer put into CBOR again.

https://smithy.io/2.0/additional-specs/protocols/smithy-rpc-v2.html
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import botocore.serialize

from sandbox import answers, wire
from sandbox.wire import AwsError, Call, Request, Response
from sandbox.wire.routing import CBOR

Ask = Callable[[Call, Request], Response]
_serializer = botocore.serialize.create_serializer("json", include_validation=False)
# What describes the body that is replaced.
_OF_BODY = {"accept", "content-type", "smithy-protocol", "x-amz-target"}


def is_needed(call: Call) -> bool:
    """Tell whether a call speaks a protocol that the emulator does not."""
    return call.protocol == CBOR


def answer(call: Call, request: Request, parameters: dict[str, Any], ask: Ask, *, request_id: str) -> Response:
    """The answer to a call in CBOR by way of one in JSON; raises AwsError for an answer that is an error."""
    asked = replace(call, protocol="json", canonical_path="/", canonical_query=f"x-id={call.operation_name}")
    given = ask(asked, _in_json(call, request, parameters))
    code, message = wire.read_error(asked, given)
    if code:
        raise AwsError(code, message, given.status)
    return wire.render_result(call, answers.elements_of(asked, given) or {}, request_id=request_id)


def _in_json(call: Call, request: Request, parameters: dict[str, Any]) -> Request:
    model = answers.model_of_operation(call)
    serialized = _serializer.serialize_to_request(parameters, model)
    kept = tuple((name, value) for name, value in request.headers if name not in _OF_BODY)
    written = tuple((name.lower(), value) for name, value in serialized["headers"].items())
    return replace(request, headers=(*kept, *written), body=serialized["body"])
