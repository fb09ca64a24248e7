"""Keep SSM's public parameters, which are AWS's and thousands, out of the snapshots of an account."""

from typing import Any

from moto.ssm.models import ParameterDict

from sandbox.emulator import snapshots
from sandbox.emulator.expectation import expect

PUBLIC = "/aws/service/"
LOADED = (
    "latest_amis_loaded",
    "latest_region_defaults_loaded",
    "latest_service_defaults_loaded",
    "latest_ecs_amis_loaded",
)


def _reduce(parameters: ParameterDict) -> tuple[Any, ...]:
    own = [(name, kept) for name, kept in dict.items(parameters) if not str(name).startswith(PUBLIC)]
    return restore, (parameters.account_id, parameters.region_name, own)


def restore(account_id: str, region: str, own: list[tuple[str, Any]]) -> ParameterDict:
    """Make an account's parameters; the public ones are loaded again when they are asked for."""
    parameters = ParameterDict(account_id, region)
    for name, kept in own:
        dict.__setitem__(parameters, name, kept)
    return parameters


def apply() -> None:
    """Snapshot only the account's own parameters."""
    sample = ParameterDict("000000000000", "us-east-1")
    expect(all(hasattr(sample, flag) for flag in LOADED), "ParameterDict")
    snapshots.REDUCERS[ParameterDict] = _reduce
    snapshots.ALLOWED[restore.__module__, restore.__qualname__] = restore
