"""Access that nobody uses is found from the trail and the policies."""

from typing import Any

import pytest

from sandbox.environments import create_environment
from tests.sandbox.conftest import Caller, make_caller
from tests.sandbox.services.iam_cases import (
    caller_as,
    days_later,
    document,
    forget,
    refused,
    session_client,
    trust,
)

DAYS = {"unusedAccess": {"unusedAccessAge": 30}}


@pytest.fixture
def analyzer(caller: Caller) -> str:
    made: str = caller.client("accessanalyzer").create_analyzer(
        analyzerName="unused", type="ACCOUNT_UNUSED_ACCESS", configuration=DAYS
    )["arn"]
    return made


def findings(caller: Caller, analyzer: str, **criteria: Any) -> list[dict[str, Any]]:
    """Those that are not about the learner's own user, which is an administrator."""
    client = caller.client("accessanalyzer")
    found = client.list_findings_v2(analyzerArn=analyzer, filter=criteria)["findings"]
    return [one for one in found if not one["resource"].endswith(":user/learner")]


def details(caller: Caller, analyzer: str, finding: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = caller.client("accessanalyzer").get_finding_v2(
        analyzerArn=analyzer, id=finding["id"]
    )["findingDetails"]
    return found


def role_client(caller: Caller, name: str, service: str) -> Any:
    """A client with a session of a role."""
    arn = f"arn:aws:iam::{caller.account}:role/{name}"
    credentials = caller.client("sts").assume_role(RoleArn=arn, RoleSessionName="session")["Credentials"]
    return session_client(caller, credentials, service, region="eu-central-1")


def make_role(caller: Caller, name: str, *actions: str, **more: Any) -> None:
    iam = caller.client("iam")
    own = trust("AWS", f"arn:aws:iam::{caller.account}:root")
    iam.create_role(RoleName=name, AssumeRolePolicyDocument=own, **more)
    iam.put_role_policy(RoleName=name, PolicyName="p", PolicyDocument=document(*actions))


def test_a_role_that_nobody_assumes_is_found_when_the_period_is_over(caller: Caller, analyzer: str) -> None:
    make_role(caller, "idle", "sqs:ListQueues")
    assert findings(caller, analyzer) == []
    days_later(caller, 29)
    assert findings(caller, analyzer) == []
    days_later(caller, 2)
    (finding,) = findings(caller, analyzer)
    assert (finding["findingType"], finding["resourceType"], finding["status"]) == (
        "UnusedIAMRole",
        "AWS::IAM::Role",
        "ACTIVE",
    )
    assert finding["resource"] == f"arn:aws:iam::{caller.account}:role/idle"
    assert details(caller, analyzer, finding) == [{"unusedIamRoleDetails": {}}]
    role_client(caller, "idle", "sqs").list_queues()
    forget(caller)
    assert [one["status"] for one in findings(caller, analyzer)] == ["RESOLVED"]
    days_later(caller, 31)
    (again,) = findings(caller, analyzer)
    assert (again["id"], again["status"]) == (finding["id"], "ACTIVE")
    assert "lastAccessed" in details(caller, analyzer, again)[0]["unusedIamRoleDetails"]


def test_services_and_actions_that_a_used_role_does_not_use_are_found(caller: Caller, analyzer: str) -> None:
    make_role(caller, "busy", "sqs:ListQueues", "sqs:SendMessage", "sns:Publish")
    days_later(caller, 31)
    role_client(caller, "busy", "sqs").list_queues()
    (finding,) = findings(caller, analyzer)
    assert finding["findingType"] == "UnusedPermission"
    services = [one["unusedPermissionDetails"] for one in details(caller, analyzer, finding)]
    assert [(one["serviceNamespace"], one.get("actions"), "lastAccessed" in one) for one in services] == [
        ("sns", None, False),
        ("sqs", [{"action": "sqs:SendMessage"}], True),
    ]
    caller.client("iam").put_role_policy(RoleName="busy", PolicyName="p", PolicyDocument=document("sqs:ListQueues"))
    assert [one["status"] for one in findings(caller, analyzer)] == ["RESOLVED"]


def test_a_call_counts_for_the_action_that_it_needed(caller: Caller, analyzer: str) -> None:
    # What CloudTrail calls ListObjects needs s3:ListBucket.
    make_role(caller, "lister", "s3:ListBucket")
    place = {"LocationConstraint": "eu-central-1"}
    caller.client("s3").create_bucket(Bucket="plum-otter", CreateBucketConfiguration=place)
    days_later(caller, 31)
    role_client(caller, "lister", "s3").list_objects(Bucket="plum-otter")
    assert findings(caller, analyzer) == []


def test_keys_and_passwords_that_nobody_uses_are_found(caller: Caller, analyzer: str) -> None:
    iam = caller.client("iam")
    iam.create_user(UserName="alice")
    iam.create_login_profile(UserName="alice", Password="correct-Horse-7")
    keys = [iam.create_access_key(UserName="alice")["AccessKey"] for _ in range(2)]
    days_later(caller, 31)
    caller_as(caller, keys[0]).client("sts").get_caller_identity()
    found = findings(caller, analyzer)
    assert sorted(one["findingType"] for one in found) == ["UnusedIAMUserAccessKey", "UnusedIAMUserPassword"]
    (key,) = [one for one in found if one["findingType"] == "UnusedIAMUserAccessKey"]
    assert details(caller, analyzer, key) == [
        {"unusedIamUserAccessKeyDetails": {"accessKeyId": keys[1]["AccessKeyId"]}}
    ]
    iam.update_access_key(UserName="alice", AccessKeyId=keys[1]["AccessKeyId"], Status="Inactive")
    iam.delete_login_profile(UserName="alice")
    assert {one["status"] for one in findings(caller, analyzer)} == {"RESOLVED"}


def test_who_carries_an_excluded_tag_is_left_out(caller: Caller, analyzer: str) -> None:
    make_role(caller, "spare", "sqs:*", Tags=[{"Key": "keep", "Value": "yes"}])
    make_role(caller, "idle", "sqs:*")
    days_later(caller, 31)
    configuration = {"unusedAccess": {"analysisRule": {"exclusions": [{"resourceTags": [{"keep": "yes"}]}]}}}
    client = caller.client("accessanalyzer")
    answer = client.update_analyzer(analyzerName="unused", configuration=configuration)
    assert answer["configuration"]["unusedAccess"] == {**configuration["unusedAccess"], "unusedAccessAge": 30}
    assert client.get_analyzer(analyzerName="unused")["analyzer"]["configuration"] == answer["configuration"]
    assert [one["resource"].rpartition("/")[2] for one in findings(caller, analyzer)] == ["idle"]


def test_findings_are_archived_by_a_rule_that_was_there_before(caller: Caller, analyzer: str) -> None:
    client = caller.client("accessanalyzer")
    roles = {"findingType": {"eq": ["UnusedIAMRole"]}}
    client.create_archive_rule(analyzerName="unused", ruleName="roles", filter=roles)
    make_role(caller, "idle", "sqs:*")
    days_later(caller, 31)
    assert [one["status"] for one in findings(caller, analyzer)] == ["ARCHIVED"]
    assert findings(caller, analyzer, status={"eq": ["ACTIVE"]}) == []


def test_an_organization_s_analyzer_looks_into_its_members(db: None) -> None:
    accounts = {one.alias: one for one in create_environment(aliases=("boss", "dev", "ops")).accounts.all()}
    boss, *members = (make_caller(accounts[alias]) for alias in ("boss", "dev", "ops"))
    boss.client("organizations").create_organization(FeatureSet="ALL")
    for member in members:
        target = {"Type": "ACCOUNT", "Id": str(member.account)}
        made = boss.client("organizations").invite_account_to_organization(Target=target)["Handshake"]
        member.client("organizations").accept_handshake(HandshakeId=made["Id"])
        make_role(member, "idle", "sqs:*")
    excluded = {"exclusions": [{"accountIds": [str(members[1].account)]}]}
    configuration = {"unusedAccess": {"unusedAccessAge": 30, "analysisRule": excluded}}
    analyzer = boss.client("accessanalyzer").create_analyzer(
        analyzerName="all", type="ORGANIZATION_UNUSED_ACCESS", configuration=configuration
    )["arn"]
    days_later(boss, 31)
    found = findings(boss, analyzer, findingType={"eq": ["UnusedIAMRole"]})
    assert [one["resourceOwnerAccount"] for one in found] == [str(members[0].account)]


def test_the_older_operations_know_no_unused_access(caller: Caller, analyzer: str) -> None:
    assert refused(caller.client("accessanalyzer").list_findings, analyzerArn=analyzer)[0] == "ValidationException"


@pytest.mark.parametrize(
    ("kind", "configuration"),
    [
        ("ACCOUNT_UNUSED_ACCESS", {"unusedAccess": {"unusedAccessAge": 0}}),
        ("ACCOUNT_UNUSED_ACCESS", {"unusedAccess": {"unusedAccessAge": 366}}),
        ("ACCOUNT_UNUSED_ACCESS", {"internalAccess": {}}),
        ("ACCOUNT", DAYS),
        ("ORGANIZATION_UNUSED_ACCESS", DAYS),
    ],
)
def test_configurations_that_cannot_be(caller: Caller, kind: str, configuration: dict[str, Any]) -> None:
    client = caller.client("accessanalyzer")
    code, _ = refused(client.create_analyzer, analyzerName="a", type=kind, configuration=configuration)
    assert code == "ValidationException"


def test_the_tracking_period_stays(caller: Caller, analyzer: str) -> None:
    client = caller.client("accessanalyzer")
    longer = {"unusedAccess": {"unusedAccessAge": 60}}
    assert refused(client.update_analyzer, analyzerName="unused", configuration=longer)[0] == "ValidationException"
