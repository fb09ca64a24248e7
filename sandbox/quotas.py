"""How much an account may hold; over it, the service's own limit error."""

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
    else:
        _check_counts(service, operation, parameters)


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


def _check_counts(service: str, operation: str, parameters: Any) -> None:
    if service == "kinesis" and (parameters.get("ShardCount") or parameters.get("TargetShardCount") or 0) > MAX_SHARDS:
        raise AwsError("LimitExceededException", f"A stream may have at most {MAX_SHARDS} shards here", 400)
    if (service, operation) == ("ecs", "RunTask") and (parameters.get("count") or 1) > MAX_TASKS:
        raise AwsError("InvalidParameterException", f"At most {MAX_TASKS} tasks a call", 400)
