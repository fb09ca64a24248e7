"""What an organization lets its management account do in member accounts by way of AWS services."""

from sandbox.emulator.memberships import membership
from sandbox.emulator.world import World


def is_managed_by(world: World, account_id: str, manager: str) -> bool:
    """Whether the account is a member, and `manager` the management account, of one organization."""
    with world.entered():
        found = membership(world, account_id)
        return found is not None and found[0].account_id == manager != account_id


def trusts_service(world: World, manager: str, service_principal: str) -> bool:
    """Whether the organization of a management account has trusted access enabled for a service."""
    with world.entered():
        found = membership(world, manager)
        if found is None:
            return False
        return any(service["ServicePrincipal"] == service_principal for service in found[0].services)
