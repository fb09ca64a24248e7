"""Which operation of which service a request is."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from functools import cache

from . import _identity_errors as errors
from . import services
from ._rest_router import Found, RestRouter
from ._s3_router import S3Router
from .authorization import Authorization
from .hosts import AwsHost, read_aws_host
from .messages import AwsError, Request
from .problems import WrongScope
from .services import Operation

CBOR = "smithy-rpc-v2-cbor"
MAX_HOST = 255
_IAM_PREFIXES = {"monitoring": "cloudwatch", "tagging": "tag", "email": "ses"}


@dataclass(frozen=True, slots=True)
class Call:
    """An identified request.

    `service` is botocore's name, `protocol` the one that the request speaks. `canonical_host`,
    `canonical_path` and `canonical_query` are the regional AWS endpoint's, path-style for S3.
    """

    service: str
    region: str
    partition: str
    operation: Operation
    protocol: str
    uri_parameters: dict[str, str]
    canonical_host: str
    canonical_path: str
    canonical_query: str

    @property
    def operation_name(self) -> str:
        """The operation's name in botocore's model."""
        return self.operation.name

    @property
    def signing_name(self) -> str:
        """The service's name in credential scopes."""
        return services.facts(self.service).signing_name

    @property
    def iam_prefix(self) -> str:
        """The service's name in policies."""
        return _IAM_PREFIXES.get(self.signing_name, self.signing_name)

    @property
    def event_source(self) -> str:
        """The service's name in CloudTrail's records."""
        return f"{self.signing_name}.amazonaws.com"


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a request goes, before its operation is known."""

    services: tuple[str, ...]
    region: str
    partition: str
    bucket: str = ""


def identify(request: Request, authorization: Authorization | None, site_hosts: Collection[str] = ()) -> Call:
    """The call that a request is. `site_hosts` are the site's own names, whose subdomains are buckets.

    Raises Unidentified (an AwsError that knows its service and protocol); nothing is authenticated here.
    """
    destination = _destination(request, authorization, site_hosts)
    path = request.path
    if destination.bucket:
        path = f"/{destination.bucket}{path}"
    failure: AwsError | None = None
    for service in _narrowed(request, path, destination.services):
        protocol = _protocol(request, service)
        found = _operation(request, service, protocol, path)
        if found is not None:
            return _call(service, protocol, found, destination, _canonical_target(request, protocol, found[0], path))
        failure = failure or errors.unknown_operation(request, service, protocol)
    raise failure or errors.unknown_service(request)


def nearest(request: Request) -> tuple[str, str]:
    """The likeliest service and protocol of a request that cannot be identified."""
    host = read_aws_host(request.host)
    scope = _SCOPE.search(request.header("authorization") or request.query.get("X-Amz-Credential", ""))
    candidates = (host.services if host else ()) or (services.with_signing_name(scope[1]) if scope else ())
    service = next(_narrowed(request, request.path, candidates or _unsigned_services(request)), "")
    return (service, _protocol(request, service)) if service else ("", "query")


_SCOPE = re.compile(r"/\d+/[^/]+/([^/,]+)/aws4_request")


def _canonical_target(request: Request, protocol: str, operation: Operation, path: str) -> tuple[str, str]:
    """Path and query with nothing that another reader could take for another operation.

    RPC protocols have all in headers and body. `x-id` is AWS's own way to name the operation in a URL; with it there
    is a query, so nobody looks for one in the body.
    """
    if protocol == CBOR:
        return path, ""
    if protocol == "json":
        return "/", f"x-id={operation.name}"
    if protocol.startswith("rest-"):
        query = "&".join(pair for pair in request.raw_query.split("&") if not _ACTION.match(pair))
        return path, query or ("" if operation.service == "s3" else f"x-id={operation.name}")
    return path if operation.service == "sqs" else "/", "" if request.form_pairs else request.raw_query


# No REST operation has a parameter of this name; it names operations in the query protocol.
_ACTION = re.compile(r"(?:A|%41)(?:c|%63)(?:t|%74)(?:i|%69)(?:o|%6f)(?:n|%6e)(?:=|$)", re.IGNORECASE)


def _call(service: str, protocol: str, found: Found, destination: Destination, target: tuple[str, str]) -> Call:
    facts = services.facts(service)
    region = facts.homes.get(destination.partition, destination.region)
    operation, uri_parameters = found
    return Call(
        service=service,
        region=region,
        partition=destination.partition,
        operation=operation,
        protocol=protocol,
        uri_parameters=uri_parameters,
        canonical_host=_canonical_host(service, region, destination.partition),
        canonical_path=target[0],
        canonical_query=target[1],
    )


@cache
def _canonical_host(service: str, region: str, partition: str) -> str:
    facts = services.facts(service)
    if partition in facts.global_hosts:
        return facts.global_hosts[partition]
    suffix = next(known.suffixes[0] for known in services.PARTITIONS if known.name == partition)
    return f"{facts.endpoint_prefix}.{region}.{suffix}"


def _destination(request: Request, authorization: Authorization | None, site_hosts: Collection[str]) -> Destination:
    if len(request.host) > MAX_HOST:
        raise errors.unknown_host(request)
    host = read_aws_host(request.host)
    if host is not None:
        return _at_aws_host(request, host, authorization)
    bucket = bucket_of_site(request.host, site_hosts)
    if authorization is not None:
        return _in_scope(request, authorization, bucket)
    return Destination(_unsigned_services(request), "us-east-1", "aws", bucket)


def _at_aws_host(request: Request, host: AwsHost, authorization: Authorization | None) -> Destination:
    if not host.services:
        raise errors.unknown_host(request, *nearest(request))
    region = host.region
    if not region:
        # S3's global host serves a bucket wherever it is.
        on_bucket = host.bucket or request.path.strip("/")
        region = authorization.region if authorization and on_bucket else "us-east-1"
        if services.partition_of(region) is None:
            region = "us-east-1"
    if authorization is not None:
        service = next(_narrowed(request, request.path, host.services), host.services[0])
        _check_scope(request, service, region, authorization)
    return Destination(host.services, region, host.partition, host.bucket)


def _check_scope(request: Request, service: str, region: str, authorization: Authorization) -> None:
    """The credential scope names the host's region and service."""
    wrong = []
    if authorization.region != region:
        wrong.append(WrongScope("region", authorization.region, region, authorization.presigned))
    if service not in services.with_signing_name(authorization.service):
        expected = services.facts(service).signing_name
        wrong.append(WrongScope("service", authorization.service, expected, authorization.presigned))
    if wrong:
        problem = replace(wrong[0], rest=tuple(wrong[1:]))
        raise errors.wrong_scope(problem, service, _protocol(request, service))


def _in_scope(request: Request, authorization: Authorization, bucket: str) -> Destination:
    candidates = services.with_signing_name(authorization.service)
    if not candidates:
        raise errors.unknown_scope_service(request, authorization)
    partition = services.partition_of(authorization.region)
    if partition is None:
        problem = WrongScope("region", authorization.region, "us-east-1", authorization.presigned)
        raise errors.wrong_scope(problem, candidates[0], _protocol(request, candidates[0]))
    return Destination(candidates, authorization.region, partition.name, bucket if "s3" in candidates else "")


def bucket_of_site(host: str, site_hosts: Collection[str]) -> str:
    """What stands before one of the site's own names; ports do not matter."""
    name = host.partition(":")[0]
    for site_host in site_hosts:
        ending = f".{site_host.partition(':')[0]}"
        if name.endswith(ending):
            return name.removesuffix(ending)
    return ""


def _unsigned_services(request: Request) -> tuple[str, ...]:
    """Candidates for a plain request that has no scope: by target, by version, else S3."""
    target = request.header("x-amz-target")
    if target:
        return services.with_target_prefix(target.rpartition(".")[0])
    version = _version(request)
    if version:
        return services.with_api_version(version)
    return ("s3",)


def _version(request: Request) -> str:
    if "Version" in request.query:
        return request.query["Version"]
    return next((value for name, value in request.form_pairs if name == "Version"), "")


def _narrowed(request: Request, path: str, candidates: tuple[str, ...]) -> Iterator[str]:
    """The candidates that the request can be for, likeliest first."""
    if len(candidates) == 1:
        yield candidates[0]
        return
    target = request.header("x-amz-target").rpartition(".")[0]
    if target:
        named = services.with_target_prefix(target)
        yield from (name for name in candidates if name in named)
        return
    if "s3" in candidates:
        yield "s3control" if path.startswith("/v20180820/") else "s3"
        return
    if path.startswith("/v2/") and "sesv2" in candidates:
        yield "sesv2"
        return
    version = _version(request)
    yield from (name for name in candidates if not version or services.facts(name).api_version == version)


def _protocol(request: Request, service: str) -> str:
    protocols = services.facts(service).protocols
    if request.header_map.get("smithy-protocol") == "rpc-v2-cbor" and CBOR in protocols:
        return CBOR
    speaks_json = "json" in protocols
    if speaks_json and "x-amz-target" in request.header_map:
        return "json"
    if (service == "sqs" or "query" in protocols) and (_is_form(request) or "Action" in request.query):
        return "query"
    return protocols[0] if protocols[0] != CBOR else protocols[-1]


def _is_form(request: Request) -> bool:
    return request.header("content-type").startswith("application/x-www-form-urlencoded")


def _operation(request: Request, service: str, protocol: str, path: str) -> Found | None:
    if protocol.startswith("rest-"):
        return _router(service).match(request, path)
    name = _operation_name(request, service, protocol, path)
    operation = services.load(service).operations.get(name)
    if operation is None:
        return None
    if protocol in ("query", "ec2") and _repeats(request):
        raise errors.repeated_parameter(service, protocol)
    return operation, _queue_url(service, request, path)


def _repeats(request: Request) -> bool:
    """Whether a parameter comes twice: readers differ in which of the two they take."""
    names = [name for name, _ in request.form_pairs]
    names += [name for name, _ in request.query_pairs if not (names and name.startswith("X-Amz-"))]
    return len(set(names)) != len(names)


def _operation_name(request: Request, service: str, protocol: str, path: str) -> str:
    if protocol == "json":
        prefix, _, name = request.header("x-amz-target").rpartition(".")
        return name if prefix == services.facts(service).target_prefix else ""
    if protocol == CBOR:
        return path.rpartition("/operation/")[2]
    for name, value in request.form_pairs:
        if name == "Action":
            return value
    return request.query.get("Action", "")


def _queue_url(service: str, request: Request, path: str) -> dict[str, str]:
    """Query calls to SQS may name their queue by the path alone."""
    if service != "sqs" or path.count("/") < 2:
        return {}
    return {"QueueUrl": f"https://{request.host}{path}"}


@cache
def _router(service: str) -> RestRouter | S3Router:
    operations = services.load(service).operations.values()
    return S3Router(operations) if service == "s3" else RestRouter(operations)
