"""S3's own words for authentication problems.

https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
"""

from datetime import UTC, datetime, timedelta

from .authorization import ENCODING
from .messages import AwsError
from .problems import (
    AuthenticationProblem,
    BodyHashMismatch,
    ChunkSignatureMismatch,
    ExpiredSessionToken,
    InvalidSessionToken,
    MalformedAuthorization,
    MissingBodyHash,
    SignatureExpired,
    SignatureMismatch,
    SignatureNotYetCurrent,
    TwoAuthorizations,
    UndatedAuthorization,
    UnknownAccessKey,
    UnsignedHeaders,
    UnsupportedAuthorization,
    WrongScope,
)

_MISMATCH = (
    "The request signature we calculated does not match the signature you provided. Check your key and signing method."
)
_TWO_SIGNATURES = (
    "Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, "
    "Signature query string parameter or the Authorization header should be specified"
)
_BODY_HASH_VALUES = (
    "x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-UNSIGNED-PAYLOAD-TRAILER, "
    "STREAMING-AWS4-HMAC-SHA256-PAYLOAD, STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER, "
    "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD, STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER "
    "or a valid sha256 value."
)


def s3_error(problem: AuthenticationProblem) -> AwsError:
    """The error that S3 answers."""
    match problem:
        case UndatedAuthorization():
            return AwsError("AccessDenied", "AWS authentication requires a valid Date or x-amz-date header", 403)
        case TwoAuthorizations():
            fields = {"ArgumentName": "Authorization", "ArgumentValue": problem.header}
            return AwsError("InvalidArgument", _TWO_SIGNATURES, fields=fields)
        case MalformedAuthorization() | UnsupportedAuthorization() | WrongScope():
            return _malformed(problem)
        case SignatureExpired() | SignatureNotYetCurrent():
            return _bad_time(problem)
        case UnknownAccessKey() | InvalidSessionToken() | ExpiredSessionToken():
            return _bad_credential(problem)
        case SignatureMismatch():
            return _mismatch(problem)
        case ChunkSignatureMismatch():
            fields = {"AWSAccessKeyId": problem.access_key_id, "StringToSign": problem.string_to_sign}
            return AwsError("SignatureDoesNotMatch", _MISMATCH, 403, fields)
        case UnsignedHeaders():
            message = "There were headers present in the request which were not signed"
            return AwsError("AccessDenied", message, 403, {"HeadersNotSigned": ", ".join(problem.names)})
        case MissingBodyHash() | BodyHashMismatch():
            return _bad_body_hash(problem)
    return AwsError("AccessDenied", "Access Denied", 403)


def _malformed(problem: MalformedAuthorization | UnsupportedAuthorization | WrongScope) -> AwsError:
    if isinstance(problem, UnsupportedAuthorization):
        if problem.scheme.startswith("AWS"):
            message = "The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256."
            return AwsError("InvalidRequest", message)
        fields = {"ArgumentName": "Authorization", "ArgumentValue": problem.header}
        return AwsError("InvalidArgument", "Unsupported Authorization Type", fields=fields)
    if isinstance(problem, MalformedAuthorization):
        detail = problem.s3_detail or problem.detail
        if problem.presigned:
            return AwsError("AuthorizationQueryParametersError", detail)
        return AwsError("AuthorizationHeaderMalformed", f"The authorization header is malformed; {detail}")
    detail = _scope_detail(problem)
    fields = {"Region": problem.expected} if problem.part == "region" else {}
    if problem.presigned:
        message = f"Error parsing the X-Amz-Credential parameter; {detail}"
        return AwsError("AuthorizationQueryParametersError", message, fields=fields)
    return AwsError("AuthorizationHeaderMalformed", f"The authorization header is malformed; {detail}", fields=fields)


def _scope_detail(problem: WrongScope) -> str:
    if problem.part == "region":
        return f"the region '{problem.found}' is wrong; expecting '{problem.expected}'"
    if problem.part == "service":
        return f'incorrect service "{problem.found}". This endpoint belongs to "{problem.expected}".'
    return f'incorrect terminal "{problem.found}". This endpoint uses "{problem.expected}".'


def _bad_time(problem: SignatureExpired | SignatureNotYetCurrent) -> AwsError:
    server_time = _time(problem.now)
    if isinstance(problem, SignatureExpired) and problem.expires is not None:
        fields = {
            "X-Amz-Expires": str(problem.expires),
            "Expires": _time(problem.signed_at + timedelta(seconds=problem.expires)),
            "ServerTime": server_time,
        }
        return AwsError("AccessDenied", "Request has expired", 403, fields)
    if isinstance(problem, SignatureNotYetCurrent) and problem.presigned:
        fields = {"X-Amz-Date": problem.signed_at.strftime("%Y%m%dT%H%M%SZ"), "ServerTime": server_time}
        return AwsError("AccessDenied", "Request is not yet valid", 403, fields)
    fields = {
        "RequestTime": problem.signed_at.strftime("%Y%m%dT%H%M%SZ"),
        "ServerTime": server_time,
        "MaxAllowedSkewMilliseconds": "900000",
    }
    message = "The difference between the request time and the current time is too large."
    return AwsError("RequestTimeTooSkewed", message, 403, fields)


def _time(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _bad_credential(problem: UnknownAccessKey | InvalidSessionToken | ExpiredSessionToken) -> AwsError:
    if isinstance(problem, UnknownAccessKey):
        message = "The AWS Access Key Id you provided does not exist in our records."
        return AwsError("InvalidAccessKeyId", message, 403, {"AWSAccessKeyId": problem.access_key_id})
    if isinstance(problem, InvalidSessionToken):
        fields = {"Token-0": problem.session_token} if problem.session_token else {}
        return AwsError("InvalidToken", "The provided token is malformed or otherwise invalid.", 400, fields)
    return AwsError("ExpiredToken", "The provided token has expired.", 400, {"Token-0": problem.session_token})


def _mismatch(problem: SignatureMismatch) -> AwsError:
    fields = {
        "AWSAccessKeyId": problem.access_key_id,
        "StringToSign": problem.string_to_sign,
        "SignatureProvided": problem.provided,
        "StringToSignBytes": problem.string_to_sign.encode(*ENCODING).hex(" "),
        "CanonicalRequest": problem.canonical_request,
        "CanonicalRequestBytes": problem.canonical_request.encode(*ENCODING).hex(" "),
    }
    return AwsError("SignatureDoesNotMatch", _MISMATCH, 403, fields)


def _bad_body_hash(problem: MissingBodyHash | BodyHashMismatch) -> AwsError:
    if isinstance(problem, BodyHashMismatch):
        message = "The provided 'x-amz-content-sha256' header does not match what was computed."
        fields = {"ClientComputedContentSHA256": problem.claimed, "S3ComputedContentSHA256": problem.computed}
        return AwsError("XAmzContentSHA256Mismatch", message, 400, fields)
    if problem.found is None:
        return AwsError("InvalidRequest", "Missing required header for this request: x-amz-content-sha256")
    fields = {"ArgumentName": "x-amz-content-sha256", "ArgumentValue": problem.found}
    return AwsError("InvalidArgument", _BODY_HASH_VALUES, fields=fields)
