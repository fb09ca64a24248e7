"""Sessions that users begin for themselves, with a one-time password, or for people whom they vouch for."""

from datetime import datetime, timedelta
from typing import Any

from sandbox import mfa
from sandbox.principals import Principal, Session
from sandbox.services.invocation import Handler, Invocation
from sandbox.services.sts.answers import begun, packed_size, session_policies, session_tags
from sandbox.services.sts.errors import refusal

DEFAULT = 43200
# The root user's sessions are cut to this, whatever is asked for.
OF_ROOT = 3600


def get_session_token(invocation: Invocation) -> dict[str, Any]:
    """Begin a session of the user who calls.

    https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html
    """
    user = _long_term(invocation)
    given = invocation.parameters
    mfa_at = None
    if given.get("SerialNumber") is not None or given.get("TokenCode") is not None:
        serial, code = given.get("SerialNumber") or "", given.get("TokenCode") or ""
        problem = mfa.take(invocation.world, user, serial, code, invocation.now)
        if problem:
            raise refusal("AccessDenied", problem)
        mfa_at = invocation.now
    session = Session(issued_at=invocation.now, expires_at=_end(invocation), mfa_at=mfa_at)
    return begun(Principal(user.kind, user.arn, user.account_id, user.user_id, user.user_name, session=session))


def get_federation_token(invocation: Invocation) -> dict[str, Any]:
    """Begin a session of somebody else, with those of the caller's permissions that the session policies leave.

    https://docs.aws.amazon.com/STS/latest/APIReference/API_GetFederationToken.html
    """
    user, name = _long_term(invocation), invocation.parameters["Name"]
    policies, arns = session_policies(invocation, user.account_id)
    tags = session_tags(invocation)
    percent = packed_size(policies, arns, tags)
    session = Session(
        issued_at=invocation.now, expires_at=_end(invocation), name=name, policies=policies, policy_arns=arns, tags=tags
    )
    user_id, arn = f"{user.account_id}:{name}", f"arn:aws:sts::{user.account_id}:federated-user/{name}"
    federated = Principal("FederatedUser", arn, user.account_id, user_id, user.user_name, session=session)
    return begun(federated, percent) | {"FederatedUser": {"FederatedUserId": user_id, "Arn": arn}}


def _long_term(invocation: Invocation) -> Principal:
    principal = invocation.principal
    if principal.session is not None:
        operation = invocation.call.operation_name
        raise refusal("AccessDenied", f"Cannot call {operation} with session credentials")
    return principal


def _end(invocation: Invocation) -> datetime:
    seconds = int(invocation.parameters.get("DurationSeconds") or DEFAULT)
    if invocation.principal.kind == "Root":
        seconds = min(seconds, OF_ROOT)
    return invocation.now.replace(microsecond=0) + timedelta(seconds=seconds)


HANDLERS: dict[str, Handler] = {"GetSessionToken": get_session_token, "GetFederationToken": get_federation_token}
