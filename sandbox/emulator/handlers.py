"""moto's handlers: which of its functions answers at which path of a service."""

import importlib
import re
from functools import cache
from typing import Any

from sandbox.emulator.services import SERVICES

Handler = Any


class NotEmulated(Exception):
    """moto lacks the service or the operation."""


@cache
def handlers(service: str) -> list[tuple[re.Pattern[str], Handler]]:
    """Patterns of paths and moto's handler for each, by botocore's service name; raises NotEmulated."""
    module = SERVICES.get(service)
    if module is None:
        raise NotEmulated(service)
    # The docker-free Lambda has the addresses of the other one.
    urls = importlib.import_module(f"moto.{module.removesuffix('_simple')}.urls")
    return [(re.compile(path.format("")), handler) for path, handler in urls.url_paths.items()]
