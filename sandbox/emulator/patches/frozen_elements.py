"""Objects and items that did not change since the last snapshot are not pickled again.

A bucket or a table holds many of them, and a call changes one. Each keeps its pickle until something is set on it.
"""

import functools
from collections.abc import Callable
from typing import Any

from moto.dynamodb.models.dynamo_type import Item
from moto.dynamodb.parsing.executors import UpdateExpressionExecutor
from moto.s3.models import FakeKey

from sandbox.emulator import snapshots
from sandbox.emulator.expectation import expect
from sandbox.emulator.world import current

FROZEN = "_frozen"
# Methods that change an element without setting an attribute of it.
INSIDE = {FakeKey: ("set_metadata",), Item: ("update_with_attribute_updates",)}


def _reduce(element: Any) -> tuple[Any, ...]:
    frozen = element.__dict__.get(FROZEN)
    if frozen is None:
        frozen = element.__dict__[FROZEN] = snapshots.pickled(_state(element))
    return thaw, (type(element), frozen)


def _state(element: Any) -> dict[str, Any]:
    return {name: value for name, value in element.__dict__.items() if name not in (FROZEN, "lock")}


def thaw(kind: Any, frozen: bytes) -> Any:
    """Make an element again; it keeps the pickle that it came from."""
    element = kind.__new__(kind)
    state = snapshots.unpickled(frozen, current())
    if hasattr(kind, "__setstate__"):
        element.__setstate__(state)
    else:
        element.__dict__.update(state)
    element.__dict__[FROZEN] = frozen
    return element


def _set(self: Any, name: str, value: Any) -> None:
    object.__setattr__(self, name, value)
    self.__dict__.pop(FROZEN, None)


def _melting(method: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(method)
    def changed(self: Any, *args: Any, **kwargs: Any) -> Any:
        self.__dict__.pop(FROZEN, None)
        return method(self, *args, **kwargs)

    return changed


def _execute(original: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(original)
    def execute(self: Any, *args: Any, **kwargs: Any) -> Any:
        self.item.__dict__.pop(FROZEN, None)
        return original(self, *args, **kwargs)

    return execute


def apply() -> None:
    """Let objects and items remember their pickles, and forget them when they change."""
    for kind, methods in INSIDE.items():
        changed: Any = kind
        for method in methods:
            expect(hasattr(kind, method), f"{kind.__name__}.{method}")
            setattr(changed, method, _melting(getattr(changed, method)))
        changed.__setattr__ = _set
        snapshots.REDUCERS[kind] = _reduce
    executor: Any = UpdateExpressionExecutor
    executor.execute = _execute(executor.execute)
    snapshots.ALLOWED[thaw.__module__, thaw.__qualname__] = thaw
