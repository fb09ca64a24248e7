"""What moto does not perform is refused before moto takes it for something else."""

from typing import Any

import pytest

from sandbox import emulator
from sandbox.emulator import NotEmulated
from tests.sandbox.emulator.conftest import Lab

METRICS = {"Bucket": "docs", "Id": "m"}


@pytest.mark.parametrize(
    ("operation", "parameters"),
    [
        ("delete_bucket_metrics_configuration", METRICS),
        ("put_bucket_metrics_configuration", METRICS | {"MetricsConfiguration": {"Id": "m"}}),
        ("get_object_retention", {"Bucket": "docs", "Key": "a"}),
        ("get_object_torrent", {"Bucket": "docs", "Key": "a"}),
        ("get_bucket_request_payment", {"Bucket": "docs"}),
    ],
)
def test_what_moto_would_take_for_another_operation_is_not_run(
    lab: Lab, operation: str, parameters: dict[str, Any]
) -> None:
    s3 = lab.client("s3")
    s3.create_bucket(Bucket="docs", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
    s3.put_object(Bucket="docs", Key="a", Body=b"secret")
    s3.delete_object(Bucket="docs", Key="a")
    with pytest.raises(NotEmulated):
        getattr(s3, operation)(**parameters)
    assert [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]] == ["docs"]


@pytest.mark.parametrize(
    ("service", "operation", "performed"),
    [
        ("iam", "CreateUser", True),
        ("iam", "SimulatePrincipalPolicy", False),
        ("elbv2", "DescribeLoadBalancers", True),
        ("xray", "PutTraceSegments", True),
        ("xray", "CreateGroup", False),
        ("lambda", "Invoke", True),
        ("cloudtrail", "LookupEvents", False),
        ("s3", "ListObjectsV2", True),
    ],
)
def test_coverage_follows_motos_methods(service: str, operation: str, performed: bool) -> None:
    assert emulator.emulates(service, operation) is performed
