"""A small account's state: resources by kind and by what a caller may call them."""

from collections.abc import Mapping, Sequence
from typing import Any

from sandbox.authorization import Asked, Need, Resource, needs

ACCOUNT, OTHER, REGION = "111122223333", "444455556666", "eu-west-3"


def arn(short: str) -> str:
    """`iam::A:user/x` → the whole ARN: A is the account, B another one, R the region."""
    if short == "*":
        return short
    service, region, account, rest = short.split(":", 3)
    accounts = {"A": ACCOUNT, "B": OTHER}
    return f"arn:aws:{service}:{REGION if region == 'R' else region}:{accounts.get(account, account)}:{rest}"


class FakeState:
    """Answers from two tables."""

    def __init__(
        self,
        found: Mapping[tuple[str, str], Resource] | None = None,
        links: Mapping[tuple[str, str, str], Sequence[Resource]] | None = None,
    ) -> None:
        self.found = found or {}
        self.links = links or {}

    def find(self, kind: str, identifier: str) -> Resource | None:
        return self.found.get((kind, identifier))

    def linked(self, kind: str, identifier: str, to: str) -> tuple[Resource, ...]:
        return tuple(self.links.get((kind, identifier, to), ()))


def resource(short: str, **more: Any) -> Resource:
    """A resource of the account, or of another one with `account_id`."""
    return Resource(arn(short), more.pop("account_id", ACCOUNT), **more)


KEY = "kms:R:A:key/0001"
STATE = FakeState(
    {
        ("iam:user", "alice"): resource("iam::A:user/team/alice", tags={"Team": "red"}),
        ("iam:role", "deployer"): resource("iam::A:role/ops/deployer", tags={"Team": "red"}),
        ("iam:policy", arn("iam::A:policy/p")): resource("iam::A:policy/p"),
        ("kms:key", "alias/app"): resource(KEY, tags={"Team": "red"}, keys={"kms:ResourceAliases": ("alias/app",)}),
        ("kms:key", "ciphertext:Y2lwaGVy"): resource(KEY),
        ("secretsmanager:Secret", "db"): resource("secretsmanager:R:A:secret:db-AbCdEf", tags={"Team": "red"}),
        ("sqs:queue", "https://sqs.eu-west-3.amazonaws.com/111122223333/jobs"): resource("sqs:R:A:jobs"),
        ("s3:object", "arn:aws:s3:::data/tagged"): Resource("arn:aws:s3:::data/tagged", ACCOUNT, {"class": "secret"}),
        ("s3:bucket", "theirs"): Resource("arn:aws:s3:::theirs", OTHER),
        ("dynamodb:table", "orders"): resource("dynamodb:R:A:table/orders", keys={"partition-key": ("customer",)}),
        ("ec2:instance", "i-1"): resource(
            "ec2:R:A:instance/i-1", tags={"Team": "red"}, keys={"ec2:InstanceType": ("t3.micro",)}
        ),
        ("ec2:image", "ami-1"): Resource(
            "arn:aws:ec2:eu-west-3::image/ami-1", "amazon", {}, {"ec2:Owner": ("amazon",)}
        ),
        ("apigateway:RestApi", "arn:aws:apigateway:eu-west-3::/restapis/a1"): Resource(
            "arn:aws:apigateway:eu-west-3::/restapis/a1", ACCOUNT, {"Team": "red"}
        ),
        ("autoscaling:autoScalingGroup", "web"): resource(
            "autoscaling:R:A:autoScalingGroup:u-1:autoScalingGroupName/web"
        ),
        ("cloudformation:stack", "net"): resource("cloudformation:R:A:stack/net/u-2"),
        ("organizations:account", OTHER): Resource(
            "arn:aws:organizations::111122223333:account/o-1/444455556666", ACCOUNT
        ),
        ("organizations:organizationalunit", "ou-ab12-x"): Resource(
            "arn:aws:organizations::111122223333:ou/o-1/ou-ab12-x", ACCOUNT
        ),
        ("organizations:awspolicy", "p-FullAWSAccess"): Resource(
            "arn:aws:organizations::aws:policy/service_control_policy/p-FullAWSAccess", ACCOUNT
        ),
    },
    {
        ("iam:instance-profile", "web", "iam:role"): [resource("iam::A:role/web")],
        ("sns:subscription", arn("sns:R:A:news:77"), "sns:topic"): [resource("sns:R:A:news")],
        ("kms:alias", "alias/app", "kms:key"): [resource(KEY)],
        ("kms:alias", "app", "kms:key"): [resource(KEY)],
        ("ec2:route-table-association", "rtbassoc-1", "ec2:route-table"): [resource("ec2:R:A:route-table/rtb-1")],
        ("ec2:vpc-peering-connection", "pcx-1", "ec2:vpc"): [resource("ec2:R:A:vpc/vpc-1")],
        ("ec2:volume", "vol-1", "ec2:instance"): [resource("ec2:R:A:instance/i-1")],
        ("ec2:instance", "i-1", "autoscaling:autoScalingGroup"): [
            resource("autoscaling:R:A:autoScalingGroup:u-1:autoScalingGroupName/web")
        ],
        ("codedeploy:deployment", "d-1", "codedeploy:deploymentgroup"): [
            resource("codedeploy:R:A:deploymentgroup:app/prod")
        ],
        ("kinesis:shard-iterator", "AAA", "kinesis:stream"): [resource("kinesis:R:A:stream/clicks")],
        ("dynamodb:shard-iterator", "AAA", "dynamodb:stream"): [resource("dynamodb:R:A:table/orders/stream/2026")],
        ("iam:access-key", "AKIA1", "iam:user"): [resource("iam::A:user/team/alice")],
    },
)


def ask(service: str, operation: str, parameters: Mapping[str, Any], caller_arn: str = "") -> tuple[Need, ...]:
    """What a call of the account needs."""
    return needs(Asked(service, operation, REGION, "aws", ACCOUNT, parameters, caller_arn), STATE)


def asked(service: str, operation: str, parameters: Mapping[str, Any]) -> list[str]:
    """What a call needs, as "action resource"."""
    return [f"{each.action} {each.resource}" for each in ask(service, operation, parameters)]
