"""botocore's HTTP session: every request goes to the page's gateway in one envelope, as it was signed."""

import io
import json
from collections.abc import Iterator
from typing import Any

from entrypoint_runtime.guard import expect

INSTANCE_METADATA = "//169.254."


class Body(io.BytesIO):
    """The body of an answer, with those methods of urllib3's response that botocore calls."""

    def stream(self, amt: int = 65536, decode_content: bool | None = None) -> Iterator[bytes]:
        while chunk := self.read(amt):
            yield chunk

    def release_conn(self) -> None:
        """There is no connection to give back."""

    @property
    def data(self) -> bytes:
        return self.getvalue()


def body_bytes(body: Any) -> bytes:
    """The request's body as bytes: botocore hands over None, text, bytes or something to read."""
    if body is None:
        return b""
    if hasattr(body, "read"):
        body = body.read()
    return body.encode() if isinstance(body, str) else bytes(body)


def header_pairs(headers: Any) -> list[list[str]]:
    """Headers in the order and spelling in which they were signed."""
    return [
        [name, value.decode("latin1") if isinstance(value, bytes) else str(value)] for name, value in headers.items()
    ]


class EnvelopeSession:
    """Stands where botocore has `URLLib3Session`."""

    def __init__(self, *_args: Any, **_kwargs: Any) -> None:
        """Timeouts, pools, proxies and certificates are the browser's business."""

    def send(self, request: Any) -> Any:
        """Send a prepared request; raises botocore's own errors when there is no answer."""
        from botocore.awsrequest import AWSResponse, HeadersDict
        from botocore.exceptions import ConnectTimeoutError, EndpointConnectionError
        from entrypoint_host import send
        from pyodide.ffi import to_js

        if INSTANCE_METADATA in request.url:
            # botocore asks there when it finds no credentials; waiting for its time-out would help nobody.
            raise ConnectTimeoutError(endpoint_url=request.url, error="this computer has no instance metadata")
        head = {"method": request.method, "url": request.url, "headers": header_pairs(request.headers)}
        answer = send(json.dumps(head), to_js(body_bytes(request.body)))
        if answer.error:
            raise EndpointConnectionError(endpoint_url=request.url, error=answer.error)
        meta, content = json.loads(answer.head), answer.body.to_bytes()
        headers = HeadersDict()
        for name, value in meta["headers"]:
            headers[name] = value
        return AWSResponse(request.url, meta["status"], headers, Body(content))

    def close(self) -> None:
        """There is nothing to close."""


def install() -> None:
    """Put the session in place; must run before botocore's endpoint module takes it as a default argument."""
    import botocore.httpsession

    expect("/awscli/" in botocore.httpsession.__file__, "botocore is not the one that awscli brings along")
    expect(hasattr(botocore.httpsession, "URLLib3Session"), "botocore.httpsession.URLLib3Session is gone")
    botocore.httpsession.URLLib3Session = EnvelopeSession

    import botocore.endpoint
    import botocore.utils

    expect(
        botocore.endpoint.URLLib3Session is EnvelopeSession,
        "botocore.endpoint was imported before the transport was put in place",
    )
    expect(
        botocore.utils.botocore.httpsession.URLLib3Session is EnvelopeSession,
        "botocore.utils takes its HTTP session from somewhere else",
    )
