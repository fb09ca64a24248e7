"""The seven operations, and what must exist before each can be called."""

import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from tests.bench.signing import Account, client, signed

VARIANTS = 40
KILOBYTE = b"x" * 1024


@dataclass(frozen=True)
class Names:
    """Names of one account's resources."""

    bucket: str
    table: str
    queue: str


@dataclass(frozen=True)
class Operation:
    """One operation: its service, client method, and the parameters of the n-th call."""

    name: str
    service: str
    method: str
    parameters: Callable[[Names, str, int], dict[str, Any]]


OPERATIONS = [
    Operation("sts GetCallerIdentity", "sts", "get_caller_identity", lambda names, url, n: {}),
    Operation(
        "s3 PutObject 1 KB",
        "s3",
        "put_object",
        lambda names, url, n: {"Bucket": names.bucket, "Key": f"folder/key-{n}", "Body": KILOBYTE},
    ),
    Operation(
        "s3 GetObject 1 KB",
        "s3",
        "get_object",
        lambda names, url, n: {"Bucket": names.bucket, "Key": f"folder/key-{n}"},
    ),
    Operation(
        "dynamodb PutItem",
        "dynamodb",
        "put_item",
        lambda names, url, n: {
            "TableName": names.table,
            "Item": {
                "id": {"S": f"item-{n}"},
                "count": {"N": str(n)},
                "text": {"S": "some text of a usual length"},
            },
        },
    ),
    Operation("iam ListUsers (5)", "iam", "list_users", lambda names, url, n: {}),
    Operation("ec2 DescribeInstances (2)", "ec2", "describe_instances", lambda names, url, n: {}),
    Operation(
        "sqs SendMessage",
        "sqs",
        "send_message",
        lambda names, url, n: {"QueueUrl": url, "MessageBody": f"message {n}: " + "text " * 20},
    ),
]


def prepare(accounts: list[Account], endpoint_url: str, run: str) -> list[tuple[Names, str]]:
    """Make each account's resources; return their names and queue URLs.

    Targets that put all keys into one account get users and instances only once.
    """
    prepared = []
    seen = set()
    for number, account in enumerate(accounts):
        names = Names(f"bench-{run}-{number}", f"bench-{run}-{number}", f"bench-{run}-{number}")
        prepared.append((names, _make_resources(account, endpoint_url, names)))
        account_id = client("sts", account, endpoint_url).get_caller_identity()["Account"]
        if account_id not in seen:
            seen.add(account_id)
            _make_users_and_instances(account, endpoint_url)
    return prepared


def _make_resources(account: Account, endpoint_url: str, names: Names) -> str:
    s3 = client("s3", account, endpoint_url)
    s3.create_bucket(Bucket=names.bucket)
    for number in range(VARIANTS):
        s3.put_object(Bucket=names.bucket, Key=f"folder/key-{number}", Body=KILOBYTE)
    client("dynamodb", account, endpoint_url).create_table(
        TableName=names.table,
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
    )
    url: str = client("sqs", account, endpoint_url).create_queue(QueueName=names.queue)["QueueUrl"]
    return url


def _make_users_and_instances(account: Account, endpoint_url: str) -> None:
    iam = client("iam", account, endpoint_url)
    for number in range(5 - len(iam.list_users()["Users"])):
        iam.create_user(UserName=f"user-{number}")
    ec2 = client("ec2", account, endpoint_url)
    images = ec2.describe_images(Owners=["amazon"]).get("Images", [])
    with contextlib.suppress(ClientError):
        ec2.create_default_vpc()
    ec2.run_instances(
        ImageId=images[0]["ImageId"] if images else "ami-12345678",
        MinCount=2,
        MaxCount=2,
        InstanceType="t3.micro",
    )


def streams(
    operation: Operation,
    accounts: list[Account],
    endpoint_url: str,
    prepared: list[tuple[Names, str]],
    per_account: int,
) -> list[list[bytes]]:
    """Sign the calls of one operation: a list for each connection."""
    found = []
    for account, (names, url) in zip(accounts, prepared, strict=True):
        made = client(operation.service, account, endpoint_url)
        calls = [signed(made, operation.method, operation.parameters(names, url, n)) for n in range(VARIANTS)]
        for number in range(per_account):
            shift = number * VARIANTS // per_account
            found.append(calls[shift:] + calls[:shift])
    return found
