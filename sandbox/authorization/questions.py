"""What is asked of AWS, and what must be allowed for it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Asked:
    """An API call; `service`, `operation` and `parameters` named as botocore names them.

    `caller_arn` is for calls on the calling user itself, which need not name it.
    """

    service: str
    operation: str
    region: str
    partition: str
    account_id: str
    parameters: Mapping[str, Any]
    caller_arn: str = ""


@dataclass(frozen=True, slots=True)
class Need:
    """One question to the policies; `context` by lower-case condition key, without the caller's and the network's."""

    action: str
    resource: str
    resource_account: str
    context: dict[str, tuple[str, ...]] = field(default_factory=dict)


class Unmapped(Exception):
    """Nobody knows what must be allowed for this operation, so nothing is."""

    def __init__(self, service: str, operation: str) -> None:
        super().__init__(f"{service} {operation}")
        self.service = service
        self.operation = operation
