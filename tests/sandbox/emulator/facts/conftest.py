"""A lab with a little of everything, and how its resources are asked for."""

from collections.abc import Iterator
from typing import Any

import pytest

from sandbox.emulator.facts import AccountFacts
from tests.sandbox.emulator.conftest import ACCOUNT, Lab
from tests.sandbox.scenario import populate

REGION = "eu-central-1"
TAGS = [{"Key": "team", "Value": "blue"}]
BLUE = {"team": "blue"}
EVERYTHING = '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}'


def regional(service: str, resource: str, account: str = ACCOUNT) -> str:
    return f"arn:aws:{service}:{REGION}:{account}:{resource}"


def unregional(service: str, resource: str) -> str:
    return f"arn:aws:{service}::{ACCOUNT}:{resource}"


def ec2(resource: str) -> str:
    return regional("ec2", resource)


def facts(lab: Lab, account: str = ACCOUNT, region: str = REGION) -> AccountFacts:
    return AccountFacts(lab.world, account, region)


@pytest.fixture(scope="module")
def full() -> Iterator[Lab]:
    """A lab with a little of everything, made once: nothing here changes it."""
    lab = Lab()
    populate(lab.client, ACCOUNT)
    yield lab


def arns(full: Lab, kind: str, *identifiers: str) -> set[str | None]:
    """What each of the identifiers turned out to mean."""
    found = [facts(full).find(kind, identifier) for identifier in identifiers]
    return {resource.arn if resource is not None else None for resource in found}


def only(answer: list[Any]) -> Any:
    assert len(answer) == 1
    return answer[0]


def make_bucket(lab: Lab, account: str = ACCOUNT) -> str:
    lab.client("s3", account=account, region="us-east-1").create_bucket(Bucket="plum-otter")
    return "plum-otter"


def linked(lab: Lab, kind: str, identifier: str, to: str) -> list[str]:
    return [one.arn for one in facts(lab).linked(kind, identifier, to)]


BY_NAME = [
    ("iam:user", "alice", unregional("iam", "user/alice")),
    ("iam:group", "readers", unregional("iam", "group/readers")),
    ("iam:role", "worker", unregional("iam", "role/worker")),
    ("sts:role", "worker", unregional("iam", "role/worker")),
    ("iam:policy", "all-s3", unregional("iam", "policy/all-s3")),
    ("iam:instance-profile", "web", unregional("iam", "instance-profile/web")),
    ("account:account", ACCOUNT, unregional("account", "account")),
    ("s3:bucket", "plum-otter", "arn:aws:s3:::plum-otter"),
    ("s3:object", "plum-otter/a b/ü%2F+", "arn:aws:s3:::plum-otter/a b/ü%2F+"),
    ("dynamodb:table", "orders", regional("dynamodb", "table/orders")),
    ("elasticache:cluster", "cache", regional("elasticache", "cluster:cache")),
    ("elasticache:user", "default", regional("elasticache", "user:default")),
    ("ecr:repository", "images", regional("ecr", "repository/images")),
    ("ecs:cluster", "tasks", regional("ecs", "cluster/tasks")),
    ("lambda:function", "fn", regional("lambda", "function:fn")),
    ("autoscaling:autoScalingGroup", "group", "*autoScalingGroupName/group"),
    ("autoscaling:launchConfiguration", "lc", "*launchConfigurationName/lc"),
    ("elasticloadbalancing:loadbalancer/app/", "front", "*loadbalancer/app/front/"),
    ("ec2:key-pair", "key", ec2("key-pair/key")),
    ("ec2:security-group", "default", "*security-group/sg-"),
    ("sqs:queue", "inbox", regional("sqs", "inbox")),
    ("sns:topic", "news", regional("sns", "news")),
    ("events:event-bus", "default", regional("events", "event-bus/default")),
    ("events:rule-on-default-event-bus", "hourly", regional("events", "rule/hourly")),
    ("kinesis:stream", "clicks", regional("kinesis", "stream/clicks")),
    ("states:statemachine", "flow", regional("states", "stateMachine:flow")),
    ("kms:key", "alias/data", "*:key/"),
    ("kms:alias", "alias/data", regional("kms", "alias/data")),
    ("secretsmanager:Secret", "db", "*:secret:db-"),
    ("ssm:parameter", "/app/url", regional("ssm", "parameter/app/url")),
    ("logs:log-group", "/app", regional("logs", "log-group:/app")),
    ("logs:log-stream", "/app:log-stream:one", regional("logs", "log-group:/app:log-stream:one")),
    ("cloudwatch:alarm", "busy", regional("cloudwatch", "alarm:busy")),
    ("cloudtrail:trail", "audit", regional("cloudtrail", "trail/audit")),
    ("budgets:budget", "month", unregional("budgets", "budget/month")),
    ("ce:costcategory", "teams", "*:costcategory/"),
    ("cloudformation:stack", "made", "*:stack/made/"),
    ("codebuild:project", "shop", regional("codebuild", "project/shop")),
    ("codedeploy:application", "shop", regional("codedeploy", "application:shop")),
]
