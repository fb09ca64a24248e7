"""Mapping an operation by its name: the action of that name, its resource types, their ARNs' placeholders."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby

from sandbox.iam import reference
from sandbox.iam.reference import Action, ResourceUse
from sandbox.wire import services

from .rows import Clause, Condition, Target
from .templates import template

IAM_PREFIXES = {"monitoring": "cloudwatch", "tagging": "tag"}
# How sure a way to find a placeholder's parameter is; a derived row is called by its least sure one.
WAYS = ("name", "exact", "part", "alias", "arn", "generic", "create")
CREATES = ("Create", "Register", "Import", "Request", "Allocate", "Copy", "Run", "Upload", "Put", "Start", "Publish")
ANY_ARN = ("ResourceArn", "resourceArn", "ResourceARN", "resourceARN", "Arn", "arn", "resource", "Resource", "ARN")
GENERIC = ("Name", "Id", "Names", "Ids", "name", "id", "names", "ids", "ResourceId", "ResourceName", "Identifier")
# Parts of ARNs that callers do not give: the state knows them. The second ones stand before the name.
UNKNOWN_PARTS = {"Id", "RecorderId", "ConformancePackId", "StoredQueryId", "UniqueId", "OpaqueId", "FleetId"}
FIRST_UNKNOWN = {"GroupId", "Id"}
# Placeholder → parameter, where no rule leads from one to the other.
ALIASES = {
    "QueueName": ("QueueUrl",),
    "TopicName": ("TopicArn",),
    "KeyId": ("KeyId",),
    "SecretId": ("SecretId",),
    "TableName": ("TableName",),
    "Alias": ("AliasName",),
    "FunctionName": ("FunctionName",),
    "StateMachineName": ("stateMachineArn",),
    "ActivityName": ("activityArn",),
    "GroupFriendlyName": ("AutoScalingGroupName", "AutoScalingGroupNames"),
    "SecurityGroupId": ("GroupId", "GroupIds"),
    "AllocationId": ("AllocationId",),
    "OidcProviderName": ("OpenIDConnectProviderArn",),
    "MfaTokenIdWithPath": ("SerialNumber",),
    "NatGatewayId": ("NatGatewayId",),
    "LogGroupName": ("logGroupName", "logGroupIdentifier"),
    "StackName": ("StackName",),
    "ClusterName": ("cluster", "clusterName"),
    "ServiceName": ("service", "serviceName"),
    "TaskId": ("task", "tasks"),
    "ContainerInstanceId": ("containerInstance", "containerInstances"),
    "TaskDefinitionFamilyName": ("taskDefinition", "family"),
    "RepositoryName": ("repositoryName", "repositoryNames"),
    "EventBusName": ("EventBusName",),
    "UserPoolId": ("UserPoolId",),
}


@dataclass(frozen=True, slots=True)
class Derived:
    """A derived mapping and the least sure of the ways that led to it; no clauses when none was found."""

    clauses: tuple[Clause, ...]
    way: str


def prefix_of(service: str) -> str:
    """The name in policies of botocore's service."""
    name = services.facts(service).signing_name
    return IAM_PREFIXES.get(name, name)


def derive(service: str, operation: str) -> Derived:
    """The mapping of an operation to the action of the same name; none when its resources cannot be told."""
    prefix = prefix_of(service)
    action = reference.action(prefix, operation)
    if action is None:
        return Derived((), "no action of this name")
    return derive_action(prefix, action, members(service, operation))


def members(service: str, operation: str) -> tuple[str, ...]:
    """Names of an operation's top-level parameters."""
    shape = services.load(service).operations[operation].input
    return tuple(shape.members) if shape else ()


def derive_action(prefix: str, action: Action, names: tuple[str, ...]) -> Derived:
    """The mapping of an action, its resources found in parameters of these names."""
    found = [(use, _resolved(prefix, use, action, names)) for use in action.resources]
    lost = [use.type for use, resolved in found if resolved is None and use.required]
    if lost:
        return Derived((), f"unresolved {' '.join(lost)}")
    resolved = [(use, *parts) for use, parts in found if parts is not None]
    targets = tuple(_merged(prefix, resolved))
    way = max((way for *_, way in resolved), key=WAYS.index, default="name")
    clauses = (Clause(f"{prefix}:{action.name}", targets),)
    return Derived(_qualified(clauses[0]) if prefix == "lambda" and "Qualifier" in names else clauses, way)


def _qualified(clause: Clause) -> tuple[Clause, ...]:
    """With a qualifier the version or alias is asked for, not the function."""
    alias = Target(("lambda:function alias",), ("FunctionName", "Qualifier"))
    function = Target(("lambda:function",), ("FunctionName",))
    return (
        Clause(clause.action, (function,), Condition("Qualifier", negated=True)),
        Clause(clause.action, (alias,), Condition("Qualifier")),
    )


def _merged(prefix: str, resolved: list[tuple[ResourceUse, tuple[str, ...], str]]) -> Iterable[Target]:
    """Types that the same parameters name are one target: the ARN or name tells of which type it is."""

    def paths(item: tuple[ResourceUse, tuple[str, ...], str]) -> tuple[str, ...]:
        return item[1]

    apart = [item for item in resolved if set(item[1]) <= {"*"}]
    yield from (Target((f"{prefix}:{use.type}",), names, not use.required) for use, names, _ in apart)
    together = [item for item in resolved if item not in apart]
    for names, group in groupby(sorted(together, key=paths), key=paths):
        uses = [use for use, *_ in group]
        optional = not any(use.required for use in uses)
        yield Target(tuple(f"{prefix}:{use.type}" for use in uses), names, optional)


def _resolved(
    prefix: str, use: ResourceUse, action: Action, names: tuple[str, ...]
) -> tuple[tuple[str, ...], str] | None:
    kind = f"{prefix}:{use.type}"
    slots = template(kind).slots
    whole = _first(names, _arn_names(use.type))
    if whole:
        named = _parameter(slots[0], use, names, True)[0] if len(slots) == 1 else ""
        return (f"{whole}|{named}" if named and named != whole else whole,), "arn"
    ways: list[str] = []
    paths: list[str] = []
    alone = len(slots) == 1
    for slot in slots:
        path, way = _parameter(slot, use, names, alone)
        if not path and alone and len(action.resources) == 1:
            path, way = _first(names, ANY_ARN + GENERIC), "generic"
        if not path and use.required and action.name.startswith(CREATES):
            path, way = "*", "create"
        if (not path and paths and slot in UNKNOWN_PARTS) or (slot in FIRST_UNKNOWN and not path):
            path, way = "*", "part"
        if not path:
            whole = _first(names, ANY_ARN)
            return ((whole,), "arn") if whole else None
        paths.append(path)
        ways.append(way)
    if set(paths) == {"*"} and "create" not in ways and paths:
        return None
    return tuple(paths), max(ways, key=WAYS.index, default="exact")


def _parameter(slot: str, use: ResourceUse, names: tuple[str, ...], alone: bool) -> tuple[str, str]:
    exact = _first(names, (slot, slot.removesuffix("WithPath"), f"{slot}s"))
    if exact:
        return exact, "exact"
    return _first(names, ALIASES.get(slot, ()) + (_type_names(use.type) if alone else ())), "alias"


def _arn_names(kind: str) -> tuple[str, ...]:
    word = _word(kind)
    return (f"{word}Arn", f"{word}Arns")


def _type_names(kind: str) -> tuple[str, ...]:
    word = _word(kind)
    return tuple(f"{word}{ending}" for ending in ("Name", "Id", "Identifier", "", "Names", "Ids", "s", "Identifiers"))


def _word(kind: str) -> str:
    return re.sub(r"[^A-Za-z0-9]", "", kind)


def _first(names: Iterable[str], wanted: Iterable[str]) -> str:
    """The first wanted name that there is, whatever its case."""
    known: Mapping[str, str] = {name.lower(): name for name in names}
    return next((known[name.lower()] for name in wanted if name.lower() in known), "")
