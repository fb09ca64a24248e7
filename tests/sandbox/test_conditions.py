"""Weather and clock of an environment, changed from outside of a call, and what a zone's outage does."""

from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest

from sandbox import clock, conditions, regions, store, worlds
from sandbox.conditions import Conditions
from sandbox.weather import BadWeather, Fault, Kind
from tests.sandbox.actors import refused
from tests.sandbox.conftest import Caller

REGION = "eu-central-1"
FAULT = Fault(Kind.THROTTLE, "sqs", "CreateQueue", times=2)


def _environment(caller: Caller) -> Any:
    return caller.account.environment_id


def _out(caller: Caller, *names: str) -> list[str]:
    """Let zones be out, by the account's names for them; returns their ids."""
    ids = {name: zone_id for zone_id, name in regions.zone_names(caller.account.pk, REGION).items()}
    chosen = [ids[name] for name in names]
    conditions.set_outage(environment_id=_environment(caller), region=REGION, zone_ids=chosen)
    return chosen


def _subnet(caller: Caller, zone: str) -> str:
    subnets = caller.client("ec2").describe_subnets(Filters=[{"Name": "availability-zone", "Values": [zone]}])
    return str(subnets["Subnets"][0]["SubnetId"])


def _launch(caller: Caller) -> dict[str, Any]:
    image = caller.client("ec2").describe_images(Owners=["amazon"])["Images"][0]["ImageId"]
    return {"ImageId": image, "InstanceType": "t3.micro", "MinCount": 1, "MaxCount": 1}


def test_what_is_changed_is_stored(caller: Caller) -> None:
    environment_id, now = _environment(caller), datetime(2026, 11, 25, 12, tzinfo=UTC)
    conditions.set_fault(environment_id=environment_id, fault=FAULT)
    conditions.set_skew(environment_id=environment_id, by=timedelta(minutes=7))
    conditions.move_clock_forward(environment_id=environment_id, by=timedelta(days=2))
    zones = frozenset(_out(caller, "eu-central-1a"))
    worlds.drop(environment_id)
    assert conditions.conditions_of(environment_id, now=now) == Conditions(
        (FAULT,), timedelta(minutes=7), zones, now + timedelta(days=2), timedelta(days=2)
    )
    conditions.clear_weather(environment_id=environment_id)
    worlds.drop(environment_id)
    assert conditions.conditions_of(environment_id, now=now).fair
    assert conditions.conditions_of(environment_id, now=now).ahead == timedelta(days=2)


def test_one_fault_is_removed_and_others_stay(caller: Caller) -> None:
    other = Fault(Kind.ERROR, "s3", times=1)
    for fault in (FAULT, other):
        conditions.set_fault(environment_id=_environment(caller), fault=fault)
    conditions.remove_fault(environment_id=_environment(caller), fault=FAULT)
    assert conditions.conditions_of(_environment(caller)).faults == (other,)


def test_a_refused_change_leaves_nothing_in_memory(caller: Caller) -> None:
    environment_id = _environment(caller)
    with pytest.raises(BadWeather):
        conditions.set_skew(environment_id=environment_id, by=timedelta(days=2))
    with pytest.raises(clock.ClockError):
        conditions.move_clock_forward(environment_id=environment_id, by=timedelta(hours=-1))
    assert conditions.conditions_of(environment_id).fair


@pytest.mark.parametrize("races", [1, 3])
def test_a_lost_race_is_run_again(caller: Caller, monkeypatch: pytest.MonkeyPatch, races: int) -> None:
    lost: list[Any] = []
    commit = store.commit

    def lose_first(*args: Any) -> None:
        if len(lost) < races:
            lost.append(args)
            raise store.Conflict(args[1])
        commit(*args)

    monkeypatch.setattr(store, "commit", lose_first)
    conditions.set_fault(environment_id=_environment(caller), fault=FAULT)
    assert conditions.conditions_of(_environment(caller)).faults == (FAULT,)
    assert len(lost) == races


def temporary_client(caller: Caller) -> Any:
    """STS called with temporary credentials of the caller, given out now."""
    given = caller.client("sts").get_session_token()["Credentials"]
    made = boto3.session.Session().client(
        "sts",
        region_name=REGION,
        aws_access_key_id=given["AccessKeyId"],
        aws_secret_access_key=given["SecretAccessKey"],
        aws_session_token=given["SessionToken"],
    )
    made.meta.events.register_last("before-send", caller._send)
    return made


def test_sessions_end_at_once(caller: Caller) -> None:
    conditions.move_clock_forward(environment_id=_environment(caller), by=timedelta(days=1))
    sts = temporary_client(caller)
    sts.get_caller_identity()
    conditions.end_sessions(environment_id=_environment(caller))
    assert refused(sts.get_caller_identity)[0] == "ExpiredToken"
    caller.client("sts").get_caller_identity()


def test_outages_of_other_regions_stay(caller: Caller) -> None:
    environment_id = _environment(caller)
    conditions.set_outage(
        environment_id=environment_id, region="eu-west-3", zone_ids=["euw3-az1", "euc1-az1", "nowhere"]
    )
    assert conditions.conditions_of(environment_id).zones_out == {"euw3-az1"}
    conditions.set_outage(environment_id=environment_id, region=REGION, zone_ids=["euc1-az1"])
    conditions.set_outage(environment_id=environment_id, region="eu-west-3", zone_ids=[])
    assert conditions.conditions_of(environment_id).zones_out == {"euc1-az1"}


# What an outage does


def test_a_zone_that_is_out_starts_no_instance(caller: Caller) -> None:
    ec2, launch = caller.client("ec2"), _launch(caller)
    _out(caller, "eu-central-1b")
    code, status, said = refused(ec2.run_instances, **launch, Placement={"AvailabilityZone": "eu-central-1b"})
    assert (code, status) == ("InsufficientInstanceCapacity", 500)
    assert "eu-central-1b" in said
    assert refused(ec2.run_instances, **launch, SubnetId=_subnet(caller, "eu-central-1b"))[0] == code
    interface = [{"DeviceIndex": 0, "SubnetId": _subnet(caller, "eu-central-1b")}]
    assert refused(ec2.run_instances, **launch, NetworkInterfaces=interface)[0] == code
    ec2.run_instances(**launch, SubnetId=_subnet(caller, "eu-central-1a"))
    _out(caller)
    ec2.run_instances(**launch, Placement={"AvailabilityZone": "eu-central-1b"})


def test_an_instance_does_not_start_again_while_its_zone_is_out(caller: Caller) -> None:
    ec2 = caller.client("ec2")
    made = ec2.run_instances(**_launch(caller), Placement={"AvailabilityZone": "eu-central-1b"})["Instances"][0]
    ec2.stop_instances(InstanceIds=[made["InstanceId"]])
    _out(caller, "eu-central-1b")
    assert refused(ec2.start_instances, InstanceIds=[made["InstanceId"]])[0] == "InsufficientInstanceCapacity"
    _out(caller, "eu-central-1a")
    ec2.start_instances(InstanceIds=[made["InstanceId"]])


def test_a_zone_that_is_out_makes_no_volume_and_no_subnet(caller: Caller) -> None:
    ec2 = caller.client("ec2")
    vpc = ec2.describe_vpcs()["Vpcs"][0]["VpcId"]
    zone_id = _out(caller, "eu-central-1a")[0]
    assert refused(ec2.create_volume, AvailabilityZone="eu-central-1a", Size=1)[:2] == (
        "InsufficientVolumeCapacity",
        500,
    )
    subnet = {"VpcId": vpc, "CidrBlock": "172.31.200.0/24"}
    assert refused(ec2.create_subnet, **subnet, AvailabilityZoneId=zone_id)[:2] == ("Unavailable", 503)
    ec2.create_volume(AvailabilityZone="eu-central-1b", Size=1)


def test_a_call_that_names_no_zone_fails_only_when_all_are_out(caller: Caller) -> None:
    ec2, launch = caller.client("ec2"), _launch(caller)
    _out(caller, "eu-central-1c")
    ec2.run_instances(**launch)
    _out(caller, "eu-central-1a", "eu-central-1b", "eu-central-1c")
    assert refused(ec2.run_instances, **launch)[0] == "InsufficientInstanceCapacity"


def test_a_zone_that_is_out_is_described_as_impaired(caller: Caller) -> None:
    ec2 = caller.client("ec2")
    _out(caller, "eu-central-1b")
    states = {zone["ZoneName"]: zone["State"] for zone in ec2.describe_availability_zones()["AvailabilityZones"]}
    assert states == {"eu-central-1a": "available", "eu-central-1b": "impaired", "eu-central-1c": "available"}
    found = ec2.describe_availability_zones(ZoneNames=["eu-central-1b"])["AvailabilityZones"][0]
    assert found["Messages"] == [{"Message": _impaired("eu-central-1b")}]
    healthy = ec2.describe_availability_zones(Filters=[{"Name": "state", "Values": ["available"]}])
    assert len(healthy["AvailabilityZones"]) == 2


def _impaired(name: str) -> str:
    return f"{name} is impaired: new resources cannot be started in it at the moment."
