"""A request's parameters, named as boto3 names them."""

from typing import Any

from . import cbor
from ._json_decoder import json_decoder, parse_json
from ._query_decoder import query_decoder, query_tree
from ._rest_decoder import BadArgument, rest_parameters
from .bodies import decode_body
from .messages import AwsError, Request
from .routing import CBOR, Call

# Bytes of an object's key in S3.
MAX_KEY = 1024


def parse_parameters(request: Request, call: Call) -> dict[str, Any]:
    """The input that boto3 would have been given. Blobs are bytes, times aware UTC datetimes.

    AwsError in the service's own terms when the body is malformed or a value has the wrong type.
    """
    request = decode_body(request, call.service)
    if call.service == "s3":
        _check_key(call.uri_parameters.get("Key", ""))
    try:
        return _parse(request, call)
    except (ValueError, RecursionError, TypeError) as error:
        raise _malformed(call, error) from error


def _check_key(key: str) -> None:
    size = len(key.encode("utf-8", "surrogatepass"))
    if size > MAX_KEY:
        fields = {"Size": str(size), "MaxSizeAllowed": str(MAX_KEY)}
        raise AwsError("KeyTooLongError", "Your key is too long", 400, fields)


def _parse(request: Request, call: Call) -> dict[str, Any]:
    if call.protocol.startswith("rest-"):
        return rest_parameters(request, call.operation, call.uri_parameters, _text_headers(request))
    shape = call.operation.input
    if shape is None:
        return {}
    if call.protocol in ("query", "ec2"):
        tree = query_tree(request.query_pairs + request.form_pairs)
        parameters: dict[str, Any] = query_decoder(shape, call.protocol)(tree)
        return _with_queue_url(parameters, call)
    if call.protocol == CBOR:
        return dict(json_decoder(shape)(cbor.decode(request.body) if request.body else {}))
    return dict(json_decoder(shape)(parse_json(request.body) if request.body else {}))


def _with_queue_url(parameters: dict[str, Any], call: Call) -> dict[str, Any]:
    if "QueueUrl" in call.uri_parameters:
        parameters.setdefault("QueueUrl", call.uri_parameters["QueueUrl"])
    return parameters


def _text_headers(request: Request) -> dict[str, str]:
    """The headers, which must be text: bytes that are no UTF-8 arrive as surrogates."""
    for name, value in request.header_map.items():
        if not value.isascii() and any("\ud800" <= character <= "\udfff" for character in value):
            raise BadArgument(name, value)
    return request.header_map


def _malformed(call: Call, error: Exception) -> AwsError:
    """The error that the service gives for input that it cannot read."""
    detail = str(error)
    if call.protocol in ("json", "rest-json", CBOR):
        return AwsError("SerializationException", detail, 400)
    if call.service == "ec2":
        return AwsError("InvalidParameterValue", f"Invalid value: {detail}", 400)
    if call.service == "s3":
        if isinstance(error, BadArgument):
            fields = {"ArgumentName": error.name, "ArgumentValue": error.value}
            return AwsError("InvalidArgument", f"The value of {error.name} is not valid", 400, fields)
        message = "The XML you provided was not well-formed or did not validate against our published schema"
        return AwsError("MalformedXML", message, 400)
    return AwsError("MalformedInput", detail, 400)
