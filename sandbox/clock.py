"""The clock of an environment: it can be moved forward, never back.

Signatures are checked by the real time, since the caller's own clock makes them; sessions, conditions and everything
that the sandbox itself dates go by the environment's.
"""

from datetime import UTC, datetime, timedelta

from sandbox.emulator import World

STATE = "clock"
# Certificates and budgets are about months; further on nothing new is to be learnt.
FURTHEST = timedelta(days=5 * 365)


class ClockError(ValueError):
    """The clock cannot be set to that."""


def time_in(world: World, real: datetime) -> datetime:
    """The environment's time at a real time."""
    return real + timedelta(seconds=world.native(STATE).get("ahead", 0))


def time_at(world: World, real: datetime) -> datetime:
    """What the environment's clock showed at a real time of the past."""
    moves = world.native(STATE).get("moves", ())
    ahead = sum(move["by"] for move in moves if datetime.fromisoformat(move["at"]) <= real)
    return real + timedelta(seconds=ahead)


def move_forward(world: World, by: timedelta) -> timedelta:
    """Move the clock forward; returns how far ahead of the real time it is now. Raises ClockError."""
    state = world.native(STATE)
    ahead = timedelta(seconds=state.get("ahead", 0)) + by
    if by < timedelta(0):
        raise ClockError("the clock of an environment only goes forward")
    if ahead > FURTHEST:
        raise ClockError(f"the clock goes at most {FURTHEST.days} days ahead")
    state["ahead"] = int(ahead.total_seconds())
    state.setdefault("moves", []).append({"at": datetime.now(UTC).isoformat(), "by": int(by.total_seconds())})
    return ahead
