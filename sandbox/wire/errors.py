"""Say no as each service does: from a problem to its error, from an error to its answer."""

import json
from collections.abc import Callable
from dataclasses import dataclass

from . import cbor, services
from ._problem_errors import ec2_error, json_error, xml_error
from ._s3_problem_errors import s3_error
from ._xml_encoder import xml_text
from .messages import AwsError, Response
from .problems import AuthenticationProblem

# S3's second id; clients only show it.
HOST_ID = "3nTryp01ntH0stId3nTryp01ntH0stId3nTryp01ntH0stId3nTryp01ntH0stId3nTryp01ntH0="

# Errors of the front door have the JSON name beside the query code, at services that speak both.
_JSON_NAMES = {
    "AccessDenied": "AccessDeniedException",
    "ExpiredToken": "ExpiredTokenException",
    "IncompleteSignature": "IncompleteSignatureException",
    "InvalidClientTokenId": "UnrecognizedClientException",
    "MissingAuthenticationToken": "MissingAuthenticationTokenException",
    "SignatureDoesNotMatch": "InvalidSignatureException",
    "Throttling": "ThrottlingException",
    "ValidationError": "ValidationException",
}
_CORAL = frozenset(
    (
        "AccessDeniedException",
        "ExpiredTokenException",
        "IncompleteSignatureException",
        "InvalidSignatureException",
        "MissingAuthenticationTokenException",
        "SerializationException",
        "UnknownOperationException",
        "UnrecognizedClientException",
    )
)


def problem_error(problem: AuthenticationProblem, service: str, protocol: str = "") -> AwsError:
    """The error of an authentication problem at a service; `protocol` where a service speaks several."""
    protocol = protocol or services.facts(service).protocols[0]
    if services.exists(service) and services.facts(service).signing_name == "s3":
        return s3_error(problem)
    if service == "ec2":
        return ec2_error(problem)
    if protocol == "rest-json":
        return json_error(problem, 403)
    if protocol == "json" and not _keeps_query_codes(service):
        return json_error(problem, 400)
    return xml_error(problem)


def _keeps_query_codes(service: str) -> bool:
    return services.exists(service) and services.load(service).query_compatible


@dataclass(frozen=True, slots=True)
class _Refusal:
    """An error with all that its rendering needs."""

    error: AwsError
    service: str
    request_id: str
    method: str


def rendered(error: AwsError, *, service: str, protocol: str, request_id: str, method: str = "POST") -> Response:
    """The answer that carries the error, in the protocol's form. HEAD gets no body."""
    refusal = _Refusal(error, service, request_id, method)
    response = _RENDERERS[protocol](refusal)
    return Response(response.status, response.headers, b"") if method == "HEAD" else response


def _render_s3(refusal: _Refusal) -> Response:
    error = refusal.error
    fields = {"Code": error.code, "Message": error.message} | error.fields
    fields |= {"RequestId": refusal.request_id, "HostId": HOST_ID}
    body = f'<?xml version="1.0" encoding="UTF-8"?>\n<Error>{_elements(fields)}</Error>'
    headers = (
        ("x-amz-request-id", refusal.request_id),
        ("x-amz-id-2", HOST_ID),
        ("Content-Type", "application/xml"),
        *error.headers,
    )
    return Response(error.status, headers, body.encode())


def _render_rest_xml(refusal: _Refusal) -> Response:
    if refusal.service == "s3":
        return _render_s3(refusal)
    return _render_error_response(refusal)


def _render_error_response(refusal: _Refusal) -> Response:
    error = refusal.error
    fields = {"Type": _fault(error), "Code": error.code, "Message": error.message} | error.fields
    body = (
        f"<ErrorResponse{_xmlns(refusal.service)}><Error>{_elements(fields)}</Error>"
        f"<RequestId>{refusal.request_id}</RequestId></ErrorResponse>"
    )
    return Response(error.status, _headers(refusal, "text/xml"), body.encode())


def _render_ec2(refusal: _Refusal) -> Response:
    error = refusal.error
    fields = {"Code": error.code, "Message": error.message} | error.fields
    body = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f"<Response><Errors><Error>{_elements(fields)}</Error></Errors><RequestID>{refusal.request_id}</RequestID></Response>"
    )
    return Response(error.status, _headers(refusal, "text/xml;charset=UTF-8"), body.encode())


def _render_json(refusal: _Refusal) -> Response:
    name, query_error = _names(refusal)
    body = json.dumps({"__type": _qualified(name, refusal.service)} | _json_members(refusal.error, name))
    version = _metadata(refusal.service).get("jsonVersion", "1.0")
    headers = _headers(refusal, f"application/x-amz-json-{version}")
    return Response(refusal.error.status, (*headers, *query_error), body.encode())


def _render_rest_json(refusal: _Refusal) -> Response:
    error = refusal.error
    body = json.dumps(_json_members(error, error.code))
    headers = (*_headers(refusal, "application/json"), ("x-amzn-ErrorType", error.code))
    return Response(error.status, headers, body.encode())


def _render_cbor(refusal: _Refusal) -> Response:
    name, query_error = _names(refusal)
    body = cbor.encode({"__type": _qualified(name, refusal.service)} | _json_members(refusal.error, name))
    headers = (*_headers(refusal, "application/cbor"), ("smithy-protocol", "rpc-v2-cbor"))
    return Response(refusal.error.status, (*headers, *query_error), body)


_RENDERERS: dict[str, Callable[[_Refusal], Response]] = {
    "query": _render_error_response,
    "ec2": _render_ec2,
    "json": _render_json,
    "rest-json": _render_rest_json,
    "rest-xml": _render_rest_xml,
    "smithy-rpc-v2-cbor": _render_cbor,
}


def _names(refusal: _Refusal) -> tuple[str, tuple[tuple[str, str], ...]]:
    """The error's JSON name, and the header with its query code at services that once spoke query."""
    code = refusal.error.code
    if not _keeps_query_codes(refusal.service):
        return code, ()
    model = services.load(refusal.service)
    name = _JSON_NAMES.get(code) or model.error_names.get(code, code)
    query_code = model.query_error_codes.get(code, code)
    return name, (("x-amzn-query-error", f"{query_code};{_fault(refusal.error)}"),)


def _qualified(name: str, service: str) -> str:
    """`__type` as the service writes it: with a namespace, but for those that use bare names."""
    if name in _CORAL:
        return name if service in ("kms", "organizations") else f"com.amazon.coral.service#{name}"
    if service == "dynamodb":
        return f"com.amazonaws.dynamodb.v20120810#{name}"
    if service == "sqs":
        return f"com.amazonaws.sqs#{name}"
    return name


def _json_members(error: AwsError, name: str) -> dict[str, str]:
    """Denials spell Message with a capital, all else does not."""
    if not error.message and not error.fields:
        return {}
    key = "Message" if name == "AccessDeniedException" else "message"
    return {key: error.message} | error.fields


def _fault(error: AwsError) -> str:
    return "Sender" if error.status < 500 else "Receiver"


def _headers(refusal: _Refusal, content_type: str) -> tuple[tuple[str, str], ...]:
    return (("x-amzn-RequestId", refusal.request_id), ("Content-Type", content_type))


def _metadata(service: str) -> dict[str, str]:
    return dict(services.load(service).metadata) if services.exists(service) else {}


def _xmlns(service: str) -> str:
    if service == "sqs":
        namespace = "http://queue.amazonaws.com/doc/2012-11-05/"
    elif service == "route53":
        namespace = "https://route53.amazonaws.com/doc/2013-04-01/"
    elif service == "cloudfront":
        namespace = "http://cloudfront.amazonaws.com/doc/2020-05-31/"
    else:
        namespace = str(_metadata(service).get("xmlNamespace", ""))
    return f' xmlns="{namespace}"' if namespace else ""


def _elements(fields: dict[str, str]) -> str:
    return "".join(f"<{name}>{xml_text(text)}</{name}>" for name, text in fields.items())
