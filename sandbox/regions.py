"""AWS's regions and zones: what they are called, who must enable them, and which zone an account calls "a"."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType
from typing import Any

# Regions where each account has zone names of its own. AWS opened them before November 2012; all others have one
# mapping for everybody. Since November 2025 new accounts get one mapping here, too: the accounts of the sandbox pass
# for older ones, so that the difference between a zone's name and its id can be seen.
# https://docs.aws.amazon.com/global-infrastructure/latest/regions/az-ids.html
INDEPENDENTLY_MAPPED = frozenset(
    (
        "us-east-1",
        "us-west-1",
        "us-west-2",
        "ap-northeast-1",
        "ap-southeast-1",
        "ap-southeast-2",
        "eu-west-1",
        "sa-east-1",
    )
)


@dataclass(frozen=True, slots=True)
class LocalZone:
    """A zone near a city, for which an account opts in by its group."""

    zone_id: str
    name: str
    group: str


@dataclass(frozen=True, slots=True)
class Region:
    """One region; `zones` are names by id where every account has the same, `subdivision` is ISO 3166-2."""

    name: str
    partition: str
    long_name: str
    domain: str
    country: str
    subdivision: str
    opt_in: bool
    zones: Mapping[str, str]
    local_zones: tuple[LocalZone, ...]

    @property
    def geography(self) -> str:
        """The country in English, as EC2 spells it."""
        return _COUNTRIES[self.country]


_COUNTRIES = {
    "AE": "United Arab Emirates",
    "AU": "Australia",
    "BH": "Bahrain",
    "BR": "Brazil",
    "CA": "Canada",
    "CH": "Switzerland",
    "CN": "China",
    "DE": "Germany",
    "ES": "Spain",
    "FR": "France",
    "GB": "United Kingdom",
    "ID": "Indonesia",
    "IE": "Ireland",
    "IL": "Israel",
    "IN": "India",
    "IT": "Italy",
    "JP": "Japan",
    "KR": "South Korea",
    "MX": "Mexico",
    "MY": "Malaysia",
    "NZ": "New Zealand",
    "SE": "Sweden",
    "SG": "Singapore",
    "TH": "Thailand",
    "TW": "Taiwan",
    "US": "United States of America",
    "ZA": "South Africa",
}


def _local_zone(region: str, zone_id: str) -> LocalZone:
    """Name a local zone by its id: "usw2-lax1-az2" is us-west-2-lax-1b in the group us-west-2-lax-1."""
    _, place, zone = zone_id.split("-")
    group = f"{region}-{place.rstrip('0123456789')}-{place.lstrip('abcdefghijklmnopqrstuvwxyz')}"
    return LocalZone(zone_id, group + _LETTERS[int(zone.removeprefix("az")) - 1], group)


_LETTERS = "abcdefghij"


def _region(name: str, data: Mapping[str, Any]) -> Region:
    return Region(
        name=name,
        partition=data["partition"],
        long_name=data["long_name"],
        domain=data["domain"],
        country=data["country"],
        subdivision=data["subdivision"],
        opt_in=data["opt_in"],
        zones=MappingProxyType(data["zones"]),
        local_zones=tuple(_local_zone(name, zone_id) for zone_id in data["local_zones"]),
    )


_DATA = json.loads((Path(__file__).parent / "regions.json").read_text())
REGIONS: Mapping[str, Region] = {name: _region(name, data) for name, data in _DATA["regions"].items()}
_LACKING: Mapping[str, frozenset[str]] = {service: frozenset(names) for service, names in _DATA["lacking"].items()}


def find(name: str) -> Region | None:
    """The region of a name, None when there is none."""
    return REGIONS.get(name)


def of_partition(partition: str) -> tuple[Region, ...]:
    """All regions of a partition, by name; none for a partition that the sandbox does not know."""
    return tuple(region for region in REGIONS.values() if region.partition == partition)


def has_service(region: str, service: str) -> bool:
    """Whether a service of the sandbox (botocore's name) is offered in a region."""
    return region not in _LACKING.get(service, ())


@lru_cache(maxsize=4096)
def zone_names(account_id: str, region: str) -> Mapping[str, str]:
    """Zone ids of a region → names that an account has for them, in the order of names; the same for ever.

    Empty for an unknown region.
    """
    known = REGIONS.get(region)
    if known is None:
        return MappingProxyType({})
    names = dict(known.zones)
    if region in INDEPENDENTLY_MAPPED:
        drawn = sorted(names, key=lambda zone_id: sha256(f"{account_id} {zone_id}".encode()).digest())
        names = dict(zip(drawn, sorted(names.values()), strict=True))
    return MappingProxyType(dict(sorted(names.items(), key=lambda pair: pair[1])))
