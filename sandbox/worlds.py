"""The environments that this process holds in memory: a cache, checked against the database at every use."""

from collections import OrderedDict
from threading import RLock
from uuid import UUID

from sandbox import store
from sandbox.emulator import World
from sandbox.models import Account

MOST_LOADED = 300

# moto is not made for threads: one call at a time in a process; more processes serve more.
lock = RLock()
_loaded: "OrderedDict[UUID, World]" = OrderedDict()
_environment_of: dict[str, UUID] = {}


class UnknownAccount(LookupError):
    """No account of this site has that id."""


def environment_of(account_id: str) -> UUID:
    """Environment that an account belongs to, for good; raises UnknownAccount."""
    found = _environment_of.get(account_id)
    if found is None:
        row = Account.objects.filter(pk=account_id).values_list("environment_id", flat=True).first()
        if row is None:
            raise UnknownAccount(account_id)
        found = _environment_of[account_id] = row
    return found


def opened(environment_id: UUID) -> World:
    """The environment as stored this moment; raises store.EnvironmentGone."""
    world = _loaded.get(environment_id)
    try:
        if world is None:
            world = _loaded[environment_id] = store.open_world(environment_id)
            while len(_loaded) > MOST_LOADED:
                _loaded.popitem(last=False)
        else:
            _loaded.move_to_end(environment_id)
            store.catch_up(world, environment_id)
    except store.EnvironmentGone:
        drop(environment_id)
        for account_id in [a for a, e in _environment_of.items() if e == environment_id]:
            del _environment_of[account_id]
        raise
    return world


def drop(environment_id: UUID) -> None:
    """Forget what is in memory; the next use loads what is stored."""
    _loaded.pop(environment_id, None)
