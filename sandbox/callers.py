"""The caller as the policy engine sees it: who asks, and the condition keys that every request has.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from sandbox.iam.requests import Asker, Kind
from sandbox.principals import Principal, Session

Keys = dict[str, tuple[str, ...]]

_KINDS = {
    "Root": Kind.ROOT,
    "IAMUser": Kind.USER,
    "AssumedRole": Kind.ROLE_SESSION,
    "FederatedUser": Kind.FEDERATED_USER,
    "AWSService": Kind.SERVICE,
    "WebIdentityUser": Kind.IDENTITY_PROVIDER,
    "SAMLUser": Kind.IDENTITY_PROVIDER,
    "Anonymous": Kind.ANONYMOUS,
}
_TYPES = {
    Kind.ROOT: "Account",
    Kind.USER: "User",
    Kind.ROLE_SESSION: "AssumedRole",
    Kind.FEDERATED_USER: "FederatedUser",
    Kind.ANONYMOUS: "Anonymous",
}


@dataclass(frozen=True, slots=True)
class Organization:
    """An organization as condition keys show it; `path` as "o-…/r-…/ou-…/"."""

    id: str
    path: str


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What a request shows beside its caller and its parameters; `tags` are the caller's principal tags.

    `via` are the services that ask with the caller's permissions, the first one first. `vpc` and `vpc_endpoint` are ""
    for requests over the internet; through an endpoint, `source_ip` is the private one.
    """

    region: str
    now: datetime
    source_ip: str
    user_agent: str
    secure: bool = True
    tags: tuple[tuple[str, str], ...] = ()
    organization: Organization | None = None
    via: tuple[str, ...] = ()
    vpc: str = ""
    vpc_endpoint: str = ""


def asker_of(principal: Principal) -> Asker:
    """The principal as the engine knows it; KeyError for a kind that no caller has."""
    kind = _KINDS[principal.kind]
    account = "" if kind in (Kind.SERVICE, Kind.ANONYMOUS, Kind.IDENTITY_PROVIDER) else principal.account_id
    role = principal.session.role_arn if principal.session is not None and kind is Kind.ROLE_SESSION else ""
    return Asker(kind, principal.arn, account, role)


def context_of(principal: Principal, circumstances: Circumstances) -> Keys:
    """Condition keys, in lower case, that are the same for every action and resource of a request."""
    context = _of_request(circumstances)
    kind = _KINDS[principal.kind]
    if kind not in (Kind.ANONYMOUS, Kind.SERVICE, Kind.IDENTITY_PROVIDER):
        context |= _of_principal(principal, kind, circumstances)
    if kind is Kind.ANONYMOUS:
        context["aws:principaltype"] = ("Anonymous",)
    if kind is Kind.SERVICE:
        context |= {"aws:principalisawsservice": ("true",), "aws:principalservicename": (principal.arn,)}
    if principal.session is not None and kind not in (Kind.IDENTITY_PROVIDER, Kind.SERVICE):
        context |= _of_session(principal.session, circumstances.now)
    if principal.session is not None:
        context |= _of_provider(principal.session)
    return context


def _of_request(circumstances: Circumstances) -> Keys:
    now = circumstances.now.astimezone(UTC)
    context: Keys = {
        "aws:requestedregion": (circumstances.region,),
        "aws:currenttime": (f"{now:%Y-%m-%dT%H:%M:%SZ}",),
        "aws:epochtime": (str(int(now.timestamp())),),
        "aws:securetransport": ("true" if circumstances.secure else "false",),
        "aws:principalisawsservice": ("false",),
        "aws:viaawsservice": ("false",),
    }
    if circumstances.vpc_endpoint:
        # The address inside the VPC has a key of its own, and aws:SourceIp is absent.
        context["aws:sourcevpc"] = (circumstances.vpc,)
        context["aws:sourcevpce"] = (circumstances.vpc_endpoint,)
        context["aws:vpcsourceip"] = (circumstances.source_ip,)
    elif circumstances.source_ip:
        context["aws:sourceip"] = (circumstances.source_ip,)
    if circumstances.user_agent:
        context["aws:useragent"] = (circumstances.user_agent,)
    if circumstances.via:
        context |= {
            "aws:viaawsservice": ("true",),
            "aws:calledvia": circumstances.via,
            "aws:calledviafirst": circumstances.via[:1],
            "aws:calledvialast": circumstances.via[-1:],
        }
    return context


def _of_principal(principal: Principal, kind: Kind, circumstances: Circumstances) -> Keys:
    session = principal.session
    role_arn = session.role_arn if session is not None else ""
    context: Keys = {
        "aws:principalarn": (role_arn or principal.arn,),
        "aws:principalaccount": (principal.account_id,),
        "aws:principaltype": (_TYPES[kind],),
        "aws:userid": (principal.user_id,),
    }
    if kind is Kind.USER:
        context["aws:username"] = (principal.user_name,)
    if circumstances.organization is not None:
        context["aws:principalorgid"] = (circumstances.organization.id,)
        context["aws:principalorgpaths"] = (circumstances.organization.path,)
    for name, value in circumstances.tags:
        context[f"aws:principaltag/{name.lower()}"] = (value,)
    return context


def _of_session(session: Session, now: datetime) -> Keys:
    context: Keys = {
        "aws:tokenissuetime": (f"{session.issued_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",),
        # Long-term credentials do not have the key at all.
        "aws:multifactorauthpresent": ("true" if session.mfa_at else "false",),
    }
    if session.mfa_at is not None:
        context["aws:multifactorauthage"] = (str(int((now - session.mfa_at).total_seconds())),)
    if session.source_identity:
        context["aws:sourceidentity"] = (session.source_identity,)
    return context


def _of_provider(session: Session) -> Keys:
    context: Keys = {}
    if session.provider:
        context["aws:federatedprovider"] = (session.provider,)
    for key, values in session.claims.items():
        context[key.lower()] = tuple(values)
    return context
