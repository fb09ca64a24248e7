"""S3's name space of an environment: its own buckets, and names that strangers took long ago."""

_COMMON = ("backup", "backups", "bucket", "data", "demo", "example", "images", "logs", "tmp", "uploads", "website")
_FIRST_TRIES = ("my-bucket", "my-first-bucket", "mybucket", "test", "test-bucket", "testbucket")
RESERVED = frozenset(("amazon", "aws", *_COMMON, *_FIRST_TRIES))


class BucketNames(dict[str, tuple[str, str]]):
    """Bucket name → (partition, account that owns it); a reserved name is taken, and nobody here owns it."""

    def __contains__(self, name: object) -> bool:
        return dict.__contains__(self, name) or name in RESERVED

    # moto asks `name in names.keys()`.
    def keys(self) -> "BucketNames":  # type: ignore[override]
        return self
