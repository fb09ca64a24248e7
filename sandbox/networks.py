"""Where the learner's terminal stands: on the internet, or in a VPC whose endpoints its calls then go through.

https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
"""

from ipaddress import ip_address

from sandbox.emulator import World
from sandbox.emulator.policies import Endpoint, endpoint_of_vpc
from sandbox.wire import Call

STATE = "network"


def stand_in(world: World, *, account_id: str, region: str, vpc_id: str, private_ip: str) -> None:
    """Let signed calls come from an address inside a VPC; ValueError for what is no address."""
    world.native(STATE).update(account=account_id, region=region, vpc=vpc_id, private_ip=str(ip_address(private_ip)))


def leave(world: World) -> None:
    """Let calls come from the internet again."""
    world.native(STATE).clear()


def private_ip(world: World) -> str:
    """The terminal's address in its VPC; "" on the internet."""
    return str(world.native(STATE).get("private_ip", ""))


def endpoint_for(world: World, call: Call) -> Endpoint | None:
    """The VPC endpoint that a call goes through; None when it goes over the internet."""
    place = world.native(STATE)
    if not place or place["region"] != call.region:
        return None
    name = f"com.amazonaws.{call.region}.{call.canonical_host.partition('.')[0]}"
    return endpoint_of_vpc(world, place["account"], place["region"], place["vpc"], name)
