"""EC2's networks; some kinds are also found by name, address or the id of an association."""

from collections.abc import Iterable
from typing import Any

from sandbox.emulator.facts.ec2 import Find, by_attribute, ec2_arn, ec2_kind
from sandbox.emulator.facts.kinds import Kind, Link, Place, Thing, refers

# Networks


def _nested(collection: str) -> Find:
    """Of dictionaries by zone or VPC, the inner ones by id."""
    return lambda ec2, wanted: next(
        (held[wanted] for held in getattr(ec2, collection).values() if wanted in held), None
    )


def _groups(ec2: Any) -> Iterable[Thing]:
    return (group for held in ec2.groups.values() for group in held.values())


def _group(ec2: Any, wanted: str) -> Thing | None:
    """A group by id or name; of several of that name the default VPC's, as EC2 means it."""
    groups = list(_groups(ec2))
    named = [group for group in groups if group.name == wanted]
    default = {vpc.id for vpc in ec2.vpcs.values() if vpc.is_default}
    return by_attribute(groups, "id", wanted) or next((group for group in named if group.vpc_id in default), None)


def _rule(ec2: Any, wanted: str) -> Thing | None:
    rules = (rule for group in _groups(ec2) for rule in (*group.ingress_rules, *group.egress_rules))
    return by_attribute(rules, "id", wanted)


def _in_vpc(place: Place, thing: Thing) -> dict[str, Any]:
    return {"ec2:Vpc": ec2_arn(place, "vpc", thing.vpc_id)}


def _subnet_keys(place: Place, subnet: Thing) -> dict[str, Any]:
    zone = subnet._availability_zone
    return {
        "ec2:SubnetID": subnet.id,
        "ec2:AvailabilityZone": zone.name,
        "ec2:AvailabilityZoneId": zone.zone_id,
        **_in_vpc(place, subnet),
    }


def _interface(ec2: Any, wanted: str) -> Thing | None:
    return (
        by_attribute(ec2.enis.values(), "attachment_id", wanted)
        if wanted.startswith("eni-attach-")
        else ec2.enis.get(wanted)
    )


def _interface_keys(place: Place, interface: Thing) -> dict[str, Any]:
    return {
        "ec2:NetworkInterfaceID": interface.id,
        "ec2:Subnet": ec2_arn(place, "subnet", interface.subnet.id),
        "ec2:Vpc": ec2_arn(place, "vpc", interface.subnet.vpc_id),
        "ec2:AvailabilityZone": interface.subnet._availability_zone.name,
    }


def _route_table(ec2: Any, wanted: str) -> Thing | None:
    if not wanted.startswith("rtbassoc-"):
        return ec2.route_tables.get(wanted)
    tables = ec2.route_tables.values()
    return next((one for one in tables if wanted == one.main_association_id or wanted in one._associations), None)


def _acl(ec2: Any, wanted: str) -> Thing | None:
    if not wanted.startswith("aclassoc-"):
        return ec2.network_acls.get(wanted)
    acls = ec2.network_acls.values()
    return next((acl for acl in acls if any(one.id == wanted for one in acl.associations)), None)


def _address(ec2: Any, wanted: str) -> Thing | None:
    """An address by allocation, association or the address itself."""
    return next(
        (one for one in ec2.addresses if wanted in (one.allocation_id, one.association_id, one.public_ip)), None
    )


def _address_keys(place: Place, address: Thing) -> dict[str, Any]:
    return {
        "ec2:AllocationId": address.allocation_id,
        "ec2:Domain": address.domain,
        "ec2:PublicIpAddress": address.public_ip,
    }


def _id_of(name: str) -> Link:
    """The id of the object that an attribute holds."""

    def link(place: Place, thing: Thing) -> Iterable[str | None]:
        held = getattr(thing, name, None)
        return [held.id] if held is not None else []

    return link


def _peering_keys(place: Place, peering: Thing) -> dict[str, Any]:
    return {
        "ec2:VpcPeeringConnectionID": peering.id,
        "ec2:RequesterVpc": _vpc_arn(peering.vpc),
        "ec2:AccepterVpc": _vpc_arn(peering.peer_vpc),
    }


def _vpc_arn(vpc: Thing) -> str:
    owner = vpc.ec2_backend
    return f"arn:{owner.partition}:ec2:{owner.region_name}:{owner.account_id}:vpc/{vpc.id}"


def _endpoint_keys(place: Place, endpoint: Thing) -> dict[str, Any]:
    return {"ec2:VpceServiceName": endpoint.service_name}


def _reservations(ec2: Any, wanted: str) -> Thing | None:
    subnets = (subnet for held in ec2.subnets.values() for subnet in held.values())
    return by_attribute((one for subnet in subnets for one in subnet._cidr_reservations), "id", wanted)


def _subnets_of_table(place: Place, table: Thing) -> Iterable[str]:
    return list(table._associations.values())


VPC: dict[str, Link] = {"ec2:vpc": refers("vpc_id")}

NETWORKS: dict[str, Kind] = {
    "ec2:vpc": ec2_kind(
        "vpc", "vpcs", lambda place, vpc: {"ec2:VpcID": vpc.id, "ec2:Tenancy": vpc.instance_tenancy or "default"}
    ),
    "ec2:subnet": ec2_kind("subnet", _nested("subnets"), _subnet_keys, VPC),
    "ec2:subnet-cidr-reservation": ec2_kind(
        "subnet-cidr-reservation", _reservations, links={"ec2:subnet": refers("subnet_id")}
    ),
    "ec2:security-group": ec2_kind(
        "security-group",
        _group,
        lambda place, group: {"ec2:SecurityGroupID": group.id, **_in_vpc(place, group)},
        VPC,
    ),
    "ec2:security-group-rule": ec2_kind("security-group-rule", _rule, links={"ec2:security-group": refers("group_id")}),
    "ec2:network-interface": ec2_kind(
        "network-interface",
        _interface,
        _interface_keys,
        {
            "ec2:subnet": _id_of("subnet"),
            "ec2:instance": _id_of("instance"),
            "ec2:vpc": lambda place, one: [one.subnet.vpc_id],
            "ec2:security-group": lambda place, one: sorted(group.id for group in one.group_set),
        },
    ),
    "ec2:route-table": ec2_kind(
        "route-table",
        _route_table,
        lambda place, table: {"ec2:RouteTableID": table.id, **_in_vpc(place, table)},
        {**VPC, "ec2:subnet": _subnets_of_table},
    ),
    "ec2:network-acl": ec2_kind(
        "network-acl", _acl, lambda place, acl: {"ec2:NetworkAclID": acl.id, **_in_vpc(place, acl)}, VPC
    ),
    "ec2:internet-gateway": ec2_kind(
        "internet-gateway",
        "internet_gateways",
        lambda place, gateway: {"ec2:InternetGatewayID": gateway.id},
        {"ec2:vpc": _id_of("vpc")},
    ),
    "ec2:egress-only-internet-gateway": ec2_kind(
        "egress-only-internet-gateway", "egress_only_internet_gateways", links=VPC
    ),
    "ec2:natgateway": ec2_kind(
        "natgateway",
        "nat_gateways",
        _in_vpc,
        {**VPC, "ec2:subnet": refers("subnet_id")},
    ),
    "ec2:carrier-gateway": ec2_kind("carrier-gateway", "carrier_gateways", _in_vpc, VPC),
    "ec2:elastic-ip": ec2_kind(
        "elastic-ip",
        _address,
        _address_keys,
        {"ec2:instance": _id_of("instance"), "ec2:network-interface": _id_of("eni")},
        name="allocation_id",
    ),
    "ec2:dhcp-options": ec2_kind("dhcp-options", "dhcp_options_sets", lambda place, one: {"ec2:DhcpOptionsID": one.id}),
    "ec2:vpc-peering-connection": ec2_kind(
        "vpc-peering-connection",
        "vpc_pcxs",
        _peering_keys,
        {"ec2:vpc": lambda place, peering: [_vpc_arn(peering.vpc), _vpc_arn(peering.peer_vpc)]},
    ),
    "ec2:vpc-endpoint": ec2_kind(
        "vpc-endpoint",
        "vpc_end_points",
        _endpoint_keys,
        {
            **VPC,
            "ec2:subnet": refers("subnet_ids"),
            "ec2:security-group": refers("security_group_ids"),
            "ec2:route-table": refers("route_table_ids"),
        },
    ),
    "ec2:vpc-endpoint-service": ec2_kind("vpc-endpoint-service", "configurations"),
    "ec2:vpc-flow-log": ec2_kind("vpc-flow-log", "flow_logs"),
    "ec2:prefix-list": ec2_kind("prefix-list", "managed_prefix_lists"),
    "ec2:customer-gateway": ec2_kind("customer-gateway", "customer_gateways"),
    "ec2:vpn-gateway": ec2_kind("vpn-gateway", "vpn_gateways"),
    "ec2:vpn-connection": ec2_kind(
        "vpn-connection",
        "vpn_connections",
        links={
            "ec2:customer-gateway": refers("customer_gateway_id"),
            "ec2:vpn-gateway": refers("vpn_gateway_id"),
        },
    ),
    "ec2:transit-gateway": ec2_kind("transit-gateway", "transit_gateways"),
    "ec2:transit-gateway-route-table": ec2_kind(
        "transit-gateway-route-table",
        "transit_gateways_route_tables",
        links={"ec2:transit-gateway": refers("transit_gateway_id")},
    ),
    "ec2:transit-gateway-attachment": ec2_kind(
        "transit-gateway-attachment",
        "transit_gateway_attachments",
        links={**VPC, "ec2:transit-gateway": refers("transit_gateway_id"), "ec2:subnet": refers("subnet_ids")},
    ),
    "ec2:traffic-mirror-filter": ec2_kind("traffic-mirror-filter", "traffic_mirror_filters"),
    "ec2:traffic-mirror-session": ec2_kind("traffic-mirror-session", "traffic_mirror_sessions"),
    "ec2:traffic-mirror-target": ec2_kind("traffic-mirror-target", "traffic_mirror_targets"),
}

KINDS = NETWORKS
