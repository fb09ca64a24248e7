"""Read the Authorization header and the X-Amz-* query of presigned URLs."""

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache

from .authorization import ALGORITHM, Authorization
from .messages import Request
from .problems import MalformedAuthorization, UnsupportedAuthorization, WrongScope

MAX_EXPIRES = 604800
_HEADER = re.compile(
    r"AWS4-HMAC-SHA256\s+Credential=([^,\s]+)\s*,\s*SignedHeaders=([^,\s]+)\s*,\s*Signature=([^,\s]+)\s*"
)
_NUMBER = re.compile(r"-?[0-9]{1,12}")
_TIMESTAMP = re.compile(r"[0-9]{8}T[0-9]{6}Z")
_QUERY_PARAMETERS = (
    "X-Amz-Algorithm",
    "X-Amz-Credential",
    "X-Amz-Signature",
    "X-Amz-Date",
    "X-Amz-SignedHeaders",
)
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
    )


def _parts(request: Request, header: str) -> tuple[str, str, str]:
    """The three parts in any order; raises with AWS's list of all that is missing."""
    scheme, _, rest = header.partition(" ")
    if scheme != ALGORITHM:
        raise UnsupportedAuthorization(scheme)
    parts = dict(_name_and_value(part, header) for part in rest.split(","))
    wanted = ("Credential", "Signature", "SignedHeaders")
    missing = [name for name in wanted if not parts.get(name)]
    if missing:
        sentences = [f"Authorization header requires '{name}' parameter." for name in missing]
        if not _has_date(request):
            sentences.append(_DATE_MISSING)
        raise MalformedAuthorization(" ".join([*sentences, f"Authorization={header}"]))
    return parts["Credential"], parts["SignedHeaders"], parts["Signature"]


_DATE_MISSING = "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header."


def _name_and_value(part: str, header: str) -> tuple[str, str]:
    name, equals, value = part.partition("=")
    if not equals:
        raise MalformedAuthorization(
            f"'{part.strip()}' not a valid key=value pair (missing equal-sign) in Authorization header: '{header}'."
        )
    return name.strip(), value.strip()


def _has_date(request: Request) -> bool:
    return "x-amz-date" in request.header_map or "date" in request.header_map


def _timestamp(request: Request, header: str) -> str:
    sent = request.header_map.get("x-amz-date") or request.header_map.get("date")
    if not sent:
        raise MalformedAuthorization(f"{_DATE_MISSING} Authorization={header}")
    if _is_time(sent):
        return sent
    try:
        return parsedate_to_datetime(sent).astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    except (ValueError, TypeError, IndexError, OverflowError):
        raise MalformedAuthorization(
            f"Date must be in ISO-8601 'basic format'. Got '{sent}'. See http://en.wikipedia.org/wiki/ISO_8601"
        ) from None


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
        )


def read_query(request: Request) -> Authorization | None:
    """The parts of a presigned URL; None when the query has neither algorithm nor signature."""
    query = {name: value for name, value in request.query_pairs if name.startswith("X-Amz-")}
    if "X-Amz-Algorithm" not in query and "X-Amz-Signature" not in query:
        return None
    if not all(query.get(name) for name in _QUERY_PARAMETERS):
        raise MalformedAuthorization(_INCOMPLETE_QUERY, presigned=True)
    if query["X-Amz-Algorithm"] != ALGORITHM:
        raise MalformedAuthorization(f'X-Amz-Algorithm only supports "{ALGORITHM}"', presigned=True)
    timestamp = query["X-Amz-Date"]
    if not _is_time(timestamp):
        raise MalformedAuthorization("X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\"", True)
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
