"""What a request for a session asks beside its parameters: what the caller's session or an identity provider brings.

For the decision on the request, before the session is begun.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sandbox import mfa
from sandbox.emulator import World
from sandbox.principals import FEDERATED, Principal
from sandbox.wire import AwsError

Keys = dict[str, tuple[str, ...]]
_TAGS, _SOURCE_IDENTITY = "sts:TagSession", "sts:SetSourceIdentity"


def further_actions(principal: Principal, operation: str) -> tuple[str, ...]:
    """Actions that STS needs allowed on the role for tags and a source identity that are not in the parameters.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html
    """
    session = principal.session
    if session is None or not operation.startswith("AssumeRole"):
        return ()
    tags = session.tags if principal.kind in FEDERATED else session.transitive
    return (*([_TAGS] if tags else []), *([_SOURCE_IDENTITY] if session.source_identity else []))


def further_context(
    world: World, principal: Principal, operation: str, parameters: Mapping[str, Any], now: datetime
) -> Keys:
    """Condition keys in lower case, to be laid over those of the caller and the parameters.

    Raises AwsError (AccessDenied) for a one-time password that is wrong: AWS says that first.
    """
    context = _of_password(world, principal, parameters, now) if operation in ("AssumeRole", "GetSessionToken") else {}
    session = principal.session
    if session is None or not operation.startswith("AssumeRole"):
        return context
    if session.source_identity:
        context["sts:sourceidentity"] = (session.source_identity,)
    if principal.kind in FEDERATED:
        context |= {f"aws:requesttag/{key.lower()}": (value,) for key, value in session.tags.items()}
        context |= {"aws:tagkeys": tuple(session.tags)} if session.tags else {}
        context |= {"sts:transitivetagkeys": session.transitive} if session.transitive else {}
        context |= {"sts:rolesessionname": (session.name,)} if session.name else {}
    return context


def _of_password(world: World, principal: Principal, parameters: Mapping[str, Any], now: datetime) -> Keys:
    serial, code = parameters.get("SerialNumber"), parameters.get("TokenCode")
    if serial is None and code is None:
        return {}
    problem = mfa.problem(world, principal, serial or "", code or "", now)
    if problem:
        raise AwsError("AccessDenied", problem, 403)
    return {"aws:multifactorauthpresent": ("true",), "aws:multifactorauthage": ("0",)}
