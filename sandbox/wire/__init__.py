"""AWS on the wire: which call a request is, who signed it, what it asks, how AWS says no. All of it pure."""

from ._identity_errors import Unidentified, UnknownHost
from ._xml import xml_root
from .authorization import Authorization
from .bodies import decode_body, unchunked
from .checksums import check_headers
from .envelope import BadEnvelope, read_envelope, write_envelope
from .hosts import AwsHost, read_aws_host
from .messages import AwsError, Request, Response
from .parsing import parse_parameters
from .post_forms import PostForm, answer_form, read_form
from .problems import (
    AuthenticationProblem,
    ExpiredSessionToken,
    InvalidSessionToken,
    MissingAuthorization,
    SignatureMismatch,
    UnknownAccessKey,
    WrongScope,
)
from .refusals import access_denied, error_of, read_error, render_error, render_unread
from .results import render_result
from .routing import Call, identify
from .services import operation_of, operations_of
from .sigv4 import (
    canonical_request,
    read_authorization,
    string_to_sign,
    verify,
    with_signed_header_names,
)

__all__ = [
    "AuthenticationProblem",
    "Authorization",
    "AwsError",
    "AwsHost",
    "BadEnvelope",
    "Call",
    "ExpiredSessionToken",
    "InvalidSessionToken",
    "MissingAuthorization",
    "PostForm",
    "Request",
    "Response",
    "SignatureMismatch",
    "Unidentified",
    "UnknownAccessKey",
    "UnknownHost",
    "WrongScope",
    "access_denied",
    "answer_form",
    "canonical_request",
    "check_headers",
    "decode_body",
    "error_of",
    "identify",
    "operation_of",
    "operations_of",
    "parse_parameters",
    "read_authorization",
    "read_aws_host",
    "read_envelope",
    "read_error",
    "read_form",
    "render_error",
    "render_result",
    "render_unread",
    "string_to_sign",
    "unchunked",
    "verify",
    "with_signed_header_names",
    "write_envelope",
    "xml_root",
]
