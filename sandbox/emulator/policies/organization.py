"""Service and resource control policies that bear on an account through its organization."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sandbox.emulator.memberships import membership
from sandbox.emulator.policies.document import Document
from sandbox.emulator.world import World

SERVICE_CONTROL, RESOURCE_CONTROL = "SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY"

Levels = tuple[tuple[Document, ...], ...]


@dataclass(frozen=True, slots=True)
class OrganizationLevels:
    """An account's place in its organization: the policies of each level from the root down to the account.

    No levels at all for the management account, which such policies do not bind, and where the root has the type of
    policy not enabled. `path` is that of aws:PrincipalOrgPaths ("o-x/r-y/ou-z/").
    """

    organization_id: str
    master_account_id: str
    path: str
    service_control: Levels
    resource_control: Levels


def organization_levels(world: World, account_id: str) -> OrganizationLevels | None:
    """Where an account is in its organization, and what binds it there; None when it is in none."""
    with world.entered():
        found = membership(world, account_id)
        if found is None:
            return None
        organizations, member = found
        levels = [*reversed(list(_parents(organizations, member))), member]
        is_master = account_id == organizations.org.master_account_id
        enabled = set() if is_master else _enabled(levels[0])
        return OrganizationLevels(
            organizations.org.id,
            organizations.org.master_account_id,
            "/".join((organizations.org.id, *(level.id for level in levels[:-1]), "")),
            _levels(levels, SERVICE_CONTROL) if SERVICE_CONTROL in enabled else (),
            _levels(levels, RESOURCE_CONTROL) if RESOURCE_CONTROL in enabled else (),
        )


def policy_arn(policy: Any) -> str:
    """ARN of an organization's policy; those of AWS carry neither account nor organization."""
    if policy.aws_managed:
        partition = policy.arn.split(":", 2)[1]
        return f"arn:{partition}:organizations::aws:policy/{policy.type.lower()}/{policy.id}"
    return str(policy.arn)


def _parents(organizations: Any, member: Any) -> Iterable[Any]:
    units = {unit.id: unit for unit in organizations.ou}
    unit = units.get(member.parent_id)
    while unit is not None:
        yield unit
        unit = units.get(unit.parent_id)


def _enabled(root: Any) -> set[str]:
    return {kind["Type"] for kind in getattr(root, "policy_types", ()) if kind["Status"] == "ENABLED"}


def _levels(levels: Iterable[Any], kind: str) -> Levels:
    return tuple(
        tuple(Document(policy_arn(policy), policy.content) for policy in level.attached_policies if policy.type == kind)
        for level in levels
    )
