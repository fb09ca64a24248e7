"""VPC endpoints: through which one a call to a service leaves a VPC, and what its policy says."""

from dataclasses import dataclass

from sandbox.emulator.policies.document import Document, as_text
from sandbox.emulator.world import World


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A VPC endpoint with its policy."""

    id: str
    vpc_id: str
    policy: Document


def endpoint_of_vpc(world: World, account_id: str, region: str, vpc_id: str, service_name: str) -> Endpoint | None:
    """The VPC's endpoint for a service ("com.amazonaws.eu-west-1.s3"); None when there is none."""
    with world.entered():
        ec2 = world.existing("ec2", account_id, region)
        several = ec2.vpc_end_points.values() if ec2 is not None else ()
        for one in several:
            if one.vpc_id == vpc_id and one.service_name == service_name and one.state.lower() == "available":
                return Endpoint(one.id, vpc_id, Document(one.id, as_text(one.policy_document)))
        return None
