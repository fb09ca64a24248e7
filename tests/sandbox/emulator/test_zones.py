"""Availability Zones in moto: the account's own names, and nothing that is nowhere."""

import json

import pytest
from botocore.exceptions import ClientError

from sandbox import regions
from sandbox.emulator import build_regions
from tests.sandbox.emulator.conftest import ACCOUNT, PARTNER, Lab


def test_the_table_of_regions_is_that_of_the_installed_releases() -> None:
    assert json.loads(build_regions.REGIONS_FILE.read_text()) == build_regions.build(), (
        "run: python -m sandbox.emulator.build_regions"
    )


@pytest.mark.parametrize("account", [ACCOUNT, PARTNER])
def test_default_subnets_lie_in_the_accounts_zones(lab: Lab, account: str) -> None:
    subnets = lab.client("ec2", account=account, region="us-east-1").describe_subnets()["Subnets"]
    found = {subnet["AvailabilityZoneId"]: subnet["AvailabilityZone"] for subnet in subnets}
    assert found == regions.zone_names(account, "us-east-1")


def test_two_accounts_call_one_zone_by_two_names() -> None:
    assert regions.zone_names(ACCOUNT, "us-east-1") != regions.zone_names(PARTNER, "us-east-1")


def test_a_subnet_can_be_placed_by_the_zones_id(lab: Lab) -> None:
    ec2 = lab.client("ec2", region="us-east-1")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    made = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.0.0/24", AvailabilityZoneId="use1-az4")["Subnet"]
    assert made["AvailabilityZone"] == regions.zone_names(ACCOUNT, "us-east-1")["use1-az4"]
    assert made["AvailabilityZoneId"] == "use1-az4"
    assert ec2.describe_subnets(Filters=[{"Name": "availability-zone-id", "Values": ["use1-az4"]}])["Subnets"]


@pytest.mark.parametrize("zone", [{"AvailabilityZone": "us-east-1a"}, {"AvailabilityZoneId": "use1-az1"}])
def test_a_subnet_is_not_made_in_another_regions_zone(lab: Lab, zone: dict[str, str]) -> None:
    ec2 = lab.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    with pytest.raises(ClientError) as caught:
        ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.0.0/24", **zone)
    error = caught.value.response["Error"]
    assert error["Code"] == "InvalidParameterValue"
    assert error["Message"].endswith("eu-central-1a, eu-central-1b, eu-central-1c.")


def test_a_volume_is_somewhere(lab: Lab) -> None:
    ec2 = lab.client("ec2", region="us-west-2")
    names = regions.zone_names(ACCOUNT, "us-west-2")
    by_name = ec2.create_volume(Size=1, AvailabilityZone=names["usw2-az3"])
    by_id = ec2.create_volume(Size=1, AvailabilityZoneId="usw2-az3")
    assert by_name["AvailabilityZone"] == by_id["AvailabilityZone"] == names["usw2-az3"]
    assert by_name["AvailabilityZoneId"] == by_id["AvailabilityZoneId"] == "usw2-az3"
    for nowhere in ("eu-west-1a", "us-west-2"):
        with pytest.raises(ClientError) as caught:
            ec2.create_volume(Size=1, AvailabilityZone=nowhere)
        assert caught.value.response["Error"] == {
            "Code": "InvalidZone.NotFound",
            "Message": f"The zone '{nowhere}' does not exist.",
        }


def launched(lab: Lab, region: str, **parameters: object) -> dict[str, str]:
    ec2 = lab.client("ec2", region=region)
    image = ec2.describe_images(Filters=[{"Name": "architecture", "Values": ["x86_64"]}])["Images"][0]["ImageId"]
    instances = ec2.run_instances(ImageId=image, MinCount=1, MaxCount=1, InstanceType="t3.micro", **parameters)
    placement: dict[str, str] = instances["Instances"][0]["Placement"]
    return placement


def test_an_instance_tells_the_id_of_its_zone(lab: Lab) -> None:
    name = regions.zone_names(ACCOUNT, "us-east-1")["use1-az2"]
    placement = launched(lab, "us-east-1", Placement={"AvailabilityZone": name})
    assert (placement["AvailabilityZone"], placement["AvailabilityZoneId"]) == (name, "use1-az2")


def test_instance_types_are_offered_by_the_zone_itself_and_not_by_its_name(lab: Lab) -> None:
    def offering(account: str) -> set[str]:
        ec2 = lab.client("ec2", account=account, region="us-east-1")
        offered = ec2.describe_instance_type_offerings(
            LocationType="availability-zone", Filters=[{"Name": "instance-type", "Values": ["t3.micro"]}]
        )["InstanceTypeOfferings"]
        names = {name: zone_id for zone_id, name in regions.zone_names(account, "us-east-1").items()}
        return {names[offer["Location"]] for offer in offered}

    # The old zone use1-az3 has no current instance types.
    assert offering(ACCOUNT) == offering(PARTNER) == {f"use1-az{number}" for number in (1, 2, 4, 5, 6)}


def test_load_balancers_tell_the_zones_of_their_subnets(lab: Lab) -> None:
    subnets = lab.client("ec2", region="us-east-1").describe_subnets()["Subnets"][:2]
    balancer = lab.client("elbv2", region="us-east-1").create_load_balancer(
        Name="front", Subnets=[subnet["SubnetId"] for subnet in subnets]
    )["LoadBalancers"][0]
    assert {(zone["SubnetId"], zone["ZoneName"]) for zone in balancer["AvailabilityZones"]} == {
        (subnet["SubnetId"], subnet["AvailabilityZone"]) for subnet in subnets
    }
