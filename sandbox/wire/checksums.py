"""S3's checksums of a payload: Content-MD5, x-amz-checksum-* headers and trailers.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html
"""

import base64
import binascii
import hashlib
import hmac
import zlib
from collections.abc import Callable, Mapping

from ._crc import crc32c, crc64nvme
from .messages import AwsError, Request

PREFIX = "x-amz-checksum-"

ALGORITHMS: dict[str, Callable[[bytes], bytes]] = {
    "crc32": lambda data: zlib.crc32(data).to_bytes(4, "big"),
    "crc32c": lambda data: crc32c(data).to_bytes(4, "big"),
    "crc64nvme": lambda data: crc64nvme(data).to_bytes(8, "big"),
    "sha1": lambda data: hashlib.sha1(data, usedforsecurity=False).digest(),
    "sha256": lambda data: hashlib.sha256(data).digest(),
    "sha512": lambda data: hashlib.sha512(data).digest(),
    "md5": lambda data: hashlib.md5(data, usedforsecurity=False).digest(),
}


def checksum(algorithm: str, payload: bytes) -> str:
    """The base64 checksum as S3 writes it; `algorithm` in lower case."""
    return base64.b64encode(ALGORITHMS[algorithm](payload)).decode()


def check_headers(request: Request, payload: bytes) -> None:
    """Raise AwsError BadDigest, InvalidDigest or InvalidRequest unless Content-MD5 and checksums fit."""
    md5 = request.header_map.get("content-md5")
    if md5 is not None:
        _check_md5(md5, payload)
    check_trailers(payload, {n: v for n, v in request.header_map.items() if n.startswith(PREFIX)})


def check_trailers(payload: bytes, trailers: Mapping[str, str]) -> None:
    """Raise AwsError unless each x-amz-checksum-<algorithm> among these is the payload's."""
    for name, value in trailers.items():
        algorithm = name.removeprefix(PREFIX)
        if algorithm != name and algorithm in ALGORITHMS:
            _check(algorithm, value, payload)


def _check(algorithm: str, claimed: str, payload: bytes) -> None:
    expected = ALGORITHMS[algorithm](payload)
    given = _decoded(claimed)
    if given is None or len(given) != len(expected):
        raise AwsError("InvalidRequest", f"Value for {PREFIX}{algorithm} header is invalid.")
    if not hmac.compare_digest(given, expected):
        raise AwsError("BadDigest", f"The {algorithm.upper()} you specified did not match the calculated checksum.")


def _check_md5(claimed: str, payload: bytes) -> None:
    expected = ALGORITHMS["md5"](payload)
    given = _decoded(claimed)
    if given is None or len(given) != len(expected):
        raise AwsError("InvalidDigest", "The Content-MD5 you specified was invalid.", fields={"Content-MD5": claimed})
    if not hmac.compare_digest(given, expected):
        raise AwsError(
            "BadDigest",
            "The Content-MD5 you specified did not match what we received.",
            fields={"ExpectedDigest": claimed, "CalculatedDigest": base64.b64encode(expected).decode()},
        )


def _decoded(text: str) -> bytes | None:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
