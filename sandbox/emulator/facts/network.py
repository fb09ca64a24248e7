"""EC2: every kind that moto keeps, by id; some also by name, address or the id of an association."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from sandbox.authorization.state import Resource
from sandbox.emulator.facts.kinds import (
    Kind,
    Link,
    Place,
    Thing,
    no_keys,
    plain_keys,
    plain_tags,
    refers,
    short,
)
from sandbox.emulator.patches.ec2_images import catalogue_image

Find = Callable[[Any, str], Thing | None]
Keys = Callable[[Place, Thing], Mapping[str, Any]]


def _kind(
    word: str, find: Find | str, keys: Keys = no_keys, links: Mapping[str, Link] | None = None, name: str = "id"
) -> Kind:
    """`word` as in ARNs; `find` the collection of moto's backend, by id, or how to look into the backend."""
    look: Find = (lambda ec2, wanted: getattr(ec2, find).get(wanted)) if isinstance(find, str) else find

    def locate(place: Place, identifier: str) -> Thing | None:
        ec2 = place.backend("ec2")
        return look(ec2, short(identifier, f"{word}/")) if ec2 is not None else None

    def describe(place: Place, thing: Thing) -> Resource:
        arn = place.arn("ec2", f"{word}/{getattr(thing, name)}")
        own = {"ec2:Region": place.region, **keys(place, thing)}
        return Resource(arn, place.account_id, _tags(place, thing.id), plain_keys(own))

    return Kind(locate, describe, links or {})


def _tags(place: Place, identifier: str) -> dict[str, str]:
    return plain_tags(place.backend("ec2").tags.get(identifier))


def _arn(place: Place, word: str, identifier: str | None) -> str | None:
    return place.arn("ec2", f"{word}/{identifier}") if identifier else None


# Instances and what belongs to them


def _instances(ec2: Any) -> Iterable[Thing]:
    return (instance for reservation in ec2.reservations.values() for instance in reservation.instances)


def _instance(ec2: Any, wanted: str) -> Thing | None:
    if wanted.startswith("iip-assoc-"):
        associations = ec2.iam_instance_profile_associations.values()
        return next((one.instance for one in associations if one.association_id == wanted), None)
    return next((instance for instance in _instances(ec2) if instance.id == wanted), None)


def _profiles(place: Place, instance: Thing) -> Iterable[str]:
    associations = place.backend("ec2").iam_instance_profile_associations.values()
    return [one.iam_instance_profile.arn for one in associations if one.instance_id == instance.id]


def _instance_keys(place: Place, instance: Thing) -> dict[str, Any]:
    zone = instance._placement.zone
    return {
        "ec2:InstanceID": instance.id,
        "ec2:InstanceType": instance.instance_type,
        "ec2:AvailabilityZone": zone,
        "ec2:Tenancy": instance._placement.tenancy or "default",
        "ec2:InstanceProfile": next(iter(_profiles(place, instance)), None),
        "ec2:RootDeviceType": instance.root_device_type,
        "ec2:EbsOptimized": str(instance.ebs_optimized).lower(),
        "ec2:InstanceMarketType": instance.lifecycle or "on-demand",
        "ec2:MetadataHttpEndpoint": instance.metadata_options.http_endpoint,
        "ec2:MetadataHttpTokens": instance.metadata_options.http_tokens,
        "ec2:MetadataHttpPutResponseHopLimit": instance.metadata_options.http_put_response_hop_limit,
    }


def _volumes_of(place: Place, instance: Thing) -> Iterable[str]:
    volumes = place.backend("ec2").volumes.values()
    return [one.id for one in volumes if one.attachment and one.attachment.instance is instance]


def _groups_of(place: Place, instance: Thing) -> Iterable[str]:
    of_interfaces = (group for nic in instance.nics.values() for group in nic.group_set)
    return sorted({group.id for group in (*instance.security_groups, *of_interfaces)})


def _subnets_of(place: Place, instance: Thing) -> Iterable[str | None]:
    return [instance._subnet_id, *(nic.subnet.id for nic in instance.nics.values())]


def _vpcs_of(place: Place, instance: Thing) -> Iterable[str | None]:
    return [nic.subnet.vpc_id for nic in instance.nics.values()]


INSTANCES: dict[str, Kind] = {
    "ec2:instance": _kind(
        "instance",
        _instance,
        _instance_keys,
        {
            "ec2:volume": _volumes_of,
            "ec2:security-group": _groups_of,
            "ec2:network-interface": lambda place, instance: [nic.id for nic in instance.nics.values()],
            "ec2:subnet": _subnets_of,
            "ec2:vpc": _vpcs_of,
            "ec2:image": refers("image_id"),
            "ec2:key-pair": refers("key_name"),
            "iam:instance-profile": _profiles,
        },
    ),
    "ec2:key-pair": _kind(
        "key-pair",
        lambda ec2, wanted: ec2.key_pairs.get(wanted) or _by(ec2.key_pairs.values(), "id", wanted),
        lambda place, key: {"ec2:KeyPairName": key.key_name, "ec2:KeyPairType": key.key_type or "rsa"},
        name="key_name",
    ),
    "ec2:launch-template": _kind(
        "launch-template",
        lambda ec2, wanted: ec2.launch_templates.get(ec2.launch_template_name_to_ids.get(wanted, wanted)),
    ),
    "ec2:spot-instances-request": _kind("spot-instances-request", "spot_instance_requests"),
    "ec2:spot-fleet-request": _kind("spot-fleet-request", "spot_fleet_requests"),
    "ec2:fleet": _kind("fleet", "fleets"),
    "ec2:dedicated-host": _kind("dedicated-host", "hosts"),
}


def _by(things: Iterable[Thing], attribute: str, wanted: str) -> Thing | None:
    return next((one for one in things if getattr(one, attribute) == wanted), None)


# Images, volumes and snapshots


def _image(place: Place, identifier: str) -> Any:
    """An image of the account or of the region's catalogue, which is there before EC2 was ever used."""
    wanted = short(identifier, "image/")
    ec2 = place.backend("ec2")
    return ec2.amis.get(wanted) if ec2 is not None else catalogue_image(place.region, wanted)


def _describe_image(place: Place, image: Any) -> Resource:
    is_catalogued = isinstance(image, Mapping)
    read = image.get if is_catalogued else lambda name: getattr(image, name, None)
    keys = {
        "ec2:Region": place.region,
        "ec2:ImageID": read("ami_id") if is_catalogued else image.id,
        "ec2:Owner": "amazon" if is_catalogued else read("owner_alias") or read("owner_id"),
        "ec2:Public": True if is_catalogued else bool(image.is_public),
        "ec2:ImageType": read("image_type") or "machine",
        "ec2:RootDeviceType": read("root_device_type") or "ebs",
    }
    identifier = keys["ec2:ImageID"]
    tags = {} if is_catalogued else _tags(place, image.id)
    # The ARN names no account; who may use the image is not decided by a policy of its owner's.
    arn = f"arn:{place.partition}:ec2:{place.region}::image/{identifier}"
    return Resource(arn, place.account_id, tags, plain_keys(keys))


def _image_snapshots(place: Place, image: Any) -> Iterable[str | None]:
    snapshot = getattr(image, "ebs_snapshot", None)
    return [snapshot.id] if snapshot is not None else []


def _volume_keys(place: Place, volume: Thing) -> dict[str, Any]:
    return {
        "ec2:VolumeID": volume.id,
        "ec2:VolumeType": volume.volume_type,
        "ec2:VolumeSize": volume.size,
        "ec2:VolumeIops": volume.iops,
        "ec2:VolumeThroughput": volume.throughput,
        "ec2:Encrypted": bool(volume.encrypted),
        "ec2:KmsKeyId": volume.kms_key_id or None,
        "ec2:AvailabilityZone": volume.zone.name if volume.zone else None,
        "ec2:ParentSnapshot": _snapshot_arn(place, volume.snapshot_id),
    }


def _snapshot_arn(place: Place, identifier: str | None) -> str | None:
    return f"arn:{place.partition}:ec2:{place.region}::snapshot/{identifier}" if identifier else None


def _snapshot(place: Place, identifier: str) -> Thing | None:
    ec2 = place.backend("ec2")
    return ec2.snapshots.get(short(identifier, "snapshot/")) if ec2 is not None else None


def _describe_snapshot(place: Place, snapshot: Thing) -> Resource:
    keys = {
        "ec2:Region": place.region,
        "ec2:SnapshotID": snapshot.id,
        "ec2:Owner": snapshot.owner_id,
        "ec2:Encrypted": bool(snapshot.encrypted),
        "ec2:VolumeSize": snapshot.volume.size,
        "ec2:ParentVolume": _arn(place, "volume", snapshot.volume.id),
        "ec2:SnapshotTime": snapshot.start_time.strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
    arn = str(_snapshot_arn(place, snapshot.id))
    return Resource(arn, place.account_id, _tags(place, snapshot.id), plain_keys(keys))


def _attached_to(place: Place, volume: Thing) -> Iterable[str | None]:
    return [volume.attachment.instance.id] if volume.attachment else []


STORAGE: dict[str, Kind] = {
    "ec2:image": Kind(_image, _describe_image, {"ec2:snapshot": _image_snapshots}),
    "ec2:volume": _kind(
        "volume",
        "volumes",
        _volume_keys,
        {
            "ec2:instance": _attached_to,
            "ec2:snapshot": refers("snapshot_id"),
            "kms:key": refers("kms_key_id"),
        },
    ),
    "ec2:snapshot": Kind(
        _snapshot,
        _describe_snapshot,
        {
            "ec2:volume": lambda place, snapshot: [snapshot.volume.id],
            "kms:key": refers("kms_key_id"),
        },
    ),
}


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
    return _by(groups, "id", wanted) or next((group for group in named if group.vpc_id in default), None)


def _rule(ec2: Any, wanted: str) -> Thing | None:
    rules = (rule for group in _groups(ec2) for rule in (*group.ingress_rules, *group.egress_rules))
    return _by(rules, "id", wanted)


def _in_vpc(place: Place, thing: Thing) -> dict[str, Any]:
    return {"ec2:Vpc": _arn(place, "vpc", thing.vpc_id)}


def _subnet_keys(place: Place, subnet: Thing) -> dict[str, Any]:
    zone = subnet._availability_zone
    return {
        "ec2:SubnetID": subnet.id,
        "ec2:AvailabilityZone": zone.name,
        "ec2:AvailabilityZoneId": zone.zone_id,
        **_in_vpc(place, subnet),
    }


def _interface(ec2: Any, wanted: str) -> Thing | None:
    return _by(ec2.enis.values(), "attachment_id", wanted) if wanted.startswith("eni-attach-") else ec2.enis.get(wanted)


def _interface_keys(place: Place, interface: Thing) -> dict[str, Any]:
    return {
        "ec2:NetworkInterfaceID": interface.id,
        "ec2:Subnet": _arn(place, "subnet", interface.subnet.id),
        "ec2:Vpc": _arn(place, "vpc", interface.subnet.vpc_id),
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
    return _by((one for subnet in subnets for one in subnet._cidr_reservations), "id", wanted)


def _subnets_of_table(place: Place, table: Thing) -> Iterable[str]:
    return list(table._associations.values())


VPC: dict[str, Link] = {"ec2:vpc": refers("vpc_id")}

NETWORKS: dict[str, Kind] = {
    "ec2:vpc": _kind(
        "vpc", "vpcs", lambda place, vpc: {"ec2:VpcID": vpc.id, "ec2:Tenancy": vpc.instance_tenancy or "default"}
    ),
    "ec2:subnet": _kind("subnet", _nested("subnets"), _subnet_keys, VPC),
    "ec2:subnet-cidr-reservation": _kind(
        "subnet-cidr-reservation", _reservations, links={"ec2:subnet": refers("subnet_id")}
    ),
    "ec2:security-group": _kind(
        "security-group",
        _group,
        lambda place, group: {"ec2:SecurityGroupID": group.id, **_in_vpc(place, group)},
        VPC,
    ),
    "ec2:security-group-rule": _kind("security-group-rule", _rule, links={"ec2:security-group": refers("group_id")}),
    "ec2:network-interface": _kind(
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
    "ec2:route-table": _kind(
        "route-table",
        _route_table,
        lambda place, table: {"ec2:RouteTableID": table.id, **_in_vpc(place, table)},
        {**VPC, "ec2:subnet": _subnets_of_table},
    ),
    "ec2:network-acl": _kind(
        "network-acl", _acl, lambda place, acl: {"ec2:NetworkAclID": acl.id, **_in_vpc(place, acl)}, VPC
    ),
    "ec2:internet-gateway": _kind(
        "internet-gateway",
        "internet_gateways",
        lambda place, gateway: {"ec2:InternetGatewayID": gateway.id},
        {"ec2:vpc": _id_of("vpc")},
    ),
    "ec2:egress-only-internet-gateway": _kind(
        "egress-only-internet-gateway", "egress_only_internet_gateways", links=VPC
    ),
    "ec2:natgateway": _kind(
        "natgateway",
        "nat_gateways",
        _in_vpc,
        {**VPC, "ec2:subnet": refers("subnet_id")},
    ),
    "ec2:carrier-gateway": _kind("carrier-gateway", "carrier_gateways", _in_vpc, VPC),
    "ec2:elastic-ip": _kind(
        "elastic-ip",
        _address,
        _address_keys,
        {"ec2:instance": _id_of("instance"), "ec2:network-interface": _id_of("eni")},
        name="allocation_id",
    ),
    "ec2:dhcp-options": _kind("dhcp-options", "dhcp_options_sets", lambda place, one: {"ec2:DhcpOptionsID": one.id}),
    "ec2:vpc-peering-connection": _kind(
        "vpc-peering-connection",
        "vpc_pcxs",
        _peering_keys,
        {"ec2:vpc": lambda place, peering: [_vpc_arn(peering.vpc), _vpc_arn(peering.peer_vpc)]},
    ),
    "ec2:vpc-endpoint": _kind(
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
    "ec2:vpc-endpoint-service": _kind("vpc-endpoint-service", "configurations"),
    "ec2:vpc-flow-log": _kind("vpc-flow-log", "flow_logs"),
    "ec2:prefix-list": _kind("prefix-list", "managed_prefix_lists"),
    "ec2:customer-gateway": _kind("customer-gateway", "customer_gateways"),
    "ec2:vpn-gateway": _kind("vpn-gateway", "vpn_gateways"),
    "ec2:vpn-connection": _kind(
        "vpn-connection",
        "vpn_connections",
        links={
            "ec2:customer-gateway": refers("customer_gateway_id"),
            "ec2:vpn-gateway": refers("vpn_gateway_id"),
        },
    ),
    "ec2:transit-gateway": _kind("transit-gateway", "transit_gateways"),
    "ec2:transit-gateway-route-table": _kind(
        "transit-gateway-route-table",
        "transit_gateways_route_tables",
        links={"ec2:transit-gateway": refers("transit_gateway_id")},
    ),
    "ec2:transit-gateway-attachment": _kind(
        "transit-gateway-attachment",
        "transit_gateway_attachments",
        links={**VPC, "ec2:transit-gateway": refers("transit_gateway_id"), "ec2:subnet": refers("subnet_ids")},
    ),
    "ec2:traffic-mirror-filter": _kind("traffic-mirror-filter", "traffic_mirror_filters"),
    "ec2:traffic-mirror-session": _kind("traffic-mirror-session", "traffic_mirror_sessions"),
    "ec2:traffic-mirror-target": _kind("traffic-mirror-target", "traffic_mirror_targets"),
}

KINDS = INSTANCES | STORAGE | NETWORKS
