"""Policies that AWS does not save are not saved here."""

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from sandbox import documents
from sandbox.wire import services
from tests.sandbox.conftest import Caller

pytestmark = pytest.mark.django_db

ALLOW = {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}
TRUST = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "lambda.amazonaws.com"}}
FOR_ALL = {**ALLOW, "Principal": "*"}


def policy(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def refused(call: Any, **parameters: Any) -> str:
    with pytest.raises(ClientError) as caught:
        call(**parameters)
    code: str = caught.value.response["Error"]["Code"]
    return code


@pytest.mark.parametrize("document", ["{", "{}", '{"a": 1}', policy(FOR_ALL), policy({**ALLOW, "Effect": "Maybe"})])
def test_what_is_no_identity_policy_is_not_saved(caller: Caller, document: str) -> None:
    iam = caller.client("iam")
    assert refused(iam.create_policy, PolicyName="p", PolicyDocument=document) == "MalformedPolicyDocument"
    parameters = {"UserName": "learner", "PolicyName": "p", "PolicyDocument": document}
    assert refused(iam.put_user_policy, **parameters) == "MalformedPolicyDocument"
    assert iam.list_policies(Scope="Local")["Policies"] == []


@pytest.mark.parametrize("document", ["not json", policy(ALLOW), policy({**TRUST, "Resource": "*"})])
def test_what_is_no_trust_policy_is_not_saved(caller: Caller, document: str) -> None:
    iam = caller.client("iam")
    assert refused(iam.create_role, RoleName="r", AssumeRolePolicyDocument=document) == "MalformedPolicyDocument"
    assert iam.list_roles()["Roles"] == []


def test_what_is_no_bucket_policy_is_not_saved(caller: Caller) -> None:
    s3 = caller.client("s3", region="us-east-1")
    s3.create_bucket(Bucket="plum-otter")
    for document in ('{"a": 1}', policy(ALLOW)):
        assert refused(s3.put_bucket_policy, Bucket="plum-otter", Policy=document) == "MalformedPolicy"
    assert refused(s3.get_bucket_policy, Bucket="plum-otter") == "NoSuchBucketPolicy"


@pytest.mark.parametrize("document", ["{", '{"a": 1}', policy(ALLOW)])
def test_what_is_no_policy_of_a_queue_or_a_topic_is_not_saved(caller: Caller, document: str) -> None:
    sqs, sns = caller.client("sqs"), caller.client("sns")
    attributes = {"Policy": document}
    assert refused(sqs.create_queue, QueueName="q", Attributes=attributes) == "InvalidAttributeValue"
    url, topic = sqs.create_queue(QueueName="q")["QueueUrl"], sns.create_topic(Name="t")["TopicArn"]
    assert refused(sqs.set_queue_attributes, QueueUrl=url, Attributes=attributes) == "InvalidAttributeValue"
    assert refused(sns.create_topic, Name="u", Attributes=attributes) == "InvalidParameter"
    change = {"TopicArn": topic, "AttributeName": "Policy", "AttributeValue": document}
    assert refused(sns.set_topic_attributes, **change) == "InvalidParameter"


def test_a_queue_and_a_topic_take_good_policies_and_other_attributes(caller: Caller) -> None:
    sqs, sns = caller.client("sqs"), caller.client("sns")
    url = sqs.create_queue(QueueName="q", Attributes={"Policy": policy(FOR_ALL), "VisibilityTimeout": "5"})["QueueUrl"]
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": ""})
    topic = sns.create_topic(Name="t")["TopicArn"]
    sns.set_topic_attributes(TopicArn=topic, AttributeName="DisplayName", AttributeValue="news")
    sns.set_topic_attributes(TopicArn=topic, AttributeName="Policy", AttributeValue=policy(FOR_ALL))


@pytest.mark.parametrize("path", ["/aws-service-role/", "/aws-service-role/x.amazonaws.com/"])
def test_nobody_makes_a_service_linked_role_by_its_path(caller: Caller, path: str) -> None:
    iam = caller.client("iam")
    parameters = {"RoleName": "r", "AssumeRolePolicyDocument": policy(TRUST)}
    assert refused(iam.create_role, Path=path, **parameters) == "ValidationError"
    iam.create_role(Path="/team/", **parameters)


def test_good_documents_are_saved(caller: Caller) -> None:
    iam, s3 = caller.client("iam"), caller.client("s3", region="us-east-1")
    iam.create_policy(PolicyName="p", PolicyDocument=policy(ALLOW))
    iam.create_role(RoleName="r", AssumeRolePolicyDocument=policy(TRUST))
    s3.create_bucket(Bucket="plum-otter")
    s3.delete_public_access_block(Bucket="plum-otter")
    s3.put_bucket_policy(Bucket="plum-otter", Policy=policy({**FOR_ALL, "Resource": "arn:aws:s3:::plum-otter/*"}))
    caller.client("kms").create_key(Policy=policy(FOR_ALL))
    assert len(caller.client("kms").list_keys()["Keys"]) == 1


@pytest.mark.parametrize("place", sorted(documents.PLACES))
def test_every_place_is_a_parameter_of_its_operation(place: tuple[str, str]) -> None:
    service, operation = place
    shape = services.load(service).operations[operation].input
    assert shape is not None
    assert documents.PLACES[place].parameter in shape.members
