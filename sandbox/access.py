"""Stage 4: may the caller do this? Every need of the call, judged by every policy that bears on it.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sandbox import authorization, callers, networks, session_requests
from sandbox.authorization import Asked, Need
from sandbox.callers import Circumstances, Keys, Organization
from sandbox.emulator import World, facts, policies
from sandbox.emulator.policies import Document, Endpoint, OrganizationLevels
from sandbox.iam import reference
from sandbox.iam.decision import Applicable, Decision, Layer, NamedPolicy, Policies, Verdict, decide
from sandbox.iam.policies import MalformedPolicy, compile_policy
from sandbox.iam.publicity import is_public
from sandbox.iam.requests import Asker, Kind, Question
from sandbox.principals import Principal
from sandbox.wire import Call, Request

log = logging.getLogger(__name__)

MOST_DERIVED = 200


@dataclass(frozen=True, slots=True)
class Asking:
    """A call whose permission is asked; `now` is the environment's time, `endpoint` the VPC's that it came through."""

    call: Call
    parameters: dict[str, Any]
    principal: Principal
    request: Request
    now: datetime
    endpoint: Endpoint | None = None


@dataclass(frozen=True, slots=True)
class Judgement:
    """One need and its decision; `grant` is the KMS grant that allowed what no policy did, "" for none."""

    need: Need
    decision: Decision
    context: Keys
    grant: str = ""

    @property
    def allowed(self) -> bool:
        """Whether the need is met."""
        return self.decision.verdict is Verdict.ALLOWED or bool(self.grant)


@dataclass(frozen=True, slots=True)
class Ruling:
    """What was decided of a call: a judgement for each of its needs. `organization` is the caller's, None for none."""

    judgements: tuple[Judgement, ...]
    organization: Organization | None = None

    @property
    def refused(self) -> Judgement | None:
        """The need that was refused first; None when all are met."""
        return next((one for one in self.judgements if not one.allowed), None)


@dataclass(frozen=True, slots=True)
class _Side:
    """What is the same for every need of a call: the caller, the caller's policies and the request's own keys."""

    asker: Asker
    context: Keys
    applicable: Applicable
    levels: OrganizationLevels | None


def judge(world: World, asking: Asking) -> Ruling:
    """Judge every need of a call; raises authorization.Unmapped for a call whose needs nobody knows."""
    call, principal = asking.call, asking.principal
    account_id = principal.account_id or _owner(world, asking)
    with world.entered():
        state = facts.AccountFacts(world, account_id, call.region)
        needs = authorization.needs(_asked(asking, account_id), state)
        if not needs:
            return Ruling(())
        if call.service == "sts":
            needs = _with_session_requested(world, asking, needs)
        ruling = judge_needs(world, principal, _circumstances(world, asking), needs, asking.endpoint)
        return Ruling(()) if _may_by_the_password_policy(world, principal, ruling) else ruling


def _asked(asking: Asking, account_id: str) -> Asked:
    call, principal = asking.call, asking.principal
    # Calls on the calling user itself need not name it.
    user_arn = principal.arn if principal.kind == "IAMUser" else ""
    return Asked(
        call.service, call.operation_name, call.region, call.partition, account_id, asking.parameters, user_arn
    )


def _circumstances(world: World, asking: Asking) -> Circumstances:
    region, agent, endpoint = asking.call.region, asking.request.header("user-agent"), asking.endpoint
    if endpoint is None:
        return Circumstances(region, asking.now, asking.request.source_ip, agent)
    address = networks.private_ip(world)
    return Circumstances(region, asking.now, address, agent, vpc=endpoint.vpc_id, vpc_endpoint=endpoint.id)


def judge_needs(
    world: World,
    principal: Principal,
    circumstances: Circumstances,
    needs: Sequence[Need],
    endpoint: Endpoint | None = None,
) -> Ruling:
    """Judge what must be allowed to a principal; the circumstances' tags and organization are found here."""
    with world.entered():
        side = _side_of(world, principal, circumstances)
        if endpoint is not None:
            side = replace(side, applicable=replace(side.applicable, endpoint=_named([endpoint.policy])))
        judgements = tuple(_judged(world, side, need) for need in needs)
    return Ruling(judgements, _organization(side.levels))


def _may_by_the_password_policy(world: World, principal: Principal, ruling: Ruling) -> bool:
    """Whether the account lets its users change their own password, though no policy of theirs says so.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_passwords_enable-user-change.html
    """
    refused = ruling.refused
    if refused is None or refused.need.action != "iam:ChangePassword" or principal.kind != "IAMUser":
        return False
    decision = refused.decision
    if decision.verdict is Verdict.EXPLICITLY_DENIED or decision.blocked_by is not Layer.IDENTITY:
        return False
    policy = world.native("iam", principal.account_id).get("password_policy") or {}
    return bool(policy.get("AllowUsersToChangePassword"))


def _with_session_requested(world: World, asking: Asking, needs: Sequence[Need]) -> tuple[Need, ...]:
    """The needs of a request for a session, with what its parameters do not show; raises AwsError."""
    operation = asking.call.operation_name
    context = session_requests.further_context(world, asking.principal, operation, asking.parameters, asking.now)
    asked = {need.action for need in needs}
    further = [one for one in session_requests.further_actions(asking.principal, operation) if one not in asked]
    whole = (*needs, *(replace(needs[0], action=action) for action in further))
    return tuple(replace(need, context=need.context | context) for need in whole)


def _owner(world: World, asking: Asking) -> str:
    """The account whose state an unsigned call is about: the bucket's, else the environment's first."""
    owner = world.buckets.get(asking.parameters.get("Bucket") or "")
    return str(owner[1]) if owner else min(world.accounts)


# The caller's side


@dataclass(frozen=True, slots=True)
class _Caller:
    """What is known of a caller until IAM's or the organization's state changes."""

    asker: Asker
    tags: tuple[tuple[str, str], ...]
    applicable: Applicable
    levels: OrganizationLevels | None


def _side_of(world: World, principal: Principal, circumstances: Circumstances) -> _Side:
    caller = _caller(world, principal, circumstances.region)
    known = replace(circumstances, tags=caller.tags, organization=_organization(caller.levels))
    return _Side(caller.asker, callers.context_of(principal, known), caller.applicable, caller.levels)


def _caller(world: World, principal: Principal, region: str) -> _Caller:
    # A session's key id is of that session alone, and what a session carries never changes.
    key = (_Caller, principal.kind, principal.arn, principal.access_key_id)
    found: _Caller | None = world.derived.get(key)
    if found is None:
        asker = callers.asker_of(principal)
        levels = policies.organization_levels(world, principal.account_id) if asker.account else None
        tags = _principal_tags(principal, facts.AccountFacts(world, principal.account_id, region))
        found = _Caller(asker, tags, _of_caller(world, principal, asker, levels), levels)
        if len(world.derived) >= MOST_DERIVED:
            world.derived.clear()
        world.derived[key] = found
    return found


def _organization(levels: OrganizationLevels | None) -> Organization | None:
    return Organization(levels.organization_id, levels.path) if levels is not None else None


def _principal_tags(principal: Principal, state: facts.AccountFacts) -> tuple[tuple[str, str], ...]:
    session = principal.session
    if principal.kind == "IAMUser":
        holder = state.find("iam:user", principal.user_name)
    elif session is not None and session.role_arn:
        holder = state.find("iam:role", session.role_arn)
    else:
        holder = None
    tags = {name.lower(): value for name, value in holder.tags.items()} if holder is not None else {}
    if session is not None:
        tags |= {name.lower(): value for name, value in session.tags.items()}
    return tuple(tags.items())


def _of_caller(world: World, principal: Principal, asker: Asker, levels: OrganizationLevels | None) -> Applicable:
    if asker.kind not in (Kind.USER, Kind.ROLE_SESSION, Kind.FEDERATED_USER):
        return Applicable(scps=_scps(levels))
    session = principal.session
    holder = (
        {"role_name": session.role_name}
        if session is not None and asker.kind is Kind.ROLE_SESSION
        else {"user_name": principal.user_name}
    )
    boundary = policies.permissions_boundary(world, principal.account_id, **holder)
    return Applicable(
        identity=_named(policies.identity_policies(world, principal.account_id, **holder)),
        boundary=_named([boundary]) if boundary is not None else None,
        session=_session_policies(world, principal),
        scps=_scps(levels),
    )


def _scps(levels: OrganizationLevels | None) -> Sequence[Policies] | None:
    if levels is None or not levels.service_control:
        return None
    return [_named(level) for level in levels.service_control]


def _session_policies(world: World, principal: Principal) -> Policies | None:
    session = principal.session
    if session is None or not (session.policies or session.policy_arns):
        return None
    inline = [Document("the session's policy", text) for text in session.policies]
    managed = [policies.managed_policy(world, principal.account_id, arn) for arn in session.policy_arns]
    return _named([*inline, *(document for document in managed if document is not None)])


def _named(documents: Sequence[Document]) -> Policies:
    named = []
    for document in documents:
        try:
            named.append(NamedPolicy(document.name, compile_policy(document.text)))
        except MalformedPolicy as error:
            # Nothing malformed can be saved through the gateway; it allows nothing.
            log.error("the policy %s cannot be read: %s", document.name, error)
    return named


# One need


def _judged(world: World, side: _Side, need: Need) -> Judgement:
    context = side.context | need.context | {"aws:resourceaccount": (need.resource_account,)}
    owner_levels = (
        side.levels
        if need.resource_account == side.asker.account
        else policies.organization_levels(world, need.resource_account)
    )
    organization = _organization(owner_levels)
    if organization is not None:
        context["aws:resourceorgid"] = (organization.id,)
        context["aws:resourceorgpaths"] = (organization.path,)
    question = Question(side.asker, need.action, need.resource, need.resource_account, context)
    applicable = replace(
        side.applicable,
        resource=_resource_policies(world, side.asker, need),
        rcps=_rcps(owner_levels, need),
    )
    decision = decide(question, applicable)
    return Judgement(need, decision, context, _grant(world, side.asker, need, decision))


def _rcps(levels: OrganizationLevels | None, need: Need) -> Sequence[Policies]:
    if levels is None or need.action.partition(":")[0] not in reference.rcp_services():
        return ()
    return [_named(level) for level in levels.resource_control]


def _resource_policies(world: World, asker: Asker, need: Need) -> Policies | None:
    if need.resource == "*" or (":role/" in need.resource and not need.action.startswith("sts:")):
        # A role's trust policy is about assuming it, and about nothing else.
        return None
    documents = policies.resource_policy(world, need.resource, need.resource_account)
    if documents is None:
        return _absent_key(asker, need)
    named = _named(documents)
    if need.action.startswith("s3:") and _cut_by_block_public_access(world, asker, need, named):
        return []
    return named


def _absent_key(asker: Asker, need: Need) -> Policies | None:
    """A key that does not exist refuses nobody of its own account: KMS then says that it is not found."""
    if not (need.action.startswith("kms:") and ":key/" in need.resource and asker.account == need.resource_account):
        return None
    everybody = {
        "Effect": "Allow",
        "Principal": {"AWS": need.resource_account},
        "Action": "kms:*",
        "Resource": "*",
    }
    return [NamedPolicy("no such key", compile_policy({"Version": "2012-10-17", "Statement": everybody}))]


def _cut_by_block_public_access(world: World, asker: Asker, need: Need, named: Policies) -> bool:
    """RestrictPublicBuckets leaves a public policy to the owner's account and to AWS's services."""
    if asker.account == need.resource_account or asker.kind is Kind.SERVICE:
        return False
    bucket = need.resource.rpartition(":")[2].partition("/")[0]
    return policies.block_public_access(world, bucket)["RestrictPublicBuckets"] and any(
        is_public(one.policy) for one in named
    )


def _grant(world: World, asker: Asker, need: Need, decision: Decision) -> str:
    """The KMS grant that allows what no policy does, but never what one denies or what bounds the caller."""
    if decision.blocked_by not in (Layer.RESOURCE, Layer.IDENTITY) or not need.action.startswith("kms:"):
        return ""
    if decision.verdict is Verdict.EXPLICITLY_DENIED or ":key/" not in need.resource:
        return ""
    operation = need.action.partition(":")[2]
    for grant in policies.grants(world, need.resource):
        if (
            grant.grantee_principal in (asker.arn, asker.role_arn)
            and operation in grant.operations
            and _fits(grant.constraints, need)
        ):
            return grant.grant_id
    return ""


def _fits(constraints: Mapping[str, Mapping[str, str]], need: Need) -> bool:
    prefix = "kms:encryptioncontext:"
    given = {
        key.removeprefix(prefix): values[0]
        for key, values in need.context.items()
        if key.startswith(prefix) and len(values) == 1
    }
    equal = {name.lower(): value for name, value in (constraints.get("EncryptionContextEquals") or {}).items()}
    subset = {name.lower(): value for name, value in (constraints.get("EncryptionContextSubset") or {}).items()}
    return (not equal or given == equal) and subset.items() <= given.items()
