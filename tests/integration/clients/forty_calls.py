"""The same by boto3 alone: forty calls, each answer looked at; needs nothing of this project."""

import io
import json
import sys
import urllib.request
import zipfile
from typing import Any

import boto3
from botocore.exceptions import ClientError

TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}],
}
session = boto3.session.Session()
calls = 0


def counted(**_: object) -> None:
    """Count a call as it goes out."""
    global calls
    calls += 1


def client(service: str) -> Any:
    """A client whose calls are counted."""
    made = session.client(service)
    made.meta.events.register("before-call", counted)
    return made


def objects(account: str) -> None:
    """Odd keys, several parts, checksums, a presigned address, errors."""
    s3, bucket = client("s3"), f"calls-{account}"
    s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": session.region_name})
    for key in ("plain", "a b/ä+&=.txt", "a/../b//c"):
        s3.put_object(Bucket=bucket, Key=key, Body=key.encode(), ChecksumAlgorithm="SHA256")
        assert s3.get_object(Bucket=bucket, Key=key)["Body"].read() == key.encode()
    s3.upload_fileobj(io.BytesIO(b"0" * 9_000_000), bucket, "large")
    assert s3.head_object(Bucket=bucket, Key="large")["ContentLength"] == 9_000_000
    address = s3.generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": "plain"})
    with urllib.request.urlopen(address) as got:
        assert got.read() == b"plain"
    try:
        s3.get_object(Bucket=bucket, Key="missing")
        raise AssertionError("a missing key was found")
    except s3.exceptions.NoSuchKey:
        pass


def compute() -> None:
    """A role, a function, an instance."""
    iam, functions, ec2 = client("iam"), client("lambda"), client("ec2")
    role = iam.create_role(RoleName="calls", AssumeRolePolicyDocument=json.dumps(TRUST))["Role"]["Arn"]
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("app.py", "def handler(event, context): return event\n")
    functions.create_function(
        FunctionName="calls",
        Runtime="python3.13",
        Handler="app.handler",
        Role=role,
        Code={"ZipFile": archive.getvalue()},
    )
    assert [found["FunctionName"] for found in functions.list_functions()["Functions"]] == ["calls"]
    image = client("ssm").get_parameter(Name="/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64")
    made = ec2.run_instances(ImageId=image["Parameter"]["Value"], InstanceType="t3.micro", MinCount=1, MaxCount=1)
    instance = made["Instances"][0]["InstanceId"]
    ec2.get_waiter("instance_running").wait(InstanceIds=[instance])


def data() -> None:
    """A table by the resource interface, a transaction that is cancelled, a secret, a parameter."""
    dynamodb = client("dynamodb")
    dynamodb.create_table(
        TableName="calls",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
    )
    dynamodb.get_waiter("table_exists").wait(TableName="calls")
    dynamodb.put_item(TableName="calls", Item={"id": {"S": "1"}})
    try:
        dynamodb.put_item(TableName="calls", Item={"id": {"S": "1"}}, ConditionExpression="attribute_not_exists(id)")
        raise AssertionError("a condition was not checked")
    except ClientError as error:
        assert error.response["Error"]["Code"] == "ConditionalCheckFailedException"
    assert dynamodb.scan(TableName="calls")["Count"] == 1
    secrets = client("secretsmanager")
    secrets.create_secret(Name="calls", SecretString="hush")
    assert secrets.get_secret_value(SecretId="calls")["SecretString"] == "hush"
    key = client("kms")
    made = key.create_key()["KeyMetadata"]["KeyId"]
    sealed = key.encrypt(KeyId=made, Plaintext=b"plain")["CiphertextBlob"]
    assert key.decrypt(CiphertextBlob=sealed)["Plaintext"] == b"plain"


def messages() -> None:
    """A topic that feeds a queue, a log."""
    sqs, sns, logs = client("sqs"), client("sns"), client("logs")
    queue = sqs.create_queue(QueueName="calls")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    topic = sns.create_topic(Name="calls")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    assert len(sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]) == 1
    sqs.send_message(QueueUrl=queue, MessageBody="first")
    received = sqs.receive_message(QueueUrl=queue)["Messages"][0]
    assert received["Body"] == "first"
    sqs.delete_message(QueueUrl=queue, ReceiptHandle=received["ReceiptHandle"])
    logs.create_log_group(logGroupName="calls")
    assert [group["logGroupName"] for group in logs.describe_log_groups()["logGroups"]] == ["calls"]


def main() -> None:
    """Make the calls and tell how many they were."""
    objects(client("sts").get_caller_identity()["Account"])
    compute()
    data()
    messages()
    sys.stdout.write(f"{calls} calls\n")


main()
