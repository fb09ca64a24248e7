"""What AWS's host names say."""

import botocore
import pytest

from sandbox.wire import build_index, services
from sandbox.wire.hosts import AwsHost, read_aws_host

HOSTS = {
    "sts.amazonaws.com": AwsHost(("sts",), "us-east-1", "aws"),
    "sts.eu-west-3.amazonaws.com": AwsHost(("sts",), "eu-west-3", "aws"),
    "sts-fips.us-east-2.amazonaws.com": AwsHost(("sts",), "us-east-2", "aws"),
    "STS.eu-west-3.amazonaws.com.:443": AwsHost(("sts",), "eu-west-3", "aws"),
    "iam.amazonaws.com": AwsHost(("iam",), "us-east-1", "aws"),
    "iam.us-gov.amazonaws.com": AwsHost(("iam",), "us-gov-west-1", "aws-us-gov"),
    "iam.cn-north-1.amazonaws.com.cn": AwsHost(("iam",), "cn-north-1", "aws-cn"),
    "organizations.us-east-1.amazonaws.com": AwsHost(("organizations",), "us-east-1", "aws"),
    "route53.amazonaws.com": AwsHost(("route53",), "us-east-1", "aws"),
    "s3.amazonaws.com": AwsHost(("s3",), "", "aws"),
    "s3.eu-west-3.amazonaws.com": AwsHost(("s3",), "eu-west-3", "aws"),
    "s3-eu-west-1.amazonaws.com": AwsHost(("s3",), "eu-west-1", "aws"),
    "s3.dualstack.eu-west-3.amazonaws.com": AwsHost(("s3",), "eu-west-3", "aws"),
    "s3-fips.us-gov-west-1.amazonaws.com": AwsHost(("s3",), "us-gov-west-1", "aws-us-gov"),
    "s3.cn-north-1.amazonaws.com.cn": AwsHost(("s3",), "cn-north-1", "aws-cn"),
    "bucket.s3.amazonaws.com": AwsHost(("s3",), "", "aws", bucket="bucket"),
    "my.dotted.bucket.s3.eu-west-3.amazonaws.com": AwsHost(("s3",), "eu-west-3", "aws", bucket="my.dotted.bucket"),
    "bucket.s3.dualstack.eu-west-3.amazonaws.com": AwsHost(("s3",), "eu-west-3", "aws", bucket="bucket"),
    "s3.s3.eu-west-3.amazonaws.com": AwsHost(("s3",), "eu-west-3", "aws", bucket="s3"),
    "111122223333.s3-control.eu-west-3.amazonaws.com": AwsHost(
        ("s3control",), "eu-west-3", "aws", labels=("111122223333",)
    ),
    "dynamodb.eu-central-1.amazonaws.com": AwsHost(("dynamodb",), "eu-central-1", "aws"),
    "111122223333.ddb.eu-central-1.amazonaws.com": AwsHost(
        ("dynamodb",), "eu-central-1", "aws", labels=("111122223333",)
    ),
    "111122223333.control-kinesis.eu-central-1.amazonaws.com": AwsHost(
        ("kinesis",), "eu-central-1", "aws", labels=("111122223333",)
    ),
    "111122223333.data-kinesis.eu-central-1.amazonaws.com": AwsHost(
        ("kinesis",), "eu-central-1", "aws", labels=("111122223333",)
    ),
    "streams.dynamodb.eu-central-1.amazonaws.com": AwsHost(("dynamodbstreams",), "eu-central-1", "aws"),
    "queue.amazonaws.com": AwsHost(("sqs",), "us-east-1", "aws"),
    "eu-central-1.queue.amazonaws.com": AwsHost(("sqs",), "eu-central-1", "aws"),
    "sqs.eu-west-3.api.aws": AwsHost(("sqs",), "eu-west-3", "aws"),
    "monitoring.eu-west-3.amazonaws.com": AwsHost(("cloudwatch",), "eu-west-3", "aws"),
    "sync-states.eu-west-3.amazonaws.com": AwsHost(("stepfunctions",), "eu-west-3", "aws"),
    "stream-logs.eu-west-3.amazonaws.com": AwsHost(("logs",), "eu-west-3", "aws"),
    "api.ecr.eu-west-3.amazonaws.com": AwsHost(("ecr",), "eu-west-3", "aws"),
    "ecr.eu-west-3.api.aws": AwsHost(("ecr",), "eu-west-3", "aws"),
    "elasticloadbalancing.eu-west-3.amazonaws.com": AwsHost(("elb", "elbv2"), "eu-west-3", "aws"),
    "nothing.eu-west-3.amazonaws.com": AwsHost((), "eu-west-3", "aws"),
    "s3.mars-north-1.amazonaws.com": AwsHost((), "mars-north-1", "aws"),
    "a/b.s3.eu-west-3.amazonaws.com": AwsHost((), "us-east-1", "aws"),
}


@pytest.mark.parametrize("host", HOSTS)
def test_aws_hosts(host: str) -> None:
    assert read_aws_host(host) == HOSTS[host]


@pytest.mark.parametrize("host", ["localhost:8000", "amazonaws.com", "s3.amazonaws.com.example.org", "xamazonaws.com"])
def test_other_hosts(host: str) -> None:
    assert read_aws_host(host) is None


def test_index_is_that_of_the_installed_botocore() -> None:
    assert botocore.__version__ == services.INDEX_BOTOCORE, "run: python -m sandbox.wire.build_index"


def test_index_can_be_built() -> None:
    built = build_index.build(["iam", "s3", "stepfunctions"])
    assert built["services"]["iam"]["home"]["aws"] == "us-east-1"
    assert built["prefixes"]["sync-states"] == ["stepfunctions"]
    assert built["hosts"]["iam.amazonaws.com"] == [["iam"], "us-east-1"]
