"""Access control lists of S3: what they grant to everybody, where a bucket still has them.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html
"""

from dataclasses import replace

from sandbox.access import Asking, Judgement
from sandbox.emulator import World
from sandbox.emulator.policies import block_public_access
from sandbox.emulator.s3_state import grants_to_groups, object_ownership
from sandbox.iam.decision import Layer, Verdict

ALL_USERS = "http://acs.amazonaws.com/groups/global/AllUsers"
AUTHENTICATED_USERS = "http://acs.amazonaws.com/groups/global/AuthenticatedUsers"
ENFORCED = "BucketOwnerEnforced"

_BUCKET = {
    "READ": frozenset(("s3:ListBucket", "s3:ListBucketVersions", "s3:ListBucketMultipartUploads")),
    "WRITE": frozenset(("s3:PutObject",)),
    "READ_ACP": frozenset(("s3:GetBucketAcl",)),
    "WRITE_ACP": frozenset(("s3:PutBucketAcl",)),
}
_OBJECT = {
    "READ": frozenset(("s3:GetObject", "s3:GetObjectVersion")),
    "READ_ACP": frozenset(("s3:GetObjectAcl", "s3:GetObjectVersionAcl")),
    "WRITE_ACP": frozenset(("s3:PutObjectAcl", "s3:PutObjectVersionAcl")),
}


def with_grant(world: World, asking: Asking, judgement: Judgement) -> Judgement:
    """The judgement, allowed by an access control list where no policy allowed or denied."""
    decision, need = judgement.decision, judgement.need
    # Who has an account needs its leave as well, and a denial goes before every grant.
    if (decision.verdict, decision.blocked_by) != (Verdict.IMPLICITLY_DENIED, Layer.RESOURCE):
        return judgement
    group = _granting(world, asking, judgement)
    return replace(judgement, grant=f"{group} in the access control list of {need.resource}") if group else judgement


def _granting(world: World, asking: Asking, judgement: Judgement) -> str:
    """The group to whose members a list grants the action; "" for none."""
    bucket, _, key = judgement.need.resource.rpartition(":::")[2].partition("/")
    if object_ownership(world, bucket) == ENFORCED or block_public_access(world, bucket)["IgnorePublicAcls"]:
        return ""
    groups = (ALL_USERS,) if asking.principal.kind == "Anonymous" else (ALL_USERS, AUTHENTICATED_USERS)
    version = str(asking.parameters.get("VersionId") or "")
    # A bucket's list bears on writing objects, an object's own on the rest.
    on_object = bool(key) and judgement.need.action != "s3:PutObject"
    granted = grants_to_groups(world, bucket, key, version) if on_object else grants_to_groups(world, bucket)
    actions = _OBJECT if on_object else _BUCKET
    for grant in granted:
        permissions = actions if grant.permission == "FULL_CONTROL" else (grant.permission,)
        if grant.group in groups and any(judgement.need.action in actions.get(name, ()) for name in permissions):
            return grant.group
    return ""
