"""SSM's public parameters are AWS's: one copy for all accounts, and none in an account's snapshots."""

import functools
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from moto.ssm.exceptions import SSMException
from moto.ssm.models import PARAMETER_BY_PATH_MAX_RESULTS, Parameter, ParameterDict, SimpleSystemManagerBackend

from sandbox.emulator import public_parameters, snapshots
from sandbox.emulator.expectation import expect
from sandbox.emulator.public_parameters import PublicParameter, is_public

# The parameters' true dates are not known to moto.
SINCE = datetime(2026, 1, 1, tzinfo=UTC)


def _reduce(parameters: ParameterDict) -> tuple[Any, ...]:
    # Snapshots from before may hold public ones.
    own = [(name, kept) for name, kept in dict.items(parameters) if not is_public(str(name))]
    return restore, (parameters.account_id, parameters.region_name, own)


def restore(account_id: str, region: str, own: list[tuple[str, Any]]) -> ParameterDict:
    """Make an account's parameters."""
    parameters = ParameterDict(account_id, region)
    for name, kept in own:
        dict.__setitem__(parameters, name, kept)
    return parameters


def _parameter(found: PublicParameter) -> Parameter:
    return Parameter(
        # Their ARNs name no account.
        account_id="",
        name=found.name,
        value=found.value,
        parameter_type="String",
        description=None,
        allowed_pattern=None,
        keyid=None,
        last_modified_date=SINCE,
        version=found.version,
        data_type=found.data_type,
    )


def _item(original: Any) -> Any:
    def getitem(self: ParameterDict, name: str) -> Any:
        if not is_public(name):
            return original(self, name)
        found = public_parameters.find(self.region_name, name)
        return [] if found is None else [_parameter(found)]

    return getitem


def _contains(original: Any) -> Any:
    def contains(self: ParameterDict, name: Any) -> bool:
        if isinstance(name, str) and is_public(name):
            return public_parameters.find(self.region_name, name) is not None
        return bool(original(self, name))

    return contains


def _keys_below(original: Any) -> Any:
    def get_keys_beginning_with(self: ParameterDict, path: str, recursive: bool) -> Iterator[str]:
        if is_public(path):
            return iter(public_parameters.names_below(self.region_name, path, recursive))
        return iter(list(original(self, path, recursive)))

    return get_keys_beginning_with


def _in_pages(original: Any) -> Any:
    """Wrap GetParametersByPath, which would make every parameter below the path for each page."""

    @functools.wraps(original)
    def get_parameters_by_path(
        self: Any, path: str, recursive: bool, filters: Any = None, next_token: str | None = None, max_results: int = 10
    ) -> Any:
        start = next_token or "0"
        if not (start.isdecimal() and start.isascii() and len(start) < 9):
            raise SSMException("InvalidNextToken", "The specified token is not valid.")
        if filters or not is_public(path) or max_results > PARAMETER_BY_PATH_MAX_RESULTS:
            return original(self, path, recursive, filters, next_token, max_results)
        names, end = public_parameters.names_below(self.region_name, path, bool(recursive)), int(start) + max_results
        page = [self.get_parameter(name) for name in names[int(start) : end]]
        return page, str(end) if end < len(names) else None

    return get_parameters_by_path


def apply() -> None:
    """Look public parameters up where all accounts have them in common."""
    parameters: Any = ParameterDict
    backend: Any = SimpleSystemManagerBackend
    expect(hasattr(parameters, "_check_loading_status"), "ParameterDict")
    parameters._check_loading_status = lambda self, key: None
    parameters.__getitem__ = _item(parameters.__getitem__)
    parameters.__contains__ = _contains(parameters.__contains__)
    parameters.get_keys_beginning_with = _keys_below(parameters.get_keys_beginning_with)
    backend.get_parameters_by_path = _in_pages(backend.get_parameters_by_path)
    snapshots.REDUCERS[ParameterDict] = _reduce
    snapshots.ALLOWED[restore.__module__, restore.__qualname__] = restore
