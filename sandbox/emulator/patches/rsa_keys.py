"""Keys of RSA cost up to a second of computing each: an account makes only some in a minute."""

import time
from collections.abc import Callable
from typing import Any

import moto.ec2.models.key_pairs as key_pairs
import moto.kms.models as kms_models
from moto.acm.models import CertBundle
from moto.kms.utils import RSAPrivateKey

from sandbox.emulator.expectation import expect
from sandbox.emulator.throttling import Allowance
from sandbox.emulator.world import current

# A key of 2048 bits counts as one, about 0.1 s; larger ones cost as much more as was measured.
COSTS = {2048: 1, 3072: 4, 4096: 8}
MOST_A_MINUTE = 24

allowance = Allowance(MOST_A_MINUTE)


def _spend(key_size: int = 2048) -> None:
    if (account_id := current().acting) is not None:
        allowance.spend(account_id, COSTS.get(key_size, 0), time.monotonic())


def _counted(original: Callable[..., Any]) -> Callable[..., Any]:
    def make(*args: Any, **kwargs: Any) -> Any:
        _spend()
        return original(*args, **kwargs)

    return make


def _counted_by_size(original: Callable[[Any, int], None]) -> Callable[[Any, int], None]:
    def make(self: Any, key_size: int) -> None:
        _spend(key_size)
        original(self, key_size)

    return make


def _only_where_needed(original: Callable[[str], Any]) -> Callable[[str], Any]:
    def generate_private_key(key_spec: str) -> Any:
        # moto makes a pair of RSA for a key that signs nothing, too.
        return original(key_spec if key_spec.startswith(("RSA_", "ECC_")) else "ECC_NIST_P256")

    return generate_private_key


def apply() -> None:
    """Count wherever moto makes a key of RSA for a learner."""
    modules: Any = key_pairs
    bundle: Any = CertBundle
    key: Any = RSAPrivateKey
    expect(hasattr(modules, "random_rsa_key_pair"), "where EC2 makes key pairs")
    kms: Any = kms_models
    kms.generate_private_key = _only_where_needed(kms.generate_private_key)
    modules.random_rsa_key_pair = _counted(modules.random_rsa_key_pair)
    bundle.generate_cert = _counted(bundle.generate_cert)
    key.__init__ = _counted_by_size(key.__init__)
