"""boto3 clients that call the gateway in this process: no socket, no signature, a principal given by the caller."""

import io
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import boto3
from botocore import UNSIGNED
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.config import Config

from sandbox import gateway
from sandbox.models import Account
from sandbox.principals import root_of
from sandbox.trail import SETUP_USER_AGENT
from sandbox.wire import Request, Response

Answerer = Callable[[Request], Response]


def client(account: Account, service: str, *, region: str) -> Any:
    """A client that acts as the account's root user; what it changes is stored, its events say that it was setup."""
    principal = root_of(account.pk)
    return connected(service, region, lambda request: gateway.handle(request, principal=principal))


def connected(service: str, region: str, answer: Answerer) -> Any:
    """A boto3 client whose requests are answered by a function instead of by the network."""
    made = boto3.session.Session().client(
        service,
        region_name=region,
        config=Config(
            signature_version=UNSIGNED,
            retries={"total_max_attempts": 1},
            s3={"addressing_style": "path"},
        ),
    )
    made.meta.events.register_last("before-send", _sender(answer))
    return made


def _sender(answer: Answerer) -> Callable[..., AWSResponse]:
    def send(request: AWSPreparedRequest, **_: Any) -> AWSResponse:
        request.reset_stream()  # its checksum has been read from it
        del request.headers["User-Agent"]
        request.headers["User-Agent"] = SETUP_USER_AGENT
        response = answer(_as_sent(request))
        return AWSResponse(request.url, response.status, dict(response.headers), _Raw(response.body))

    return send


class _Raw(io.BytesIO):
    """A body as botocore reads it from urllib3."""

    def stream(self, amount: int = 65536, decode_content: bool | None = None) -> Any:
        while chunk := self.read(amount):
            yield chunk


def _as_sent(request: AWSPreparedRequest) -> Request:
    url = urlsplit(request.url)
    headers = tuple((name.lower(), _text(value)) for name, value in request.headers.items())
    return Request(
        method=request.method,
        host=url.netloc,
        raw_path=url.path or "/",
        raw_query=url.query,
        headers=headers,
        body=_body(request.body),
        source_ip="127.0.0.1",
    )


def _text(value: Any) -> str:
    return value.decode("utf-8") if isinstance(value, bytes) else str(value)


def _body(body: Any) -> bytes:
    if body is None:
        return b""
    if hasattr(body, "read"):
        body = body.read()
    return body.encode() if isinstance(body, str) else bytes(body)
