"""EC2's instances, images, volumes and snapshots."""

from collections.abc import Iterable, Mapping
from typing import Any

from sandbox.authorization.state import Resource
from sandbox.emulator.facts.ec2 import by_attribute, ec2_arn, ec2_kind, tags_of
from sandbox.emulator.facts.kinds import Kind, Place, Thing, plain_keys, refers, short
from sandbox.emulator.patches.ec2_images import catalogue_image

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


def _scaling_groups(place: Place, instance: Thing) -> Iterable[str]:
    scaling = place.backend("autoscaling")
    groups = scaling.autoscaling_groups.values() if scaling is not None else ()
    return [group.name for group in groups if any(state.instance is instance for state in group.instance_states)]


INSTANCES: dict[str, Kind] = {
    "ec2:instance": ec2_kind(
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
            "autoscaling:autoScalingGroup": _scaling_groups,
        },
    ),
    "ec2:key-pair": ec2_kind(
        "key-pair",
        lambda ec2, wanted: ec2.key_pairs.get(wanted) or by_attribute(ec2.key_pairs.values(), "id", wanted),
        lambda place, key: {"ec2:KeyPairName": key.key_name, "ec2:KeyPairType": key.key_type or "rsa"},
        name="key_name",
    ),
    "ec2:launch-template": ec2_kind(
        "launch-template",
        lambda ec2, wanted: ec2.launch_templates.get(ec2.launch_template_name_to_ids.get(wanted, wanted)),
    ),
    "ec2:spot-instances-request": ec2_kind("spot-instances-request", "spot_instance_requests"),
    "ec2:spot-fleet-request": ec2_kind("spot-fleet-request", "spot_fleet_requests"),
    "ec2:fleet": ec2_kind("fleet", "fleets"),
    "ec2:dedicated-host": ec2_kind("dedicated-host", "hosts"),
}


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
    tags = {} if is_catalogued else tags_of(place, image.id)
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
        "ec2:ParentVolume": ec2_arn(place, "volume", snapshot.volume.id),
        "ec2:SnapshotTime": snapshot.start_time.strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
    arn = str(_snapshot_arn(place, snapshot.id))
    return Resource(arn, place.account_id, tags_of(place, snapshot.id), plain_keys(keys))


def _attached_to(place: Place, volume: Thing) -> Iterable[str | None]:
    return [volume.attachment.instance.id] if volume.attachment else []


STORAGE: dict[str, Kind] = {
    "ec2:image": Kind(_image, _describe_image, {"ec2:snapshot": _image_snapshots}),
    "ec2:volume": ec2_kind(
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

KINDS = INSTANCES | STORAGE
