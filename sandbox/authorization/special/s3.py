"""S3 calls on several objects: copies and the deletion of many."""

from collections.abc import Iterable, Iterator
from urllib.parse import parse_qs, unquote

from sandbox.authorization.locating import Located, place
from sandbox.authorization.questions import Asked
from sandbox.authorization.state import Resource, State

from .asking import Question

OBJECT = ("s3:object",)


def copy_object(asked: Asked, state: State) -> Iterable[Question]:
    """Read the source and write the target; tags are read and written if the source has some or new ones are given.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html
    """
    yield from _read(asked, state)
    target = _target(asked, state)
    yield Question("s3:PutObject", target)
    if asked.parameters.get("TaggingDirective") == "REPLACE" and asked.parameters.get("Tagging"):
        yield Question("s3:PutObjectTagging", target)
    elif asked.parameters.get("TaggingDirective") != "REPLACE":
        yield from _copied_tags(asked, state)
    for parameter, action in (
        ("ACL", "s3:PutObjectAcl"),
        ("ObjectLockMode", "s3:PutObjectRetention"),
        ("ObjectLockLegalHoldStatus", "s3:PutObjectLegalHold"),
    ):
        if asked.parameters.get(parameter):
            yield Question(action, target)


def upload_part_copy(asked: Asked, state: State) -> Iterable[Question]:
    """Read the source and write the target."""
    yield from _read(asked, state)
    yield Question("s3:PutObject", _target(asked, state))


def delete_objects(asked: Asked, state: State) -> Iterable[Question]:
    """One question for each object named."""
    bucket = str(asked.parameters.get("Bucket", "*"))
    for each in (asked.parameters.get("Delete") or {}).get("Objects") or ():
        version = each.get("VersionId")
        located = place(OBJECT, (bucket, str(each.get("Key", ""))), asked, state)
        keys = {"s3:versionid": (str(version),)} if version else {}
        yield Question("s3:DeleteObjectVersion" if version else "s3:DeleteObject", located, keys)
        if asked.parameters.get("BypassGovernanceRetention"):
            yield Question("s3:BypassGovernanceRetention", located)


def _target(asked: Asked, state: State) -> Located:
    parameters = asked.parameters
    return place(OBJECT, (str(parameters.get("Bucket", "*")), str(parameters.get("Key", "*"))), asked, state)


def _read(asked: Asked, state: State) -> Iterator[Question]:
    bucket, key, version = source_of(asked.parameters.get("CopySource"))
    located = place(OBJECT, (bucket, key), asked, state)
    keys = {"s3:versionid": (version,)} if version else {}
    yield Question("s3:GetObjectVersion" if version else "s3:GetObject", located, keys)


def _copied_tags(asked: Asked, state: State) -> Iterator[Question]:
    bucket, key, version = source_of(asked.parameters.get("CopySource"))
    source = place(OBJECT, (bucket, key), asked, state)
    if source.found is not None and _is_tagged(source.found):
        yield Question("s3:GetObjectVersionTagging" if version else "s3:GetObjectTagging", source)
        yield Question("s3:PutObjectTagging", _target(asked, state))


def _is_tagged(found: Resource) -> bool:
    return bool(found.tags) or any(key.startswith("s3:ExistingObjectTag/") for key in found.keys)


def source_of(value: object) -> tuple[str, str, str]:
    """Bucket (or access point's ARN), key and version of a CopySource, which may be given as a structure."""
    if isinstance(value, dict):
        return str(value.get("Bucket", "*")), str(value.get("Key", "*")), str(value.get("VersionId") or "")
    path, _, query = str(value or "").partition("?")
    version = parse_qs(query).get("versionId", [""])[0]
    path = unquote(path).lstrip("/")
    if path.startswith("arn:") and "/object/" in path:
        bucket, _, key = path.partition("/object/")
    else:
        bucket, _, key = path.partition("/")
    return bucket or "*", key or "*", version
