"""Refusals of a call, in the words and the form of its service."""

from typing import Any

from . import _identity_errors as identity_errors
from .errors import problem_error, rendered
from .messages import AwsError, Request, Response
from .problems import AuthenticationProblem
from .routing import Call, nearest

_UPPER_PREFIX = {"sns": "SNS"}


def error_of(problem: AuthenticationProblem, call: Call | None, request: Request | None = None) -> AwsError:
    """The service's error for an authentication problem; the request tells the form when there is no call yet."""
    if call is not None:
        return problem_error(problem, call.service, call.protocol)
    service, protocol = nearest(request) if request is not None else ("", "query")
    error = problem_error(problem, service, protocol)
    return identity_errors.Unidentified(
        error.code, error.message, error.status, error.fields, service, protocol
    )


def render_error(error: AwsError, *, call: Call | None, request_id: str, method: str = "POST") -> Response:
    """The answer that carries the error. HEAD gets no body."""
    if call is not None:
        service, protocol = call.service, call.protocol
    elif isinstance(error, identity_errors.Unidentified):
        service, protocol = error.service, error.protocol
    else:
        service, protocol = "", "query"
    return rendered(error, service=service, protocol=protocol, request_id=request_id, method=method)


def access_denied(
    call: Call, caller_arn: str, action: str, reason: str = "", resource: str = "*", **fields: Any
) -> AwsError:
    """The service's access denied error. `reason` is AWS's phrase ("because no identity-based policy allows …")."""
    message = _denial(call.service, caller_arn, action, reason, resource)
    if call.service == "ec2":
        return AwsError("UnauthorizedOperation", message, 403, fields)
    if call.service == "sns":
        return AwsError("AuthorizationError", message, 403, fields)
    if call.protocol == "rest-json":
        return AwsError("AccessDeniedException", message, 403, fields)
    if call.protocol == "json" and call.service not in ("sqs", "cloudwatch"):
        return AwsError("AccessDeniedException", message, 400, fields)
    return AwsError("AccessDenied", message, 403, fields)


def _denial(service: str, caller_arn: str, action: str, reason: str, resource: str) -> str:
    if service == "sqs":
        action = action.lower()
    elif service in _UPPER_PREFIX:
        action = _UPPER_PREFIX[service] + action[action.index(":") :]
    if resource == "*":
        place = ""
    elif service == "s3":
        place = f' on resource: "{resource}"'
    else:
        place = f" on resource: {resource}"
    because = f" {reason.strip()}" if reason.strip() else ""
    message = f"User: {caller_arn} is not authorized to perform: {action}{place}{because}"
    return f"You are not authorized to perform this operation. {message}" if service == "ec2" else message
