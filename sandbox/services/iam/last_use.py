"""When something was last used, from the trail.

https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_last-accessed.html
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import Max, Q, QuerySet
from django.db.models.fields.json import KT

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


@dataclass(frozen=True, slots=True)
class Uses:
    """Last calls of an account: by identity's unique id, with service's prefix, with action in lower case, by key."""

    identities: dict[str, datetime] = field(default_factory=dict)
    services: dict[tuple[str, str], datetime] = field(default_factory=dict)
    actions: dict[tuple[str, str], datetime] = field(default_factory=dict)
    keys: dict[str, datetime] = field(default_factory=dict)


_K = TypeVar("_K")
# Endpoints whose names differ from those that policies use.
PREFIXES = {"monitoring": "cloudwatch", "tagging": "tag"}
# Of what a call needs, the actions beyond these are not told as used.
_NEEDS = 3


def uses_of_account(invocation: Invocation) -> Uses:
    """When the account's users and roles last did what; calls count whether they were allowed or not."""
    needed = {f"needed_{number}": KT(f"decision__needs__{number}__action") for number in range(_NEEDS)}
    groups = (
        events(invocation)
        .order_by()
        .annotate(who=KT("record__userIdentity__principalId"), key=KT("record__userIdentity__accessKeyId"), **needed)
        .values("who", "key", "event_source", "event_name", *needed)
        .annotate(last=Max("event_time"))
    )
    uses = Uses()
    for group in groups.iterator():
        _note(uses, group, [group[name] for name in needed if group[name]])
    return uses


def _note(uses: Uses, group: dict[str, Any], actions: list[str]) -> None:
    who, last = str(group["who"] or "").partition(":")[0], group["last"]
    source = group["event_source"].removesuffix(".amazonaws.com")
    prefix = PREFIXES.get(source, source)
    _later(uses.identities, who, last)
    _later(uses.keys, group["key"] or "", last)
    for action in actions or [f"{prefix}:{group['event_name']}"]:
        _later(uses.services, (who, action.partition(":")[0]), last)
        _later(uses.actions, (who, action.lower()), last)


def _later(times: dict[_K, datetime], of: _K, moment: datetime) -> None:
    times[of] = max(moment, times.get(of, moment))


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
