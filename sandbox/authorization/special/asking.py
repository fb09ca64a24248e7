"""What the functions of this package yield."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from sandbox.authorization.locating import Located
from sandbox.authorization.questions import Asked
from sandbox.authorization.state import State


@dataclass(frozen=True, slots=True)
class Question:
    """An action on one resource, with condition keys beyond those that every call gives."""

    action: str
    located: Located
    keys: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


Special = Callable[[Asked, State], Iterable[Question]]
