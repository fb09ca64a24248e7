"""Requests as botocore makes and signs them."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import botocore.session
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
    return create_serializer(protocol, include_validation=False).serialize_to_request(parameters, model)


def request_from(prepared: Any, mount: str = "") -> Request:
    """Our Request from botocore's prepared request."""
    url = urlsplit(prepared.url)
    body = prepared.body or b""
    return Request(
        method=prepared.method,
        host=url.netloc,
        raw_path=url.path or "/",
        raw_query=url.query,
        headers=tuple((k.lower(), v if isinstance(v, str) else v.decode()) for k, v in prepared.headers.items()),
        body=body.encode() if isinstance(body, str) else body,
        mount=mount,
    )


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


@dataclass(frozen=True)
class Sample:
    """One operation to be recognised."""

    service: str
    operation: str
    parameters: dict[str, Any]
