"""Who owns what is in a bucket, and what keeps it from the public."""

import json
from typing import Any

import pytest

from tests.sandbox.actors import allow, make_user, refused
from tests.sandbox.conftest import Caller
from tests.sandbox.services.s3_buckets import grant, make_bucket, make_open_bucket, second_account, set_policy

pytestmark = pytest.mark.django_db

BUCKET = "plum-otter"
ARN = f"arn:aws:s3:::{BUCKET}"
NO_LISTS = ("AccessControlListNotSupported", 400, "The bucket does not allow ACLs")
ALL_USERS = "http://acs.amazonaws.com/groups/global/AllUsers"
EVERYBODY = {"Version": "2012-10-17", "Statement": [grant("*", "s3:GetObject", resource=f"{ARN}/*")]}


def test_new_buckets_are_the_owners_encrypted_and_closed(caller: Caller) -> None:
    make_bucket(caller, BUCKET)
    s3 = caller.client("s3")
    rules = s3.get_bucket_ownership_controls(Bucket=BUCKET)["OwnershipControls"]["Rules"]
    assert rules == [{"ObjectOwnership": "BucketOwnerEnforced"}]
    encryption = s3.get_bucket_encryption(Bucket=BUCKET)["ServerSideEncryptionConfiguration"]["Rules"]
    assert [rule["ApplyServerSideEncryptionByDefault"] for rule in encryption] == [{"SSEAlgorithm": "AES256"}]
    flags = s3.get_public_access_block(Bucket=BUCKET)["PublicAccessBlockConfiguration"]
    assert set(flags.values()) == {True}


def test_a_buckets_ownership_can_be_chosen_changed_and_deleted(caller: Caller) -> None:
    make_bucket(caller, BUCKET, ObjectOwnership="ObjectWriter")
    s3 = caller.client("s3")

    def ownership() -> str:
        return str(s3.get_bucket_ownership_controls(Bucket=BUCKET)["OwnershipControls"]["Rules"][0]["ObjectOwnership"])

    assert ownership() == "ObjectWriter"
    controls = {"Rules": [{"ObjectOwnership": "BucketOwnerPreferred"}]}
    s3.put_bucket_ownership_controls(Bucket=BUCKET, OwnershipControls=controls)
    assert ownership() == "BucketOwnerPreferred"
    s3.delete_bucket_ownership_controls(Bucket=BUCKET)
    assert refused(s3.get_bucket_ownership_controls, Bucket=BUCKET)[:2] == ("OwnershipControlsNotFoundError", 404)


@pytest.mark.parametrize("rules", [[], [{"ObjectOwnership": "Mine"}], [{"ObjectOwnership": "ObjectWriter"}] * 2])
def test_ownership_is_one_rule_of_three(caller: Caller, rules: Any) -> None:
    make_bucket(caller, BUCKET)
    call = caller.client("s3").put_bucket_ownership_controls
    assert refused(call, Bucket=BUCKET, OwnershipControls={"Rules": rules})[:2] == ("MalformedXML", 400)


LISTS: dict[str, tuple[str, dict[str, Any]]] = {
    "a bucket's": ("put_bucket_acl", {"ACL": "public-read"}),
    "a bucket's grants": ("put_bucket_acl", {"GrantRead": f'uri="{ALL_USERS}"'}),
    "an object's": ("put_object_acl", {"Key": "k", "ACL": "public-read"}),
    "a new object's": ("put_object", {"Key": "k", "ACL": "public-read", "Body": b""}),
    "a new object's grants": ("put_object", {"Key": "k", "GrantRead": f'uri="{ALL_USERS}"', "Body": b""}),
    "a copy's": ("copy_object", {"Key": "k", "ACL": "public-read", "CopySource": f"{BUCKET}/from"}),
    "an upload's": ("create_multipart_upload", {"Key": "k", "ACL": "public-read"}),
}


@pytest.mark.parametrize("case", LISTS)
def test_lists_are_refused_where_the_bucket_has_none(caller: Caller, case: str) -> None:
    make_bucket(caller, BUCKET)
    caller.client("s3").put_object(Bucket=BUCKET, Key="from", Body=b"")
    caller.client("s3").put_object(Bucket=BUCKET, Key="k", Body=b"")
    operation, parameters = LISTS[case]
    assert refused(getattr(caller.client("s3"), operation), Bucket=BUCKET, **parameters) == NO_LISTS


@pytest.mark.parametrize("case", LISTS)
def test_public_lists_are_refused_where_they_are_blocked(caller: Caller, case: str) -> None:
    make_bucket(caller, BUCKET, ObjectOwnership="BucketOwnerPreferred")
    caller.client("s3").put_object(Bucket=BUCKET, Key="from", Body=b"")
    caller.client("s3").put_object(Bucket=BUCKET, Key="k", Body=b"")
    operation, parameters = LISTS[case]
    code, status, message = refused(getattr(caller.client("s3"), operation), Bucket=BUCKET, **parameters)
    assert (code, status) == ("AccessDenied", 403)
    action = {"put_bucket_acl": "PutBucketAcl", "put_object_acl": "PutObjectAcl"}.get(operation, "PutObject")
    resource = f"{ARN}/k" if "Key" in parameters else ARN
    assert message == (
        f'User: {caller_arn(caller)} is not authorized to perform: s3:{action} on resource: "{resource}" '
        "because public ACLs are prevented by the BlockPublicAcls setting in S3 Block Public Access"
    )


def caller_arn(caller: Caller) -> str:
    return str(caller.client("sts").get_caller_identity()["Arn"])


def test_lists_that_say_what_holds_anyway_are_taken(caller: Caller) -> None:
    make_bucket(caller, BUCKET)
    s3 = caller.client("s3")
    s3.put_object(Bucket=BUCKET, Key="k", Body=b"", ACL="bucket-owner-full-control")
    s3.put_object(Bucket=BUCKET, Key="k", Body=b"", ACL="private")
    s3.put_bucket_acl(Bucket=BUCKET, ACL="private")
    s3.put_object_acl(Bucket=BUCKET, Key="k", ACL="bucket-owner-full-control")


@pytest.mark.parametrize("parameters", [{"ACL": "public"}, {"GrantRead": "everybody"}, {"GrantRead": 'uri="a",b'}])
def test_lists_that_are_none_are_refused(caller: Caller, parameters: dict[str, str]) -> None:
    make_open_bucket(caller, BUCKET)
    call = caller.client("s3").put_object
    assert refused(call, Bucket=BUCKET, Key="k", Body=b"", **parameters)[:2] == ("InvalidArgument", 400)


def test_an_object_keeps_the_list_that_was_put(caller: Caller) -> None:
    make_open_bucket(caller, BUCKET)
    s3 = caller.client("s3")
    s3.put_bucket_acl(Bucket=BUCKET, ACL="public-read")
    s3.put_object(Bucket=BUCKET, Key="k", Body=b"")
    assert groups(s3, "k") == []
    owner = s3.get_object_acl(Bucket=BUCKET, Key="k")
    everybody = {"Grantee": {"Type": "Group", "URI": ALL_USERS}, "Permission": "READ"}
    policy = {"Owner": owner["Owner"], "Grants": [*owner["Grants"], everybody]}
    s3.put_object_acl(Bucket=BUCKET, Key="k", AccessControlPolicy=policy)
    assert groups(s3, "k") == [(ALL_USERS, "READ")]


def groups(s3: Any, key: str) -> list[tuple[str, str]]:
    grants = s3.get_object_acl(Bucket=BUCKET, Key=key)["Grants"]
    return [(one["Grantee"]["URI"], one["Permission"]) for one in grants if one["Grantee"]["Type"] == "Group"]


def test_a_list_that_opens_the_bucket_must_go_before_lists_do(caller: Caller) -> None:
    make_open_bucket(caller, BUCKET)
    s3 = caller.client("s3")
    s3.put_bucket_acl(Bucket=BUCKET, ACL="public-read")
    enforced = {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
    code, status, _ = refused(s3.put_bucket_ownership_controls, Bucket=BUCKET, OwnershipControls=enforced)
    assert (code, status) == ("InvalidBucketAclWithObjectOwnership", 400)
    s3.put_bucket_acl(Bucket=BUCKET, ACL="private")
    s3.put_bucket_ownership_controls(Bucket=BUCKET, OwnershipControls=enforced)


def test_a_bucket_is_not_made_with_a_list_that_it_cannot_have(caller: Caller) -> None:
    assert refused(make_bucket, caller=caller, name=BUCKET, ACL="public-read")[:2] == (
        "InvalidBucketAclWithObjectOwnership",
        400,
    )
    assert refused(make_bucket, caller=caller, name=BUCKET, ACL="public-read", ObjectOwnership="ObjectWriter")[:2] == (
        "InvalidBucketAclWithBlockPublicAccessError",
        400,
    )
    make_bucket(caller, BUCKET, ACL="private")


# Policies


def test_a_public_policy_is_not_saved_while_that_is_blocked(caller: Caller) -> None:
    make_bucket(caller, BUCKET)
    s3 = caller.client("s3")
    assert refused(s3.put_bucket_policy, Bucket=BUCKET, Policy=json.dumps(EVERYBODY)) == (
        "AccessDenied",
        403,
        f'User: {caller_arn(caller)} is not authorized to perform: s3:PutBucketPolicy on resource: "{ARN}" '
        "because public policies are prevented by the BlockPublicPolicy setting in S3 Block Public Access",
    )
    s3.delete_public_access_block(Bucket=BUCKET)
    s3.put_bucket_policy(Bucket=BUCKET, Policy=json.dumps(EVERYBODY))
    assert s3.get_bucket_policy_status(Bucket=BUCKET)["PolicyStatus"] == {"IsPublic": True}


def test_a_policy_for_somebody_is_not_public(caller: Caller) -> None:
    make_bucket(caller, BUCKET)
    s3 = caller.client("s3")
    assert refused(s3.get_bucket_policy_status, Bucket=BUCKET)[:2] == ("NoSuchBucketPolicy", 404)
    set_policy(caller, BUCKET, grant({"AWS": caller.account.pk}, "s3:GetObject", resource=f"{ARN}/*"))
    assert s3.get_bucket_policy_status(Bucket=BUCKET)["PolicyStatus"] == {"IsPublic": False}


@pytest.mark.parametrize("resource", ["arn:aws:s3:::fig-otter/*", f"{ARN}-2/*", "arn:aws:s3:::fig*", f"{ARN}/"[:-3]])
def test_a_policy_is_about_its_own_bucket(caller: Caller, resource: str) -> None:
    make_bucket(caller, BUCKET)
    statement = grant({"AWS": caller.account.pk}, "s3:GetObject", resource=resource)
    call = caller.client("s3").put_bucket_policy
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    assert refused(call, Bucket=BUCKET, Policy=policy) == ("MalformedPolicy", 400, "Policy has invalid resource")


@pytest.mark.parametrize(
    "resource", [ARN, f"{ARN}/*", f"{ARN}/a/b", f"{ARN}*", "arn:aws:s3:::*", f"{ARN}/${{aws:username}}/*"]
)
def test_a_policy_names_the_bucket_and_its_objects(caller: Caller, resource: str) -> None:
    make_bucket(caller, BUCKET)
    set_policy(caller, BUCKET, grant({"AWS": caller.account.pk}, "s3:*", resource=resource))


def test_the_accounts_settings_hold_for_its_buckets(caller: Caller) -> None:
    make_open_bucket(caller, BUCKET)
    control = caller.client("s3control")
    account = caller.account.pk
    code, status, _ = refused(control.get_public_access_block, AccountId=account)
    assert (code, status) == ("NoSuchPublicAccessBlockConfiguration", 404)
    flags = {
        "BlockPublicAcls": True,
        "IgnorePublicAcls": False,
        "BlockPublicPolicy": True,
        "RestrictPublicBuckets": False,
    }
    control.put_public_access_block(AccountId=account, PublicAccessBlockConfiguration=flags)
    assert control.get_public_access_block(AccountId=account)["PublicAccessBlockConfiguration"] == flags
    s3 = caller.client("s3")
    assert refused(s3.put_bucket_policy, Bucket=BUCKET, Policy=json.dumps(EVERYBODY))[0] == "AccessDenied"
    assert refused(s3.put_bucket_acl, Bucket=BUCKET, ACL="public-read")[0] == "AccessDenied"
    control.delete_public_access_block(AccountId=account)
    s3.put_bucket_policy(Bucket=BUCKET, Policy=json.dumps(EVERYBODY))


def test_the_accounts_settings_are_the_accounts(caller: Caller) -> None:
    other = second_account(caller)
    user = make_user(caller, "reader", allow("s3:*"))
    for asker in (caller, user):
        code, status, _ = refused(asker.client("s3control").get_public_access_block, AccountId=other.account.pk)
        assert (code, status) == ("AccessDenied", 403)
    nobody = make_user(caller, "nobody")
    code, status, message = refused(nobody.client("s3control").get_public_access_block, AccountId=caller.account.pk)
    assert (code, status) == ("AccessDenied", 403)
    assert "s3:GetAccountPublicAccessBlock" in message
