"""Budgets against what was spent: how they stand, and who is told when a threshold is passed.

https://docs.aws.amazon.com/cost-management/latest/userguide/budgets-sns-policy.html
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from sandbox import deliveries, spend
from sandbox.emulator import Delivery, World
from sandbox.emulator.budgets import Alert, Budget, budgets_of, publish

SERVICE_PRINCIPAL = "budgets.amazonaws.com"
SENT = "sent"
_MONTHS = {"MONTHLY": 1, "QUARTERLY": 3, "ANNUALLY": 12}
_FILTERS = {"Service": "service", "LinkedAccount": "account_id", "UsageType": "usage_type", "Region": "region"}
_COMPARED = {
    "GREATER_THAN": lambda value, threshold: value > threshold,
    "LESS_THAN": lambda value, threshold: value < threshold,
    "EQUAL_TO": lambda value, threshold: value == threshold,
}


@dataclass(frozen=True, slots=True)
class Standing:
    """How a budget stands in its period, in dollars."""

    start: datetime
    actual: Decimal
    forecast: Decimal
    limit: Decimal


def standing(world: World, account_id: str, budget: Budget, now: datetime) -> Standing:
    """What a budget's period has cost until now, and will have cost at its end if all goes on."""
    start, end = period(str(budget.body["TimeUnit"]), now)
    found = [line for line in spend.lines(world, [account_id], start, now, now) if _counts(line, budget.body)]
    actual = spend.total(found)
    elapsed, whole = (now - start).total_seconds(), (end - start).total_seconds()
    # AWS learns from weeks of history; ours goes on as the running things do.
    left = Decimal((whole - elapsed) / 3600)
    going_on = (
        spend.hourly(world, [account_id]) if not budget.body.get("CostFilters") else actual * 3600 / _hours(elapsed)
    )
    return Standing(start, actual, actual + left * going_on, limit_of(budget.body))


def _hours(seconds: float) -> Decimal:
    return max(Decimal(seconds), Decimal(3600))


def period(unit: str, now: datetime) -> tuple[datetime, datetime]:
    """The period of a time unit that a time lies in: a day, month, quarter or year."""
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    if unit not in _MONTHS:
        return midnight, datetime.fromordinal(midnight.toordinal() + 1).replace(tzinfo=now.tzinfo or UTC)
    months = _MONTHS[unit]
    first = (now.month - 1) // months * months + 1
    start = midnight.replace(month=first, day=1)
    years, month = divmod(first - 1 + months, 12)
    return start, start.replace(year=start.year + years, month=month + 1)


def limit_of(body: Mapping[str, Any]) -> Decimal:
    """The limit of a budget, 0 for none."""
    try:
        return Decimal(str((body.get("BudgetLimit") or {}).get("Amount", 0)))
    except InvalidOperation:
        return Decimal(0)


def _counts(line: spend.Line, body: Mapping[str, Any]) -> bool:
    filters = body.get("CostFilters") or {}
    return all(getattr(line, _FILTERS[name]) in values for name, values in filters.items() if name in _FILTERS)


def passed(alert: Alert, found: Standing) -> bool:
    """Whether a notification's threshold is passed."""
    notification = alert.notification
    value = found.forecast if notification["NotificationType"] == "FORECASTED" else found.actual
    threshold = Decimal(str(notification["Threshold"]))
    if notification.get("ThresholdType", "PERCENTAGE") == "PERCENTAGE":
        threshold = found.limit * threshold / 100
    return bool(_COMPARED[notification["ComparisonOperator"]](value, threshold))


def evaluate(world: World, account_id: str, now: datetime) -> int:
    """Tell the topics of all budgets whose thresholds are passed, once in a period; returns how many were told.

    The caller stores what it changes.
    """
    sent: dict[str, str] = world.native("budgets", account_id).setdefault(SENT, {})
    told = 0
    for budget in budgets_of(world, account_id):
        if budget.body["BudgetType"] != "COST" or not budget.alerts:
            continue
        found = standing(world, account_id, budget, now)
        for alert in budget.alerts:
            key, start = key_of(budget.name, alert.notification), found.start.isoformat()
            if sent.get(key) != start and passed(alert, found):
                sent[key] = start
                told += _tell(world, account_id, budget, alert, found)
    return told


def key_of(budget_name: str, notification: Mapping[str, Any]) -> str:
    """What tells a budget's notifications apart."""
    kind, operator = notification["NotificationType"], notification["ComparisonOperator"]
    threshold = f"{float(notification['Threshold'])}/{notification.get('ThresholdType', 'PERCENTAGE')}"
    return f"{budget_name}/{kind}/{operator}/{threshold}"


def _tell(world: World, account_id: str, budget: Budget, alert: Alert, found: Standing) -> int:
    told = 0
    for subscriber in alert.subscribers:
        topic = subscriber["Address"]
        if subscriber["SubscriptionType"] == "SNS" and _may(world, account_id, budget.name, topic):
            subject = f"AWS Budgets: {budget.name} has exceeded your alert threshold"
            told += publish(world, topic, subject[:100], _message(account_id, budget, alert, found))
    return told


def _may(world: World, account_id: str, budget_name: str, topic: str) -> bool:
    if topic.count(":") != 5:
        return False
    source = f"arn:aws:budgets::{account_id}:budget/{budget_name}"
    return deliveries.may_deliver(world, Delivery(SERVICE_PRINCIPAL, "sns:Publish", topic, source, account_id))


def _message(account_id: str, budget: Budget, alert: Alert, found: Standing) -> str:
    kind = str(alert.notification["NotificationType"])
    value = found.forecast if kind == "FORECASTED" else found.actual
    return (
        f"Account: {account_id}\nBudget Name: {budget.name}\nBudgeted Amount: ${found.limit:.2f}\n"
        f"Alert Type: {kind}\nAlert Threshold: {alert.notification['Threshold']}\n{kind} Amount: ${value:.2f}\n"
    )
