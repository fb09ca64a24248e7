"""New buckets have no access control lists, and their objects are the bucket owner's; moto leaves that unset.

Objects have lists of their own, which begin private; moto gives them their bucket's, and overlooks one in a body.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html
"""

from typing import Any

from moto.s3.models import FakeBucket, get_canned_acl
from moto.s3.responses import S3Response

from sandbox.emulator.expectation import expect
from sandbox.emulator.world import current

_NEW_OBJECTS = ("CompleteMultipartUpload", "CopyObject", "CreateMultipartUpload", "PutObject")


def _own_list(original: Any) -> Any:
    def acl_from_headers(self: Any, headers: Any) -> Any:
        found = original(self, headers)
        if found is None and current().operation in _NEW_OBJECTS:
            return get_canned_acl("private")
        if found is None and current().operation == "PutObjectAcl":
            return self._acl_from_body()
        return found

    return acl_from_headers


def apply() -> None:
    """Give every bucket that is made the setting; one that is loaded keeps what it had."""
    response: Any = S3Response
    response._acl_from_headers = _own_list(response._acl_from_headers)
    original = FakeBucket.__init__

    def __init__(self: Any, *args: Any, **kwargs: Any) -> None:
        original(self, *args, **kwargs)
        expect(self.ownership_rule is None, "FakeBucket.ownership_rule")
        self.ownership_rule = "BucketOwnerEnforced"

    bucket: Any = FakeBucket
    bucket.__init__ = __init__
