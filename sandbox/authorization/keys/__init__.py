"""Condition keys that a call's parameters, the resource and the action give."""

from .compiled import KeyReader, parameter_keys, resource_keys

__all__ = ["KeyReader", "parameter_keys", "resource_keys"]
