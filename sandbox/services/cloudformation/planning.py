"""Which calls CloudFormation makes to create, change and delete the resources of a template."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from sandbox.authorization import Asked
from sandbox.wire import services

from .kinds import KINDS, Kind, Operation, at, items
from .shaping import MISSING, fit
from .template import UNKNOWN, Resource


@dataclass(frozen=True, slots=True)
class Place:
    """The stack for which calls are made; `tags` are the stack's, which its resources get too."""

    stack_name: str
    region: str
    partition: str
    account_id: str
    tags: Mapping[str, str]

    def fill(self, template: str, name: str, path: str = "/") -> str:
        """An id or ARN of a resource in the stack's account and region."""
        return template.format(
            name=name, path=path, region=self.region, partition=self.partition, account=self.account_id
        )


@dataclass(frozen=True, slots=True)
class Step:
    """One call for one resource; `verb` is CREATE, UPDATE or DELETE."""

    logical_id: str
    type: str
    verb: str
    asked: Asked
    physical_id: str = ""


def name_of(place: Place, kind: Kind, logical_id: str, properties: Mapping[str, Any]) -> str:
    """The name that a resource is made with, as far as it is known."""
    given = at(properties, kind.name) if kind.name else None
    if isinstance(given, str | int) and not isinstance(given, bool) and given != "":
        return str(given)
    generated = f"{place.stack_name}-{logical_id}-{UNKNOWN}"
    return generated.lower() if kind.type == "AWS::S3::Bucket" else generated


def attribute_of(
    place: Place,
    physical: Mapping[str, str],
    logical_id: str,
    type_name: str,
    properties: Mapping[str, Any],
    attribute: str,
) -> str:
    """What Ref (attribute "") or GetAtt gives of a resource; UNKNOWN where only the service could tell."""
    kind, known = KINDS.get(type_name), physical.get(logical_id, "")
    if kind is None:
        return known if known and not attribute else UNKNOWN
    path = _path(properties)
    name = known.rpartition("/")[2].rpartition(":")[2] if known else name_of(place, kind, logical_id, properties)
    if not attribute:
        return known or place.fill(kind.id, name, path)
    if attribute.endswith("Arn") and kind.arn:
        return known if known.startswith("arn:") else place.fill(kind.arn, name, path)
    return name if attribute == kind.name and kind.name else UNKNOWN


def _path(properties: Mapping[str, Any]) -> str:
    path = properties.get("Path")
    return path if isinstance(path, str) and path.startswith("/") else "/"


def creation(place: Place, resource: Resource, physical_id: str = "") -> Iterator[Step]:
    """The calls that make a resource; `physical_id` is its name when it is decided already."""
    kind = KINDS[resource.type]
    name = physical_id or name_of(place, kind, resource.logical_id, resource.properties)
    for operation in kind.make:
        if operation.when and at(resource.properties, operation.when) is None:
            continue
        yield from _steps(place, resource, "CREATE", operation, name)


def deletion(place: Place, resource: Resource, physical_id: str) -> Iterator[Step]:
    """The calls that delete a resource; none for one that is retained."""
    for operation in () if resource.retained else KINDS[resource.type].remove:
        if not operation.when or at(resource.properties, operation.when) is not None:
            yield from _steps(place, resource, "DELETE", operation, physical_id)


def change(place: Place, old: Resource, new: Resource, physical_id: str) -> Iterator[Step]:
    """The calls that make the new out of the old resource: changes where there are such, else another resource."""
    kind = KINDS[new.type]
    changed = {
        name for name in {*old.properties, *new.properties} if old.properties.get(name) != new.properties.get(name)
    }
    if not changed and old.type == new.type:
        return
    particular = [one for one in kind.change if one.property in changed]
    covered = {one.property for one in particular}
    general = [one for one in kind.change if not one.property] if changed - covered else []
    replaced = kind.name in changed or (changed - covered and not general)
    if old.type != new.type or replaced:
        yield from creation(place, new)
        yield from deletion(place, old, physical_id)
        return
    for operation in (*general, *particular):
        yield from _steps(place, new, "UPDATE", operation, physical_id)


def _steps(place: Place, resource: Resource, verb: str, operation: Operation, physical_id: str) -> Iterator[Step]:
    elements: Iterable[Any] = items(resource.properties, operation.each) if operation.each else (None,)
    for element in elements:
        parameters = _parameters(place, resource, operation, physical_id, element)
        asked = Asked(operation.service, operation.name, place.region, place.partition, place.account_id, parameters)
        yield Step(resource.logical_id, resource.type, verb, asked, physical_id)


def _parameters(
    place: Place, resource: Resource, operation: Operation, physical_id: str, element: Any
) -> dict[str, Any]:
    shape = services.load(operation.service).operations[operation.name].input
    if shape is None:
        return {}
    given: dict[str, Any] = dict(resource.properties)
    tags = _tags(place, resource)
    if tags:
        given["Tags"] = tags
    value = partial(_value, place, resource, physical_id, element, tags)
    for name, told in operation.given.items():
        outer, _, inner = name.partition(".")
        found = value(told)
        given = {key: one for key, one in given.items() if key.lower() != outer.lower()}
        if found is not None:
            given[outer] = {inner: found} if inner else found
    fitted = fit(shape, given)
    return fitted if fitted is not MISSING else {}


def _value(place: Place, resource: Resource, physical_id: str, element: Any, tags: list[Any], told: str) -> Any:
    if told.startswith("["):
        found = _value(place, resource, physical_id, element, tags, told[1:-1])
        return None if found is None else found if isinstance(found, list) else [found]
    if told.startswith("tags:"):
        return [{"ResourceType": told.removeprefix("tags:"), "Tags": tags}] if tags else None
    if told == "@id":
        return physical_id
    if told == "@each":
        return element
    if told.startswith("@each."):
        return at(element, told.removeprefix("@each."))
    if told.startswith("@"):
        return at(resource.properties, told[1:])
    name = physical_id.rpartition("/")[2].rpartition(":")[2]
    return place.fill(told, name, _path(resource.properties)) if "{" in told else told


def _tags(place: Place, resource: Resource) -> list[dict[str, Any]]:
    """The stack's tags and the resource's own, which come first."""
    own = resource.properties.get("Tags")
    if isinstance(own, dict):
        own = [{"Key": name, "Value": value} for name, value in own.items()]
    known = [one for one in own or () if isinstance(one, dict)] if isinstance(own, list) else []
    names = {str(one.get("Key")) for one in known}
    return [*known, *({"Key": name, "Value": value} for name, value in place.tags.items() if name not in names)]
