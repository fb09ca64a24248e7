"""Nothing of one environment is there in another, and moto's shared lists stay empty."""

import json

import pytest
from botocore.exceptions import ClientError
from moto.iam.models import User, iam_backends

from sandbox import emulator
from sandbox.emulator.world import NoWorld
from tests.sandbox.emulator.conftest import ACCOUNT, PARTNER, Lab, make_world


def error_code(call: object, **parameters: object) -> str:
    with pytest.raises(ClientError) as caught:
        call(**parameters)  # type: ignore[operator]
    code: str = caught.value.response["Error"]["Code"]
    return code


def test_state_outside_of_any_environment_is_a_mistake() -> None:
    with pytest.raises(NoWorld):
        iam_backends[ACCOUNT]


def test_two_environments_own_a_bucket_of_the_same_name() -> None:
    labs = [Lab(), Lab()]
    for number, one in enumerate(labs):
        one.client("s3", region="us-east-1").create_bucket(Bucket="plum-otter")
        one.client("s3").put_object(Bucket="plum-otter", Key="k", Body=str(number).encode())
    read = [one.client("s3").get_object(Bucket="plum-otter", Key="k")["Body"].read() for one in labs]
    assert read == [b"0", b"1"]


def test_another_accounts_bucket_is_denied_within_an_environment(lab: Lab) -> None:
    lab.client("s3", region="us-east-1").create_bucket(Bucket="plum-otter")
    partner = lab.client("s3", account=PARTNER, region="us-east-1")
    assert error_code(partner.create_bucket, Bucket="plum-otter") == "BucketAlreadyExists"
    assert error_code(partner.list_objects_v2, Bucket="plum-otter") == "AccessDenied"


def test_names_of_strangers_are_taken(lab: Lab) -> None:
    assert error_code(lab.client("s3", region="us-east-1").create_bucket, Bucket="my-bucket") == "BucketAlreadyExists"
    assert error_code(lab.client("s3").list_objects_v2, Bucket="my-bucket") == "AccessDenied"


def test_the_name_space_survives_storing(lab: Lab) -> None:
    lab.client("s3", region="us-east-1").create_bucket(Bucket="plum-otter")
    partner = lab.reloaded().client("s3", account=PARTNER, region="us-east-1")
    assert error_code(partner.create_bucket, Bucket="plum-otter") == "BucketAlreadyExists"


def test_an_account_of_another_environment_is_not_there(lab: Lab) -> None:
    topic = lab.client("sns").create_topic(Name="news")["TopicArn"]
    stranger = Lab(make_world(accounts=frozenset({PARTNER})))
    assert error_code(stranger.client("sns", account=PARTNER).publish, TopicArn=topic, Message="x") == "NotFound"
    with stranger.world.entered(), pytest.raises(emulator.ForeignAccount):
        iam_backends[ACCOUNT]


def test_peering_finds_no_vpc_of_another_environment(lab: Lab) -> None:
    victim = lab.client("ec2").create_vpc(CidrBlock="10.1.0.0/16")["Vpc"]["VpcId"]
    stranger = Lab().client("ec2", account=PARTNER)
    own = stranger.create_vpc(CidrBlock="10.2.0.0/16")["Vpc"]["VpcId"]
    code = error_code(
        stranger.create_vpc_peering_connection,
        VpcId=own,
        PeerVpcId=victim,
        PeerOwnerId=ACCOUNT,
        PeerRegion="eu-central-1",
    )
    assert code == "InvalidVpcID.NotFound"


def test_peering_inside_an_environment_survives_storing(lab: Lab) -> None:
    one = lab.client("ec2").create_vpc(CidrBlock="10.1.0.0/16")["Vpc"]["VpcId"]
    two = lab.client("ec2", region="eu-west-1").create_vpc(CidrBlock="10.2.0.0/16")["Vpc"]["VpcId"]
    again = lab.reloaded()
    again.client("ec2").create_vpc_peering_connection(VpcId=one, PeerVpcId=two, PeerRegion="eu-west-1")
    seen = again.client("ec2", region="eu-west-1").describe_vpc_peering_connections()["VpcPeeringConnections"]
    assert [peering["AccepterVpcInfo"]["VpcId"] for peering in seen] == [two]


def test_a_new_bucket_fires_no_rule_of_another_account(lab: Lab) -> None:
    pattern = json.dumps({"source": ["aws.s3"], "detail": {"eventName": ["CreateBucket"]}})
    events = lab.client("events", account=PARTNER)
    events.put_rule(Name="spy", EventPattern=pattern)
    arn = f"arn:aws:lambda:eu-central-1:{PARTNER}:function:spy"
    events.put_targets(Rule="spy", Targets=[{"Id": "1", "Arn": arn}])
    lab.client("s3", region="us-east-1").create_bucket(Bucket="plum-otter")
    assert {key.account_id for key in lab.world.touched} == {ACCOUNT}


def test_no_list_keeps_every_instance(lab: Lab) -> None:
    lab.client("iam").create_user(UserName="alice")
    assert User.instances_tracked == []


def test_a_call_notes_no_visit_at_iam(lab: Lab) -> None:
    lab.client("sqs").list_queues()
    assert {key.service for key in lab.world.touched} == {"sqs"}
