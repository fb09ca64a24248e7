"""A resource that a stack is about to make, as moto has resolved it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class StackResource:
    """One resource of a template; `name` is the one that it is made with."""

    account_id: str
    region: str
    stack_name: str
    logical_id: str
    type: str
    name: str
    properties: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Stumble:
    """The resource that could not be made or changed (`verb` CREATE or UPDATE), and why not."""

    stack_name: str
    logical_id: str
    type: str
    reason: str
    verb: str = "CREATE"


# Gives the reason why a resource may not be made, "" where it may.
Objection = Callable[[StackResource], str]


def no_objection(resource: StackResource) -> str:
    """Stand in where nobody decides: the emulator by itself does what it is told."""
    return ""
