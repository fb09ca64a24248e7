"""Requests as botocore makes and signs them."""

from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

import botocore.session
from botocore import xform_name
from botocore.auth import AUTH_TYPE_MAPS
from botocore.awsrequest import prepare_request_dict
from botocore.config import Config
from botocore.credentials import Credentials
from botocore.model import OperationModel, ServiceModel
from botocore.serialize import create_serializer

from sandbox.wire.messages import Request

ACCESS_KEY = "AKIAENTRYPOINTEXAMPLE"
SECRET = "a/Secret+key"
SITE = "http://127.0.0.1:8000/aws"

_session = botocore.session.Session()
# Clients change the models of their session (S3 takes the bucket out of its paths).
_client_session = botocore.session.Session()
_models: dict[str, ServiceModel] = {}


def service_model(service: str) -> ServiceModel:
    if service not in _models:
        _models[service] = _session.get_service_model(service)
    return _models[service]


def operation_model(service: str, operation: str) -> OperationModel:
    return service_model(service).operation_model(operation)


def serialized(service: str, operation: str, parameters: dict[str, Any], protocol: str = "") -> dict[str, Any]:
    """The request dict that botocore's serializer makes, with no validation and none of its handlers."""
    model = operation_model(service, operation)
    protocol = protocol or model.service_model.resolved_protocol
    serializer = create_serializer(protocol, include_validation=False)
    request: dict[str, Any] = serializer.serialize_to_request(parameters, model)
    return request


def request_from(prepared: Any, mount: str = "") -> Request:
    """Our Request from botocore's prepared request."""
    url = urlsplit(prepared.url)
    body = prepared.body or b""
    if hasattr(body, "read"):
        prepared.reset_stream()
        body = body.read()
    return Request(
        method=prepared.method,
        host=url.netloc,
        raw_path=url.path or "/",
        raw_query=url.query,
        headers=tuple((name.lower(), _text(value)) for name, value in prepared.headers.items()),
        body=body.encode() if isinstance(body, str) else body,
        mount=mount,
    )


def _text(value: str | bytes) -> str:
    return value if isinstance(value, str) else value.decode()


def sign(
    request_dict: dict[str, Any],
    service: str,
    region: str,
    endpoint: str,
    *,
    presign: bool = False,
    token: str | None = None,
) -> Request:
    """The request dict, signed for the endpoint (a URL) with ACCESS_KEY and SECRET."""
    model = service_model(service)
    prepare_request_dict(request_dict, endpoint_url=endpoint)
    request = botocore.awsrequest.create_request_object(request_dict)
    is_s3 = model.signing_name == "s3"
    kind = ("s3v4-query" if is_s3 else "v4-query") if presign else ("s3v4" if is_s3 else "v4")
    request.context["client_config"] = Config(s3={"payload_signing_enabled": True})
    request.context["payload_signing_enabled"] = True
    signer = AUTH_TYPE_MAPS[kind](Credentials(ACCESS_KEY, SECRET, token), model.signing_name, region)
    signer.add_auth(request)
    mount = urlsplit(endpoint).path.rstrip("/")
    return request_from(request.prepare(), mount)


def client_request(
    service: str, operation: str, parameters: dict[str, Any], *, region: str = "eu-west-3", **options: Any
) -> Request:
    """The request that a boto3 client sends, all its handlers included; it gets no answer."""
    sent: list[Any] = []

    def capture(request: Any, **_: Any) -> Any:
        sent.append(request)
        raise Captured

    client = _client_session.create_client(
        service,
        region_name=region,
        aws_access_key_id=ACCESS_KEY,
        aws_secret_access_key=SECRET,
        aws_session_token=options.pop("token", None),
        endpoint_url=options.pop("endpoint_url", None),
        config=Config(**options),
    )
    client.meta.events.register("before-send", capture)
    method = getattr(client, xform_name(operation))
    with suppress(Captured):
        method(**parameters)
    mount = urlsplit(client.meta.endpoint_url).path.rstrip("/")
    return request_from(sent[0], mount)


def presigned(
    service: str,
    operation: str,
    parameters: dict[str, Any],
    *,
    expires: int = 3600,
    method: str | None = None,
    **options: Any,
) -> Request:
    """The request of somebody who follows a presigned URL."""
    client = _client_session.create_client(
        service,
        region_name="eu-west-3",
        aws_access_key_id=ACCESS_KEY,
        aws_secret_access_key=SECRET,
        aws_session_token=options.pop("token", None),
        config=Config(signature_version="s3v4" if service == "s3" else "v4", **options),
    )
    url = client.generate_presigned_url(operation, Params=parameters, ExpiresIn=expires, HttpMethod=method)
    parts = urlsplit(url)
    body = parameters.get("Body", b"")
    verb = method or operation_model(service, "".join(p.title() for p in operation.split("_"))).http["method"]
    return Request(verb, parts.netloc, parts.path or "/", parts.query, (("host", parts.netloc),), body)


class Captured(Exception):
    """The request has been seen; nobody answers it."""
