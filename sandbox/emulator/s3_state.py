"""S3's state of an environment, as its permissions need it: who owns a bucket, what is in it, who was granted what."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sandbox.emulator.world import World


@dataclass(frozen=True, slots=True)
class Grant:
    """A grant of an access control list to a group, named by its URI."""

    group: str
    permission: str


def find_bucket(world: World, name: str) -> Any:
    """moto's bucket, whoever owns it in the environment; None when there is none. For use inside the world."""
    partition, owner = world.buckets.get(name) or ("aws", "")
    s3 = world.existing("s3", owner, partition)
    return s3.buckets.get(name) if s3 is not None else None


def has_object(world: World, bucket: str, key: str, version: str = "") -> bool:
    """Tell whether an object, or that version of it, is there; a delete marker is no object."""
    with world.entered():
        return _find_object(world, bucket, key, version) is not None


def _find_object(world: World, bucket: str, key: str, version: str = "") -> Any:
    found = find_bucket(world, bucket)
    if found is None:
        return None
    kept = found.keys.getlist(key, []) or []
    if version:
        # A version that marks a deletion is there, and is no object to read.
        return next((one for one in kept if str(getattr(one, "version_id", None)) == version), None)
    return kept[-1] if kept and hasattr(kept[-1], "contentsize") else None


@dataclass(frozen=True, slots=True)
class UploadedPart:
    """A part of an upload; `etag` without quotes."""

    size: int
    etag: str


def parts_of_upload(world: World, bucket: str, key: str, upload_id: str) -> dict[int, UploadedPart] | None:
    """Parts of an upload by their numbers; None when none is under way for that key."""
    with world.entered():
        found = find_bucket(world, bucket)
        upload = found.multiparts.get(upload_id) if found is not None else None
        if upload is None or upload.key_name != key:
            return None
        return {number: UploadedPart(part.contentsize, part.etag.strip('"')) for number, part in upload.parts.items()}


def object_ownership(world: World, bucket: str) -> str:
    """Who owns the bucket's objects, as S3 calls the setting; "ObjectWriter" where the setting was deleted."""
    with world.entered():
        found = find_bucket(world, bucket)
        rule = found.ownership_rule if found is not None else None
    return str(rule) if rule else "ObjectWriter"


def grants_to_groups(world: World, bucket: str, key: str = "", version: str = "") -> tuple[Grant, ...]:
    """What the list of a bucket, or of an object in it, grants to groups."""
    with world.entered():
        holder = _find_object(world, bucket, key, version) if key else find_bucket(world, bucket)
        return tuple(_to_groups(getattr(holder, "acl", None)))


def _to_groups(acl: Any) -> Iterator[Grant]:
    for grant in acl.grants if acl is not None else ():
        for grantee in grant.grantees:
            if grantee.uri:
                for permission in grant.permissions:
                    yield Grant(grantee.uri, permission)


def count_buckets(world: World, account_id: str) -> int:
    """How many buckets an account owns."""
    return sum(owner == account_id for _, owner in world.buckets.values())
