"""From a call to what must be allowed: actions, resources and condition keys after AWS's reference."""

from .plans import mapped, needs
from .questions import Asked, Need, Unmapped
from .state import Resource, State

__all__ = ["Asked", "Need", "Resource", "State", "Unmapped", "mapped", "needs"]
