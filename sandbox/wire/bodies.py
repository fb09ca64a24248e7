"""A request's body without the encodings of its transport."""

import zlib
from dataclasses import replace

from . import aws_chunked
from .authorization import Authorization
from .messages import AwsError, Request
from .services import facts
from .sigv4 import with_signed_header_names

MAX_DECOMPRESSED = 32 * 1024 * 1024
_S3 = ("s3", "s3control")
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


def decode_body(request: Request, service: str, max_bytes: int = MAX_DECOMPRESSED) -> Request:
    """The request with a plain body: aws-chunked undone for S3, gzip for the others. Safe to call twice.

    Raises AwsError; only after `sigv4.verify`, since the signature covers the encoded body.
    """
    request = _of_one_reading(request, service)
    if service in _S3:
        return aws_chunked.decoded(request)
    if request.header_map.get("content-encoding", "").lower() != "gzip":
        return request
    body = _decompressed(request.body, max_bytes)
    headers = tuple((n, v) for n, v in request.headers if n not in ("content-encoding", "content-length"))
    return replace(request, headers=(*headers, ("content-length", str(len(body)))), body=body)


def _of_one_reading(request: Request, service: str) -> Request:
    """The request without what makes some readers look for an operation elsewhere than we did.

    A header "Action", and a form's content type on a body that is none (curl puts it on every body).
    """
    kind = request.header_map.get("content-type", "").lower()
    is_form = kind.startswith(_FORMS)
    if "action" not in request.header_map and not is_form:
        return request
    protocols = facts(service).protocols
    plain = None
    if service in _S3 or "rest-xml" in protocols:
        plain = "binary/octet-stream"
    elif "rest-json" in protocols or ("json" in protocols and "x-amz-target" in request.header_map):
        plain = "application/json"
    if plain is None and "action" not in request.header_map:
        return request
    headers = [(name, value) for name, value in request.headers if name != "action"]
    if is_form and plain:
        headers = [(n, plain if n == "content-type" else v) for n, v in headers]
    return replace(request, headers=tuple(headers))


def unchunked(request: Request, authorization: Authorization | None = None) -> Request:
    """The request without aws-chunked, and with the header names that were signed; call it after `verify`."""
    request = aws_chunked.decoded(request)
    return request if authorization is None else with_signed_header_names(request, authorization)


def _decompressed(body: bytes, max_bytes: int) -> bytes:
    reader = zlib.decompressobj(zlib.MAX_WBITS | 16)
    try:
        plain = reader.decompress(body, max_bytes + 1)
    except zlib.error:
        raise AwsError("SerializationException", "The request body is not valid gzip.", 400) from None
    if len(plain) > max_bytes or not reader.eof:
        raise AwsError("RequestEntityTooLarge", "The request body is too large or ends early.", 413)
    return plain
