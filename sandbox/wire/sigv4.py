"""Read and verify Signature Version 4, in the header and in the query.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html
"""

import hashlib
import hmac
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from . import aws_chunked
from ._canonical import canonical_headers, canonical_path, canonical_query, path_variants
from ._sigv4_reading import read_header, read_query
from .authorization import ENCODING, Authorization
from .messages import Request
from .problems import (
    BodyHashMismatch,
    MissingBodyHash,
    SignatureExpired,
    SignatureMismatch,
    SignatureNotYetCurrent,
    TwoAuthorizations,
    UnsignedHeaders,
)
from .services import S3_SIGNING_NAMES, signs_unsigned_payload

SKEW = timedelta(minutes=15)
UNSIGNED = "UNSIGNED-PAYLOAD"
_OF_THE_SIGNATURE = frozenset(
    f"x-amz-{name}"
    for name in (
        "algorithm",
        "content-sha256",
        "credential",
        "date",
        "expires",
        "security-token",
        "signature",
        "signedheaders",
    )
)
_SIGNED_QUERY = ("X-Amz-Algorithm", "X-Amz-Signature")
_HEX_DIGEST = re.compile(r"[0-9a-f]{64}")


def read_authorization(request: Request, now: datetime | None = None) -> Authorization | None:
    """What the request says about its signature, unverified; None when it is unsigned.

    Raises MalformedAuthorization, UnsupportedAuthorization, TwoAuthorizations, WrongScope (terminator); with `now`
    also, but for S3, what AWS looks at before it asks whose key it is: the time, and whether the host is signed.
    """
    authorization = _read(request)
    if authorization is not None and now is not None and authorization.service not in S3_SIGNING_NAMES:
        _check_time(authorization, now)
        _check_signed_headers(request, authorization)
    return authorization


def _read(request: Request) -> Authorization | None:
    header = request.header_map.get("authorization")
    if header:
        if "X-Amz-" in request.raw_query and not request.query.keys().isdisjoint(_SIGNED_QUERY):
            raise TwoAuthorizations(header)
        return read_header(request, header)
    if "X-Amz-" in request.raw_query:
        return read_query(request)
    return None


def verify(request: Request, authorization: Authorization, secret: str, now: datetime) -> None:
    """Raise an AuthenticationProblem unless it was signed with this secret at about this time (aware UTC)."""
    if authorization.policy is not None:
        # The policy says itself until when it holds.
        _verify_policy(authorization, authorization.policy, secret)
        return
    _check_time(authorization, now)
    _check_signed_headers(request, authorization)
    payload = _payload_hash(request, authorization)
    key = signing_key(secret, authorization.date, authorization.region, authorization.service)
    if not _signature_matches(request, authorization, key, payload):
        canonical = canonical_request(request, authorization)
        raise SignatureMismatch(
            authorization.access_key_id,
            authorization.signature,
            string_to_sign(authorization, canonical),
            canonical,
        )
    _check_body(request, authorization, payload, key)


def _verify_policy(authorization: Authorization, policy: str, secret: str) -> None:
    key = signing_key(secret, authorization.date, authorization.region, authorization.service)
    signature = hmac.digest(key, policy.encode(*ENCODING), "sha256").hex()
    if not hmac.compare_digest(signature.encode(), authorization.signature.encode(*ENCODING)):
        raise SignatureMismatch(authorization.access_key_id, authorization.signature, policy, "")


def canonical_request(request: Request, authorization: Authorization) -> str:
    """The canonical request that the signature of this request must cover."""
    return _canonical(
        request,
        authorization,
        canonical_path(request.raw_path, authorization.service),
        _payload_hash(request, authorization),
    )


def string_to_sign(authorization: Authorization, canonical: str) -> str:
    """The string to sign for a canonical request."""
    digest = hashlib.sha256(canonical.encode(*ENCODING)).hexdigest()
    return f"{authorization.algorithm}\n{authorization.timestamp}\n{authorization.scope}\n{digest}"


@lru_cache(maxsize=4096)
def signing_key(secret: str, date: str, region: str, service: str) -> bytes:
    """The key of one day, region and service."""
    key = f"AWS4{secret}".encode()
    for part in (date, region, service, "aws4_request"):
        key = hmac.digest(key, part.encode(*ENCODING), "sha256")
    return key


def with_signed_header_names(request: Request, authorization: Authorization) -> Request:
    """The request with its headers as they were signed.

    They get back the underscores that an HTTP server took from their names (x-amz-meta-my_key); and those of a
    presigned S3 URL that are in its query (x-amz-acl) become headers.
    """
    if authorization.presigned and authorization.service in S3_SIGNING_NAMES:
        return _with_headers_of_query(request)
    renamed = {
        name.replace("_", "-"): name
        for name in authorization.signed_headers
        if "_" in name and name not in request.header_map
    }
    if not renamed:
        return request
    return replace(request, headers=tuple((renamed.get(name, name), value) for name, value in request.headers))


def _with_headers_of_query(request: Request) -> Request:
    hoisted = {name.lower(): value for name, value in request.query_pairs if name.lower().startswith("x-amz-")}
    added = tuple(
        (name, value)
        for name, value in hoisted.items()
        if name not in _OF_THE_SIGNATURE and name not in request.header_map
    )
    return replace(request, headers=request.headers + added) if added else request


def _check_time(authorization: Authorization, now: datetime) -> None:
    signed_at = signing_time(authorization.timestamp)
    if signed_at - now > SKEW:
        raise SignatureNotYetCurrent(signed_at, now, authorization.presigned)
    lifetime = SKEW if authorization.expires is None else timedelta(seconds=authorization.expires)
    if now - signed_at > lifetime:
        raise SignatureExpired(signed_at, now, authorization.expires)


@lru_cache(maxsize=256)
def signing_time(timestamp: str) -> datetime:
    """The aware datetime of 20260131T235959Z; ValueError otherwise."""
    return datetime.strptime(timestamp, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)


def _check_signed_headers(request: Request, authorization: Authorization) -> None:
    signed = authorization.signed_headers
    if "host" not in signed and ":authority" not in signed:
        raise UnsignedHeaders(("host",))
    if authorization.service not in S3_SIGNING_NAMES:
        return
    missing = [name for name, _ in request.headers if name.startswith("x-amz-") and name not in signed]
    if missing:
        spelled = {name.replace("_", "-") for name in signed}
        unsigned = tuple(name for name in missing if name not in spelled)
        if unsigned:
            raise UnsignedHeaders(unsigned)


def _payload_hash(request: Request, authorization: Authorization) -> str:
    """The last line of the canonical request."""
    claimed = authorization.content_sha256
    if authorization.service in S3_SIGNING_NAMES:
        if authorization.presigned:
            return claimed or UNSIGNED
        if claimed is None:
            raise MissingBodyHash
        if claimed != UNSIGNED and not _HEX_DIGEST.fullmatch(claimed) and claimed not in aws_chunked.STREAMING:
            raise MissingBodyHash(claimed)
        return claimed
    if claimed == UNSIGNED and signs_unsigned_payload(authorization.service):
        return UNSIGNED
    return hashlib.sha256(request.body).hexdigest()


def _signature_matches(request: Request, authorization: Authorization, key: bytes, payload: str) -> bool:
    for path in path_variants(request.raw_path, authorization.service):
        text = string_to_sign(authorization, _canonical(request, authorization, path, payload))
        signature = hmac.digest(key, text.encode(*ENCODING), "sha256").hex()
        # Bytes: what was sent may hold anything.
        if hmac.compare_digest(signature.encode(), authorization.signature.encode(*ENCODING)):
            return True
    return False


def _canonical(request: Request, authorization: Authorization, path: str, payload: str) -> str:
    return "\n".join(
        (
            request.method,
            path,
            canonical_query(request.raw_query, authorization.presigned),
            canonical_headers(request, authorization.signed_headers),
            ";".join(authorization.signed_headers),
            payload,
        )
    )


def _check_body(request: Request, authorization: Authorization, payload: str, key: bytes) -> None:
    """The body is what the signed hash says; streamed bodies prove themselves chunk by chunk."""
    if authorization.service not in S3_SIGNING_NAMES or payload == UNSIGNED:
        return
    if payload in aws_chunked.STREAMING:
        aws_chunked.verify(request, authorization, key)
        return
    computed = hashlib.sha256(request.body).hexdigest()
    if computed != payload:
        raise BodyHashMismatch(payload, computed)
