"""Findings of external access, worked out from the policies that are there at the time of the question.

https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-findings.html
"""

from typing import Any

from sandbox.emulator.exposure import Exposed, exposed
from sandbox.emulator.policies import block_public_access
from sandbox.iam import reference
from sandbox.iam.policies import MalformedPolicy, Policy, compile_policy
from sandbox.iam.publicity import is_public
from sandbox.iam.sharing import Share, shares
from sandbox.services.accessanalyzer import analyzers
from sandbox.services.invocation import Invocation

Finding = dict[str, Any]


def found(invocation: Invocation, analyzer: dict[str, Any]) -> list[Finding]:
    """What the policies of the zone's resources give to others now; JSON, without status and times."""
    accounts = analyzers.zone(invocation, analyzer)
    return [
        _finding(analyzer, account_id, resource, share)
        for account_id in sorted(accounts)
        for resource in exposed(invocation.world, account_id, invocation.call.region)
        for share in _shares(invocation, resource, accounts)
    ]


def _shares(invocation: Invocation, resource: Exposed, zone: frozenset[str]) -> list[Share]:
    policies = _compiled(resource)
    if resource.resource_type == "AWS::S3::Bucket" and any(map(is_public, policies)):
        bucket = resource.arn.rpartition(":")[2]
        if block_public_access(invocation.world, bucket)["RestrictPublicBuckets"]:
            # A public policy then lets in nobody from another account, those that it names neither.
            return []
    return [share for policy in policies for share in shares(policy, zone)]


def _compiled(resource: Exposed) -> list[Policy]:
    policies = []
    for text in resource.policies:
        try:
            policies.append(compile_policy(text))
        except MalformedPolicy:
            # What AWS would not have stored grants nothing in the engine either.
            continue
    return policies


def _finding(analyzer: dict[str, Any], account_id: str, resource: Exposed, share: Share) -> Finding:
    identity = (resource.arn, share.kind, share.principal, share.conditions)
    return {
        "id": analyzers.finding_id(analyzer, *identity),
        "findingType": "ExternalAccess",
        "principal": {share.kind: share.principal},
        "action": sorted(map(spelled, share.actions)),
        "resource": resource.arn,
        "isPublic": share.public,
        "resourceType": resource.resource_type,
        "condition": dict(share.conditions),
        "resourceOwnerAccount": account_id,
    }


def spelled(action: str) -> str:
    """An action of a policy, which has no case, as the reference spells it; one that ends in `*` up to there."""
    prefix, colon, name = action.partition(":")
    names = reference.action_names(prefix)
    if name in names:
        return f"{prefix}:{names[name]}"
    head, star, tail = name.partition("*")
    like = next((full for low, full in names.items() if low.startswith(head)), None)
    if not star or tail or like is None or "?" in head:
        return action
    return f"{prefix}{colon}{like[: len(head)]}*"
