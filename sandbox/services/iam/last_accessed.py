"""Last accessed information: which services an identity's policies allow, and when they were last called.

https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_last-accessed.html
"""

import json
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sandbox.emulator import iam_state
from sandbox.emulator.iam_state import Identity
from sandbox.iam import patterns, reference
from sandbox.services.iam import last_use, policies
from sandbox.services.iam.errors import not_found, refusal
from sandbox.services.iam.identities import listed, user_named
from sandbox.services.iam.last_use import LastUse
from sandbox.services.iam.simulation import entity
from sandbox.services.iam.state import moment, native, text
from sandbox.services.invocation import Handler, Invocation, Result

# The oldest reports beyond this many are given up; AWS keeps each for a day.
MOST_JOBS = 20


@dataclass(frozen=True, slots=True)
class Granting:
    """A policy of an identity: a managed one has an ARN, an inline one an owner."""

    name: str
    arn: str
    owner: Identity
    text: str


def generate(invocation: Invocation) -> Result:
    """Make a report on a user, role, group or policy.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_GenerateServiceLastAccessedDetails.html
    """
    arn = invocation.parameters["Arn"]
    texts, entities = _subject(invocation, arn)
    job = {
        "arn": arn,
        "at": text(invocation.now),
        "type": invocation.parameters.get("Granularity") or "SERVICE_LEVEL",
        "services": sorted(allowed_services(texts)),
        "entities": [[one.kind, one.name, one.id, one.arn, one.path] for one in entities],
    }
    jobs: dict[str, Any] = native(invocation).setdefault("last_accessed", {})
    for oldest in sorted(jobs, key=lambda job_id: str(jobs[job_id]["at"]))[: max(0, len(jobs) - MOST_JOBS + 1)]:
        del jobs[oldest]
    job_id = str(uuid.uuid4())
    jobs[job_id] = job
    return {"JobId": job_id}


def _subject(invocation: Invocation, arn: str) -> tuple[list[str], list[Identity]]:
    """Documents that the ARN stands for, and who acts under them."""
    if ":policy/" in arn:
        found = iam_state.managed_policy(invocation.world, invocation.account_id, arn)
        if found is None:
            raise not_found("policy", arn)
        return [found.document], _acting(invocation, policies.attached_to(invocation, arn))
    subject = entity(invocation, arn)
    return [one.text for one in grants(invocation, subject)], _acting(invocation, [subject])


def _acting(invocation: Invocation, holders: Iterable[Identity]) -> list[Identity]:
    """Users and roles among the holders, and the members of the groups."""
    acting: dict[str, Identity] = {}
    for holder in holders:
        if isinstance(holder, iam_state.Group):
            acting |= {one.id: one for one in (user_named(invocation, name) for name in holder.users)}
        else:
            acting[holder.id] = holder
    return list(acting.values())


def grants(invocation: Invocation, subject: Identity) -> Iterator[Granting]:
    """All policies of an identity; a user's groups' too."""
    for name, document in subject.inline.items():
        yield Granting(name, "", subject, document)
    for one in subject.attached:
        found = iam_state.managed_policy(invocation.world, invocation.account_id, one.arn)
        if found is not None:
            yield Granting(one.name, one.arn, subject, found.document)
    if isinstance(subject, iam_state.User):
        for name in subject.groups:
            group = iam_state.group(invocation.world, invocation.account_id, name)
            if group is not None:
                yield from grants(invocation, group)


def allowed_services(texts: Iterable[str]) -> set[str]:
    """Prefixes of the services of which policies allow at least one action; denials do not matter."""
    found: set[str] = set()
    for document in texts:
        statements = json.loads(document)["Statement"]
        for statement in statements if isinstance(statements, list) else [statements]:
            if statement["Effect"] == "Allow":
                found |= _services(statement)
    return found


def _services(statement: dict[str, Any]) -> set[str]:
    if "NotAction" in statement:
        excluded = [_pattern(one) for one in _listed(statement["NotAction"])]
        return {
            prefix
            for prefix in reference.prefixes()
            if any(not _any_matches(excluded, name) for name in _actions(prefix))
        }
    return {prefix for one in _listed(statement["Action"]) for prefix in _services_of(one.lower())}


def _services_of(action: str) -> Iterator[str]:
    if action == "*":
        yield from reference.prefixes()
        return
    prefix, pattern = action.partition(":")[0], _pattern(action)
    if any(_matches(pattern, name) for name in _actions(prefix)):
        yield prefix


def _actions(prefix: str) -> Iterator[str]:
    return (f"{prefix}:{name}" for name in reference.action_names(prefix))


def _listed(value: Any) -> list[str]:
    return value if isinstance(value, list) else [value]


def _pattern(action: str) -> patterns.Pattern:
    return patterns.parse(action.lower(), wildcards=True, variables=False)


def _any_matches(several: Iterable[patterns.Pattern], name: str) -> bool:
    return any(_matches(one, name) for one in several)


def _matches(pattern: patterns.Pattern, name: str) -> bool:
    return patterns.matches(pattern, name, {})


def _job(invocation: Invocation) -> dict[str, Any]:
    job_id = invocation.parameters["JobId"]
    job: dict[str, Any] | None = native(invocation).get("last_accessed", {}).get(job_id)
    if job is None:
        raise refusal("NoSuchEntity", f"The job with id {job_id} cannot be found.")
    return job


def _uses(invocation: Invocation, job: dict[str, Any]) -> dict[str, dict[str, list[LastUse]]]:
    """By service and entity's id: the last call of each action before the report was made, the last first."""
    ids: dict[str, list[str]] = {"user": [], "role": []}
    for kind, _, unique_id, _, _ in job["entities"]:
        ids[kind].append(unique_id)
    found = last_use.events(invocation).filter(
        last_use.by_users(ids["user"]) | last_use.by_roles(ids["role"]), event_time__lt=_end(job)
    )
    uses: dict[str, dict[str, list[LastUse]]] = {}
    for event in found.iterator():
        use = last_use.of_event(event)
        unique_id = str(event.record["userIdentity"]["principalId"]).partition(":")[0]
        of_entity = uses.setdefault(last_use.PREFIXES.get(use.service, use.service), {}).setdefault(unique_id, [])
        if all(other.action != use.action for other in of_entity):
            of_entity.append(use)
    return uses


def _end(job: dict[str, Any]) -> datetime:
    # Times of reports are kept in whole seconds.
    return moment(job["at"]) + timedelta(seconds=1)


def _status(job: dict[str, Any]) -> dict[str, Any]:
    at = moment(job["at"])
    return {"JobStatus": "COMPLETED", "JobCreationDate": at, "JobCompletionDate": at}


def get_details(invocation: Invocation) -> Result:
    """Tell for each service that the policies allow who called it last, and at action level which actions.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetServiceLastAccessedDetails.html
    """
    job = _job(invocation)
    page = listed(invocation, "ServicesLastAccessed", job["services"])
    uses = _uses(invocation, job)
    by_action = job["type"] == "ACTION_LEVEL"
    shown = [_service(prefix, uses.get(prefix, {}), by_action) for prefix in page["ServicesLastAccessed"]]
    return {**_status(job), "JobType": job["type"], **page, "ServicesLastAccessed": shown}


def _service(prefix: str, uses: dict[str, list[LastUse]], by_action: bool) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "ServiceName": reference.service_name(prefix),
        "ServiceNamespace": prefix,
        "TotalAuthenticatedEntities": len(uses),
    }
    every = sorted((use for of_entity in uses.values() for use in of_entity), key=lambda use: use.at, reverse=True)
    if every:
        last = every[0]
        shown |= {
            "LastAuthenticated": last.at,
            "LastAuthenticatedEntity": last.by,
            "LastAuthenticatedRegion": last.region,
        }
    if every and by_action:
        latest = {use.action: use for use in reversed(every)}
        shown["TrackedActionsLastAccessed"] = [
            {
                "ActionName": name,
                "LastAccessedEntity": use.by,
                "LastAccessedTime": use.at,
                "LastAccessedRegion": use.region,
            }
            for name, use in sorted(latest.items())
        ]
    return shown


def get_details_with_entities(invocation: Invocation) -> Result:
    """Tell which users and roles of a report called a service, and when.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetServiceLastAccessedDetailsWithEntities.html
    """
    job, prefix = _job(invocation), invocation.parameters["ServiceNamespace"]
    if prefix not in job["services"]:
        raise refusal("NoSuchEntity", f"The report does not contain the service {prefix}.")
    uses = _uses(invocation, job).get(prefix, {})
    details = [_entity_detail(one, uses.get(one[2], [])) for one in job["entities"]]
    return {**_status(job), **listed(invocation, "EntityDetailsList", details)}


def _entity_detail(found: list[str], uses: list[LastUse]) -> dict[str, Any]:
    kind, name, unique_id, arn, path = found
    info = {"Arn": arn, "Name": name, "Type": kind.upper(), "Id": unique_id, "Path": path}
    return {"EntityInfo": info, **({"LastAuthenticated": uses[0].at} if uses else {})}


def list_granting(invocation: Invocation) -> Result:
    """List the policies of a user, group or role that allow something in a service.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListPoliciesGrantingServiceAccess.html
    """
    subject = entity(invocation, invocation.parameters["Arn"])
    found = [(one, allowed_services([one.text])) for one in grants(invocation, subject)]
    shown = [
        {"ServiceNamespace": prefix, "Policies": [_granting(one) for one, services in found if prefix in services]}
        for prefix in map(_known, invocation.parameters["ServiceNamespaces"])
    ]
    return listed(invocation, "PoliciesGrantingServiceAccess", shown)


def _known(prefix: str) -> str:
    if prefix not in reference.prefixes():
        raise refusal("InvalidInput", f"Invalid service namespace: {prefix}")
    return prefix


def _granting(one: Granting) -> dict[str, str]:
    if one.arn:
        return {"PolicyName": one.name, "PolicyType": "MANAGED", "PolicyArn": one.arn}
    owner = {"EntityType": one.owner.kind.upper(), "EntityName": one.owner.name}
    return {"PolicyName": one.name, "PolicyType": "INLINE", **owner}


HANDLERS: dict[str, Handler] = {
    "GenerateServiceLastAccessedDetails": generate,
    "GetServiceLastAccessedDetails": get_details,
    "GetServiceLastAccessedDetailsWithEntities": get_details_with_entities,
    "ListPoliciesGrantingServiceAccess": list_granting,
}
