"""Simulated spend: what accrues, what Cost Explorer shows of it, and whom budgets tell."""

import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from sandbox import budget_alerts, conditions, spend, worlds
from sandbox.emulator.usage import Used
from sandbox.environments import create_environment
from sandbox.models import Account
from tests.sandbox.actors import make_user, refused
from tests.sandbox.conftest import Caller, make_caller
from tests.sandbox.test_metadata import run_instance

NOW = datetime(2026, 5, 17, 6, tzinfo=UTC)
DAY = timedelta(days=1)


def move(caller: Caller, by: timedelta) -> None:
    conditions.move_clock_forward(environment_id=caller.account.environment_id, by=by)


def time_of(caller: Caller) -> datetime:
    return conditions.conditions_of(caller.account.environment_id).time


def costs(caller: Caller, days: int = 400, **parameters: Any) -> dict[str, Any]:
    """What Cost Explorer tells of the time from yesterday on."""
    start = datetime.now(UTC).date() - DAY
    given = {
        "TimePeriod": {"Start": str(start), "End": str(start + timedelta(days=days))},
        "Granularity": "MONTHLY",
        "Metrics": ["UnblendedCost"],
    } | parameters
    answer: dict[str, Any] = caller.client("ce", region="us-east-1").get_cost_and_usage(**given)
    return answer


def sum_of(answer: dict[str, Any]) -> float:
    return sum(float(one["Total"]["UnblendedCost"]["Amount"]) for one in answer["ResultsByTime"])


# Figures


def test_hours_are_counted_day_by_day() -> None:
    start = datetime(2026, 5, 1, 22, tzinfo=UTC)
    assert list(spend.hours_by_day(start, start + timedelta(hours=27))) == [
        (date(2026, 5, 1), Decimal(2)),
        (date(2026, 5, 2), Decimal(24)),
        (date(2026, 5, 3), Decimal(1)),
    ]
    assert list(spend.hours_by_day(start, start)) == []


@pytest.mark.parametrize(
    ("instance_type", "price"),
    [("t3.micro", "0.01"), ("m5.large", "0.08"), ("m5.xlarge", "0.16"), ("c5.4xlarge", "0.64"), ("m5.metal", "3.84")],
)
def test_an_instance_costs_by_its_size(instance_type: str, price: str) -> None:
    assert spend.instance_price(instance_type) == Decimal(price)


@pytest.mark.parametrize(
    ("kind", "detail", "size", "usage_type", "a_month"),
    [
        ("instance", "t3.micro", 0, "BoxUsage:t3.micro", "7.30"),
        ("volume", "gp3", 100, "EBS:VolumeUsage.gp3", "8.00"),
        ("volume", "st1", 100, "EBS:VolumeUsage.st1", "5.00"),
        ("nat gateway", "", 0, "NatGateway-Hours", "32.85"),
        ("object", "", 1000, "TimedStorage-ByteHrs", "23.00"),
    ],
)
def test_a_month_costs_what_the_table_says(kind: str, detail: str, size: float, usage_type: str, a_month: str) -> None:
    rate = spend.rate_of(Used(kind, "eu-central-1", detail, size, NOW))
    assert (rate.usage_type, round(rate.units * rate.price * 730, 2)) == (usage_type, Decimal(a_month))


@pytest.mark.parametrize(
    ("unit", "start", "end"),
    [
        ("DAILY", (5, 17), (5, 18)),
        ("MONTHLY", (5, 1), (6, 1)),
        ("QUARTERLY", (4, 1), (7, 1)),
    ],
)
def test_a_budgets_period(unit: str, start: tuple[int, int], end: tuple[int, int]) -> None:
    expected = tuple(datetime(2026, month, day, tzinfo=UTC) for month, day in (start, end))
    assert budget_alerts.period(unit, NOW) == expected


def test_a_period_may_end_with_the_year() -> None:
    december = datetime(2026, 12, 31, 23, tzinfo=UTC)
    for unit, first in (("DAILY", december.replace(hour=0)), ("MONTHLY", datetime(2026, 12, 1, tzinfo=UTC))):
        assert budget_alerts.period(unit, december) == (first, datetime(2027, 1, 1, tzinfo=UTC))
    year = (datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC))
    assert budget_alerts.period("ANNUALLY", december) == year


# What accrues


def test_what_runs_costs_as_the_clock_moves(caller: Caller) -> None:
    made = run_instance(caller)
    assert sum_of(costs(caller)) < 0.01
    move(caller, 10 * DAY)
    first = sum_of(costs(caller, GroupBy=[]))
    volume = 8 * 0.10 / 730 * 240
    assert first == pytest.approx(240 * 0.01 + volume, rel=0.02)
    caller.client("ec2").stop_instances(InstanceIds=[made["InstanceId"]])
    move(caller, 10 * DAY)
    stopped = filter_of("SERVICE", spend.EC2)
    assert sum_of(costs(caller, Filter=stopped)) == pytest.approx(240 * 0.01, rel=0.02)


def filter_of(key: str, *values: str) -> dict[str, Any]:
    return {"Dimensions": {"Key": key, "Values": list(values)}}


def test_what_is_launched_after_the_clock_moved_costs_from_then(caller: Caller) -> None:
    move(caller, 20 * DAY)
    run_instance(caller)
    move(caller, DAY)
    assert sum_of(costs(caller, Filter=filter_of("SERVICE", spend.EC2))) == pytest.approx(0.24, rel=0.02)


def test_requests_cost_by_the_trail(caller: Caller) -> None:
    sqs = caller.client("sqs")
    url = sqs.create_queue(QueueName="q")["QueueUrl"]
    for number in range(3):
        sqs.send_message(QueueUrl=url, MessageBody=str(number))
    answer = costs(caller, Metrics=["UsageQuantity", "UnblendedCost"])
    quantities = [float(one["Total"]["UsageQuantity"]["Amount"]) for one in answer["ResultsByTime"]]
    assert sum(quantities) == 3
    assert sum_of(answer) == pytest.approx(3 * 0.0000004)


# Cost Explorer


def test_costs_are_grouped_and_filtered(caller: Caller) -> None:
    run_instance(caller)
    move(caller, 2 * DAY)
    keys = [{"Type": "DIMENSION", "Key": "SERVICE"}, {"Type": "DIMENSION", "Key": "USAGE_TYPE"}]
    answer = costs(caller, days=3, Granularity="DAILY", GroupBy=keys)
    assert answer["GroupDefinitions"] == keys
    assert [one["Total"] for one in answer["ResultsByTime"]] == [{}] * 3
    groups = {tuple(group["Keys"]) for one in answer["ResultsByTime"] for group in one["Groups"]}
    assert (spend.EC2, "BoxUsage:t3.micro") in groups
    assert {service for service, _ in groups} == {spend.EC2, spend.EC2_OTHER}
    without = {"Not": filter_of("SERVICE", spend.EC2)}
    both = {"And": [filter_of("SERVICE", spend.EC2), filter_of("REGION", "eu-central-1")]}
    either = {"Or": [filter_of("SERVICE", spend.EC2), filter_of("SERVICE", spend.EC2_OTHER)]}
    every = sum_of(costs(caller))
    assert sum_of(costs(caller, Filter=without)) + sum_of(costs(caller, Filter=both)) == pytest.approx(every, rel=0.01)
    assert sum_of(costs(caller, Filter=either)) == pytest.approx(every, rel=0.01)
    assert sum_of(costs(caller, Filter=filter_of("REGION", "us-west-2"))) == 0


def test_dimensions_have_the_values_that_were_used(caller: Caller) -> None:
    run_instance(caller)
    move(caller, DAY)
    client, today = caller.client("ce", region="us-east-1"), datetime.now(UTC).date()
    period = {"Start": str(today), "End": str(today + 5 * DAY)}
    found = client.get_dimension_values(TimePeriod=period, Dimension="SERVICE")
    assert [one["Value"] for one in found["DimensionValues"]] == [spend.EC2, spend.EC2_OTHER]
    found = client.get_dimension_values(TimePeriod=period, Dimension="SERVICE", SearchString="compute")
    assert (found["ReturnSize"], found["DimensionValues"][0]["Value"]) == (1, spend.EC2)


def test_a_forecast_lets_things_go_on(caller: Caller) -> None:
    run_instance(caller)
    client, today = caller.client("ce", region="us-east-1"), time_of(caller).date()
    period = {"Start": str(today + DAY), "End": str(today + 11 * DAY)}
    given = {"TimePeriod": period, "Metric": "UNBLENDED_COST", "Granularity": "DAILY"}
    answer = client.get_cost_forecast(**given)
    assert float(answer["Total"]["Amount"]) == pytest.approx(240 * (0.01 + 8 * 0.10 / 730), rel=0.001)
    assert len(answer["ForecastResultsByTime"]) == 10
    past = {"Start": str(today - DAY), "End": str(today + DAY)}
    assert refused(client.get_cost_forecast, **given | {"TimePeriod": past})[0] == "ValidationException"


@pytest.mark.parametrize(
    "wrong",
    [
        {"Granularity": "HOURLY"},
        {"Metrics": ["Cost"]},
        {"TimePeriod": {"Start": "2026-01-02", "End": "2026-01-02"}},
        {"TimePeriod": {"Start": "2026-13-02", "End": "2026-14-02"}},
        {"TimePeriod": {"Start": "2021-01-01", "End": "2026-01-01"}},
        {"TimePeriod": {"Start": "2121-01-01", "End": "2121-02-01"}},
        {"GroupBy": [{"Type": "TAG", "Key": "a"}]},
        {"GroupBy": [{"Type": "DIMENSION", "Key": "SERVICE"}] * 3},
        {"Filter": {"Tags": {"Key": "a", "Values": ["b"]}}},
        {"Filter": {"Not": {"Dimensions": {"Key": "AZ", "Values": ["b"]}}}},
        {"Filter": {}},
    ],
)
def test_what_cost_explorer_cannot_tell_is_refused(caller: Caller, wrong: dict[str, Any]) -> None:
    start = datetime.now(UTC).date()
    given = {
        "TimePeriod": {"Start": str(start), "End": str(start + DAY)},
        "Granularity": "DAILY",
        "Metrics": ["UnblendedCost"],
    }
    call = caller.client("ce", region="us-east-1").get_cost_and_usage
    assert refused(call, **given | wrong)[:2] == ("ValidationException", 400)


def test_the_management_account_sees_its_members_and_nobody_else_does(db: None) -> None:
    environment = create_environment(aliases=("main", "other"))
    main, other = (make_caller(Account.objects.get(environment=environment, alias=name)) for name in ("main", "other"))
    run_instance(other)
    move(main, DAY)
    assert sum_of(costs(main)) == 0
    organizations = main.client("organizations")
    organizations.create_organization(FeatureSet="ALL")
    organizations.create_account(Email="other@example.com", AccountName="other")
    by_account = [{"Type": "DIMENSION", "Key": "LINKED_ACCOUNT"}]
    groups = [group for one in costs(main, GroupBy=by_account)["ResultsByTime"] for group in one["Groups"]]
    assert {group["Keys"][0] for group in groups} == {other.account.pk}
    assert sum_of(costs(other)) > 0


# Budgets


def set_budget(caller: Caller, limit: str = "1", threshold: float = 50, kind: str = "ACTUAL", **budget: Any) -> str:
    """A monthly budget that tells a topic; returns the URL of the queue that the topic fills."""
    sns, sqs = caller.client("sns"), caller.client("sqs")
    topic = sns.create_topic(Name="alerts")["TopicArn"]
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "budgets.amazonaws.com"},
        "Action": "SNS:Publish",
        "Resource": topic,
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    sns.set_topic_attributes(TopicArn=topic, AttributeName="Policy", AttributeValue=policy)
    url = sqs.create_queue(QueueName="alerts")["QueueUrl"]
    queue = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    taking = {"Effect": "Allow", "Principal": {"Service": "sns.amazonaws.com"}, "Action": "sqs:SendMessage"}
    taking |= {"Resource": queue}
    document = json.dumps({"Version": "2012-10-17", "Statement": [taking]})
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": document})
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue)
    body = {"BudgetName": "month", "BudgetType": "COST", "TimeUnit": "ANNUALLY"}
    body |= {"BudgetLimit": {"Amount": limit, "Unit": "USD"}} | budget
    subscriber = {"SubscriptionType": "SNS", "Address": topic}
    notification = {"NotificationType": kind, "ComparisonOperator": "GREATER_THAN", "Threshold": threshold}
    caller.client("budgets", region="us-east-1").create_budget(
        AccountId=caller.account.pk,
        Budget=body,
        NotificationsWithSubscribers=[{"Notification": notification, "Subscribers": [subscriber]}],
    )
    return str(url)


def told(caller: Caller, url: str) -> list[str]:
    found = caller.client("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
    return [json.loads(one["Body"])["Message"] for one in found]


def test_a_passed_threshold_is_told_once(caller: Caller) -> None:
    url = set_budget(caller)
    run_instance(caller)
    move(caller, DAY)
    assert told(caller, url) == []
    move(caller, 3 * DAY)
    messages = told(caller, url)
    assert len(messages) == 1 and "Budget Name: month" in messages[0] and "Budgeted Amount: $1.00" in messages[0]
    move(caller, DAY)
    assert told(caller, url) == []
    client = caller.client("budgets", region="us-east-1")
    given = {"AccountId": caller.account.pk, "BudgetName": "month"}
    states = client.describe_notifications_for_budget(**given)["Notifications"]
    assert [one["NotificationState"] for one in states] == ["ALARM"]


def test_a_forecast_is_told_before_the_money_is_spent(caller: Caller) -> None:
    run_instance(caller)
    url = set_budget(caller, limit="0.1", kind="FORECASTED")
    assert len(told(caller, url)) == 1


def test_a_topic_that_does_not_let_budgets_in_is_not_told(caller: Caller) -> None:
    url = set_budget(caller)
    sns = caller.client("sns")
    topic = sns.list_topics()["Topics"][0]["TopicArn"]
    own = {"Effect": "Allow", "Principal": {"AWS": caller.account.pk}, "Action": "SNS:Publish", "Resource": topic}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [own]})
    sns.set_topic_attributes(TopicArn=topic, AttributeName="Policy", AttributeValue=policy)
    run_instance(caller)
    move(caller, 9 * DAY)
    assert told(caller, url) == []


def test_a_budget_shows_what_was_spent_of_it(caller: Caller) -> None:
    set_budget(caller, limit="100")
    compute = {"CostFilters": {"Service": [spend.EC2]}, "BudgetName": "compute"}
    client = caller.client("budgets", region="us-east-1")
    body = {"BudgetType": "COST", "TimeUnit": "ANNUALLY", "BudgetLimit": {"Amount": "5", "Unit": "USD"}}
    client.create_budget(AccountId=caller.account.pk, Budget=body | compute)
    run_instance(caller)
    move(caller, 2 * DAY)
    budgets = {one["BudgetName"]: one for one in client.describe_budgets(AccountId=caller.account.pk)["Budgets"]}
    spent = {name: float(one["CalculatedSpend"]["ActualSpend"]["Amount"]) for name, one in budgets.items()}
    assert spent["compute"] == pytest.approx(0.48, abs=0.01)
    assert spent["month"] == pytest.approx(0.48 + 48 * 8 * 0.10 / 730, abs=0.01)
    shown = client.describe_budget(AccountId=caller.account.pk, BudgetName="month")["Budget"]["CalculatedSpend"]
    assert float(shown["ForecastedSpend"]["Amount"]) > spent["month"]


def test_a_budget_changes_and_goes(caller: Caller) -> None:
    set_budget(caller)
    client, account = caller.client("budgets", region="us-east-1"), caller.account.pk
    body = {"BudgetName": "month", "BudgetType": "COST", "TimeUnit": "MONTHLY"}
    call = client.update_budget
    assert refused(call, AccountId=account, NewBudget=body)[0] == "InvalidParameterException"
    call(AccountId=account, NewBudget=body | {"BudgetLimit": {"Amount": "7", "Unit": "USD"}})
    worlds.drop(caller.account.environment_id)
    shown = client.describe_budget(AccountId=account, BudgetName="month")["Budget"]
    assert (shown["BudgetLimit"]["Amount"], shown["TimeUnit"]) == ("7", "MONTHLY")
    notification = {"NotificationType": "ACTUAL", "ComparisonOperator": "GREATER_THAN", "Threshold": 50.0}
    given = {"AccountId": account, "BudgetName": "month", "Notification": notification}
    mail = {"SubscriptionType": "EMAIL", "Address": "ann@example.com"}
    client.create_subscriber(**given, Subscriber=mail)
    assert refused(client.create_subscriber, **given, Subscriber=mail)[0] == "DuplicateRecordException"
    assert mail in client.describe_subscribers_for_notification(**given)["Subscribers"]
    client.delete_subscriber(**given, Subscriber=mail)
    assert refused(client.delete_subscriber, **given, Subscriber=mail)[0] == "NotFoundException"
    assert refused(client.create_notification, **given, Subscribers=[mail])[0] == "DuplicateRecordException"
    client.delete_budget(AccountId=account, BudgetName="month")
    assert refused(client.describe_budget, AccountId=account, BudgetName="month")[0] == "NotFoundException"
    missing = client.describe_notifications_for_budget
    assert refused(missing, AccountId=account, BudgetName="month")[0] == "NotFoundException"


def test_budgets_of_another_account_are_not_seen(caller: Caller) -> None:
    client = caller.client("budgets", region="us-east-1")
    other = make_caller().account.pk
    assert refused(client.describe_budgets, AccountId=other)[0] == "AccessDeniedException"
    body = {"BudgetName": "b", "BudgetType": "COST", "TimeUnit": "MONTHLY"}
    limited = body | {"BudgetLimit": {"Amount": "5", "Unit": "USD"}}
    assert refused(client.create_budget, AccountId=other, Budget=limited)[0] == "AccessDeniedException"


def test_who_may_not_look_is_refused(caller: Caller) -> None:
    bob = make_user(caller, "bob")
    assert refused(bob.client("budgets", region="us-east-1").describe_budgets, AccountId=caller.account.pk)[:2] == (
        "AccessDeniedException",
        400,
    )
