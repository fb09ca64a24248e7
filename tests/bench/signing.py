"""Requests as boto3 makes and signs them, kept instead of sent."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import boto3
from botocore.awsrequest import AWSPreparedRequest
from botocore.config import Config

REGION = "us-east-1"
NOT_SENT = {"expect", "connection", "accept-encoding", "content-length", "host"}


class _Kept(Exception):
    """Stops botocore before it sends."""


@dataclass(frozen=True)
class Account:
    """Credentials on one target."""

    account_id: str
    access_key_id: str
    secret_access_key: str


def client(service: str, account: Account, endpoint_url: str) -> Any:
    """Make a client for one account on one target."""
    return boto3.client(
        service,
        endpoint_url=endpoint_url,
        region_name=REGION,
        aws_access_key_id=account.access_key_id,
        aws_secret_access_key=account.secret_access_key,
        config=Config(retries={"total_max_attempts": 1}, read_timeout=30, connect_timeout=5),
    )


def signed(made: Any, method: str, parameters: dict[str, Any]) -> bytes:
    """Let a client build and sign one call; return the bytes it would have sent."""
    kept: list[AWSPreparedRequest] = []

    def keep(request: AWSPreparedRequest, **_: object) -> None:
        kept.append(request)
        raise _Kept

    made.meta.events.register("before-send", keep)
    try:
        getattr(made, method)(**parameters)
    except _Kept:
        pass
    finally:
        made.meta.events.unregister("before-send", keep)
    return wire_form(kept[0])


def wire_form(request: AWSPreparedRequest) -> bytes:
    """Write a prepared request as HTTP/1.1."""
    url = urlsplit(request.url)
    body = request.body or b""
    if hasattr(body, "read"):
        body = body.read()
    if isinstance(body, str):
        body = body.encode()
    path = (url.path or "/") + (f"?{url.query}" if url.query else "")
    lines = [f"{request.method} {path} HTTP/1.1".encode(), f"Host: {url.netloc}".encode()]
    for name, value in request.headers.items():
        if name.lower() not in NOT_SENT:
            lines.append(name.encode() + b": " + (value if isinstance(value, bytes) else str(value).encode()))
    lines.append(b"Content-Length: %d" % len(body))
    return b"\r\n".join([*lines, b"", bytes(body)])
