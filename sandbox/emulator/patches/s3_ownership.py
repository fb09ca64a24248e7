"""New buckets have no access control lists, and their objects are the bucket owner's; moto leaves that unset.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html
"""

from typing import Any

from moto.s3.models import FakeBucket

from sandbox.emulator.expectation import expect


def apply() -> None:
    """Give every bucket that is made the setting; one that is loaded keeps what it had."""
    original = FakeBucket.__init__

    def __init__(self: Any, *args: Any, **kwargs: Any) -> None:
        original(self, *args, **kwargs)
        expect(self.ownership_rule is None, "FakeBucket.ownership_rule")
        self.ownership_rule = "BucketOwnerEnforced"

    bucket: Any = FakeBucket
    bucket.__init__ = __init__
