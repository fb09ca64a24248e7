"""Numbers that a call names: up to the limit they pass, beyond it the service says so."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from sandbox import quotas
from sandbox.wire import AwsError
from tests.sandbox.emulator.conftest import ACCOUNT, make_world

START = datetime(2026, 1, 1, tzinfo=UTC)


def check(service: str, operation: str, parameters: dict[str, Any]) -> str:
    """Return the error's code, "" for none."""
    try:
        quotas.check(make_world(), ACCOUNT, service, operation, "eu-central-1", parameters)
    except AwsError as error:
        return error.code
    return ""


@pytest.mark.parametrize(
    ("service", "operation", "name", "most", "code"),
    [
        ("ec2", "AllocateHosts", "Quantity", 50, "HostLimitExceeded"),
        ("ec2", "AssignPrivateIpAddresses", "SecondaryPrivateIpAddressCount", 50, "PrivateIpAddressLimitExceeded"),
        ("ec2", "CreateNetworkInterface", "SecondaryPrivateIpAddressCount", 50, "PrivateIpAddressLimitExceeded"),
        ("ec2", "AssignIpv6Addresses", "Ipv6AddressCount", 50, "PrivateIpAddressLimitExceeded"),
        ("ec2", "RunInstances", "MaxCount", 50, "InstanceLimitExceeded"),
        ("elasticache", "CreateCacheCluster", "NumCacheNodes", 40, "NodeQuotaForClusterExceeded"),
        ("elasticache", "CreateReplicationGroup", "NumNodeGroups", 20, "NodeGroupsPerReplicationGroupQuotaExceeded"),
        ("kinesis", "CreateStream", "ShardCount", 20, "LimitExceededException"),
        ("kinesis", "UpdateShardCount", "TargetShardCount", 20, "LimitExceededException"),
        ("ecs", "RunTask", "count", 10, "InvalidParameterException"),
    ],
)
def test_more_than_the_most_is_refused(service: str, operation: str, name: str, most: int, code: str) -> None:
    assert check(service, operation, {name: most}) == ""
    assert check(service, operation, {name: most + 1}) == code


def test_data_points_are_counted_over_all_metrics() -> None:
    query = {"Id": "a", "MetricStat": {"Metric": {"MetricName": "m"}, "Period": 60, "Stat": "Sum"}}
    asked = {"StartTime": START, "EndTime": START + timedelta(days=60), "MetricDataQueries": [query]}
    assert check("cloudwatch", "GetMetricData", asked) == ""
    assert check("cloudwatch", "GetMetricData", {**asked, "MetricDataQueries": [query] * 2}) == "ValidationError"
    assert check("cloudwatch", "GetMetricData", {"MetricDataQueries": [query]}) == ""


def test_expressions_have_a_size() -> None:
    longest = "a" * quotas.MAX_EXPRESSION
    assert check("dynamodb", "Scan", {"FilterExpression": longest}) == ""
    assert check("dynamodb", "Scan", {"FilterExpression": longest + "a"}) == "ValidationException"
    item = {"Update": {"UpdateExpression": longest + "a"}}
    assert check("dynamodb", "TransactWriteItems", {"TransactItems": [item]}) == "ValidationException"
