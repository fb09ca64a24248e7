"""AWS's code, sentence and status for each authentication problem, at all services but S3."""

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from .messages import AwsError
from .problems import (
    UNSUPPORTED_ALGORITHM,
    AuthenticationProblem,
    ExpiredSessionToken,
    InvalidSessionToken,
    MalformedAuthorization,
    MissingAuthorization,
    SignatureExpired,
    SignatureMismatch,
    SignatureNotYetCurrent,
    TwoAuthorizations,
    UnknownAccessKey,
    UnsignedHeaders,
    UnsupportedAuthorization,
    WrongScope,
)

SIGNATURE_MISMATCH = (
    "The request signature we calculated does not match the signature you provided. "
    "Check your AWS Secret Access Key and signing method. Consult the service documentation for details."
)
INVALID_TOKEN = "The security token included in the request is invalid."  # noqa: S105 - a sentence
EXPIRED_TOKEN = "The security token included in the request is expired"  # noqa: S105 - a sentence
MISSING_TOKEN = "Request is missing Authentication Token"  # noqa: S105 - a sentence

_TWO_SIGNATURES = "Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header."

_MISSING = ("MissingAuthenticationToken", "MissingAuthenticationTokenException")
_INCOMPLETE = ("IncompleteSignature", "IncompleteSignatureException")
_UNKNOWN = ("InvalidClientTokenId", "UnrecognizedClientException")
_EXPIRED = ("ExpiredToken", "ExpiredTokenException")
_MISMATCH = ("SignatureDoesNotMatch", "InvalidSignatureException")

# (code in XML, code in JSON) of each problem; all others are a signature that does not match.
_CODES: dict[type[AuthenticationProblem], tuple[str, str]] = {
    MissingAuthorization: _MISSING,
    MalformedAuthorization: _INCOMPLETE,
    UnknownAccessKey: _UNKNOWN,
    InvalidSessionToken: _UNKNOWN,
    ExpiredSessionToken: _EXPIRED,
}


def xml_error(problem: AuthenticationProblem) -> AwsError:
    """For query, REST-XML, and JSON services that keep the query codes: 403, incomplete ones 400."""
    code = _codes(problem)[0]
    return AwsError(code, sentence(problem), 400 if code == "IncompleteSignature" else 403)


def json_error(problem: AuthenticationProblem, status: int) -> AwsError:
    """For JSON (status 400) and REST-JSON (403)."""
    code = _codes(problem)[1]
    message = sentence(problem)
    if isinstance(problem, SignatureMismatch):
        message += (
            f"\n\nThe Canonical String for this request should have been\n'{problem.canonical_request}'"
            f"\n\nThe String-to-Sign should have been\n'{problem.string_to_sign}'\n"
        )
    return AwsError(code, message, status)


def _codes(problem: AuthenticationProblem) -> tuple[str, str]:
    if isinstance(problem, UnsupportedAuthorization):
        return _INCOMPLETE if problem.signs else _MISSING
    kinds = (_CODES.get(kind) for kind in type(problem).__mro__)
    return next((codes for codes in kinds if codes is not None), _MISMATCH)


def ec2_error(problem: AuthenticationProblem) -> AwsError:
    """For EC2: AuthFailure 401 for all that is not a matter of time or form."""
    if isinstance(problem, SignatureExpired | SignatureNotYetCurrent | ExpiredSessionToken):
        return AwsError("RequestExpired", "Request has expired.", 400)
    if isinstance(problem, MissingAuthorization | UnsupportedAuthorization) and _codes(problem) == _MISSING:
        # Seen on the wire: EC2 still speaks of the parameter of its first signatures.
        return AwsError("MissingParameter", "The request must contain the parameter AWSAccessKeyId", 400)
    if isinstance(problem, UnsupportedAuthorization | MalformedAuthorization):
        return xml_error(problem)
    return AwsError("AuthFailure", "AWS was not able to validate the provided access credentials", 401)


def sentence(problem: AuthenticationProblem) -> str:
    """AWS's sentence for the problem."""
    for kind, words in _SENTENCES.items():
        if isinstance(problem, kind):
            return words(problem)
    return SIGNATURE_MISMATCH


Problem = TypeVar("Problem", bound=AuthenticationProblem)


def _unsupported(problem: UnsupportedAuthorization) -> str:
    return UNSUPPORTED_ALGORITHM.format(problem.scheme) if problem.signs else MISSING_TOKEN


def _wrong_scope(problem: WrongScope) -> str:
    return "".join(map(_wrong_part, (problem, *problem.rest)))


def _wrong_part(problem: WrongScope) -> str:
    if problem.part == "region":
        return "Credential should be scoped to a valid region. "
    if problem.part == "service":
        return f"Credential should be scoped to correct service: '{problem.expected}'. "
    return f"Credential should be scoped with a valid terminator: '{problem.expected}', not '{problem.found}'. "


def _expired(problem: SignatureExpired) -> str:
    seconds = 900 if problem.expires is None else problem.expires
    limit = datetime.fromtimestamp(problem.now.timestamp() - seconds, problem.now.tzinfo)
    return f"Signature expired: {_time(problem.signed_at)} is now earlier than {_time(limit)} " + (
        f"({_time(problem.now)} - {_length(seconds)}.)"
    )


def _length(seconds: int) -> str:
    return f"{seconds // 60} min" if seconds % 60 == 0 else f"{seconds} sec"


def _not_yet(problem: SignatureNotYetCurrent) -> str:
    limit = datetime.fromtimestamp(problem.now.timestamp() + 900, problem.now.tzinfo)
    return (
        f"Signature not yet current: {_time(problem.signed_at)} is still later than {_time(limit)} "
        f"({_time(problem.now)} + 15 min.)"
    )


def _time(moment: datetime) -> str:
    return moment.strftime("%Y%m%dT%H%M%SZ")


def _unsigned(problem: UnsignedHeaders) -> str:
    if "host" in problem.names:
        return "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization."
    return f"'{problem.names[0]}' must be a 'SignedHeader' in the AWS Authorization."


def _entry(
    kind: type[Problem], words: Callable[[Problem], str]
) -> tuple[type[AuthenticationProblem], Callable[..., str]]:
    return kind, words


_SENTENCES: dict[type[AuthenticationProblem], Callable[..., str]] = dict(
    (
        _entry(MissingAuthorization, lambda _: MISSING_TOKEN),
        _entry(UnsupportedAuthorization, _unsupported),
        _entry(MalformedAuthorization, lambda problem: problem.detail),
        _entry(TwoAuthorizations, lambda _: _TWO_SIGNATURES),
        _entry(WrongScope, _wrong_scope),
        _entry(UnknownAccessKey, lambda _: INVALID_TOKEN),
        _entry(InvalidSessionToken, lambda _: INVALID_TOKEN),
        _entry(ExpiredSessionToken, lambda _: EXPIRED_TOKEN),
        _entry(SignatureExpired, _expired),
        _entry(SignatureNotYetCurrent, _not_yet),
        _entry(UnsignedHeaders, _unsigned),
    )
)
