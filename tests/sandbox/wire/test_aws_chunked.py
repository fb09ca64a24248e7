"""The aws-chunked bodies of S3 uploads."""

import hashlib
import hmac
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from sandbox import wire
from sandbox.wire import aws_chunked, checksums, problems, sigv4
from tests.sandbox.wire.signing import SECRET, client_request

PUT = {"Bucket": "bucket", "Key": "key", "Body": b"some text" * 1000}
NOW = datetime(2013, 5, 24, tzinfo=UTC)
DOCUMENTED_SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"


def verified(request: wire.Request) -> None:
    authorization = wire.read_authorization(request)
    assert authorization is not None
    wire.verify(request, authorization, SECRET, datetime.now(UTC))


@pytest.mark.parametrize("algorithm", ["CRC32", "SHA1", "SHA256"])
def test_upload_of_a_real_client_with_a_trailing_checksum(algorithm: str) -> None:
    request = client_request("s3", "PutObject", PUT | {"ChecksumAlgorithm": algorithm})
    assert request.header("x-amz-content-sha256") == aws_chunked.UNSIGNED_WITH_TRAILER
    verified(request)
    call = wire.identify(request, wire.read_authorization(request))
    parameters = wire.parse_parameters(request, call)
    assert parameters["Body"] == PUT["Body"]
    assert parameters[f"Checksum{algorithm}"] == checksums.checksum(algorithm.lower(), PUT["Body"])  # type: ignore[arg-type]
    assert "ContentEncoding" not in parameters
    assert parameters["ContentLength"] == 9000


def test_body_decoded_twice_is_decoded_once() -> None:
    request = client_request("s3", "PutObject", PUT | {"ContentEncoding": "gzip"})
    once = wire.decode_body(request, "s3")
    assert wire.decode_body(once, "s3") == once
    assert once.header("content-encoding") == "gzip"
    assert (once.body, once.header("content-length")) == (PUT["Body"], "9000")


def unsigned(body: bytes, *, trailer: str = "x-amz-checksum-crc32", length: int = 3) -> wire.Request:
    headers = (
        ("x-amz-content-sha256", aws_chunked.UNSIGNED_WITH_TRAILER),
        ("x-amz-decoded-content-length", str(length)),
        *((("x-amz-trailer", trailer),) if trailer else ()),
    )
    return wire.Request("PUT", "s3.eu-west-3.amazonaws.com", "/b/k", "", headers, body)


CRC = checksums.checksum("crc32", b"abc").encode()
GOOD = b"3\r\nabc\r\n0\r\nx-amz-checksum-crc32:" + CRC + b"\r\n\r\n"


def test_chunks_are_joined() -> None:
    payload, trailers = aws_chunked.decode(unsigned(GOOD))
    assert (payload, trailers) == (b"abc", {"x-amz-checksum-crc32": CRC.decode()})
    body = b"2000\r\n%b\r\n1\r\nc\r\n0\r\n\r\n" % (b"a" * 8192)
    assert aws_chunked.decode(unsigned(body, trailer="", length=8193)) == (b"a" * 8192 + b"c", {})


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "IncompleteBody"),
        (b"5\r\nab\r\n", "IncompleteBody"),
        (b"2\r\nabc\r\n0\r\n\r\n", "IncompleteBody"),
        (b"zz\r\nab\r\n0\r\n\r\n", "IncompleteBody"),
        (b"-1\r\n\r\n", "IncompleteBody"),
        (b"3\r\nabc\r\n", "IncompleteBody"),
        (b"f" * 100 + b"\r\nabc", "IncompleteBody"),
        (GOOD.replace(b"abc\r\n", b"abcd\r\n"), "IncompleteBody"),
        (b"3\r\nabc\r\n0\r\n\r\n", "MalformedTrailerError"),
        (GOOD.replace(b"crc32:", b"crc32 "), "MalformedTrailerError"),
        (GOOD + b"rubbish", "MalformedTrailerError"),
        (GOOD.replace(b"crc32", b"sha1"), "MalformedTrailerError"),
        (GOOD.replace(CRC, b"AAAAAA=="), "BadDigest"),
        (GOOD.replace(CRC, b"AAAA"), "InvalidRequest"),
        (GOOD.replace(CRC, b"*"), "InvalidRequest"),
    ],
)
def test_broken_bodies(body: bytes, code: str) -> None:
    with pytest.raises(wire.AwsError) as caught:
        aws_chunked.decode(unsigned(body))
    assert (caught.value.code, caught.value.status) == (code, 400)


def test_decoded_length_must_be_right() -> None:
    with pytest.raises(wire.AwsError, match="IncompleteBody"):
        aws_chunked.decode(unsigned(GOOD, length=4))


def documented(chunks: list[tuple[bytes, str]]) -> wire.Request:
    """The upload of 65 KiB in the S3 documentation's "signature calculations, multiple chunks"."""
    body = b"".join(b"%x;chunk-signature=%b\r\n%b\r\n" % (len(d), s.encode(), d) for d, s in chunks)
    signature = "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9"
    signed = (
        "content-encoding;content-length;host;x-amz-content-sha256;x-amz-date;"
        "x-amz-decoded-content-length;x-amz-storage-class"
    )
    credential = "AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request"
    headers = (
        ("content-encoding", "aws-chunked"),
        ("content-length", "66824"),
        ("x-amz-content-sha256", aws_chunked.SIGNED_CHUNKS),
        ("x-amz-date", "20130524T000000Z"),
        ("x-amz-decoded-content-length", "66560"),
        ("x-amz-storage-class", "REDUCED_REDUNDANCY"),
        (
            "authorization",
            f"AWS4-HMAC-SHA256 Credential={credential},SignedHeaders={signed},Signature={signature}",
        ),
    )
    return wire.Request("PUT", "s3.amazonaws.com", "/examplebucket/chunkObject.txt", "", headers, body)


DOCUMENTED = [
    (b"a" * 65536, "ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648"),
    (b"a" * 1024, "0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497"),
    (b"", "b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9"),
]


def test_signed_chunks_of_the_documentation() -> None:
    request = documented(DOCUMENTED)
    authorization = wire.read_authorization(request)
    assert authorization is not None
    wire.verify(request, authorization, DOCUMENTED_SECRET, NOW)
    assert wire.unchunked(request).body == b"a" * 66560


@pytest.mark.parametrize("at", [0, 1, 2])
def test_chunk_that_is_not_what_was_signed(at: int) -> None:
    chunks = list(DOCUMENTED)
    data, signature = chunks[at]
    chunks[at] = (b"b" + data[1:] if data else data, signature if data else "0" * 64)
    request = documented(chunks)
    authorization = wire.read_authorization(request)
    assert authorization is not None
    with pytest.raises(problems.ChunkSignatureMismatch) as caught:
        wire.verify(request, authorization, DOCUMENTED_SECRET, NOW)
    assert caught.value.position == at


def signed_by_hand(*headers: tuple[str, str]) -> wire.Request:
    """A PUT with these headers, all signed."""
    day = datetime.now(UTC).strftime("%Y%m%d")
    parts = f"Credential=A/{day}/eu-west-3/s3/aws4_request,SignedHeaders=host;{';'.join(n for n, _ in headers)}"
    request = wire.Request("PUT", "s3.eu-west-3.amazonaws.com", "/bucket/key", "", headers, b"")

    def with_signature(signature: str) -> wire.Request:
        header = ("authorization", f"AWS4-HMAC-SHA256 {parts},Signature={signature}")
        return replace(request, headers=(*headers, header))

    authorization = wire.read_authorization(with_signature("0"))
    assert authorization is not None
    text = wire.string_to_sign(authorization, wire.canonical_request(request, authorization))
    key = sigv4.signing_key(SECRET, authorization.date, "eu-west-3", "s3")
    return with_signature(hmac.digest(key, text.encode(), "sha256").hex())


def signed_trailer(trailer: bytes) -> wire.Request:
    """An upload of one chunk with a signed trailer, made by the documentation's rules."""
    request = signed_by_hand(
        ("x-amz-content-sha256", aws_chunked.SIGNED_CHUNKS_AND_TRAILER),
        ("x-amz-date", datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")),
        ("x-amz-decoded-content-length", "3"),
        ("x-amz-trailer", "x-amz-checksum-crc32"),
    )
    authorization = wire.read_authorization(request)
    assert authorization is not None
    key = sigv4.signing_key(SECRET, authorization.date, "eu-west-3", "s3")
    head = f"{authorization.timestamp}\n{authorization.scope}"
    empty = hashlib.sha256(b"").hexdigest()
    previous, body = authorization.signature, b""
    for data in (b"abc", b""):
        digest = hashlib.sha256(data).hexdigest()
        text = f"AWS4-HMAC-SHA256-PAYLOAD\n{head}\n{previous}\n{empty}\n{digest}"
        previous = hmac.digest(key, text.encode(), "sha256").hex()
        body += b"%x;chunk-signature=%b\r\n" % (len(data), previous.encode()) + (data + b"\r\n" if data else b"")
    line = hashlib.sha256(b"x-amz-checksum-crc32:" + CRC + b"\n").hexdigest()
    text = f"AWS4-HMAC-SHA256-TRAILER\n{head}\n{previous}\n{line}"
    last = hmac.digest(key, text.encode(), "sha256").hex()
    body += b"x-amz-checksum-crc32:" + trailer + b"\r\nx-amz-trailer-signature:" + last.encode() + b"\r\n\r\n"
    return replace(request, body=body)


def test_signed_trailer() -> None:
    request = signed_trailer(CRC)
    verified(request)
    assert aws_chunked.decode(request) == (b"abc", {"x-amz-checksum-crc32": CRC.decode()})


def test_signed_trailer_cannot_be_changed() -> None:
    with pytest.raises(problems.ChunkSignatureMismatch):
        verified(signed_trailer(b"AAAAAA=="))


@pytest.mark.parametrize(
    ("algorithm", "value"),
    [("crc32", "cbf43926"), ("crc32c", "e3069283"), ("crc64nvme", "ae8b14860a799888")],
)
def test_check_values_of_the_crcs(algorithm: str, value: str) -> None:
    assert checksums.ALGORITHMS[algorithm](b"123456789").hex() == value


def crc_by_bits(data: bytes, polynomial: int, mask: int) -> int:
    crc = mask
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (polynomial if crc & 1 else 0)
    return crc ^ mask


@pytest.mark.parametrize("length", [0, 1, 2, 3, 255, 256])
def test_crcs_by_table_are_those_by_bits(length: int) -> None:
    data = bytes(at * 7 & 0xFF for at in range(length))
    assert int.from_bytes(checksums.ALGORITHMS["crc32c"](data), "big") == crc_by_bits(data, 0x82F63B78, 0xFFFFFFFF)
    assert int.from_bytes(checksums.ALGORITHMS["crc64nvme"](data), "big") == crc_by_bits(
        data, 0x9A6C9329AC4BC9B5, 0xFFFFFFFFFFFFFFFF
    )


def with_headers(*headers: tuple[str, str]) -> wire.Request:
    return wire.Request("PUT", "h", "/", "", headers, b"abc")


@pytest.mark.parametrize(
    ("header", "value", "code"),
    [
        ("content-md5", checksums.checksum("md5", b"abd"), "BadDigest"),
        ("content-md5", "short", "InvalidDigest"),
        ("x-amz-checksum-sha256", checksums.checksum("sha256", b"abd"), "BadDigest"),
        ("x-amz-checksum-crc32c", "!", "InvalidRequest"),
    ],
)
def test_checksum_headers_that_do_not_fit(header: str, value: str, code: str) -> None:
    with pytest.raises(wire.AwsError) as caught:
        wire.check_headers(with_headers((header, value)), b"abc")
    assert caught.value.code == code


def test_checksum_headers_that_fit() -> None:
    fitting = [(f"x-amz-checksum-{name}", checksums.checksum(name, b"abc")) for name in checksums.ALGORITHMS]
    md5 = ("content-md5", checksums.checksum("md5", b"abc"))
    wire.check_headers(with_headers(md5, *fitting, ("x-amz-checksum-type", "FULL_OBJECT")), b"abc")
