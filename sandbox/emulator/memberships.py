"""Which account is in which organization, told by the organizations of the accounts themselves."""

from typing import Any

from sandbox.emulator.world import World


def membership(world: World, account_id: str) -> tuple[Any, Any] | None:
    """moto's backend of the management account and the member in it; the world must be entered."""
    for candidate in world.accounts:
        organizations = world.existing("organizations", candidate, "aws")
        if organizations is not None and organizations.org is not None:
            for member in organizations.accounts:
                if member.id == account_id:
                    return organizations, member
    return None
