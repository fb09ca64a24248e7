"""Uploads in parts, as S3 puts them together and refuses to.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html
https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html
"""

from itertools import pairwise
from typing import Any

from sandbox.emulator.s3_state import UploadedPart, parts_of_upload
from sandbox.services.invocation import Handler, Invocation, Result
from sandbox.wire import AwsError

SMALLEST_PART = 5 * 1024 * 1024
MOST_PARTS = 10_000
_NO_UPLOAD = (
    "The specified upload does not exist. "
    "The upload ID may be invalid, or the upload may have been aborted or completed."
)
_NO_PART = (
    "One or more of the specified parts could not be found. "
    "The part may not have been uploaded, or the specified entity tag may not match the part's entity tag."
)


def on_upload(invocation: Invocation) -> Result:
    """Perform a call on an upload that is under way for this key."""
    _parts(invocation)
    number = invocation.parameters.get("PartNumber")
    if number is not None and not 1 <= number <= MOST_PARTS:
        message = f"Part number must be an integer between 1 and {MOST_PARTS}, inclusive"
        raise AwsError("InvalidArgument", message, 400, {"ArgumentName": "partNumber", "ArgumentValue": str(number)})
    return invocation.forward()


def complete_multipart_upload(invocation: Invocation) -> Result:
    """Put an object together from parts in order, all but the last of them large enough."""
    uploaded = _parts(invocation)
    listed = (invocation.parameters.get("MultipartUpload") or {}).get("Parts") or []
    numbers = [int(part.get("PartNumber") or 0) for part in listed]
    if any(later <= earlier for earlier, later in pairwise(numbers)):
        message = "The list of parts was not in ascending order. Parts must be ordered by part number."
        raise AwsError("InvalidPartOrder", message, 400, {"UploadId": _upload_id(invocation)})
    for part, number in zip(listed, numbers, strict=True):
        _check_part(invocation, uploaded.get(number), part, is_last=number == numbers[-1])
    return invocation.forward()


def _parts(invocation: Invocation) -> dict[int, UploadedPart]:
    bucket, key = str(invocation.parameters["Bucket"]), str(invocation.parameters["Key"])
    found = parts_of_upload(invocation.world, bucket, key, _upload_id(invocation))
    if found is None:
        raise AwsError("NoSuchUpload", _NO_UPLOAD, 404, {"UploadId": _upload_id(invocation)})
    return found


def _upload_id(invocation: Invocation) -> str:
    return str(invocation.parameters.get("UploadId") or "")


def _check_part(
    invocation: Invocation, uploaded: UploadedPart | None, listed: dict[str, Any], *, is_last: bool
) -> None:
    number, etag = str(listed.get("PartNumber")), str(listed.get("ETag") or "").strip('"')
    fields = {"PartNumber": number, "ETag": etag}
    if uploaded is None or uploaded.etag != etag:
        raise AwsError("InvalidPart", _NO_PART, 400, {"UploadId": _upload_id(invocation), **fields})
    if uploaded.size < SMALLEST_PART and not is_last:
        sizes = {"ProposedSize": str(uploaded.size), "MinSizeAllowed": str(SMALLEST_PART)}
        message = "Your proposed upload is smaller than the minimum allowed size"
        raise AwsError("EntityTooSmall", message, 400, {**sizes, **fields})


HANDLERS: dict[str, Handler] = {
    **dict.fromkeys(("AbortMultipartUpload", "ListParts", "UploadPart"), on_upload),
    "CompleteMultipartUpload": complete_multipart_upload,
}
