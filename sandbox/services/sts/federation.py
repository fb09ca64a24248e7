"""Roles for people whom an identity provider vouches for: who they are was proven before (`sandbox.unsigned`)."""

from datetime import timedelta
from typing import Any

from sandbox.principals import Session
from sandbox.services.invocation import Handler, Invocation
from sandbox.services.sts.errors import refusal
from sandbox.services.sts.roles import begin, duration, role_of


def assume_role_with_web_identity(invocation: Invocation) -> dict[str, Any]:
    """Begin a session of a role for whom a web identity token names.

    https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html
    """
    proven = _proven(invocation)
    audience = next(values[0] for name, values in proven.claims.items() if name.endswith(":aud"))
    extra = {
        "SubjectFromWebIdentityToken": invocation.principal.user_name,
        "Provider": proven.provider,
        "Audience": audience,
    }
    return _begin(invocation, proven, invocation.parameters["RoleSessionName"], extra)


def assume_role_with_saml(invocation: Invocation) -> dict[str, Any]:
    """Begin a session of a role for whom a SAML assertion names; it is over when the assertion says so.

    SessionDuration in the assertion is for the console, and means nothing here.

    https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithSAML.html
    """
    proven = _proven(invocation)
    extra = {
        "Subject": invocation.principal.user_name,
        "SubjectType": proven.claims["saml:sub_type"][0],
        "Issuer": proven.claims["saml:iss"][0],
        "Audience": proven.claims["saml:aud"][0],
        "NameQualifier": proven.claims["saml:namequalifier"][0],
    }
    return _begin(invocation, proven, proven.name, extra)


def _proven(invocation: Invocation) -> Session:
    session = invocation.principal.session
    if session is None:
        raise refusal("AccessDenied", f"Not authorized to perform sts:{invocation.call.operation_name}")
    return session


def _begin(invocation: Invocation, proven: Session, name: str, extra: dict[str, str]) -> dict[str, Any]:
    role = role_of(invocation)
    start = invocation.now.replace(microsecond=0)
    lasts = min(duration(invocation, role), proven.expires_at.replace(microsecond=0) - start)
    session = Session(
        issued_at=invocation.now,
        expires_at=start + max(lasts, timedelta()),
        name=name,
        tags=proven.tags,
        transitive=proven.transitive,
        source_identity=proven.source_identity,
        provider=proven.provider,
        claims=proven.claims,
    )
    return begin(invocation, role, session, extra)


HANDLERS: dict[str, Handler] = {
    "AssumeRoleWithWebIdentity": assume_role_with_web_identity,
    "AssumeRoleWithSAML": assume_role_with_saml,
}
