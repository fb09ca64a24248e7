"""Parameters that AWS lets a caller leave out, and without which moto fails."""

import inspect
from typing import Any

from moto.ec2.models.elastic_block_store import EBSBackend
from moto.ec2.models.security_groups import SecurityGroupBackend
from moto.ec2.models.vpcs import VPCBackend
from moto.ec2.responses.spot_fleets import SpotFleets

from sandbox.emulator.expectation import expect


def _detach_volume(self: Any, volume_id: str, instance_id: str | None, device_path: str | None) -> Any:
    attachment = self.get_volume(volume_id).attachment
    if instance_id is None and attachment:
        instance_id = attachment.instance.id
    return _detach_volume_from(self, volume_id, instance_id, device_path)


def _modify_rules(self: Any, group_id: str, rules: dict[str, dict[str, Any]]) -> None:
    for rule in rules.values():
        if rule.get("IpProtocol") == "-1":
            # moto asks for ports also where AWS ignores them: in a rule for all protocols.
            rule.setdefault("FromPort", -1)
            rule.setdefault("ToPort", -1)
    _modify_rules_with_ports(self, group_id, rules)


def _create_vpc_endpoint(self: Any, *given: Any, **named: Any) -> Any:
    bound = _ENDPOINT.bind(self, *given, **named)
    bound.arguments["endpoint_type"] = bound.arguments.get("endpoint_type") or "Gateway"
    return _create_typed_endpoint(*bound.args, **bound.kwargs)


def _request_spot_fleet(self: Any) -> Any:
    self._get_param("SpotFleetRequestConfig", {}).setdefault("AllocationStrategy", "lowestPrice")
    return _request_fleet_by(self)


_detach_volume_from = EBSBackend.detach_volume
_modify_rules_with_ports = SecurityGroupBackend.modify_security_group_rules
_create_typed_endpoint = VPCBackend.create_vpc_endpoint
_request_fleet_by = SpotFleets.request_spot_fleet
_ENDPOINT = inspect.signature(_create_typed_endpoint)


def apply() -> None:
    """Fill in what AWS would: the instance of a volume, ports of no matter, the type of an endpoint, a strategy."""
    expect(
        list(inspect.signature(_detach_volume_from).parameters)[1:] == ["volume_id", "instance_id", "device_path"],
        "detach_volume",
    )
    expect("endpoint_type" in _ENDPOINT.parameters, "create_vpc_endpoint")
    EBSBackend.detach_volume = _detach_volume
    SecurityGroupBackend.modify_security_group_rules = _modify_rules
    VPCBackend.create_vpc_endpoint = _create_vpc_endpoint
    SpotFleets.request_spot_fleet = _request_spot_fleet
