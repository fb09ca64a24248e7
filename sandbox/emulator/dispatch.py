"""Call moto's handler for a request directly, without its Flask front door."""

import io
import logging
from typing import Any
from urllib.parse import unquote_to_bytes

from botocore.exceptions import ClientError
from moto.core.request import PRESERVED_HEADER_NAMES_ENVIRON_KEY, Request, environ_key_for_header
from werkzeug.exceptions import HTTPException

from sandbox.emulator.coverage import emulates
from sandbox.emulator.handlers import Handler, NotEmulated, handlers
from sandbox.emulator.throttling import TooMuchWork
from sandbox.emulator.world import ForeignAccount, World

log = logging.getLogger(__name__)

Answer = tuple[int, list[tuple[str, str]], bytes]


class EmulatorFailure(Exception):
    """moto raised something that is not an answer of AWS; what it had changed must be thrown away."""


class DirectRequest(Request):  # type: ignore[misc]  # moto is untyped to us
    """moto's request, with the URL that moto would put together three times for every call."""

    raw_path = ""
    raw_url = ""

    def __init__(self, environ: dict[str, Any]) -> None:
        super().__init__(environ)
        self.raw_path = environ["RAW_URI"]
        query = environ["QUERY_STRING"]
        self.raw_url = f"https://{environ['HTTP_HOST']}{self.raw_path}{'?' if query else ''}{query}"


def environ(
    *, method: str, host: str, path: str, query: str, headers: list[tuple[str, str]], body: bytes
) -> dict[str, Any]:
    """A WSGI environ as moto expects it; path percent-encoded, header names in lower case."""
    values: dict[str, Any] = {
        "REQUEST_METHOD": method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
        "RAW_URI": path,
        "QUERY_STRING": query,
        "SERVER_NAME": host,
        "SERVER_PORT": "443",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": host,
        "wsgi.url_scheme": "https",
        "wsgi.input": io.BytesIO(body),
        "CONTENT_LENGTH": str(len(body)),
        PRESERVED_HEADER_NAMES_ENVIRON_KEY: {},
    }
    for name, value in headers:
        key = environ_key_for_header(name)
        values[key] = value
        if "_" in name:
            values[PRESERVED_HEADER_NAMES_ENVIRON_KEY][key] = name
    return values


def run(world: World, account_id: str, service: str, operation: str, values: dict[str, Any]) -> Answer:
    """Run one call of an account in a world; raises NotEmulated, ForeignAccount, TooMuchWork or EmulatorFailure.

    `world.touched` then holds the backends that the call has looked at or changed.
    """
    if not emulates(service, operation):
        raise NotEmulated(operation)
    values["HTTP_X_MOTO_ACCOUNT_ID"] = account_id
    request = DirectRequest(values)
    handler = _handler(service, request.raw_path)
    with world.entered(acting=account_id, operation=operation):
        try:
            result = handler(request, request.raw_url, request.headers)
        except HTTPException as error:
            return _of_http_exception(error)
        except ClientError as error:
            return 400, [], str(error.response["Error"]["Message"]).encode()
        except (ForeignAccount, TooMuchWork):
            raise
        except NotImplementedError as error:
            raise NotEmulated(operation) from error
        except Exception as error:
            log.exception("moto failed: %s %s", service, operation)
            raise EmulatorFailure(f"{service} {operation}: {type(error).__name__}") from error
    return _answer(result, is_head=request.method == "HEAD")


def _handler(service: str, path: str) -> Handler:
    for pattern, handler in handlers(service):
        if pattern.match(path):
            return handler
    raise NotEmulated(path)


def _of_http_exception(error: HTTPException) -> Answer:
    headers = [(name, value) for name, value in error.get_headers() or []]
    return error.code or 400, headers, str(error.description or "").encode()


def _answer(result: Any, *, is_head: bool) -> Answer:
    if isinstance(result, (str, bytes)):
        status, headers, body = 200, {}, result
    elif len(result) == 2:
        body, headers = result
        status = headers.get("status", 200)
    else:
        status, headers, body = result
    data = body.encode() if isinstance(body, str) else bytes(body) if body else b""
    # The length is set anew from the body; HEAD has none, and tells the length that GET would have.
    dropped = _DROPPED if is_head else {*_DROPPED, "content-length"}
    kept = [(name, str(value)) for name, value in dict(headers).items() if name.lower() not in dropped]
    return int(status), kept, data


_DROPPED = {"status", "transfer-encoding", "connection"}
