"""What the accounts of an environment would have spent, at prices of ours.

The prices are simulated: round numbers near AWS's, so that proportions are right and nobody takes them for a quote.
Cost accrues by the environment's clock for what runs and what is stored, and by the trail for requests. What is
deleted (volumes, NAT gateways, objects) costs nothing any more, also not for the time when it was there; an instance
that is started again costs as if it had never stopped.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from uuid import UUID

from django.db.models import Count
from django.db.models.functions import TruncDate

from sandbox import clock, trail
from sandbox.emulator import World
from sandbox.emulator.usage import Used, used_by
from sandbox.models import Event

HOURS_A_MONTH = 730
# US dollars an hour by the size in an instance's type.
_SIZES = {"nano": "0.005", "micro": "0.01", "small": "0.02", "medium": "0.04", "large": "0.08", "xlarge": "0.16"}
INSTANCE_HOUR = {size: Decimal(price) for size, price in _SIZES.items()}
# Dollars for a GB and month.
VOLUME_MONTH = {"gp3": Decimal("0.08"), "gp2": Decimal("0.10"), "io1": Decimal("0.125"), "io2": Decimal("0.125")}
OTHER_VOLUME_MONTH = Decimal("0.05")
OBJECT_MONTH = Decimal("0.023")
NAT_HOUR = Decimal("0.045")
# Dollars a request, by event source and name: (service, usage type, price).
_READ, _WRITE = Decimal("0.00000025"), Decimal("0.00000125")
REQUESTS: dict[tuple[str, str], tuple[str, str, Decimal]] = {
    ("lambda.amazonaws.com", "Invoke"): ("AWS Lambda", "Request", Decimal("0.0000002")),
    ("sqs.amazonaws.com", "SendMessage"): ("Amazon Simple Queue Service", "Requests", Decimal("0.0000004")),
    ("sqs.amazonaws.com", "ReceiveMessage"): ("Amazon Simple Queue Service", "Requests", Decimal("0.0000004")),
    ("sns.amazonaws.com", "Publish"): ("Amazon Simple Notification Service", "Requests", Decimal("0.0000005")),
    ("s3.amazonaws.com", "PutObject"): (S3 := "Amazon Simple Storage Service", "Requests-Tier1", Decimal("0.000005")),
    ("s3.amazonaws.com", "GetObject"): (S3, "Requests-Tier2", Decimal("0.0000004")),
    **{
        ("dynamodb.amazonaws.com", name): ("Amazon DynamoDB", "ReadRequestUnits", _READ)
        for name in ("GetItem", "Query", "Scan", "BatchGetItem", "TransactGetItems")
    },
    **{
        ("dynamodb.amazonaws.com", name): ("Amazon DynamoDB", "WriteRequestUnits", _WRITE)
        for name in ("PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem", "TransactWriteItems")
    },
}
EC2, EC2_OTHER = "Amazon Elastic Compute Cloud - Compute", "EC2 - Other"


@dataclass(frozen=True, slots=True)
class Rate:
    """What a thing costs: dollars for one of `unit`, of which an hour takes `units`."""

    service: str
    usage_type: str
    unit: str
    units: Decimal
    price: Decimal


@dataclass(frozen=True, slots=True)
class Line:
    """What one account used of one kind on one day, with its cost in dollars."""

    day: date
    account_id: str
    region: str
    service: str
    usage_type: str
    unit: str
    quantity: Decimal
    cost: Decimal


def lines(world: World, account_ids: Iterable[str], start: datetime, end: datetime, now: datetime) -> list[Line]:
    """What accounts used from start to end, both in the environment's time, nothing of it after `now`."""
    last = min(end, now)
    if start >= last:
        return []
    found: list[Line] = []
    for account_id in sorted(account_ids):
        for used in used_by(world, account_id):
            found += _of_used(world, account_id, used, start, last)
        found += _of_requests(world, account_id, start, last)
    return found


def total(found: Iterable[Line]) -> Decimal:
    """The cost of lines, in dollars."""
    return sum((line.cost for line in found), Decimal(0))


def hourly(world: World, account_ids: Iterable[str]) -> Decimal:
    """What goes on costs an hour, in dollars."""
    running = (used for account_id in account_ids for used in used_by(world, account_id) if used.ended_at is None)
    return sum((rate.units * rate.price for rate in map(rate_of, running)), Decimal(0))


def _of_used(world: World, account_id: str, used: Used, start: datetime, end: datetime) -> Iterator[Line]:
    begins = max(start, clock.time_at(world, used.started_at))
    ends = end if used.ended_at is None else min(end, clock.time_at(world, used.ended_at))
    rate = rate_of(used)
    for day, hours in hours_by_day(begins, ends):
        quantity = hours * rate.units
        yield Line(
            day, account_id, used.region, rate.service, rate.usage_type, rate.unit, quantity, quantity * rate.price
        )


def rate_of(used: Used) -> Rate:
    """What a thing costs while it is there."""
    month = Decimal(used.size) / HOURS_A_MONTH
    if used.kind == "instance":
        return Rate(EC2, f"BoxUsage:{used.detail}", "Hrs", Decimal(1), instance_price(used.detail))
    if used.kind == "volume":
        price = VOLUME_MONTH.get(used.detail, OTHER_VOLUME_MONTH)
        return Rate(EC2_OTHER, f"EBS:VolumeUsage.{used.detail}", "GB-Mo", month, price)
    if used.kind == "nat gateway":
        return Rate(EC2_OTHER, "NatGateway-Hours", "Hrs", Decimal(1), NAT_HOUR)
    return Rate(S3, "TimedStorage-ByteHrs", "GB-Mo", month, OBJECT_MONTH)


def instance_price(instance_type: str) -> Decimal:
    """Dollars an hour of an instance type: its size counts, its family does not."""
    size = instance_type.rpartition(".")[2]
    if size in INSTANCE_HOUR:
        return INSTANCE_HOUR[size]
    many = size.removesuffix("xlarge")
    return INSTANCE_HOUR["xlarge"] * (int(many) if many.isascii() and many.isdecimal() else 24)


def hours_by_day(start: datetime, end: datetime) -> Iterator[tuple[date, Decimal]]:
    """The days between two times with the hours of each that lie between; nothing when they are the wrong way round."""
    while start < end:
        midnight = datetime.combine(start.date() + timedelta(days=1), time(), start.tzinfo)
        until = min(end, midnight)
        yield start.date(), Decimal((until - start) // timedelta(seconds=1)) / 3600
        start = until


def _of_requests(world: World, account_id: str, start: datetime, end: datetime) -> Iterator[Line]:
    trail.recorder.flush()
    counted = (
        Event.objects.filter(
            environment_id=UUID(world.environment_id),
            account_id=account_id,
            event_time__gte=start,
            event_time__lt=end,
            event_source__in={source for source, _ in REQUESTS},
            error_code="",
        )
        .annotate(day=TruncDate("event_time"))
        .values("day", "event_source", "event_name", "region")
        .annotate(count=Count("id"))
        .order_by("day", "event_source", "event_name", "region")
    )
    for row in counted:
        priced = REQUESTS.get((row["event_source"], row["event_name"]))
        if priced is not None:
            service, usage_type, price = priced
            quantity = Decimal(row["count"])
            yield Line(
                row["day"], account_id, row["region"], service, usage_type, "Requests", quantity, quantity * price
            )
