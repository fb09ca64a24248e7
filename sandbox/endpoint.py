"""The gateway on HTTP, below `/aws`: the plain endpoint for any client, and the envelope of the browser."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any
from urllib.parse import quote
from uuid import uuid4

from sandbox import anonymous, gateway, metadata, quotas, weather, wire
from sandbox.wire import AwsError, Request, Response

MOUNT = "/aws"
ENVELOPE = "application/x-entrypoint-envelope"
MAX_BODY = quotas.MAX_OBJECT_BODY + 1024 * 1024
MAX_HEADERS = 64 * 1024
MAX_VALUE = 8 * 1024
MAX_DIGITS = 18

StartResponse = Callable[[str, list[tuple[str, str]]], Any]

# A page put into a bucket must not be able to act as the site.
ALWAYS = [
    ("Content-Security-Policy", "sandbox"),
    ("X-Content-Type-Options", "nosniff"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Cache-Control", "no-store"),
]


class TooLarge(ValueError):
    """A request beyond the limits, refused before anything is read into it."""


class BadLength(ValueError):
    """A Content-Length that is no number of bytes."""


def application(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
    """WSGI; `RAW_URI` and `entrypoint.headers` in the environ tell the path and the headers as they were sent."""
    response = _answered(environ)
    headers = [*response.headers, *ALWAYS]
    given = any(name.lower() == "content-length" for name, _ in headers)
    if environ["REQUEST_METHOD"] != "HEAD" or not given:
        headers.append(("Content-Length", str(len(response.body))))
    start_response(f"{response.status} {_REASONS.get(response.status, 'Status')}", headers)
    return [response.body]


_REASONS = {200: "OK", 204: "No Content", 206: "Partial Content", 301: "Moved Permanently", 304: "Not Modified"}
_REASONS |= {400: "Bad Request", 403: "Forbidden", 404: "Not Found", 409: "Conflict", 412: "Precondition Failed"}


def _answered(environ: dict[str, Any]) -> Response:
    try:
        if environ.get("CONTENT_TYPE") == ENVELOPE:
            return _answered_envelope(environ)
        return gateway.handle(_plain_request(environ))
    except TooLarge as error:
        return _refused(environ, AwsError("RequestEntityTooLarge", str(error), 413))
    except BadLength as error:
        return _refused(environ, AwsError("InvalidArgument", str(error), 400))
    except wire.BadEnvelope as error:
        return _plain_text(400, str(error))


def _refused(environ: dict[str, Any], error: AwsError) -> Response:
    """The refusal of a request that is not read, in the form that its service seems to speak."""
    if environ.get("CONTENT_TYPE") == ENVELOPE:
        return _plain_text(error.status, error.message)
    request = replace(_without_body(environ), headers=_small_headers(environ))
    return wire.render_unread(error, request, request_id=str(uuid4()))


def _small_headers(environ: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    return tuple((name, value) for name, value in _headers(environ) if len(value) < MAX_VALUE)


def _plain_text(status: int, text: str) -> Response:
    return Response(status, (("Content-Type", "text/plain; charset=utf-8"),), f"{text}\n".encode())


def _answered_envelope(environ: dict[str, Any]) -> Response:
    request, environment_id = wire.read_envelope(_read_body(environ), source_ip=environ.get("REMOTE_ADDR", ""))
    if metadata.is_asked(request):
        response = metadata.answer(request, environment_id)
    else:
        response = gateway.handle(request, environment_id=environment_id)
    delays = tuple(header for header in response.headers if header[0] == weather.DELAY)
    inner = replace(response, headers=tuple(header for header in response.headers if header not in delays))
    return Response(200, (("Content-Type", "application/octet-stream"), *delays), wire.write_envelope(inner))


def _read_body(environ: dict[str, Any]) -> bytes:
    given = environ.get("CONTENT_LENGTH") or "0"
    if not (given.isascii() and given.isdigit()) or len(given) > MAX_DIGITS:
        raise BadLength(f"Content-Length is no length: {given[:40]}")
    length = int(given)
    if length > MAX_BODY:
        raise TooLarge(f"A body of {length} bytes; the sandbox takes at most {MAX_BODY}")
    body: bytes = environ["wsgi.input"].read(length) if length else b""
    return body


def _plain_request(environ: dict[str, Any]) -> Request:
    request = _without_body(environ)
    size = len(request.raw_path) + len(request.raw_query)
    if size + sum(len(name) + len(value) for name, value in request.headers) > MAX_HEADERS:
        raise TooLarge(f"An address and headers of more than {MAX_HEADERS} bytes")
    return replace(request, body=_read_body(environ))


def _without_body(environ: dict[str, Any]) -> Request:
    raw_path, _, raw_query = _target(environ).partition("?")
    return Request(
        method=environ["REQUEST_METHOD"],
        host=environ.get("HTTP_HOST", ""),
        raw_path=raw_path,
        raw_query=raw_query,
        headers=_headers(environ),
        body=b"",
        mount=anonymous.mount_of(raw_path, MOUNT),
        source_ip=environ.get("REMOTE_ADDR", ""),
    )


def _target(environ: dict[str, Any]) -> str:
    """The request's target as it was sent; servers that keep only the decoded path get it encoded again."""
    target: str | None = environ.get("RAW_URI")
    if target is not None:
        return target
    path = quote(environ["PATH_INFO"].encode("latin-1"), safe="/~!$&'()*+,;=:@-._")
    query = environ.get("QUERY_STRING", "")
    return f"{path}?{query}" if query else path


def _headers(environ: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    sent = environ.get("entrypoint.headers")
    if sent is not None:
        return tuple((name.decode("latin-1"), value.decode("utf-8", "surrogateescape")) for name, value in sent)
    headers = [(name[5:].replace("_", "-").lower(), value) for name, value in environ.items() if name[:5] == "HTTP_"]
    unprefixed = [name for name in ("CONTENT_TYPE", "CONTENT_LENGTH") if environ.get(name)]
    headers.extend((name.replace("_", "-").lower(), environ[name]) for name in unprefixed)
    return tuple(headers)
