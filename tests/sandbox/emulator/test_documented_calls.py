"""Calls that AWS documents and that moto alone gets wrong; each pins one patch."""

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.sandbox.emulator.conftest import ACCOUNT, Lab

TEMPLATE = {
    "Description": "A topic",
    "Parameters": {"Name": {"Type": "String", "Default": "otter", "NoEcho": True}, "Bare": {"Type": "String"}},
    "Resources": {"Topic": {"Type": "AWS::SNS::Topic"}},
}


def test_a_key_is_scheduled_for_deletion_by_its_arn(lab: Lab) -> None:
    kms = lab.client("kms")
    key = kms.create_key()["KeyMetadata"]
    kms.schedule_key_deletion(KeyId=key["Arn"], PendingWindowInDays=7)
    assert kms.describe_key(KeyId=key["KeyId"])["KeyMetadata"]["KeyState"] == "PendingDeletion"
    kms.cancel_key_deletion(KeyId=key["Arn"])
    assert kms.describe_key(KeyId=key["KeyId"])["KeyMetadata"]["KeyState"] == "Disabled"


def test_a_new_bucket_is_encrypted(lab: Lab) -> None:
    s3 = lab.client("s3", region="us-east-1")
    s3.create_bucket(Bucket="otter")
    rule = s3.get_bucket_encryption(Bucket="otter")["ServerSideEncryptionConfiguration"]["Rules"][0]
    assert rule == {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}, "BucketKeyEnabled": False}


def make_instance(lab: Lab) -> tuple[Any, str, str]:
    ec2 = lab.client("ec2")
    image = ec2.describe_images(Owners=["amazon"])["Images"][0]["ImageId"]
    made = ec2.run_instances(ImageId=image, InstanceType="t3.micro", MinCount=1, MaxCount=1)["Instances"][0]
    return ec2, made["InstanceId"], made["Placement"]["AvailabilityZone"]


def test_a_volume_is_detached_without_naming_the_instance(lab: Lab) -> None:
    ec2, instance, zone = make_instance(lab)
    volume = ec2.create_volume(Size=8, AvailabilityZone=zone)["VolumeId"]
    ec2.attach_volume(VolumeId=volume, InstanceId=instance, Device="/dev/sdf")
    assert ec2.detach_volume(VolumeId=volume)["InstanceId"] == instance


def test_an_endpoint_is_a_gateway_unless_it_says_otherwise(lab: Lab) -> None:
    ec2 = lab.client("ec2")
    vpc = ec2.describe_vpcs()["Vpcs"][0]["VpcId"]
    made = ec2.create_vpc_endpoint(VpcId=vpc, ServiceName="com.amazonaws.eu-central-1.s3")["VpcEndpoint"]
    assert made["VpcEndpointType"] == "Gateway"
    assert ec2.delete_vpc_endpoints(VpcEndpointIds=[made["VpcEndpointId"]])["Unsuccessful"] == []


def test_a_rule_for_all_protocols_needs_no_ports(lab: Lab) -> None:
    ec2 = lab.client("ec2")
    group = ec2.create_security_group(GroupName="otters", Description="otters")["GroupId"]
    made = ec2.authorize_security_group_ingress(
        GroupId=group, IpProtocol="tcp", FromPort=22, ToPort=22, CidrIp="10.0.0.0/8"
    )
    rule = made["SecurityGroupRules"][0]["SecurityGroupRuleId"]
    changed = {"SecurityGroupRuleId": rule, "SecurityGroupRule": {"IpProtocol": "-1", "CidrIpv4": "0.0.0.0/0"}}
    ec2.modify_security_group_rules(GroupId=group, SecurityGroupRules=[changed])
    rules = ec2.describe_security_group_rules(SecurityGroupRuleIds=[rule])["SecurityGroupRules"]
    assert [(found["IpProtocol"], found["CidrIpv4"]) for found in rules] == [("-1", "0.0.0.0/0")]


def test_a_spot_fleet_needs_no_strategy(lab: Lab) -> None:
    ec2, _, _ = make_instance(lab)
    image = ec2.describe_images(Owners=["amazon"])["Images"][0]["ImageId"]
    specification = {"ImageId": image, "InstanceType": "t3.micro"}
    wanted = {
        "IamFleetRole": f"arn:aws:iam::{ACCOUNT}:role/fleet",
        "TargetCapacity": 1,
        "SpotPrice": "0.1",
        "LaunchSpecifications": [specification],
    }
    made = ec2.request_spot_fleet(SpotFleetRequestConfig=wanted)["SpotFleetRequestId"]
    fleet = ec2.describe_spot_fleet_requests(SpotFleetRequestIds=[made])["SpotFleetRequestConfigs"][0]
    assert fleet["SpotFleetRequestConfig"]["AllocationStrategy"] == "lowestPrice"


def test_a_patch_baseline_has_tags(lab: Lab) -> None:
    ssm = lab.client("ssm")
    named = {"ResourceType": "PatchBaseline", "ResourceId": ssm.create_patch_baseline(Name="base")["BaselineId"]}
    ssm.add_tags_to_resource(**named, Tags=[{"Key": "a", "Value": "b"}])
    assert ssm.list_tags_for_resource(**named)["TagList"] == [{"Key": "a", "Value": "b"}]
    with pytest.raises(ClientError, match="InvalidResourceId"):
        ssm.list_tags_for_resource(ResourceType="PatchBaseline", ResourceId="pb-0123456789abcdef0")


@pytest.mark.parametrize("key", ["InstanceIds", "instanceids"])
def test_a_command_is_sent_to_instances_by_id(lab: Lab, key: str) -> None:
    _, instance, _ = make_instance(lab)
    ssm = lab.client("ssm")
    sent = ssm.send_command(DocumentName="AWS-RunShellScript", Targets=[{"Key": key, "Values": [instance]}])
    assert sent["Command"]["InstanceIds"] == [instance]


def test_a_stack_set_makes_stacks_of_resources_with_names(lab: Lab) -> None:
    stacks = lab.client("cloudformation")
    stacks.create_stack_set(StackSetName="otters", TemplateBody=json.dumps(TEMPLATE))
    given = [{"ParameterKey": "Bare", "ParameterValue": "x"}]
    stacks.create_stack_instances(
        StackSetName="otters", Accounts=[ACCOUNT], Regions=["eu-central-1"], ParameterOverrides=given
    )
    topics = lab.client("sns").list_topics()["Topics"]
    assert [topic["TopicArn"].split(":")[5].startswith("StackSet-otters-") for topic in topics] == [True]


def test_a_template_is_validated(lab: Lab) -> None:
    told = lab.client("cloudformation").validate_template(TemplateBody=json.dumps(TEMPLATE))
    assert (told["Description"], told["Capabilities"]) == ("A topic", [])
    assert told["Parameters"] == [
        {"ParameterKey": "Name", "DefaultValue": "otter", "NoEcho": True},
        {"ParameterKey": "Bare", "NoEcho": False},
    ]


@pytest.mark.parametrize(
    ("properties", "capability"), [({}, "CAPABILITY_IAM"), ({"RoleName": "r"}, "CAPABILITY_NAMED_IAM")]
)
def test_a_template_with_roles_needs_a_capability(lab: Lab, properties: dict[str, str], capability: str) -> None:
    body = {"Resources": {"Role": {"Type": "AWS::IAM::Role", "Properties": properties}}}
    assert lab.client("cloudformation").validate_template(TemplateBody=json.dumps(body))["Capabilities"] == [capability]


@pytest.mark.parametrize(
    "body",
    [
        " ",
        "{",
        "[]",
        "text",
        "{}",
        "Resources: {}",
        "Resources: {A: 1}",
        "Resources: {A: {}}",
        "a: !!python/name:os.system",
    ],
)
def test_a_bad_template_is_not_valid(lab: Lab, body: str) -> None:
    with pytest.raises(ClientError, match="ValidationError"):
        lab.client("cloudformation").validate_template(TemplateBody=body)
