"""New buckets block public access in all four ways, as they do since April 2023; moto leaves that unset.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
"""

from typing import Any

from moto.s3.models import FakeBucket, PublicAccessBlock

from sandbox.emulator.expectation import expect


def apply() -> None:
    """Give every bucket that is made the settings; one that is loaded keeps what it had."""
    original = FakeBucket.__init__

    def __init__(self: Any, *args: Any, **kwargs: Any) -> None:
        original(self, *args, **kwargs)
        expect(self.public_access_block is None, "FakeBucket.public_access_block")
        self.public_access_block = PublicAccessBlock(True, True, True, True)

    bucket: Any = FakeBucket
    bucket.__init__ = __init__
