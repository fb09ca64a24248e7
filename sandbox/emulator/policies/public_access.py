"""S3 Block Public Access as it holds for a bucket: the account's settings and the bucket's own together."""

from typing import Any

from sandbox.emulator.world import World

FLAGS = {
    "BlockPublicAcls": "block_public_acls",
    "IgnorePublicAcls": "ignore_public_acls",
    "BlockPublicPolicy": "block_public_policy",
    "RestrictPublicBuckets": "restrict_public_buckets",
}


def block_public_access(world: World, bucket: str) -> dict[str, bool]:
    """The four settings by their names in the API; all off for a bucket that does not exist here.

    The more restrictive of the two levels wins:
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
    """
    with world.entered():
        partition, owner = world.buckets.get(bucket) or ("aws", "")
        s3 = world.existing("s3", owner, partition)
        found = s3.buckets.get(bucket) if s3 is not None else None
        if found is None:
            return dict.fromkeys(FLAGS, False)
        account = world.existing("s3control", owner, partition)
        levels: list[Any] = [found.public_access_block, account.public_access_block if account is not None else None]
        return {flag: any(getattr(level, name, False) for level in levels) for flag, name in FLAGS.items()}
