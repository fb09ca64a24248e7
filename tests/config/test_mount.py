"""Who answers which path."""

from collections.abc import Callable, Iterable
from typing import Any

import pytest

from config.wsgi import mount


def named(name: bytes) -> Callable[..., Iterable[bytes]]:
    return lambda environ, start_response: [name]


@pytest.mark.parametrize(
    ("path", "who"),
    [
        ("/aws", b"gateway"),
        ("/aws/", b"gateway"),
        ("/aws/bucket/healthz", b"gateway"),
        ("/awsome", b"rest"),
        ("/", b"rest"),
        ("/healthz", b"health"),
        ("/healthz/", b"rest"),
        ("//aws/x", b"rest"),
    ],
)
def test_each_path_reaches_its_part(path: str, who: bytes) -> None:
    site = mount(gateway=named(b"gateway"), health=named(b"health"), rest=named(b"rest"), gateway_path="/aws")
    environ: dict[str, Any] = {"PATH_INFO": path}
    assert list(site(environ, lambda *_: None)) == [who]
