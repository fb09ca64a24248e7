"""Access control lists in requests: refused where a bucket has none, and where they would make something public.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html
https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
"""

import re
from collections.abc import Iterator
from typing import Any

from sandbox import wire
from sandbox.emulator.policies import block_public_access
from sandbox.emulator.s3_state import object_ownership
from sandbox.s3_acls import ALL_USERS, AUTHENTICATED_USERS, ENFORCED
from sandbox.services.invocation import Handler, Invocation, Result
from sandbox.wire import AwsError

_GRANTS = ("GrantFullControl", "GrantRead", "GrantReadACP", "GrantWrite", "GrantWriteACP")
_PUBLIC_CANNED = ("public-read", "public-read-write", "authenticated-read")
_GROUPS = (ALL_USERS, AUTHENTICATED_USERS)
OF_BUCKETS = ("private", "public-read", "public-read-write", "authenticated-read", "log-delivery-write")
OF_OBJECTS = (
    *("private", "public-read", "public-read-write", "authenticated-read", "aws-exec-read"),
    *("bucket-owner-read", "bucket-owner-full-control"),
)
# They say what holds anyway.
_HARMLESS = ("bucket-owner-full-control", "private")
_GRANTEE = re.compile(r'\s*(id|uri|emailAddress)\s*=\s*"?([^",]+)"?\s*', re.IGNORECASE)
_BLOCKED = " because public ACLs are prevented by the BlockPublicAcls setting in S3 Block Public Access"


def checked(invocation: Invocation) -> Result:
    """Perform a call that may carry an access control list, if the bucket takes it."""
    check(invocation)
    return invocation.forward()


def check(invocation: Invocation) -> None:
    """Refuse a list that the bucket does not take; raises AwsError."""
    parameters = invocation.parameters
    if not carries_list(parameters):
        return
    check_form(parameters, OF_OBJECTS if parameters.get("Key") else OF_BUCKETS)
    bucket = str(parameters["Bucket"])
    if object_ownership(invocation.world, bucket) == ENFORCED and not _is_harmless(parameters):
        raise AwsError("AccessControlListNotSupported", "The bucket does not allow ACLs", 400)
    if is_public_list(parameters) and block_public_access(invocation.world, bucket)["BlockPublicAcls"]:
        raise _blocked(invocation)


def carries_list(parameters: dict[str, Any]) -> bool:
    """Tell whether a request says who may access what it is about."""
    return any(parameters.get(name) for name in ("ACL", "AccessControlPolicy", *_GRANTS))


def check_form(parameters: dict[str, Any], canned: tuple[str, ...]) -> None:
    """Refuse a canned list that does not exist, and grants that name nobody; raises AwsError."""
    acl = parameters.get("ACL")
    if acl is not None and acl not in canned:
        raise AwsError("InvalidArgument", "", 400, {"ArgumentName": "x-amz-acl", "ArgumentValue": str(acl)})
    for name in _GRANTS:
        for part in str(parameters.get(name) or "").split(",") if parameters.get(name) else ():
            if not _GRANTEE.fullmatch(part):
                header = f"x-amz-grant-{_HEADERS[name]}"
                fields = {"ArgumentName": header, "ArgumentValue": str(parameters[name])}
                raise AwsError("InvalidArgument", "Argument format not recognized", 400, fields)


_HEADERS = dict(zip(_GRANTS, ("full-control", "read", "read-acp", "write", "write-acp"), strict=True))


def _is_harmless(parameters: dict[str, Any]) -> bool:
    return parameters.get("ACL") in _HARMLESS and not any(parameters.get(name) for name in _GRANTS)


def is_public_list(parameters: dict[str, Any]) -> bool:
    """Tell whether a list in a request grants something to everybody, or to everybody with an account."""
    return parameters.get("ACL") in _PUBLIC_CANNED or any(group in _GROUPS for group in _groups(parameters))


def _groups(parameters: dict[str, Any]) -> Iterator[str]:
    for name in _GRANTS:
        for part in str(parameters.get(name) or "").split(","):
            grantee = _GRANTEE.fullmatch(part)
            if grantee is not None and grantee[1].lower() == "uri":
                yield grantee[2]
    for grant in (parameters.get("AccessControlPolicy") or {}).get("Grants") or ():
        yield str((grant.get("Grantee") or {}).get("URI") or "")


def _blocked(invocation: Invocation) -> AwsError:
    parameters, call = invocation.parameters, invocation.call
    path = f"{parameters['Bucket']}/{parameters['Key']}" if parameters.get("Key") else parameters["Bucket"]
    resource = f"arn:{call.partition}:s3:::{path}"
    named = call.operation_name if call.operation_name.endswith("Acl") else "PutObject"
    return wire.access_denied(call, invocation.principal.arn, f"s3:{named}", _BLOCKED, resource)


HANDLERS: dict[str, Handler] = dict.fromkeys(
    ("CreateMultipartUpload", "PutBucketAcl", "PutObject", "PutObjectAcl"), checked
)
