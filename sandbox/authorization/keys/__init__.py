"""Condition keys that a call's parameters, the resource and the action give."""

from .compiled import parameter_keys, resource_keys
from .readers import KeyReader

__all__ = ["KeyReader", "parameter_keys", "resource_keys"]
