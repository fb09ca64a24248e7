"""Resources that an analyzer of external access looks at.

https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_GetAnalyzedResource.html
"""

from datetime import datetime
from typing import Any

from sandbox.emulator.exposure import Exposed, exposed
from sandbox.services.accessanalyzer import analyzers, findings
from sandbox.services.accessanalyzer.paging import page
from sandbox.services.accessanalyzer.refusals import missing
from sandbox.services.invocation import Invocation


def _resource(invocation: Invocation) -> Exposed:
    analyzers.by_arn(invocation)
    wanted = invocation.parameters["resourceArn"]
    for resource in exposed(invocation.world, invocation.account_id, invocation.call.region):
        if resource.arn == wanted:
            return resource
    raise missing("resource", wanted)


def start_resource_scan(invocation: Invocation) -> dict[str, Any]:
    """Look again at a resource, and at all others with it."""
    _resource(invocation)
    findings.seen(invocation, analyzers.by_arn(invocation))
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
    every = [one for one in findings.seen(invocation, analyzer) if one["resource"] == resource.arn]
    found = [one for one in every if one["status"] != "RESOLVED" and one["findingType"] == "ExternalAccess"]
    beginning = datetime.fromisoformat(analyzer["createdAt"])
    times = [datetime.fromisoformat(one["updatedAt"]) for one in found]
    answer = {
        "resourceArn": resource.arn,
        "resourceType": resource.resource_type,
        "createdAt": beginning,
        "analyzedAt": invocation.now,
        "updatedAt": max(times, default=beginning),
        "isPublic": any(one["isPublic"] for one in found),
        "actions": sorted({action for one in found for action in one["action"]}),
        "resourceOwnerAccount": invocation.account_id,
    }
    if found:
        active = any(one["status"] == "ACTIVE" for one in found)
        answer |= {"sharedVia": ["POLICY"], "status": "ACTIVE" if active else "ARCHIVED"}
    return {"resource": answer}
