"""What the sandbox does with every operation of every service it offers, told from the code's own tables."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from itertools import accumulate

from sandbox import emulator
from sandbox.authorization.table import operation_names
from sandbox.services import MODULES, NATIVE, OFFERED

Place = tuple[str, str]


class Way(StrEnum):
    """Who answers an operation."""

    NATIVE = "native"
    EMULATED = "moto"
    REFUSED = "refused"
    ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation; `reason` tells why it is refused."""

    name: str
    way: Way
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Share:
    """How many operations are answered in one way; in percent, for drawing, where the share starts and its width."""

    way: Way
    count: int
    start: float
    width: float


@dataclass(frozen=True, slots=True)
class Service:
    """One service with all its operations, by name."""

    name: str
    operations: tuple[Operation, ...]

    @property
    def shares(self) -> tuple[Share, ...]:
        """A share for every way, those with nothing too."""
        return _shares(self.operations)

    @property
    def by_way(self) -> tuple[tuple[Way, tuple[Operation, ...]], ...]:
        """The operations in groups of one way, without empty groups."""
        groups = ((way, tuple(one for one in self.operations if one.way is way)) for way in Way)
        return tuple((way, group) for way, group in groups if group)


@dataclass(frozen=True, slots=True)
class Coverage:
    """All services, by name."""

    services: tuple[Service, ...]

    @property
    def shares(self) -> tuple[Share, ...]:
        """The shares over all services."""
        return _shares([operation for service in self.services for operation in service.operations])

    def find(self, name: str) -> Service | None:
        """The service of botocore's name; None when the sandbox does not offer it."""
        return next((service for service in self.services if service.name == name), None)


def coverage(
    names: Mapping[str, Iterable[str]],
    *,
    native: Collection[Place],
    refused: Mapping[Place, str],
    emulates: Callable[[str, str], bool],
) -> Coverage:
    """Tell for each operation who answers it; in the order in which the gateway asks: native, refused, moto."""

    def told(service: str, name: str) -> Operation:
        place = service, name
        if place in native:
            return Operation(name, Way.NATIVE)
        if place in refused:
            return Operation(name, Way.REFUSED, refused[place])
        return Operation(name, Way.EMULATED if emulates(service, name) else Way.ABSENT)

    return Coverage(
        tuple(
            Service(service, tuple(told(service, name) for name in sorted(operations)))
            for service, operations in sorted(names.items())
        )
    )


@cache
def coverage_of_sandbox() -> Coverage:
    """The sandbox's own coverage, worked out once in a process; moto's addresses of all services are loaded for it."""
    # Their parameters are checked by code of ours, but what they do is moto's doing.
    forwarded = {
        (service, name) for service, module in MODULES.items() for name in getattr(module, "FORWARDED", frozenset())
    }
    return coverage(
        {service: names for service, names in operation_names().items() if service in OFFERED},
        native=NATIVE.keys() - forwarded,
        refused=emulator.REFUSED,
        emulates=_emulates,
    )


def matching(found: Coverage, query: str) -> Coverage:
    """The services and operations whose name has the query in it, whatever the case.

    A service whose name fits is kept with all its operations, of others only the operations that fit.
    """
    wanted = query.casefold().split()
    kept = (Service(service.name, tuple(_fitting(service, wanted))) for service in found.services)
    return Coverage(tuple(service for service in kept if service.operations))


def _fitting(service: Service, wanted: list[str]) -> Iterable[Operation]:
    """Every word must be in the service's or the operation's name."""
    for operation in service.operations:
        if all(word in f"{service.name}:{operation.name}".casefold() for word in wanted):
            yield operation


def _emulates(service: str, operation: str) -> bool:
    return service in emulator.SERVICES and emulator.emulates(service, operation)


def _shares(operations: Collection[Operation]) -> tuple[Share, ...]:
    counts = [sum(operation.way is way for operation in operations) for way in Way]
    width = 100 / (len(operations) or 1)
    return tuple(
        Share(way, count, round(width * before, 2), round(width * count, 2))
        for way, count, before in zip(Way, counts, accumulate(counts, initial=0), strict=False)
    )
