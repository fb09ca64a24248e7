"""Which policies bear on a principal or a resource, as JSON texts with the names AWS gives them."""

from sandbox.emulator.policies.document import Document
from sandbox.emulator.policies.endpoints import Endpoint, endpoint_of_vpc
from sandbox.emulator.policies.identity import (
    identity_policies,
    managed_policy,
    permissions_boundary,
    policies_by_arn,
)
from sandbox.emulator.policies.organization import OrganizationLevels, organization_levels
from sandbox.emulator.policies.public_access import block_public_access
from sandbox.emulator.policies.resources import Grant, grants, resource_policy

__all__ = [
    "Document",
    "Endpoint",
    "Grant",
    "OrganizationLevels",
    "block_public_access",
    "endpoint_of_vpc",
    "grants",
    "identity_policies",
    "managed_policy",
    "organization_levels",
    "permissions_boundary",
    "policies_by_arn",
    "resource_policy",
]
