"""What CloudFormation calls for each type of resource: the table in resources.txt, read once."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sandbox.wire import services

TABLE = Path(__file__).parent / "resources.txt"


@dataclass(frozen=True, slots=True)
class Operation:
    """One call; `given` are its parameters as in the table, `when` and `each` properties as dotted paths or ""."""

    service: str
    name: str
    given: Mapping[str, str]
    when: str = ""
    each: str = ""

    @property
    def property(self) -> str:
        """The property that this call is about, "" when it is about the resource."""
        return (self.when or self.each).partition(".")[0]


@dataclass(frozen=True, slots=True)
class Kind:
    """A type of resource; `id` and `arn` are templates, `name` the property that names it, each "" for none."""

    type: str
    name: str = ""
    id: str = "{name}"
    arn: str = ""
    make: list[Operation] = field(default_factory=list)
    remove: list[Operation] = field(default_factory=list)
    change: list[Operation] = field(default_factory=list)


def read_checked(text: str) -> dict[str, Kind]:
    """Kinds by type; raises ValueError for what the table's language or the services' models do not have."""
    kinds = read(text)
    for kind in kinds.values():
        for operation in (*kind.make, *kind.change, *kind.remove):
            _check(operation, f"{kind.type} {operation.name}")
    return kinds


def read(text: str) -> dict[str, Kind]:
    """Kinds by type, without loading the services' models; raises ValueError for what the table's language lacks."""
    kinds: dict[str, Kind] = {}
    service = ""
    for line in text.splitlines():
        if line.startswith("["):
            kind, service = _head(line)
            if kind.type in kinds:
                raise ValueError(f"{kind.type}: two entries")
            kinds[kind.type] = kind
        elif line and not line.startswith("#"):
            _add(kind, *_operation(line, service))
    return kinds


def _head(line: str) -> tuple[Kind, str]:
    type_name, _, rest = line[1:].partition("] ")
    service, *told = rest.split(" ")
    given = dict(part.split("=", 1) for part in told)
    return Kind(type_name, given.get("name", ""), given.get("id", "{name}"), given.get("arn", "")), service


def _add(kind: Kind, sign: str, operation: Operation) -> None:
    if sign in "+*":
        kind.make.append(operation)
    if sign in "~*":
        kind.change.append(operation)
    if sign == "-":
        kind.remove.append(operation)


def _operation(line: str, service: str) -> tuple[str, Operation]:
    sign, name, *rest = line.split(" ")
    if sign not in ("+", "-", "~", "*"):
        raise ValueError(line)
    other, _, own = name.rpartition(":")
    words = iter(rest)
    given: dict[str, str] = {}
    asides = {"if": "", "each": ""}
    for word in words:
        if word in asides:
            asides[word] = next(words)
        else:
            parameter, _, value = word.partition("=")
            given[parameter] = value
    return sign, Operation(other or service, own, given, asides["if"], asides["each"])


def _check(operation: Operation, line: str) -> None:
    if operation.name not in services.load(operation.service).operations:
        raise ValueError(f"{line}: no such operation")
    shape = services.load(operation.service).operations[operation.name].input
    known = shape.members if shape is not None else {}
    if unknown := [name for name in operation.given if name.partition(".")[0] not in known]:
        raise ValueError(f"{line}: no parameter {unknown}")


def at(properties: Any, path: str) -> Any:
    """The property at a dotted path; None when it is not there."""
    found = properties
    for step in path.split("."):
        found = found.get(step) if isinstance(found, dict) else None
    return found


def items(properties: Mapping[str, Any], path: str) -> Iterator[Any]:
    """The elements of a list at a path, one when it is no list."""
    found = at(properties, path)
    yield from found if isinstance(found, list) else () if found is None else (found,)


KINDS: Mapping[str, Kind] = read(TABLE.read_text())
