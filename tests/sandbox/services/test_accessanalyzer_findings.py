"""External access is found in the policies as they are."""

import json
from typing import Any

import pytest

from sandbox.environments import create_environment
from tests.sandbox.conftest import Caller, make_caller
from tests.sandbox.services.iam_cases import days_later, forget, refused, trust

OUTSIDE = "arn:aws:iam::444455556666:root"


def bucket_policy(principal: Any, **elements: Any) -> str:
    statement = {
        "Effect": "Allow",
        "Principal": principal,
        "Action": "s3:GetObject",
        "Resource": "arn:aws:s3:::reports-of-ours/*",
        **elements,
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


@pytest.fixture
def analyzer(caller: Caller) -> str:
    made: str = caller.client("accessanalyzer").create_analyzer(analyzerName="a", type="ACCOUNT")["arn"]
    place = {"LocationConstraint": "eu-central-1"}
    caller.client("s3").create_bucket(Bucket="reports-of-ours", CreateBucketConfiguration=place)
    return made


def findings(caller: Caller, analyzer: str, **parameters: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = caller.client("accessanalyzer").list_findings(analyzerArn=analyzer, **parameters)[
        "findings"
    ]
    return found


def share(caller: Caller, principal: Any = OUTSIDE, **elements: Any) -> None:
    principal = {"AWS": principal}
    caller.client("s3").put_bucket_policy(Bucket="reports-of-ours", Policy=bucket_policy(principal, **elements))


def test_a_bucket_shared_with_another_account_is_found(caller: Caller, analyzer: str) -> None:
    assert findings(caller, analyzer) == []
    share(caller)
    (finding,) = findings(caller, analyzer)
    assert {name: finding[name] for name in ("resource", "principal", "action", "isPublic", "status")} == {
        "resource": "arn:aws:s3:::reports-of-ours",
        "principal": {"AWS": OUTSIDE},
        "action": ["s3:GetObject"],
        "isPublic": False,
        "status": "ACTIVE",
    }
    caller.client("s3").delete_bucket_policy(Bucket="reports-of-ours")
    forget(caller)
    days_later(caller, 1)
    (resolved,) = findings(caller, analyzer)
    assert (resolved["id"], resolved["status"]) == (finding["id"], "RESOLVED")
    assert resolved["createdAt"] == finding["createdAt"] < resolved["updatedAt"]
    share(caller)
    (again,) = findings(caller, analyzer)
    assert (again["id"], again["status"]) == (finding["id"], "ACTIVE")


def test_what_was_seen_is_kept(caller: Caller, analyzer: str) -> None:
    share(caller)
    (first,) = findings(caller, analyzer)
    forget(caller)
    days_later(caller, 1)
    (second,) = findings(caller, analyzer)
    assert (second["createdAt"], second["updatedAt"]) == (first["createdAt"], first["updatedAt"])
    assert second["analyzedAt"] > first["analyzedAt"]


def test_resolved_findings_are_forgotten_after_90_days(caller: Caller, analyzer: str) -> None:
    share(caller)
    findings(caller, analyzer)
    caller.client("s3").delete_bucket_policy(Bucket="reports-of-ours")
    assert [one["status"] for one in findings(caller, analyzer)] == ["RESOLVED"]
    days_later(caller, 91)
    assert findings(caller, analyzer) == []


def test_block_public_access_takes_a_public_policy_s_force(caller: Caller, analyzer: str) -> None:
    s3 = caller.client("s3")
    s3.delete_public_access_block(Bucket="reports-of-ours")
    share(caller, "*")
    assert [one["isPublic"] for one in findings(caller, analyzer)] == [True]
    restricted = {"RestrictPublicBuckets": True}
    s3.put_public_access_block(Bucket="reports-of-ours", PublicAccessBlockConfiguration=restricted)
    assert [one["status"] for one in findings(caller, analyzer)] == ["RESOLVED"]


def test_the_own_account_is_no_outsider(caller: Caller, analyzer: str) -> None:
    share(caller, f"arn:aws:iam::{caller.account}:root")
    assert findings(caller, analyzer) == []


def test_a_role_that_an_outsider_may_assume_is_found(db: None) -> None:
    one, two = (make_caller(account) for account in create_environment(aliases=("one", "two")).accounts.all())
    analyzer = one.client("accessanalyzer").create_analyzer(analyzerName="a", type="ACCOUNT")["arn"]
    iam = one.client("iam")
    iam.create_role(RoleName="inside", AssumeRolePolicyDocument=trust())
    iam.create_role(RoleName="outside", AssumeRolePolicyDocument=trust("AWS", f"arn:aws:iam::{two.account}:root"))
    (finding,) = findings(one, analyzer)
    assert finding["resource"].endswith(":role/outside")
    assert finding["resourceType"] == "AWS::IAM::Role"


def test_a_condition_on_the_own_account_keeps_everybody_else_out(caller: Caller, analyzer: str) -> None:
    sqs = caller.client("sqs")
    for name, account in (("in", str(caller.account)), ("out", "444455556666")):
        statement = {
            "Effect": "Allow",
            "Principal": "*",
            "Action": "sqs:SendMessage",
            "Resource": f"arn:aws:sqs:eu-central-1:{caller.account}:{name}",
            "Condition": {"StringEquals": {"aws:PrincipalAccount": account}},
        }
        policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        sqs.create_queue(QueueName=name, Attributes={"Policy": policy})
    (finding,) = findings(caller, analyzer)
    assert finding["resource"].endswith(":out")
    assert finding["condition"] == {"aws:principalaccount": "444455556666"}


def test_findings_are_archived_by_hand_and_by_rule(caller: Caller, analyzer: str) -> None:
    client = caller.client("accessanalyzer")
    share(caller)
    (finding,) = findings(caller, analyzer)
    active = {"status": {"eq": ["ACTIVE"]}}
    client.update_findings(analyzerArn=analyzer, ids=[finding["id"]], status="ARCHIVED")
    assert findings(caller, analyzer, filter=active) == []
    client.update_findings(analyzerArn=analyzer, ids=[finding["id"]], status="ACTIVE")
    assert len(findings(caller, analyzer, filter=active)) == 1
    rule = {"principal.AWS": {"contains": ["444455556666"]}}
    client.create_archive_rule(analyzerName="a", ruleName="partner", filter=rule)
    assert client.get_finding(analyzerArn=analyzer, id=finding["id"])["finding"]["status"] == "ACTIVE"
    client.apply_archive_rule(analyzerArn=analyzer, ruleName="partner")
    assert client.get_finding(analyzerArn=analyzer, id=finding["id"])["finding"]["status"] == "ARCHIVED"
    share(caller, OUTSIDE, Condition={"StringEquals": {"aws:PrincipalTag/team": "red"}})
    assert [one["status"] for one in findings(caller, analyzer)] == ["ARCHIVED", "RESOLVED"]
    assert refused(client.apply_archive_rule, analyzerArn=analyzer, ruleName="no")[0] == "ResourceNotFoundException"


def test_a_rule_leaves_alone_what_was_there_before_it(caller: Caller, analyzer: str) -> None:
    share(caller)
    everything = {"isPublic": {"exists": True}}
    caller.client("accessanalyzer").create_archive_rule(analyzerName="a", ruleName="all", filter=everything)
    assert [one["status"] for one in findings(caller, analyzer)] == ["ACTIVE"]


def test_the_newer_operations_tell_the_same(caller: Caller, analyzer: str) -> None:
    client = caller.client("accessanalyzer")
    share(caller)
    (listed,) = client.list_findings_v2(analyzerArn=analyzer)["findings"]
    shown = client.get_finding_v2(analyzerArn=analyzer, id=listed["id"])
    assert listed["findingType"] == shown["findingType"] == "ExternalAccess"
    assert shown["findingDetails"][0]["externalAccessDetails"]["principal"] == {"AWS": OUTSIDE}


def test_analyzed_resources_are_those_with_policies(caller: Caller, analyzer: str) -> None:
    client = caller.client("accessanalyzer")
    assert client.list_analyzed_resources(analyzerArn=analyzer)["analyzedResources"] == []
    share(caller)
    (resource,) = client.list_analyzed_resources(analyzerArn=analyzer)["analyzedResources"]
    client.start_resource_scan(analyzerArn=analyzer, resourceArn=resource["resourceArn"])
    shown = client.get_analyzed_resource(analyzerArn=analyzer, resourceArn=resource["resourceArn"])["resource"]
    assert (shown["isPublic"], shown["actions"], shown["sharedVia"]) == (False, ["s3:GetObject"], ["POLICY"])
