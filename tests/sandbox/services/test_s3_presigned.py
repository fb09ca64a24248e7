"""Presigned URLs: whoever holds one may do what its signer may, until it expires."""

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import boto3
import pytest
from botocore.config import Config

from sandbox import gateway
from sandbox.environments import Credentials
from sandbox.wire import Request, Response
from tests.sandbox.actors import allow, make_user
from tests.sandbox.conftest import Caller
from tests.sandbox.services.s3_buckets import make_bucket

pytestmark = pytest.mark.django_db

BUCKET = "plum-otter"
STYLES = ("path", "virtual")
METHODS = {"get_object": "GET", "head_object": "HEAD", "put_object": "PUT", "delete_object": "DELETE"}


def presigned(
    credentials: Credentials,
    operation: str,
    *,
    style: str = "virtual",
    token: str | None = None,
    expires: int = 60,
    **parameters: Any,
) -> str:
    client = boto3.client(
        "s3",
        region_name="eu-central-1",
        aws_access_key_id=credentials.access_key_id,
        aws_secret_access_key=credentials.secret_access_key,
        aws_session_token=token,
        config=Config(s3={"addressing_style": style}, signature_version="s3v4"),
    )
    asked = {"Bucket": BUCKET, "Key": "a b/ü", **parameters}
    return str(client.generate_presigned_url(operation, Params=asked, ExpiresIn=expires))


def follow(url: str, method: str, body: bytes = b"", *, now: datetime | None = None, **headers: str) -> Response:
    address = urlsplit(url)
    sent = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return gateway.handle(Request(method, address.netloc, address.path, address.query, sent, body), now=now)


def told(response: Response) -> tuple[int, str, str]:
    body = response.body.decode()
    texts = [body.partition(f"<{name}>")[2].partition(f"</{name}>")[0] for name in ("Code", "Message")]
    return response.status, texts[0], texts[1]


@pytest.fixture
def bucket(caller: Caller) -> Caller:
    make_bucket(caller, BUCKET)
    caller.client("s3").put_object(Bucket=BUCKET, Key="a b/ü", Body=b"one")
    return caller


@pytest.mark.parametrize("style", STYLES)
def test_a_url_does_what_it_was_signed_for(bucket: Caller, style: str) -> None:
    def url(operation: str) -> str:
        return presigned(bucket.credentials, operation, style=style)

    assert follow(url("get_object"), "GET").body == b"one"
    head = follow(url("head_object"), "HEAD")
    assert (head.status, head.body) == (200, b"")
    assert follow(url("put_object"), "PUT", b"two").status == 200
    assert follow(url("get_object"), "GET").body == b"two"
    assert follow(url("delete_object"), "DELETE").status == 204
    assert told(follow(url("get_object"), "GET"))[:2] == (404, "NoSuchKey")


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("operation", METHODS)
def test_a_url_expires(bucket: Caller, style: str, operation: str) -> None:
    url = presigned(bucket.credentials, operation, style=style, expires=60)
    late = follow(url, METHODS[operation], now=datetime.now(UTC) + timedelta(seconds=70))
    assert late.status == 403
    assert operation == "head_object" or told(late) == (403, "AccessDenied", "Request has expired")


@pytest.mark.parametrize("operation", METHODS)
def test_a_url_is_for_one_method_and_one_object(bucket: Caller, operation: str) -> None:
    url = presigned(bucket.credentials, operation)
    for method in METHODS.values():
        if method != METHODS[operation]:
            assert follow(url, method).status == 403
    assert follow(url.replace("/a%20b/", "/a%20c/"), METHODS[operation]).status == 403


def test_the_signers_permissions_count_when_the_url_is_used(bucket: Caller) -> None:
    user = make_user(bucket, "reader", allow("s3:GetObject"))
    url = presigned(user.credentials, "get_object")
    assert follow(url, "GET").body == b"one"
    bucket.client("iam").delete_user_policy(UserName="reader", PolicyName="inline-0")
    status, code, message = told(follow(url, "GET"))
    assert (status, code) == (403, "AccessDenied")
    assert "no identity-based policy allows the s3:GetObject action" in message
    assert told(follow(presigned(user.credentials, "put_object"), "PUT", b"x"))[:2] == (403, "AccessDenied")


def test_session_credentials_presign_too(bucket: Caller) -> None:
    made = bucket.client("sts").get_session_token(DurationSeconds=900)["Credentials"]
    credentials = Credentials(made["AccessKeyId"], made["SecretAccessKey"])
    url = presigned(credentials, "get_object", token=made["SessionToken"], expires=7200)
    assert follow(url, "GET").body == b"one"
    # The URL ends with the session, however long it was signed for.
    late = follow(url, "GET", now=datetime.now(UTC) + timedelta(seconds=1000))
    assert told(late)[:2] == (400, "ExpiredToken")


def test_a_signed_header_must_come_as_it_was_signed(bucket: Caller) -> None:
    url = presigned(bucket.credentials, "put_object", ContentType="text/plain", Metadata={"colour": "teal"})
    assert follow(url, "PUT", b"x", content_type="text/html").status == 403
    assert follow(url, "PUT", b"x", content_type="text/plain", x_amz_meta_colour="teal").status == 200


def test_an_answer_can_be_dressed_by_the_url(bucket: Caller) -> None:
    url = presigned(bucket.credentials, "get_object", ResponseContentDisposition='attachment; filename="a.txt"')
    headers = {name.lower(): value for name, value in follow(url, "GET").headers}
    assert headers["content-disposition"] == 'attachment; filename="a.txt"'
