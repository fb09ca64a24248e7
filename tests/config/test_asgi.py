"""The adapter hands the WSGI callable exactly what was sent, and serves one request at a time."""

import asyncio
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest

from config.adapter import serve

Sent = list[dict[str, Any]]


def request(
    raw_path: bytes = b"/",
    *,
    query: bytes = b"",
    headers: Iterable[tuple[bytes, bytes]] = (),
    method: str = "GET",
) -> dict[str, Any]:
    return {
        "type": "http",
        "method": method,
        "scheme": "http",
        "http_version": "1.1",
        "raw_path": raw_path,
        "query_string": query,
        "headers": list(headers),
        "server": ("127.0.0.1", 8000),
        "client": ("127.0.0.1", 50000),
    }


def call(app: Callable[..., Iterable[bytes]], scope: dict[str, Any], *parts: bytes, limit: int = 100) -> Sent:
    """Run one request through the adapter; return the ASGI messages that it sent."""
    sent: Sent = []
    waiting = list(parts) or [b""]

    async def receive() -> dict[str, Any]:
        if not waiting:
            return {"type": "http.disconnect"}
        return {"type": "http.request", "body": waiting.pop(0), "more_body": bool(waiting)}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    asyncio.run(serve(app, max_body=limit, deadline=0)(scope, receive, send))  # type: ignore[arg-type]
    return sent


def environ_of(scope: dict[str, Any], *parts: bytes) -> dict[str, Any]:
    """Return the environ that the WSGI callable saw, its body read."""
    seen: dict[str, Any] = {}

    def app(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        seen.update(environ, body=environ["wsgi.input"].read())
        start_response("200 OK", [])
        return [b""]

    call(app, scope, *parts)
    return seen


@pytest.mark.parametrize(
    ("raw_path", "path_info"),
    [
        (b"/aws/b/a%2Fb", "/aws/b/a/b"),
        (b"/aws/b/a%252Fb", "/aws/b/a%2Fb"),
        (b"/aws/b/%7Ex~+%2B%20", "/aws/b/~x~++ "),
        (b"/aws/b/%C3%A9", "/aws/b/\u00c3\u00a9"),
        (b"/aws//b/../c/%zz%", "/aws//b/../c/%zz%"),
    ],
)
def test_the_path_arrives_as_it_was_sent_and_decoded(raw_path: bytes, path_info: str) -> None:
    environ = environ_of(request(raw_path, query=b"x=%2F+~&y"))
    assert environ["RAW_URI"] == raw_path.decode() + "?x=%2F+~&y"
    assert environ["PATH_INFO"] == path_info
    assert environ["QUERY_STRING"] == "x=%2F+~&y"


def test_all_headers_arrive_in_order_with_their_bytes() -> None:
    headers = [(b"x-amz-meta-my_key", b"1"), (b"x-amz-meta-my-key", b"2"), (b"x-latin", b"\xe9")]
    assert environ_of(request(headers=headers))["entrypoint.headers"] == headers


def test_a_name_with_an_underscore_cannot_pass_for_another() -> None:
    environ = environ_of(request(headers=[(b"x_forwarded_proto", b"https"), (b"x-a", b"1")]))
    assert {key: value for key, value in environ.items() if key.startswith("HTTP_")} == {"HTTP_X_A": "1"}


def test_a_repeated_header_is_joined() -> None:
    headers = [(b"accept", b"a"), (b"accept", b"b"), (b"cookie", b"c=1"), (b"cookie", b"d=2")]
    environ = environ_of(request(headers=headers))
    assert (environ["HTTP_ACCEPT"], environ["HTTP_COOKIE"]) == ("a,b", "c=1; d=2")


def test_a_body_in_parts_arrives_whole_with_its_length() -> None:
    environ = environ_of(request(headers=[(b"content-type", b"text/plain")], method="POST"), b"ab", b"", b"cd")
    assert (environ["body"], environ["CONTENT_LENGTH"], environ["CONTENT_TYPE"]) == (
        b"abcd",
        "4",
        "text/plain",
    )


def never(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
    raise AssertionError("called")


@pytest.mark.parametrize(("headers", "parts"), [([(b"content-length", b"101")], [b""]), ([], [b"x" * 60, b"x" * 60])])
def test_a_body_that_is_too_long_is_refused(headers: list[tuple[bytes, bytes]], parts: list[bytes]) -> None:
    assert call(never, request(headers=headers), *parts)[0]["status"] == 413


def test_a_client_that_leaves_reaches_nobody() -> None:
    scope = request()

    async def receive() -> dict[str, Any]:
        return {"type": "http.disconnect"}

    async def send(message: dict[str, Any]) -> None:
        raise AssertionError(message)

    asyncio.run(serve(never, max_body=1, deadline=0)(scope, receive, send))  # type: ignore[arg-type]


def test_django_sees_no_event_loop() -> None:
    def app(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterator[bytes]:
        start_response("200 OK", [])
        for _ in range(2):
            with pytest.raises(RuntimeError):
                asyncio.get_running_loop()
            yield b"ok"

    sent = call(app, request())
    assert [message.get("body") for message in sent] == [None, b"ok", b"ok"]
    assert [message.get("more_body") for message in sent] == [None, True, False]


def test_status_and_headers_are_passed_on() -> None:
    def app(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        start_response("404 Not Found", [("X-Name", "caf\u00e9")])
        return [b"no", b"pe"]

    assert call(app, request()) == [
        {"type": "http.response.start", "status": 404, "headers": [(b"X-Name", b"caf\xe9")]},
        {"type": "http.response.body", "body": b"nope"},
    ]


def test_an_answer_without_blocks_is_sent_as_an_empty_body() -> None:
    def app(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterator[bytes]:
        start_response("304 Not Modified", [])
        return iter(())

    assert [message.get("body") for message in call(app, request())] == [None, b""]


def test_an_exception_becomes_a_plain_500_and_a_log_line(caplog: pytest.LogCaptureFixture) -> None:
    def app(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        raise ValueError("secret")

    sent = call(app, request(b"/x"))
    assert (sent[0]["status"], b"secret" in sent[1]["body"]) == (500, False)
    assert caplog.messages == ["GET /x"]


def test_the_answer_is_closed_also_when_the_client_has_left() -> None:
    class Answer:
        closed = False

        def __iter__(self) -> Iterator[bytes]:
            return iter([b"a", b"b"])

        def close(self) -> None:
            Answer.closed = True

    def app(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        start_response("200 OK", [])
        return Answer()

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b""}

    async def send(message: dict[str, Any]) -> None:
        raise ConnectionError

    with pytest.raises(ConnectionError):
        asyncio.run(serve(app, max_body=1, deadline=0)(request(), receive, send))  # type: ignore[arg-type]
    assert Answer.closed
