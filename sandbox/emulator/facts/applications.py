"""API Gateway, Route 53, CloudFront, AppConfig and the developer tools."""

from collections.abc import Iterable
from typing import Any

from sandbox.emulator.facts.kinds import (
    Kind,
    Locate,
    Place,
    Thing,
    among,
    attribute,
    described,
    keyed,
    own_tags,
    refers,
    short,
    tagged_by,
    values_of,
)

ARN = attribute("arn")

# API Gateway: its ARNs name no account.


def _gateway_arn(place: Place, path: str) -> str:
    return f"arn:{place.partition}:apigateway:{place.region}::{path}"


def _collection(collection: str, path: str, name: str = "id", keys: Any = None) -> Kind:
    def arn(place: Place, thing: Thing) -> str:
        return _gateway_arn(place, f"{path}/{getattr(thing, name)}")

    description = described(arn, own_tags, keys) if keys else described(arn, own_tags)
    return Kind(_below(collection, path), description)


def _below(collection: str, path: str) -> Locate:
    def locate(place: Place, identifier: str) -> Thing | None:
        gateway = place.backend("apigateway")
        # A path that goes on names a part of the resource.
        name = short(identifier, f"{path}/").partition("/")[0]
        return getattr(gateway, collection).get(name) if gateway is not None else None

    return locate


def _api_keys(place: Place, api: Thing) -> dict[str, Any]:
    return {
        "apigateway:Resource/ApiName": api.name,
        "apigateway:Resource/EndpointType": tuple(api.endpoint_configuration.get("types", ())) or None,
        "apigateway:Resource/DisableExecuteApiEndpoint": bool(api.disableExecuteApiEndpoint),
    }


def _stage(place: Place, identifier: str) -> tuple[Thing, Thing] | None:
    """A stage by ARN or "api/stage"."""
    parts = short(identifier, "/restapis/").split("/")
    api = _below("apis", "/restapis")(place, parts[0])
    stage = api.stages.get(parts[-1]) if api is not None and len(parts) > 1 else None
    return (api, stage) if stage is not None else None


APIS: dict[str, Kind] = {
    "apigateway:RestApi": _collection("apis", "/restapis", keys=_api_keys),
    "apigateway:Stage": Kind(
        _stage,
        described(
            lambda place, found: _gateway_arn(place, f"/restapis/{found[0].id}/stages/{found[1].name}"),
            lambda place, found, arn: found[1].tags,
        ),
        {"apigateway:RestApi": lambda place, found: (found[0].id,)},
    ),
    "apigateway:ApiKey": _collection("keys", "/apikeys"),
    "apigateway:UsagePlan": _collection("usage_plans", "/usageplans"),
    "apigateway:VpcLink": _collection("vpc_links", "/vpclinks"),
    "apigateway:DomainName": _collection("domain_names", "/domainnames", "domain_name"),
}

# Route 53 and CloudFront


def _route53(collection: str, word: str, name: str = "id") -> Kind:
    def locate(place: Place, identifier: str) -> Thing | None:
        route53 = place.global_backend("route53")
        wanted = short(identifier, f"/{word}/", f"{word}/")
        return getattr(route53, collection).get(wanted) if route53 is not None else None

    return Kind(
        locate,
        described(
            lambda place, one: f"arn:{place.partition}:route53:::{word}/{getattr(one, name)}",
            lambda place, one, arn: place.global_backend("route53").resource_tags.get(getattr(one, name)),
        ),
    )


def _distributed(collection: str, word: str, name: str = "id") -> Kind:
    return Kind(
        keyed("cloudfront", collection, f"{word}/", everywhere=True),
        described(
            lambda place, one: place.global_arn("cloudfront", f"{word}/{getattr(one, name)}"),
            tagged_by("cloudfront", everywhere=True),
        ),
    )


DELIVERY: dict[str, Kind] = {
    "route53:hostedzone": _route53("zones", "hostedzone", "resource_id"),
    "route53:healthcheck": _route53("health_checks", "healthcheck"),
    "route53:queryloggingconfig": _route53("query_logging_configs", "queryloggingconfig"),
    "route53:delegationset": _route53("delegation_sets", "delegationset"),
    "cloudfront:distribution": _distributed("distributions", "distribution"),
    "cloudfront:function": _distributed("functions", "function", "name"),
    "cloudfront:key-value-store": Kind(
        among("cloudfront", values_of("key_value_stores"), "name", "arn", everywhere=True), described(ARN)
    ),
    "cloudfront:origin-access-control": _distributed("origin_access_controls", "origin-access-control"),
}

# AppConfig


def _application(place: Place, identifier: str) -> Thing | None:
    appconfig = place.backend("appconfig")
    wanted = short(identifier, "application/").partition("/")[0]
    return appconfig.applications.get(wanted) if appconfig is not None else None


def _profile(place: Place, identifier: str) -> Thing | None:
    """A configuration profile by ARN or "application/profile"."""
    application = _application(place, identifier)
    return application.config_profiles.get(identifier.rpartition("/")[2]) if application is not None else None


# The developer tools


def _build(place: Place, identifier: str) -> str | None:
    codebuild = place.backend("codebuild")
    wanted = short(identifier, "build/")
    builds = codebuild.build_history.values() if codebuild is not None else ()
    return wanted if any(wanted in held for held in builds) else None


def _deployment_group(place: Place, identifier: str) -> tuple[str, Thing] | None:
    """A deployment group by ARN or "application/group"."""
    codedeploy = place.backend("codedeploy")
    application, _, name = short(identifier, "deploymentgroup:").partition("/")
    groups = codedeploy.deployment_groups.get(application, {}) if codedeploy is not None else {}
    return (application, groups[name]) if name in groups else None


def _pipeline_role(place: Place, pipeline: Thing) -> Iterable[str | None]:
    return [pipeline.pipeline.get("roleArn")]


TOOLS: dict[str, Kind] = {
    "appconfig:application": Kind(_application, described(ARN, tagged_by("appconfig"))),
    "appconfig:configurationprofile": Kind(
        _profile,
        described(ARN, tagged_by("appconfig")),
        {"appconfig:application": lambda place, profile: [profile.arn]},
    ),
    "codebuild:project": Kind(
        keyed("codebuild", "codebuild_projects", "project/"),
        described(ARN, own_tags),
        {"iam:role": refers("service_role")},
    ),
    "codebuild:build": Kind(_build, described(lambda place, build: place.arn("codebuild", f"build/{build}"))),
    "codepipeline:pipeline": Kind(
        keyed("codepipeline", "pipelines"),
        described(lambda place, one: place.arn("codepipeline", one.pipeline["name"]), own_tags),
        {"iam:role": _pipeline_role},
    ),
    "codedeploy:application": Kind(
        keyed("codedeploy", "applications", "application:"),
        described(
            lambda place, one: place.arn("codedeploy", f"application:{one.application_name}"), tagged_by("codedeploy")
        ),
    ),
    "codedeploy:deploymentgroup": Kind(
        _deployment_group,
        described(
            lambda place, found: place.arn(
                "codedeploy", f"deploymentgroup:{found[0]}/{found[1].deployment_group_name}"
            ),
            tagged_by("codedeploy"),
        ),
        {
            "codedeploy:application": lambda place, found: (found[0],),
            "iam:role": lambda place, found: (found[1].service_role_arn,),
        },
    ),
}

KINDS = APIS | DELIVERY | TOOLS
