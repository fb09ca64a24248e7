"""Replace parts of other people's code, and refuse to start when those parts are not what they were."""

import inspect
from collections.abc import Callable
from typing import Any


class UpstreamChanged(AssertionError):
    """A library no longer looks as the patch for it expects."""


def expect(holds: bool, what: str) -> None:
    """Raise `UpstreamChanged` unless the statement holds."""
    if not holds:
        raise UpstreamChanged(what)


def expect_signature(owner: Any, name: str, signature: str) -> Callable[..., Any]:
    """Return `owner.name`, which must be callable with exactly the given signature."""
    label = f"{getattr(owner, '__name__', owner)}.{name}"
    found = getattr(owner, name, None)
    if not callable(found):
        raise UpstreamChanged(f"{label} is gone")
    taken = str(inspect.signature(found))
    expect(taken == signature, f"{label} takes {taken}, the patch was made for {signature}")
    return found


def replace(owner: Any, name: str, new: Any, *, signature: str) -> Callable[..., Any]:
    """Put `new` in the place of `owner.name`, whose signature must be the given one; returns the original."""
    original = expect_signature(owner, name, signature)
    setattr(owner, name, new)
    return original
