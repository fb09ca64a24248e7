"""S3 across regions: a bucket is served in its own region, and elsewhere S3 says where that is.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/Redirects.html
https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html
"""

from datetime import datetime
from typing import Any

from sandbox import regions, wire
from sandbox.emulator import World
from sandbox.emulator.bucket_regions import bucket_home
from sandbox.emulator.patches.s3_locations import OLD_NAMES
from sandbox.region_access import is_enabled
from sandbox.wire import Authorization, AwsError, Call, Request, WrongScope, read_aws_host

# The region behind the global host.
FIRST = "us-east-1"
_MOVED = (
    "The bucket you are attempting to access must be addressed using the specified endpoint. "
    "Please send all future requests to this endpoint."
)
_INCOMPATIBLE = "The {} location constraint is incompatible for the region specific endpoint this request was sent to."
# They look at no bucket yet, or may be asked anywhere.
_ANYWHERE = {"CreateBucket", "GetBucketLocation"}


def check(
    world: World, call: Call, request: Request, parameters: dict[str, Any], authorization: Authorization | None
) -> None:
    """Refuse a call on a bucket of another region, in the way that clients follow; raises AwsError."""
    bucket = parameters.get("Bucket")
    if call.service != "s3" or call.operation_name in _ANYWHERE or not bucket:
        return
    home = bucket_home(world, bucket)
    if home is None:
        return
    host = read_aws_host(request.host)
    if host is None and authorization is None:
        # Only a signature tells which region's endpoint ours stands for.
        return
    if host is None or host.region:
        _check_endpoint(call, bucket, home.region, call.region, by_name=host is not None and bool(host.bucket))
    elif host.bucket:
        _check_own_name(call, home.region, authorization)
    else:
        _check_endpoint(call, bucket, home.region, FIRST, by_name=False)


def _check_endpoint(call: Call, bucket: str, region: str, served: str, *, by_name: bool) -> None:
    """At an endpoint that serves one region."""
    if region == served:
        return
    if _is_apart(region):
        raise _incompatible(region)
    endpoint = f"s3.{region}.{regions.REGIONS[region].domain}"
    fields = {"Endpoint": f"{bucket}.{endpoint}" if by_name else endpoint, "Bucket": bucket}
    raise AwsError("PermanentRedirect", _MOVED, 301, fields, headers=_told(region))


def _check_own_name(call: Call, region: str, authorization: Authorization | None) -> None:
    """At the bucket's own global name, which leads to its region; there a signature must be the region's."""
    if _is_apart(region):
        raise _incompatible(region)
    if authorization is None or authorization.region == region:
        return
    problem = WrongScope("region", authorization.region, region, authorization.presigned)
    error = wire.error_of(problem, call)
    error.headers = _told(region)
    raise error


def _is_apart(region: str) -> bool:
    """Whether a region is one of those since March 2019, to which no other region's endpoint leads."""
    return regions.REGIONS[region].opt_in


def _incompatible(region: str) -> AwsError:
    return AwsError("IllegalLocationConstraintException", _INCOMPATIBLE.format(region), 400, headers=_told(region))


def _told(region: str) -> tuple[tuple[str, str], ...]:
    return (("x-amz-bucket-region", region),)


def check_location(world: World, call: Call, account_id: str, parameters: dict[str, Any], now: datetime) -> None:
    """Refuse a new bucket's region that the endpoint does not make buckets in; raises AwsError.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html
    """
    if (call.service, call.operation_name) != ("s3", "CreateBucket"):
        return
    asked = (parameters.get("CreateBucketConfiguration") or {}).get("LocationConstraint")
    region = regions.find(OLD_NAMES.get(asked, asked) if asked else FIRST)
    if region is None or asked == FIRST == call.region or region.partition != call.partition:
        raise AwsError(
            "InvalidLocationConstraint", "The specified location-constraint is not valid", 400, _named(asked)
        )
    if region.name == call.region:
        return
    if not asked:
        raise AwsError("IllegalLocationConstraintException", _INCOMPATIBLE.format("unspecified"))
    # The first region's endpoint makes buckets in all others but those that stand apart.
    if call.region != FIRST or region.opt_in or not is_enabled(world, account_id, region, now):
        raise AwsError("IllegalLocationConstraintException", _INCOMPATIBLE.format(asked))


def _named(asked: str | None) -> dict[str, str]:
    return {"LocationConstraint": asked} if asked else {}
