"""Which account is in which organization, told by the organizations of the accounts themselves."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from moto.organizations import models, utils

from sandbox.emulator.world import Key, World


def membership(world: World, account_id: str) -> tuple[Any, Any] | None:
    """moto's backend of the management account and the member in it; the world must be entered."""
    for candidate in world.accounts:
        organizations = world.existing("organizations", candidate, "aws")
        if organizations is not None and organizations.org is not None:
            for member in organizations.accounts:
                if member.id == account_id:
                    return organizations, member
    return None


@dataclass(frozen=True, slots=True)
class Organization:
    """An organization as its management account has it; `delegated` are the accounts that administrate for it."""

    id: str
    management_account_id: str
    email: str
    name: str
    feature_set: str
    members: frozenset[str]
    delegated: frozenset[str]


def organization_of(world: World, account_id: str) -> Organization | None:
    """The organization that an account is in; None when it is in none."""
    with world.entered():
        found = membership(world, account_id)
        if found is None:
            return None
        organizations, _ = found
        management = organizations.get_account_by_id(organizations.org.master_account_id)
        return Organization(
            id=organizations.org.id,
            management_account_id=management.id,
            email=management.email,
            name=management.name,
            feature_set=organizations.org.feature_set,
            members=frozenset(member.id for member in organizations.accounts),
            delegated=frozenset(admin.account.id for admin in organizations.admins),
        )


def join(
    world: World,
    organization: Organization,
    account_id: str,
    *,
    name: str,
    email: str,
    tags: Mapping[str, str],
    at: datetime,
) -> None:
    """Bring an account that was invited into an organization, below its root.

    Unlike one that the organization made, it gets no role for the management account.
    """
    organizations = _changing(world, organization)
    # The account that moto draws is nobody's, so that it makes no role in it.
    member = models.FakeAccount(organizations.org, AccountName=name, Email=email)
    member.id, member.joined_method, member.tags = account_id, "INVITED", dict(tags)
    member.create_time = at.astimezone(UTC).replace(tzinfo=None)
    organizations.accounts.append(member)
    for policy_id in (utils.DEFAULT_SCP_POLICY_ID, utils.DEFAULT_RCP_POLICY_ID):
        organizations.attach_policy(PolicyId=policy_id, TargetId=account_id)


def part(world: World, organization: Organization, account_id: str) -> None:
    """Take a member out of its organization, with the policies that were attached to it."""
    _changing(world, organization).remove_account_from_organization(AccountId=account_id)


def _changing(world: World, organization: Organization) -> Any:
    key = Key(organization.management_account_id, "organizations", "aws")
    backend = world.backend(key.service, key.account_id, key.region)
    world.touched[key] = backend
    return backend
