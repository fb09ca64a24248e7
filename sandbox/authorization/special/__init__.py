"""Operations that no row describes: a function each, which yields what must be asked."""

from collections.abc import Mapping
from types import MappingProxyType

from . import apigateway
from .asking import Question, Special

__all__ = ["Question", "Special", "find"]

_BY_OPERATION: Mapping[tuple[str, str], Special] = MappingProxyType({})
_BY_SERVICE: Mapping[str, Special] = MappingProxyType({"apigateway": apigateway.on_path})


def find(service: str, operation: str) -> Special | None:
    """The function for an operation, None when its row tells all."""
    return _BY_OPERATION.get((service, operation)) or _BY_SERVICE.get(service)
