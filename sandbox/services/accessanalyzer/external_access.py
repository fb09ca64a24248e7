"""Findings of external access, worked out from the policies that are there at the time of the question.

https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-findings.html
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sandbox.emulator.exposure import Exposed, exposed
from sandbox.iam.policies import MalformedPolicy, compile_policy
from sandbox.iam.sharing import Share, shares
from sandbox.services.accessanalyzer import analyzers
from sandbox.services.accessanalyzer.paging import page
from sandbox.services.accessanalyzer.refusals import invalid, missing
from sandbox.services.invocation import Invocation

Finding = dict[str, Any]
_NOT_IN_LISTS_OF_V2 = ("principal", "action", "condition", "isPublic")


def _findings(invocation: Invocation, analyzer: dict[str, Any]) -> list[Finding]:
    zone = frozenset({invocation.account_id, *_organization(invocation, analyzer)})
    found = [
        _finding(invocation, analyzer, account_id, resource, share)
        for account_id in sorted(zone)
        for resource in exposed(invocation.world, account_id, invocation.call.region)
        for share in _shares(resource, zone)
    ]
    return [_with_status(one, analyzer) for one in found]


def _organization(invocation: Invocation, analyzer: dict[str, Any]) -> tuple[str, ...]:
    return analyzers.organization(invocation) if analyzer["type"] == "ORGANIZATION" else ()


def _shares(resource: Exposed, zone: frozenset[str]) -> list[Share]:
    found = []
    for text in resource.policies:
        try:
            found += shares(compile_policy(text), zone)
        except MalformedPolicy:
            # What AWS would not have stored grants nothing in the engine either.
            continue
    return found


def _finding(
    invocation: Invocation, analyzer: dict[str, Any], account_id: str, resource: Exposed, share: Share
) -> Finding:
    identity = json.dumps([analyzer["arn"], resource.arn, share.kind, share.principal, share.conditions])
    digest = hashlib.sha256(identity.encode()).digest()
    return {
        "id": str(UUID(bytes=digest[:16], version=4)),
        "principal": {share.kind: share.principal},
        "action": list(share.actions),
        "resource": resource.arn,
        "isPublic": share.public,
        "resourceType": resource.resource_type,
        "condition": dict(share.conditions),
        # Nothing is kept of a finding, so it counts from the analyzer's beginning.
        "createdAt": datetime.fromisoformat(analyzer["createdAt"]),
        "analyzedAt": invocation.now,
        "updatedAt": datetime.fromisoformat(analyzer["createdAt"]),
        "resourceOwnerAccount": account_id,
    }


def _with_status(finding: Finding, analyzer: dict[str, Any]) -> Finding:
    by_rule = any(matches(finding, rule["filter"]) for rule in analyzer["rules"].values())
    archived = by_rule or finding["id"] in analyzer["archived"]
    return {**finding, "status": "ARCHIVED" if archived else "ACTIVE"}


def matches(finding: Finding, criteria: Mapping[str, Mapping[str, Any]]) -> bool:
    """Tell whether a finding meets every criterion of a filter."""
    return all(_meets(_values(finding, name), criterion) for name, criterion in criteria.items())


def _values(finding: Finding, name: str) -> list[str]:
    head, _, key = name.partition(".")
    value = finding.get(head)
    if isinstance(value, dict):
        value = value.get(key)
    if isinstance(value, bool):
        return [str(value).lower()]
    return [] if value is None else [str(one) for one in (value if isinstance(value, list) else [value])]


def _meets(values: list[str], criterion: Mapping[str, Any]) -> bool:
    return all(
        (
            "eq" not in criterion or bool(set(values) & set(criterion["eq"])),
            "neq" not in criterion or not set(values) & set(criterion["neq"]),
            "contains" not in criterion or any(part in value for part in criterion["contains"] for value in values),
            "exists" not in criterion or bool(values) == criterion["exists"],
        )
    )


def _listed(invocation: Invocation) -> list[Finding]:
    criteria = invocation.parameters.get("filter") or {}
    analyzers.check_filter(criteria)
    return [one for one in _findings(invocation, analyzers.by_arn(invocation)) if matches(one, criteria)]


def _one(invocation: Invocation) -> Finding:
    wanted = invocation.parameters["id"]
    for finding in _findings(invocation, analyzers.by_arn(invocation)):
        if finding["id"] == wanted:
            return finding
    raise missing("finding", wanted)


def list_findings(invocation: Invocation) -> dict[str, Any]:
    """List findings; those whose access is gone are gone."""
    return page(_listed(invocation), "findings", invocation.parameters)


def list_findings_v2(invocation: Invocation) -> dict[str, Any]:
    """List findings in the form that is common to all analyzers."""
    found = [{**_common(one), "findingType": "ExternalAccess"} for one in _listed(invocation)]
    return page(found, "findings", invocation.parameters)


def _common(finding: Finding) -> Finding:
    return {name: value for name, value in finding.items() if name not in _NOT_IN_LISTS_OF_V2}


def get_finding(invocation: Invocation) -> dict[str, Any]:
    """Tell of one finding."""
    return {"finding": _one(invocation)}


def get_finding_v2(invocation: Invocation) -> dict[str, Any]:
    """Tell of one finding in the form that is common to all analyzers."""
    finding = _one(invocation)
    details = {name: finding[name] for name in _NOT_IN_LISTS_OF_V2}
    return {
        **_common(finding),
        "findingType": "ExternalAccess",
        "findingDetails": [{"externalAccessDetails": details}],
    }


def update_findings(invocation: Invocation) -> dict[str, Any]:
    """Archive findings or take them out of the archive, by id or by resource."""
    parameters, analyzer = invocation.parameters, analyzers.by_arn(invocation)
    if bool(parameters.get("ids")) == bool(parameters.get("resourceArn")):
        raise invalid("Give either ids or resourceArn")
    if parameters["status"] not in ("ACTIVE", "ARCHIVED"):
        raise invalid("status is ACTIVE or ARCHIVED")
    every = _findings(invocation, analyzer)
    known = {one["id"] for one in every if one["resource"] == parameters.get("resourceArn")}
    chosen = known or set(parameters.get("ids") or ())
    if (unknown := chosen - {one["id"] for one in every}) or not chosen:
        raise missing("finding", ", ".join(sorted(unknown)) or parameters.get("resourceArn") or "")
    archived = set(analyzer["archived"])
    analyzer["archived"] = sorted(archived | chosen if parameters["status"] == "ARCHIVED" else archived - chosen)
    return {}


def _resource(invocation: Invocation) -> Exposed:
    analyzers.by_arn(invocation)
    wanted = invocation.parameters["resourceArn"]
    for resource in exposed(invocation.world, invocation.account_id, invocation.call.region):
        if resource.arn == wanted:
            return resource
    raise missing("resource", wanted)


def start_resource_scan(invocation: Invocation) -> dict[str, Any]:
    """Look again at a resource: here every question does, so it must only be there."""
    _resource(invocation)
    return {}


def list_analyzed_resources(invocation: Invocation) -> dict[str, Any]:
    """List the resources that were looked at and carry a policy."""
    analyzers.by_arn(invocation)
    kind = invocation.parameters.get("resourceType")
    found = [
        {"resourceArn": one.arn, "resourceOwnerAccount": invocation.account_id, "resourceType": one.resource_type}
        for one in exposed(invocation.world, invocation.account_id, invocation.call.region)
        if one.policies and kind in (None, one.resource_type)
    ]
    return page(found, "analyzedResources", invocation.parameters)


def get_analyzed_resource(invocation: Invocation) -> dict[str, Any]:
    """Tell what is shared of a resource."""
    resource, analyzer = _resource(invocation), analyzers.by_arn(invocation)
    found = [one for one in _findings(invocation, analyzer) if one["resource"] == resource.arn]
    answer = {
        "resourceArn": resource.arn,
        "resourceType": resource.resource_type,
        "createdAt": datetime.fromisoformat(analyzer["createdAt"]),
        "analyzedAt": invocation.now,
        "updatedAt": datetime.fromisoformat(analyzer["createdAt"]),
        "isPublic": any(one["isPublic"] for one in found),
        "actions": sorted({action for one in found for action in one["action"]}),
        "resourceOwnerAccount": invocation.account_id,
    }
    if found:
        active = any(one["status"] == "ACTIVE" for one in found)
        answer |= {"sharedVia": ["POLICY"], "status": "ACTIVE" if active else "ARCHIVED"}
    return {"resource": answer}
