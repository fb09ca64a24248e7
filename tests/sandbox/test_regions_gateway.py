"""Regions through the gateway: what EC2 tells of them, services that have none, and walls between them."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from sandbox import region_access, regions
from sandbox.environments import create_environment
from sandbox.wire import Request
from tests.sandbox.conftest import Caller, make_caller

pytestmark = pytest.mark.django_db

APART = "af-south-1"


def refused(call: Any, **parameters: Any) -> tuple[str, int, str]:
    with pytest.raises(ClientError) as caught:
        call(**parameters)
    error = caught.value.response
    return error["Error"]["Code"], error["ResponseMetadata"]["HTTPStatusCode"], error["Error"]["Message"]


def by_region(answer: dict[str, Any]) -> dict[str, str]:
    return {region["RegionName"]: region["OptInStatus"] for region in answer["Regions"]}


# EC2


def test_ec2_tells_the_regions_that_the_account_can_call(caller: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    ec2 = caller.client("ec2")
    assert by_region(ec2.describe_regions()) == {
        region.name: "opt-in-not-required" for region in regions.of_partition("aws") if not region.opt_in
    }
    caller.client("account").enable_region(RegionName=APART)
    monkeypatch.setattr(region_access, "SWITCHING", region_access.SWITCHING * 0)
    assert by_region(ec2.describe_regions())[APART] == "opted-in"
    everywhere = by_region(ec2.describe_regions(AllRegions=True))
    assert (len(everywhere), everywhere["ap-east-1"]) == (34, "not-opted-in")


def test_ec2_tells_of_named_regions_whether_enabled_or_not(caller: Caller) -> None:
    ec2 = caller.client("ec2")
    assert ec2.describe_regions(RegionNames=[APART, "eu-central-1"])["Regions"] == [
        {
            "RegionName": APART,
            "Endpoint": "ec2.af-south-1.amazonaws.com",
            "OptInStatus": "not-opted-in",
            "Geography": [{"Name": "South Africa"}],
        },
        {
            "RegionName": "eu-central-1",
            "Endpoint": "ec2.eu-central-1.amazonaws.com",
            "OptInStatus": "opt-in-not-required",
            "Geography": [{"Name": "Germany"}],
        },
    ]
    assert refused(ec2.describe_regions, RegionNames=["us-east-9"])[0] == "InvalidParameterValue"
    assert refused(ec2.describe_regions, DryRun=True)[:2] == ("DryRunOperation", 412)


FILTERS = {
    ("region-name", "eu-*-1"): {"eu-central-1", "eu-west-1", "eu-north-1", "eu-south-1"},
    ("endpoint", "ec2.us-west-?.amazonaws.com"): {"us-west-1", "us-west-2"},
    ("region-name", "(a+)+b"): set(),
}


@pytest.mark.parametrize("name", FILTERS, ids=str)
def test_regions_are_filtered(caller: Caller, name: tuple[str, str]) -> None:
    found = caller.client("ec2").describe_regions(AllRegions=True, Filters=[{"Name": name[0], "Values": [name[1]]}])
    assert set(by_region(found)) == FILTERS[name]


def test_an_unknown_filter_is_refused(caller: Caller) -> None:
    for call in (caller.client("ec2").describe_regions, caller.client("ec2").describe_availability_zones):
        code, _, message = refused(call, Filters=[{"Name": "colour", "Values": ["red"]}])
        assert (code, message) == ("InvalidParameterValue", "The filter 'colour' is invalid")


def test_two_accounts_have_two_names_for_one_zone(db: None) -> None:
    mappings = []
    # One in 720 pairs of accounts has the same names in this region; of four accounts in a row, next to none.
    for _ in range(4):
        caller = make_caller()
        zones = caller.client("ec2", region="us-east-1").describe_availability_zones()["AvailabilityZones"]
        mapping = {zone["ZoneId"]: zone["ZoneName"] for zone in zones}
        assert mapping == regions.zone_names(caller.account.pk, "us-east-1")
        assert [zone["ZoneName"] for zone in zones] == [f"us-east-1{letter}" for letter in "abcdef"]
        mappings.append(tuple(mapping.items()))
    assert len(set(mappings)) > 1


def test_a_zone_tells_all_that_ec2_knows_of_it(caller: Caller) -> None:
    zones = caller.client("ec2").describe_availability_zones(ZoneIds=["euc1-az2"])["AvailabilityZones"]
    assert zones == [
        {
            "OptInStatus": "opt-in-not-required",
            "Messages": [],
            "RegionName": "eu-central-1",
            "ZoneName": "eu-central-1b",
            "ZoneId": "euc1-az2",
            "GroupName": "eu-central-1-zg-1",
            "GroupLongName": "Europe (Frankfurt) 1",
            "NetworkBorderGroup": "eu-central-1",
            "ZoneType": "availability-zone",
            "State": "available",
        }
    ]


def zone_names(caller: Caller, **parameters: Any) -> list[str]:
    answer = caller.client("ec2", region="us-west-2").describe_availability_zones(**parameters)
    return [zone["ZoneName"] for zone in answer["AvailabilityZones"]]


def test_local_zones_are_shown_when_asked_for(caller: Caller) -> None:
    assert len(zone_names(caller)) == 4
    everything = zone_names(caller, AllAvailabilityZones=True)
    assert {"us-west-2a", "us-west-2-lax-1a", "us-west-2-lax-1b"} < set(everything)
    lax = [{"Name": "group-name", "Values": ["us-west-2-lax-1"]}, {"Name": "opt-in-status", "Values": ["not-opted-in"]}]
    assert zone_names(caller, AllAvailabilityZones=True, Filters=lax) == ["us-west-2-lax-1a", "us-west-2-lax-1b"]
    assert zone_names(caller, Filters=[{"Name": "zone-type", "Values": ["local-zone"]}]) == []
    assert zone_names(caller, ZoneNames=["us-west-2b"]) == ["us-west-2b"]


@pytest.mark.parametrize("parameters", [{"ZoneNames": ["eu-central-1a"]}, {"ZoneIds": ["euc1-az1"]}], ids=str)
def test_another_regions_zone_is_unknown(caller: Caller, parameters: dict[str, Any]) -> None:
    ec2 = caller.client("ec2", region="us-west-2")
    assert refused(ec2.describe_availability_zones, **parameters)[:2] == ("InvalidParameterValue", 400)


# Global services


COSTS = {
    "TimePeriod": {"Start": "2026-01-01", "End": "2026-02-01"},
    "Granularity": "MONTHLY",
    "Metrics": ["UnblendedCost"],
}
GLOBAL: dict[str, tuple[str, dict[str, Any], str]] = {
    "iam": ("list_users", {}, "iam.amazonaws.com"),
    "route53": ("list_hosted_zones", {}, "route53.amazonaws.com"),
    "cloudfront": ("list_distributions", {}, "cloudfront.amazonaws.com"),
    "organizations": ("list_roots", {}, "organizations.us-east-1.amazonaws.com"),
    "budgets": ("describe_budgets", {"AccountId": ""}, "budgets.amazonaws.com"),
    "ce": ("get_cost_and_usage", COSTS, "ce.us-east-1.amazonaws.com"),
    "account": ("list_regions", {}, "account.us-east-1.amazonaws.com"),
}


@pytest.mark.parametrize("service", GLOBAL)
def test_a_global_service_is_recorded_in_the_first_region(caller: Caller, service: str) -> None:
    method, parameters, host = GLOBAL[service]
    given = {name: value or caller.account.pk for name, value in parameters.items()}
    try:
        getattr(caller.client(service, region="eu-west-3"), method)(**given)
    except ClientError as error:
        # An answer of the service itself; it was found and the caller known.
        assert error.response["Error"]["Code"] == "AWSOrganizationsNotInUseException"
    assert caller.sent is not None
    assert caller.sent.host == host
    assert caller.events()[-1].record["awsRegion"] == "us-east-1"


def test_iam_wants_a_signature_of_its_region(caller: Caller) -> None:
    client = caller.client("iam", region="us-east-1")
    client.meta.events.register(
        "before-sign", lambda request, **_: request.context["signing"].update(region="eu-west-3")
    )
    code, status, message = refused(client.list_users)
    assert (code, status) == ("SignatureDoesNotMatch", 403)
    assert message == "Credential should be scoped to a valid region. "


@pytest.mark.parametrize("host", ["iam.eu-west-3.amazonaws.com", "organizations.eu-west-3.amazonaws.com"])
def test_a_global_service_has_no_endpoint_in_a_region(caller: Caller, host: str) -> None:
    caller.change = lambda request: replace(request, host=host)
    code, status, message = refused(caller.client("iam").list_users)
    assert (code, status, message) == ("UnknownEndpoint", 400, f"Could not resolve host: {host}")


@pytest.mark.parametrize("region", ["us-east-1", "eu-west-3"])
def test_sts_is_in_every_region_and_global_besides(caller: Caller, region: str) -> None:
    caller.client("sts", region=region).get_caller_identity()
    assert caller.sent is not None
    assert caller.sent.host in (f"sts.{region}.amazonaws.com", "sts.amazonaws.com")
    assert caller.events()[-1].record["awsRegion"] == region


# What does not exist


@pytest.mark.parametrize(
    "host", ["sqs.us-east-9.amazonaws.com", "nothing.eu-west-3.amazonaws.com", "s3.mars-north-1.amazonaws.com"]
)
def test_a_host_that_does_not_exist_is_named(caller: Caller, host: str) -> None:
    def elsewhere(request: Request) -> Request:
        return replace(request, host=host)

    caller.change = elsewhere
    assert refused(caller.client("sqs").list_queues)[2] == f"Could not resolve host: {host}"


def test_a_region_that_does_not_exist_is_no_scope(caller: Caller) -> None:
    sqs = caller.client("sqs", region="us-east-9")
    caller.change = lambda request: replace(request, host="localhost:8000")
    code, status, message = refused(sqs.list_queues)
    assert (code, status) == ("SignatureDoesNotMatch", 403)
    assert message == "Credential should be scoped to a valid region. "


# Walls between regions


@dataclass(frozen=True, slots=True)
class Wall:
    """Make something in one region; ask for it, and see the error where it is not."""

    service: str
    make: Callable[[Any], dict[str, Any]]
    ask: str
    code: str


def _key(kms: Any) -> dict[str, Any]:
    return {"KeyId": kms.create_key()["KeyMetadata"]["KeyId"]}


def _instance(ec2: Any) -> dict[str, Any]:
    image = ec2.describe_images(Filters=[{"Name": "architecture", "Values": ["x86_64"]}])["Images"][0]["ImageId"]
    made = ec2.run_instances(ImageId=image, InstanceType="t3.micro", MinCount=1, MaxCount=1)
    return {"InstanceIds": [made["Instances"][0]["InstanceId"]]}


def _queue(sqs: Any) -> dict[str, Any]:
    sqs.create_queue(QueueName="q")
    return {"QueueName": "q"}


def _table(dynamodb: Any) -> dict[str, Any]:
    dynamodb.create_table(
        TableName="t",
        KeySchema=[{"AttributeName": "k", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "k", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    return {"TableName": "t"}


def _secret(secrets: Any) -> dict[str, Any]:
    secrets.create_secret(Name="s", SecretString="x")
    return {"SecretId": "s"}


def _parameter(ssm: Any) -> dict[str, Any]:
    ssm.put_parameter(Name="/p", Value="x", Type="String")
    return {"Name": "/p"}


def _topic(sns: Any) -> dict[str, Any]:
    return {"TopicArn": sns.create_topic(Name="t")["TopicArn"]}


def _stack(stacks: Any) -> dict[str, Any]:
    stacks.create_stack(StackName="s", TemplateBody='{"Resources": {"Q": {"Type": "AWS::SQS::Queue"}}}')
    return {"StackName": "s"}


def _log_group(logs: Any) -> dict[str, Any]:
    logs.create_log_group(logGroupName="g")
    return {"logGroupName": "g"}


WALLS = {
    "key": Wall("kms", _key, "describe_key", "NotFoundException"),
    "instance": Wall("ec2", _instance, "describe_instances", "InvalidInstanceID.NotFound"),
    "queue": Wall("sqs", _queue, "get_queue_url", "AWS.SimpleQueueService.NonExistentQueue"),
    "table": Wall("dynamodb", _table, "describe_table", "ResourceNotFoundException"),
    "secret": Wall("secretsmanager", _secret, "get_secret_value", "ResourceNotFoundException"),
    "parameter": Wall("ssm", _parameter, "get_parameter", "ParameterNotFound"),
    "topic": Wall("sns", _topic, "get_topic_attributes", "InvalidParameter"),
    "stack": Wall("cloudformation", _stack, "describe_stacks", "ValidationError"),
    "log group": Wall("logs", _log_group, "describe_log_streams", "ResourceNotFoundException"),
}


@pytest.mark.parametrize("kind", WALLS)
def test_a_resource_is_found_only_in_its_region(caller: Caller, kind: str) -> None:
    wall = WALLS[kind]
    here = caller.client(wall.service, region="eu-central-1")
    there = caller.client(wall.service, region="eu-west-1")
    named = wall.make(here)
    getattr(here, wall.ask)(**named)
    code, status, _ = refused(getattr(there, wall.ask), **named)
    assert (code, 400 <= status < 500) == (wall.code, True)


def test_a_function_is_found_only_in_its_region(caller: Caller) -> None:
    role = caller.client("iam").create_role(
        RoleName="r",
        AssumeRolePolicyDocument='{"Version":"2012-10-17","Statement":[{"Effect":"Allow",'
        '"Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"}]}',
    )["Role"]["Arn"]
    here, there = (caller.client("lambda", region=region) for region in ("eu-central-1", "eu-west-1"))
    here.create_function(FunctionName="f", Runtime="python3.13", Role=role, Handler="a.b", Code={"ZipFile": EMPTY_ZIP})
    assert here.get_function(FunctionName="f")["Configuration"]["FunctionName"] == "f"
    code, status, message = refused(there.get_function, FunctionName="f")
    assert (code, status) == ("ResourceNotFoundException", 404)
    assert message == f"Function not found: arn:aws:lambda:eu-west-1:{caller.account.pk}:function:f"


EMPTY_ZIP = b"PK\x05\x06" + bytes(18)


def test_a_region_of_one_account_is_not_anothers(db: None) -> None:
    environment = create_environment(aliases=("main", "other"))
    main, other = (make_caller(environment.accounts.get(alias=alias)) for alias in ("main", "other"))
    main.client("account").enable_region(RegionName=APART)
    assert other.client("account").get_region_opt_status(RegionName=APART)["RegionOptStatus"] == "DISABLED"
