"""Leaving an organization, by oneself or by its management account.

https://docs.aws.amazon.com/organizations/latest/APIReference/API_RemoveAccountFromOrganization.html
"""

from typing import Any

from sandbox.emulator.memberships import Organization, organization_of, part
from sandbox.services.invocation import Invocation
from sandbox.services.organizations import refusals


def organization_managed(invocation: Invocation) -> Organization:
    """The organization that the caller's account manages; raises AwsError."""
    organization = organization_of(invocation.world, invocation.account_id)
    if organization is None:
        raise refusals.not_in_use()
    if organization.management_account_id != invocation.account_id:
        raise refusals.not_permitted()
    return organization


def leave(invocation: Invocation) -> dict[str, Any]:
    """Leave the organization that the caller's account is in."""
    organization = organization_of(invocation.world, invocation.account_id)
    if organization is None:
        raise refusals.not_in_use()
    _let_go(invocation, organization, invocation.account_id)
    return {}


def remove_account(invocation: Invocation) -> dict[str, Any]:
    """Put a member out of the organization."""
    organization, account_id = organization_managed(invocation), invocation.parameters["AccountId"]
    if account_id not in organization.members:
        raise refusals.account_not_found()
    _let_go(invocation, organization, account_id)
    return {}


def _let_go(invocation: Invocation, organization: Organization, account_id: str) -> None:
    if account_id == organization.management_account_id:
        raise refusals.management_stays()
    if account_id in organization.delegated:
        message = "A delegated administrator stays; deregister it first."
        raise refusals.constraint(message, "CANNOT_REMOVE_DELEGATED_ADMINISTRATOR_FROM_ORG")
    part(invocation.world, organization, account_id)
