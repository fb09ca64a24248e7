"""Listings of S3 go on in any process: moto keeps its tokens in memory, and stumbles over a listing of nothing."""

from typing import Any

from moto.s3.models import FakeKey, S3Backend

from sandbox.emulator.expectation import expect
from sandbox.emulator.list_tokens import key_of, make_token


class _Tokens:
    """Stands for moto's dictionary from tokens to keys."""

    def get(self, token: str | None) -> str | None:
        return key_of(token) if token else None


def _truncate_result(self: Any, result_keys: Any, max_keys: int) -> tuple[Any, bool, str | None]:
    if max_keys == 0 or len(result_keys) <= max_keys:
        return result_keys[:max_keys], False, None
    last = result_keys[max_keys - 1]
    return result_keys[:max_keys], True, make_token(last.name if isinstance(last, FakeKey) else last)


def apply() -> None:
    """Make tokens that say where they lead."""
    backend: Any = S3Backend
    expect(callable(getattr(backend, "_truncate_result", None)), "S3Backend._truncate_result")
    backend._truncate_result = _truncate_result
    backend._pagination_tokens = property(lambda self: _Tokens(), lambda self, value: None)
