"""What the mapping asks of the account's state: which resource is meant, and what it carries."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Resource:
    """An existing resource; `keys` are condition keys of its own, named as in policies, beside its tags."""

    arn: str
    account_id: str
    tags: Mapping[str, str] = field(default_factory=dict)
    keys: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


class State(Protocol):
    """The state as one account sees it in one region."""

    def find(self, kind: str, identifier: str) -> Resource | None:
        """The resource that a name, id, ARN, alias or URL means; None when there is none.

        `kind` is prefix and resource type of the Service Authorization Reference ("iam:user", "kms:key").
        """
        ...

    def linked(self, kind: str, identifier: str, to: str) -> tuple[Resource, ...]:
        """Resources of kind `to` that another one refers to ("ec2:instance" → its "ec2:volume"s); () for none."""
        ...
