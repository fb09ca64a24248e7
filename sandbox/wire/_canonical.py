"""The parts of a canonical request.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
"""

import re
from collections.abc import Iterator
from urllib.parse import quote, unquote_to_bytes

from .messages import Request
from .services import S3_SIGNING_NAMES

# Already in canonical form: unreserved characters and upper-case escapes only.
_CANONICAL_QUERY = re.compile(r"(?:[A-Za-z0-9\-_.~=&]|%[0-9A-F]{2})*")
_UNRESERVED = "-_.~"


def canonical_path(raw_path: str, service: str) -> str:
    """S3: the path as sent. Others: dot segments and empty ones removed, and encoded once more."""
    if service in S3_SIGNING_NAMES:
        return raw_path or "/"
    if raw_path in ("", "/"):
        return "/"
    return quote(_without_dot_segments(raw_path), safe="/~")


def path_variants(raw_path: str, service: str) -> Iterator[str]:
    """The canonical path, then for S3 the path encoded anew: clients differ in what they leave bare."""
    path = canonical_path(raw_path, service)
    yield path
    if service in S3_SIGNING_NAMES:
        encoded = quote(unquote_to_bytes(path), safe="/" + _UNRESERVED)
        if encoded != path:
            yield encoded


def _without_dot_segments(path: str) -> str:
    kept: list[str] = []
    for segment in path.split("/"):
        if segment == "..":
            del kept[-1:]
        elif segment not in ("", "."):
            kept.append(segment)
    trailing = "/" if path.endswith("/") and kept else ""
    return "/" + "/".join(kept) + trailing


def canonical_query(raw_query: str, presigned: bool) -> str:
    """Pairs encoded in one way and sorted, without a presigned URL's own signature."""
    if not raw_query:
        return ""
    pairs = [pair for pair in raw_query.split("&") if pair]
    if presigned:
        pairs = [pair for pair in pairs if not pair.startswith("X-Amz-Signature=")]
    if not _CANONICAL_QUERY.fullmatch(raw_query):
        pairs = [_encode_pair(pair) for pair in pairs]
    return "&".join(f"{name}={value}" for name, value in sorted(_split(pair) for pair in pairs))


def _split(pair: str) -> tuple[str, str]:
    name, _, value = pair.partition("=")
    return name, value


def _encode_pair(pair: str) -> str:
    name, value = _split(pair)
    return f"{_encode(name)}={_encode(value)}"


def _encode(text: str) -> str:
    return quote(unquote_to_bytes(text.replace("+", " ")), safe=_UNRESERVED)


def canonical_headers(request: Request, signed: tuple[str, ...]) -> str:
    """One "name:value" line for each signed header, white space folded; a missing one has an empty value."""
    headers = request.header_map
    lines = []
    for name in signed:
        value = headers.get(name)
        if name == "host":
            value = request.host
        elif value is None:
            # Some HTTP servers turn underscores in header names into hyphens.
            value = headers.get(name.replace("_", "-"), "")
        lines.append(f"{name}:{_fold(value)}\n")
    return "".join(lines)


def _fold(value: str) -> str:
    if "  " in value or value[:1].isspace() or value[-1:].isspace() or "\t" in value:
        return " ".join(value.split())
    return value
