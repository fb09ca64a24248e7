"""Bodies of S3 uploads: their hash, chunk signatures, trailers, Content-MD5 and checksums."""

import base64
import hashlib
import zlib
from collections.abc import Callable
from dataclasses import replace

import pytest

from sandbox.wire import Request, Response
from tests.sandbox.signatures.conftest import BUCKET, Lab
from tests.sandbox.signatures.families import BY_NAME, REGION, Refusal, expected, told
from tests.sandbox.signatures.problems import S3_MISMATCH
from tests.sandbox.signatures.signer import (
    EMPTY,
    SIGNED_CHUNKS,
    SIGNED_TRAILER,
    UNSIGNED_TRAILER,
    Draft,
    Upload,
    chunked,
    sha256,
    signed,
)

pytestmark = pytest.mark.django_db
S3 = BY_NAME["s3"]
PUT = Draft("PUT", f"s3.{REGION}.amazonaws.com", f"/{BUCKET}/k", "s3", REGION)
BIG = b"a" * 65536
CHUNKS = (BIG, b"b" * 1024)
TEXT = b"hello"


def crc32(data: bytes) -> str:
    return base64.b64encode(zlib.crc32(data).to_bytes(4, "big")).decode()


def crc32c(data: bytes) -> str:
    value = 0xFFFFFFFF
    for byte in data:
        value ^= byte
        for _ in range(8):
            value = value >> 1 ^ 0x82F63B78 * (value & 1)
    return base64.b64encode((value ^ 0xFFFFFFFF).to_bytes(4, "big")).decode()


def hashed(name: str) -> Callable[[bytes], str]:
    return lambda data: base64.b64encode(hashlib.new(name, data).digest()).decode()


SUMS: dict[str, Callable[[bytes], str]] = {
    "crc32": crc32,
    "crc32c": crc32c,
    "sha1": hashed("sha1"),
    "sha256": hashed("sha256"),
}


def refused(response: Response, refusal: Refusal) -> None:
    assert told(S3, response) == expected(S3, refusal)


def stored(lab: Lab) -> bytes | None:
    """What a GET of the key finds; None for nothing."""
    response = lab.signed(replace(PUT, method="GET"))
    return response.body if response.status == 200 else None


def taken(lab: Lab, request: Request, body: bytes) -> None:
    response = lab.send(request)
    assert response.status == 200, response.body
    assert stored(lab) == body


# x-amz-content-sha256


@pytest.mark.parametrize("payload", [None, "UNSIGNED-PAYLOAD"])
@pytest.mark.parametrize("body", [b"", TEXT, BIG])
def test_a_body_goes_with_its_hash_or_unsigned(body: bytes, payload: str | None, lab: Lab) -> None:
    taken(lab, signed(replace(PUT, body=body, payload=payload), lab.key), body)


def test_the_hash_must_be_the_bodys(lab: Lab) -> None:
    fields = {"ClientComputedContentSHA256": EMPTY, "S3ComputedContentSHA256": sha256(TEXT)}
    message = "The provided 'x-amz-content-sha256' header does not match what was computed."
    response = lab.signed(replace(PUT, body=TEXT, payload=EMPTY))
    refused(response, Refusal(400, "XAmzContentSHA256Mismatch", message, fields=fields))
    assert stored(lab) is None


def test_a_body_changed_on_its_way_is_found_out(lab: Lab) -> None:
    fields = {"ClientComputedContentSHA256": sha256(TEXT), "S3ComputedContentSHA256": sha256(b"hellO")}
    message = "The provided 'x-amz-content-sha256' header does not match what was computed."
    response = lab.send(replace(signed(replace(PUT, body=TEXT), lab.key), body=b"hellO"))
    refused(response, Refusal(400, "XAmzContentSHA256Mismatch", message, fields=fields))


def test_the_hash_must_be_there(lab: Lab) -> None:
    message = "Missing required header for this request: x-amz-content-sha256"
    refused(lab.signed(replace(PUT, body=TEXT, payload="")), Refusal(400, "InvalidRequest", message))


@pytest.mark.parametrize("value", ["nonsense", EMPTY[1:], EMPTY.upper(), "STREAMING-AWS4-HMAC-SHA1-PAYLOAD"])
def test_the_hash_must_be_one(value: str, lab: Lab) -> None:
    message = (
        "x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-UNSIGNED-PAYLOAD-TRAILER, "
        "STREAMING-AWS4-HMAC-SHA256-PAYLOAD, STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER, "
        "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD, STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER "
        "or a valid sha256 value."
    )
    fields = {"ArgumentName": "x-amz-content-sha256", "ArgumentValue": value}
    response = lab.signed(replace(PUT, body=TEXT, payload=value))
    refused(response, Refusal(400, "InvalidArgument", message, fields=fields))


def test_an_unsigned_header_of_amazons_is_refused(lab: Lab) -> None:
    draft = replace(PUT, headers=(("x-amz-acl", "public-read"),), unsigned=frozenset({"x-amz-acl"}))
    message = "There were headers present in the request which were not signed"
    refused(lab.signed(draft), Refusal(403, "AccessDenied", message, fields={"HeadersNotSigned": "x-amz-acl"}))


# Chunks


@pytest.mark.parametrize("chunks", [(), (TEXT,), CHUNKS, (BIG, BIG)])
@pytest.mark.parametrize("kind", [SIGNED_CHUNKS, SIGNED_TRAILER, UNSIGNED_TRAILER])
def test_chunks_are_put_together(kind: str, chunks: tuple[bytes, ...], lab: Lab) -> None:
    body = b"".join(chunks)
    trailers = () if kind == SIGNED_CHUNKS else (("x-amz-checksum-crc32", crc32(body)),)
    taken(lab, chunked(PUT, lab.key, Upload(kind, chunks, trailers)), body)


def chunk_mismatch(request: Request, response: Response) -> None:
    answer = told(S3, response)
    assert (answer.status, answer.code, answer.message) == (403, "SignatureDoesNotMatch", S3_MISMATCH)
    assert "AWS4-HMAC-SHA256-PAYLOAD" in str(answer.body) or "AWS4-HMAC-SHA256-TRAILER" in str(answer.body)


@pytest.mark.parametrize("kind", [SIGNED_CHUNKS, SIGNED_TRAILER])
@pytest.mark.parametrize(
    ("old", "new"), [(b"bbb", b"bBb"), (b"aaa", b"aaA"), (b";chunk-signature=", b";chunk-signature=%")]
)
def test_a_chunk_that_was_changed_is_found_out(kind: str, old: bytes, new: bytes, lab: Lab) -> None:
    trailers = () if kind == SIGNED_CHUNKS else (("x-amz-checksum-crc32", crc32(b"".join(CHUNKS))),)
    request = chunked(PUT, lab.key, Upload(kind, CHUNKS, trailers))
    if new.endswith(b"%"):
        at = request.body.index(old) + len(old)
        flipped = b"0" if request.body[at : at + 1] != b"0" else b"1"
        body = request.body[:at] + flipped + request.body[at + 1 :]
    else:
        body = request.body.replace(old, new, 1)
    chunk_mismatch(request, lab.send(replace(request, body=body)))
    assert stored(lab) is None


def test_chunks_that_change_places_are_found_out(lab: Lab) -> None:
    request = chunked(PUT, lab.key, Upload(SIGNED_CHUNKS, (b"c" * 8192, b"d" * 8192, TEXT)))
    size = len(b"2000;chunk-signature=" + b"0" * 64 + b"\r\n\r\n") + 8192
    body = request.body[size : 2 * size] + request.body[:size] + request.body[2 * size :]
    chunk_mismatch(request, lab.send(replace(request, body=body)))


def test_chunks_signed_for_another_request_are_found_out(lab: Lab) -> None:
    first = chunked(PUT, lab.key, Upload(SIGNED_CHUNKS, CHUNKS))
    second = chunked(replace(PUT, path=f"/{BUCKET}/other"), lab.key, Upload(SIGNED_CHUNKS, CHUNKS))
    chunk_mismatch(second, lab.send(replace(second, body=first.body)))


INCOMPLETE = Refusal(400, "IncompleteBody", "The request body terminated unexpectedly")


@pytest.mark.parametrize("kind", [SIGNED_CHUNKS, UNSIGNED_TRAILER])
@pytest.mark.parametrize("kept", [0, 1, 100, 65536, -200])
def test_a_body_that_ends_early_is_incomplete(kind: str, kept: int, lab: Lab) -> None:
    trailers = () if kind == SIGNED_CHUNKS else (("x-amz-checksum-crc32", crc32(b"".join(CHUNKS))),)
    request = chunked(PUT, lab.key, Upload(kind, CHUNKS, trailers))
    refused(lab.send(replace(request, body=request.body[:kept])), INCOMPLETE)
    assert stored(lab) is None


@pytest.mark.parametrize("kind", [SIGNED_CHUNKS, UNSIGNED_TRAILER])
@pytest.mark.parametrize("length", [0, 66559, 66561, 10**12])
def test_the_decoded_length_must_be_the_bodys(kind: str, length: int, lab: Lab) -> None:
    trailers = () if kind == SIGNED_CHUNKS else (("x-amz-checksum-crc32", crc32(b"".join(CHUNKS))),)
    refused(lab.send(chunked(PUT, lab.key, Upload(kind, CHUNKS, trailers, length))), INCOMPLETE)
    assert stored(lab) is None


def test_the_decoded_length_must_be_told(lab: Lab) -> None:
    draft = replace(PUT, payload=UNSIGNED_TRAILER, headers=(("content-encoding", "aws-chunked"),))
    request = replace(signed(draft, lab.key), body=b"5\r\nhello\r\n0\r\n\r\n")
    message = "You must provide the Content-Length HTTP header."
    refused(lab.send(request), Refusal(411, "MissingContentLength", message))


@pytest.mark.parametrize("kind", [SIGNED_CHUNKS, UNSIGNED_TRAILER])
def test_only_the_last_chunk_may_be_small(kind: str, lab: Lab) -> None:
    chunks = (b"x" * 8191, TEXT)
    trailers = () if kind == SIGNED_CHUNKS else (("x-amz-checksum-crc32", crc32(b"".join(chunks))),)
    message = "Only the last chunk is allowed to have a size less than 8192 bytes"
    fields = {"Chunk": "2", "BadChunkSize": "8191"}
    response = lab.send(chunked(PUT, lab.key, Upload(kind, chunks, trailers)))
    refused(response, Refusal(403, "InvalidChunkSizeError", message, fields=fields))


# Trailers


@pytest.mark.parametrize("name", SUMS)
@pytest.mark.parametrize("kind", [SIGNED_TRAILER, UNSIGNED_TRAILER])
def test_a_trailing_checksum_that_fits(kind: str, name: str, lab: Lab) -> None:
    trailers = ((f"x-amz-checksum-{name}", SUMS[name](TEXT)),)
    taken(lab, chunked(PUT, lab.key, Upload(kind, (TEXT,), trailers)), TEXT)


@pytest.mark.parametrize("name", SUMS)
@pytest.mark.parametrize("kind", [SIGNED_TRAILER, UNSIGNED_TRAILER])
def test_a_trailing_checksum_of_something_else(kind: str, name: str, lab: Lab) -> None:
    trailers = ((f"x-amz-checksum-{name}", SUMS[name](b"other")),)
    message = f"The {name.upper()} you specified did not match the calculated checksum."
    refused(lab.send(chunked(PUT, lab.key, Upload(kind, (TEXT,), trailers))), Refusal(400, "BadDigest", message))
    assert stored(lab) is None


def test_a_signed_trailer_that_was_changed_is_found_out(lab: Lab) -> None:
    right, wrong = crc32(TEXT), crc32(b"other")
    request = chunked(PUT, lab.key, Upload(SIGNED_TRAILER, (TEXT,), (("x-amz-checksum-crc32", right),)))
    body = request.body.replace(right.encode(), wrong.encode())
    chunk_mismatch(request, lab.send(replace(request, body=body)))


MALFORMED_TRAILER = Refusal(
    400,
    "MalformedTrailerError",
    "The request contained trailing data that was not well-formed or did not conform to our published schema.",
)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"x-amz-checksum-crc32:", b"x-amz-checksum-crc32"),
        (b"x-amz-checksum-crc32:", b"x-amz-checksum-sha1:"),
        (b"0\r\nx-amz", b"0\r\nx-extra: 1\r\nx-amz"),
    ],
)
def test_a_trailer_that_was_not_announced_is_malformed(old: bytes, new: bytes, lab: Lab) -> None:
    request = chunked(PUT, lab.key, Upload(UNSIGNED_TRAILER, (TEXT,), (("x-amz-checksum-crc32", crc32(TEXT)),)))
    refused(lab.send(replace(request, body=request.body.replace(old, new))), MALFORMED_TRAILER)


# Headers


def test_content_md5_that_fits(lab: Lab) -> None:
    draft = replace(PUT, body=TEXT, headers=(("content-md5", hashed("md5")(TEXT)),))
    taken(lab, signed(draft, lab.key), TEXT)


def test_content_md5_of_something_else(lab: Lab) -> None:
    given, right = hashed("md5")(b"other"), hashed("md5")(TEXT)
    message = "The Content-MD5 you specified did not match what we received."
    fields = {"ExpectedDigest": given, "CalculatedDigest": right}
    response = lab.signed(replace(PUT, body=TEXT, headers=(("content-md5", given),)))
    refused(response, Refusal(400, "BadDigest", message, fields=fields))
    assert stored(lab) is None


@pytest.mark.parametrize("value", ["", "x", "1B2M2Y8AsgTpgAmy7PhCf", "d41d8cd98f00b204e9800998ecf8427e"])
def test_content_md5_that_is_none(value: str, lab: Lab) -> None:
    response = lab.signed(replace(PUT, body=TEXT, headers=(("content-md5", value),)))
    message = "The Content-MD5 you specified was invalid."
    refused(response, Refusal(400, "InvalidDigest", message, fields={"Content-MD5": value}))


@pytest.mark.parametrize("name", SUMS)
def test_a_checksum_in_a_header_that_fits(name: str, lab: Lab) -> None:
    draft = replace(PUT, body=TEXT, headers=((f"x-amz-checksum-{name}", SUMS[name](TEXT)),))
    taken(lab, signed(draft, lab.key), TEXT)


@pytest.mark.parametrize("name", SUMS)
def test_a_checksum_in_a_header_of_something_else(name: str, lab: Lab) -> None:
    draft = replace(PUT, body=TEXT, headers=((f"x-amz-checksum-{name}", SUMS[name](b"other")),))
    message = f"The {name.upper()} you specified did not match the calculated checksum."
    refused(lab.signed(draft), Refusal(400, "BadDigest", message))
    assert stored(lab) is None


@pytest.mark.parametrize("name", SUMS)
def test_a_checksum_in_a_header_that_is_none(name: str, lab: Lab) -> None:
    draft = replace(PUT, body=TEXT, headers=((f"x-amz-checksum-{name}", "AAAA"),))
    refused(lab.signed(draft), Refusal(400, "InvalidRequest", f"Value for x-amz-checksum-{name} header is invalid."))
