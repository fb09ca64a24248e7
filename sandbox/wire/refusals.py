"""Refusals of a call, in the words and the form of its service."""

from typing import Any

from . import _identity_errors as identity_errors
from . import cbor
from ._json_decoder import parse_json
from ._xml import parse_xml
from .errors import problem_error, rendered
from .messages import AwsError, Request, Response
from .problems import AuthenticationProblem
from .routing import Call, nearest

_UPPER_PREFIX = {"sns": "SNS"}


def error_of(problem: AuthenticationProblem, call: Call | None, request: Request | None = None) -> AwsError:
    """The service's error for a problem; the request tells the form when there is no call yet."""
    if call is not None:
        return problem_error(problem, call.service, call.protocol)
    service, protocol = nearest(request) if request is not None else ("", "query")
    error = problem_error(problem, service, protocol)
    return identity_errors.Unidentified(error.code, error.message, error.status, error.fields, service, protocol)


def render_error(error: AwsError, *, call: Call | None, request_id: str, method: str = "POST") -> Response:
    """The answer that carries the error. HEAD gets no body."""
    if call is not None:
        service, protocol = call.service, call.protocol
    elif isinstance(error, identity_errors.Unidentified):
        service, protocol = error.service, error.protocol
    else:
        service, protocol = "", "query"
    return rendered(error, service=service, protocol=protocol, request_id=request_id, method=method)


def render_unread(error: AwsError, request: Request, *, request_id: str) -> Response:
    """The answer to a request that is refused unread, in the form of the service that it seems to be for."""
    service, protocol = nearest(request)
    if service == "s3" and error.code == "RequestEntityTooLarge":
        error = AwsError("EntityTooLarge", error.message, 400)
    refusal = identity_errors.Unidentified(error.code, error.message, error.status, error.fields, service, protocol)
    return render_error(refusal, call=None, request_id=request_id, method=request.method)


def access_denied(
    call: Call,
    caller_arn: str,
    action: str,
    reason: str = "",
    resource: str = "*",
    *,
    place: str = "",
    suffix: str = "",
    **fields: Any,
) -> AwsError:
    """The service's access denied error.

    `reason` is AWS's phrase: "because no … policy allows …". `place` stands instead of "on resource: …", `suffix`
    is the sentence after it.
    """
    message = _denial(call.service, caller_arn, action, reason, resource, place) + suffix
    if call.service == "ec2":
        return AwsError("UnauthorizedOperation", message, 403, fields)
    if call.service == "sns":
        return AwsError("AuthorizationError", message, 403, fields)
    if call.protocol == "rest-json":
        return AwsError("AccessDeniedException", message, 403, fields)
    if call.protocol == "json" and call.service not in ("sqs", "cloudwatch"):
        return AwsError("AccessDeniedException", message, 400, fields)
    return AwsError("AccessDenied", message, 403, fields)


def read_error(call: Call, response: Response) -> tuple[str, str]:
    """Code and message of an error answer as boto3 reads them; ("", "") for other answers."""
    if response.status < 400:
        return "", ""
    headers = {name.lower(): value for name, value in response.headers}
    try:
        code, message = _ERRORS["xml" if "xml" in call.protocol else call.protocol](response.body)
    except (ValueError, AttributeError, KeyError, StopIteration):
        code, message = "", ""
    query_error = headers.get("x-amzn-query-error", "").partition(";")[0]
    code = query_error or headers.get("x-amzn-errortype", "").partition(":")[0] or code
    return code or str(response.status), message


def _json_error(body: bytes) -> tuple[str, str]:
    return _members_error(parse_json(body))


def _cbor_error(body: bytes) -> tuple[str, str]:
    return _members_error(cbor.decode(body))


def _members_error(members: dict[str, Any]) -> tuple[str, str]:
    code = str(members.get("__type") or members.get("code") or "").rpartition("#")[2]
    return code, str(members.get("message") or members.get("Message") or "")


def _xml_error(body: bytes) -> tuple[str, str]:
    element = parse_xml(body)
    while element.name != "Error":
        element = next(child for child in element.children if child.name in ("Error", "Errors"))
    texts = {child.name: child.text for child in element.children}
    return texts["Code"], texts.get("Message", "")


_ERRORS = {
    "xml": _xml_error,
    "query": _xml_error,
    "ec2": _xml_error,
    "json": _json_error,
    "rest-json": _json_error,
    "smithy-rpc-v2-cbor": _cbor_error,
}


def _denial(service: str, caller_arn: str, action: str, reason: str, resource: str, place: str) -> str:
    if service == "sqs":
        action = action.lower()
    elif service in _UPPER_PREFIX:
        action = _UPPER_PREFIX[service] + action[action.index(":") :]
    if place:
        place = f" {place}"
    elif resource == "*":
        place = ""
    elif service == "s3":
        place = f' on resource: "{resource}"'
    else:
        place = f" on resource: {resource}"
    because = f" {reason.strip()}" if reason.strip() else ""
    message = f"User: {caller_arn} is not authorized to perform: {action}{place}{because}"
    return f"You are not authorized to perform this operation. {message}" if service == "ec2" else message
