"""Services deliver to one another where the resource's policy lets them, over the gateway."""

import json
from typing import Any

import pytest

from sandbox.environments import create_environment
from tests.sandbox.actors import allow, refused
from tests.sandbox.conftest import Caller, make_caller


def make_queue(caller: Caller, name: str) -> tuple[str, str]:
    """A queue's URL and ARN."""
    url = caller.client("sqs").create_queue(QueueName=name)["QueueUrl"]
    return url, f"arn:aws:sqs:eu-central-1:{caller.account.pk}:{name}"


def let_in(caller: Caller, url: str, arn: str, service: str, source: str, **conditions: Any) -> None:
    """A queue policy that lets a service send for one source."""
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": service},
        "Action": "sqs:SendMessage",
        "Resource": arn,
        "Condition": {"ArnEquals": {"aws:SourceArn": source}, **conditions},
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    caller.client("sqs").set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})


def received(caller: Caller, url: str) -> list[Any]:
    answer = caller.client("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10)
    return [json.loads(message["Body"]) for message in answer.get("Messages", [])]


def make_topic(caller: Caller, queue_arn: str) -> str:
    topic = str(caller.client("sns").create_topic(Name="news")["TopicArn"])
    caller.client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue_arn)
    return topic


def test_a_topic_reaches_only_queues_that_let_it_in(caller: Caller) -> None:
    url, arn = make_queue(caller, "inbox")
    topic = make_topic(caller, arn)
    sns = caller.client("sns")
    sns.publish(TopicArn=topic, Message="lost")
    let_in(caller, url, arn, "sns.amazonaws.com", topic.replace("news", "other"))
    sns.publish(TopicArn=topic, Message="lost too")
    let_in(caller, url, arn, "sns.amazonaws.com", topic, StringEquals={"aws:SourceAccount": caller.account.pk})
    sns.publish(TopicArn=topic, Message="found")
    assert [message["Message"] for message in received(caller, url)] == ["found"]


def test_a_topic_reaches_another_accounts_queue_and_not_ones_own_of_that_name(db: None) -> None:
    environment = create_environment(aliases=("main", "partner"))
    caller = make_caller(environment.accounts.get(alias="main"))
    partner = make_caller(environment.accounts.get(alias="partner"))
    url, arn = make_queue(partner, "inbox")
    own_url, _ = make_queue(caller, "inbox")
    topic = make_topic(caller, arn)
    let_in(partner, url, arn, "sns.amazonaws.com", topic)
    caller.client("sns").publish(TopicArn=topic, Message="over the fence")
    assert [message["Message"] for message in received(partner, url)] == ["over the fence"]
    assert received(caller, own_url) == []


def test_a_function_that_is_subscribed_does_not_fail_the_publisher(caller: Caller) -> None:
    topic = caller.client("sns").create_topic(Name="news")["TopicArn"]
    function = f"arn:aws:lambda:eu-central-1:{caller.account.pk}:function:absent"
    caller.client("sns").subscribe(TopicArn=topic, Protocol="lambda", Endpoint=function)
    assert caller.client("sns").publish(TopicArn=topic, Message="hello")["MessageId"]


def make_bucket(caller: Caller) -> str:
    caller.client("s3").create_bucket(
        Bucket="uploads-here", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"}
    )
    return "uploads-here"


def notify(arn: str, kind: str = "Queue") -> dict[str, Any]:
    return {f"{kind}Configurations": [{f"{kind}Arn": arn, "Events": ["s3:ObjectCreated:*"]}]}


def test_a_bucket_takes_only_destinations_that_let_it_in(caller: Caller) -> None:
    bucket, s3 = make_bucket(caller), caller.client("s3")
    url, arn = make_queue(caller, "inbox")
    answer = refused(s3.put_bucket_notification_configuration, Bucket=bucket, NotificationConfiguration=notify(arn))
    assert answer == ("InvalidArgument", 400, "Unable to validate the following destination configurations")
    assert "QueueConfigurations" not in s3.get_bucket_notification_configuration(Bucket=bucket)
    let_in(caller, url, arn, "s3.amazonaws.com", f"arn:aws:s3:::{bucket}")
    s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration=notify(arn))
    s3.put_object(Bucket=bucket, Key="a", Body=b"a")
    first, second = received(caller, url)
    assert first["Event"] == "s3:TestEvent"
    assert second["Records"][0]["s3"]["object"]["key"] == "a"


def test_a_queue_that_no_longer_lets_the_bucket_in_gets_nothing(caller: Caller) -> None:
    bucket, s3 = make_bucket(caller), caller.client("s3")
    url, arn = make_queue(caller, "inbox")
    let_in(caller, url, arn, "s3.amazonaws.com", f"arn:aws:s3:::{bucket}")
    s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration=notify(arn))
    let_in(caller, url, arn, "s3.amazonaws.com", "arn:aws:s3:::another")
    s3.put_object(Bucket=bucket, Key="a", Body=b"a")
    assert [message.get("Event") for message in received(caller, url)] == ["s3:TestEvent"]


def test_a_function_must_let_the_bucket_invoke_it(caller: Caller) -> None:
    bucket, s3 = make_bucket(caller), caller.client("s3")
    function = make_function(caller)
    configuration = {
        "LambdaFunctionConfigurations": [{"LambdaFunctionArn": function, "Events": ["s3:ObjectCreated:*"]}]
    }
    call = s3.put_bucket_notification_configuration
    assert refused(call, Bucket=bucket, NotificationConfiguration=configuration)[0] == "InvalidArgument"
    caller.client("lambda").add_permission(
        FunctionName="fn",
        StatementId="bucket",
        Action="lambda:InvokeFunction",
        Principal="s3.amazonaws.com",
        SourceArn=f"arn:aws:s3:::{bucket}",
        SourceAccount=caller.account.pk,
    )
    call(Bucket=bucket, NotificationConfiguration=configuration)
    s3.put_object(Bucket=bucket, Key="a", Body=b"a")


def make_function(caller: Caller) -> str:
    trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    role = caller.client("iam").create_role(
        RoleName="runner", AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    )
    made = caller.client("lambda").create_function(
        FunctionName="fn",
        Runtime="python3.13",
        Role=role["Role"]["Arn"],
        Handler="a.b",
        Code={"ZipFile": EMPTY_ZIP},
    )
    return str(made["FunctionArn"])


EMPTY_ZIP = b"PK\x05\x06" + bytes(18)


def make_rule(caller: Caller, *targets: dict[str, Any]) -> str:
    events = caller.client("events")
    rule = events.put_rule(Name="orders", EventPattern=json.dumps({"source": ["shop"]}))["RuleArn"]
    events.put_targets(Rule="orders", Targets=list(targets))
    return str(rule)


def put_event(caller: Caller) -> None:
    entry = {"Source": "shop", "DetailType": "order", "Detail": json.dumps({"item": 7})}
    assert caller.client("events").put_events(Entries=[entry])["FailedEntryCount"] == 0


def test_a_rule_reaches_only_targets_that_let_it_in(caller: Caller) -> None:
    url, arn = make_queue(caller, "inbox")
    rule = make_rule(caller, {"Id": "queue", "Arn": arn})
    put_event(caller)
    let_in(caller, url, arn, "events.amazonaws.com", rule)
    put_event(caller)
    assert [message["detail"] for message in received(caller, url)] == [{"item": 7}]


def test_a_rule_reaches_a_topic_and_through_it_a_queue(caller: Caller) -> None:
    url, arn = make_queue(caller, "inbox")
    topic = make_topic(caller, arn)
    let_in(caller, url, arn, "sns.amazonaws.com", topic)
    make_rule(caller, {"Id": "topic", "Arn": topic})
    put_event(caller)
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "events.amazonaws.com"},
        "Action": "sns:Publish",
        "Resource": topic,
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    caller.client("sns").set_topic_attributes(TopicArn=topic, AttributeName="Policy", AttributeValue=policy)
    put_event(caller)
    assert [json.loads(message["Message"])["detail"] for message in received(caller, url)] == [{"item": 7}]


def test_a_rule_reaches_a_log_group_by_the_policy_of_logs(caller: Caller) -> None:
    logs = caller.client("logs")
    logs.create_log_group(logGroupName="/aws/events/orders")
    group = f"arn:aws:logs:eu-central-1:{caller.account.pk}:log-group:/aws/events/orders"
    make_rule(caller, {"Id": "group", "Arn": group})
    put_event(caller)
    assert logs.describe_log_streams(logGroupName="/aws/events/orders")["logStreams"] == []
    document = allow("logs:CreateLogStream", "logs:PutLogEvents", resource=f"{group}:*")
    document["Statement"][0]["Principal"] = {"Service": ["events.amazonaws.com", "delivery.logs.amazonaws.com"]}
    logs.put_resource_policy(policyName="events", policyDocument=json.dumps(document))
    put_event(caller)
    assert len(logs.describe_log_streams(logGroupName="/aws/events/orders")["logStreams"]) == 1


@pytest.mark.parametrize("trusted", ["events.amazonaws.com", "lambda.amazonaws.com"])
def test_a_targets_role_must_trust_the_rule(caller: Caller, trusted: str) -> None:
    url, arn = make_queue(caller, "inbox")
    iam = caller.client("iam")
    trust = {"Effect": "Allow", "Principal": {"Service": trusted}, "Action": "sts:AssumeRole"}
    role = iam.create_role(
        RoleName="sender", AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    )["Role"]["Arn"]
    iam.put_role_policy(
        RoleName="sender", PolicyName="send", PolicyDocument=json.dumps(allow("sqs:SendMessage", resource=arn))
    )
    make_rule(caller, {"Id": "queue", "Arn": arn, "RoleArn": role})
    put_event(caller)
    assert len(received(caller, url)) == (trusted == "events.amazonaws.com")
