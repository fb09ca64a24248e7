"""Which condition keys an operation's parameters give to an action: found once, read at each call."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from sandbox.authorization.locating import Located
from sandbox.authorization.parameters import Reader, reader
from sandbox.authorization.questions import Asked
from sandbox.authorization.state import Resource
from sandbox.iam import reference
from sandbox.wire import services
from sandbox.wire.shapes import Shape

from .declared import NOT_KEYS, PATHS
from .readers import READERS, KeyReader, Pairs
from .tags import TAG_KEY_PARAMETERS, TAG_PARAMETERS, read_tags, tag_keys


@cache
def parameter_keys(service: str, operation: str, action: str, kind: str) -> tuple[KeyReader, ...]:
    """Readers of the condition keys that the reference lists for an action on a kind and the parameters hold."""
    shape = services.load(service).operations[operation].input
    known = listed(action, kind)
    readers = _path_readers({key: path for key in sorted(known) if (path := _path(key, shape))})
    if shape is not None and ("aws:tagkeys" in known or "aws:requesttag/" in known):
        readers += _tag_readers(tuple(shape.members), kind.partition(":")[2])
    readers += [read for key, read in READERS.items() if key in known]
    return tuple(readers)


@cache
def listed(action: str, kind: str) -> frozenset[str]:
    """An action's condition keys, and those for this kind of resource, in lower case, cut before a placeholder."""
    prefix, _, name = action.partition(":")
    found = reference.action(prefix, name)
    if found is None:
        return frozenset()
    own = kind.partition(":")[2]
    keys = [*found.condition_keys, *(key for use in found.resources if use.type == own for key in use.condition_keys)]
    return frozenset(key.lower().partition("${")[0] for key in keys)


def resource_keys(kind: str, found: Resource) -> Pairs:
    """The condition keys that an existing resource brings: its tags under each name they have, and its own."""
    for stem in _tag_stems(kind):
        for key, value in found.tags.items():
            yield f"{stem}{key.lower()}", (value,)
    for key, values in found.keys.items():
        # Names without a prefix are facts for the mapping alone.
        if ":" in key:
            yield key.lower(), values


@cache
def _tag_stems(kind: str) -> tuple[str, ...]:
    """Names under which a kind's tags are known: `aws:resourcetag/`, `ec2:resourcetag/`."""
    if kind == "s3:object":
        # An object's tags are `s3:ExistingObjectTag`s.
        return ()
    prefix, _, name = kind.partition(":")
    known = reference.resource_types(prefix).get(name)
    keys = [key.lower() for key in (known.condition_keys if known else ())]
    return tuple(key.partition("${")[0] for key in keys if "resourcetag/${" in key)


def _path(key: str, shape: Shape | None) -> str:
    """The parameter that a key is read from: declared, else the one that bears the key's name."""
    if shape is None or key in READERS:
        return ""
    for path in PATHS.get(key, ()):
        if path.split(".")[0] in shape.members:
            return path
    if key in PATHS or key in NOT_KEYS or key.startswith("aws:"):
        return ""
    return _same_named(key.partition(":")[2], shape)


def _same_named(name: str, shape: Shape) -> str:
    """`ssm:Overwrite` is the parameter Overwrite, `codebuild:source.type` that path."""
    steps: list[str] = []
    at = shape
    for step in name.split("."):
        if at.kind == "list":
            at = at.member
        if at.kind != "structure":
            return ""
        names = {known.lower(): known for known in at.members}
        if step not in names:
            return ""
        steps.append(names[step])
        at = at.members[names[step]]
    plain = at.member if at.kind == "list" else at
    return ".".join(steps) if plain.kind not in ("structure", "map", "blob", "list") else ""


def _path_readers(paths: Mapping[str, str]) -> list[KeyReader]:
    """One reader for all keys that have a path: it looks only at the parameters that are given."""
    by_parameter: dict[str, list[tuple[str, Reader]]] = {}
    for key, path in paths.items():
        by_parameter.setdefault(path.split(".")[0], []).append((key, reader(path)))
    if not by_parameter:
        return []

    def read_keys(asked: Asked, located: Located) -> Pairs:
        parameters = asked.parameters
        return [
            (key, values)
            for name in by_parameter.keys() & parameters.keys()
            for key, read in by_parameter[name]
            if (values := read(parameters))
        ]

    return [read_keys]


def _tag_readers(names: tuple[str, ...], kind: str) -> list[KeyReader]:
    given = next((name for name in TAG_PARAMETERS if name in names), "")
    removed = next((name for name in TAG_KEY_PARAMETERS if name in names), "")
    if not given and not removed:
        return []
    gone = reader(removed) if removed else None

    def read_key(asked: Asked, located: Located) -> Pairs:
        if given not in asked.parameters and removed not in asked.parameters:
            return ()
        value = _for_kind(asked.parameters.get(given), kind)
        keys = gone(asked.parameters) if gone else ()
        return tag_keys(read_tags(value) if value else {}, keys) if value or keys else ()

    return [read_key]


def _for_kind(value: Any, kind: str) -> Any:
    """Of tag specifications, those for resources of this kind."""
    if not isinstance(value, list) or not any(isinstance(each, dict) and "ResourceType" in each for each in value):
        return value
    return [each for each in value if each.get("ResourceType", kind) == kind]
