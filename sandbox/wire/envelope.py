"""The browser's envelope: a whole request to AWS in the body of one to the site, and the answer likewise.

A 32-bit little-endian length, that many bytes of UTF-8 JSON, and the body.
"""

import json
import re
from typing import Any
from uuid import UUID

from .messages import Request, Response

MAX_HEADER = 64 * 1024
_METHODS = frozenset(("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"))
_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,256}")
_URL = re.compile(
    r"(?P<scheme>https?)://(?P<host>\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(?::(?P<port>[0-9]{1,5}))?"
    r"(?P<path>/[!\"$->@-~]*)?(?:\?(?P<query>[!\"$-~]*))?"
)
_NOT_IN_HEADERS = re.compile("[\r\n\0\ud800-\udfff]")
_DEFAULT_PORTS = {"http": 80, "https": 443}


class BadEnvelope(ValueError):
    """Bytes that are no envelope; the message names what is wrong."""


def read_envelope(data: bytes, source_ip: str = "") -> tuple[Request, UUID | None]:
    """The request in an envelope, and the environment that it is meant for. Raises BadEnvelope."""
    header, body = _split(data)
    method = header.get("method")
    if not isinstance(method, str) or method not in _METHODS:
        raise BadEnvelope("method: not an HTTP method that AWS uses")
    host, path, query = _read_url(header.get("url"))
    request = Request(
        method=method,
        host=host,
        raw_path=path,
        raw_query=query,
        headers=_read_headers(header.get("headers")),
        body=body,
        source_ip=source_ip,
    )
    return request, _read_environment(header.get("environment"))


def write_envelope(response: Response) -> bytes:
    """The envelope of an answer."""
    header = json.dumps({"status": response.status, "headers": response.headers}).encode()
    return len(header).to_bytes(4, "little") + header + response.body


def _split(data: bytes) -> tuple[dict[str, Any], bytes]:
    if len(data) < 4:
        raise BadEnvelope("envelope: shorter than its length field")
    length = int.from_bytes(data[:4], "little")
    if length > MAX_HEADER:
        raise BadEnvelope(f"envelope: a header of {length} bytes, more than {MAX_HEADER}")
    if length > len(data) - 4:
        raise BadEnvelope("envelope: ends before its header does")
    try:
        header = json.loads(data[4 : 4 + length])
    except (ValueError, RecursionError):
        raise BadEnvelope("envelope: the header is not JSON in UTF-8") from None
    if not isinstance(header, dict):
        raise BadEnvelope("envelope: the header is not an object")
    return header, data[4 + length :]


def _read_url(url: Any) -> tuple[str, str, str]:
    """Host (with its port unless it is the scheme's own), path and query, exactly as written."""
    match = _URL.fullmatch(url) if isinstance(url, str) else None
    if match is None or int(match["port"] or 0) > 65535:
        raise BadEnvelope("url: not an absolute http(s) URL in ASCII without user and fragment")
    host = match["host"].lower()
    if match["port"] and int(match["port"]) != _DEFAULT_PORTS[match["scheme"]]:
        host = f"{host}:{match['port']}"
    return host, match["path"] or "/", match["query"] or ""


def _read_headers(headers: Any) -> tuple[tuple[str, str], ...]:
    if not isinstance(headers, list):
        raise BadEnvelope("headers: not a list of [name, value]")
    return tuple(_read_header(header) for header in headers)


def _read_header(header: Any) -> tuple[str, str]:
    if not isinstance(header, list) or len(header) != 2 or not all(isinstance(part, str) for part in header):
        raise BadEnvelope("headers: not a list of [name, value]")
    name, value = header
    if not _HEADER_NAME.fullmatch(name):
        raise BadEnvelope(f"headers: {name[:40]!r} is not a header name")
    if _NOT_IN_HEADERS.search(value):
        raise BadEnvelope(f"headers: a line break, or half a character, in the value of {name[:40]}")
    return name.lower(), value


def _read_environment(environment: Any) -> UUID | None:
    if environment is None:
        return None
    try:
        return UUID(environment)
    except (ValueError, TypeError, AttributeError):
        raise BadEnvelope("environment: not a UUID") from None
