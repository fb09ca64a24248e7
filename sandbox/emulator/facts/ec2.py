"""How every kind of EC2 is found and told of: by id in a collection of moto's backend."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from sandbox.authorization.state import Resource
from sandbox.emulator.facts.kinds import Kind, Link, Place, Thing, no_keys, plain_keys, plain_tags, short

Find = Callable[[Any, str], Thing | None]
Keys = Callable[[Place, Thing], Mapping[str, Any]]


def ec2_kind(
    word: str, find: Find | str, keys: Keys = no_keys, links: Mapping[str, Link] | None = None, name: str = "id"
) -> Kind:
    """`word` as in ARNs; `find` the collection of moto's backend, by id, or how to look into the backend."""
    look: Find = (lambda ec2, wanted: getattr(ec2, find).get(wanted)) if isinstance(find, str) else find

    def locate(place: Place, identifier: str) -> Thing | None:
        ec2 = place.backend("ec2")
        return look(ec2, short(identifier, f"{word}/")) if ec2 is not None else None

    def describe(place: Place, thing: Thing) -> Resource:
        arn = place.arn("ec2", f"{word}/{getattr(thing, name)}")
        own = {"ec2:Region": place.region, **keys(place, thing)}
        return Resource(arn, place.account_id, tags_of(place, thing.id), plain_keys(own))

    return Kind(locate, describe, links or {})


def tags_of(place: Place, identifier: str) -> dict[str, str]:
    """Tags of a resource by its id."""
    return plain_tags(place.backend("ec2").tags.get(identifier))


def ec2_arn(place: Place, word: str, identifier: str | None) -> str | None:
    """ARN of a resource of this place, if there is one."""
    return place.arn("ec2", f"{word}/{identifier}") if identifier else None


def by_attribute(things: Iterable[Thing], attribute: str, wanted: str) -> Thing | None:
    """The first thing of which an attribute has the value."""
    return next((one for one in things if getattr(one, attribute) == wanted), None)
