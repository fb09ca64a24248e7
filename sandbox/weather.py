"""Weather: faults that a lab or the learner has turned on in an environment, as AWS's services show them.

The state is `world.native("weather")`; it is changed by `set_fault` and `clear`, and by each call that uses up one of
a fault's times.
"""

import random
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from sandbox.emulator import Key, World
from sandbox.emulator.world import NATIVE
from sandbox.wire import AwsError, Call

STATE = "weather"
KEY = Key("", NATIVE + STATE, "")
# An answer's header by which the web server holds it back (seconds); it never leaves the site.
DELAY = "x-entrypoint-delay"
MOST_FAULTS = 50
MOST_TIMES = 10_000
LONGEST_DELAY = 30.0
LARGEST_SKEW = timedelta(hours=24)


class Kind(StrEnum):
    """What happens to a call."""

    THROTTLE = "throttle"
    ERROR = "error"
    LATENCY = "latency"


class BadWeather(ValueError):
    """There is no such weather; the text says what is wrong."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault of a service's operation ("*" for every one).

    It strikes `times` calls, or each with the chance `rate` (0 to 1) when `times` is None. `seconds` delay the answer
    (latency), `status` is 500 or 503 (error).
    """

    kind: Kind
    service: str = "*"
    operation: str = "*"
    times: int | None = None
    rate: float = 1.0
    seconds: float = 0.0
    status: int = 500


@dataclass(frozen=True, slots=True)
class Strike:
    """What the weather does to a call: an error instead of the answer, or a delay before it."""

    error: AwsError | None
    seconds: float
    used_up: bool


def set_fault(world: World, fault: Fault) -> None:
    """Turn a fault on; one of the same kind for the same operation is replaced. Raises BadWeather."""
    _check(fault)
    faults = [one for one in _faults(world) if (one.kind, one.service, one.operation) != _place(fault)]
    if len(faults) >= MOST_FAULTS:
        raise BadWeather(f"an environment has at most {MOST_FAULTS} faults at once")
    _store(world, [*faults, fault])


def clear(world: World, fault: Fault | None = None) -> None:
    """Turn a fault off, or all of the weather."""
    if fault is None:
        world.native(STATE).clear()
    else:
        _store(world, [one for one in _faults(world) if _place(one) != _place(fault)])


def faults(world: World) -> list[Fault]:
    """The faults that are on."""
    return _faults(world)


def set_skew(world: World, by: timedelta) -> None:
    """Let AWS's clock be off, so that well-made signatures look early or late. Raises BadWeather."""
    if abs(by) > LARGEST_SKEW:
        raise BadWeather("a clock is off by a day at most")
    world.native(STATE)["skew"] = by.total_seconds()


def server_time(world: World, real: datetime) -> datetime:
    """The time by which signatures are checked."""
    return real + timedelta(seconds=world.native(STATE).get("skew", 0))


def set_outage(world: World, zone_ids: list[str]) -> None:
    """Let availability zones, by their ids, take nothing new; an empty list ends the outage."""
    world.native(STATE)["zones"] = sorted(set(zone_ids))


def zones_out(world: World) -> frozenset[str]:
    """Ids of the zones that are out."""
    return frozenset(world.native(STATE).get("zones", ()))


def strike(world: World, call: Call, chance: random.Random) -> Strike | None:
    """What the weather does to a call now; a fault with a number of times has one less afterwards."""
    delay, error, used_up, left = 0.0, None, False, []
    on = _faults(world)
    for fault in on:
        if error is None and _hits(fault, call, chance):
            if fault.kind is Kind.LATENCY:
                delay += fault.seconds
            else:
                error = _error(fault, call)
            used_up = used_up or fault.times is not None
            fault = _with_one_less(fault)
        if fault.times != 0:
            left.append(fault)
    if used_up:
        _store(world, left)
    return Strike(error, min(delay, LONGEST_DELAY), used_up) if error or delay else None


def _place(fault: Fault) -> tuple[Kind, str, str]:
    return fault.kind, fault.service, fault.operation


def _check(fault: Fault) -> None:
    if fault.times is not None and not 1 <= fault.times <= MOST_TIMES:
        raise BadWeather(f"times: from 1 to {MOST_TIMES}")
    if not 0 < fault.rate <= 1:
        raise BadWeather("rate: above 0 and at most 1")
    if fault.kind is Kind.LATENCY and not 0 < fault.seconds <= LONGEST_DELAY:
        raise BadWeather(f"seconds: above 0 and at most {LONGEST_DELAY:.0f}")
    if fault.kind is Kind.ERROR and fault.status not in (500, 503):
        raise BadWeather("status: 500 or 503")


def _faults(world: World) -> list[Fault]:
    return [Fault(**{**row, "kind": Kind(row["kind"])}) for row in world.native(STATE).get("faults", ())]


def _store(world: World, on: list[Fault]) -> None:
    world.native(STATE)["faults"] = [asdict(fault) for fault in on]


def _hits(fault: Fault, call: Call, chance: random.Random) -> bool:
    if fault.service not in ("*", call.service) or fault.operation not in ("*", call.operation_name):
        return False
    return fault.times is not None or chance.random() < fault.rate


def _with_one_less(fault: Fault) -> Fault:
    return fault if fault.times is None else replace(fault, times=fault.times - 1)


# Code, status and sentence of throttling, where a service has its own.
_THROTTLED = {
    "s3": ("SlowDown", 503, "Please reduce your request rate."),
    "ec2": ("RequestLimitExceeded", 503, "Request limit exceeded."),
    "lambda": ("TooManyRequestsException", 429, "Rate Exceeded."),
    "apigateway": ("TooManyRequestsException", 429, "Too Many Requests"),
    "dynamodb": (
        "ProvisionedThroughputExceededException",
        400,
        "The level of configured provisioned throughput for the table was exceeded. Consider increasing your "
        "provisioning level with the UpdateTable API.",
    ),
    "kinesis": ("ProvisionedThroughputExceededException", 400, "Rate exceeded for the stream."),
}
_UNAVAILABLE = {500: ("InternalFailure", "InternalServerError"), 503: ("ServiceUnavailable", "ServiceUnavailable")}


def throttled(call: Call) -> AwsError:
    """The error by which a call's service says that there were too many."""
    other = ("ThrottlingException", 429 if call.protocol == "rest-json" else 400, "Rate exceeded")
    usual = other if _speaks_json(call) else ("Throttling", 400, "Rate exceeded")
    code, status, message = _THROTTLED.get(call.service, usual)
    return AwsError(code, message, status)


def _speaks_json(call: Call) -> bool:
    return call.protocol in ("json", "rest-json", "smithy-rpc-v2-cbor")


def _error(fault: Fault, call: Call) -> AwsError:
    if fault.kind is Kind.THROTTLE:
        return throttled(call)
    code = _UNAVAILABLE[fault.status][_speaks_json(call)]
    if call.service == "s3" and fault.status == 500:
        code = "InternalError"
    return AwsError(code, "The service cannot answer at the moment. Please try again.", fault.status)
