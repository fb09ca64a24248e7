"""Lambda and ECS."""

from collections.abc import Callable, Iterable
from typing import Any

from sandbox.emulator.facts.kinds import (
    Kind,
    Link,
    Locate,
    Place,
    Thing,
    attribute,
    described,
    keyed,
    own_tags,
    refers,
    short,
)

ARN = attribute("arn")

# Lambda


def _function_name(identifier: str) -> tuple[str, str]:
    """Name and qualifier from a name, a partial ARN ("111122223333:function:fn") or an ARN, each with ":qualifier"."""
    name = short(identifier, "function:")
    if ":function:" in name:
        name = name.partition(":function:")[2]
    name, _, qualifier = name.partition(":")
    return name, qualifier


def _kept(place: Place, identifier: str) -> tuple[Any, Any, str]:
    """moto's backend, its record of a function with all versions, and the qualifier that was named."""
    backend = place.backend("awslambda_simple")
    name, qualifier = _function_name(identifier)
    return backend, backend._lambdas._functions.get(name) if backend is not None else None, qualifier


def _function(place: Place, identifier: str) -> Thing | None:
    """The function itself, whatever qualifier follows its name."""
    _, kept, _ = _kept(place, identifier)
    return kept["latest"] if kept is not None else None


def _base_arn(function: Thing) -> str:
    """ARN of the function itself; a published version carries its number."""
    return ":".join(function.function_arn.split(":")[:7])


def _version(place: Place, identifier: str) -> tuple[Thing, str] | None:
    _, kept, qualifier = _kept(place, identifier)
    if kept is None:
        return None
    numbers = {str(one.version) for one in kept["versions"]}
    return (kept["latest"], qualifier) if qualifier in numbers or qualifier == "$LATEST" else None


def _alias(place: Place, identifier: str) -> tuple[Thing, str] | None:
    backend, kept, qualifier = _kept(place, identifier)
    if kept is None:
        return None
    aliases = backend._lambdas._aliases.get(_base_arn(kept["latest"]), {})
    return (kept["latest"], qualifier) if qualifier in aliases else None


# Versions and aliases carry the tags of their function.
QUALIFIED = described(lambda place, found: f"{_base_arn(found[0])}:{found[1]}", lambda place, found, arn: found[0].tags)
OF_FUNCTION: dict[str, Link] = {"lambda:function": lambda place, found: (_base_arn(found[0]),)}


def _layer(place: Place, identifier: str) -> Thing | None:
    backend = place.backend("awslambda_simple")
    name = short(identifier, "layer:").partition(":")[0]
    return backend._layers._layers.get(name) if backend is not None else None


def _layer_version(place: Place, identifier: str) -> Thing | None:
    """A layer's version by ARN or "name:number"."""
    layer = _layer(place, identifier)
    return layer.layer_versions.get(identifier.rpartition(":")[2]) if layer is not None else None


def _mapping(place: Place, identifier: str) -> Thing | None:
    backend = place.backend("awslambda_simple")
    wanted = short(identifier, "event-source-mapping:")
    return backend._event_source_mappings.get(wanted) if backend is not None else None


def _layers_of(place: Place, function: Thing) -> Iterable[str]:
    return [layer["Arn"] for layer in function.layers]


LAMBDA: dict[str, Kind] = {
    "lambda:function": Kind(
        _function,
        described(lambda place, function: _base_arn(function), own_tags),
        {"iam:role": refers("role"), "lambda:layerVersion": _layers_of, "kms:key": refers("kms_key_arn")},
    ),
    "lambda:function version": Kind(_version, QUALIFIED, OF_FUNCTION),
    "lambda:function alias": Kind(_alias, QUALIFIED, OF_FUNCTION),
    "lambda:layer": Kind(_layer, described(attribute("layer_arn"))),
    "lambda:layerVersion": Kind(_layer_version, described(ARN)),
    "lambda:eventSourceMapping": Kind(
        _mapping,
        described(
            ARN,
            own_tags,
            lambda place, mapping: {
                "lambda:FunctionArn": mapping.function_arn,
                "lambda:EventSourceArn": mapping.event_source_arn,
            },
        ),
        {"lambda:function": refers("function_arn")},
    ),
}

# ECS


def _cluster(place: Place, identifier: str) -> Thing | None:
    ecs = place.backend("ecs")
    return ecs.clusters.get(short(identifier, "cluster/")) if ecs is not None else None


def _in_clusters(things: Callable[[Any], Iterable[Thing]], arn: str, name: str) -> Locate:
    """By ARN, "cluster/name", or the bare name in whichever cluster."""

    def locate(place: Place, identifier: str) -> Thing | None:
        ecs = place.backend("ecs")
        if ecs is None:
            return None
        if identifier.startswith("arn:"):
            return next((one for one in things(ecs) if getattr(one, arn) == identifier), None)
        cluster, _, wanted = identifier.rpartition("/")
        return next(
            (one for one in things(ecs) if getattr(one, name) == wanted and cluster in ("", one.cluster_name)),
            None,
        )

    return locate


def _of_all_clusters(collection: str) -> Callable[[Any], Iterable[Thing]]:
    return lambda ecs: [one for held in getattr(ecs, collection).values() for one in held.values()]


def _in_cluster(place: Place, thing: Thing) -> dict[str, Any]:
    return {"ecs:cluster": place.arn("ecs", f"cluster/{thing.cluster_name}")}


def _task_definition(place: Place, identifier: str) -> Thing | None:
    """A task definition by ARN, "family:revision", or "family" for its newest revision."""
    ecs = place.backend("ecs")
    family, _, revision = short(identifier, "task-definition/").partition(":")
    revisions = ecs.task_definitions.get(family) if ecs is not None else None
    if not revisions:
        return None
    return revisions.get(int(revision)) if revision.isdigit() else revisions[max(revisions)] if not revision else None


def _task_roles(place: Place, definition: Thing) -> Iterable[str | None]:
    return [getattr(definition, name, None) for name in ("task_role_arn", "execution_role_arn")]


CLUSTER: dict[str, Link] = {"ecs:cluster": refers("cluster_name")}

ECS: dict[str, Kind] = {
    "ecs:cluster": Kind(_cluster, described(ARN, own_tags)),
    "ecs:service": Kind(
        _in_clusters(lambda ecs: ecs.services.values(), "arn", "name"),
        described(ARN, own_tags, _in_cluster),
        {**CLUSTER, "ecs:task-definition": refers("task_definition"), "iam:role": refers("role_arn")},
    ),
    "ecs:task": Kind(
        _in_clusters(_of_all_clusters("tasks"), "task_arn", "id"),
        described(attribute("task_arn"), own_tags, _in_cluster),
        {**CLUSTER, "ecs:task-definition": refers("task_definition_arn")},
    ),
    "ecs:container-instance": Kind(
        _in_clusters(_of_all_clusters("container_instances"), "container_instance_arn", "id"),
        described(attribute("container_instance_arn"), keys=_in_cluster),
        CLUSTER,
    ),
    "ecs:task-definition": Kind(
        _task_definition,
        described(ARN, own_tags),
        {"iam:role": _task_roles},
    ),
    "ecs:capacity-provider": Kind(
        keyed("ecs", "capacity_providers", "capacity-provider/"),
        described(attribute("capacity_provider_arn"), own_tags),
    ),
}

KINDS = LAMBDA | ECS
