"""Change the conditions of an environment from outside of a call: its weather, its sessions, its clock."""

from collections.abc import Callable, Iterable
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TypeVar
from uuid import UUID

from django.db import transaction

from sandbox import budget_alerts, clock, deliveries, regions, sessions, store, weather, worlds
from sandbox.emulator import World
from sandbox.models import Environment
from sandbox.weather import Fault

T = TypeVar("T")
# After this many lost races the change is made under a lock on the environment's row.
TRIES = 3


@dataclass(frozen=True, slots=True)
class Conditions:
    """How an environment stands now: `time` is its clock's, `ahead` of the real one; `zones_out` are zone ids."""

    faults: tuple[Fault, ...]
    skew: timedelta
    zones_out: frozenset[str]
    time: datetime
    ahead: timedelta

    @property
    def fair(self) -> bool:
        """Nothing of the weather is on."""
        return not (self.faults or self.skew or self.zones_out)


def conditions_of(environment_id: UUID, *, now: datetime | None = None) -> Conditions:
    """Read the weather and the clock of an environment; raises store.EnvironmentGone."""
    real = now or datetime.now(UTC)
    with worlds.lock:
        world = worlds.opened(environment_id)
        time = clock.time_in(world, real)
        skew = weather.server_time(world, real) - real
        return Conditions(tuple(weather.faults(world)), skew, weather.zones_out(world), time, time - real)


def set_fault(*, environment_id: UUID, fault: Fault) -> None:
    """Turn a fault on; raises weather.BadWeather and store.EnvironmentGone, as all of these may."""
    _change(environment_id, lambda world: weather.set_fault(world, fault))


def remove_fault(*, environment_id: UUID, fault: Fault) -> None:
    """Turn the fault of the same kind, service and operation off; none is no mistake."""
    _change(environment_id, lambda world: weather.clear(world, fault))


def clear_weather(*, environment_id: UUID) -> None:
    """End all faults and outages, and let the services' clock be right."""
    _change(environment_id, weather.clear)


def end_sessions(*, environment_id: UUID, now: datetime | None = None) -> None:
    """Let all temporary credentials that were given out until now expire, in every account."""
    real = now or datetime.now(UTC)

    def act(world: World) -> None:
        for account_id in world.accounts:
            sessions.end_all(world, account_id, clock.time_in(world, real))

    _change(environment_id, act)


def set_skew(*, environment_id: UUID, by: timedelta) -> None:
    """Let the services' clock be off; raises weather.BadWeather."""
    _change(environment_id, lambda world: weather.set_skew(world, by))


def set_outage(*, environment_id: UUID, region: str, zone_ids: Iterable[str]) -> None:
    """Let these zones of a region be out, and its others be well; other regions stay as they are."""
    of_region = regions.REGIONS[region].zones.keys()
    chosen = set(zone_ids) & set(of_region)

    def act(world: World) -> None:
        weather.set_outage(world, [*(weather.zones_out(world) - set(of_region)), *chosen])

    _change(environment_id, act)


def move_clock_forward(*, environment_id: UUID, by: timedelta) -> timedelta:
    """Move the environment's clock; returns how far it is ahead of the real time. Raises clock.ClockError."""

    def act(world: World) -> timedelta:
        ahead = clock.move_forward(world, by)
        world.judge_delivery = deliveries.may_deliver
        for account_id in world.accounts:
            budget_alerts.evaluate(world, account_id, clock.time_in(world, datetime.now(UTC)))
        return ahead

    return _change(environment_id, act)


def _change(environment_id: UUID, act: Callable[[World], T]) -> T:
    """Change a world and store it; again, when somebody else has stored a change meanwhile."""
    for attempt in range(TRIES + 1):
        last = attempt == TRIES
        with worlds.lock, transaction.atomic() if last else nullcontext():
            if last:
                worlds.drop(environment_id)
                Environment.objects.select_for_update().filter(pk=environment_id).first()
            try:
                return _changed(environment_id, act)
            except store.Conflict:
                worlds.drop(environment_id)
    raise RuntimeError("a change under the environment's lock lost a race")


def _changed(environment_id: UUID, act: Callable[[World], T]) -> T:
    world = worlds.opened(environment_id)
    try:
        with world.entered():
            result = act(world)
            store.commit(world, environment_id, world.changes(), [])
    except Exception:
        # What was changed in memory and not stored is forgotten.
        worlds.drop(environment_id)
        raise
    return result
