"""Custom policy checks through Access Analyzer's own client."""

import json
from typing import Any

import pytest

from tests.sandbox.conftest import Caller
from tests.sandbox.services.iam_cases import document, refused


def resource_policy(principal: Any, **elements: Any) -> str:
    statement = {
        "Sid": "Who",
        "Effect": "Allow",
        "Principal": principal,
        "Action": "sqs:*",
        "Resource": "*",
        **elements,
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def result(answer: dict[str, Any]) -> tuple[str, list[tuple[int, str]]]:
    reasons = [(one["statementIndex"], one.get("statementId", "")) for one in answer.get("reasons", [])]
    return answer["result"], reasons


def test_access_is_checked(caller: Caller) -> None:
    check, kind = caller.client("accessanalyzer").check_access_not_granted, "IDENTITY_POLICY"
    given = {"policyDocument": document("s3:Get*"), "policyType": kind}
    assert result(check(access=[{"actions": ["s3:PutObject"]}], **given)) == ("PASS", [])
    assert result(check(access=[{"actions": ["s3:GetObject"]}], **given)) == ("FAIL", [(0, "")])
    assert refused(check, access=[{}], **given)[0] == "ValidationException"
    assert refused(check, access=[{"actions": ["GetObject"]}], **given)[0] == "ValidationException"


def test_new_access_is_checked(caller: Caller) -> None:
    check = caller.client("accessanalyzer").check_no_new_access
    narrow, wide, kind = document("s3:GetObject"), document("s3:Get*"), "IDENTITY_POLICY"
    assert result(check(newPolicyDocument=narrow, existingPolicyDocument=wide, policyType=kind)) == ("PASS", [])
    assert result(check(newPolicyDocument=wide, existingPolicyDocument=narrow, policyType=kind)) == ("FAIL", [(0, "")])
    patterns = document(*(f"*{number}*" for number in range(400)))
    given = {"newPolicyDocument": patterns, "existingPolicyDocument": patterns, "policyType": kind}
    assert refused(check, **given)[0] == "UnprocessableEntityException"


def test_public_access_is_checked(caller: Caller) -> None:
    check = caller.client("accessanalyzer").check_no_public_access
    kind = "AWS::SQS::Queue"
    assert result(check(policyDocument=resource_policy("*"), resourceType=kind)) == ("FAIL", [(0, "Who")])
    somebody = resource_policy("*", Condition={"StringEquals": {"aws:PrincipalAccount": "111122223333"}})
    assert result(check(policyDocument=somebody, resourceType=kind)) == ("PASS", [])
    assert refused(check, policyDocument=somebody, resourceType="AWS::EC2::Instance")[0] == "ValidationException"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("{", "IDENTITY_POLICY"),
        (document(), "RESOURCE_POLICY"),
        (resource_policy("*"), "IDENTITY_POLICY"),
        (document(), "SERVICE_CONTROL_POLICY"),
    ],
)
def test_policies_that_cannot_be_checked(caller: Caller, text: str, kind: str) -> None:
    check = caller.client("accessanalyzer").check_access_not_granted
    given = {"policyDocument": text, "policyType": kind, "access": [{"actions": ["s3:GetObject"]}]}
    assert refused(check, **given)[0] == "ValidationException"
