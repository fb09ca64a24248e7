"""IAM's state as values, and what deletions and new names do to policies elsewhere."""

import json

import pytest

from sandbox.emulator import iam_state, named_principals
from tests.sandbox.emulator.conftest import ACCOUNT, PARTNER, Lab

TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}],
}
WORKER = {"Type": "AWS::IAM::Role", "Properties": {"RoleName": "worker", "AssumeRolePolicyDocument": TRUST}}
TEMPLATE = {"Resources": {"Worker": WORKER}}


def trusting(arn: str) -> str:
    statement = {"Effect": "Allow", "Principal": {"AWS": [arn, ACCOUNT]}, "Action": "sts:AssumeRole"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def trusted(lab: Lab, account: str = PARTNER) -> str:
    with lab.world.entered():
        role = iam_state.role(lab.world, account, "r")
    assert role is not None
    return str(json.loads(role.trust)["Statement"][0]["Principal"]["AWS"][0])


def test_a_stacks_role_leaves_its_id_behind(lab: Lab) -> None:
    stacks = lab.client("cloudformation")
    stacks.create_stack(StackName="s", TemplateBody=json.dumps(TEMPLATE), Capabilities=["CAPABILITY_NAMED_IAM"])
    role = lab.client("iam").get_role(RoleName="worker")["Role"]
    lab.client("iam", account=PARTNER).create_role(RoleName="r", AssumeRolePolicyDocument=trusting(role["Arn"]))
    stored = lab.reloaded()
    stored.client("cloudformation").delete_stack(StackName="s")
    assert trusted(stored) == role["RoleId"]
    assert trusted(stored.reloaded()) == role["RoleId"]


def test_a_renamed_users_tags_and_trust_follow(lab: Lab) -> None:
    iam = lab.client("iam")
    user = iam.create_user(UserName="ann", Tags=[{"Key": "a", "Value": "b"}])["User"]
    lab.client("iam", account=PARTNER).create_role(RoleName="r", AssumeRolePolicyDocument=trusting(user["Arn"]))
    iam.update_user(UserName="ann", NewUserName="anna")
    assert trusted(lab) == user["Arn"] + "a"
    with lab.world.entered():
        found = iam_state.user(lab.world, ACCOUNT, "anna")
    assert found is not None
    assert found.tags == {"a": "b"}


@pytest.mark.parametrize("document", [b"not JSON with arn:x", "arn:x", None, '{"Statement": ["arn:x"]}', "[1]"])
def test_what_is_no_policy_stays_as_it_is(document: object) -> None:
    assert named_principals._renamed(document, "arn:x", "AIDAX") is None


def test_only_principals_are_renamed() -> None:
    policy = {"Statement": {"Principal": {"AWS": "arn:x"}, "Resource": "arn:x"}}
    renamed = named_principals._renamed(json.dumps(policy).encode(), "arn:x", "AIDAX")
    assert json.loads(renamed) == {"Statement": {"Principal": {"AWS": "AIDAX"}, "Resource": "arn:x"}}


def test_new_entities_have_ids_of_their_kind_and_whole_seconds(lab: Lab) -> None:
    iam = lab.client("iam")
    profile = iam.create_instance_profile(InstanceProfileName="i")["InstanceProfile"]
    document = '{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}'
    policy = iam.create_policy(PolicyName="p", PolicyDocument=document)["Policy"]
    assert (profile["InstanceProfileId"][:4], policy["PolicyId"][:4]) == ("AIPA", "ANPA")
    assert (profile["CreateDate"].microsecond, policy["CreateDate"].microsecond) == (0, 0)
