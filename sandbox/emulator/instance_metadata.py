"""What an EC2 instance can learn of itself."""

from base64 import b64decode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sandbox.emulator.world import World


@dataclass(frozen=True, slots=True)
class Place:
    """Where an instance is found."""

    account_id: str
    region: str
    instance_id: str


@dataclass(frozen=True, slots=True)
class Options:
    """Who the metadata service answers."""

    enabled: bool
    needs_token: bool
    ipv6: bool
    shows_tags: bool


@dataclass(frozen=True, slots=True)
class Profile:
    """An instance profile with its role's ARN, "" for none."""

    arn: str
    id: str
    role_arn: str


@dataclass(frozen=True, slots=True)
class Instance:
    """An instance as the metadata service tells of it; times aware, texts "" for what there is not."""

    place: Place
    running: bool
    options: Options
    image_id: str
    instance_type: str
    architecture: str
    zone: str
    zone_id: str
    reservation_id: str
    launch_index: int
    launched_at: datetime
    private_ip: str
    private_name: str
    public_ip: str
    public_name: str
    mac: str
    interface_id: str
    subnet_id: str
    vpc_id: str
    group_names: tuple[str, ...]
    group_ids: tuple[str, ...]
    key_name: str
    lifecycle: str
    tags: Mapping[str, str]
    user_data: bytes | None
    profile: Profile | None


def running_places(world: World) -> list[Place]:
    """Where all running instances of an environment are."""
    with world.entered():
        return sorted(_running(world), key=lambda place: (place.account_id, place.region, place.instance_id))


def _running(world: World) -> Iterator[Place]:
    for key in [key for key in world.present() if key.service == "ec2"]:
        ec2 = world.existing("ec2", key.account_id, key.region)
        for reservation in ec2.reservations.values() if ec2 is not None else ():
            for instance in reservation.instances:
                if instance.state == "running":
                    yield Place(key.account_id, key.region, instance.id)


def find_instance(world: World, place: Place) -> Instance | None:
    """Look up an instance; None when there is none."""
    if place.account_id not in world.accounts:
        return None
    with world.entered():
        ec2 = world.existing("ec2", place.account_id, place.region)
        for reservation in ec2.reservations.values() if ec2 is not None else ():
            for instance in reservation.instances:
                if instance.id == place.instance_id:
                    return _described(world, place, ec2, reservation, instance)
    return None


def _described(world: World, place: Place, ec2: Any, reservation: Any, instance: Any) -> Instance:
    nic = next(iter(instance.nics.values()), None)
    zone = str(instance._placement.zone or "")
    groups = {group.id: group for group in (*instance.security_groups, *(nic.group_set if nic else ()))}
    data = instance.user_data
    return Instance(
        place=place,
        running=instance.state == "running",
        options=_options(instance.metadata_options),
        image_id=instance.image_id or "",
        instance_type=instance.instance_type,
        architecture=instance.architecture or "x86_64",
        zone=zone,
        zone_id=_zone_id(ec2, zone),
        reservation_id=reservation.id,
        launch_index=int(instance.ami_launch_index or 0),
        launched_at=instance.launch_time,
        private_ip=instance.private_ip or "",
        private_name=instance.private_dns_name or "",
        public_ip=instance.public_ip or "",
        public_name=(instance.public_dns_name or "") if instance.public_ip else "",
        mac=nic.mac_address if nic is not None else "",
        interface_id=nic.id if nic is not None else "",
        subnet_id=instance.subnet_id or "",
        vpc_id=instance.vpc_id or "",
        group_names=tuple(group.name for group in groups.values()),
        group_ids=tuple(groups),
        key_name=instance.key_name or "",
        lifecycle=instance.lifecycle or "on-demand",
        tags={tag["key"]: tag["value"] for tag in ec2.describe_tags({"resource-id": [instance.id]})},
        user_data=b64decode(str(data)) if data else None,
        profile=_profile(world, place, ec2),
    )


def _options(options: Any) -> Options:
    return Options(
        enabled=options.http_endpoint != "disabled",
        needs_token=options.http_tokens == "required",
        ipv6=options.http_protocol_ipv6 == "enabled",
        shows_tags=options.instance_metadata_tags == "enabled",
    )


def _zone_id(ec2: Any, name: str) -> str:
    return next((str(zone.zone_id) for zone in ec2.describe_availability_zones() if zone.name == name), "")


def _profile(world: World, place: Place, ec2: Any) -> Profile | None:
    association = next(
        (one for one in ec2.iam_instance_profile_associations.values() if one.instance_id == place.instance_id), None
    )
    iam: Any = world.existing("iam", place.account_id, "aws")
    if association is None or iam is None:
        return None
    arn = association.iam_instance_profile.arn
    # The association may hold the profile as it was when it was made.
    found = next((one for one in iam.instance_profiles.values() if one.arn == arn), None)
    if found is None:
        return None
    role_arn = next((role.arn for role in found.roles), "")
    return Profile(arn, found.id, role_arn)
