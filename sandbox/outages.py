"""Zone outages: what starts something new in an availability zone that is out fails for want of capacity.

https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
"""

from collections.abc import Iterator
from typing import Any

from sandbox import regions
from sandbox.emulator import World
from sandbox.emulator.facts import AccountFacts
from sandbox.weather import zones_out
from sandbox.wire import AwsError, Call

STATE = "impaired"

_INSTANCES = frozenset(("RunInstances", "StartInstances", "CreateFleet", "RequestSpotInstances"))
_VOLUMES = frozenset(("CreateVolume",))
# AWS does not document what becomes of these while a zone is out; "Unavailable" is EC2's general word for it.
_NETWORK = frozenset(("CreateSubnet", "CreateDefaultSubnet", "CreateNetworkInterface", "CreateNatGateway"))
_STRUCK = _INSTANCES | _VOLUMES | _NETWORK


def check(world: World, call: Call, account_id: str, parameters: dict[str, Any]) -> None:
    """Refuse what would be new in a zone that is out; raises AwsError.

    A call that names no zone is refused only when the whole region is out: AWS chooses a zone that works.
    """
    if call.service != "ec2" or call.operation_name not in _STRUCK:
        return
    out = zones_out(world)
    ids = {name: zone_id for zone_id, name in regions.zone_names(account_id, call.region).items()}
    if not out.intersection(ids.values()):
        return
    named = set(_zones(AccountFacts(world, account_id, call.region), call.operation_name, parameters, ids))
    struck = (named or set(ids.values())) & out
    if named & out or (not named and struck == set(ids.values())):
        raise _error(call.operation_name, sorted(name for name, zone_id in ids.items() if zone_id in struck))


def message(name: str) -> str:
    """What DescribeAvailabilityZones says about a zone that is out."""
    return f"{name} is impaired: new resources cannot be started in it at the moment."


def _zones(state: AccountFacts, operation: str, parameters: Any, ids: dict[str, str]) -> Iterator[str]:
    """Ids of the zones that a call names, by name, id, subnet, network interface or instance."""
    if operation == "StartInstances":
        for instance in parameters.get("InstanceIds") or ():
            yield from _of_resource(state, "ec2:instance", instance, ids)
        return
    for member, value in _members(parameters):
        if member == "AvailabilityZone" and value in ids:
            yield ids[value]
        elif member == "AvailabilityZoneId":
            yield value
        elif member == "SubnetId":
            yield from _of_resource(state, "ec2:subnet", value, ids)
        elif member == "NetworkInterfaceId":
            yield from _of_resource(state, "ec2:network-interface", value, ids)


def _members(value: Any) -> Iterator[tuple[str, str]]:
    """Every text in the parameters with the name of its member, however deep."""
    if isinstance(value, dict):
        for name, member in value.items():
            if isinstance(member, str):
                yield name, member
            else:
                yield from _members(member)
    elif isinstance(value, list):
        for member in value:
            yield from _members(member)


def _of_resource(state: AccountFacts, kind: str, identifier: str, ids: dict[str, str]) -> Iterator[str]:
    found = state.find(kind, identifier)
    for name in found.keys.get("ec2:AvailabilityZone", ()) if found is not None else ():
        if name in ids:
            yield ids[name]


def _error(operation: str, names: list[str]) -> AwsError:
    where = f"the Availability Zone {names[0]}" if len(names) == 1 else f"the Availability Zones {', '.join(names)}"
    if operation in _INSTANCES:
        return AwsError(
            "InsufficientInstanceCapacity",
            f"There is not enough capacity for this request in {where} at the moment. Please try another zone.",
            500,
        )
    if operation in _VOLUMES:
        return AwsError("InsufficientVolumeCapacity", f"There is not enough capacity for volumes in {where}.", 500)
    return AwsError("Unavailable", f"{where[0].upper()}{where[1:]} cannot take new resources at the moment.", 503)
