"""AssumeRole: that the caller may was decided before, by the role's trust policy and the caller's own policies.

https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from sandbox import mfa, regions
from sandbox.emulator import Role, find_role
from sandbox.principals import Principal, Session
from sandbox.region_access import is_enabled
from sandbox.services.invocation import Handler, Invocation
from sandbox.services.sts.answers import HOUR, begun, packed_size, session_policies, session_tags
from sandbox.services.sts.errors import invalid, refusal

Tags = Mapping[str, str]


def assume_role(invocation: Invocation) -> dict[str, Any]:
    """Begin a session of a role."""
    given, role = invocation.parameters, role_of(invocation)
    tags, transitive = _tags(invocation)
    session = Session(
        issued_at=invocation.now,
        expires_at=invocation.now.replace(microsecond=0) + duration(invocation, role, limit=_limit(invocation)),
        name=given["RoleSessionName"],
        tags=tags,
        transitive=transitive,
        source_identity=_source_identity(invocation),
        mfa_at=invocation.now if _proves_mfa(invocation) else None,
    )
    return begin(invocation, role, session)


def role_of(invocation: Invocation) -> Role:
    """The role that is asked for; one that is not there is no other than one that is not to be had."""
    arn = invocation.parameters["RoleArn"]
    role = find_role(invocation.world, arn)
    if role is None:
        action = f"sts:{invocation.call.operation_name}"
        who = invocation.principal.arn
        raise refusal("AccessDenied", f"User: {who} is not authorized to perform: {action} on resource: {arn}")
    _check_region(invocation, role)
    return role


def _check_region(invocation: Invocation, role: Role) -> None:
    region = regions.find(invocation.call.region)
    if region is not None and not is_enabled(invocation.world, role.account_id, region, invocation.now):
        message = (
            f"STS is not activated in this region for account:{role.account_id}. "
            "Your account administrator can activate STS in this region using the IAM Console."
        )
        raise refusal("RegionDisabledException", message)


def duration(invocation: Invocation, role: Role, *, limit: timedelta | None = None, default: int = 3600) -> timedelta:
    """How long the session is to last, an hour by default; `limit` is that of chained roles. Raises AwsError."""
    seconds = int(invocation.parameters.get("DurationSeconds") or default)
    if limit is not None and seconds > limit.total_seconds():
        raise invalid(
            "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining"
        )
    if seconds > role.max_session:
        raise invalid("The requested DurationSeconds exceeds the MaxSessionDuration set for this role.")
    return timedelta(seconds=seconds)


def begin(invocation: Invocation, role: Role, session: Session, extra: Tags | None = None) -> dict[str, Any]:
    """Issue the credentials of a role session, with the session policies of the request.

    `extra` are members of the answer beside the usual ones.
    """
    policies, arns = session_policies(invocation, role.account_id)
    percent = packed_size(policies, arns, session.tags)
    session = replace(
        session, role_arn=role.arn, role_id=role.id, role_name=role.name, policies=policies, policy_arns=arns
    )
    principal = principal_of(role, session)
    answer = begun(principal, percent) | {
        "AssumedRoleUser": {"AssumedRoleId": principal.user_id, "Arn": principal.arn},
        **(extra or {}),
    }
    return answer | ({"SourceIdentity": session.source_identity} if session.source_identity else {})


def principal_of(role: Role, session: Session) -> Principal:
    """Who a session of a role is."""
    partition = role.arn.split(":")[1]
    arn = f"arn:{partition}:sts::{role.account_id}:assumed-role/{role.name}/{session.name}"
    return Principal("AssumedRole", arn, role.account_id, f"{role.id}:{session.name}", session=session)


def _limit(invocation: Invocation) -> timedelta | None:
    return HOUR if invocation.principal.kind == "AssumedRole" else None


def _tags(invocation: Invocation) -> tuple[dict[str, str], tuple[str, ...]]:
    """The session's tags, inherited ones too, and which of them go on to roles assumed from it."""
    tags, inherited = session_tags(invocation), _inherited(invocation.principal.session)
    given: Sequence[str] = invocation.parameters.get("TransitiveTagKeys") or ()
    names = {key.lower() for key in tags}
    if any(key.lower() not in names for key in given):
        raise invalid("The specified transitive tag key must be included in the requested tags.")
    taken = next((key for key in tags if key.lower() in {one.lower() for one in inherited}), None)
    if taken is not None:
        # That it fails is documented, the error is our belief.
        raise invalid(f"The tag key {taken} was inherited from the calling session and cannot be set again")
    wanted = {key.lower() for key in given}
    return tags | inherited, (*inherited, *(key for key in tags if key.lower() in wanted))


def _inherited(session: Session | None) -> dict[str, str]:
    return {} if session is None else {key: session.tags[key] for key in session.transitive}


def _source_identity(invocation: Invocation) -> str:
    """Once set it stays, over all roles that are assumed from the session."""
    session = invocation.principal.session
    kept, given = session.source_identity if session else "", invocation.parameters.get("SourceIdentity") or ""
    if kept and given and kept != given:
        raise refusal("AccessDenied", "The source identity of the calling session cannot be changed")
    return kept or given


def _proves_mfa(invocation: Invocation) -> bool:
    serial, code = invocation.parameters.get("SerialNumber"), invocation.parameters.get("TokenCode")
    if serial is None and code is None:
        return False
    problem = mfa.take(invocation.world, invocation.principal, serial or "", code or "", invocation.now)
    if problem:
        raise refusal("AccessDenied", problem)
    return True


HANDLERS: dict[str, Handler] = {"AssumeRole": assume_role}
