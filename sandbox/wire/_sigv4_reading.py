"""Read the Authorization header and the X-Amz-* query of presigned URLs."""

import base64
import hashlib
import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache

from .authorization import ALGORITHM, ECDSA, ENCODING, RSA, Authorization
from .messages import Request
from .problems import (
    UNSUPPORTED_ALGORITHM,
    MalformedAuthorization,
    UndatedAuthorization,
    UnsupportedAuthorization,
    WrongScope,
)

MAX_EXPIRES = 604800
_HEADER = re.compile(
    r"AWS4-HMAC-SHA256\s+Credential=([^,\s]+)\s*,\s*SignedHeaders=([^,\s]+)\s*,\s*Signature=([^,\s]+)\s*"
)
# The only service that takes signatures with a certificate's key.
_OF_CERTIFICATES = "rolesanywhere"
_NUMBER = re.compile(r"-?[0-9]{1,12}")
_DATE = re.compile(r"[0-9]{8}")
_TIMESTAMP = re.compile(r"[0-9]{8}T[0-9]{6}Z")
_QUERY_PARAMETERS = (
    "X-Amz-Algorithm",
    "X-Amz-Credential",
    "X-Amz-Signature",
    "X-Amz-Date",
    "X-Amz-SignedHeaders",
)
_THREE_COMPONENTS = "the authorization header requires three components: Credential, SignedHeaders, and Signature."
_CREDENTIAL_FORM = 'the Credential is mal-formed; expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".'
_IN_QUERY = "Error parsing the X-Amz-Credential parameter; "
_INCOMPLETE_QUERY = (
    "Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, "
    "X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters."
)


def read_header(request: Request, header: str) -> Authorization:
    """The parts of the Authorization header, with the date, token and body hash of their own headers."""
    match = _HEADER.fullmatch(header)
    credential, signed_headers, signature = match.groups() if match else _parts(request, header)
    timestamp = _timestamp(request, header)
    access_key_id, date, region, service = _credential(credential)
    _check_date(date, timestamp)
    algorithm = ALGORITHM if match else header.partition(" ")[0]
    if algorithm != ALGORITHM and service != _OF_CERTIFICATES:
        raise UnsupportedAuthorization(algorithm, header)
    return Authorization(
        access_key_id=access_key_id,
        date=date,
        region=region,
        service=service,
        signed_headers=tuple(signed_headers.split(";")),
        signature=signature,
        timestamp=timestamp,
        session_token=request.header_map.get("x-amz-security-token"),
        content_sha256=request.header_map.get("x-amz-content-sha256"),
        algorithm=algorithm,
    )


def _parts(request: Request, header: str) -> tuple[str, str, str]:
    """The three parts in any order; raises with AWS's list of all that is missing."""
    scheme, _, rest = header.partition(" ")
    if scheme not in (ALGORITHM, RSA, ECDSA):
        raise UnsupportedAuthorization(scheme, header)
    parts: dict[str, str] = {}
    for name, value in (_name_and_value(part, header) for part in rest.split(",")):
        if name in parts:
            # Readers differ in which of the two they take; AWS's words for it are not known.
            sentence = f"Authorization header requires '{name}' parameter only once."
            raise MalformedAuthorization(f"{sentence} {_hashed(header)}", s3_detail=_THREE_COMPONENTS)
        parts[name] = value
    wanted = ("Credential", "Signature", "SignedHeaders")
    missing = [name for name in wanted if not parts.get(name)]
    if missing:
        sentences = [f"Authorization header requires '{name}' parameter." for name in missing]
        if not _has_date(request):
            sentences.append(_DATE_MISSING)
        raise MalformedAuthorization(" ".join([*sentences, _hashed(header)]), s3_detail=_THREE_COMPONENTS)
    return parts["Credential"], parts["SignedHeaders"], parts["Signature"]


def _hashed(header: str) -> str:
    return f"(Hashed with SHA-256 and encoded with Base64) Authorization={_digest(header)}"


def _digest(header: str) -> str:
    """What AWS shows of a header, so that no signature gets into logs."""
    return base64.b64encode(hashlib.sha256(header.encode(*ENCODING)).digest()).decode()


_DATE_MISSING = "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header."


def _name_and_value(part: str, header: str) -> tuple[str, str]:
    name, equals, value = part.partition("=")
    if not equals or " " in name.strip():
        raise MalformedAuthorization(
            "Invalid key=value pair (missing equal-sign) in Authorization header "
            f"(hashed with SHA-256 and encoded with Base64): '{_digest(header)}'.",
            s3_detail=_THREE_COMPONENTS,
        )
    return name.strip(), value.strip()


def _has_date(request: Request) -> bool:
    return "x-amz-date" in request.header_map or "date" in request.header_map


def _timestamp(request: Request, header: str) -> str:
    sent = request.header_map.get("x-amz-date") or request.header_map.get("date")
    if not sent:
        raise UndatedAuthorization(f"{_DATE_MISSING} {_hashed(header)}")
    if _is_time(sent):
        return sent
    try:
        return parsedate_to_datetime(sent).astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    except (ValueError, TypeError, IndexError, OverflowError):
        raise UndatedAuthorization(_DATE_FORMAT.format(sent)) from None


_DATE_FORMAT = "Date must be in ISO-8601 'basic format'. Got '{}'. See http://en.wikipedia.org/wiki/ISO_8601"


@lru_cache(maxsize=256)
def _is_time(timestamp: str) -> bool:
    if not _TIMESTAMP.fullmatch(timestamp):
        return False
    try:
        datetime.strptime(timestamp, "%Y%m%dT%H%M%SZ")
    except ValueError:
        return False
    return True


def _credential(credential: str, presigned: bool = False) -> tuple[str, str, str, str]:
    parts = credential.split("/")
    if len(parts) != 5 or not all(parts):
        raise MalformedAuthorization(
            "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, "
            f"got '{credential}'",
            presigned,
            s3_detail=f"{_IN_QUERY if presigned else ''}{_CREDENTIAL_FORM}",
        )
    access_key_id, date, region, service, terminator = parts
    if terminator != "aws4_request":
        raise WrongScope("terminator", terminator, "aws4_request", presigned)
    return access_key_id, date, region, service


def _check_date(date: str, timestamp: str, presigned: bool = False) -> None:
    if date != timestamp[:8]:
        raise MalformedAuthorization(
            "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: "
            f"'{date}' != '{timestamp[:8]}', from '{timestamp}'.",
            presigned,
            s3_detail=_s3_date(date, timestamp, presigned),
        )


def _s3_date(date: str, timestamp: str, presigned: bool) -> str:
    if not _DATE.fullmatch(date):
        form = f'incorrect date format "{date}". This date in the credential must be in the format "yyyyMMdd".'
        return f"{_IN_QUERY if presigned else ''}{form}"
    return f'Invalid credential date "{date}". This date is not the same as X-Amz-Date: "{timestamp[:8]}".'


def read_query(request: Request) -> Authorization | None:
    """The parts of a presigned URL; None when the query has neither algorithm nor signature."""
    query = {name: value for name, value in request.query_pairs if name.startswith("X-Amz-")}
    if "X-Amz-Algorithm" not in query and "X-Amz-Signature" not in query:
        return None
    missing = [name for name in _QUERY_PARAMETERS if not query.get(name)]
    if missing:
        sentences = [f"AWS query-string parameters must include '{name}'." for name in missing]
        detail = " ".join([*sentences, "Re-examine the query-string parameters."])
        raise MalformedAuthorization(detail, presigned=True, s3_detail=_INCOMPLETE_QUERY)
    if query["X-Amz-Algorithm"] != ALGORITHM:
        raise MalformedAuthorization(
            UNSUPPORTED_ALGORITHM.format(query["X-Amz-Algorithm"]),
            presigned=True,
            s3_detail='X-Amz-Algorithm only supports "AWS4-HMAC-SHA256 and AWS4-ECDSA-P256-SHA256"',
        )
    timestamp = query["X-Amz-Date"]
    if not _is_time(timestamp):
        s3_detail = "X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\""
        raise MalformedAuthorization(_DATE_FORMAT.format(timestamp), presigned=True, s3_detail=s3_detail)
    access_key_id, date, region, service = _credential(query["X-Amz-Credential"], presigned=True)
    _check_date(date, timestamp, presigned=True)
    return Authorization(
        access_key_id=access_key_id,
        date=date,
        region=region,
        service=service,
        signed_headers=tuple(query["X-Amz-SignedHeaders"].split(";")),
        signature=query["X-Amz-Signature"],
        timestamp=timestamp,
        expires=_expires(query.get("X-Amz-Expires"), service),
        session_token=query.get("X-Amz-Security-Token"),
        presigned=True,
        content_sha256=query.get("X-Amz-Content-Sha256") or request.header_map.get("x-amz-content-sha256"),
    )


def _expires(sent: str | None, service: str) -> int | None:
    if sent is None:
        if service == "s3":
            raise MalformedAuthorization(_INCOMPLETE_QUERY, presigned=True)
        return None
    if not _NUMBER.fullmatch(sent):
        raise MalformedAuthorization("X-Amz-Expires should be a number", presigned=True)
    seconds = int(sent)
    if seconds < 0:
        raise MalformedAuthorization("X-Amz-Expires must be non-negative", presigned=True)
    if seconds > MAX_EXPIRES:
        raise MalformedAuthorization(
            "X-Amz-Expires must be less than a week (in seconds); "
            f"that is, the given X-Amz-Expires must be less than {MAX_EXPIRES} seconds",
            presigned=True,
        )
    return seconds
