"""Keep the bodies of S3 objects out of the snapshots: a key holds a body's SHA-256, the store holds the body."""

import threading
from typing import Any

from moto.s3.models import FakeKey, FakeMultipart, _VersionedKeyStore
from moto.utilities.utils import md5_hash

from sandbox.emulator import snapshots
from sandbox.emulator.expectation import expect
from sandbox.emulator.world import current

EMPTY = ""


def _read(self: Any) -> bytes:
    return current().bodies.get(self._body) if self._body else b""


def _write(self: Any, body: bytes | str) -> None:
    data = body.encode() if isinstance(body, str) else bytes(body)
    self.contentsize = len(data)
    self._body = current().bodies.put(data) if data else EMPTY
    if self._etag is None:
        self._etag = md5_hash(data).hexdigest()


def _etag(self: Any) -> str:
    return f'"{self._etag}"'


def _getstate(self: Any) -> dict[str, Any]:
    # For copying; storing goes by `frozen_elements`.
    return {name: value for name, value in self.__dict__.items() if name not in ("lock", "_frozen")}


def _setstate(self: Any, state: dict[str, Any]) -> None:
    self.__dict__.update(state)
    self.lock = threading.Lock()


class _NoBuffer:
    """Stands for the spooled file that every key would open."""

    def __get__(self, key: Any, owner: type) -> None:
        return None

    def __set__(self, key: Any, value: Any) -> None:
        value.close()


def _dispose(self: Any, garbage: bool = False) -> None:
    self.disposed = True


def _reduce_versions(store: _VersionedKeyStore) -> tuple[Any, ...]:
    # Its own items() shows the newest version only: read the lists below it.
    return restore_versions, (
        [(name, dict.__getitem__(store, name)) for name in dict.keys(store)],
        store.__dict__,
    )


def restore_versions(versions: list[tuple[str, list[Any]]], attributes: dict[str, Any]) -> _VersionedKeyStore:
    """Make a bucket's keys from (name, all versions of the object)."""
    store = _VersionedKeyStore()
    store.__dict__.update(attributes)
    for name, kept in versions:
        dict.__setitem__(store, name, kept)
    return store


def apply() -> None:
    """Store bodies when a key is written, read them when it is read."""
    key: Any = FakeKey
    expect(hasattr(key, "value") and hasattr(FakeMultipart, "dispose"), "FakeKey")
    key._value_buffer = _NoBuffer()
    key.value = property(_read, _write)
    key.etag = property(_etag)
    key.__getstate__ = _getstate
    key.__setstate__ = _setstate
    key.dispose = _dispose
    key.__del__ = lambda self: None
    snapshots.REDUCERS[_VersionedKeyStore] = _reduce_versions
    snapshots.ALLOWED[restore_versions.__module__, restore_versions.__qualname__] = restore_versions
