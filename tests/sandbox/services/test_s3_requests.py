"""Names, limits, parts and bodies: what S3 refuses, and in which words."""

from typing import Any

import pytest
from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from sandbox import gateway, s3_names, worlds
from sandbox.services.s3 import buckets
from sandbox.wire import Request
from tests.sandbox.actors import refused
from tests.sandbox.conftest import Caller
from tests.sandbox.services.s3_buckets import grant, make_bucket, second_account, set_policy

BUCKET = "plum-otter"
HOST = "s3.eu-central-1.amazonaws.com"

GOOD_NAMES = ["abc", "a" * 63, "1-a.b-2", "a.b.c", "192.168.5.4a", "my--bucket", "a-s3aliases", "amzn-s3-demo-bucket"]
BAD_NAMES = [
    *("ab", "a" * 64, "Plum", "plum_otter", "-plum", "plum-", ".plum", "plum.", "plum..otter", "192.168.5.4", ""),
    *("999.1.1.1", "xn--plum", "sthree-plum", "plum-s3alias", "plum--ol-s3", "plum.mrap"),
    *("plum--x-s3", "plum--table-s3", "plüm", "plum otter", "plum\n"),
]


@pytest.mark.parametrize("name", GOOD_NAMES)
def test_a_bucket_may_have_the_name(name: str) -> None:
    assert s3_names.is_bucket_name(name)


@pytest.mark.parametrize("name", BAD_NAMES)
def test_no_bucket_may_have_the_name(name: str) -> None:
    assert not s3_names.is_bucket_name(name)


@pytest.mark.django_db
def test_a_name_that_cannot_be_is_refused(caller: Caller) -> None:
    assert refused(make_bucket, caller=caller, name="Plum_Otter") == (
        "InvalidBucketName",
        400,
        "The specified bucket is not valid.",
    )


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["test", "my-bucket", "example", "images"])
def test_names_that_strangers_took_are_taken(caller: Caller, name: str) -> None:
    assert refused(make_bucket, caller=caller, name=name)[:2] == ("BucketAlreadyExists", 409)


@pytest.mark.django_db
def test_an_account_has_a_hundred_buckets_at_most(caller: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    assert buckets.MOST_BUCKETS == 100
    monkeypatch.setattr(buckets, "MOST_BUCKETS", 2)
    make_bucket(caller, "plum-one")
    make_bucket(caller, "plum-two")
    assert refused(make_bucket, caller=caller, name="plum-three")[:2] == ("TooManyBuckets", 400)
    assert refused(make_bucket, caller=caller, name="plum-two")[:2] == ("BucketAlreadyOwnedByYou", 409)
    make_bucket(second_account(caller), "plum-three")


@pytest.fixture
def bucket(caller: Caller) -> Caller:
    make_bucket(caller, BUCKET)
    return caller


@pytest.mark.django_db
def test_a_key_has_1024_bytes_at_most(bucket: Caller) -> None:
    s3 = bucket.client("s3")
    s3.put_object(Bucket=BUCKET, Key="ü" * 512, Body=b"")
    assert refused(s3.put_object, Bucket=BUCKET, Key="ü" * 512 + "a", Body=b"") == (
        "KeyTooLongError",
        400,
        "Your key is too long",
    )


@pytest.mark.django_db
def test_what_holds_something_is_not_deleted(bucket: Caller) -> None:
    s3 = bucket.client("s3")
    s3.put_object(Bucket=BUCKET, Key="k", Body=b"")
    assert refused(s3.delete_bucket, Bucket=BUCKET)[:2] == ("BucketNotEmpty", 409)


@pytest.mark.django_db
def test_ranges_beyond_the_end_are_not_satisfied(bucket: Caller) -> None:
    s3 = bucket.client("s3")
    s3.put_object(Bucket=BUCKET, Key="k", Body=b"0123456789")
    assert s3.get_object(Bucket=BUCKET, Key="k", Range="bytes=-3")["Body"].read() == b"789"
    assert refused(s3.get_object, Bucket=BUCKET, Key="k", Range="bytes=10-")[:2] == ("InvalidRange", 416)


@pytest.mark.django_db
def test_the_bucket_is_whose_the_caller_expects(bucket: Caller) -> None:
    s3 = bucket.client("s3")
    s3.put_object(Bucket=BUCKET, Key="k", Body=b"", ExpectedBucketOwner=bucket.account.pk)
    denied = ("AccessDenied", 403, "Access Denied")
    assert refused(s3.put_object, Bucket=BUCKET, Key="k", Body=b"", ExpectedBucketOwner="111122223333") == denied
    copy = {"Bucket": BUCKET, "Key": "c", "CopySource": f"{BUCKET}/k"}
    assert refused(s3.copy_object, **copy, ExpectedSourceBucketOwner="111122223333") == denied


# Uploads in parts


@pytest.fixture
def upload(bucket: Caller) -> tuple[Any, dict[str, Any]]:
    s3 = bucket.client("s3")
    begun = {"Bucket": BUCKET, "Key": "m"}
    return s3, {**begun, "UploadId": s3.create_multipart_upload(**begun)["UploadId"]}


@pytest.mark.django_db
def test_parts_go_together_in_order_and_large_enough(upload: tuple[Any, dict[str, Any]]) -> None:
    s3, named = upload
    one = s3.upload_part(**named, PartNumber=1, Body=b"x")["ETag"]
    two = s3.upload_part(**named, PartNumber=2, Body=b"y")["ETag"]
    first, second = {"PartNumber": 1, "ETag": one}, {"PartNumber": 2, "ETag": two}

    def complete(*parts: dict[str, Any]) -> tuple[str, int]:
        return refused(s3.complete_multipart_upload, **named, MultipartUpload={"Parts": list(parts)})[:2]

    assert complete(second, first) == ("InvalidPartOrder", 400)
    assert complete(first, first) == ("InvalidPartOrder", 400)
    assert complete(first, second) == ("EntityTooSmall", 400)
    assert complete({"PartNumber": 1, "ETag": two}) == ("InvalidPart", 400)
    assert complete({"PartNumber": 3, "ETag": one}) == ("InvalidPart", 400)
    assert complete() == ("MalformedXML", 400)
    assert s3.complete_multipart_upload(**named, MultipartUpload={"Parts": [first]})["Key"] == "m"


@pytest.mark.django_db
def test_parts_are_of_an_upload_under_way(upload: tuple[Any, dict[str, Any]]) -> None:
    s3, named = upload
    parts = {"Parts": [{"PartNumber": 1, "ETag": "x"}]}
    for wrong in ({**named, "UploadId": "nope"}, {**named, "Key": "other"}):
        for call, more in (
            (s3.upload_part, {"PartNumber": 1, "Body": b""}),
            (s3.upload_part_copy, {"PartNumber": 1, "CopySource": f"{BUCKET}/k"}),
            (s3.complete_multipart_upload, {"MultipartUpload": parts}),
            (s3.abort_multipart_upload, {}),
            (s3.list_parts, {}),
        ):
            code, status, _ = refused(call, **wrong, **more)
            assert (code, status) in (("NoSuchUpload", 404), ("NoSuchKey", 404))


@pytest.mark.django_db
@pytest.mark.parametrize("number", [0, -1, 10_001])
def test_parts_are_numbered_from_one_to_ten_thousand(upload: tuple[Any, dict[str, Any]], number: int) -> None:
    s3, named = upload
    assert refused(s3.upload_part, **named, PartNumber=number, Body=b"") == (
        "InvalidArgument",
        400,
        "Part number must be an integer between 1 and 10000, inclusive",
    )


# Bodies


def put(caller: Caller, path: str, body: bytes, method: str = "PUT") -> tuple[int, str]:
    """Status and code of the answer to a signed request."""
    keys = Credentials(caller.credentials.access_key_id, caller.credentials.secret_access_key)
    made = AWSRequest(method, f"https://{HOST}{path}", data=body, headers={"host": HOST})
    S3SigV4Auth(keys, "s3", "eu-central-1").add_auth(made)
    plain, _, query = path.partition("?")
    headers = tuple((name.lower(), str(value)) for name, value in made.headers.items())
    answer = gateway.handle(Request(method, HOST, plain, query, headers, body))
    return answer.status, answer.body.decode().partition("<Code>")[2].partition("</Code>")[0]


CONFIGURED = (
    *("accelerate", "acl", "cors", "encryption", "lifecycle", "logging", "notification", "object-lock"),
    *("ownershipControls", "publicAccessBlock", "replication", "tagging", "versioning", "website"),
)


@pytest.mark.django_db
@pytest.mark.parametrize("name", CONFIGURED)
def test_a_configuration_is_of_its_own_element(bucket: Caller, name: str) -> None:
    path = f"/{BUCKET}?{name}"
    assert put(bucket, path, b"<Broken") == (400, "MalformedXML")
    assert put(bucket, path, b"<Other/>") == (400, "MalformedXML")
    assert put(bucket, path, b"")[0] == 400


@pytest.mark.django_db
def test_objects_configurations_are_of_their_own_element(bucket: Caller) -> None:
    bucket.client("s3").put_object(Bucket=BUCKET, Key="k", Body=b"")
    assert put(bucket, f"/{BUCKET}/k?tagging", b"<Other/>") == (400, "MalformedXML")
    assert put(bucket, f"/{BUCKET}/k?tagging", b"<Tagging/>") == (400, "MalformedXML")
    assert put(bucket, f"/{BUCKET}/k?acl", b"") == (400, "MissingRequestBodyError")
    assert put(bucket, f"/{BUCKET}?delete", b"<Other/>", "POST") == (400, "MalformedXML")
    on = b"<VersioningConfiguration><Status>On</Status></VersioningConfiguration>"
    assert put(bucket, f"/{BUCKET}?versioning", on) == (400, "MalformedXML")


@pytest.mark.django_db
def test_a_thousand_objects_are_deleted_at_most(bucket: Caller) -> None:
    s3 = bucket.client("s3")
    keys = [{"Key": str(number)} for number in range(1001)]
    assert refused(s3.delete_objects, Bucket=BUCKET, Delete={"Objects": keys})[:2] == ("MalformedXML", 400)
    assert len(s3.delete_objects(Bucket=BUCKET, Delete={"Objects": keys[:1000]})["Deleted"]) == 1000


@pytest.mark.django_db
def test_deleting_a_version_that_is_not_there_deletes_nothing(bucket: Caller) -> None:
    s3 = bucket.client("s3")
    s3.put_object(Bucket=BUCKET, Key="k", Body=b"kept")
    s3.delete_object(Bucket=BUCKET, Key="k", VersionId="absent")
    s3.delete_objects(Bucket=BUCKET, Delete={"Objects": [{"Key": "k", "VersionId": "absent"}]})
    assert s3.get_object(Bucket=BUCKET, Key="k")["Body"].read() == b"kept"
    s3.delete_object(Bucket=BUCKET, Key="k", VersionId="null")
    assert refused(s3.get_object, Bucket=BUCKET, Key="k")[0] == "NoSuchKey"


# Listings


@pytest.mark.django_db
def test_a_listing_goes_on_in_any_process(bucket: Caller) -> None:
    s3 = bucket.client("s3")
    for key in ("a", "b/1", "b/2", "ü"):
        s3.put_object(Bucket=BUCKET, Key=key, Body=b"")
    found: list[str] = []
    token: dict[str, Any] = {}
    for _ in range(4):
        page = s3.list_objects_v2(Bucket=BUCKET, MaxKeys=1, **token)
        found += [each["Key"] for each in page["Contents"]]
        token = {"ContinuationToken": page.get("NextContinuationToken")}
        worlds.drop(bucket.account.environment_id)
    assert (found, token["ContinuationToken"]) == (["a", "b/1", "b/2", "ü"], None)
    assert s3.list_objects_v2(Bucket=BUCKET, MaxKeys=0)["KeyCount"] == 0


@pytest.mark.django_db
@pytest.mark.parametrize(
    "parameters", [{"MaxKeys": -1}, {"ContinuationToken": "nope"}, {"ContinuationToken": "YWJjZGVmZ2g="}]
)
def test_a_listing_begins_somewhere(bucket: Caller, parameters: dict[str, Any]) -> None:
    assert refused(bucket.client("s3").list_objects_v2, Bucket=BUCKET, **parameters)[:2] == ("InvalidArgument", 400)


# Copies


@pytest.mark.django_db
def test_copies_cross_accounts_where_both_sides_say_so(bucket: Caller) -> None:
    other = second_account(bucket)
    make_bucket(other, "fig-otter")
    other.client("s3").put_object(Bucket="fig-otter", Key="k", Body=b"theirs", Metadata={"a": "b"}, Tagging="team=blue")
    copy = {"Bucket": BUCKET, "Key": "mine", "CopySource": "fig-otter/k"}
    s3 = bucket.client("s3")
    assert refused(s3.copy_object, **copy) == ("AccessDenied", 403, "Access Denied")
    reading = grant({"AWS": bucket.account.pk}, "s3:GetObject", resource="arn:aws:s3:::fig-otter/*")
    set_policy(other, "fig-otter", reading)
    # The source has tags, which are read with it.
    assert refused(s3.copy_object, **copy)[:2] == ("AccessDenied", 403)
    tags = grant({"AWS": bucket.account.pk}, "s3:GetObjectTagging", resource="arn:aws:s3:::fig-otter/*")
    set_policy(other, "fig-otter", reading, tags)
    s3.copy_object(**copy)
    copied = s3.get_object(Bucket=BUCKET, Key="mine")
    assert (copied["Body"].read(), copied["Metadata"]) == (b"theirs", {"a": "b"})
    assert s3.get_object_tagging(Bucket=BUCKET, Key="mine")["TagSet"] == [{"Key": "team", "Value": "blue"}]
    assert [each["Key"] for each in other.client("s3").list_objects_v2(Bucket="fig-otter")["Contents"]] == ["k"]


@pytest.mark.django_db
def test_copies_go_into_another_accounts_bucket_by_its_policy(bucket: Caller) -> None:
    other = second_account(bucket)
    make_bucket(other, "fig-otter")
    s3 = bucket.client("s3")
    s3.put_object(Bucket=BUCKET, Key="k", Body=b"mine")
    copy = {"Bucket": "fig-otter", "Key": "theirs", "CopySource": f"{BUCKET}/k"}
    assert refused(s3.copy_object, **copy)[:2] == ("AccessDenied", 403)
    writing = grant({"AWS": bucket.account.pk}, "s3:PutObject", resource="arn:aws:s3:::fig-otter/*")
    set_policy(other, "fig-otter", writing)
    s3.copy_object(**copy)
    assert other.client("s3").get_object(Bucket="fig-otter", Key="theirs")["Body"].read() == b"mine"


@pytest.mark.django_db
def test_a_part_is_copied_across_accounts(bucket: Caller) -> None:
    other = second_account(bucket)
    make_bucket(other, "fig-otter")
    other.client("s3").put_object(Bucket="fig-otter", Key="k", Body=b"theirs")
    reading = grant({"AWS": bucket.account.pk}, "s3:GetObject", resource="arn:aws:s3:::fig-otter/*")
    set_policy(other, "fig-otter", reading)
    s3 = bucket.client("s3")
    named = {"Bucket": BUCKET, "Key": "m"}
    named["UploadId"] = s3.create_multipart_upload(**named)["UploadId"]
    part = s3.upload_part_copy(**named, PartNumber=1, CopySource="fig-otter/k")["CopyPartResult"]["ETag"]
    s3.complete_multipart_upload(**named, MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": part}]})
    assert s3.get_object(Bucket=BUCKET, Key="m")["Body"].read() == b"theirs"


@pytest.mark.django_db
@pytest.mark.parametrize("source", [BUCKET, f"{BUCKET}/", "/"])
def test_a_source_is_an_object(bucket: Caller, source: str) -> None:
    call = bucket.client("s3").copy_object
    assert refused(call, Bucket=BUCKET, Key="k", CopySource=source)[:2] == ("InvalidArgument", 400)
