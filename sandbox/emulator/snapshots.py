"""A moto backend as bytes and back: pickled, compressed, sealed with the site's key.

Only the backend's own attributes are pickled; every reference to a backend, to itself or another one, becomes its
key, so that each backend is stored once and keeps its identity while its content is replaced.
"""

import collections
import copy
import copyreg
import datetime
import decimal
import enum
import hmac
import importlib
import io
import ipaddress
import json
import pickle
import re
import threading
import types
import uuid
import weakref
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

import zstandard
from botocore.model import ServiceModel
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from joserfc.jwk import RSAKey
from moto.core.base_backend import BackendDict, BaseBackend
from moto.core.model import ServiceModel as MotoServiceModel
from moto.core.utils import get_service_model
from requests.structures import CaseInsensitiveDict

if TYPE_CHECKING:
    from sandbox.emulator.world import World

SEAL_BYTES = 16

# Making one takes longer than using it; a process takes one call at a time.
_compressor = zstandard.ZstdCompressor(level=1)
_decompressor = zstandard.ZstdDecompressor()


class BrokenSeal(ValueError):
    """A stored blob was not written by this site: it is never unpickled."""


class ForbiddenClass(pickle.UnpicklingError):
    """A blob names something that no snapshot of a backend holds."""


def dump(backend: BaseBackend, key: bytes) -> bytes:
    """Snapshot a backend; equal content of an untouched backend gives equal bytes."""
    packed = _compressor.compress(pickled(backend.__dict__))
    return _seal(packed, key) + packed


def pickled(value: Any) -> bytes:
    """Pickle a part of a backend by the rules of snapshots."""
    stream = io.BytesIO()
    pickler = pickle.Pickler(stream, protocol=5)
    pickler.dispatch_table = REDUCERS
    pickler.dump(value)
    return stream.getvalue()


def load(blob: bytes, world: "World", key: bytes) -> dict[str, Any]:
    """Attributes of a backend from its snapshot; raises BrokenSeal or ForbiddenClass."""
    attributes: dict[str, Any] = unpickled(_unsealed(blob, key), world)
    return attributes


def dump_native(state: dict[str, Any], key: bytes) -> bytes:
    """Snapshot the state of a service of our own, which is JSON; equal states give equal bytes."""
    packed = _compressor.compress(json.dumps(state, sort_keys=True, separators=(",", ":")).encode())
    return _seal(packed, key) + packed


def load_native(blob: bytes, key: bytes) -> dict[str, Any]:
    """State of a service of our own from its snapshot; raises BrokenSeal."""
    state: dict[str, Any] = json.loads(_unsealed(blob, key))
    return state


def _unsealed(blob: bytes, key: bytes) -> bytes:
    seal, packed = blob[:SEAL_BYTES], blob[SEAL_BYTES:]
    if not hmac.compare_digest(seal, _seal(packed, key)):
        raise BrokenSeal("a snapshot does not carry this site's seal")
    data: bytes = _decompressor.decompress(packed)
    return data


def unpickled(data: bytes, world: "World") -> Any:
    """Read a part of a backend of which `dump` or the seal has vouched; raises ForbiddenClass."""
    return _Unpickler(io.BytesIO(data), world).load()


def _seal(packed: bytes, key: bytes) -> bytes:
    return blake2b(packed, digest_size=SEAL_BYTES, key=key).digest()


def register(backend: type[BaseBackend]) -> None:
    """Let snapshots refer to backends of this class."""
    REDUCERS.setdefault(backend, _reduce_backend)


def _reduce_backend(backend: Any) -> tuple[Any, ...]:
    return _Backend, (type(backend).__module__.split(".")[1], backend.account_id, backend.region_name)


def _reduce_backend_dict(backends: BackendDict[Any]) -> tuple[Any, ...]:
    return _Backends, (backends.backend.__module__.split(".")[1],)


class _Backend:
    """Stands in a snapshot for another backend; the unpickler resolves it in the world being loaded."""


class _Backends:
    """Stands in a snapshot for moto's dictionary of a service's backends."""


def _reduce_private_key(key: Any) -> tuple[Any, ...]:
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return load_private_key, (pem,)


def load_private_key(pem: bytes) -> Any:
    """Read a private key that we wrote ourselves; checking the primes again would cost 50 ms a key."""
    return serialization.load_pem_private_key(pem, None, unsafe_skip_rsa_key_validation=True)


def _reduce_public_key(key: Any) -> tuple[Any, ...]:
    pem = key.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    return load_public_key, (pem,)


def load_public_key(pem: bytes) -> Any:
    """Read a public key in PEM."""
    return serialization.load_pem_public_key(pem)


def _reduce_weak_values(mapping: weakref.WeakValueDictionary[Any, Any]) -> tuple[Any, ...]:
    return weak_values, (list(mapping.items()),)


def weak_values(items: list[tuple[Any, Any]]) -> weakref.WeakValueDictionary[Any, Any]:
    """Make a dictionary that does not keep its values alive."""
    mapping: weakref.WeakValueDictionary[Any, Any] = weakref.WeakValueDictionary()
    mapping.update(items)
    return mapping


def _reduce_event(event: threading.Event) -> tuple[Any, ...]:
    return make_event, (event.is_set(),)


def make_event(is_set: bool) -> threading.Event:
    """Make a threading event in the given state."""
    event = threading.Event()
    if is_set:
        event.set()
    return event


def make_lock() -> Any:
    """Make a new lock: a stored backend is locked by nobody."""
    return threading.Lock()


def make_rlock() -> Any:
    """Make a new reentrant lock."""
    return threading.RLock()


def _reduce_defaultdict(mapping: collections.defaultdict[Any, Any]) -> tuple[Any, ...]:
    factory = mapping.default_factory
    if factory is None or isinstance(factory, type):
        return collections.defaultdict, (factory,), None, None, iter(mapping.items())
    # A lambda cannot be pickled: keep what it makes.
    return defaultdict_of, (factory(), list(mapping.items()))


def defaultdict_of(sample: Any, items: list[tuple[Any, Any]]) -> collections.defaultdict[Any, Any]:
    """Make a defaultdict whose default is a copy of the sample."""
    return collections.defaultdict(lambda: copy.deepcopy(sample), items)


def _reduce_service_model(model: ServiceModel) -> tuple[Any, ...]:
    return get_service_model, (model.service_name,)


def _reduce_certificate(certificate: x509.Certificate) -> tuple[Any, ...]:
    return load_certificate, (certificate.public_bytes(serialization.Encoding.PEM),)


def load_certificate(pem: bytes) -> x509.Certificate:
    """Read a certificate in PEM."""
    return x509.load_pem_x509_certificate(pem)


def _reduce_jwk(key: RSAKey) -> tuple[Any, ...]:
    return load_jwk, (key.as_dict(),)


def load_jwk(members: dict[str, Any]) -> RSAKey:
    """Make a JSON Web Key again."""
    return RSAKey.import_key(members)


def attribute(holder: Any, name: str) -> Any:
    """What pickle asks `getattr` for: a member of an enumeration, or a moto object's own method; nothing else."""
    if isinstance(holder, type) and issubclass(holder, enum.Enum):
        return holder[name]
    kind = type(holder)
    if kind.__module__.startswith("moto.") and isinstance(getattr(kind, name, None), types.FunctionType):
        return getattr(holder, name)
    raise ForbiddenClass(f"a snapshot may not ask for {name} of {kind.__qualname__}")


REDUCERS: dict[type, Any] = {
    # What the standard library has registered (compiled patterns); a pickler's own table hides the common one.
    **copyreg.dispatch_table,
    type(threading.Lock()): lambda lock: (make_lock, ()),
    type(threading.RLock()): lambda lock: (make_rlock, ()),
    threading.Condition: lambda condition: (threading.Condition, ()),
    threading.Event: _reduce_event,
    weakref.WeakValueDictionary: _reduce_weak_values,
    collections.defaultdict: _reduce_defaultdict,
    ServiceModel: _reduce_service_model,
    MotoServiceModel: _reduce_service_model,
    RSAKey: _reduce_jwk,
    x509.Certificate: _reduce_certificate,
    BackendDict: _reduce_backend_dict,
}


def _register_keys() -> None:
    # cryptography's keys are of private Rust classes: learn them from samples, which protect nothing.
    samples: list[Any] = [
        ec.generate_private_key(ec.SECP256R1()),
        ed25519.Ed25519PrivateKey.generate(),
        rsa.generate_private_key(65537, 1024),  # noqa: S505  it signs nothing
    ]
    for sample in samples:
        REDUCERS[type(sample)] = _reduce_private_key
        REDUCERS[type(sample.public_key())] = _reduce_public_key


_register_keys()

# Beyond moto's own classes, a snapshot may name these and nothing else.
ALLOWED: dict[tuple[str, str], Any] = {
    (value.__module__, value.__qualname__): value
    for value in (
        load_private_key,
        load_public_key,
        weak_values,
        make_event,
        make_lock,
        make_rlock,
        defaultdict_of,
        get_service_model,
        load_jwk,
        load_certificate,
        CaseInsensitiveDict,
        threading.Condition,
        collections.OrderedDict,
        collections.defaultdict,
        collections.deque,
        collections.Counter,
        datetime.datetime,
        datetime.date,
        datetime.time,
        datetime.timedelta,
        datetime.timezone,
        decimal.Decimal,
        uuid.UUID,
        uuid.SafeUUID,
        ipaddress.IPv4Address,
        ipaddress.IPv4Network,
        ipaddress.IPv4Interface,
        ipaddress.IPv6Address,
        ipaddress.IPv6Network,
        set,
        frozenset,
        bytearray,
        complex,
        object,
        dict,
        list,
        tuple,
        str,
        int,
        float,
        bool,
        bytes,
        type(None),
    )
}
ALLOWED["builtins", "getattr"] = attribute
ALLOWED["re", "_compile"] = re._compile  # type: ignore[attr-defined]
ALLOWED["_codecs", "encode"] = importlib.import_module("_codecs").encode
ALLOWED["copyreg", "_reconstructor"] = copyreg._reconstructor  # type: ignore[attr-defined]


class _Unpickler(pickle.Unpickler):
    def __init__(self, stream: io.BytesIO, world: "World") -> None:
        super().__init__(stream)
        self._world = world

    def find_class(self, module: str, name: str) -> Any:
        if module == __name__ and name == "_Backend":
            return self._world.backend
        if module == __name__ and name == "_Backends":
            return importlib.import_module("sandbox.emulator.world").backend_dict
        if (found := ALLOWED.get((module, name))) is not None:
            return found
        if module.startswith(("moto.", "sandbox.emulator.patches.")):
            found = super().find_class(module, name)
            # Not every name in a module is the module's own: moto.x.os would be the operating system's.
            if isinstance(found, type) and found.__module__ == module and not isinstance(found, types.ModuleType):
                return found
        raise ForbiddenClass(f"a snapshot may not name {module}.{name}")
