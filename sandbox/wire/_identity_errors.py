"""Errors of requests that are no operation: who cannot be routed still gets an answer in the right form."""

from dataclasses import dataclass

from .authorization import Authorization
from .errors import problem_error
from .messages import AwsError, Request
from .problems import WrongScope


@dataclass(eq=False)
class Unidentified(AwsError):
    """A request that could not be routed; rendered with the nearest `service` and `protocol`."""

    service: str = ""
    protocol: str = "query"


@dataclass(eq=False)
class UnknownHost(Unidentified):
    """A host under AWS's names that is no endpoint: in the real world it does not resolve."""


def unknown_host(request: Request, service: str = "", protocol: str = "query") -> UnknownHost:
    """No such endpoint; told in the form of the service that was meant, so that its client can read it."""
    message = f"Could not resolve host: {request.host}"
    return UnknownHost("UnknownEndpoint", message, 400, service=service, protocol=protocol)


def unknown_service(request: Request) -> Unidentified:
    """No service of this site fits the request."""
    if "x-amz-target" in request.header_map:
        return Unidentified("UnknownOperationException", "", 400, protocol="json")
    return Unidentified("InvalidAction", "The action or operation requested is invalid.", 400)


def unknown_scope_service(request: Request, authorization: Authorization) -> Unidentified:
    """The credential scope names a service that does not exist."""
    protocol = "json" if "x-amz-target" in request.header_map else "query"
    message = f"Credential should be scoped to correct service, not '{authorization.service}'."
    if protocol == "json":
        return Unidentified("InvalidSignatureException", message, 400, protocol=protocol)
    return Unidentified("SignatureDoesNotMatch", message, 403, protocol=protocol)


def wrong_scope(problem: WrongScope, service: str, protocol: str) -> Unidentified:
    """The credential scope is another service's or region's than the host's."""
    error = problem_error(problem, service, protocol)
    return Unidentified(error.code, error.message, error.status, error.fields, service, protocol)


def repeated_parameter(service: str, protocol: str) -> Unidentified:
    """A parameter of a query call comes twice."""
    message = "The query string contains a parameter twice."
    return Unidentified("MalformedQueryString", message, 400, {}, service, protocol)


def invalid_bucket(name: str) -> Unidentified:
    """The path names a bucket that no bucket can be."""
    fields = {"BucketName": name}
    return Unidentified("InvalidBucketName", "The specified bucket is not valid.", 400, fields, "s3", "rest-xml")


def conflicting_subresources(names: list[str]) -> Unidentified:
    """The query asks for two things at once."""
    both = ", ".join(names)
    fields = {"ArgumentName": "ResourceType", "ArgumentValue": names[0]}
    message = f"Conflicting query string parameters: {both}"
    return Unidentified("InvalidArgument", message, 400, fields, "s3", "rest-xml")


def unknown_operation(request: Request, service: str, protocol: str) -> Unidentified:
    """The service has no such operation, in its own words."""
    error = _unknown_operation(request, service, protocol)
    return Unidentified(error.code, error.message, error.status, error.fields, service, protocol)


def _unknown_operation(request: Request, service: str, protocol: str) -> AwsError:
    if protocol in ("json", "smithy-rpc-v2-cbor"):
        return AwsError("UnknownOperationException", "", 400)
    if protocol == "rest-json":
        return AwsError("UnknownOperationException", "", 404)
    if service == "s3":
        fields = {
            "Method": request.method,
            "ResourceType": "OBJECT" if request.path.count("/") > 1 else "SERVICE",
        }
        message = "The specified method is not allowed against this resource."
        return AwsError("MethodNotAllowed", message, 405, fields)
    if protocol == "rest-xml":
        return AwsError("UnknownOperationException", "", 404)
    action = next((value for name, value in (*request.form_pairs, *request.query_pairs) if name == "Action"), "")
    if not action:
        return AwsError("MissingAction", "The request must contain the parameter Action.", 400)
    if service == "ec2":
        return AwsError("InvalidAction", f"The action {action} is not valid for this web service.", 400)
    version = next((value for name, value in (*request.form_pairs, *request.query_pairs) if name == "Version"), "")
    return AwsError("InvalidAction", f"Could not find operation {action} for version {version}", 400)
