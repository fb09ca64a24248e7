"""Condition keys that are not plain parameters: by key, by action, or by `service:*`."""

from collections.abc import Callable, Iterable, Mapping

from sandbox.authorization.questions import Asked

READERS: Mapping[str, Callable[[Asked], Iterable[tuple[str, tuple[str, ...]]]]] = {}
