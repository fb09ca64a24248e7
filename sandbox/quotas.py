"""How much an account may hold; over it, the service's own limit error."""

from collections.abc import Iterator
from typing import Any

from sandbox.emulator import World, running_instances, stored_object_bytes
from sandbox.wire import AwsError

MAX_API_BODY = 1024 * 1024
MAX_OBJECT_BODY = 25 * 1024 * 1024
MAX_ACCOUNT_BODIES = 200 * 1024 * 1024
MAX_INSTANCES = 50
MAX_CODE_BODY = 8 * 1024 * 1024
# Beyond these a single call would keep the server busy for seconds.
MAX_SHARDS = 20
MAX_TASKS = 10
MAX_ADDRESSES = 50
MAX_DATAPOINTS = 100_800
# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html
MAX_EXPRESSION = 4096

# Parameters that say how many of something are to be made: the most of them, and the service's error for more.
_COUNTS: dict[tuple[str, str], tuple[int, str, str]] = {
    ("ec2", "Quantity"): (MAX_INSTANCES, "HostLimitExceeded", "dedicated hosts"),
    ("ec2", "SecondaryPrivateIpAddressCount"): (MAX_ADDRESSES, "PrivateIpAddressLimitExceeded", "private addresses"),
    ("ec2", "Ipv6AddressCount"): (MAX_ADDRESSES, "PrivateIpAddressLimitExceeded", "IPv6 addresses"),
    ("elasticache", "NumCacheNodes"): (40, "NodeQuotaForClusterExceeded", "cache nodes"),
    ("elasticache", "NumNodeGroups"): (20, "NodeGroupsPerReplicationGroupQuotaExceeded", "node groups"),
    ("elasticache", "ReplicasPerNodeGroup"): (5, "InvalidParameterValue", "replicas of a node group"),
    ("elasticache", "NumCacheClusters"): (6, "InvalidParameterValue", "cache clusters"),
    ("kinesis", "ShardCount"): (MAX_SHARDS, "LimitExceededException", "shards of a stream"),
    ("kinesis", "TargetShardCount"): (MAX_SHARDS, "LimitExceededException", "shards of a stream"),
    ("ecs", "count"): (MAX_TASKS, "InvalidParameterException", "tasks a call"),
}
_COUNTED = frozenset(service for service, _ in _COUNTS)

_BODIES = {"s3": MAX_OBJECT_BODY, "lambda": MAX_CODE_BODY}
_WRITING_BODIES = {"PutObject", "UploadPart", "CopyObject", "UploadPartCopy", "CompleteMultipartUpload"}


def check_body(service: str, size: int) -> None:
    """Refuse a body that is too large for the service."""
    limit = _BODIES.get(service, MAX_API_BODY)
    if size <= limit:
        return
    if service == "s3":
        raise AwsError("EntityTooLarge", f"Your proposed upload exceeds the sandbox's limit of {limit} bytes", 400)
    raise AwsError("RequestEntityTooLarge", f"The request is larger than the sandbox's limit of {limit} bytes", 413)


def check(world: World, account_id: str, service: str, operation: str, region: str, parameters: Any) -> None:
    """Refuse a call that would take an account over one of its quotas."""
    if service == "s3" and operation in _WRITING_BODIES:
        _check_bodies(world, account_id, parameters)
    elif (service, operation) == ("ec2", "RunInstances"):
        _check_instances(world, account_id, region, parameters)
    elif service in _COUNTED:
        _check_counts(service, parameters)
    elif (service, operation) == ("cloudwatch", "GetMetricData"):
        _check_datapoints(parameters)
    elif service == "dynamodb":
        _check_expressions(parameters)


def _check_bodies(world: World, account_id: str, parameters: Any) -> None:
    body = parameters.get("Body") or b""
    if stored_object_bytes(world, account_id) + len(body) > MAX_ACCOUNT_BODIES:
        raise AwsError(
            "QuotaExceeded",
            f"The account's objects would be larger than the sandbox's limit of {MAX_ACCOUNT_BODIES} bytes",
            403,
        )


def _check_instances(world: World, account_id: str, region: str, parameters: Any) -> None:
    wanted = parameters.get("MaxCount") or 1
    if running_instances(world, account_id, region) + wanted > MAX_INSTANCES:
        raise AwsError(
            "InstanceLimitExceeded",
            f"You have requested more instances ({wanted}) than your current instance limit of {MAX_INSTANCES} allows",
            400,
        )


def _check_counts(service: str, parameters: Any) -> None:
    for name, wanted in parameters.items():
        most, code, what = _COUNTS.get((service, name), (0, "", ""))
        if most and isinstance(wanted, int) and wanted > most:
            raise AwsError(code, f"{name} is {wanted}; the sandbox allows at most {most} {what}")


def _check_datapoints(parameters: Any) -> None:
    if "StartTime" not in parameters or "EndTime" not in parameters:
        return
    span = (parameters["EndTime"] - parameters["StartTime"]).total_seconds()
    metrics = [query["MetricStat"] for query in parameters.get("MetricDataQueries") or () if "MetricStat" in query]
    if sum(span / max(1, metric.get("Period") or 60) for metric in metrics) > MAX_DATAPOINTS:
        raise AwsError("ValidationError", f"You have requested more than {MAX_DATAPOINTS} data points in one call")


def _check_expressions(parameters: Any) -> None:
    for name, text in _expressions(parameters):
        if len(text.encode("utf-8", "surrogatepass")) > MAX_EXPRESSION:
            raise AwsError(
                "ValidationException",
                f"Invalid {name}: Expression size has exceeded the maximum allowed size; expression size: {len(text)}",
            )


def _expressions(parameters: Any) -> Iterator[tuple[str, str]]:
    for name, value in parameters.items():
        if name.endswith("Expression") and isinstance(value, str):
            yield name, value
        elif name == "TransactItems":
            for item in value:
                for action in item.values():
                    yield from _expressions(action)
