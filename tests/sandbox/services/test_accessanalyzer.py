"""Access Analyzer through its own client: policies are checked, analyzers kept."""

import json
from unittest.mock import ANY

import pytest

from tests.sandbox.conftest import Caller
from tests.sandbox.services.iam_cases import document, forget, refused


def test_a_policy_is_validated(caller: Caller) -> None:
    text = document("s3:GetObjects")
    (finding,) = caller.client("accessanalyzer").validate_policy(policyDocument=text, policyType="IDENTITY_POLICY")[
        "findings"
    ]
    (location,) = finding["locations"]
    assert (finding["findingType"], finding["issueCode"]) == ("ERROR", "INVALID_ACTION")
    assert finding["findingDetails"].endswith("Did you mean s3:GetObject?")
    assert location["path"] == [{"value": "Statement"}, {"index": 0}, {"value": "Action"}, {"index": 0}]
    start, end = location["span"]["start"], location["span"]["end"]
    assert text[start["offset"] : end["offset"]] == '"s3:GetObjects"'
    assert (start["line"], start["column"]) == (1, start["offset"])


def test_findings_come_in_pages(caller: Caller) -> None:
    text = document("s3:A", "s3:B", "s3:C")
    pages = caller.client("accessanalyzer").get_paginator("validate_policy")
    sizes = [
        len(page["findings"])
        for page in pages.paginate(policyDocument=text, policyType="IDENTITY_POLICY", PaginationConfig={"PageSize": 2})
    ]
    assert sizes == [2, 1]


def test_a_resource_type_goes_with_a_resource_policy_only(caller: Caller) -> None:
    code, _ = refused(
        caller.client("accessanalyzer").validate_policy,
        policyDocument=document(),
        policyType="IDENTITY_POLICY",
        validatePolicyResourceType="AWS::S3::Bucket",
    )
    assert code == "ValidationException"


def test_analyzers_are_kept(caller: Caller) -> None:
    client = caller.client("accessanalyzer")
    arn = client.create_analyzer(analyzerName="outside", type="ACCOUNT", tags={"team": "red"})["arn"]
    assert arn == f"arn:aws:access-analyzer:eu-central-1:{caller.account}:analyzer/outside"
    forget(caller)
    shown = client.get_analyzer(analyzerName="outside")["analyzer"]
    assert {name: shown[name] for name in ("arn", "name", "type", "status", "tags")} == {
        "arn": arn,
        "name": "outside",
        "type": "ACCOUNT",
        "status": "ACTIVE",
        "tags": {"team": "red"},
    }
    assert [one["arn"] for one in client.list_analyzers()["analyzers"]] == [arn]
    assert client.list_analyzers(type="ORGANIZATION")["analyzers"] == []
    assert refused(client.create_analyzer, analyzerName="outside", type="ACCOUNT")[0] == "ConflictException"
    assert refused(client.create_analyzer, analyzerName="b", type="ACCOUNT")[0] == "ServiceQuotaExceededException"
    client.delete_analyzer(analyzerName="outside")
    assert refused(client.get_analyzer, analyzerName="outside")[0] == "ResourceNotFoundException"


def test_an_analyzer_belongs_to_its_region(caller: Caller) -> None:
    caller.client("accessanalyzer").create_analyzer(analyzerName="a", type="ACCOUNT")
    assert caller.client("accessanalyzer", region="eu-west-1").list_analyzers()["analyzers"] == []


@pytest.mark.parametrize("kind", ["ORGANIZATION", "ACCOUNT_INTERNAL_ACCESS"])
def test_types_that_are_not_to_be_had_are_refused(caller: Caller, kind: str) -> None:
    client = caller.client("accessanalyzer")
    assert refused(client.create_analyzer, analyzerName="a", type=kind)[0] == "ValidationException"


def test_the_same_token_makes_nothing_twice(caller: Caller) -> None:
    client = caller.client("accessanalyzer")
    asked = {"analyzerName": "a", "type": "ACCOUNT", "clientToken": "t-1"}
    assert client.create_analyzer(**asked) == {**client.create_analyzer(**asked), "ResponseMetadata": ANY}
    assert refused(client.create_analyzer, **{**asked, "clientToken": "t-2"})[0] == "ConflictException"
    rule = {"analyzerName": "a", "ruleName": "r", "filter": {"isPublic": {"eq": ["true"]}}, "clientToken": "t-3"}
    client.create_archive_rule(**rule)
    client.create_archive_rule(**rule)
    assert refused(client.create_archive_rule, **{**rule, "clientToken": "t-4"})[0] == "ConflictException"


def test_analyzers_carry_tags(caller: Caller) -> None:
    client = caller.client("accessanalyzer")
    arn = client.create_analyzer(analyzerName="a", type="ACCOUNT", tags={"team": "red", "stage": "test"})["arn"]
    client.tag_resource(resourceArn=arn, tags={"team": "blue"})
    client.untag_resource(resourceArn=arn, tagKeys=["stage", "none"])
    assert client.list_tags_for_resource(resourceArn=arn)["tags"] == {"team": "blue"}
    assert refused(client.list_tags_for_resource, resourceArn=arn + "x")[0] == "ResourceNotFoundException"
    assert refused(client.tag_resource, resourceArn=arn, tags={"aws:x": ""})[0] == "ValidationException"


def test_archive_rules_are_kept(caller: Caller) -> None:
    client = caller.client("accessanalyzer")
    client.create_analyzer(analyzerName="a", type="ACCOUNT")
    client.create_archive_rule(analyzerName="a", ruleName="r", filter={"isPublic": {"eq": ["false"]}})
    again = {"analyzerName": "a", "ruleName": "r", "filter": {"isPublic": {"eq": ["true"]}}}
    assert refused(client.create_archive_rule, **again)[0] == "ConflictException"
    client.update_archive_rule(**again)
    assert client.get_archive_rule(analyzerName="a", ruleName="r")["archiveRule"]["filter"] == again["filter"]
    client.delete_archive_rule(analyzerName="a", ruleName="r")
    assert client.list_archive_rules(analyzerName="a")["archiveRules"] == []
    assert refused(client.get_archive_rule, analyzerName="a", ruleName="r")[0] == "ResourceNotFoundException"


def test_a_filter_must_say_something(caller: Caller) -> None:
    client = caller.client("accessanalyzer")
    client.create_analyzer(analyzerName="a", type="ACCOUNT")
    assert refused(client.create_archive_rule, analyzerName="a", ruleName="r", filter={"isPublic": {}})[0] == (
        "ValidationException"
    )


def test_a_broken_policy_is_a_finding_not_a_fault(caller: Caller) -> None:
    client = caller.client("accessanalyzer")
    found = client.validate_policy(policyDocument="{", policyType="SERVICE_CONTROL_POLICY")["findings"]
    assert json.loads(json.dumps([one["issueCode"] for one in found])) == ["JSON_SYNTAX_ERROR"]
