"""Policies that say what a user or role may do."""

from collections.abc import Iterable
from typing import Any

from sandbox.emulator.patches.iam_policies import shared
from sandbox.emulator.policies.document import Document, as_text
from sandbox.emulator.world import World


def identity_policies(
    world: World, account_id: str, *, user_name: str | None = None, role_name: str | None = None
) -> list[Document]:
    """Inline and attached policies of a user, with those of the user's groups, or of a role; none for nobody."""
    with world.entered():
        iam = world.existing("iam", account_id, "aws")
        holder = _holder(iam, user_name, role_name)
        if holder is None:
            return []
        found = _policies_of(holder)
        if user_name is not None:
            for group in iam.groups.values():
                if holder in group.users:
                    found += _policies_of(group)
        return found


def permissions_boundary(
    world: World, account_id: str, *, user_name: str | None = None, role_name: str | None = None
) -> Document | None:
    """The managed policy that bounds a user or role; one that was deleted since allows nothing."""
    with world.entered():
        holder = _holder(world.existing("iam", account_id, "aws"), user_name, role_name)
        arn = boundary_arn(holder)
        if arn is None:
            return None
        # Who carries the ARN of a policy that is gone stays bounded: AWS never widens rights by a deletion.
        return managed_policy(world, account_id, arn) or Document(arn, NOTHING)


NOTHING = '{"Version": "2012-10-17", "Statement": []}'


def boundary_arn(holder: Any) -> str | None:
    """ARN of a user's or role's permissions boundary. moto itself keeps none for users."""
    return getattr(holder, "permissions_boundary_arn", None) or None


def managed_policy(world: World, account_id: str, arn: str) -> Document | None:
    """The default version of a managed policy of the account or of AWS."""
    parts = arn.split(":", 5)
    if len(parts) < 6:
        return None
    with world.entered():
        if parts[4] == "aws":
            policy: Any = shared(parts[1]).get(arn)
        else:
            iam = world.existing("iam", account_id, "aws")
            policy = dict.get(iam.managed_policies, arn) if iam is not None else None
        return Document(arn, _default_version(policy)) if policy is not None else None


def policies_by_arn(world: World, account_id: str, arns: Iterable[str]) -> list[Document | None]:
    """Managed policies in the order asked for; None stands for one that does not exist."""
    return [managed_policy(world, account_id, arn) for arn in arns]


def find_role(iam: Any, name: str) -> Any:
    """moto's role by its name, to which case matters; None when there is none."""
    return next((role for role in iam.roles.values() if role.name == name), None) if iam is not None else None


def _holder(iam: Any, user_name: str | None, role_name: str | None) -> Any:
    if (user_name is None) == (role_name is None):
        raise ValueError("name either a user or a role")
    if iam is None:
        return None
    return iam.users.get(user_name) if user_name is not None else find_role(iam, str(role_name))


def _policies_of(holder: Any) -> list[Document]:
    inline = [Document(name, as_text(document)) for name, document in holder.policies.items()]
    return inline + [Document(arn, _default_version(policy)) for arn, policy in holder.managed_policies.items()]


def _default_version(policy: Any) -> str:
    wanted = policy.default_version_id
    return next((as_text(version.document) for version in policy.versions if version.version_id == wanted), NOTHING)
