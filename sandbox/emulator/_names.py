"""moto's conversions of names and times, remembered or shortened, before any of its modules has taken them over."""

import functools
import time
from typing import Any

import moto.core.utils as core_utils

_slow_unix_time = core_utils.unix_time


def _unix_time(dt: Any = None) -> float:
    return time.time() if dt is None else _slow_unix_time(dt)


def prepare() -> None:
    """Replace the functions where moto's modules import them from."""
    names: Any = core_utils
    names.camelcase_to_underscores = functools.cache(names.camelcase_to_underscores)
    names.method_names_from_class = functools.cache(names.method_names_from_class)
    names.unix_time = _unix_time
