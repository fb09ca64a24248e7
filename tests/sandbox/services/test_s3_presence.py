"""What S3 says of buckets and objects that are not there."""

import json
from typing import Any

import pytest

from sandbox.emulator.bucket_names import RESERVED
from sandbox.environments import create_environment
from tests.sandbox.actors import allow, deny, make_user, refused
from tests.sandbox.conftest import Caller, make_caller
from tests.sandbox.services.s3_buckets import grant, make_bucket, second_account, set_policy

pytestmark = pytest.mark.django_db

BUCKET = "plum-otter"
ARN = f"arn:aws:s3:::{BUCKET}"
NOT_THERE = (404, "The specified bucket does not exist")

ON_BUCKETS: dict[str, dict[str, Any]] = {
    "list_objects_v2": {},
    "get_bucket_policy": {},
    "get_bucket_location": {},
    "delete_bucket": {},
    "put_object": {"Key": "k", "Body": b""},
    "get_object": {"Key": "k"},
    "delete_object": {"Key": "k"},
    "delete_objects": {"Delete": {"Objects": [{"Key": "k"}]}},
    "copy_object": {"Key": "k", "CopySource": "plum-otter/k"},
    "create_multipart_upload": {"Key": "k"},
}


@pytest.mark.parametrize("operation", ON_BUCKETS)
def test_everybody_hears_that_a_bucket_does_not_exist(caller: Caller, operation: str) -> None:
    nobody = make_user(caller, "nobody")
    call = getattr(nobody.client("s3"), operation)
    assert refused(call, Bucket=BUCKET, **ON_BUCKETS[operation]) == ("NoSuchBucket", *NOT_THERE)
    assert nobody.answered is not None and b"<BucketName>plum-otter</BucketName>" in nobody.answered.body


def test_head_of_a_missing_bucket_has_no_body(caller: Caller) -> None:
    assert refused(caller.client("s3").head_bucket, Bucket=BUCKET) == ("404", 404, "Not Found")
    assert caller.answered is not None and caller.answered.body == b""


def test_a_missing_source_of_a_copy_is_named(caller: Caller) -> None:
    make_bucket(caller, BUCKET)
    call = caller.client("s3").copy_object
    assert refused(call, Bucket=BUCKET, Key="k", CopySource="fig-otter/k") == ("NoSuchBucket", *NOT_THERE)
    assert caller.answered is not None and b"<BucketName>fig-otter</BucketName>" in caller.answered.body


def test_buckets_of_another_environment_do_not_exist(caller: Caller) -> None:
    make_bucket(caller, BUCKET)
    stranger = make_caller(create_environment().accounts.get())
    assert refused(stranger.client("s3").list_objects_v2, Bucket=BUCKET) == ("NoSuchBucket", *NOT_THERE)


@pytest.mark.parametrize("name", sorted(RESERVED)[:3])
def test_names_that_strangers_hold_are_closed(caller: Caller, name: str) -> None:
    assert refused(caller.client("s3").list_objects_v2, Bucket=name) == ("AccessDenied", 403, "Access Denied")


def test_a_name_that_another_account_holds_is_taken(caller: Caller) -> None:
    other = second_account(caller)
    make_bucket(other, BUCKET)
    code, status, _ = refused(make_bucket, caller=caller, name=BUCKET)
    assert (code, status) == ("BucketAlreadyExists", 409)
    nobody = make_user(caller, "nobody")
    code, status, message = refused(make_bucket, caller=nobody, name=BUCKET)
    assert (code, status) == ("AccessDenied", 403)
    assert "no identity-based policy allows the s3:CreateBucket action" in message


def test_ones_own_name_is_ones_own_already(caller: Caller) -> None:
    make_bucket(caller, BUCKET)
    code, status, _ = refused(make_bucket, caller=caller, name=BUCKET)
    assert (code, status) == ("BucketAlreadyOwnedByYou", 409)


ON_OBJECTS: dict[str, dict[str, Any]] = {
    "get_object": {},
    "get_object_acl": {},
    "get_object_attributes": {"ObjectAttributes": ["ETag"]},
    "get_object_tagging": {},
}


@pytest.mark.parametrize("operation", ON_OBJECTS)
def test_a_missing_object_is_shown_to_who_may_list(caller: Caller, operation: str) -> None:
    make_bucket(caller, BUCKET)
    reader = make_user(caller, "reader", allow("s3:GetObject*", resource=f"{ARN}/*"))
    lister = make_user(caller, "lister", allow("s3:GetObject*", "s3:ListBucket"))
    asked = {"Bucket": BUCKET, "Key": "absent", **ON_OBJECTS[operation]}
    assert refused(getattr(lister.client("s3"), operation), **asked) == (
        "NoSuchKey",
        404,
        "The specified key does not exist.",
    )
    user = f"arn:aws:iam::{caller.account.pk}:user/reader"
    assert refused(getattr(reader.client("s3"), operation), **asked) == (
        "AccessDenied",
        403,
        f'User: {user} is not authorized to perform: s3:ListBucket on resource: "{ARN}" '
        "because no identity-based policy allows the s3:ListBucket action",
    )


def test_head_of_a_missing_object_says_so_by_its_status(caller: Caller) -> None:
    make_bucket(caller, BUCKET)
    reader = make_user(caller, "reader", allow("s3:GetObject"))
    assert refused(caller.client("s3").head_object, Bucket=BUCKET, Key="absent")[:2] == ("404", 404)
    assert refused(reader.client("s3").head_object, Bucket=BUCKET, Key="absent")[:2] == ("403", 403)
    assert reader.answered is not None and reader.answered.body == b""


def test_who_may_not_read_hears_nothing_of_what_is_missing(caller: Caller) -> None:
    make_bucket(caller, BUCKET)
    lister = make_user(caller, "lister", allow("s3:ListBucket"))
    code, status, message = refused(lister.client("s3").get_object, Bucket=BUCKET, Key="absent")
    assert (code, status) == ("AccessDenied", 403)
    assert f's3:GetObject on resource: "{ARN}/absent"' in message


def test_an_explicit_denial_of_listing_is_told(caller: Caller) -> None:
    make_bucket(caller, BUCKET)
    user = make_user(caller, "reader", allow("s3:*"), deny("s3:ListBucket"))
    _, status, message = refused(user.client("s3").get_object, Bucket=BUCKET, Key="absent")
    assert status == 403
    assert message.endswith(f's3:ListBucket on resource: "{ARN}" with an explicit deny in an identity-based policy')


def test_a_missing_version_is_shown_to_who_may_list_versions(caller: Caller) -> None:
    make_bucket(caller, BUCKET)
    s3 = caller.client("s3")
    s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
    made = s3.put_object(Bucket=BUCKET, Key="k", Body=b"one")["VersionId"]
    reader = make_user(caller, "reader", allow("s3:GetObjectVersion", "s3:ListBucket"))
    lister = make_user(caller, "lister", allow("s3:GetObjectVersion", "s3:ListBucketVersions"))
    absent = made[:-1] + ("a" if made[-1] != "a" else "b")
    assert reader.client("s3").get_object(Bucket=BUCKET, Key="k", VersionId=made)["Body"].read() == b"one"
    _, status, message = refused(reader.client("s3").get_object, Bucket=BUCKET, Key="k", VersionId=absent)
    assert (status, "s3:ListBucketVersions" in message) == (403, True)
    code, status, _ = refused(lister.client("s3").get_object, Bucket=BUCKET, Key="k", VersionId=absent)
    assert (code, status) == ("NoSuchVersion", 404)


def test_a_deleted_object_of_a_versioned_bucket_is_missing(caller: Caller) -> None:
    make_bucket(caller, BUCKET)
    s3 = caller.client("s3")
    s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
    s3.put_object(Bucket=BUCKET, Key="k", Body=b"one")
    s3.delete_object(Bucket=BUCKET, Key="k")
    reader = make_user(caller, "reader", allow("s3:GetObject"))
    assert refused(s3.get_object, Bucket=BUCKET, Key="k")[:2] == ("NoSuchKey", 404)
    assert refused(reader.client("s3").get_object, Bucket=BUCKET, Key="k")[:2] == ("AccessDenied", 403)


def test_the_event_keeps_why_the_missing_object_was_hidden(caller: Caller) -> None:
    make_bucket(caller, BUCKET)
    reader = make_user(caller, "reader", allow("s3:GetObject"))
    refused(reader.client("s3").get_object, Bucket=BUCKET, Key="absent")
    decision = (
        json.loads(caller.events()[-1].decision)
        if isinstance(caller.events()[-1].decision, str)
        else (caller.events()[-1].decision)
    )
    assert [(need["action"], need["verdict"]) for need in decision["needs"]] == [
        ("s3:GetObject", "Allowed"),
        ("s3:ListBucket", "ImplicitlyDenied"),
    ]


def test_objects_that_are_not_there_yet_are_the_bucket_owners(caller: Caller) -> None:
    other = second_account(caller)
    make_bucket(other, BUCKET)
    s3 = caller.client("s3")
    denied = ("AccessDenied", 403, "Access Denied")
    assert refused(s3.put_object, Bucket=BUCKET, Key="new", Body=b"x") == denied
    assert refused(s3.get_object, Bucket=BUCKET, Key="absent") == denied
    assert refused(s3.create_multipart_upload, Bucket=BUCKET, Key="new") == denied
    policy = {"AWS": caller.account.pk}
    set_policy(other, BUCKET, grant(policy, "s3:PutObject", "s3:GetObject", resource=f"{ARN}/*"))
    s3.put_object(Bucket=BUCKET, Key="new", Body=b"x")
    assert other.client("s3").get_object(Bucket=BUCKET, Key="new")["Body"].read() == b"x"
    assert refused(s3.get_object, Bucket=BUCKET, Key="absent") == denied
