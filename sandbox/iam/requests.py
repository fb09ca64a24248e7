"""The question that is put to the engine: may this principal do this to that resource?

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sandbox.iam.patterns import Context


class Kind(StrEnum):
    """What kind of principal asks."""

    USER = "user"
    ROLE_SESSION = "role session"
    FEDERATED_USER = "federated user"
    ROOT = "root"
    SERVICE = "service"
    IDENTITY_PROVIDER = "identity provider"
    ANONYMOUS = "anonymous"


@dataclass(frozen=True, slots=True)
class Asker:
    """A principal; `role_arn` of a role session, "" otherwise; `account` is "" for all that belong to none."""

    kind: Kind
    arn: str
    account: str = ""
    role_arn: str = ""

    @property
    def service_linked(self) -> bool:
        """Whether it is a session of a role that belongs to a service of AWS."""
        return ":role/aws-service-role/" in self.role_arn


@dataclass(frozen=True, slots=True)
class Question:
    """One action on one resource ("*" when the action has none), in a context of keys in lower case."""

    asker: Asker
    action: str
    resource: str
    resource_account: str
    context: Context


# Identity providers that IAM knows by name; the others have ARNs.
_KNOWN_PROVIDERS = (
    "accounts.google.com",
    "cognito-identity.amazonaws.com",
    "graph.facebook.com",
    "www.amazon.com",
)
_PROVIDER = re.compile(r"arn:[^:]+:iam::\d{12}:(oidc-provider|saml-provider)/.+")
_IAM = re.compile(r"arn:[^:]+:(iam|sts)::(\d{12}):(root|user|assumed-role|federated-user|role)(?:/(.+))?")


def read_asker(text: str, context: Context | None = None) -> Asker:
    """Read a principal from its ARN, a service's or identity provider's name or "anonymous".

    ValueError for anything else.
    """
    if text == "anonymous":
        return Asker(Kind.ANONYMOUS, text)
    if text in _KNOWN_PROVIDERS or _PROVIDER.fullmatch(text):
        return Asker(Kind.IDENTITY_PROVIDER, text)
    found = _IAM.fullmatch(text)
    if found is None:
        if re.fullmatch(r"[a-z0-9.-]+\.amazonaws\.com(\.cn)?", text):
            return Asker(Kind.SERVICE, text)
        raise ValueError(f"{text!r} is not a principal")
    _, account, what, name = found.groups()
    if what == "root":
        return Asker(Kind.ROOT, text, account)
    if what == "user":
        return Asker(Kind.USER, text, account)
    if what == "federated-user":
        return Asker(Kind.FEDERATED_USER, text, account)
    return Asker(Kind.ROLE_SESSION, text, account, _role_arn(text, account, name or "", context or {}))


def _role_arn(text: str, account: str, name: str, context: Context) -> str:
    # A session's ARN leaves out the role's path; aws:PrincipalArn has it.
    given = context.get("aws:principalarn", ())
    if len(given) == 1 and ":role/" in given[0]:
        return given[0]
    partition = text.split(":")[1]
    return f"arn:{partition}:iam::{account}:role/{name.split('/')[0]}"


def make_context(values: Mapping[str, str | Sequence[str]]) -> Context:
    """Context keys in lower case, every value a tuple of texts."""
    return {
        key.lower(): (value,) if isinstance(value, str) else tuple(str(one) for one in value)
        for key, value in values.items()
    }
