"""CloudFormation, CloudWatch, Logs, CloudTrail, Config, Systems Manager, Budgets and Cost Explorer."""

from collections.abc import Iterable
from typing import Any

from sandbox.authorization.state import Resource
from sandbox.emulator.facts.kinds import (
    Kind,
    Place,
    Thing,
    among,
    attribute,
    described,
    keyed,
    no_tags,
    own_tags,
    plain_tags,
    refers,
    resource_of,
    short,
    tagged_by,
    values_of,
)

ARN = attribute("arn")

# Names below it are parameters that AWS publishes, the same for every account.
PUBLIC = "/aws/service/"

# CloudFormation


def _stack(place: Place, identifier: str) -> Thing | None:
    """A stack by name or id; one that was deleted only by its id."""
    backend = place.backend("cloudformation")
    if backend is None:
        return None
    if identifier.startswith("arn:"):
        return backend.stacks.get(identifier) or backend.deleted_stacks.get(identifier)
    return next((stack for stack in backend.stacks.values() if stack.name == identifier), None)


STACKS: dict[str, Kind] = {
    "cloudformation:stack": Kind(_stack, described(attribute("stack_id"), own_tags), {"iam:role": refers("role_arn")}),
    "cloudformation:changeset": Kind(
        among("cloudformation", values_of("change_sets"), "change_set_id", "change_set_name"),
        described(attribute("change_set_id"), own_tags),
        {"cloudformation:stack": refers("stack_id"), "iam:role": refers("role_arn")},
    ),
    "cloudformation:stackset": Kind(
        among("cloudformation", values_of("stacksets"), "name", "id", "arn"), described(ARN, own_tags)
    ),
}

# CloudWatch and Logs


def _group(place: Place, identifier: str) -> Thing | None:
    """A log group by name or ARN, with or without the ":*" that stands for its streams."""
    logs = place.backend("logs")
    name = short(identifier, "log-group:").partition(":")[0]
    return logs.groups.get(name) if logs is not None else None


def _stream(place: Place, identifier: str) -> Thing | None:
    """A log stream by ARN or "group:log-stream:stream"."""
    group = _group(place, identifier)
    _, found, name = resource_of(identifier).partition(":log-stream:")
    return (group, name) if group is not None and found and name in group.streams else None


def _watched(collection: str, arn: str) -> Kind:
    return Kind(
        among("cloudwatch", values_of(collection), "name", arn), described(attribute(arn), tagged_by("cloudwatch"))
    )


WATCHING: dict[str, Kind] = {
    "logs:log-group": Kind(_group, described(ARN, tagged_by("logs")), {"kms:key": refers("kms_key_id")}),
    "logs:log-stream": Kind(
        _stream,
        described(
            lambda place, found: f"{found[0].arn}:log-stream:{found[1]}",
            lambda place, found, arn: place.backend("logs").tagger.tags.get(found[0].arn),
        ),
        {"logs:log-group": lambda place, found: (found[0].name,)},
    ),
    "logs:destination": Kind(among("logs", values_of("destinations"), "destination_name", "arn"), described(ARN)),
    "cloudwatch:alarm": _watched("alarms", "alarm_arn"),
    "cloudwatch:insight-rule": _watched("insight_rules", "rule_arn"),
    "cloudwatch:dashboard": Kind(
        keyed("cloudwatch", "dashboards", "dashboard/"),
        described(lambda place, one: place.global_arn("cloudwatch", f"dashboard/{one.name}")),
    ),
    "cloudtrail:trail": Kind(
        keyed("cloudtrail", "trails", "trail/"),
        described(ARN, tagged_by("cloudtrail", "tagging_service")),
        {"s3:bucket": refers("bucket_name"), "iam:role": refers("cw_role_arn"), "kms:key": refers("kms_key_id")},
    ),
}

# Config


def _configured(collection: str, arn: str, *names: str) -> Kind:
    return Kind(among("config", values_of(collection), arn, *names), described(attribute(arn), own_tags))


CONFIG: dict[str, Kind] = {
    "config:ConfigRule": Kind(
        among("config", values_of("config_rules"), "config_rule_name", "config_rule_id", "config_rule_arn"),
        described(attribute("config_rule_arn"), lambda place, rule, arn: _rule_tags(rule)),
    ),
    "config:ConfigurationAggregator": _configured(
        "config_aggregators", "configuration_aggregator_arn", "configuration_aggregator_name"
    ),
    "config:AggregationAuthorization": _configured("aggregation_authorizations", "aggregation_authorization_arn"),
    "config:OrganizationConformancePack": Kind(
        among(
            "config",
            values_of("organization_conformance_packs"),
            "organization_conformance_pack_name",
            "organization_conformance_pack_arn",
        ),
        described(attribute("organization_conformance_pack_arn")),
    ),
}


def _rule_tags(rule: Thing) -> Any:
    return getattr(rule, "tags", None)


# Systems Manager


def _parameter(place: Place, identifier: str) -> tuple[str, Thing] | None:
    """A parameter by name or ARN, with or without version or label; those that AWS publishes are always there."""
    name = short(identifier, "parameter")
    name = name.partition(":")[0]
    if name.startswith(PUBLIC):
        return name, None
    ssm = place.backend("ssm")
    if ssm is None:
        return None
    # A name without folders may be written with a slash before it, as its ARN does.
    for written in (name, name.removeprefix("/")):
        versions = dict.get(ssm._parameters, written)
        if versions:
            return written, versions[-1]
    return None


def _describe_parameter(place: Place, found: tuple[str, Thing]) -> Resource:
    name, parameter = found
    path = f"parameter{name if name.startswith('/') else f'/{name}'}"
    if parameter is None:
        return Resource(f"arn:{place.partition}:ssm:{place.region}::{path}", place.account_id)
    tags = place.backend("ssm")._resource_tags.get("Parameter", {}).get(name)
    return Resource(place.arn("ssm", path), place.account_id, plain_tags(tags))


def _parameter_key(place: Place, found: tuple[str, Thing]) -> Iterable[str | None]:
    parameter = found[1]
    return [parameter.keyid] if parameter is not None and parameter.parameter_type == "SecureString" else []


def _document(place: Place, identifier: str) -> Thing | None:
    ssm = place.backend("ssm")
    kept = ssm._documents.get(short(identifier, "document/")) if ssm is not None else None
    return kept.get_default_version() if kept is not None else None


def _describe_document(place: Place, document: Thing) -> Resource:
    tags = place.backend("ssm")._resource_tags.get("Document", {}).get(document.name)
    keys = {"ssm:DocumentType": (document.document_type,)} if document.document_type else {}
    return Resource(place.arn("ssm", f"document/{document.name}"), place.account_id, plain_tags(tags), keys)


def _managed(collection: str, word: str, tag_type: str) -> Kind:
    return Kind(
        keyed("ssm", collection, f"{word}/"),
        described(
            lambda place, one: place.arn("ssm", f"{word}/{one.id}"),
            lambda place, one, arn: place.backend("ssm")._resource_tags.get(tag_type, {}).get(one.id),
        ),
    )


SYSTEMS: dict[str, Kind] = {
    "ssm:parameter": Kind(_parameter, _describe_parameter, {"kms:key": _parameter_key}),
    "ssm:document": Kind(_document, _describe_document),
    "ssm:maintenancewindow": _managed("windows", "maintenancewindow", "MaintenanceWindow"),
    "ssm:patchbaseline": _managed("baselines", "patchbaseline", "PatchBaseline"),
}

# Money


def _budget(place: Place, identifier: str) -> str | None:
    budgets = place.global_backend("budgets")
    name = short(identifier, "budget/")
    return name if budgets is not None and name in budgets.budgets.get(place.account_id, {}) else None


MONEY: dict[str, Kind] = {
    "budgets:budget": Kind(
        _budget, described(lambda place, name: place.global_arn("budgets", f"budget/{name}"), no_tags)
    ),
    "ce:costcategory": Kind(
        among("ce", values_of("cost_categories"), "arn", "name", everywhere=True),
        described(ARN, tagged_by("ce", everywhere=True)),
    ),
}

KINDS = STACKS | WATCHING | CONFIG | SYSTEMS | MONEY
