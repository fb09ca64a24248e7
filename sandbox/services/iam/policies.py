"""Managed and inline policies: versions, attachments, and how large and how many they may be.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
"""

from collections.abc import Callable, Iterator
from typing import Any

from sandbox.emulator import iam_changes, iam_state
from sandbox.emulator.iam_state import Identity, ManagedPolicy
from sandbox.services.iam.errors import not_found, quota_exceeded, refusal
from sandbox.services.iam.identities import group, listed, role, user
from sandbox.services.iam.trust import size
from sandbox.services.invocation import Handler, Invocation, Result
from sandbox.wire import access_denied

MANAGED_SIZE, VERSIONS, ATTACHED, OWN_POLICIES = 6144, 5, 10, 1500
INLINE_SIZES = {"user": 2048, "role": 10240, "group": 5120}
_OF_AWS = ":iam::aws:policy/"


def existing(invocation: Invocation, *, kind: str = "policy") -> ManagedPolicy:
    """The policy that PolicyArn says; raises AwsError."""
    arn = invocation.parameters["PolicyArn"]
    parts = arn.split(":", 5)
    if len(parts) != 6 or parts[0] != "arn" or parts[2] != "iam" or not parts[5].startswith("policy/"):
        raise refusal("InvalidInput", f"ARN {arn} is not valid.")
    found = iam_state.managed_policy(invocation.world, invocation.account_id, arn)
    if found is None:
        raise not_found(kind, arn)
    return found


def own(invocation: Invocation) -> ManagedPolicy:
    """The policy that PolicyArn says, if the account may change it; raises AwsError."""
    arn = invocation.parameters["PolicyArn"]
    if _OF_AWS in arn:
        action = f"iam:{invocation.call.operation_name}"
        raise access_denied(invocation.call, invocation.principal.arn, action, resource=f"policy {arn}")
    return existing(invocation)


def entities(invocation: Invocation) -> Iterator[Identity]:
    """All users, groups and roles of the account."""
    yield from iam_state.users(invocation.world, invocation.account_id)
    yield from iam_state.groups(invocation.world, invocation.account_id)
    yield from iam_state.roles(invocation.world, invocation.account_id)


def attached_to(invocation: Invocation, arn: str) -> list[Identity]:
    """Who has a policy as a permissions policy."""
    return [entity for entity in entities(invocation) if any(one.arn == arn for one in entity.attached)]


def bounded_by(invocation: Invocation, arn: str) -> list[Identity]:
    """Who has a policy as a permissions boundary."""
    return [entity for entity in entities(invocation) if entity.boundary == arn]


def create_policy(invocation: Invocation) -> Result:
    """Make a customer managed policy.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreatePolicy.html
    """
    name = invocation.parameters["PolicyName"]
    others = iam_state.own_policies(invocation.world, invocation.account_id)
    if any(other.name.casefold() == name.casefold() for other in others):
        raise refusal("EntityAlreadyExists", f"A policy called {name} already exists. Duplicate names are not allowed.")
    if len(others) >= OWN_POLICIES:
        raise quota_exceeded("PoliciesPerAccount", OWN_POLICIES)
    _check_managed_size(invocation)
    return invocation.forward()


def create_version(invocation: Invocation) -> Result:
    """Add a version to a policy of the account's own; five at most.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreatePolicyVersion.html
    """
    found = own(invocation)
    if len(found.versions) >= VERSIONS:
        raise refusal(
            "LimitExceeded",
            f"A managed policy can have up to {VERSIONS} versions. Before you create a new version, you must delete an "
            "existing version.",
        )
    _check_managed_size(invocation)
    response = invocation.forward()
    if response.status < 400:
        iam_changes.set_policy_updated(invocation.world, invocation.account_id, found.arn, invocation.now)
    return response


def _check_managed_size(invocation: Invocation) -> None:
    if size(invocation.parameters["PolicyDocument"]) > MANAGED_SIZE:
        raise quota_exceeded("PolicySize", MANAGED_SIZE)


def delete_version(invocation: Invocation) -> Result:
    """Delete a version that is not the default one.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeletePolicyVersion.html
    """
    found = own(invocation)
    _check_version(invocation, found)
    if invocation.parameters["VersionId"] == found.default_version:
        raise refusal("DeleteConflict", "Cannot delete the default version of a policy.")
    return invocation.forward()


def set_default_version(invocation: Invocation) -> Result:
    """Make another version the one that counts.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_SetDefaultPolicyVersion.html
    """
    found = own(invocation)
    _check_version(invocation, found)
    if invocation.parameters["VersionId"] == found.default_version:
        return {}
    return invocation.forward()


def get_version(invocation: Invocation) -> Result:
    """Tell one version of a policy with its document.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetPolicyVersion.html
    """
    _check_version(invocation, existing(invocation))
    return invocation.forward()


def _check_version(invocation: Invocation, found: ManagedPolicy) -> None:
    version = invocation.parameters["VersionId"]
    if all(one.id != version for one in found.versions):
        message = f"Policy {found.arn} version {version} does not exist or is not attachable."
        raise refusal("NoSuchEntity", message)


def delete_policy(invocation: Invocation) -> Result:
    """Delete a policy that nobody has and that has no version but the default one.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeletePolicy.html
    """
    found = own(invocation)
    if attached_to(invocation, found.arn) or bounded_by(invocation, found.arn):
        raise refusal("DeleteConflict", "Cannot delete a policy attached to entities.")
    if len(found.versions) > 1:
        raise refusal(
            "DeleteConflict",
            "This policy has more than one version. Before you delete a policy, you must delete the policy's versions. "
            "The default version is deleted with the policy.",
        )
    return invocation.forward()


def get_policy(invocation: Invocation) -> Result:
    """Tell a managed policy without its document.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetPolicy.html
    """
    found = existing(invocation)
    shown = shown_policy(found, usage(invocation))
    if found.description:
        shown["Description"] = found.description
    return {"Policy": {**shown, "Tags": [{"Key": key, "Value": value} for key, value in found.tags.items()]}}


def shown_policy(found: ManagedPolicy, used: dict[str, tuple[int, int]]) -> dict[str, Any]:
    """A managed policy as the API lists it; `used` tells how often each is attached, and is a boundary."""
    attached, bounds = used.get(found.arn, (0, 0))
    return {
        "PolicyName": found.name,
        "PolicyId": found.id,
        "Arn": found.arn,
        "Path": found.path,
        "DefaultVersionId": found.default_version,
        "AttachmentCount": attached,
        "PermissionsBoundaryUsageCount": bounds,
        "IsAttachable": True,
        "CreateDate": found.created_at,
        "UpdateDate": found.updated_at,
    }


def usage(invocation: Invocation) -> dict[str, tuple[int, int]]:
    """How often each policy that is used is attached, and is a boundary."""
    counts: dict[str, tuple[int, int]] = {}
    for entity in entities(invocation):
        for one in entity.attached:
            attached, bounds = counts.get(one.arn, (0, 0))
            counts[one.arn] = attached + 1, bounds
        if entity.boundary:
            attached, bounds = counts.get(entity.boundary, (0, 0))
            counts[entity.boundary] = attached, bounds + 1
    return counts


def list_entities(invocation: Invocation) -> Result:
    """List who has a policy, as permissions or as boundary.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListEntitiesForPolicy.html
    """
    given, arn = invocation.parameters, existing(invocation).arn
    as_what, kind, prefix = given.get("PolicyUsageFilter"), given.get("EntityFilter"), given.get("PathPrefix") or "/"
    found = [] if as_what == "PermissionsBoundary" else attached_to(invocation, arn)
    found += [] if as_what == "PermissionsPolicy" else [one for one in bounded_by(invocation, arn) if one not in found]
    wanted = [one for one in found if (not kind or one.kind == kind.lower()) and one.path.startswith(prefix)]
    page = listed(invocation, "Entities", wanted)
    shown: dict[str, Any] = {"PolicyGroups": [], "PolicyUsers": [], "PolicyRoles": []}
    for one in page.pop("Entities"):
        what = one.kind.capitalize()
        shown[f"Policy{what}s"].append({f"{what}Name": one.name, f"{what}Id": one.id})
    return {**shown, **page}


_OWNERS: dict[str, Callable[[Invocation], Identity]] = {"User": user, "Group": group, "Role": role}


def _attach(kind: str) -> Handler:
    def attach(invocation: Invocation) -> Result:
        """Attach a managed policy, of ten at most; again does no harm."""
        owner = _OWNERS[kind](invocation)
        _check_changeable(owner)
        found = existing(invocation, kind="attachable policy")
        if any(one.arn == found.arn for one in owner.attached):
            return {}
        if found.path.startswith(("/aws-service-role/", "/service-role/aws-reserved/")):
            raise refusal("PolicyNotAttachable", f"Cannot attach a Service Role Policy to a Customer {kind}.")
        if len(owner.attached) >= ATTACHED:
            raise quota_exceeded(f"PoliciesPer{kind}", ATTACHED)
        return invocation.forward()

    return attach


def _detach(kind: str) -> Handler:
    def detach(invocation: Invocation) -> Result:
        """Detach a managed policy."""
        owner = _OWNERS[kind](invocation)
        _check_changeable(owner)
        arn = invocation.parameters["PolicyArn"]
        if all(one.arn != arn for one in owner.attached):
            raise not_found("policy", arn)
        return invocation.forward()

    return detach


def _put(kind: str) -> Handler:
    def put(invocation: Invocation) -> Result:
        """Write an inline policy; all of an identity's together have a limit."""
        owner, given = _OWNERS[kind](invocation), invocation.parameters
        _check_changeable(owner)
        limit = INLINE_SIZES[owner.kind]
        documents = {**owner.inline, given["PolicyName"]: given["PolicyDocument"]}
        if sum(map(size, documents.values())) > limit:
            message = f"Maximum policy size of {limit} bytes exceeded for {owner.kind} {owner.name}"
            raise refusal("LimitExceeded", message)
        return invocation.forward()

    return put


def _inline(kind: str) -> Handler:
    def read_or_delete(invocation: Invocation) -> Result:
        """Read or delete an inline policy that is there."""
        owner, name = _OWNERS[kind](invocation), invocation.parameters["PolicyName"]
        if invocation.call.operation_name.startswith("Delete"):
            _check_changeable(owner)
        if name not in owner.inline:
            raise refusal("NoSuchEntity", f"The {owner.kind} policy with name {name} cannot be found.")
        return invocation.forward()

    return read_or_delete


def _check_changeable(owner: Identity) -> None:
    if owner.kind == "role" and owner.path.startswith("/aws-service-role/"):
        message = f"Cannot perform the operation on the protected role '{owner.name}'"
        raise refusal("UnmodifiableEntity", f"{message} - this role is only modifiable by AWS")


def list_own_first(invocation: Invocation) -> Result:
    """List managed policies, the account's own before AWS's.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListPolicies.html
    """
    given, world, account = invocation.parameters, invocation.world, invocation.account_id
    scope, filtered = given.get("Scope") or "All", given.get("PolicyUsageFilter")
    found = iam_state.own_policies(world, account) if scope != "AWS" else []
    found += iam_state.aws_policies() if scope != "Local" else []
    used = usage(invocation)
    if given.get("OnlyAttached"):
        found = [one for one in found if used.get(one.arn, (0, 0))[0]]
    if filtered is not None:
        place = 0 if filtered == "PermissionsPolicy" else 1
        found = [one for one in found if used.get(one.arn, (0, 0))[place]]
    prefix = given.get("PathPrefix") or "/"
    page = listed(invocation, "Policies", [one for one in found if one.path.startswith(prefix)])
    return {**page, "Policies": [shown_policy(one, used) for one in page["Policies"]]}


HANDLERS: dict[str, Handler] = {
    "CreatePolicy": create_policy,
    "CreatePolicyVersion": create_version,
    "DeletePolicy": delete_policy,
    "DeletePolicyVersion": delete_version,
    "GetPolicy": get_policy,
    "GetPolicyVersion": get_version,
    "ListEntitiesForPolicy": list_entities,
    "ListPolicies": list_own_first,
    "SetDefaultPolicyVersion": set_default_version,
    **{f"Attach{kind}Policy": _attach(kind) for kind in _OWNERS},
    **{f"Detach{kind}Policy": _detach(kind) for kind in _OWNERS},
    **{f"Put{kind}Policy": _put(kind) for kind in _OWNERS},
    **{f"Get{kind}Policy": _inline(kind) for kind in _OWNERS},
    **{f"Delete{kind}Policy": _inline(kind) for kind in _OWNERS},
}
