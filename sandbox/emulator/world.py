"""One environment in memory: its accounts' moto backends, loaded from their stored rows when first touched.

moto keeps its state in process-wide dictionaries; `patches.isolation` makes those dictionaries ask the world that is
entered. A backend of another environment is therefore not hidden but simply not there.
"""

import importlib
import weakref
from collections import defaultdict
from collections.abc import Iterable, Mapping
from contextvars import ContextVar, Token
from dataclasses import dataclass, field
from functools import cache
from typing import Any, NamedTuple, Protocol

from moto.core.base_backend import AccountSpecificBackend, BackendDict, BaseBackend

from sandbox.emulator import snapshots
from sandbox.emulator.bucket_names import BucketNames
from sandbox.emulator.deliveries import Delivery, Judge, refuse
from sandbox.emulator.stack_resources import Objection, Stumble, no_objection


class Key(NamedTuple):
    """Which backend: the account, moto's name of the service, and the region ("aws" for global services)."""

    account_id: str
    service: str
    region: str


# Before the names of services whose state is ours and not moto's.
NATIVE = "native:"
# EC2 gives every region a default VPC.
_DRAWN_AT_BIRTH = frozenset(("ec2",))
_DERIVED_FROM = frozenset(("iam", "organizations", f"{NATIVE}iam", f"{NATIVE}organizations"))


class BodyStore(Protocol):
    """Where the bodies of S3 objects lie, named by their SHA-256 in hexadecimal."""

    def put(self, body: bytes) -> str: ...

    def get(self, digest: str) -> bytes: ...


class ForeignAccount(KeyError):
    """Something named an account that is not in the environment; to moto it is a missing key."""


class NoWorld(RuntimeError):
    """moto's state was touched outside of any environment: a mistake of ours, never answered from shared state."""


@dataclass(eq=False)
class World:
    """A loaded environment; `rows` are the sealed snapshots as stored, `version` the environment's version."""

    environment_id: str
    accounts: frozenset[str]
    bodies: BodyStore
    seal_key: bytes
    version: int = 0
    rows: dict[Key, bytes] = field(default_factory=dict)
    touched: dict[Key, BaseBackend] = field(default_factory=dict)
    # Backends that were made anew, with ids that would be others the next time: they must be stored even if only read.
    born: set[Key] = field(default_factory=set)
    acting: str | None = None
    operation: str = ""
    judge_delivery: Judge = refuse
    objection: Objection = no_objection
    stumble: Stumble | None = None
    _backends: dict[Key, BaseBackend] = field(default_factory=dict)
    _by_account: dict[tuple[int, str], AccountSpecificBackend[Any]] = field(default_factory=dict)
    _native: dict[Key, dict[str, Any]] = field(default_factory=dict)
    _opened: set[Key] = field(default_factory=set)
    # What others worked out of the state of IAM and of the organization; empty again when that changes.
    derived: dict[Any, Any] = field(default_factory=dict)
    _buckets: BucketNames | None = None
    # EC2 looks for its peers through class-wide sets of weak references; here they are the world's.
    peers: defaultdict[str, defaultdict[type, set[Any]]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(set))
    )

    def entered(self, acting: str | None = None, operation: str = "") -> "_Entry":
        """Make this the world whose state moto sees, in a `with`, and forget what was touched before.

        `acting` is the account that calls, `operation` the one that it was authorized for. Entered once more from
        within, it stays as it is.
        """
        return _Entry(self, acting, operation)

    def of_account(self, backends: BackendDict[Any], account_id: str) -> AccountSpecificBackend[Any]:
        """Backends of one service in one account; raises ForeignAccount."""
        key = (id(backends), account_id)
        found = self._by_account.get(key)
        if found is None:
            if account_id not in self.accounts:
                raise ForeignAccount(account_id)
            found = self._by_account[key] = _account_backends(backends, account_id)
        return found

    def backend(self, service: str, account_id: str, region: str) -> BaseBackend:
        """Backend by moto's service name; made or loaded when it is not there yet."""
        found = self._backends.get(Key(account_id, service, region))
        if found is not None:
            return found
        holder = self.of_account(backend_dict(service), account_id)
        return self.summon(holder, region)

    def existing(self, service: str, account_id: str, region: str) -> Any:
        """Backend that is loaded or stored; None rather than a fresh one, so that looking makes nothing."""
        key = Key(account_id, service, region)
        found = self._backends.get(key)
        if found is None and key in self.rows and account_id in self.accounts:
            return self.backend(service, account_id, region)
        return found

    def present(self) -> set[Key]:
        """Of all backends that are loaded or stored."""
        return {*self._backends, *self.rows}

    def summon(self, holder: AccountSpecificBackend[Any], region: str) -> BaseBackend:
        """Load a backend from its row, or make a fresh one; KeyError when the service is not in that region."""
        key = Key(holder.account_id, service_of(holder.backend), region)
        row = self.rows.get(key)
        if row is None:
            if region not in holder.regions:
                raise KeyError(region)
            backend: BaseBackend = holder.backend(region, account_id=holder.account_id)
            snapshots.register(type(backend))
            if key.service in _DRAWN_AT_BIRTH:
                self.born.add(key)
        else:
            backend = self._restore(holder, key, row)
        self._backends[key] = backend
        dict.__setitem__(holder, region, backend)
        return backend

    def _restore(self, holder: AccountSpecificBackend[Any], key: Key, row: bytes) -> BaseBackend:
        backend: BaseBackend = holder.backend.__new__(holder.backend)
        snapshots.register(type(backend))
        # Known before it is filled: what it holds may refer back to it.
        self._backends[key] = backend
        dict.__setitem__(holder, key.region, backend)
        try:
            self._fill(backend, row)
        except BaseException:
            # Never leave an empty backend behind that would pass for a new account's.
            del self._backends[key]
            dict.__delitem__(holder, key.region)
            raise
        return backend

    def _fill(self, backend: BaseBackend, row: bytes) -> None:
        backend.__dict__ = snapshots.load(row, self, self.seal_key)
        for attribute in ("vpc_refs", "vpc_pcx_refs", "backend_refs"):
            if hasattr(type(backend), attribute):
                self.peers[attribute][type(backend)].add(weakref.ref(backend))

    def native(self, service: str, account_id: str = "", region: str = "") -> dict[str, Any]:
        """State of a service of our own, to be read and changed in place: JSON, empty at first.

        Without an account it is the environment's.
        """
        key = Key(account_id, NATIVE + service, region)
        found = self._native.get(key)
        if found is None:
            row = self.rows.get(key)
            found = self._native[key] = {} if row is None else snapshots.load_native(row, self.seal_key)
        self._opened.add(key)
        return found

    def refresh(self, version: int, rows: Mapping[Key, bytes]) -> None:
        """Take over rows that another process wrote; loaded backends keep their identity and get the new content."""
        self.version = version
        self.rows.update(rows)
        self._forget_derived(rows)
        with self.entered():
            for key, row in rows.items():
                if key in self._backends:
                    self._fill(self._backends[key], row)
                self._native.pop(key, None)
                if key.service == "s3":
                    self._buckets = None

    def revert(self) -> None:
        """Bring everything that was touched back to what is stored, inside of the entry that touched it."""
        for key, backend in self.touched.items():
            if key in self.rows:
                self._fill(backend, self.rows[key])
            else:
                made = type(backend)(key.region, account_id=key.account_id)
                backend.__dict__ = made.__dict__
            if key.service == "s3":
                self._buckets = None

    def changes(self) -> dict[Key, bytes]:
        """Sealed snapshots of what was touched and differs from what is stored."""
        changed = {}
        for key, backend in self.touched.items():
            row = snapshots.dump(backend, self.seal_key)
            if self.rows.get(key) != row:
                changed[key] = row
        changed |= self.native_changes(self._opened)
        self._forget_derived(changed)
        return changed

    def _forget_derived(self, changed: Iterable[Key]) -> None:
        if any(key.service in _DERIVED_FROM for key in changed):
            self.derived.clear()

    def native_changes(self, keys: Iterable[Key]) -> dict[Key, bytes]:
        """Sealed snapshots of states of our own that differ from what is stored."""
        changed = {}
        for key in keys:
            state = self._native[key]
            row = snapshots.dump_native(state, self.seal_key) if state or key in self.rows else None
            if self.rows.get(key) != row and row is not None:
                changed[key] = row
        return changed

    @property
    def buckets(self) -> BucketNames:
        """S3's name space in this environment."""
        if self._buckets is None:
            self._buckets = BucketNames()
            with self.entered():
                for key in [key for key in self.rows if key.service == "s3"]:
                    owned = self.backend("s3", key.account_id, key.region).buckets
                    self._buckets.update(dict.fromkeys(owned, (key.region, key.account_id)))
        return self._buckets

    def may_deliver(self, delivery: Delivery) -> bool:
        """Whether a service may bring something to a resource; the world's judge knows the policies."""
        return self.judge_delivery(self, delivery)

    def load_stored(self, holder: AccountSpecificBackend[Any]) -> None:
        """Load every stored region of a service in an account, for code that walks through all regions."""
        service = service_of(holder.backend)
        for key in [key for key in self.rows if key.service == service and key.account_id == holder.account_id]:
            self.backend(service, key.account_id, key.region)


class _Entry:
    """A stay in a world."""

    __slots__ = ("acting", "operation", "token", "world")

    def __init__(self, world: World, acting: str | None, operation: str) -> None:
        self.world, self.acting, self.operation = world, acting, operation
        self.token: Token[World | None] | None = None

    def __enter__(self) -> World:
        world = self.world
        if _CURRENT.get() is not world:
            world.touched, world._opened, world.born = {}, set(), set()
            world.acting, world.operation = self.acting, self.operation
            self.token = _CURRENT.set(world)
        return world

    def __exit__(self, *_: object) -> None:
        if self.token is not None:
            _CURRENT.reset(self.token)


_CURRENT: ContextVar[World | None] = ContextVar("world", default=None)


def current() -> World:
    """The world that is entered; raises NoWorld."""
    world = _CURRENT.get()
    if world is None:
        raise NoWorld("moto's state was touched outside of an environment")
    return world


@cache
def backend_dict(service: str) -> BackendDict[Any]:
    """moto's dictionary of backends of a service, by the name of moto's module ("awslambda_simple")."""
    module = importlib.import_module(f"moto.{service}.models")
    for value in vars(module).values():
        if isinstance(value, BackendDict) and service_of(value.backend) == service:
            return value
    raise LookupError(f"moto.{service}.models keeps no backends")


@cache
def service_of(backend: type[BaseBackend]) -> str:
    """moto's name of the service that a class of backends belongs to: its module's."""
    return backend.__module__.split(".")[1]


@cache
def _regions(backends_id: int, service: str) -> tuple[str, ...]:
    backends = backend_dict(service)
    holder = AccountSpecificBackend(
        backends.service_name,
        "000000000000",
        backends.backend,
        backends._use_boto3_regions,
        backends._additional_regions,
    )
    return tuple(holder.regions)


def _account_backends(backends: BackendDict[Any], account_id: str) -> AccountSpecificBackend[Any]:
    holder: AccountSpecificBackend[Any] = AccountSpecificBackend(
        backends.service_name, account_id, backends.backend, False, None
    )
    # Asking botocore for the regions costs milliseconds; they are the same for every account.
    holder.regions = _regions(id(backends), service_of(backends.backend))
    return holder
