"""Organizations: invitations, which the emulator lacks, and leaving, which it checks too little.

https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_accounts_invites.html
"""

from sandbox.services.invocation import Handler
from sandbox.services.organizations import handshakes, leaving

HANDLERS: dict[str, Handler] = {
    "InviteAccountToOrganization": handshakes.invite,
    "AcceptHandshake": handshakes.accept,
    "DeclineHandshake": handshakes.decline,
    "CancelHandshake": handshakes.cancel,
    "DescribeHandshake": handshakes.describe,
    "ListHandshakesForAccount": handshakes.list_for_account,
    "ListHandshakesForOrganization": handshakes.list_for_organization,
    "LeaveOrganization": leaving.leave,
    "RemoveAccountFromOrganization": leaving.remove_account,
}
