"""Stage 4, for now without policies: administrators may do all in their own account, everyone else nothing."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sandbox.emulator import World, is_administrator
from sandbox.principals import Principal


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a call may go on, and why, in the words of AWS's error message."""

    allowed: bool
    reason: str

    def as_decision(self) -> dict[str, Any]:
        """What the event keeps of it."""
        return {"allowed": self.allowed, "reason": self.reason}


NOT_ADMINISTRATOR = " because no identity-based policy allows the {action} action"
FOREIGN = " because no resource-based policy allows the {action} action"


def decide(world: World, principal: Principal, action: str, parameters: dict[str, Any]) -> Verdict:
    """Tell whether a principal may call an operation; anything unforeseen is a no."""
    foreign = next((name for name in _accounts_named(parameters) if name != principal.account_id), None)
    if foreign is not None:
        return Verdict(False, FOREIGN.format(action=action))
    if principal.kind == "Root":
        return Verdict(True, "the root user of the account")
    if principal.kind == "IAMUser" and is_administrator(world, principal.account_id, principal.user_name):
        return Verdict(True, "AdministratorAccess")
    return Verdict(False, NOT_ADMINISTRATOR.format(action=action))


def _accounts_named(value: Any) -> Iterator[str]:
    """Accounts that the parameters name, by an ARN or by a queue's URL."""
    if isinstance(value, dict):
        for name, member in value.items():
            if name == "QueueUrl" and isinstance(member, str):
                yield from _account_of_queue_url(member)
            else:
                yield from _accounts_named(member)
    elif isinstance(value, (list, tuple)):
        for member in value:
            yield from _accounts_named(member)
    elif isinstance(value, str) and value.startswith("arn:"):
        account = value.split(":", 5)[4:5]
        if account and account[0].isdecimal():
            yield account[0]


def _account_of_queue_url(url: str) -> Iterator[str]:
    parts = url.split("/")
    if len(parts) >= 2 and parts[-2].isdecimal():
        yield parts[-2]
