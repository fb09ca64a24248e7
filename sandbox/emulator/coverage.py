"""Which operations moto performs. Everything else is refused before it gets there.

S3 is the reason to ask first: what moto does not know there it takes for the plainest operation on the same path, and
a DELETE with an unknown subresource deletes the bucket.
"""

from functools import cache
from typing import Any

from moto.core.responses import BaseResponse
from moto.core.utils import camelcase_to_underscores
from moto.elbv2.responses import ELBV2Response

from sandbox.emulator.handlers import handlers
from sandbox.emulator.services import SERVICES

# S3 and X-Ray find the operation by themselves, under names of their own.
_S3_OBJECTS = """
    AbortMultipartUpload CompleteMultipartUpload CopyObject CreateMultipartUpload DeleteObject DeleteObjectTagging
    DeleteObjects GetObject GetObjectAcl GetObjectAttributes GetObjectLegalHold GetObjectTagging HeadObject
    ListMultipartUploads ListObjectVersions ListObjects ListObjectsV2 ListParts PutObject PutObjectAcl
    PutObjectLegalHold PutObjectRetention PutObjectTagging UploadPart UploadPartCopy
"""
_S3_BUCKETS = """
    CreateBucket DeleteBucket DeleteBucketCors DeleteBucketEncryption DeleteBucketLifecycle
    DeleteBucketOwnershipControls DeleteBucketPolicy DeleteBucketReplication DeleteBucketTagging DeleteBucketWebsite
    DeletePublicAccessBlock GetBucketAccelerateConfiguration GetBucketAcl GetBucketCors GetBucketEncryption
    GetBucketInventoryConfiguration GetBucketLifecycle GetBucketLifecycleConfiguration GetBucketLocation
    GetBucketLogging GetBucketNotification GetBucketNotificationConfiguration GetBucketOwnershipControls
    GetBucketPolicy GetBucketPolicyStatus GetBucketReplication GetBucketTagging GetBucketVersioning GetBucketWebsite
    GetObjectLockConfiguration GetPublicAccessBlock HeadBucket ListBucketInventoryConfigurations ListBuckets
    PutBucketAccelerateConfiguration PutBucketAcl PutBucketCors PutBucketEncryption PutBucketInventoryConfiguration
    PutBucketLifecycle PutBucketLifecycleConfiguration PutBucketLogging PutBucketNotification
    PutBucketNotificationConfiguration PutBucketOwnershipControls PutBucketPolicy PutBucketReplication
    PutBucketTagging PutBucketVersioning PutBucketWebsite PutObjectLockConfiguration PutPublicAccessBlock
"""
_XRAY = """
    BatchGetTraces GetServiceGraph GetTraceGraph GetTraceSummaries PutTelemetryRecords PutTraceSegments
"""
_OWN_NAMES = {
    "s3": frozenset((_S3_OBJECTS + _S3_BUCKETS).split()),
    "xray": frozenset(_XRAY.split()),
}
# Services whose handler is a function: the class behind it.
_BEHIND: dict[str, tuple[type[BaseResponse], ...]] = {"elbv2": (ELBV2Response,)}


def emulates(service: str, operation: str) -> bool:
    """Tell whether moto performs an operation, by botocore's names."""
    own = _OWN_NAMES.get(service)
    return operation in own if own is not None else bool(_method(service, operation))


@cache
def _method(service: str, operation: str) -> Any:
    name = camelcase_to_underscores(operation)
    return next((method for owner in _classes(service) if callable(method := getattr(owner, name, None))), None)


@cache
def _classes(service: str) -> tuple[type, ...]:
    """moto's response classes of a service, from the table of its addresses."""
    found = _BEHIND.get(service, ())
    for _, handler in handlers(service):
        owner = getattr(handler, "__self__", None)
        if isinstance(owner, type) and owner.__module__.split(".")[1] == SERVICES[service].removesuffix("_simple"):
            found = (*found, owner) if owner not in found else found
    return found
