"""The instance metadata service: who is answered, and what it tells."""

import json
import struct
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from sandbox import clock, metadata, store, worlds
from sandbox.emulator.instance_metadata import Place
from sandbox.wire import Request, Response
from tests.sandbox.actors import allow, refused
from tests.sandbox.conftest import Caller, make_caller
from tests.sandbox.services.iam_cases import session_client, trust
from tests.sandbox.test_endpoint import call, make_environ

REGION = "eu-central-1"
TTL = "x-aws-ec2-metadata-token-ttl-seconds"
TOKEN = "x-aws-ec2-metadata-token"


def ask(
    caller: Caller,
    path: str,
    *,
    method: str = "GET",
    host: str = metadata.IPV4,
    now: datetime | None = None,
    **headers: Any,
) -> Response:
    named = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    request = Request(method, host, path, "", named, b"")
    return metadata.answer(request, caller.account.environment_id, now=now)


def token_of(caller: Caller, ttl: str = "300", **options: Any) -> str:
    response = ask(caller, metadata.TOKEN_PATH, method="PUT", **{**options, TTL.replace("-", "_"): ttl})
    assert response.status == 200
    return response.body.decode()


def read(caller: Caller, path: str, **options: Any) -> str:
    response = ask(caller, f"/latest/{path}", **{**options, TOKEN.replace("-", "_"): token_of(caller)})
    assert response.status == 200, path
    return response.body.decode()


def run_instance(caller: Caller, region: str = REGION, **parameters: Any) -> dict[str, Any]:
    ec2 = caller.client("ec2", region=region)
    images = ec2.describe_images(Owners=["amazon"])["Images"]
    image = next(one["ImageId"] for one in images if one["Architecture"] == "x86_64")
    given = {"ImageId": image, "InstanceType": "t3.micro", "MinCount": 1, "MaxCount": 1} | parameters
    made: dict[str, Any] = ec2.run_instances(**given)["Instances"][0]
    return made


def with_role(caller: Caller, trust_policy: str = "") -> str:
    """An instance profile whose role may list queues."""
    iam = caller.client("iam")
    iam.create_role(RoleName="worker", AssumeRolePolicyDocument=trust_policy or trust())
    iam.put_role_policy(RoleName="worker", PolicyName="p", PolicyDocument=json.dumps(allow("sqs:ListQueues")))
    iam.create_instance_profile(InstanceProfileName="workers")
    iam.add_role_to_instance_profile(InstanceProfileName="workers", RoleName="worker")
    return "workers"


# Who is answered


def test_a_token_opens_and_nothing_else_does(caller: Caller) -> None:
    instance = run_instance(caller)
    path = "/latest/meta-data/instance-id"
    assert ask(caller, path).status == 401
    token = token_of(caller)
    assert ask(caller, path, x_aws_ec2_metadata_token=token).body.decode() == instance["InstanceId"]
    for wrong in (token[:-5] + "AAAA=", "", "x", "é"):
        assert ask(caller, path, x_aws_ec2_metadata_token=wrong).status == 401


@pytest.mark.parametrize("ttl", ["", "0", "21601", "-1", "1.5", "abc", "99999999999"])
def test_a_token_lasts_a_second_to_six_hours(caller: Caller, ttl: str) -> None:
    run_instance(caller)
    assert ask(caller, metadata.TOKEN_PATH, method="PUT", x_aws_ec2_metadata_token_ttl_seconds=ttl).status == 400
    assert ask(caller, metadata.TOKEN_PATH, method="PUT").status == 400


def test_a_token_ends_by_the_environments_clock(caller: Caller) -> None:
    run_instance(caller)
    token, path = token_of(caller, "21600"), "/latest/meta-data/"
    later = datetime.now(UTC) + timedelta(hours=5, minutes=59)
    assert ask(caller, path, x_aws_ec2_metadata_token=token, now=later).status == 200
    assert ask(caller, path, x_aws_ec2_metadata_token=token, now=later + timedelta(minutes=2)).status == 401
    clock.move_forward(worlds.opened(caller.account.environment_id), timedelta(hours=7))
    assert ask(caller, path, x_aws_ec2_metadata_token=token).status == 401


def test_a_token_is_of_one_instance_of_one_environment(caller: Caller) -> None:
    run_instance(caller)
    other = make_caller()
    run_instance(other)
    assert ask(other, "/latest/meta-data/", x_aws_ec2_metadata_token=token_of(caller)).status == 401


def test_a_proxy_gets_no_token(caller: Caller) -> None:
    run_instance(caller)
    headers: dict[str, Any] = {"x_aws_ec2_metadata_token_ttl_seconds": "60", "x_forwarded_for": "10.0.0.1"}
    assert ask(caller, metadata.TOKEN_PATH, method="PUT", **headers).status == 403


def test_version_one_answers_where_tokens_are_optional(caller: Caller) -> None:
    made = run_instance(caller, MetadataOptions={"HttpTokens": "optional"})
    assert ask(caller, "/latest/meta-data/instance-id").status == 200
    # A token that is sent must be good even so.
    assert ask(caller, "/latest/meta-data/instance-id", x_aws_ec2_metadata_token="x").status == 401
    ec2 = caller.client("ec2")
    ec2.modify_instance_metadata_options(InstanceId=made["InstanceId"], HttpTokens="required")
    assert ask(caller, "/latest/meta-data/instance-id").status == 401


def test_a_disabled_endpoint_answers_nothing(caller: Caller) -> None:
    made = run_instance(caller)
    token = token_of(caller)
    ec2 = caller.client("ec2")
    ec2.modify_instance_metadata_options(InstanceId=made["InstanceId"], HttpEndpoint="disabled")
    assert ask(caller, "/latest/meta-data/", x_aws_ec2_metadata_token=token).status == 403
    assert ask(caller, metadata.TOKEN_PATH, method="PUT", x_aws_ec2_metadata_token_ttl_seconds="60").status == 403


def test_ipv6_answers_when_it_is_enabled(caller: Caller) -> None:
    made = run_instance(caller)
    assert ask(caller, "/latest/meta-data/", host=metadata.IPV6).status == 403
    caller.client("ec2").modify_instance_metadata_options(InstanceId=made["InstanceId"], HttpProtocolIpv6="enabled")
    assert read(caller, "meta-data/instance-id", host=metadata.IPV6) == made["InstanceId"]


def test_changing_one_option_keeps_the_others(caller: Caller) -> None:
    made = run_instance(caller)
    assert (made["MetadataOptions"]["HttpTokens"], made["MetadataOptions"]["HttpPutResponseHopLimit"]) == (
        "required",
        2,
    )
    ec2 = caller.client("ec2")
    answer = ec2.modify_instance_metadata_options(InstanceId=made["InstanceId"], InstanceMetadataTags="enabled")
    options = answer["InstanceMetadataOptions"]
    assert (options["HttpTokens"], options["HttpEndpoint"]) == ("required", "enabled")
    assert (options["HttpPutResponseHopLimit"], options["InstanceMetadataTags"]) == (2, "enabled")


def test_other_methods_and_places_are_refused(caller: Caller) -> None:
    run_instance(caller)
    token = token_of(caller)
    assert ask(caller, "/latest/meta-data/", method="POST", x_aws_ec2_metadata_token=token).status == 405
    assert ask(caller, metadata.TOKEN_PATH, x_aws_ec2_metadata_token=token).status == 405
    for path in ("/1999-01-01/meta-data/", "/latest/meta-data/nothing", "/latest/meta-data/mac/x", "/latest/../x"):
        assert ask(caller, path, x_aws_ec2_metadata_token=token).status == 404


# Which instance


def test_without_an_instance_there_is_a_word_about_it(caller: Caller) -> None:
    response = ask(caller, "/latest/meta-data/")
    assert (response.status, b"is on no EC2 instance: 0 instances" in response.body) == (404, True)
    run_instance(caller)
    run_instance(caller, region="us-east-1")
    assert b"2 instances are running" in ask(caller, "/latest/meta-data/").body


def test_the_terminal_can_be_put_on_an_instance(caller: Caller) -> None:
    run_instance(caller)
    second = run_instance(caller, region="us-east-1")["InstanceId"]
    with worlds.lock:
        world = worlds.opened(caller.account.environment_id)
        with world.entered():
            metadata.place_terminal(world, Place(caller.account.pk, "us-east-1", second))
            store.commit(world, caller.account.environment_id, world.changes(), [])
    worlds.drop(caller.account.environment_id)
    assert read(caller, "meta-data/instance-id") == second
    caller.client("ec2", region="us-east-1").stop_instances(InstanceIds=[second])
    response = ask(caller, "/latest/meta-data/")
    assert (response.status, b"not running" in response.body) == (404, True)


def test_no_environment_is_told_apart(caller: Caller) -> None:
    request = Request("GET", metadata.IPV4, "/latest/meta-data/", "", (), b"")
    assert metadata.answer(request, None).status == 404
    assert metadata.answer(request, uuid4()).status == 404


def test_the_terminals_requests_come_in_envelopes(caller: Caller) -> None:
    run_instance(caller)
    head = {
        "method": "PUT",
        "url": "http://169.254.169.254/latest/api/token",
        "headers": [["X-aws-ec2-metadata-token-ttl-seconds", "60"]],
        "environment": str(caller.account.environment_id),
    }
    text = json.dumps(head).encode()
    body = struct.pack("<I", len(text)) + text
    status, _, answered = call(make_environ(CONTENT_TYPE="application/x-entrypoint-envelope", body=body))
    (length,) = struct.unpack("<I", answered[:4])
    inner = json.loads(answered[4 : 4 + length])
    assert (status, inner["status"]) == ("200 OK", 200)
    token = answered[4 + length :].decode()
    assert ask(caller, "/latest/meta-data/", x_aws_ec2_metadata_token=token).status == 200


# What is told


def test_the_instance_is_described(caller: Caller) -> None:
    tags = [{"ResourceType": "instance", "Tags": [{"Key": "Name", "Value": "web"}, {"Key": "a/b", "Value": "x"}]}]
    options = {"InstanceMetadataTags": "enabled"}
    made = run_instance(caller, TagSpecifications=tags, MetadataOptions=options, UserData="#!/bin/sh\necho hello\n")
    assert read(caller, "").split("\n") == ["dynamic/", "meta-data/", "user-data"]
    listed = read(caller, "meta-data").split("\n")
    assert {"ami-id", "instance-id", "placement/", "tags/", "network/"} <= set(listed)
    assert "iam/" not in listed
    assert read(caller, "meta-data/ami-id") == made["ImageId"]
    assert read(caller, "meta-data/instance-type") == "t3.micro"
    assert read(caller, "meta-data/local-ipv4") == made["PrivateIpAddress"]
    assert read(caller, "meta-data/hostname") == made["PrivateDnsName"]
    assert read(caller, "meta-data/security-groups") == "default"
    assert read(caller, "meta-data/placement/region") == REGION
    zone = made["Placement"]["AvailabilityZone"]
    assert read(caller, "meta-data/placement/availability-zone") == zone
    zones = caller.client("ec2").describe_availability_zones(ZoneNames=[zone])["AvailabilityZones"]
    assert read(caller, "meta-data/placement/availability-zone-id") == zones[0]["ZoneId"]
    mac = read(caller, "meta-data/mac")
    assert read(caller, f"meta-data/network/interfaces/macs/{mac}/subnet-id") == made["SubnetId"]
    assert read(caller, "meta-data/tags/instance") == "Name"
    assert read(caller, "meta-data/tags/instance/Name") == "web"
    assert read(caller, "user-data") == "#!/bin/sh\necho hello\n"
    document = json.loads(read(caller, "dynamic/instance-identity/document"))
    assert (document["accountId"], document["instanceId"]) == (caller.account.pk, made["InstanceId"])


def test_tags_are_told_only_when_that_is_allowed(caller: Caller) -> None:
    run_instance(caller, TagSpecifications=[{"ResourceType": "instance", "Tags": [{"Key": "Name", "Value": "web"}]}])
    token = token_of(caller)
    assert ask(caller, "/latest/meta-data/tags/instance", x_aws_ec2_metadata_token=token).status == 404
    assert ask(caller, "/latest/user-data", x_aws_ec2_metadata_token=token).status == 404


def test_user_data_may_be_any_bytes(caller: Caller) -> None:
    run_instance(caller, UserData=bytes(range(256)))
    response = ask(caller, "/latest/user-data", x_aws_ec2_metadata_token=token_of(caller))
    assert response.body == bytes(range(256))


def test_credentials_of_the_role_work_at_the_gateway(caller: Caller) -> None:
    made = run_instance(caller, IamInstanceProfile={"Name": with_role(caller)})
    info = json.loads(read(caller, "meta-data/iam/info"))
    assert info["InstanceProfileArn"] == f"arn:aws:iam::{caller.account.pk}:instance-profile/workers"
    assert read(caller, "meta-data/iam/security-credentials/") == "worker"
    given = json.loads(read(caller, "meta-data/iam/security-credentials/worker"))
    assert (given["Code"], given["Type"]) == ("Success", "AWS-HMAC")
    credentials = {**given, "SessionToken": given["Token"]}
    identity = session_client(caller, credentials, "sts", region=REGION).get_caller_identity()
    assert identity["Arn"] == f"arn:aws:sts::{caller.account.pk}:assumed-role/worker/{made['InstanceId']}"
    sqs = session_client(caller, credentials, "sqs", region=REGION)
    sqs.list_queues()
    assert refused(sqs.create_queue, QueueName="a")[0] == "AccessDenied"


def test_how_credentials_came_can_be_a_condition(caller: Caller) -> None:
    profile = with_role(caller)
    old_only = allow("sqs:ListQueues", Condition={"NumericLessThan": {"ec2:RoleDelivery": "2.0"}})
    caller.client("iam").put_role_policy(RoleName="worker", PolicyName="p", PolicyDocument=json.dumps(old_only))
    run_instance(caller, IamInstanceProfile={"Name": profile}, MetadataOptions={"HttpTokens": "optional"})
    path = "/latest/meta-data/iam/security-credentials/worker"
    first = json.loads(ask(caller, path).body)
    second = json.loads(read(caller, path.removeprefix("/latest/")))

    def client(given: dict[str, str]) -> Any:
        return session_client(caller, {**given, "SessionToken": given["Token"]}, "sqs", region=REGION)

    client(first).list_queues()
    assert refused(client(second).list_queues)[0] == "AccessDenied"


def test_a_role_that_does_not_trust_ec2_gives_none(caller: Caller) -> None:
    profile = with_role(caller, trust(principal="lambda.amazonaws.com"))
    run_instance(caller, IamInstanceProfile={"Name": profile})
    given = json.loads(read(caller, "meta-data/iam/security-credentials/worker"))
    assert (given["Code"], "AccessKeyId" in given) == ("AssumeRoleUnauthorizedAccess", False)


def test_a_profile_that_lost_its_role_names_none(caller: Caller) -> None:
    profile = with_role(caller)
    run_instance(caller, IamInstanceProfile={"Name": profile})
    caller.client("iam").remove_role_from_instance_profile(InstanceProfileName=profile, RoleName="worker")
    assert read(caller, "meta-data/iam/") == "info"
