"""The browser's envelope."""

import json
from typing import Any
from uuid import UUID

import pytest

from sandbox.wire import BadEnvelope, Request, Response, read_envelope, write_envelope

ENVIRONMENT = "7d0a55a1-3c3c-4b6c-8d31-0f6f0b1f8a55"


def packed(body: bytes = b"", **header: Any) -> bytes:
    whole = {"method": "GET", "url": "https://s3.eu-west-3.amazonaws.com/", "headers": []} | header
    data = json.dumps(whole).encode()
    return len(data).to_bytes(4, "little") + data + body


def test_request_is_as_it_was_signed() -> None:
    data = packed(
        b"\x00body",
        method="PUT",
        url="https://b.s3.eu-west-3.amazonaws.com:8443/a/../b//c%2Fd?x=%20&y",
        headers=[["X-Amz-Date", "1"], ["X-A", "2"], ["x-a", "é"]],
        environment=ENVIRONMENT,
    )
    request = Request(
        method="PUT",
        host="b.s3.eu-west-3.amazonaws.com:8443",
        raw_path="/a/../b//c%2Fd",
        raw_query="x=%20&y",
        headers=(("x-amz-date", "1"), ("x-a", "2"), ("x-a", "é")),
        body=b"\x00body",
        source_ip="192.0.2.1",
    )
    assert read_envelope(data, source_ip="192.0.2.1") == (request, UUID(ENVIRONMENT))


@pytest.mark.parametrize(
    ("url", "host", "path", "query"),
    [
        ("https://STS.amazonaws.com:443", "sts.amazonaws.com", "/", ""),
        ("http://localhost:80/?a=b?c", "localhost", "/", "a=b?c"),
        ("http://localhost:8000?a", "localhost:8000", "/", "a"),
        ("https://[::1]:8000/x", "[::1]:8000", "/x", ""),
    ],
)
def test_hosts_and_paths_of_urls(url: str, host: str, path: str, query: str) -> None:
    request, environment = read_envelope(packed(url=url))
    assert (request.host, request.raw_path, request.raw_query) == (host, path, query)
    assert environment is None


@pytest.mark.parametrize(
    ("data", "named"),
    [
        (b"", "length"),
        (b"\xff\xff\xff\xff", "65536"),
        (b"\x10\x00\x00\x00{}", "ends before"),
        (b"\x02\x00\x00\x00{]", "JSON"),
        (b"\x02\x00\x00\x00[]", "object"),
        (b"\x02\x00\x00\x00\xff\xfe", "JSON"),
        (packed(method="CONNECT"), "method"),
        (packed(method=["GET"]), "method"),
        (packed(url=None), "url"),
        (packed(url="/relative"), "url"),
        (packed(url="ftp://host/"), "url"),
        (packed(url="https://host/a#b"), "url"),
        (packed(url="https://host/a b"), "url"),
        (packed(url="https://host/é"), "url"),
        (packed(url="https://user@host/"), "url"),
        (packed(url="https://host:99999/"), "url"),
        (packed(url="https://[/"), "url"),
        (packed(headers={"a": "b"}), "headers"),
        (packed(headers=[["a"]]), "headers"),
        (packed(headers=[["a", 1]]), "headers"),
        (packed(headers=[["a b", "c"]]), "headers"),
        (packed(headers=[["a", "b\r\nc: d"]]), "headers"),
        (packed(headers=[["a", "\ud800"]]), "headers"),
        (packed(environment="mine"), "environment"),
        (packed(environment=7), "environment"),
    ],
)
def test_what_is_wrong_is_named(data: bytes, named: str) -> None:
    with pytest.raises(BadEnvelope, match=named):
        read_envelope(data)


def test_answer() -> None:
    data = write_envelope(Response(404, (("Content-Type", "text/xml"),), b"<x/>"))
    length = int.from_bytes(data[:4], "little")
    assert json.loads(data[4 : 4 + length]) == {"status": 404, "headers": [["Content-Type", "text/xml"]]}
    assert data[4 + length :] == b"<x/>"
