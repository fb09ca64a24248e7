"""Names of all operations of the sandbox's services, read from the reviewed table: no model need be loaded for them."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

_FILE = Path(__file__).parent / "data" / "table.tsv"


@cache
def operation_names() -> Mapping[str, tuple[str, ...]]:
    """Service → its operations in the order of names, both by botocore's names."""
    names: dict[str, list[str]] = {}
    for line in _FILE.read_text(encoding="utf-8").splitlines():
        service, operation, *_ = line.split("\t")
        names.setdefault(service, []).append(operation)
    return MappingProxyType({service: tuple(operations) for service, operations in names.items()})
