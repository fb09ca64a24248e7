"""Signature Version 4 written a second time, from the documentation alone: it shares no line with the product.

Every part can be set to what it should not be.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
"""

import hashlib
import hmac
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from urllib.parse import quote, unquote

from sandbox.wire import Request

ALGORITHM = "AWS4-HMAC-SHA256"
NOW = datetime(2026, 3, 14, 15, 9, 26, tzinfo=UTC)
EMPTY = hashlib.sha256(b"").hexdigest()
SIGNED_CHUNKS = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"
SIGNED_TRAILER = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER"
UNSIGNED_TRAILER = "STREAMING-UNSIGNED-PAYLOAD-TRAILER"


@dataclass(frozen=True, slots=True)
class Key:
    """An access key, and the session token that is sent with it."""

    access_key_id: str
    secret: str
    token: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """A request that is not signed yet, and how it will be; `headers` are in lower case and lack the signature's own.

    `payload` is x-amz-content-sha256 at S3: None for the body's hash. `path` and `query` are sent as they are here.
    """

    method: str
    host: str
    path: str
    service: str
    region: str
    query: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    at: datetime = NOW
    algorithm: str = ALGORITHM
    scope_date: str = ""
    terminator: str = "aws4_request"
    credential: str = ""
    payload: str | None = None
    sends_date: bool = True
    date: str = ""
    unsigned: frozenset[str] = field(default=frozenset())
    absent: tuple[str, ...] = ()
    mount: str = ""

    @property
    def is_s3(self) -> bool:
        return self.service == "s3"

    @property
    def timestamp(self) -> str:
        return f"{self.at:%Y%m%dT%H%M%SZ}"

    @property
    def scope(self) -> str:
        return f"{self.scope_date or self.timestamp[:8]}/{self.region}/{self.service}/{self.terminator}"


def sha256(data: bytes | str) -> str:
    return hashlib.sha256(data.encode("utf-8") if isinstance(data, str) else data).hexdigest()


def escaped(text: str, keep: str = "") -> str:
    return quote(text, safe=f"-_.~{keep}")


def canonical_path(path: str, *, s3: bool) -> str:
    """S3 signs the path with each character escaped once; others what is escaped, escaped again."""
    return escaped(unquote(path), "/") if s3 else escaped(path, "/")


def canonical_query(query: str) -> str:
    pairs = []
    for pair in filter(None, query.split("&")):
        name, _, value = pair.partition("=")
        if name != "X-Amz-Signature":
            pairs.append((escaped(unquote(name)), escaped(unquote(value))))
    return "&".join(f"{name}={value}" for name, value in sorted(pairs))


def canonical(request: Request, names: tuple[str, ...], payload: str, *, s3: bool) -> str:
    """The canonical request of what is sent, with the body's hash or its stand-in."""
    values = {name: " ".join(value.split()) for name, value in request.headers} | {"host": request.host}
    lines = "".join(f"{name}:{values.get(name, '')}\n" for name in names)
    path = canonical_path(request.raw_path, s3=s3)
    parts = (request.method, path, canonical_query(request.raw_query), lines, ";".join(names), payload)
    return "\n".join(parts)


def text_to_sign(timestamp: str, scope: str, canonical_request: str) -> str:
    return f"{ALGORITHM}\n{timestamp}\n{scope}\n{sha256(canonical_request)}"


def derived_key(secret: str, scope: str) -> bytes:
    key = b"AWS4" + secret.encode()
    for part in scope.split("/"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    return key


def mac(key: bytes, text: str) -> str:
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def payload_of(draft: Draft) -> str:
    return sha256(draft.body) if draft.payload is None else draft.payload


def signed(draft: Draft, key: Key) -> Request:
    """The request with its Authorization header."""
    added = {"host": draft.host}
    if draft.sends_date:
        added["x-amz-date"] = draft.date or draft.timestamp
    if draft.is_s3 and draft.payload != "":
        added["x-amz-content-sha256"] = payload_of(draft)
    if key.token:
        added["x-amz-security-token"] = key.token
    request = bare(draft, tuple(added.items()))
    names = tuple(sorted({name for name, _ in request.headers if name not in draft.unsigned} | set(draft.absent)))
    # Services but S3 hash the body themselves, whatever the header says.
    payload = payload_of(draft) if draft.is_s3 else sha256(draft.body)
    text = text_to_sign(draft.timestamp, draft.scope, canonical(request, names, payload, s3=draft.is_s3))
    signature = mac(derived_key(key.secret, draft.scope), text)
    credential = draft.credential or f"{key.access_key_id}/{draft.scope}"
    value = f"{draft.algorithm} Credential={credential}, SignedHeaders={';'.join(names)}, Signature={signature}"
    return replace(request, headers=(*request.headers, ("authorization", value)))


def bare(draft: Draft, added: tuple[tuple[str, str], ...] = ()) -> Request:
    """The request without a signature."""
    given = {name for name, _ in draft.headers}
    headers = (*draft.headers, *((name, value) for name, value in added if name not in given))
    return Request(draft.method, draft.host, draft.path, draft.query, headers, draft.body, mount=draft.mount)


def presigned(draft: Draft, key: Key, expires: str = "3600", changes: dict[str, str] | None = None) -> Request:
    """The request of a presigned URL; `changes` are made to its X-Amz-* before it is signed ("" leaves one out)."""
    request = bare(draft, (("host", draft.host),))
    names = tuple(sorted(name for name, _ in request.headers if name not in draft.unsigned))
    parameters = {
        "X-Amz-Algorithm": draft.algorithm,
        "X-Amz-Credential": draft.credential or f"{key.access_key_id}/{draft.scope}",
        "X-Amz-Date": draft.date or draft.timestamp,
        "X-Amz-Expires": expires,
        "X-Amz-SignedHeaders": ";".join(names),
    }
    if key.token:
        parameters["X-Amz-Security-Token"] = key.token
    parameters = {name: value for name, value in (parameters | (changes or {})).items() if value}
    given = "&".join(f"{name}={escaped(value)}" for name, value in parameters.items())
    query = f"{draft.query}&{given}" if draft.query else given
    payload = draft.payload or ("UNSIGNED-PAYLOAD" if draft.is_s3 else sha256(draft.body))
    text = canonical(replace(request, raw_query=query), names, payload, s3=draft.is_s3)
    signature = mac(derived_key(key.secret, draft.scope), text_to_sign(draft.timestamp, draft.scope, text))
    return replace(request, raw_query=f"{query}&X-Amz-Signature={signature}")


@dataclass(frozen=True, slots=True)
class Upload:
    """An aws-chunked body: its chunks, its trailers, and how it is signed."""

    kind: str
    chunks: tuple[bytes, ...]
    trailers: tuple[tuple[str, str], ...] = ()
    length: int | None = None


def chunked(draft: Draft, key: Key, upload: Upload) -> Request:
    """The request with an aws-chunked body, whose chunks are signed one after the other."""
    length = sum(map(len, upload.chunks)) if upload.length is None else upload.length
    headers = (*draft.headers, ("content-encoding", "aws-chunked"), ("x-amz-decoded-content-length", str(length)))
    if upload.trailers:
        headers += (("x-amz-trailer", ",".join(name for name, _ in upload.trailers)),)
    request = signed(replace(draft, headers=headers, payload=upload.kind), key)
    seed = dict(request.headers)["authorization"].rpartition("=")[2]
    return replace(request, body=chunks(draft, key, upload, seed))


def chunks(draft: Draft, key: Key, upload: Upload, seed: str) -> bytes:
    """The body: each chunk's signature covers the one before."""
    derived, previous, lines = derived_key(key.secret, draft.scope), seed, []
    for chunk in (*upload.chunks, b""):
        head = f"{len(chunk):x}"
        if upload.kind != UNSIGNED_TRAILER:
            text = f"{ALGORITHM}-PAYLOAD\n{draft.timestamp}\n{draft.scope}\n{previous}\n{EMPTY}\n{sha256(chunk)}"
            previous = mac(derived, text)
            head += f";chunk-signature={previous}"
        lines.append(head.encode() + b"\r\n" + (chunk + b"\r\n" if chunk else b""))
    trailer = "".join(f"{name}:{value}\r\n" for name, value in upload.trailers)
    if upload.kind == SIGNED_TRAILER:
        digest = sha256(trailer.replace("\r\n", "\n"))
        text = f"{ALGORITHM}-TRAILER\n{draft.timestamp}\n{draft.scope}\n{previous}\n{digest}"
        trailer += f"x-amz-trailer-signature:{mac(derived, text)}\r\n"
    return b"".join(lines) + trailer.encode() + b"\r\n"
