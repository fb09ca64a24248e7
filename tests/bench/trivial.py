"""An application that answers at once."""

from collections.abc import Callable, Iterable
from typing import Any

ANSWER = b"y" * 400


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Answer 200 with 400 bytes."""
    environ["wsgi.input"].read()
    start_response("200 OK", [("Content-Type", "text/xml"), ("Content-Length", str(len(ANSWER)))])
    return [ANSWER]
