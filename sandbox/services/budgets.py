"""Budgets: kept by moto, and held against what was spent.

https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_Operations_AWS_Budgets.html
"""

from collections.abc import Callable, Mapping
from typing import Any

from sandbox import budget_alerts
from sandbox.emulator.budgets import Alert, Budget, budgets_of, change
from sandbox.services.invocation import Handler, Invocation
from sandbox.wire import AwsError

MOST_ALERTS = 10


def _of_own_account(handler: Callable[[Invocation], dict[str, Any]]) -> Handler:
    def run(invocation: Invocation) -> dict[str, Any]:
        if invocation.parameters.get("AccountId") != invocation.account_id:
            # The code is documented, the wording is ours.
            message = f"Account {invocation.account_id} cannot see budgets of another account"
            raise AwsError("AccessDeniedException", message, 400)
        return handler(invocation)

    return run


def _named(invocation: Invocation, name: str | None = None) -> Budget:
    wanted = name or invocation.parameters["BudgetName"]
    budgets = budgets_of(invocation.world, invocation.account_id)
    found = next((budget for budget in budgets if budget.name == wanted), None)
    if found is None:
        raise AwsError("NotFoundException", f"Unable to get budget: {wanted} - the budget doesn't exist.", 400)
    return found


def _with_spend(invocation: Invocation, shown: Mapping[str, Any]) -> dict[str, Any]:
    if shown["BudgetType"] != "COST":
        return dict(shown)
    found = budget_alerts.standing(
        invocation.world, invocation.account_id, _named(invocation, shown["BudgetName"]), invocation.now
    )
    spent = {"ActualSpend": _dollars(found.actual), "ForecastedSpend": _dollars(found.forecast)}
    return {**shown, "CalculatedSpend": spent}


def _dollars(amount: Any) -> dict[str, str]:
    return {"Amount": f"{amount:.3f}", "Unit": "USD"}


def describe_budget(invocation: Invocation) -> dict[str, Any]:
    """Tell of one budget with what was spent of it."""
    return {"Budget": _with_spend(invocation, invocation.emulate()["Budget"])}


def describe_budgets(invocation: Invocation) -> dict[str, Any]:
    """Tell of all budgets with what was spent of them."""
    budgets = invocation.emulate().get("Budgets") or []
    return {"Budgets": [_with_spend(invocation, budget) for budget in budgets]}


def create_budget(invocation: Invocation) -> dict[str, Any]:
    """Set a budget; who subscribed to a threshold that is passed already is told at once."""
    for one in invocation.parameters.get("NotificationsWithSubscribers") or []:
        _check(one["Notification"])
    answer = invocation.emulate()
    _evaluate(invocation)
    return answer


def update_budget(invocation: Invocation) -> dict[str, Any]:
    """Give a budget other content; what was told in this period may be told again."""
    body = invocation.parameters["NewBudget"]
    budget = _named(invocation, body["BudgetName"])
    if body["BudgetType"] == "COST" and not (body.get("BudgetLimit") or body.get("PlannedBudgetLimits")):
        raise AwsError("InvalidParameterException", "A cost budget needs a limit", 400)
    times = {name: value.timestamp() for name, value in (body.get("TimePeriod") or {}).items()}
    stored = {**body, "TimePeriod": times or None, "LastUpdatedTime": invocation.now.timestamp()}
    change(invocation.world, invocation.account_id, budget.name, body=stored)
    _forget(invocation, budget.name)
    _evaluate(invocation)
    return {}


def delete_budget(invocation: Invocation) -> dict[str, Any]:
    """Take a budget away."""
    answer = invocation.emulate()
    _forget(invocation, invocation.parameters["BudgetName"])
    return answer


def create_notification(invocation: Invocation) -> dict[str, Any]:
    """Add a threshold to a budget."""
    notification = invocation.parameters["Notification"]
    _check(notification)
    budget = _named(invocation)
    if len(budget.alerts) >= MOST_ALERTS:
        raise AwsError("CreationLimitExceededException", f"A budget has at most {MOST_ALERTS} notifications", 400)
    if _position(budget, notification) is not None:
        raise AwsError("DuplicateRecordException", "The notification already exists.", 400)
    answer = invocation.emulate()
    _evaluate(invocation)
    return answer


def _check(notification: Mapping[str, Any]) -> None:
    if notification["ComparisonOperator"] not in ("GREATER_THAN", "LESS_THAN", "EQUAL_TO"):
        raise AwsError("InvalidParameterException", "ComparisonOperator is none that Budgets knows", 400)
    if notification["NotificationType"] not in ("ACTUAL", "FORECASTED") or notification["Threshold"] < 0:
        raise AwsError("InvalidParameterException", "A notification is ACTUAL or FORECASTED, above a threshold", 400)


def describe_notifications(invocation: Invocation) -> dict[str, Any]:
    """Tell a budget's notifications and whether each is passed."""
    budget = _named(invocation)
    found = budget_alerts.standing(invocation.world, invocation.account_id, budget, invocation.now)
    return {"Notifications": [_shown(alert, found) for alert in budget.alerts]}


def _shown(alert: Alert, found: budget_alerts.Standing) -> dict[str, Any]:
    state = "ALARM" if budget_alerts.passed(alert, found) else "OK"
    return {"ThresholdType": "PERCENTAGE", **alert.notification, "NotificationState": state}


def describe_subscribers(invocation: Invocation) -> dict[str, Any]:
    """Tell who is told when a notification's threshold is passed."""
    budget = _named(invocation)
    return {"Subscribers": [dict(one) for one in budget.alerts[_found(invocation, budget)].subscribers]}


def create_subscriber(invocation: Invocation) -> dict[str, Any]:
    """Tell one more address."""
    budget, new = _named(invocation), invocation.parameters["Subscriber"]
    alert = budget.alerts[_found(invocation, budget)]
    if any(one["Address"] == new["Address"] for one in alert.subscribers):
        raise AwsError("DuplicateRecordException", "The subscriber already exists.", 400)
    return _resubscribed(invocation, budget, [*alert.subscribers, new])


def delete_subscriber(invocation: Invocation) -> dict[str, Any]:
    """Tell an address no more."""
    budget, gone = _named(invocation), invocation.parameters["Subscriber"]
    alert = budget.alerts[_found(invocation, budget)]
    left = [one for one in alert.subscribers if dict(one) != gone]
    if len(left) == len(alert.subscribers):
        raise AwsError("NotFoundException", "The subscriber doesn't exist.", 400)
    return _resubscribed(invocation, budget, left)


def _resubscribed(invocation: Invocation, budget: Budget, subscribers: list[Any]) -> dict[str, Any]:
    at, alerts = _found(invocation, budget), list(budget.alerts)
    alerts[at] = Alert(alerts[at].notification, subscribers)
    change(invocation.world, invocation.account_id, budget.name, alerts=alerts)
    return {}


def _position(budget: Budget, notification: Mapping[str, Any]) -> int | None:
    key = budget_alerts.key_of(budget.name, notification)
    keys = [budget_alerts.key_of(budget.name, alert.notification) for alert in budget.alerts]
    return keys.index(key) if key in keys else None


def _found(invocation: Invocation, budget: Budget) -> int:
    at = _position(budget, invocation.parameters["Notification"])
    if at is None:
        raise AwsError("NotFoundException", "The notification doesn't exist.", 400)
    return at


def _evaluate(invocation: Invocation) -> None:
    budget_alerts.evaluate(invocation.world, invocation.account_id, invocation.now)


def _forget(invocation: Invocation, name: str) -> None:
    state = invocation.native(region="")
    sent = state.get(budget_alerts.SENT, {})
    state[budget_alerts.SENT] = {key: start for key, start in sent.items() if key.rsplit("/", 4)[0] != name}


def _emulate(invocation: Invocation) -> dict[str, Any]:
    return invocation.emulate()


HANDLERS: dict[str, Handler] = {
    operation: _of_own_account(handler)
    for operation, handler in {
        "CreateBudget": create_budget,
        "DescribeBudget": describe_budget,
        "DescribeBudgets": describe_budgets,
        "UpdateBudget": update_budget,
        "DeleteBudget": delete_budget,
        "CreateNotification": create_notification,
        "DeleteNotification": _emulate,
        "DescribeNotificationsForBudget": describe_notifications,
        "DescribeSubscribersForNotification": describe_subscribers,
        "CreateSubscriber": create_subscriber,
        "DeleteSubscriber": delete_subscriber,
    }.items()
}
