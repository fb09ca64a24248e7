"""Availability Zones as the account names them; moto has the names of somebody's account for everybody."""

import functools
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from moto.ec2.exceptions import EC2ClientError, InvalidAvailabilityZoneError
from moto.ec2.models.availability_zones_and_regions import RegionsAndZonesBackend, Zone
from moto.ec2.models.elastic_block_store import Volume
from moto.ec2.models.instance_types import INSTANCE_TYPE_OFFERINGS
from moto.ec2.models.instances import InstancePlacement
from moto.ec2.models.subnets import SubnetBackend
from moto.ec2.responses.elastic_block_store import ElasticBlockStore

from sandbox import regions
from sandbox.emulator.expectation import expect
from sandbox.emulator.world import current

MOTOS_ZONES: dict[str, list[Zone]] = RegionsAndZonesBackend.zones
# By what an offering's location is ("availability-zone-id", "region" …), then by region.
MOTOS_OFFERINGS: dict[str, dict[str, list[dict[str, str]]]] = dict(INSTANCE_TYPE_OFFERINGS)
SMALLEST = "me-south-1"


@lru_cache(maxsize=4096)
def _zones(account_id: str, region: str) -> tuple[Zone, ...]:
    names = regions.zone_names(account_id, region)
    return tuple(Zone(region_name=region, name=name, zone_id=zone_id) for zone_id, name in names.items())


class AccountZones(Mapping[str, list[Zone]]):
    """Region → moto's zones, by the names that one account has for them."""

    def __init__(self, account_id: str) -> None:
        self._account_id = account_id

    def __getitem__(self, region: str) -> list[Zone]:
        return list(_zones(self._account_id, region))

    def __iter__(self) -> Iterator[str]:
        return iter(regions.REGIONS)

    def __len__(self) -> int:
        return len(regions.REGIONS)


class _Zones:
    """Stands where moto keeps one table for all; on the class, the account that acts is meant."""

    def __get__(self, backend: Any, owner: type) -> AccountZones:
        return AccountZones(current().acting or "" if backend is None else backend.account_id)


def _in_own_region(original: Any) -> Any:
    """Wrap create_subnet: a zone may be named by its id, and must be one of the region's."""

    @functools.wraps(original)
    def create_subnet(
        self: Any,
        vpc_id: str,
        cidr_block: str,
        ipv6_cidr_block: str | None = None,
        availability_zone: str | None = None,
        availability_zone_id: str | None = None,
        **kwargs: Any,
    ) -> Any:
        names = regions.zone_names(self.account_id, self.region_name)
        name = availability_zone or names.get(availability_zone_id or "")
        if (availability_zone or availability_zone_id) and name not in names.values():
            raise InvalidAvailabilityZoneError(availability_zone or availability_zone_id, ", ".join(names.values()))
        return original(self, vpc_id, cidr_block, ipv6_cidr_block, name, **kwargs)

    return create_subnet


def _in_a_zone(original: Any) -> Any:
    """Wrap CreateVolume: the zone may be named by its id, and must be there."""

    @functools.wraps(original)
    def create_volume(self: Any) -> Any:
        backend = self.ec2_backend
        names = regions.zone_names(backend.account_id, backend.region_name)
        asked = self._get_param("AvailabilityZone") or self._get_param("AvailabilityZoneId")
        name = names.get(asked, asked)
        if name not in names.values():
            raise EC2ClientError("InvalidZone.NotFound", f"The zone '{asked}' does not exist.")
        self.params["AvailabilityZone"] = name
        return original(self)

    return create_volume


def _volume_zone_id(self: Volume) -> str | None:
    # The volumes of AWS's own images are nowhere.
    zone_id: str | None = self.zone.zone_id if self.zone else None
    return zone_id


class Offerings(Mapping[str, list[dict[str, str]]]):
    """Region → instance types offered; `by_id` are moto's tables by region or zone id, which are true for everybody."""

    def __init__(self, by_id: dict[str, list[dict[str, str]]], *, named: bool = False) -> None:
        self._by_id = by_id
        self._named = named

    def __getitem__(self, region: str) -> list[dict[str, str]]:
        offered = self._by_id.get(region) or self._smallest(region)
        if not self._named:
            return offered
        names = regions.zone_names(current().acting or "", region)
        return [
            {**offer, "Location": names[offer["Location"]], "LocationType": "availability-zone"}
            for offer in offered
            if offer["Location"] in names
        ]

    def _smallest(self, region: str) -> list[dict[str, str]]:
        """What a region of which moto knows nothing offers: as much as the smallest one does, zone by zone."""
        known = regions.REGIONS[SMALLEST]
        places = {SMALLEST: region} | dict(
            zip(sorted(known.zones), sorted(regions.REGIONS[region].zones), strict=False)
        )
        return [
            {**offer, "Location": places[offer["Location"]]}
            for offer in self._by_id[SMALLEST]
            if offer["Location"] in places
        ]

    def __iter__(self) -> Iterator[str]:
        return iter(regions.REGIONS)

    def __len__(self) -> int:
        return len(regions.REGIONS)


def _placement_zone_id(self: InstancePlacement) -> str | None:
    world, zone = current(), self.zone or ""
    names = regions.zone_names(world.acting or "", zone[:-1])
    return next((zone_id for zone_id, name in names.items() if name == zone), None)


def apply() -> None:
    """Give each account its own names of zones, and tell the zone's id where AWS does."""
    expect(isinstance(MOTOS_ZONES, dict), "RegionsAndZonesBackend.zones")
    expect(not hasattr(InstancePlacement, "availability_zone_id"), "InstancePlacement")
    expect(SMALLEST in MOTOS_OFFERINGS["availability-zone-id"], "INSTANCE_TYPE_OFFERINGS")
    expect(not hasattr(Volume, "availability_zone_id"), "Volume")
    for patched, attribute, value in (
        (RegionsAndZonesBackend, "zones", _Zones()),
        (SubnetBackend, "create_subnet", _in_own_region(SubnetBackend.create_subnet)),
        (ElasticBlockStore, "create_volume", _in_a_zone(ElasticBlockStore.create_volume)),
        (InstancePlacement, "availability_zone_id", property(_placement_zone_id)),
        (Volume, "availability_zone_id", property(_volume_zone_id)),
    ):
        setattr(patched, attribute, value)
    by_zone, by_region = MOTOS_OFFERINGS["availability-zone-id"], MOTOS_OFFERINGS["region"]
    INSTANCE_TYPE_OFFERINGS["availability-zone"] = Offerings(by_zone, named=True)
    INSTANCE_TYPE_OFFERINGS["availability-zone-id"] = Offerings(by_zone)
    INSTANCE_TYPE_OFFERINGS["region"] = Offerings(by_region)
