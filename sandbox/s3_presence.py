"""What S3 says of buckets and objects that do not exist, and to whom.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
"""

from dataclasses import replace
from typing import Any

from sandbox import access, s3_names
from sandbox.access import Asking, Judgement, Ruling
from sandbox.authorization.special.s3 import source_of
from sandbox.emulator import World
from sandbox.emulator.bucket_names import RESERVED
from sandbox.emulator.s3_state import has_object
from sandbox.s3_acls import with_grant
from sandbox.wire import AwsError, Call, operation_of

_MISSING = "The specified bucket does not exist"
# They look at no bucket yet.
_WITHOUT_BUCKET = {"CreateBucket", "ListBuckets"}
# A missing object is shown only to those who may list the bucket.
_ON_OBJECTS = frozenset(
    (
        "GetObject",
        "GetObjectAcl",
        "GetObjectAttributes",
        "GetObjectLegalHold",
        "GetObjectRetention",
        "GetObjectTagging",
        "HeadObject",
    )
)
_COPIES = ("CopyObject", "UploadPartCopy")


def check_bucket(world: World, call: Call, parameters: dict[str, Any]) -> None:
    """Refuse a call on a bucket that does not exist or cannot be, whoever calls; raises AwsError."""
    s3_names.check(call, parameters)
    if call.service != "s3" or call.operation_name in _WITHOUT_BUCKET:
        return
    for name, owner in _buckets(call, parameters):
        held = world.buckets.get(name)
        if owner and held and held[1] != owner:
            raise AwsError("AccessDenied", "Access Denied", 403)
        if dict.__contains__(world.buckets, name):
            continue
        if name in RESERVED:
            # It exists, and strangers own it.
            raise AwsError("AccessDenied", "Access Denied", 403)
        raise AwsError("NoSuchBucket", _MISSING, 404, {"BucketName": name})


def _buckets(call: Call, parameters: dict[str, Any]) -> list[tuple[str, Any]]:
    """Buckets that a call is on, and whose the caller says they are."""
    named = [(str(parameters["Bucket"]), parameters.get("ExpectedBucketOwner"))] if parameters.get("Bucket") else []
    if call.operation_name in _COPIES:
        source = source_of(parameters.get("CopySource"))[0]
        # A source that is no name is refused later, for what it is.
        if source != "*" and not source.startswith("arn:"):
            named.append((source, parameters.get("ExpectedSourceBucketOwner")))
    return named


def judge(world: World, asking: Asking) -> Ruling:
    """Judge a call's needs, and for a missing object the need to list its bucket; raises authorization.Unmapped.

    Grants of access control lists count, where the bucket has them.
    """
    ruling = access.judge(world, asking)
    if asking.call.service != "s3":
        return ruling
    ruling = _with_grants(world, asking, ruling)
    if ruling.refused is None and (source := _missing_object(world, asking)) is not None:
        listing = _with_grants(world, source, access.judge(world, source))
        ruling = replace(ruling, judgements=ruling.judgements + listing.judgements)
    if asking.call.operation_name in _COPIES:
        ruling = replace(ruling, judgements=_target_first(ruling.judgements, str(asking.parameters.get("Bucket"))))
    return ruling


def _with_grants(world: World, asking: Asking, ruling: Ruling) -> Ruling:
    if ruling.refused is None:
        return ruling
    judged = tuple(with_grant(world, asking, judgement) for judgement in ruling.judgements)
    return replace(ruling, judgements=judged)


def _missing_object(world: World, asking: Asking) -> Asking | None:
    """The question whether the caller may know that the object is missing; None when it is there."""
    call, parameters = asking.call, asking.parameters
    if call.operation_name in _COPIES:
        bucket, key, version = source_of(parameters.get("CopySource"))
    elif call.operation_name in _ON_OBJECTS:
        bucket, key = str(parameters.get("Bucket")), str(parameters.get("Key"))
        version = str(parameters.get("VersionId") or "")
    else:
        return None
    if has_object(world, bucket, key, version):
        return None
    # What is asked carries no prefix, so that conditions on s3:prefix do not see the key (ours: AWS does not say).
    listing = operation_of("s3", "ListObjectVersions" if version else "HeadBucket")
    return replace(asking, call=replace(call, operation=listing), parameters={"Bucket": bucket})


def _target_first(judgements: tuple[Judgement, ...], bucket: str) -> tuple[Judgement, ...]:
    """The first need tells in whose account the call runs: a copy's in the target's."""
    ending = f":::{bucket}/"
    return tuple(sorted(judgements, key=lambda judgement: ending not in judgement.need.resource))
