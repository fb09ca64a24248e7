"""A bucket made in "EU", S3's oldest name of a place, is in eu-west-1; moto takes the name for a region's."""

import functools
import inspect
from typing import Any

from moto.s3.models import FakeBucket, S3Backend

from sandbox.emulator.expectation import expect

OLD_NAMES = {"EU": "eu-west-1"}


def _in_a_region(original: Any) -> Any:
    @functools.wraps(original)
    def create_bucket(self: Any, bucket_name: str, region_name: str, *args: Any, **kwargs: Any) -> Any:
        return original(self, bucket_name, OLD_NAMES.get(region_name, region_name), *args, **kwargs)

    return create_bucket


def apply() -> None:
    """Make every bucket in a region that exists."""
    backend: Any = S3Backend
    expect("region_name" in inspect.signature(FakeBucket).parameters, "where S3 keeps a bucket's region")
    backend.create_bucket = _in_a_region(backend.create_bucket)
