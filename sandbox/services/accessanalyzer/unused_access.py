"""Findings of unused access, worked out from the trail and the policies that are there at the time of the question.

Only what has been there for the whole tracking period counts. A role or user that made no call in it is a finding as
a whole; of one that did, the services and actions that its policies allow and it did not use.

https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-findings.html
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sandbox.emulator import iam_state
from sandbox.emulator.iam_state import Identity, Role, User
from sandbox.iam import reference
from sandbox.iam.policies import MalformedPolicy, Policy, compile_policy
from sandbox.iam.statements import covers
from sandbox.services.accessanalyzer import analyzers
from sandbox.services.iam.last_accessed import allowed_services, grants
from sandbox.services.iam.last_use import Uses, uses_of_account
from sandbox.services.iam.state import moment, native, text
from sandbox.services.invocation import Invocation

Finding = dict[str, Any]
_DETAILS = {
    "UnusedIAMRole": "unusedIamRoleDetails",
    "UnusedIAMUserAccessKey": "unusedIamUserAccessKeyDetails",
    "UnusedIAMUserPassword": "unusedIamUserPasswordDetails",
    "UnusedPermission": "unusedPermissionDetails",
}


def found(invocation: Invocation, analyzer: dict[str, Any]) -> list[Finding]:
    """What the zone's identities have and did not use in the tracking period; JSON, without status and times."""
    since = invocation.now - timedelta(days=analyzers.age(analyzer))
    return [
        {
            "id": analyzers.finding_id(analyzer, kind, subject.id, which),
            "findingType": kind,
            "resource": subject.arn,
            "resourceType": "AWS::IAM::User" if isinstance(subject, User) else "AWS::IAM::Role",
            "resourceOwnerAccount": account_id,
            "details": details,
        }
        for account_id in sorted(analyzers.zone(invocation, analyzer) - analyzers.excluded_accounts(analyzer))
        for kind, subject, which, details in _of_account(replace(invocation, account_id=account_id), analyzer, since)
    ]


def details(finding: Finding) -> list[dict[str, Any]]:
    """The details as the service tells them."""
    member = _DETAILS[finding["findingType"]]
    return [{member: _with_times(one)} for one in finding["details"]]


def _with_times(detail: dict[str, Any]) -> dict[str, Any]:
    shown = dict(detail)
    if "lastAccessed" in detail:
        shown["lastAccessed"] = moment(detail["lastAccessed"])
    if "actions" in detail:
        shown["actions"] = [_with_times(one) for one in detail["actions"]]
    return shown


# The kind of finding, who it is about, what of it ("" for the whole), and its details.
Unused = tuple[str, Identity, str, list[dict[str, Any]]]


def _of_account(invocation: Invocation, analyzer: dict[str, Any], since: datetime) -> Iterator[Unused]:
    uses = uses_of_account(invocation)
    for role in iam_state.roles(invocation.world, invocation.account_id):
        # Service-linked roles are AWS's own affair.
        if role.path.startswith("/aws-service-role/") or analyzers.excluded(analyzer, role.tags):
            continue
        yield from _of_role(invocation, role, uses, since)
    for user in iam_state.users(invocation.world, invocation.account_id):
        if not analyzers.excluded(analyzer, user.tags):
            yield from _of_user(invocation, user, uses, since)


def _of_role(invocation: Invocation, role: Role, uses: Uses, since: datetime) -> Iterator[Unused]:
    if role.created_at > since:
        return
    if _before(last := uses.identities.get(role.id), since):
        yield "UnusedIAMRole", role, "", [_last(last)]
    else:
        yield from _permissions(invocation, role, uses, since)


def _of_user(invocation: Invocation, user: User, uses: Uses, since: datetime) -> Iterator[Unused]:
    for key in user.access_keys:
        # That a key which is not active needs no finding is our belief.
        if key.active and key.created_at <= since and _before(last := uses.keys.get(key.id), since):
            yield "UnusedIAMUserAccessKey", user, key.id, [{"accessKeyId": key.id, **_last(last)}]
    profile = native(invocation).get("passwords", {}).get(user.id)
    # Nobody signs in to a console here, so that a password is used never.
    if profile is not None and moment(profile["created"]) <= since:
        yield "UnusedIAMUserPassword", user, "", [{}]
    if user.created_at <= since and not _before(uses.identities.get(user.id), since):
        yield from _permissions(invocation, user, uses, since)


def _before(last: datetime | None, since: datetime) -> bool:
    return last is None or last < since


def _last(last: datetime | None) -> dict[str, str]:
    return {} if last is None else {"lastAccessed": text(last)}


def _permissions(invocation: Invocation, subject: Identity, uses: Uses, since: datetime) -> Iterator[Unused]:
    texts = [one.text for one in grants(invocation, subject)]
    policies = list(_compiled(texts))
    services: list[dict[str, Any]] = []
    for prefix in sorted(allowed_services(texts)):
        last = uses.services.get((subject.id, prefix))
        if _before(last, since):
            services.append({"serviceNamespace": prefix, **_last(last)})
        elif actions := list(_actions(policies, prefix, subject, uses, since)):
            services.append({"serviceNamespace": prefix, "actions": actions, **_last(last)})
    if services:
        yield "UnusedPermission", subject, "", services


def _compiled(texts: Iterable[str]) -> Iterator[Policy]:
    for one in texts:
        try:
            yield compile_policy(one)
        except MalformedPolicy:
            # It grants nothing in the engine either.
            continue


def _actions(
    policies: list[Policy], prefix: str, subject: Identity, uses: Uses, since: datetime
) -> Iterator[dict[str, str]]:
    """The actions of a service that is used which are not: denials do not matter, as in last accessed information."""
    for low, name in sorted(reference.action_names(prefix).items()):
        last = uses.actions.get((subject.id, f"{prefix}:{low}"))
        if _before(last, since) and _allowed(policies, f"{prefix}:{low}"):
            yield {"action": f"{prefix}:{name}", **_last(last)}


def _allowed(policies: list[Policy], action: str) -> bool:
    return any(
        statement.allows and covers(statement.actions, action, {})
        for policy in policies
        for statement in policy.statements
    )
