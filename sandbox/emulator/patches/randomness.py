"""Ids and secrets from the system's secure source, so that no learner can predict another's."""

import random as system_random
import uuid
from typing import Any

from moto.moto_api._internal import mock_random
from moto.moto_api._internal.moto_random import MotoRandom

_SOURCE = system_random.SystemRandom()
# Modules that draw from Python's own generator instead of moto's.
_STRAY = ("moto.elasticache.models", "moto.ec2.models.reserved_instances")


class SecureRandom(MotoRandom):  # type: ignore[misc]  # moto is untyped to us
    """moto's source of randomness, drawn from the operating system; a seed changes nothing."""

    def random(self) -> float:
        return _SOURCE.random()

    def getrandbits(self, k: int) -> int:
        return _SOURCE.getrandbits(k)

    def uuid4(self) -> uuid.UUID:
        return uuid.uuid4()


def apply() -> None:
    """Turn moto's one generator, which many modules hold, into a secure one."""
    import importlib

    mock_random.__class__ = SecureRandom
    for name in _STRAY:
        module: Any = importlib.import_module(name)
        module.random = _SOURCE
