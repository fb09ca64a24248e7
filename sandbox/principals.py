"""Who calls: the authenticated principal of a request, as IAM and CloudTrail describe it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

ANONYMOUS = "anonymous"
# Proven by an identity provider, before a role is assumed: `arn` is the provider's, `session` holds what was proven.
FEDERATED = ("WebIdentityUser", "SAMLUser")


@dataclass(frozen=True, slots=True)
class Session:
    """What temporary credentials carry beside the principal; times aware.

    `policies` are the session's inline documents, `policy_arns` its managed ones. `role_*` are empty in sessions
    that no role was assumed for, `provider` is the identity provider's ARN or "" and `claims` are the condition keys
    that the provider's assertion filled.
    """

    issued_at: datetime
    expires_at: datetime
    role_arn: str = ""
    role_id: str = ""
    role_name: str = ""
    name: str = ""
    policies: tuple[str, ...] = ()
    policy_arns: tuple[str, ...] = ()
    tags: Mapping[str, str] = field(default_factory=dict)
    transitive: tuple[str, ...] = ()
    mfa_at: datetime | None = None
    source_identity: str = ""
    provider: str = ""
    claims: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Principal:
    """A caller; `kind` is CloudTrail's userIdentity.type, `user_id` the unique id (aws:userid).

    `session` is None for long-term credentials. A federated user's `user_name` is the IAM user's who vouched, or "" for
    the root user.
    """

    kind: str
    arn: str
    account_id: str
    user_id: str
    user_name: str = ""
    access_key_id: str = ""
    session: Session | None = None

    def identity(self) -> dict[str, Any]:
        """CloudTrail's userIdentity element.

        https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html
        """
        if self.kind == "Anonymous":
            return {"type": "AWSAccount", "principalId": "", "accountId": "ANONYMOUS_PRINCIPAL"}
        identity: dict[str, Any] = {
            "type": self.kind,
            "principalId": self.user_id,
            "arn": self.arn,
            "accountId": self.account_id,
            "accessKeyId": self.access_key_id,
            "userName": "" if self.kind == "FederatedUser" else self.user_name,
        }
        if self.session is not None:
            if self.kind not in FEDERATED:
                identity["sessionContext"] = _session_context(self, self.session)
            if self.session.provider:
                identity["identityProvider"] = self.session.provider
        return {name: value for name, value in identity.items() if value}


def _session_context(principal: Principal, session: Session) -> dict[str, Any]:
    issuer = {
        "type": "Role",
        "principalId": session.role_id,
        "arn": session.role_arn,
        "accountId": principal.account_id,
        "userName": session.role_name,
    }
    context: dict[str, Any] = {
        "attributes": {
            "creationDate": f"{session.issued_at:%Y-%m-%dT%H:%M:%SZ}",
            "mfaAuthenticated": "true" if session.mfa_at else "false",
        }
    }
    if session.role_arn:
        context["sessionIssuer"] = issuer
    if session.source_identity:
        context["sourceIdentity"] = session.source_identity
    return context


def root_of(account_id: str) -> Principal:
    """The root user of an account."""
    return Principal("Root", f"arn:aws:iam::{account_id}:root", account_id, account_id)


def anonymous() -> Principal:
    """Whoever did not sign, where AWS takes that."""
    return Principal("Anonymous", ANONYMOUS, "", ANONYMOUS)


def service(name: str) -> Principal:
    """A service of AWS that acts on its own: "sns.amazonaws.com"."""
    return Principal("AWSService", name, "", name)
