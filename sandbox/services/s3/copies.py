"""Copies: from an object that the request names in whole.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html
"""

from urllib.parse import unquote

from sandbox.services.invocation import Handler, Invocation, Result
from sandbox.services.s3 import listing, uploads
from sandbox.wire import AwsError


def copy_object(invocation: Invocation) -> Result:
    """Copy an object."""
    _check_source(invocation)
    return listing.checked(invocation)


def upload_part_copy(invocation: Invocation) -> Result:
    """Copy an object, or a range of it, into a part of an upload."""
    _check_source(invocation)
    return uploads.on_upload(invocation)


def _check_source(invocation: Invocation) -> None:
    named = str(invocation.parameters.get("CopySource") or "")
    _, slash, key = unquote(named.partition("?")[0]).lstrip("/").partition("/")
    if not (slash and key):
        fields = {"ArgumentName": "x-amz-copy-source", "ArgumentValue": named}
        raise AwsError("InvalidArgument", "Invalid copy source object key", 400, fields)


HANDLERS: dict[str, Handler] = {"CopyObject": copy_object, "UploadPartCopy": upload_part_copy}
