"""Templates with policies, permissions and subscriptions: they are made, bite, and go with their stack."""

import json
from typing import Any

import pytest

from sandbox import worlds
from tests.sandbox.actors import allow, make_user, refused
from tests.sandbox.conftest import Caller
from tests.sandbox.services.s3_buckets import make_bucket, make_open_bucket
from tests.sandbox.services.test_cloudformation import STACKS, bucket, failure, queue, status, template

ARN = "arn:aws:s3:::plain-bucket-1"


def policy(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def statement(principal: Any, action: str, resource: Any, effect: str = "Allow", **elements: Any) -> dict[str, Any]:
    return {"Effect": effect, "Principal": principal, "Action": action, "Resource": resource, **elements}


def bucket_policy(*statements: dict[str, Any], name: Any = "plain-bucket-1") -> dict[str, Any]:
    return {"Type": "AWS::S3::BucketPolicy", "Properties": {"Bucket": name, "PolicyDocument": policy(*statements)}}


def make(caller: Caller, **resources: Any) -> str:
    caller.client("cloudformation").create_stack(StackName="one", TemplateBody=template(**resources))
    return status(caller, "one")


def change(caller: Caller, **resources: Any) -> str:
    caller.client("cloudformation").update_stack(StackName="one", TemplateBody=template(**resources))
    return status(caller, "one")


def delete(caller: Caller) -> None:
    """Delete the stack, after it has been out of memory."""
    worlds.drop(caller.account.environment_id)
    caller.client("cloudformation").delete_stack(StackName="one")
    left = caller.client("cloudformation").list_stacks(StackStatusFilter=["DELETE_COMPLETE"])["StackSummaries"]
    assert [stack["StackName"] for stack in left] == ["one"]


def stored_policy(caller: Caller, name: str = "plain-bucket-1") -> Any:
    return json.loads(caller.client("s3").get_bucket_policy(Bucket=name)["Policy"])


# Buckets


def test_a_bucket_policy_of_a_template_decides(caller: Caller) -> None:
    user = make_user(caller, "ada")
    reads = statement({"AWS": f"arn:aws:iam::{caller.account.pk}:user/ada"}, "s3:GetObject", f"{ARN}/*")
    given = bucket_policy(reads, name={"Ref": "Files"})
    assert make(caller, Files=bucket(), Policy=given) == "CREATE_COMPLETE"
    caller.client("s3").put_object(Bucket="plain-bucket-1", Key="a", Body=b"hello")
    assert user.client("s3").get_object(Bucket="plain-bucket-1", Key="a")["Body"].read() == b"hello"
    worlds.drop(caller.account.environment_id)
    assert user.client("s3").get_object(Bucket="plain-bucket-1", Key="a")["Body"].read() == b"hello"
    assert change(caller, Files=bucket()) == "UPDATE_COMPLETE"
    assert refused(user.client("s3").get_object, Bucket="plain-bucket-1", Key="a")[0] == "AccessDenied"


def test_a_bucket_policy_is_changed_and_deleted_with_its_stack(caller: Caller) -> None:
    make_bucket(caller, "plain-bucket-1")
    root = {"AWS": f"arn:aws:iam::{caller.account.pk}:root"}
    first, second = (statement(root, f"s3:{verb}Object", f"{ARN}/*") for verb in ("Get", "Put"))
    assert make(caller, Policy=bucket_policy(first)) == "CREATE_COMPLETE"
    assert stored_policy(caller) == policy(first)
    found = caller.client("cloudformation").describe_stack_resource(StackName="one", LogicalResourceId="Policy")
    assert found["StackResourceDetail"]["PhysicalResourceId"] == "plain-bucket-1"
    worlds.drop(caller.account.environment_id)
    assert change(caller, Policy=bucket_policy(second)) == "UPDATE_COMPLETE"
    assert stored_policy(caller) == policy(second)
    delete(caller)
    assert refused(caller.client("s3").get_bucket_policy, Bucket="plain-bucket-1")[0] == "NoSuchBucketPolicy"


def test_a_policy_moves_only_where_it_may_be_taken_and_put(caller: Caller) -> None:
    for name in ("plain-bucket-1", "plain-bucket-2"):
        make_bucket(caller, name)
    root = {"AWS": f"arn:aws:iam::{caller.account.pk}:root"}
    make(caller, Policy=bucket_policy(statement(root, "s3:GetObject", f"{ARN}/*")))
    moved = bucket_policy(statement(root, "s3:GetObject", "arn:aws:s3:::plain-bucket-2/*"), name="plain-bucket-2")
    may_put = allow("s3:GetBucketPolicy", "s3:PutBucketPolicy")
    user = make_user(caller, "ada", STACKS, may_put)
    assert change(user, Policy=moved) == "UPDATE_ROLLBACK_COMPLETE"
    assert "s3:DeleteBucketPolicy" in failure(caller, "one")
    assert change(caller, Policy=moved) == "UPDATE_COMPLETE"
    assert refused(caller.client("s3").get_bucket_policy, Bucket="plain-bucket-1")[0] == "NoSuchBucketPolicy"
    assert stored_policy(caller, "plain-bucket-2") == moved["Properties"]["PolicyDocument"]


def test_a_bucket_that_has_a_policy_gets_no_other(caller: Caller) -> None:
    make_bucket(caller, "plain-bucket-1")
    theirs = policy(statement({"AWS": f"arn:aws:iam::{caller.account.pk}:root"}, "s3:GetObject", f"{ARN}/*"))
    caller.client("s3").put_bucket_policy(Bucket="plain-bucket-1", Policy=json.dumps(theirs))
    assert make(caller, Policy=bucket_policy(*theirs["Statement"])) == "ROLLBACK_COMPLETE"
    assert failure(caller, "one") == "The bucket policy already exists on bucket plain-bucket-1."
    caller.client("cloudformation").delete_stack(StackName="one")
    assert stored_policy(caller) == theirs


def test_whoever_may_not_save_bucket_policies_makes_no_stack_with_one(caller: Caller) -> None:
    make_user(caller, "bob")
    user = make_user(caller, "ada", STACKS, allow("s3:CreateBucket", "s3:GetBucketPolicy"))
    reads = statement({"AWS": f"arn:aws:iam::{caller.account.pk}:user/bob"}, "s3:GetObject", f"{ARN}/*")
    assert make(user, Files=bucket(), Policy=bucket_policy(reads, name={"Ref": "Files"})) == "ROLLBACK_COMPLETE"
    assert f'user/ada is not authorized to perform: s3:PutBucketPolicy on resource: "{ARN}"' in failure(caller, "one")
    assert caller.client("s3").list_buckets()["Buckets"] == []


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"Effect": "Allow", "Action": "s3:GetObject", "Resource": f"{ARN}/*"}, "names its principals"),
        (statement({"AWS": "111122223333"}, "s3:GetObject", "arn:aws:s3:::other-bucket-1/*"), "invalid resource"),
        (statement("*", "s3:GetObject", f"{ARN}/*"), "because public policies are prevented by the BlockPublicPolicy"),
    ],
)
def test_what_s3_would_not_save_rolls_the_stack_back(caller: Caller, wrong: dict[str, Any], told: str) -> None:
    resources = {"Files": bucket(), "Policy": bucket_policy(wrong, name={"Ref": "Files"})}
    assert make(caller, **resources) == "ROLLBACK_COMPLETE"
    assert told in failure(caller, "one")
    assert "(Service: S3, Status Code: 40" in failure(caller, "one")
    assert caller.client("s3").list_buckets()["Buckets"] == []


def test_a_public_policy_is_saved_where_nothing_blocks_it(caller: Caller) -> None:
    make_open_bucket(caller, "plain-bucket-1")
    assert make(caller, Policy=bucket_policy(statement("*", "s3:GetObject", f"{ARN}/*"))) == "CREATE_COMPLETE"
    assert caller.client("s3").get_bucket_policy_status(Bucket="plain-bucket-1")["PolicyStatus"]["IsPublic"] is True


def test_an_update_to_a_bad_policy_leaves_the_good_one(caller: Caller) -> None:
    make_bucket(caller, "plain-bucket-1")
    good = statement({"AWS": f"arn:aws:iam::{caller.account.pk}:root"}, "s3:GetObject", f"{ARN}/*")
    make(caller, Policy=bucket_policy(good))
    bad = statement("*", "s3:GetObject", f"{ARN}/*")
    assert change(caller, Policy=bucket_policy(bad)) == "UPDATE_ROLLBACK_COMPLETE"
    found = caller.client("cloudformation").describe_stack_events(StackName="one")["StackEvents"]
    assert [one["LogicalResourceId"] for one in found if one["ResourceStatus"] == "UPDATE_FAILED"] == ["Policy"]
    assert stored_policy(caller) == policy(good)


def test_a_trust_policy_of_a_template_must_be_one_too(caller: Caller) -> None:
    document = policy({"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "s3:*", "Bad": 1})
    role = {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": document}}
    caller.client("cloudformation").create_stack(
        StackName="one", TemplateBody=template(R=role), Capabilities=["CAPABILITY_IAM"]
    )
    assert "(Service: Iam, Status Code: 400" in failure(caller, "one")
    assert caller.client("iam").list_roles()["Roles"] == []


# Queues and topics


def news(**more: Any) -> dict[str, Any]:
    """A topic, a queue that is subscribed to it, and what lets the one send to the other."""
    from_topic = {"ArnEquals": {"aws:SourceArn": {"Ref": "News"}}}
    sends = statement(
        {"Service": "sns.amazonaws.com"}, "sqs:SendMessage", {"Fn::GetAtt": ["Inbox", "Arn"]}, Condition=from_topic
    )
    subscribed = {"TopicArn": {"Ref": "News"}, "Protocol": "sqs", "Endpoint": {"Fn::GetAtt": ["Inbox", "Arn"]}}
    return {
        "News": {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": "news"}},
        "Inbox": queue("inbox"),
        "Lets": {
            "Type": "AWS::SQS::QueuePolicy",
            "Properties": {"Queues": [{"Ref": "Inbox"}], "PolicyDocument": policy(sends)},
        },
        "Reader": {"Type": "AWS::SNS::Subscription", "Properties": {**subscribed, **more}},
    }


def publish(caller: Caller, text: str, **attributes: str) -> None:
    arn = f"arn:aws:sns:eu-central-1:{caller.account.pk}:news"
    told = {name: {"DataType": "String", "StringValue": value} for name, value in attributes.items()}
    caller.client("sns").publish(TopicArn=arn, Message=text, MessageAttributes=told)


def received(caller: Caller) -> list[str]:
    sqs = caller.client("sqs")
    url = sqs.get_queue_url(QueueName="inbox")["QueueUrl"]
    return [one["Body"] for one in sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])]


def test_a_template_brings_a_topics_messages_into_a_queue(caller: Caller) -> None:
    assert make(caller, **news()) == "CREATE_COMPLETE"
    worlds.drop(caller.account.environment_id)
    publish(caller, "hello")
    assert [json.loads(body)["Message"] for body in received(caller)] == ["hello"]
    assert change(caller, **{name: one for name, one in news().items() if name != "Lets"}) == "UPDATE_COMPLETE"
    publish(caller, "lost")
    assert received(caller) == []
    delete(caller)
    assert caller.client("sns").list_subscriptions()["Subscriptions"] == []


def test_a_subscription_is_changed_in_place(caller: Caller) -> None:
    assert make(caller, **news(FilterPolicy={"kind": ["good"]}, RawMessageDelivery=True)) == "CREATE_COMPLETE"
    (before,) = caller.client("sns").list_subscriptions()["Subscriptions"]
    publish(caller, "one", kind="good")
    publish(caller, "two", kind="bad")
    assert received(caller) == ["one"]
    user = make_user(caller, "ada", STACKS, allow("sns:SetSubscriptionAttributes"))
    assert change(user, **news(FilterPolicy={"kind": ["bad"]}, RawMessageDelivery=True)) == "UPDATE_COMPLETE"
    assert [one["SubscriptionArn"] for one in caller.client("sns").list_subscriptions()["Subscriptions"]] == [
        before["SubscriptionArn"]
    ]
    publish(caller, "three", kind="good")
    publish(caller, "four", kind="bad")
    assert received(caller) == ["four"]
    assert change(caller, **news(RawMessageDelivery=False)) == "UPDATE_COMPLETE"
    publish(caller, "five", kind="good")
    assert [json.loads(body)["Message"] for body in received(caller)] == ["five"]


def test_a_filter_that_sns_does_not_take_changes_nothing(caller: Caller) -> None:
    make(caller, **news())
    assert change(caller, **news(FilterPolicy={"kind": "no list"})) == "UPDATE_ROLLBACK_COMPLETE"
    assert "FilterPolicy" in failure(caller, "one")
    publish(caller, "hello")
    assert len(received(caller)) == 1


def test_whoever_may_not_set_a_queues_policy_makes_no_stack_with_one(caller: Caller) -> None:
    user = make_user(caller, "ada", STACKS, allow("sqs:CreateQueue", "sns:*"))
    assert make(user, **news()) == "ROLLBACK_COMPLETE"
    assert "sqs:setqueueattributes" in failure(caller, "one")
    assert caller.client("sns").list_topics()["Topics"] == []


def test_whoever_may_not_subscribe_makes_no_stack_with_a_subscription(caller: Caller) -> None:
    user = make_user(caller, "ada", STACKS, allow("sqs:*", "sns:CreateTopic"))
    assert make(user, **news()) == "ROLLBACK_COMPLETE"
    assert "SNS:Subscribe" in failure(caller, "one")


def test_a_queue_of_another_account_gets_no_policy(caller: Caller) -> None:
    sends = statement({"Service": "sns.amazonaws.com"}, "sqs:SendMessage", "*")
    url = "https://sqs.eu-central-1.amazonaws.com/111122223333/inbox"
    given = {"Type": "AWS::SQS::QueuePolicy", "Properties": {"Queues": [url], "PolicyDocument": policy(sends)}}
    assert make(caller, Lets=given, Inbox=queue("inbox")) == "ROLLBACK_COMPLETE"


def test_a_topic_policy_opens_the_topic_as_long_as_the_stack_is_there(caller: Caller) -> None:
    arn = str(caller.client("sns").create_topic(Name="news")["TopicArn"])
    user = make_user(caller, "ada")
    principal = {"AWS": f"arn:aws:iam::{caller.account.pk}:user/ada"}
    opened = statement(principal, "sns:Publish", arn)
    given = {"Type": "AWS::SNS::TopicPolicy", "Properties": {"Topics": [arn], "PolicyDocument": policy(opened)}}
    assert refused(user.client("sns").publish, TopicArn=arn, Message="x")[0] == "AuthorizationError"
    before = caller.client("sns").get_topic_attributes(TopicArn=arn)["Attributes"]["Policy"]
    assert make(caller, Lets=given) == "CREATE_COMPLETE"
    assert user.client("sns").publish(TopicArn=arn, Message="x")["MessageId"]
    delete(caller)
    assert caller.client("sns").get_topic_attributes(TopicArn=arn)["Attributes"]["Policy"] == before
    assert refused(user.client("sns").publish, TopicArn=arn, Message="x")[0] == "AuthorizationError"


def test_a_resource_that_lacks_a_property_says_which(caller: Caller) -> None:
    lacking = {"Type": "AWS::SNS::TopicPolicy", "Properties": {"PolicyDocument": policy()}}
    assert make(caller, Lets=lacking) == "ROLLBACK_COMPLETE"
    assert "required key [Topics] not found" in failure(caller, "one")


def test_topics_that_are_no_list_are_not_taken(caller: Caller) -> None:
    arn = str(caller.client("sns").create_topic(Name="news")["TopicArn"])
    opened = statement("*", "sns:Publish", arn)
    given = {"Type": "AWS::SNS::TopicPolicy", "Properties": {"Topics": {arn: 1}, "PolicyDocument": policy(opened)}}
    assert make(caller, Lets=given) == "ROLLBACK_COMPLETE"
    assert "Topics is no list of strings" in failure(caller, "one")


def test_what_is_judged_is_what_is_made(caller: Caller) -> None:
    resources = news(topicarn=f"arn:aws:sns:eu-central-1:{caller.account.pk}:other")
    call = caller.client("cloudformation").create_stack
    code, _, message = refused(call, StackName="one", TemplateBody=template(**resources))
    assert (code, "differ in nothing but case" in message) == ("ValidationError", True)


# Secrets, keys and functions


def test_a_secrets_policy_goes_with_its_stack(caller: Caller) -> None:
    secrets = caller.client("secretsmanager")
    arn = secrets.create_secret(Name="word", SecretString="sesame")["ARN"]
    user = make_user(caller, "ada")
    reads = statement({"AWS": f"arn:aws:iam::{caller.account.pk}:user/ada"}, "secretsmanager:GetSecretValue", "*")
    given = {
        "Type": "AWS::SecretsManager::ResourcePolicy",
        "Properties": {"SecretId": arn, "ResourcePolicy": policy(reads)},
    }
    assert make(caller, Lets=given) == "CREATE_COMPLETE"
    assert user.client("secretsmanager").get_secret_value(SecretId="word")["SecretString"] == "sesame"
    delete(caller)
    assert refused(user.client("secretsmanager").get_secret_value, SecretId="word")[0] == "AccessDeniedException"


def test_an_alias_of_a_key_is_made_moved_and_deleted(caller: Caller) -> None:
    kms = caller.client("kms")
    first, second = (kms.create_key()["KeyMetadata"]["KeyId"] for _ in range(2))

    def alias(key: str) -> dict[str, Any]:
        return {"Type": "AWS::KMS::Alias", "Properties": {"AliasName": "alias/ours", "TargetKeyId": key}}

    assert make(caller, Alias=alias(first)) == "CREATE_COMPLETE"
    assert kms.describe_key(KeyId="alias/ours")["KeyMetadata"]["KeyId"] == first
    assert change(caller, Alias=alias(second)) == "UPDATE_COMPLETE"
    assert kms.describe_key(KeyId="alias/ours")["KeyMetadata"]["KeyId"] == second
    delete(caller)
    assert refused(kms.describe_key, KeyId="alias/ours")[0] == "NotFoundException"


def test_a_permission_on_a_function_goes_with_its_stack(caller: Caller) -> None:
    runner = policy({"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"})
    role = caller.client("iam").create_role(RoleName="runner", AssumeRolePolicyDocument=json.dumps(runner))["Role"]
    functions = caller.client("lambda")
    made = functions.create_function(
        FunctionName="greet", Runtime="python3.13", Role=role["Arn"], Handler="a.b", Code={"ZipFile": b"x"}
    )

    def permission(source: str) -> dict[str, Any]:
        given = {"Action": "lambda:InvokeFunction", "Principal": "s3.amazonaws.com", "SourceAccount": source}
        return {"Type": "AWS::Lambda::Permission", "Properties": {"FunctionName": made["FunctionArn"], **given}}

    def statements() -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = json.loads(functions.get_policy(FunctionName="greet")["Policy"])["Statement"]
        return found

    assert make(caller, Lets=permission("111122223333")) == "CREATE_COMPLETE"
    (kept,) = statements()
    assert kept["Sid"].startswith("one-Lets-")
    assert "FunctionName" not in kept
    assert change(caller, Lets=permission("444455556666")) == "UPDATE_COMPLETE"
    assert [one["Condition"]["StringEquals"]["AWS:SourceAccount"] for one in statements()] == ["444455556666"]
    delete(caller)
    assert refused(functions.get_policy, FunctionName="greet")[0] == "ResourceNotFoundException"
