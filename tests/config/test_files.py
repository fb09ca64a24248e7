"""Static files: types, caching, compression, isolation headers."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from config.files import serve_files


def elsewhere(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
    start_response("404 Not Found", [])
    return [b"django"]


def fetch(app: Callable[..., Iterable[bytes]], path: str, **headers: str) -> tuple[str, dict[str, str], bytes]:
    seen: list[Any] = []
    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": path, **headers}
    blocks = app(environ, lambda status, headers: seen.extend([status, dict(headers)]))
    body = b"".join(blocks)
    close = getattr(blocks, "close", None)
    if close:
        close()
    return seen[0], seen[1], body


@pytest.fixture
def app(tmp_path: Path) -> Callable[..., Iterable[bytes]]:
    files = {
        "static/site.0123456789ab.css": b"css",
        "static/site.css": b"css",
        "runtime/current.json": b"{}",
        "runtime/b1/worker.mjs": b"export {}",
        "runtime/b1/python.wasm": b"\0asm" * 99,
        "runtime/b1/python.wasm.br": b"small",
    }
    for name, content in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    folders = {"static/": tmp_path / "static", "runtime/": tmp_path / "runtime", "none/": tmp_path / "none"}
    return serve_files(elsewhere, folders=folders, autorefresh=False)


@pytest.mark.parametrize(
    ("path", "kind", "cache"),
    [
        ("/runtime/b1/worker.mjs", "text/javascript", "public, max-age=31536000, immutable"),
        ("/runtime/b1/python.wasm", "application/wasm", "public, max-age=31536000, immutable"),
        ("/runtime/current.json", "application/json", "no-cache"),
        ("/static/site.0123456789ab.css", "text/css", "public, max-age=31536000, immutable"),
        ("/static/site.css", "text/css", "max-age=60, public"),
    ],
)
def test_type_and_cache_time(app: Callable[..., Iterable[bytes]], path: str, kind: str, cache: str) -> None:
    status, headers, _ = fetch(app, path)
    assert (status, headers["Content-Type"].split(";")[0], headers["Cache-Control"]) == (
        "200 OK",
        kind,
        cache,
    )


def test_every_file_is_isolated(app: Callable[..., Iterable[bytes]]) -> None:
    for path in ("/runtime/b1/worker.mjs", "/static/site.css"):
        _, headers, _ = fetch(app, path)
        assert headers["Cross-Origin-Embedder-Policy"] == "require-corp"
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert "Access-Control-Allow-Origin" not in headers


def test_a_compressed_neighbour_is_served_to_those_who_take_it(app: Callable[..., Iterable[bytes]]) -> None:
    _, headers, body = fetch(app, "/runtime/b1/python.wasm", HTTP_ACCEPT_ENCODING="gzip, br")
    assert (headers["Content-Encoding"], headers["Content-Type"], body) == (
        "br",
        "application/wasm",
        b"small",
    )
    assert "Content-Encoding" not in fetch(app, "/runtime/b1/python.wasm")[1]


def test_other_paths_go_on_to_django(app: Callable[..., Iterable[bytes]]) -> None:
    for path in ("/", "/static/none.css", "/runtime/../settings.py", "/none/x"):
        assert fetch(app, path)[2] == b"django"
