"""Where buckets are."""

from typing import Any, NamedTuple

from sandbox.emulator.world import World


class BucketHome(NamedTuple):
    """A bucket's region and the account that owns it."""

    region: str
    account_id: str


def bucket_home(world: World, name: str) -> BucketHome | None:
    """Where a bucket of the environment is; None when there is no such bucket."""
    with world.entered():
        found = world.buckets.get(name)
        if found is None:
            return None
        partition, account_id = found
        s3: Any = world.backend("s3", account_id, partition)
        bucket = s3.buckets.get(name)
        return None if bucket is None else BucketHome(bucket.region_name, account_id)
