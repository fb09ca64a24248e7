"""Names that S3 takes for buckets and objects.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html
"""

import re
from ipaddress import AddressValueError, IPv4Address
from typing import Any

from sandbox.wire import AwsError, Call

_NAME = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
# What AWS keeps for names of its own. It keeps amzn-s3-demo- too, the beginning of all names in its documentation:
# here the examples that are found there shall work as they stand.
_BEGINNINGS = ("xn--", "sthree-")
_ENDINGS = ("-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3")
LONGEST_KEY = 1024


def check(call: Call, parameters: dict[str, Any]) -> None:
    """Refuse a new bucket's name or an object's key that cannot be; raises AwsError."""
    if call.service != "s3":
        return
    if call.operation_name == "CreateBucket":
        check_bucket_name(str(parameters.get("Bucket", "")))
    size = len(str(parameters.get("Key") or "").encode("utf-8", "surrogateescape"))
    if size > LONGEST_KEY:
        fields = {"Size": str(size), "MaxSizeAllowed": str(LONGEST_KEY)}
        raise AwsError("KeyTooLongError", "Your key is too long", 400, fields)


def check_bucket_name(name: str) -> None:
    """Refuse what no general purpose bucket may be called; raises AwsError."""
    if not is_bucket_name(name):
        raise AwsError("InvalidBucketName", "The specified bucket is not valid.", 400, {"BucketName": name})


def is_bucket_name(name: str) -> bool:
    """Tell whether a new bucket may have this name."""
    return (
        _NAME.fullmatch(name) is not None
        and ".." not in name
        and not _is_address(name)
        and not name.startswith(_BEGINNINGS)
        and not name.endswith(_ENDINGS)
    )


def _is_address(name: str) -> bool:
    try:
        IPv4Address(name)
    except AddressValueError:
        # Numbers that no address has are formed like one all the same.
        parts = name.split(".")
        return len(parts) == 4 and all(part.isdigit() for part in parts)
    return True
