"""What an account keeps running or stored, and since when: what costs by the hour."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sandbox.emulator.world import World


@dataclass(frozen=True, slots=True)
class Used:
    """One thing that costs by the hour; `detail` is an instance's or volume's type, times are moto's, real and aware.

    `size` is in GB, 0 where it does not matter; `ended_at` is None for what still runs.
    """

    kind: str
    region: str
    detail: str
    size: float
    started_at: datetime
    ended_at: datetime | None = None


def used_by(world: World, account_id: str) -> list[Used]:
    """Everything of an account that costs by the hour."""
    with world.entered():
        return list(_used(world, account_id))


def _used(world: World, account_id: str) -> Iterator[Used]:
    for key in sorted(key for key in world.present() if key.account_id == account_id):
        if key.service == "ec2":
            yield from _of_ec2(world.existing("ec2", account_id, key.region), key.region)
        elif key.service == "s3":
            yield from _of_s3(world.existing("s3", account_id, key.region))


def _of_ec2(ec2: Any, region: str) -> Iterator[Used]:
    for reservation in ec2.reservations.values():
        for instance in reservation.instances:
            yield Used("instance", region, instance.instance_type, 0, _aware(instance.launch_time), _ended(instance))
    for volume in ec2.volumes.values():
        yield Used("volume", region, volume.volume_type, float(volume.size), _aware(volume.create_time))
    for gateway in ec2.nat_gateways.values():
        # One that is deleted costs nothing more, and when it was deleted moto does not keep.
        if gateway.state == "available":
            yield Used("nat gateway", region, "", 0, _aware(gateway._created_at))


def _ended(instance: Any) -> datetime | None:
    """When an instance was stopped or terminated; None while it runs."""
    if instance.state in ("running", "pending"):
        return None
    ended_at: datetime | None = getattr(instance, "ended_at", None)
    return ended_at or _aware(instance.launch_time)


def _of_s3(s3: Any) -> Iterator[Used]:
    for bucket in s3.buckets.values():
        for _, versions in bucket.keys.iterlists():
            for version in versions:
                size = getattr(version, "contentsize", 0) / 2**30
                if size:
                    yield Used("object", bucket.region_name, "", size, _aware(version.last_modified))


def _aware(moment: datetime) -> datetime:
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
