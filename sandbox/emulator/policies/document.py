"""A policy as it is stored: its text, and the name by which AWS speaks of it."""

import json
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Document:
    """A policy's JSON text; `name` is a managed policy's ARN, an inline one's name or the carrying resource's ARN."""

    name: str
    text: str


def as_text(document: Any) -> str:
    """Text of a policy that moto keeps as text, bytes or, when a template made it, as an object."""
    if isinstance(document, bytes):
        return document.decode()
    return document if isinstance(document, str) else json.dumps(document, default=str)
