"""Cost Explorer, from the same figures as Budgets.

https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_GetCostAndUsage.html
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from sandbox import spend
from sandbox.emulator.memberships import membership
from sandbox.services.invocation import Handler, Invocation
from sandbox.spend import Line
from sandbox.wire import AwsError

DIMENSIONS = {"SERVICE": "service", "USAGE_TYPE": "usage_type", "LINKED_ACCOUNT": "account_id", "REGION": "region"}
COSTS = ("AmortizedCost", "BlendedCost", "NetAmortizedCost", "NetUnblendedCost", "UnblendedCost")
QUANTITIES = ("NormalizedUsageAmount", "UsageQuantity")
FORECASTS = ("AMORTIZED_COST", "BLENDED_COST", "NET_AMORTIZED_COST", "NET_UNBLENDED_COST", "UNBLENDED_COST")
MOST_GROUPS, DEEPEST, MOST_DAYS = 2, 8, 427

_NOTHING = Line(date.min, "", "", "", "", "", Decimal(0), Decimal(0))


def _invalid(message: str) -> AwsError:
    return AwsError("ValidationException", message, 400)


def get_cost_and_usage(invocation: Invocation) -> dict[str, Any]:
    """Tell costs by day or month, and by up to two dimensions; raises AwsError."""
    parameters = invocation.parameters
    spans = _spans(parameters)
    if spans[0][0] > invocation.now.date():
        raise _invalid("Start date cannot be after today")
    metrics = _metrics(parameters["Metrics"])
    keys = _group_keys(parameters.get("GroupBy") or [])
    found = _lines(invocation, spans[0][0], spans[-1][1])
    results = [
        _result(span, [line for line in found if span[0] <= line.day < span[1]], metrics, keys) for span in spans
    ]
    answer: dict[str, Any] = {"ResultsByTime": results, "DimensionValueAttributes": []}
    return answer | ({"GroupDefinitions": parameters["GroupBy"]} if keys else {})


def _spans(parameters: Mapping[str, Any]) -> list[tuple[date, date]]:
    """The days or months between the period's start and its end, which is not part of it."""
    granularity = parameters.get("Granularity") or "MONTHLY"
    if granularity not in ("DAILY", "MONTHLY"):
        raise _invalid(f"The sandbox keeps costs by day: granularity {granularity} is not offered")
    start, end = _days(parameters["TimePeriod"])
    spans = []
    while start < end:
        until = start + timedelta(days=1) if granularity == "DAILY" else _next_month(start)
        spans.append((start, min(until, end)))
        start = until
    return spans


def _days(period: Mapping[str, str]) -> tuple[date, date]:
    try:
        start, end = date.fromisoformat(period["Start"]), date.fromisoformat(period["End"])
    except (KeyError, ValueError):
        raise _invalid("A time period has a Start and an End as yyyy-MM-dd") from None
    if start >= end:
        raise _invalid("Start date must be before end date")
    if (end - start).days > MOST_DAYS:
        raise _invalid("Cost Explorer looks at most 14 months back")
    return start, end


def _next_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def _metrics(given: Sequence[str]) -> list[str]:
    wrong = [name for name in given if name not in (*COSTS, *QUANTITIES)]
    if wrong or not given:
        raise _invalid(f"Invalid Metrics: {', '.join(wrong) or 'none given'}")
    return list(given)


def _group_keys(given: Sequence[Mapping[str, str]]) -> list[str]:
    if len(given) > MOST_GROUPS:
        raise _invalid(f"At most {MOST_GROUPS} groups")
    for one in given:
        if one.get("Type") != "DIMENSION" or one.get("Key") not in DIMENSIONS:
            raise _invalid(f"The sandbox groups by the dimensions {', '.join(DIMENSIONS)}")
    return [DIMENSIONS[one["Key"]] for one in given]


def _result(
    span: tuple[date, date], found: Sequence[Line], metrics: Sequence[str], keys: Sequence[str]
) -> dict[str, Any]:
    groups: dict[tuple[str, ...], list[Line]] = {}
    for line in found:
        groups.setdefault(tuple(getattr(line, key) for key in keys), []).append(line)
    shown = [{"Keys": list(names), "Metrics": _amounts(groups[names], metrics)} for names in sorted(groups) if keys]
    return {
        "TimePeriod": {"Start": str(span[0]), "End": str(span[1])},
        "Total": {} if keys else _amounts(found, metrics),
        "Groups": shown,
        # Nothing is ever billed here.
        "Estimated": True,
    }


def _amounts(found: Sequence[Line], metrics: Iterable[str]) -> dict[str, Any]:
    units = {line.unit for line in found}
    unit = units.pop() if len(units) == 1 else "N/A"
    cost, quantity = spend.total(found), sum((line.quantity for line in found), Decimal(0))
    return {
        name: {"Amount": _number(cost), "Unit": "USD"} if name in COSTS else {"Amount": _number(quantity), "Unit": unit}
        for name in metrics
    }


def _number(amount: Decimal) -> str:
    return f"{amount:.10f}".rstrip("0").rstrip(".")


def _lines(invocation: Invocation, start: date, end: date) -> list[Line]:
    found = spend.lines(invocation.world, _accounts(invocation), _midnight(start), _midnight(end), invocation.now)
    wanted = invocation.parameters.get("Filter")
    if wanted is None:
        return found
    # A filter that cannot be is refused also where nothing was spent.
    _fits(_NOTHING, wanted)
    return [line for line in found if _fits(line, wanted)]


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _accounts(invocation: Invocation) -> list[str]:
    """The account's own, and for an organization's management account all its members."""
    with invocation.world.entered():
        found = membership(invocation.world, invocation.account_id)
        if found is None or found[0].account_id != invocation.account_id:
            return [invocation.account_id]
        members = {member.id for member in found[0].accounts}
    return sorted(members & set(invocation.world.accounts))


def _fits(line: Line, expression: Mapping[str, Any], depth: int = 0) -> bool:
    if depth > DEEPEST or len(expression) != 1:
        raise _invalid("An expression has one of And, Or, Not and Dimensions, and is not deep")
    ((kind, inner),) = expression.items()
    if kind in ("And", "Or"):
        fits = [_fits(line, one, depth + 1) for one in inner]
        return all(fits) if kind == "And" else any(fits)
    if kind == "Not":
        return not _fits(line, inner, depth + 1)
    if kind != "Dimensions" or inner.get("Key") not in DIMENSIONS:
        raise _invalid(f"The sandbox filters by the dimensions {', '.join(DIMENSIONS)}")
    return getattr(line, DIMENSIONS[inner["Key"]]) in inner.get("Values", ())


def get_cost_forecast(invocation: Invocation) -> dict[str, Any]:
    """Tell what would be spent if what runs now goes on; raises AwsError.

    https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_GetCostForecast.html
    """
    parameters = invocation.parameters
    spans = _spans(parameters)
    if spans[0][0] < invocation.now.date():
        raise _invalid("A forecast begins today or later")
    if parameters["Metric"] not in FORECASTS:
        raise _invalid(f"Costs are forecast, not {parameters['Metric']}")
    if parameters.get("Filter"):
        raise _invalid("The sandbox forecasts all costs together, without a filter")
    hourly = spend.hourly(invocation.world, _accounts(invocation))
    amounts = [hourly * 24 * (end - start).days for start, end in spans]
    results = [
        {"TimePeriod": {"Start": str(start), "End": str(end)}, "MeanValue": _number(amount)}
        for (start, end), amount in zip(spans, amounts, strict=True)
    ]
    total = {"Amount": _number(sum(amounts, Decimal(0))), "Unit": "USD"}
    return {"Total": total, "ForecastResultsByTime": results}


def get_dimension_values(invocation: Invocation) -> dict[str, Any]:
    """Tell the values that a dimension has in a period; raises AwsError.

    https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_GetDimensionValues.html
    """
    parameters = invocation.parameters
    if parameters["Dimension"] not in DIMENSIONS:
        raise _invalid(f"The sandbox has the dimensions {', '.join(DIMENSIONS)}")
    found = _lines(invocation, *_days(parameters["TimePeriod"]))
    text = parameters.get("SearchString") or ""
    values = sorted({getattr(line, DIMENSIONS[parameters["Dimension"]]) for line in found})
    shown = [{"Value": value, "Attributes": {}} for value in values if text.lower() in value.lower()]
    return {"DimensionValues": shown, "ReturnSize": len(shown), "TotalSize": len(shown)}


HANDLERS: dict[str, Handler] = {
    "GetCostAndUsage": get_cost_and_usage,
    "GetCostForecast": get_cost_forecast,
    "GetDimensionValues": get_dimension_values,
}
