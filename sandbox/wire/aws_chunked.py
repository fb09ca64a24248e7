"""The aws-chunked body of S3 uploads: chunks, their signatures, trailing checksums.

https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html and sigv4-streaming-trailers.html
"""

import hashlib
import hmac
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from .authorization import ENCODING, Authorization
from .checksums import check_trailers
from .messages import AwsError, Request
from .problems import ChunkSignatureMismatch

SIGNED_CHUNKS = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"
SIGNED_CHUNKS_AND_TRAILER = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER"
UNSIGNED_WITH_TRAILER = "STREAMING-UNSIGNED-PAYLOAD-TRAILER"
STREAMING = frozenset((SIGNED_CHUNKS, SIGNED_CHUNKS_AND_TRAILER, UNSIGNED_WITH_TRAILER))

_EMPTY_HASH = hashlib.sha256(b"").hexdigest()
_CHUNK_HEADER = re.compile(rb"([0-9a-fA-F]{1,8})(?:;chunk-signature=([0-9a-f]{64}))?\r\n")
_TRAILER = re.compile(rb"([A-Za-z0-9-]{1,64}):([^\r\n]{0,1024})(?:\r\n|\n)")
_TRAILER_SIGNATURE = "x-amz-trailer-signature"
MAX_TRAILERS = 16
MIN_CHUNK = 8192


@dataclass(frozen=True, slots=True)
class Chunk:
    """One chunk; the last one of a body is empty."""

    data: memoryview
    signature: str


@dataclass(frozen=True, slots=True)
class ChunkedBody:
    """An aws-chunked body in its parts; trailers without their signature."""

    chunks: tuple[Chunk, ...]
    trailers: tuple[tuple[str, str], ...]
    trailer_signature: str


def is_chunked(request: Request) -> bool:
    """Whether the body is aws-chunked, as x-amz-content-sha256 or Content-Encoding say."""
    headers = request.header_map
    if headers.get("x-amz-content-sha256", "") in STREAMING:
        return True
    return "aws-chunked" in headers.get("content-encoding", "")


def decoded(request: Request) -> Request:
    """The request with its body and headers as they are without aws-chunked; itself when it is not chunked.

    Trailers become headers. Raises AwsError: IncompleteBody, MalformedTrailerError, BadDigest.
    """
    if not is_chunked(request):
        return request
    payload, trailers = decode(request)
    dropped = {"content-length", "content-encoding", "x-amz-decoded-content-length", "x-amz-trailer"}
    # A request that was decoded once must not look chunked again.
    headers = [
        (name, "UNSIGNED-PAYLOAD" if name == "x-amz-content-sha256" else value)
        for name, value in request.headers
        if name not in dropped
    ]
    encoding = [part.strip() for part in request.header("content-encoding").split(",")]
    kept = ",".join(part for part in encoding if part and part != "aws-chunked")
    if kept:
        headers.append(("content-encoding", kept))
    headers.append(("content-length", str(len(payload))))
    headers.extend(trailers.items())
    return replace(request, headers=tuple(headers), body=payload)


def decode(request: Request) -> tuple[bytes, dict[str, str]]:
    """The payload and its trailers, checked against the decoded length and against the trailing checksums."""
    length = request.header_map.get("x-amz-decoded-content-length")
    if length is None:
        raise AwsError("MissingContentLength", "You must provide the Content-Length HTTP header.", 411)
    body = split(request.body)
    _check_sizes(body)
    payload = b"".join(chunk.data for chunk in body.chunks)
    if length != str(len(payload)):
        raise incomplete_body()
    trailers = dict(body.trailers)
    _check_announced(request, trailers)
    check_trailers(payload, trailers)
    return payload, trailers


def _check_sizes(body: ChunkedBody) -> None:
    # The last two are the last chunk of data and the empty one that ends the body.
    for position, chunk in enumerate(body.chunks[:-2], start=2):
        if len(chunk.data) < MIN_CHUNK:
            message = f"Only the last chunk is allowed to have a size less than {MIN_CHUNK} bytes"
            # The chunk that S3 names is the one after, at which it notices.
            fields = {"Chunk": str(position), "BadChunkSize": str(len(chunk.data))}
            raise AwsError("InvalidChunkSizeError", message, 403, fields)


def _check_announced(request: Request, trailers: dict[str, str]) -> None:
    announced = {name.strip().lower() for name in request.header("x-amz-trailer").split(",") if name.strip()}
    if announced != trailers.keys():
        raise malformed_trailer()


def split(body: bytes) -> ChunkedBody:
    """The chunks and trailers of a body; AwsError IncompleteBody or MalformedTrailerError."""
    chunks: list[Chunk] = []
    view = memoryview(body)
    position = 0
    while not chunks or chunks[-1].data:
        header = _CHUNK_HEADER.match(body, position)
        if header is None:
            raise incomplete_body()
        start = header.end()
        end = start + int(header[1], 16)
        chunks.append(Chunk(view[start:end], (header[2] or b"").decode()))
        if end > len(body):
            raise incomplete_body()
        position = end if end == start else _after_line_end(body, end)
    trailers = dict(_trailers(body, position))
    signature = trailers.pop(_TRAILER_SIGNATURE, "")
    return ChunkedBody(tuple(chunks), tuple(trailers.items()), signature)


def _after_line_end(body: bytes, position: int) -> int:
    if body[position : position + 2] != b"\r\n":
        raise incomplete_body()
    return position + 2


def _trailers(body: bytes, position: int) -> Iterator[tuple[str, str]]:
    for _ in range(MAX_TRAILERS + 1):
        if body[position:] in (b"\r\n", b""):
            return
        line = _TRAILER.match(body, position)
        if line is None:
            break
        yield line[1].decode().lower(), line[2].decode("latin-1").strip()
        position = line.end()
    raise malformed_trailer()


def verify(request: Request, authorization: Authorization, key: bytes) -> None:
    """Raise ChunkSignatureMismatch unless each chunk's signature follows from the one before."""
    kind = authorization.content_sha256
    if kind == UNSIGNED_WITH_TRAILER:
        return
    body = split(request.body)
    previous = authorization.signature
    for position, chunk in enumerate(body.chunks):
        digest = hashlib.sha256(chunk.data).hexdigest()
        text = _text_to_sign("PAYLOAD", authorization, f"{previous}\n{_EMPTY_HASH}\n{digest}")
        _check(authorization, key, text, chunk.signature, position)
        previous = chunk.signature
    if kind == SIGNED_CHUNKS_AND_TRAILER:
        lines = "".join(f"{name}:{value}\n" for name, value in body.trailers)
        digest = hashlib.sha256(lines.encode()).hexdigest()
        text = _text_to_sign("TRAILER", authorization, f"{previous}\n{digest}")
        _check(authorization, key, text, body.trailer_signature, len(body.chunks))
    elif body.trailers:
        raise malformed_trailer()


def _text_to_sign(kind: str, authorization: Authorization, rest: str) -> str:
    return f"AWS4-HMAC-SHA256-{kind}\n{authorization.timestamp}\n{authorization.scope}\n{rest}"


def _check(authorization: Authorization, key: bytes, text: str, signature: str, position: int) -> None:
    if not hmac.compare_digest(hmac.digest(key, text.encode(*ENCODING), "sha256").hex(), signature):
        raise ChunkSignatureMismatch(authorization.access_key_id, signature, text, position)


def incomplete_body() -> AwsError:
    """S3's error for a body that ends early or is cut wrongly."""
    return AwsError("IncompleteBody", "The request body terminated unexpectedly")


def malformed_trailer() -> AwsError:
    """S3's error for trailers that are not well formed or not those announced."""
    return AwsError(
        "MalformedTrailerError",
        "The request contained trailing data that was not well-formed or did not conform to our published schema.",
    )
