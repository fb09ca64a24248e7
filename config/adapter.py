"""Call a WSGI callable from an ASGI server, in the event loop's own thread (docs/adr/0001)."""

import asyncio
import io
import logging
import signal
import sys
from collections.abc import Awaitable, Callable, Iterable, Iterator
from types import TracebackType
from typing import IO, Any
from urllib.parse import unquote_to_bytes

import sandbox.deadline
from config.affinity import Answer, Neighbours, Run
from sandbox.deadline import DeadlineExceeded

Scope = dict[str, Any]
Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Environ = dict[str, Any]
Header = tuple[bytes, bytes]
WsgiApp = Callable[..., Iterable[bytes]]
AsgiApp = Callable[[Scope, Receive, Send], Awaitable[None]]

BLOCK = 256 * 1024
SPINNING = 10.0
DELAY = b"x-entrypoint-delay"
LONGEST_DELAY = 30.0
PLAIN = [(b"content-type", b"text/plain; charset=utf-8")]
FAILED = b"Something went wrong on the server.\n"
NOT_HTTP = {"content-type": "CONTENT_TYPE", "content-length": "CONTENT_LENGTH"}

log = logging.getLogger(__name__)


class BodyTooLarge(Exception):
    """The body is longer than MAX_BODY_BYTES."""


class FileBlocks:
    """A `wsgi.file_wrapper` that reads large blocks, since each costs a turn of the loop."""

    def __init__(self, file: IO[bytes], block: int = BLOCK) -> None:
        self.file = file
        self.block = max(block, BLOCK)

    def __iter__(self) -> Iterator[bytes]:
        return iter(lambda: self.file.read(self.block), b"")

    def close(self) -> None:
        """Close the file."""
        self.file.close()


class Started:
    """The answer's status and headers, once the WSGI callable has given them."""

    __slots__ = ("headers", "status")

    def __init__(self) -> None:
        self.status = 0
        self.headers: list[Header] = []

    def __call__(
        self,
        status: str,
        headers: list[tuple[str, str]],
        exc_info: tuple[type[BaseException], BaseException, TracebackType] | None = None,
    ) -> None:
        self.status = int(status[:3])
        self.headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers]


class Alone:
    """Hide the event loop from Django while inside, and end what gets stuck there.

    Three kernel timers, which work also when C code holds the interpreter's lock: what computes for long is
    interrupted (sandbox.deadline); what computes on for `SPINNING` seconds of processor time, or has waited for
    `deadline` seconds, is ended with its process. The server starts a new worker.
    """

    __slots__ = ("deadline", "loop")

    def __init__(self, deadline: float) -> None:
        self.deadline = deadline

    def __enter__(self) -> None:
        self.loop = asyncio.get_running_loop()
        asyncio._set_running_loop(None)
        if self.deadline:
            signal.setitimer(signal.ITIMER_REAL, self.deadline)
            signal.setitimer(signal.ITIMER_PROF, SPINNING)
            sandbox.deadline.start()

    def __exit__(self, *_: object) -> None:
        if self.deadline:
            sandbox.deadline.stop()
            signal.setitimer(signal.ITIMER_PROF, 0)
            signal.setitimer(signal.ITIMER_REAL, 0)
        asyncio._set_running_loop(self.loop)


def serve(app: WsgiApp, *, max_body: int, deadline: float, neighbours: Neighbours | None = None) -> AsgiApp:
    """Make an ASGI callable of a WSGI callable that runs one request at a time."""
    alone = Alone(deadline)
    if deadline:
        sandbox.deadline.install()

    def run(scope: Scope, body: bytes) -> Answer:
        return run_at_once(app, make_environ(scope, body), alone)

    async def asgi(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await live(receive, send, neighbours, run)
        if scope["type"] != "http":
            return
        try:
            body = await read_body(scope["headers"], receive, max_body)
        except BodyTooLarge:
            await send_answer(send, (413, PLAIN, b"The body is too large.\n"))
            return
        except ConnectionError:
            return
        other = await neighbours.elsewhere(scope, body) if neighbours else None
        if other is not None:
            await send_answer(send, other)
        else:
            await answer(app, make_environ(scope, body), send, alone)

    return asgi


async def live(receive: Receive, send: Send, neighbours: Neighbours | None, run: Run) -> None:
    """Follow the server's start and stop."""
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup" and neighbours:
            await neighbours.join(run)
        await send({"type": message["type"] + ".complete"})
        if message["type"] == "lifespan.shutdown":
            return


async def read_body(headers: list[Header], receive: Receive, limit: int) -> bytes:
    """Collect the whole body; raises BodyTooLarge, or ConnectionError when the client leaves."""
    for name, value in headers:
        if name == b"content-length" and value.isdigit() and int(value) > limit:
            raise BodyTooLarge
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ConnectionError
        part = message.get("body", b"")
        size += len(part)
        if size > limit:
            raise BodyTooLarge
        if not message.get("more_body"):
            return b"".join([*parts, part]) if parts else part
        parts.append(part)


def make_environ(scope: Scope, body: bytes) -> Environ:
    """Write the request as PEP 3333 does, and add `RAW_URI` and `entrypoint.headers` with nothing lost."""
    raw_path: bytes = scope["raw_path"]
    query: bytes = scope["query_string"]
    headers: list[Header] = scope["headers"]
    server = scope.get("server") or ("", 0)
    client = scope.get("client") or ("", 0)
    environ: Environ = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(raw_path).decode("latin-1"),
        "QUERY_STRING": query.decode("latin-1"),
        "RAW_URI": (raw_path + b"?" + query if query else raw_path).decode("latin-1"),
        "SERVER_NAME": server[0],
        "SERVER_PORT": str(server[1]),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "REMOTE_ADDR": client[0],
        "CONTENT_LENGTH": str(len(body)),
        "entrypoint.headers": headers,
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.get("scheme", "http"),
        "wsgi.input": io.BytesIO(body),
        "wsgi.input_terminated": True,
        "wsgi.errors": sys.stderr,
        "wsgi.file_wrapper": FileBlocks,
        "wsgi.multithread": False,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    add_headers(environ, headers)
    return environ


def add_headers(environ: Environ, headers: list[Header]) -> None:
    """Add the `HTTP_*` keys; a name with an underscore could pass for another and is left out."""
    for raw_name, raw_value in headers:
        name = raw_name.decode("latin-1")
        if "_" in name or name == "content-length":
            continue
        key = NOT_HTTP.get(name) or "HTTP_" + name.upper().replace("-", "_")
        value = raw_value.decode("latin-1")
        if key in environ:
            value = environ[key] + ("; " if key == "HTTP_COOKIE" else ",") + value
        environ[key] = value


def run_at_once(app: WsgiApp, environ: Environ, alone: Alone) -> Answer:
    """Run the WSGI callable for a neighbour; return the whole answer."""
    started = Started()
    try:
        with alone:
            result = app(environ, started)
            try:
                body = b"".join(result)
            finally:
                if hasattr(result, "close"):
                    result.close()
    except (Exception, DeadlineExceeded):
        log.exception("%s %s", environ["REQUEST_METHOD"], environ["PATH_INFO"])
        return 500, PLAIN, FAILED
    return started.status, started.headers, body


async def answer(app: WsgiApp, environ: Environ, send: Send, alone: Alone) -> None:
    """Run the WSGI callable and send what it says; an exception becomes a plain 500 and a log line."""
    started = Started()
    try:
        with alone:
            result = app(environ, started)
    except (Exception, DeadlineExceeded):
        log.exception("%s %s", environ["REQUEST_METHOD"], environ["PATH_INFO"])
        await send_answer(send, (500, PLAIN, FAILED))
        return
    try:
        if isinstance(result, list):
            await send_answer(send, (started.status, started.headers, b"".join(result)))
        else:
            await send_blocks(send, started, iter(result), alone)
    finally:
        close = getattr(result, "close", None)
        if close is not None:
            with alone:
                close()


async def send_blocks(send: Send, started: Started, blocks: Iterator[bytes], alone: Alone) -> None:
    """Send an iterable block by block; the loop serves others in between."""
    with alone:
        block = next(blocks, b"")
    await send({"type": "http.response.start", "status": started.status, "headers": started.headers})
    while block is not None:
        with alone:
            following = next(blocks, None)
        await send({"type": "http.response.body", "body": block, "more_body": following is not None})
        block = following  # type: ignore[assignment]  # None ends the loop


async def send_answer(send: Send, answer: Answer) -> None:
    """Send a whole answer, after the delay that it asks for; others are served meanwhile."""
    status, headers, body = answer
    delay = next((float(value) for name, value in headers if name == DELAY), 0.0)
    if delay:
        headers = [header for header in headers if header[0] != DELAY]
        await asyncio.sleep(min(delay, LONGEST_DELAY))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
