"""A copy may read from a bucket of another account here: the gateway has asked both buckets' owners."""

from typing import Any

from moto.s3.models import FakeKey, S3Backend

from sandbox.emulator.expectation import expect
from sandbox.emulator.world import current

_COPYING = ("CopyObject", "UploadPartCopy")


def _across(original: Any) -> Any:
    def get_bucket(self: Any, bucket_name: str) -> Any:
        world = current()
        held = world.buckets.get(bucket_name) if world.operation in _COPYING else None
        if held is None or held[1] == self.account_id:
            return original(self, bucket_name)
        partition, owner = held
        source: Any = world.backend("s3", owner, partition)
        return original(source, bucket_name)

    return get_bucket


def _with_tags(original: Any) -> Any:
    def copy_object(self: Any, src_key: Any, dest_bucket_name: str, dest_key_name: str, *args: Any, **more: Any) -> Any:
        copied = original(self, src_key, dest_bucket_name, dest_key_name, *args, **more)
        if src_key.account_id != self.account_id:
            # moto looks for the source's tags among the target's.
            bucket = self.get_bucket(dest_bucket_name)
            source: Any = current().backend("s3", src_key.account_id, bucket.partition)
            tags = source.tagger.get_tag_dict_for_resource(src_key.arn)
            self.put_object_tagging(bucket.keys[dest_key_name], tags)
        return copied

    return copy_object


def apply() -> None:
    """Find the source wherever it is; every other operation sees its own account's buckets alone."""
    backend: Any = S3Backend
    expect(callable(getattr(backend, "get_bucket", None)), "S3Backend.get_bucket")
    expect("account_id" in FakeKey.__init__.__code__.co_varnames, "whose a key is")
    backend.get_bucket = _across(backend.get_bucket)
    backend.copy_object = _with_tags(backend.copy_object)
