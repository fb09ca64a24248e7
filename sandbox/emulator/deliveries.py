"""What services bring to resources on their own: a topic's message to a queue, a bucket's event to a topic."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Delivery:
    """One delivery; ARNs whole. `source_account` is the account that the service acts for.

    With a role the service delivers by that role's permissions, otherwise by the policy of the resource. `service` is
    "" for an account that delivers as itself.
    """

    service: str
    action: str
    resource: str
    source_arn: str
    source_account: str
    role_arn: str = ""


# Decides in a world whether a delivery is allowed.
Judge = Callable[[Any, Delivery], bool]


def refuse(world: Any, delivery: Delivery) -> bool:
    """Stand in for a judge where there is none."""
    return False
