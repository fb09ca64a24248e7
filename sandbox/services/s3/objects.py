"""Listing and deleting objects within S3's limits.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html
https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html
"""

from sandbox.emulator.list_tokens import key_of
from sandbox.services.invocation import Handler, Invocation, Result
from sandbox.services.s3.payloads import malformed
from sandbox.wire import AwsError

MOST_DELETED = 1000
_LARGEST = 2_147_483_647
_COUNTS = {"MaxKeys": "maxKeys", "MaxUploads": "max-uploads"}


def delete_objects(invocation: Invocation) -> Result:
    """Delete up to a thousand objects at once."""
    if len((invocation.parameters.get("Delete") or {}).get("Objects") or ()) > MOST_DELETED:
        raise malformed()
    return invocation.forward()


def list_some(invocation: Invocation) -> Result:
    """List as many as may be asked for, from where a listing before ended."""
    for parameter, name in _COUNTS.items():
        count = invocation.parameters.get(parameter)
        if count is not None and not 0 <= count <= _LARGEST:
            fields = {"ArgumentName": name, "ArgumentValue": str(count)}
            message = f"Argument {name} must be an integer between 0 and {_LARGEST}"
            raise AwsError("InvalidArgument", message, 400, fields)
    token = invocation.parameters.get("ContinuationToken")
    if token is not None and key_of(str(token)) is None:
        fields = {"ArgumentName": "continuation-token", "ArgumentValue": str(token)}
        raise AwsError("InvalidArgument", "The continuation token provided is incorrect", 400, fields)
    return invocation.forward()


HANDLERS: dict[str, Handler] = {
    "DeleteObjects": delete_objects,
    **dict.fromkeys(("ListMultipartUploads", "ListObjectVersions", "ListObjects", "ListObjectsV2"), list_some),
}
