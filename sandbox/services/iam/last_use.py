"""When something was last used, from the trail.

https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_last-accessed.html
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from sandbox import trail
from sandbox.models import Event
from sandbox.services.invocation import Invocation


@dataclass(frozen=True, slots=True)
class LastUse:
    """The last call: when, of which service ("s3"), where, and by whom (an ARN)."""

    at: datetime
    service: str
    region: str
    by: str
    action: str = ""


def events(invocation: Invocation) -> "QuerySet[Event]":
    """The account's calls, the last first."""
    # Reading calls are written a moment later than they are answered.
    trail.recorder.flush()
    environment_id = UUID(invocation.world.environment_id)
    found = Event.objects.filter(environment=environment_id, account_id=invocation.account_id)
    return found.order_by("-event_time", "-id")


def of_access_key(invocation: Invocation, access_key_id: str) -> LastUse | None:
    """Last call signed with an access key, whether it was allowed or not."""
    return _last(events(invocation).filter(record__userIdentity__accessKeyId=access_key_id))


def of_role(invocation: Invocation, role_id: str) -> LastUse | None:
    """Last call by a session of a role."""
    return _last(events(invocation).filter(by_roles([role_id])))


def by_users(user_ids: Iterable[str]) -> Q:
    """Calls of users by their unique ids."""
    return Q(record__userIdentity__type="IAMUser", record__userIdentity__principalId__in=list(user_ids))


def by_roles(role_ids: Iterable[str]) -> Q:
    """Calls of roles' sessions by the roles' unique ids."""
    return Q(record__userIdentity__sessionContext__sessionIssuer__principalId__in=list(role_ids))


def _last(found: "QuerySet[Event]") -> LastUse | None:
    event = found.first()
    return None if event is None else of_event(event)


def of_event(event: Event) -> LastUse:
    """One call as a use."""
    identity = event.record["userIdentity"]
    issuer = identity.get("sessionContext", {}).get("sessionIssuer", {})
    return LastUse(
        at=event.event_time.replace(microsecond=0),
        service=event.event_source.removesuffix(".amazonaws.com"),
        region=event.region,
        by=issuer.get("arn") or identity.get("arn", ""),
        action=event.event_name,
    )
