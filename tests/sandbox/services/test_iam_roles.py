"""Roles: whom they trust, for how long, and what becomes of trust when the trusted goes."""

import json
from typing import Any

import pytest

from sandbox.environments import create_environment
from tests.sandbox.conftest import Caller, make_caller
from tests.sandbox.services.iam_cases import (
    document,
    forget,
    new_user,
    refused,
    sending_all,
    session_client,
    trust,
    trusted,
)

LINKED = "ecs.amazonaws.com"


def make_role(caller: Caller, principal: Any, name: str = "r") -> dict[str, Any]:
    made: dict[str, Any] = caller.client("iam").create_role(
        RoleName=name, AssumeRolePolicyDocument=trust("AWS", principal)
    )["Role"]
    return made


def test_sessions_last_an_hour_to_twelve(caller: Caller) -> None:
    iam = caller.client("iam")
    new: dict[str, Any] = {"RoleName": "r", "AssumeRolePolicyDocument": trust()}
    unchecked = sending_all(caller.client("iam"))
    assert refused(unchecked.create_role, **new, MaxSessionDuration=60) == (
        "ValidationError",
        "1 validation error detected: Value '60' at 'maxSessionDuration' failed to satisfy constraint: Member must "
        "have value greater than or equal to 3600",
    )
    assert refused(unchecked.create_role, **new, MaxSessionDuration=43201)[0] == "ValidationError"
    iam.create_role(**new, MaxSessionDuration=7200, Description="first")
    iam.update_role(RoleName="r", MaxSessionDuration=43200)
    forget(caller)
    role = iam.get_role(RoleName="r")["Role"]
    assert (role["MaxSessionDuration"], role["Description"]) == (43200, "first")
    iam.update_role(RoleName="r", Description="")
    role = iam.get_role(RoleName="r")["Role"]
    assert (role["MaxSessionDuration"], role["Description"]) == (43200, "")


@pytest.mark.parametrize(
    ("kind", "principal"),
    [
        ("AWS", "arn:aws:iam::{account}:user/nobody"),
        ("AWS", "arn:aws:iam::{account}:role/nobody"),
        ("AWS", "arn:aws:iam::999999999999:root"),
        ("AWS", "999999999999"),
        ("AWS", "AIDAJQABLZS4A3QDU576Q"),
        ("AWS", "nonsense"),
        ("AWS", "arn:aws:iam::{account}:group/g"),
        ("Service", "lambda"),
        ("Federated", "example.com"),
        ("CanonicalUser", "0123456789"),
    ],
)
def test_who_does_not_exist_is_not_trusted(caller: Caller, kind: str, principal: str) -> None:
    iam, named = caller.client("iam"), principal.format(account=caller.account.pk)
    message = f'Invalid principal in policy: "{kind.upper()}":"{named}"'
    new = {"RoleName": "r", "AssumeRolePolicyDocument": trust(kind, named)}
    assert refused(iam.create_role, **new) == ("MalformedPolicyDocument", message)
    iam.create_role(RoleName="r", AssumeRolePolicyDocument=trust())
    assert refused(iam.update_assume_role_policy, RoleName="r", PolicyDocument=trust(kind, named)) == (
        "MalformedPolicyDocument",
        message,
    )
    assert trusted(caller, "r") == {"Service": "ec2.amazonaws.com"}


@pytest.mark.parametrize(
    ("kind", "principal"),
    [
        ("AWS", "*"),
        ("AWS", "{account}"),
        ("AWS", "arn:aws:iam::{account}:root"),
        ("AWS", "arn:aws:iam::{account}:user/learner"),
        ("Service", "vpc-flow-logs.amazonaws.com"),
        ("Federated", "cognito-identity.amazonaws.com"),
        ("Federated", "arn:aws:iam::{account}:saml-provider/idp"),
    ],
)
def test_who_exists_is_trusted(caller: Caller, kind: str, principal: str) -> None:
    named = principal.format(account=caller.account.pk)
    caller.client("iam").create_role(RoleName="r", AssumeRolePolicyDocument=trust(kind, named))
    assert trusted(caller, "r") == {kind: named}


def test_another_environments_account_is_not_trusted(caller: Caller) -> None:
    stranger = make_caller()
    new = {"RoleName": "r", "AssumeRolePolicyDocument": trust("AWS", str(stranger.account.pk))}
    assert refused(caller.client("iam").create_role, **new)[0] == "MalformedPolicyDocument"


def test_a_deleted_users_namesake_is_not_trusted(caller: Caller) -> None:
    iam = caller.client("iam")
    ann = iam.create_user(UserName="ann")["User"]
    bob = iam.create_user(UserName="bob")["User"]
    make_role(caller, [ann["Arn"], bob["Arn"]])
    iam.delete_user(UserName="ann")
    iam.create_user(UserName="ann")
    forget(caller)
    assert trusted(caller, "r") == {"AWS": [ann["UserId"], bob["Arn"]]}
    again = trust("AWS", ann["UserId"])
    assert refused(iam.update_assume_role_policy, RoleName="r", PolicyDocument=again)[0] == "MalformedPolicyDocument"


def test_a_living_users_id_becomes_the_arn(caller: Caller) -> None:
    ann = caller.client("iam").create_user(UserName="ann")["User"]
    make_role(caller, ann["UserId"])
    assert trusted(caller, "r") == {"AWS": ann["Arn"]}


def test_a_renamed_user_stays_trusted(caller: Caller) -> None:
    iam = caller.client("iam")
    ann = iam.create_user(UserName="ann")["User"]
    make_role(caller, ann["Arn"])
    iam.update_user(UserName="ann", NewUserName="anna")
    forget(caller)
    assert trusted(caller, "r") == {"AWS": ann["Arn"] + "a"}


def test_a_deleted_role_leaves_its_id_in_every_account_and_service(db: None) -> None:
    one, two = (make_caller(account) for account in create_environment(aliases=("one", "two")).accounts.all())
    role = make_role(one, f"arn:aws:iam::{one.account.pk}:root", "worker")
    make_role(two, role["Arn"])
    statement = {"Effect": "Allow", "Principal": {"AWS": role["Arn"]}, "Action": "s3:ListBucket"}
    policy = {"Version": "2012-10-17", "Statement": [{**statement, "Resource": "arn:aws:s3:::the-bucket"}]}
    two.client("s3", region="us-east-1").create_bucket(Bucket="the-bucket")
    two.client("s3", region="us-east-1").put_bucket_policy(Bucket="the-bucket", Policy=json.dumps(policy))
    queue = two.client("sqs").create_queue(QueueName="q", Attributes={"Policy": json.dumps(policy)})["QueueUrl"]
    one.client("iam").delete_role(RoleName="worker")
    forget(one)
    assert trusted(two, "r") == {"AWS": role["RoleId"]}
    stored = two.client("s3", region="us-east-1").get_bucket_policy(Bucket="the-bucket")["Policy"]
    assert json.loads(stored)["Statement"][0]["Principal"] == {"AWS": role["RoleId"]}
    attributes = two.client("sqs").get_queue_attributes(QueueUrl=queue, AttributeNames=["Policy"])["Attributes"]
    assert json.loads(attributes["Policy"])["Statement"][0]["Principal"] == {"AWS": role["RoleId"]}


def test_trust_policies_have_a_limit(caller: Caller) -> None:
    iam = caller.client("iam")
    statement = {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}
    long = json.dumps({"Version": "2012-10-17", "Statement": [{**statement, "Sid": f"n{n}"} for n in range(30)]})
    assert refused(iam.create_role, RoleName="r", AssumeRolePolicyDocument=long) == (
        "LimitExceeded",
        "Cannot exceed quota for ACLSizePerRole: 2048",
    )


def test_a_service_linked_role_is_the_services(caller: Caller) -> None:
    iam = caller.client("iam")
    role = iam.create_service_linked_role(AWSServiceName=LINKED)["Role"]
    account = caller.account.pk
    assert role["Arn"] == f"arn:aws:iam::{account}:role/aws-service-role/{LINKED}/AWSServiceRoleForECS"
    name = role["RoleName"]
    assert refused(iam.create_service_linked_role, AWSServiceName=LINKED) == (
        "InvalidInput",
        f"Service role name {name} has been taken in this account, please try a different suffix.",
    )
    protected = (
        "UnmodifiableEntity",
        f"Cannot perform the operation on the protected role '{name}' - this role is only modifiable by AWS",
    )
    assert refused(iam.update_role, RoleName=name, Description="mine") == protected
    assert refused(iam.delete_role, RoleName=name) == protected
    assert refused(iam.update_assume_role_policy, RoleName=name, PolicyDocument=trust()) == protected
    assert refused(iam.put_role_policy, RoleName=name, PolicyName="p", PolicyDocument=document()) == protected
    assert refused(iam.tag_role, RoleName=name, Tags=[{"Key": "a", "Value": "b"}]) == protected
    task = iam.delete_service_linked_role(RoleName=name)["DeletionTaskId"]
    forget(caller)
    assert iam.get_service_linked_role_deletion_status(DeletionTaskId=task)["Status"] == "SUCCEEDED"
    assert refused(iam.get_role, RoleName=name)[0] == "NoSuchEntity"
    assert refused(iam.get_service_linked_role_deletion_status, DeletionTaskId="task/x")[0] == "NoSuchEntity"


def test_no_role_is_made_for_a_service_without_one(caller: Caller) -> None:
    iam = caller.client("iam")
    assert refused(iam.create_service_linked_role, AWSServiceName="nothing.amazonaws.com")[0] == "InvalidInput"
    assert refused(iam.create_service_linked_role, AWSServiceName=LINKED, CustomSuffix="x")[0] == "InvalidInput"
    suffixed = iam.create_service_linked_role(AWSServiceName="autoscaling.amazonaws.com", CustomSuffix="x")["Role"]
    assert suffixed["RoleName"] == "AWSServiceRoleForAutoScaling_x"


def test_a_role_that_nobody_assumed_was_never_used(caller: Caller) -> None:
    make_role(caller, str(caller.account.pk))
    assert caller.client("iam").get_role(RoleName="r")["Role"]["RoleLastUsed"] == {}


def test_a_roles_last_use_is_that_of_its_sessions(caller: Caller) -> None:
    iam = caller.client("iam")
    make_role(caller, f"arn:aws:iam::{caller.account.pk}:user/learner")
    role = f"arn:aws:iam::{caller.account.pk}:role/r"
    session = caller.client("sts").assume_role(RoleArn=role, RoleSessionName="ann")["Credentials"]
    assumed = session_client(caller, session, "sqs", region="eu-west-3")
    refused(assumed.list_queues)
    forget(caller)
    used = iam.get_role(RoleName="r")["Role"]["RoleLastUsed"]
    assert (used["Region"], used["LastUsedDate"].microsecond) == ("eu-west-3", 0)
    iam.delete_role(RoleName="r")
    make_role(caller, str(caller.account.pk))
    assert iam.get_role(RoleName="r")["Role"]["RoleLastUsed"] == {}


def test_a_boundary_must_exist(caller: Caller) -> None:
    iam = caller.client("iam")
    make_role(caller, str(caller.account.pk))
    missing = f"arn:aws:iam::{caller.account.pk}:policy/missing"
    assert refused(iam.put_role_permissions_boundary, RoleName="r", PermissionsBoundary=missing) == (
        "NoSuchEntity",
        f"Policy {missing} was not found.",
    )
    assert refused(iam.delete_role_permissions_boundary, RoleName="r")[0] == "NoSuchEntity"


def test_the_list_leaves_out_tags(caller: Caller) -> None:
    iam = caller.client("iam")
    iam.create_role(RoleName="r", AssumeRolePolicyDocument=trust(), Tags=[{"Key": "a", "Value": "b"}])
    (listed,) = iam.list_roles()["Roles"]
    assert ("Tags" in listed, listed["MaxSessionDuration"]) == (False, 3600)
    assert iam.get_role(RoleName="r")["Role"]["Tags"] == [{"Key": "a", "Value": "b"}]


def test_a_user_without_permission_changes_nothing(caller: Caller) -> None:
    other = new_user(caller, "ann", administrator=False)
    assert refused(other.client("iam").create_user, UserName="eve")[0] == "AccessDenied"
