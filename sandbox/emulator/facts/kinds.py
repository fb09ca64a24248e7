"""How a kind of resource is found and told of: the parts that the tables of kinds are put together from.

Everything here reads what exists; nothing asks moto to make, load defaults or note a visit.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from sandbox.authorization.state import Resource
from sandbox.emulator.world import World

Thing = Any


@dataclass(frozen=True, slots=True)
class Place:
    """An account in a region of an environment."""

    world: World
    account_id: str
    region: str

    def backend(self, service: str) -> Any:
        """moto's backend of a regional service; None where the account has nothing."""
        return self.world.existing(service, self.account_id, self.region)

    def global_backend(self, service: str) -> Any:
        """moto's backend of a service that has one for all regions."""
        return self.world.existing(service, self.account_id, self.partition)

    @property
    def partition(self) -> str:
        return partition_of(self.region)

    def arn(self, service: str, resource: str) -> str:
        """ARN of a regional resource of this place."""
        return f"arn:{self.partition}:{service}:{self.region}:{self.account_id}:{resource}"

    def global_arn(self, service: str, resource: str) -> str:
        """ARN of the account's resource that lies in no region."""
        return f"arn:{self.partition}:{service}::{self.account_id}:{resource}"


@cache
def partition_of(region: str) -> str:
    """Partition that a region belongs to."""
    if region.startswith("cn-"):
        return "aws-cn"
    return "aws-us-gov" if region.startswith("us-gov-") else "aws"


Locate = Callable[[Place, str], Thing | None]
Describe = Callable[[Place, Thing], Resource]
Link = Callable[[Place, Thing], Iterable[str | None]]


@dataclass(frozen=True, slots=True)
class Referring:
    """Something without an ARN that names resources: find one, and say what it refers to, by kind."""

    locate: Locate
    links: Mapping[str, Link]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of resource: find one by whatever names it, tell of it, and name what it refers to, by kind."""

    locate: Locate
    describe: Describe
    links: Mapping[str, Link] = field(default_factory=dict)


Values = tuple[str, ...]
Tags = Callable[[Place, Thing, str], Any]


def no_tags(place: Place, thing: Thing, arn: str) -> dict[str, str]:
    """For resources that carry no tags."""
    return {}


def no_keys(place: Place, thing: Thing) -> dict[str, Any]:
    """For resources without condition keys of their own."""
    return {}


def described(
    arn: Callable[[Place, Thing], str],
    tags: Tags = no_tags,
    keys: Callable[[Place, Thing], Mapping[str, Any]] = no_keys,
) -> Describe:
    """Tell of a resource by its ARN, its tags and its condition keys; a key whose value is None is left out."""

    def describe(place: Place, thing: Thing) -> Resource:
        name = arn(place, thing)
        return Resource(name, place.account_id, plain_tags(tags(place, thing, name)), plain_keys(keys(place, thing)))

    return describe


def attribute(name: str) -> Callable[[Place, Thing], str]:
    """The ARN that moto keeps in an attribute."""
    return lambda place, thing: getattr(thing, name)


def own_tags(place: Place, thing: Thing, arn: str) -> Any:
    """Tags that moto keeps at the resource itself."""
    return thing.tags


def tagged_by(service: str, holder: str = "tagger", *, everywhere: bool = False) -> Tags:
    """Tags that moto's service keeps apart, by ARN."""

    def tags(place: Place, thing: Thing, arn: str) -> Any:
        backend = place.global_backend(service) if everywhere else place.backend(service)
        return getattr(backend, holder).tags.get(arn) if backend is not None else None

    return tags


def plain_tags(tags: Any) -> dict[str, str]:
    """Tags in any of moto's shapes as a dictionary."""
    if not tags:
        return {}
    if isinstance(tags, Mapping):
        return {key: _tag_value(value) for key, value in tags.items()}
    return {_member(tag, "key"): _member(tag, "value") for tag in tags}


def _tag_value(value: Any) -> str:
    return _member(value, "value") if isinstance(value, Mapping) else value or ""


def _member(tag: Mapping[str, Any], name: str) -> str:
    found = next((value for key, value in tag.items() if key.lower().removeprefix("tag") == name), None)
    return "" if found is None else str(found)


def plain_keys(keys: Mapping[str, Any]) -> dict[str, Values]:
    """Condition keys with their values as texts, always several."""
    return {name: _texts(value) for name, value in keys.items() if value is not None}


def _texts(value: Any) -> Values:
    if isinstance(value, bool):
        return ("true",) if value else ("false",)
    if isinstance(value, (list, tuple, set, frozenset)):
        return tuple(str(one) for one in value)
    return (str(value),)


def resource_of(identifier: str) -> str:
    """The last part of an ARN, or the identifier itself when it is none."""
    if identifier.startswith("arn:"):
        parts = identifier.split(":", 5)
        return parts[5] if len(parts) == 6 else ""
    return identifier


def short(identifier: str, *prefixes: str) -> str:
    """The name in an ARN or path, without the first of the prefixes that it begins with."""
    resource = resource_of(identifier)
    for prefix in prefixes:
        if resource.startswith(prefix):
            return resource[len(prefix) :]
    return resource


def keyed(service: str, collection: str, *prefixes: str, everywhere: bool = False) -> Locate:
    """Find by the name under which moto keeps it."""

    def locate(place: Place, identifier: str) -> Thing | None:
        backend = place.global_backend(service) if everywhere else place.backend(service)
        return getattr(backend, collection).get(short(identifier, *prefixes)) if backend is not None else None

    return locate


def among(service: str, things: Callable[[Any], Iterable[Thing]], *attributes: str, everywhere: bool = False) -> Locate:
    """Find the first one of which an attribute is the identifier as given."""

    def locate(place: Place, identifier: str) -> Thing | None:
        backend = place.global_backend(service) if everywhere else place.backend(service)
        if backend is None:
            return None
        return next((one for one in things(backend) if _named(one, attributes, identifier)), None)

    return locate


def _named(thing: Thing, attributes: Iterable[str], identifier: str) -> bool:
    return any(getattr(thing, name, None) == identifier for name in attributes)


def values_of(collection: str) -> Callable[[Any], Iterable[Thing]]:
    """The values of a dictionary of moto's backend."""
    return lambda backend: getattr(backend, collection).values()


def refers(name: str) -> Link:
    """What an attribute names: one resource, several, or none."""

    def link(place: Place, thing: Thing) -> Iterable[str | None]:
        value = getattr(thing, name, None)
        return value if isinstance(value, (list, tuple, set)) else (value,)

    return link
