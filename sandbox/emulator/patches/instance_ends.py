"""Instances remember to the microsecond when they were stopped; moto tells it in a sentence, to the second."""

import functools
from datetime import UTC, datetime
from typing import Any

from moto.ec2.models.instances import Instance

from sandbox.emulator.expectation import expect


def _noting(original: Any) -> Any:
    @functools.wraps(original)
    def end(self: Any, *args: Any, **kwargs: Any) -> Any:
        if self.state in ("running", "pending"):
            self.ended_at = datetime.now(UTC)
        return original(self, *args, **kwargs)

    return end


def apply() -> None:
    """Note the time in `stop` and `terminate`."""
    instance: Any = Instance
    for name in ("stop", "terminate"):
        expect(name in vars(Instance), f"Instance.{name}")
        setattr(instance, name, _noting(vars(Instance)[name]))
