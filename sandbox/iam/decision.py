"""The decision: every policy that applies is read, one after the other, and the answer says which of them decided.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from sandbox.iam.policies import Policy, Statement
from sandbox.iam.requests import Kind, Question
from sandbox.iam.statements import Named, Outcome, Reading, read


class Verdict(StrEnum):
    """The three answers of AWS."""

    ALLOWED = "Allowed"
    IMPLICITLY_DENIED = "ImplicitlyDenied"
    EXPLICITLY_DENIED = "ExplicitlyDenied"


class Layer(StrEnum):
    """A type of policy, named as in AWS's error messages."""

    SCP = "service control policy"
    RCP = "resource control policy"
    ENDPOINT = "VPC endpoint policy"
    RESOURCE = "resource-based policy"
    IDENTITY = "identity-based policy"
    BOUNDARY = "permissions boundary"
    SESSION = "session policy"


@dataclass(frozen=True, slots=True)
class NamedPolicy:
    """A policy and what it is called: its ARN, or its name where it has none."""

    name: str
    policy: Policy


Policies = Sequence[NamedPolicy]


@dataclass(frozen=True, slots=True)
class Applicable:
    """The policies that bear on a question; None where there is no policy of the type at all.

    `scps` and `rcps` are by level, the root first. Without `scps` nothing bounds the account. RCPs always come with
    RCPFullAWSAccess, so only their denials count.
    """

    identity: Policies = ()
    resource: Policies | None = None
    boundary: Policies | None = None
    session: Policies | None = None
    scps: Sequence[Policies] | None = None
    rcps: Sequence[Policies] = ()
    endpoint: Policies | None = None


class Step(NamedTuple):
    """One statement of one policy as it was read; `level` counts from the root for SCPs and RCPs."""

    layer: Layer
    policy: str
    reading: Reading
    level: int = 0


# A statement that was read, before anybody asks about it: layer, policy, level, statement and what became of it.
Row = tuple[Layer, str, int, Statement, Outcome]


def _step(row: Row, question: Question) -> Step:
    layer, policy, level, statement, outcome = row
    return Step(layer, policy, Reading(statement, question, *outcome), level)


@dataclass(frozen=True, slots=True)
class Decision:
    """The verdict, the layer that blocked (None when allowed) and the statement that decided."""

    verdict: Verdict
    blocked_by: Layer | None
    deciding: Step | None
    question: Question = field(repr=False)
    rows: Sequence[Row] = field(repr=False)

    @property
    def steps(self) -> tuple[Step, ...]:
        """All statements as they were read, made when they are asked for."""
        return tuple(_step(row, self.question) for row in self.rows)


def decide(question: Question, applicable: Applicable) -> Decision:
    """Decide a question. Nothing here allows what no statement allows."""
    rows = _rows(question, applicable)
    if _needs_no_permission(question):
        return Decision(Verdict.ALLOWED, None, None, question, rows)
    applying = [_step(row, question) for row in rows if not row[4][1]]
    denial = next((step for step in applying if _denies(step, question)), None)
    if denial is not None:
        return Decision(Verdict.EXPLICITLY_DENIED, denial.layer, denial, question, rows)
    allows = [step for step in applying if step.reading.statement.allows]
    blocked = _blocked(question, applicable, allows)
    if blocked is not None:
        return Decision(Verdict.IMPLICITLY_DENIED, blocked, None, question, rows)
    return Decision(Verdict.ALLOWED, None, _granting(allows), question, rows)


def _needs_no_permission(question: Question) -> bool:
    """Every authenticated caller may ask who it is, and users may prove it by MFA, whatever the policies say."""
    kind = question.asker.kind
    if question.action.lower() == "sts:getcalleridentity":
        return kind is not Kind.ANONYMOUS
    return question.action.lower() == "sts:getsessiontoken" and kind in (Kind.USER, Kind.ROOT)


_BUCKET_POLICY_ACTIONS = ("s3:getbucketpolicy", "s3:putbucketpolicy", "s3:deletebucketpolicy")


def _denies(step: Step, question: Question) -> bool:
    if step.reading.statement.allows:
        return False
    # A bucket's policy cannot lock out the root user of the bucket's account.
    at_home = question.asker.kind is Kind.ROOT and question.asker.account == question.resource_account
    return not (at_home and step.layer is Layer.RESOURCE and question.action.lower() in _BUCKET_POLICY_ACTIONS)


def _granting(allows: Sequence[Step]) -> Step | None:
    granting = (step for step in allows if step.layer in (Layer.RESOURCE, Layer.IDENTITY))
    return max(granting, key=lambda step: (step.layer is Layer.IDENTITY, step.reading.named), default=None)


def _rows(question: Question, applicable: Applicable) -> list[Row]:
    """All statements, in the order in which one of several denials is named (ours: AWS does not say)."""
    bounded = applicable.boundary is not None
    levels = [(Layer.SCP, level, number) for number, level in enumerate(_scps(question, applicable) or ())]
    levels += [(Layer.RCP, level, number) for number, level in enumerate(_rcps(question, applicable))]
    flat = (
        (Layer.ENDPOINT, applicable.endpoint),
        (Layer.RESOURCE, applicable.resource),
        (Layer.IDENTITY, applicable.identity if _has_identity(question) else None),
        (Layer.BOUNDARY, applicable.boundary),
        (Layer.SESSION, applicable.session),
    )
    action = question.action.lower()
    rows: list[Row] = []
    for layer, policies, level in [*levels, *((layer, policies or (), 0) for layer, policies in flat)]:
        of_resource = layer is Layer.RESOURCE
        for name, policy in ((named.name, named.policy) for named in policies):
            for statement in policy.statements:
                outcome = read(statement, question, action, bounded=bounded, of_resource=of_resource)
                rows.append((layer, name, level, statement, outcome))
    return rows


def _has_identity(question: Question) -> bool:
    return question.asker.kind not in (Kind.SERVICE, Kind.IDENTITY_PROVIDER, Kind.ANONYMOUS)


def _scps(question: Question, applicable: Applicable) -> Sequence[Policies] | None:
    # They bind the principals of the account's own, the root user included, but for service-linked roles.
    return applicable.scps if _has_identity(question) and not question.asker.service_linked else None


def _rcps(question: Question, applicable: Applicable) -> Sequence[Policies]:
    # They bind whoever comes, but for service-linked roles.
    return () if question.asker.service_linked else applicable.rcps


def _blocked(question: Question, applicable: Applicable, allows: Sequence[Step]) -> Layer | None:
    """The layer that lets nothing through, though nothing denies; None when the way is free."""
    scps = _scps(question, applicable)
    if scps is not None and {step.level for step in allows if step.layer is Layer.SCP} != set(range(len(scps))):
        return Layer.SCP
    layers = {step.layer for step in allows}
    if applicable.endpoint is not None and Layer.ENDPOINT not in layers:
        return Layer.ENDPOINT
    if question.asker.kind is Kind.ROOT and _assumes_role(question):
        # Whatever the trust: AWS lets no root user assume a role.
        return Layer.RESOURCE
    named = max((step.reading.named for step in allows if step.layer is Layer.RESOURCE), default=Named.NOT)
    if not _has_identity(question):
        return None if named else Layer.RESOURCE
    missing = _missing(applicable, layers, question)
    if question.asker.account != question.resource_account:
        return missing or (None if named else Layer.RESOURCE)
    return _blocked_at_home(question, named, missing, applicable, layers)


def _missing(applicable: Applicable, layers: set[Layer], question: Question) -> Layer | None:
    """What the principal's own side lacks: identity, boundary or session."""
    unbounded = question.asker.kind is Kind.FEDERATED_USER and applicable.session is None
    if (Layer.IDENTITY not in layers or unbounded) and question.asker.kind is not Kind.ROOT:
        return Layer.IDENTITY
    return _limit(applicable, layers)


def _limit(applicable: Applicable, layers: set[Layer]) -> Layer | None:
    if applicable.boundary is not None and Layer.BOUNDARY not in layers:
        return Layer.BOUNDARY
    if applicable.session is not None and Layer.SESSION not in layers:
        return Layer.SESSION
    return None


def _blocked_at_home(
    question: Question, named: Named, missing: Layer | None, applicable: Applicable, layers: set[Layer]
) -> Layer | None:
    """Principal and resource in one account: either side suffices, but for KMS keys and the trust in roles."""
    if named is Named.SELF:
        return None
    if _needs_resource_policy(question):
        if named is Named.ROLE:
            return _limit(applicable, layers)
        return missing if named is Named.ACCOUNT else Layer.RESOURCE
    if question.asker.kind is Kind.ROOT:
        return None
    if named is Named.ROLE:
        return _limit(applicable, layers)
    return missing


_TRUST_ACTIONS = ("sts:assumerole", "sts:tagsession", "sts:setsourceidentity")


def _needs_resource_policy(question: Question) -> bool:
    """KMS keys and roles open to nobody, of the own account neither, whom their policy does not name."""
    if question.action.lower().startswith("kms:"):
        return ":key/" in question.resource
    return _assumes_role(question)


def _assumes_role(question: Question) -> bool:
    return question.action.lower().startswith(_TRUST_ACTIONS) and ":role/" in question.resource
