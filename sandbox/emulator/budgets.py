"""The budgets of an account, as moto keeps them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from moto.budgets.models import Notification

from sandbox.emulator.world import Key, World


@dataclass(frozen=True, slots=True)
class Alert:
    """A notification of a budget with its subscribers, both named as in the API."""

    notification: Mapping[str, Any]
    subscribers: Sequence[Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Budget:
    """A budget, named as in the API."""

    name: str
    body: Mapping[str, Any]
    alerts: Sequence[Alert]


def budgets_of(world: World, account_id: str) -> list[Budget]:
    """All budgets of an account, by name."""
    with world.entered():
        backend = world.existing("budgets", account_id, "aws")
        kept = backend.budgets.get(account_id, {}) if backend is not None else {}
        return [_budget(name, one) for name, one in sorted(kept.items())]


def _budget(name: str, kept: Any) -> Budget:
    alerts = [Alert(one.details, one.subscribers) for one in kept.notifications]
    return Budget(name, kept.to_dict(), alerts)


def change(
    world: World, account_id: str, name: str, *, body: Any = None, alerts: Sequence[Alert] | None = None
) -> None:
    """Give a budget that is there another body or other alerts."""
    backend = world.existing("budgets", account_id, "aws")
    kept = backend.budgets[account_id][name]
    if body is not None:
        kept.budget = {**body, "TimePeriod": body.get("TimePeriod") or kept.budget["TimePeriod"]}
    if alerts is not None:
        kept.notifications = [Notification(dict(one.notification), list(one.subscribers)) for one in alerts]
    world.touched[Key(account_id, "budgets", "aws")] = backend


def publish(world: World, topic_arn: str, subject: str, message: str) -> bool:
    """Publish to a topic of the environment; False when there is no such topic."""
    parts = topic_arn.split(":")
    if len(parts) != 6 or parts[2] != "sns" or parts[4] not in world.accounts:
        return False
    sns: Any = world.existing("sns", parts[4], parts[3])
    if sns is None or topic_arn not in sns.topics:
        return False
    acting, world.acting = world.acting, parts[4]
    try:
        sns.publish(message=message, arn=topic_arn, subject=subject)
    finally:
        world.acting = acting
    world.touched[Key(parts[4], "sns", parts[3])] = sns
    return True
