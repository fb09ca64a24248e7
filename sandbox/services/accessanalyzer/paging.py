"""Pages of a list."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error
from typing import Any

from sandbox.services.accessanalyzer.refusals import invalid

MOST = 100


def page(found: list[Any], name: str, parameters: dict[str, Any]) -> dict[str, Any]:
    """The page of a list that `nextToken` and `maxResults` ask for, under a name."""
    size = parameters.get("maxResults", MOST)
    if not 1 <= size <= MOST:
        raise invalid(f"maxResults must be from 1 to {MOST}")
    start = _start(name, parameters.get("nextToken"))
    answer: dict[str, Any] = {name: found[start : start + size]}
    if start + size < len(found):
        answer["nextToken"] = urlsafe_b64encode(f"{name} {start + size}".encode()).decode()
    return answer


def _start(name: str, token: str | None) -> int:
    if token is None:
        return 0
    try:
        what, _, number = urlsafe_b64decode(token.encode()).decode().partition(" ")
    except (Error, ValueError):
        what, number = "", ""
    if what != name or not number.isdecimal() or len(number) > 6:
        raise invalid("nextToken is not one that this operation gave")
    return int(number)
