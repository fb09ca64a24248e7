"""Rows for operations whose name alone does not tell what they need."""

from collections.abc import Mapping

ROWS: Mapping[str, Mapping[str, str]] = {}
