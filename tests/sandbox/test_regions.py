"""What AWS's regions and zones are."""

from collections import Counter

import pytest

from sandbox import regions
from sandbox.regions import INDEPENDENTLY_MAPPED, REGIONS
from sandbox.wire import services

PINNED = {
    "use1-az5": "us-east-1a",
    "use1-az6": "us-east-1b",
    "use1-az3": "us-east-1c",
    "use1-az2": "us-east-1d",
    "use1-az1": "us-east-1e",
    "use1-az4": "us-east-1f",
}
ACCOUNTS = [f"{number:012d}" for number in range(100_000_000_000, 100_000_000_100)]


def test_every_region_of_three_partitions_is_known() -> None:
    for partition in services.PARTITIONS:
        known = {region.name for region in regions.of_partition(partition.name)}
        assert known == (partition.regions if partition.name in ("aws", "aws-us-gov", "aws-cn") else set())
    assert Counter(region.partition for region in REGIONS.values()) == {"aws": 34, "aws-us-gov": 2, "aws-cn": 2}


def test_half_of_the_commercial_regions_must_be_enabled() -> None:
    opt_in = {region.name for region in REGIONS.values() if region.opt_in}
    assert len(opt_in) == 17
    assert {"af-south-1", "ap-east-1", "eu-south-1", "me-south-1"} < opt_in
    assert not opt_in & {"us-east-1", "eu-central-1", "eu-north-1", "ap-northeast-3", "us-gov-west-1", "cn-north-1"}


def test_a_region_tells_where_it_is() -> None:
    frankfurt = REGIONS["eu-central-1"]
    assert (frankfurt.long_name, frankfurt.country, frankfurt.subdivision, frankfurt.geography) == (
        "Europe (Frankfurt)",
        "DE",
        "DE-HE",
        "Germany",
    )
    assert (REGIONS["cn-north-1"].partition, REGIONS["cn-north-1"].domain) == ("aws-cn", "amazonaws.com.cn")
    assert all(region.geography for region in REGIONS.values())


def test_no_region_has_zones_of_another() -> None:
    ids = [zone_id for region in REGIONS.values() for zone_id in region.zones]
    assert len(ids) == len(set(ids))
    assert len(REGIONS["us-east-1"].zones) == 6
    for region in REGIONS.values():
        assert all(name[:-1] == region.name for name in region.zones.values())


def test_a_local_zone_is_named_by_its_id() -> None:
    assert regions.LocalZone("usw2-lax1-az2", "us-west-2-lax-1b", "us-west-2-lax-1") in REGIONS["us-west-2"].local_zones


@pytest.mark.parametrize("region", sorted(REGIONS))
def test_accounts_differ_in_zone_names_only_in_the_oldest_regions(region: str) -> None:
    mappings = [dict(regions.zone_names(account, region)) for account in ACCOUNTS]
    differ = len({tuple(mapping.items()) for mapping in mappings}) > 1
    assert differ == (region in INDEPENDENTLY_MAPPED)
    for mapping in mappings:
        assert mapping.keys() == REGIONS[region].zones.keys()
        assert sorted(mapping.values()) == sorted(REGIONS[region].zones.values()) == list(mapping.values())


def test_an_accounts_zone_names_never_change() -> None:
    assert dict(regions.zone_names("111122223333", "us-east-1")) == PINNED


def test_an_unknown_region_has_no_zones() -> None:
    assert regions.find("us-east-9") is None
    assert regions.zone_names("111122223333", "us-east-9") == {}


def test_a_young_region_lacks_some_services() -> None:
    assert not regions.has_service("ca-west-1", "codebuild")
    assert regions.has_service("eu-central-1", "codebuild")
    assert all(regions.has_service(region, "s3") for region in REGIONS)
    assert all(regions.has_service(region, "iam") for region in REGIONS)
