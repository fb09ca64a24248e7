"""Uploads from a browser's form: what the policy's signer may, and what the policy lets through."""

import base64
import hmac
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import boto3
import pytest
from botocore.config import Config

from sandbox import gateway
from sandbox.environments import Credentials
from sandbox.wire import Request, Response
from sandbox.wire.sigv4 import signing_key
from tests.sandbox.actors import allow, make_user
from tests.sandbox.conftest import Caller
from tests.sandbox.services.s3_buckets import make_bucket, make_open_bucket
from tests.sandbox.test_endpoint import call, make_environ

pytestmark = pytest.mark.django_db

BUCKET = "plum-otter"
BOUNDARY = "----plum"
Fields = dict[str, str]


def encoded(fields: Fields, file: bytes, filename: str = "cat.png") -> bytes:
    parts = [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    ]
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="{filename}"\r\n'
    return b"".join(
        [*parts, head.encode(), b"Content-Type: image/png\r\n\r\n", file, f"\r\n--{BOUNDARY}--\r\n".encode()]
    )


def send(
    url: str, body: bytes, *, content_type: str = f"multipart/form-data; boundary={BOUNDARY}", **given: Any
) -> Response:
    address = urlsplit(url)
    headers = (("content-type", content_type), ("user-agent", "browser"))
    return gateway.handle(Request("POST", address.netloc, address.path or "/", "", headers, body), **given)


def presigned(
    credentials: Credentials,
    key: str,
    *,
    style: str = "virtual",
    token: str | None = None,
    endpoint_url: str | None = None,
    **given: Any,
) -> Any:
    client = boto3.client(
        "s3",
        region_name="eu-central-1",
        endpoint_url=endpoint_url,
        aws_access_key_id=credentials.access_key_id,
        aws_secret_access_key=credentials.secret_access_key,
        aws_session_token=token,
        config=Config(s3={"addressing_style": style}, signature_version="s3v4"),
    )
    return client.generate_presigned_post(BUCKET, key, **given)


def told(response: Response) -> tuple[int, str, str]:
    body = response.body.decode()
    return response.status, _element(body, "Code"), _element(body, "Message")


def _element(body: str, name: str) -> str:
    return body.partition(f"<{name}>")[2].partition(f"</{name}>")[0]


def stored(caller: Caller, key: str) -> Any:
    return caller.client("s3").get_object(Bucket=BUCKET, Key=key)


@pytest.fixture
def bucket(caller: Caller) -> Caller:
    make_bucket(caller, BUCKET)
    return caller


@pytest.mark.parametrize("style", ["path", "virtual"])
def test_what_boto3_presigns_is_taken(bucket: Caller, style: str) -> None:
    form = presigned(bucket.credentials, "in/cat.png", style=style)
    answer = send(form["url"], encoded(form["fields"], b"meow"))
    assert (answer.status, answer.body) == (204, b"")
    assert dict(answer.headers)["Location"] == form["url"].rstrip("/") + "/in/cat.png"
    assert stored(bucket, "in/cat.png")["Body"].read() == b"meow"
    assert bucket.events()[-2].event_name == "PutObject"


def test_the_signer_needs_the_permission(bucket: Caller) -> None:
    user = make_user(bucket, "writer", allow("s3:PutObject", resource=f"arn:aws:s3:::{BUCKET}/in/*"))
    form = presigned(user.credentials, "in/a")
    assert send(form["url"], encoded(form["fields"], b"")).status == 204
    form = presigned(user.credentials, "out/a")
    status, code, message = told(send(form["url"], encoded(form["fields"], b"")))
    assert (status, code) == (403, "AccessDenied")
    assert message.endswith("because no identity-based policy allows the s3:PutObject action")


def test_session_credentials_sign_too(bucket: Caller) -> None:
    made = bucket.client("sts").get_session_token()["Credentials"]
    credentials = Credentials(made["AccessKeyId"], made["SecretAccessKey"])
    form = presigned(credentials, "a", token=made["SessionToken"])
    assert form["fields"]["x-amz-security-token"] == made["SessionToken"]
    assert send(form["url"], encoded(form["fields"], b"x")).status == 204
    del form["fields"]["x-amz-security-token"]
    assert told(send(form["url"], encoded(form["fields"], b"x")))[0] in (400, 403)


def test_the_name_of_the_file_becomes_part_of_the_key(bucket: Caller) -> None:
    form = presigned(bucket.credentials, "in/${filename}")
    answer = send(form["url"], encoded(form["fields"], b"x", filename="C:\\pictures\\ünter & co.png"))
    assert answer.status == 204
    assert stored(bucket, "in/ünter & co.png")["Body"].read() == b"x"


def test_fields_become_headers_metadata_and_tags(bucket: Caller) -> None:
    tags = "<Tagging><TagSet><Tag><Key>team</Key><Value>blue + red</Value></Tag></TagSet></Tagging>"
    fields = {"Content-Type": "text/plain", "x-amz-meta-colour": "teal", "tagging": tags, "Cache-Control": "no-store"}
    form = presigned(
        bucket.credentials, "a", Fields=fields, Conditions=[{name: value} for name, value in fields.items()]
    )
    assert send(form["url"], encoded(form["fields"], b"x")).status == 204
    found = stored(bucket, "a")
    assert (found["ContentType"], found["Metadata"], found["CacheControl"]) == (
        "text/plain",
        {"colour": "teal"},
        "no-store",
    )
    tagging = bucket.client("s3").get_object_tagging(Bucket=BUCKET, Key="a")
    assert tagging["TagSet"] == [{"Key": "team", "Value": "blue + red"}]


@pytest.mark.parametrize(("asked", "status"), [("200", 200), ("201", 201), ("204", 204), ("500", 204)])
def test_the_form_chooses_the_status(bucket: Caller, asked: str, status: int) -> None:
    fields = {"success_action_status": asked}
    form = presigned(bucket.credentials, "a & b", Fields=fields, Conditions=[fields])
    answer = send(form["url"], encoded(form["fields"], b"x"))
    assert answer.status == status
    if status == 201:
        told_by = answer.body.decode()
        assert (_element(told_by, "Bucket"), _element(told_by, "Key")) == (BUCKET, "a &amp; b")
        assert _element(told_by, "Location") == dict(answer.headers)["Location"]
        assert _element(told_by, "ETag") == "&quot;9dd4e461268c8034f5c8564e155c67a6&quot;"


def test_the_form_sends_the_browser_on(bucket: Caller) -> None:
    fields = {"success_action_redirect": "https://shop.example/done?step=2"}
    form = presigned(bucket.credentials, "a", Fields=fields, Conditions=[fields])
    answer = send(form["url"], encoded(form["fields"], b"x"))
    assert (answer.status, dict(answer.headers)["Location"]) == (
        303,
        f"https://shop.example/done?step=2&bucket={BUCKET}&key=a&etag=%229dd4e461268c8034f5c8564e155c67a6%22",
    )


@pytest.mark.parametrize("target", ["javascript:alert(1)", "https://x.example/\r\nSet-Cookie: a=b", "nowhere"])
def test_a_browser_is_sent_to_web_addresses_only(bucket: Caller, target: str) -> None:
    fields = {"success_action_redirect": target}
    form = presigned(bucket.credentials, "a", Fields=fields, Conditions=[fields])
    assert send(form["url"], encoded(form["fields"], b"x")).status == 204


# The policy


def by_policy(
    caller: Caller, conditions: list[Any], fields: Fields, file: bytes = b"x", *, expires: str | None = None
) -> tuple[int, str, str]:
    """Send a form whose policy has these conditions beside those on bucket and signature."""
    form = presigned(caller.credentials, "in/a", Conditions=conditions)
    signed = form["fields"]
    if expires is not None:
        policy = json.loads(base64.b64decode(signed["policy"]))
        signed |= sign(caller, json.dumps({**policy, "expiration": expires}), signed)
    return told(send(form["url"], encoded({**signed, **fields}, file)))


def sign(caller: Caller, policy: str, fields: Fields) -> Fields:
    """Policy and signature of a form, as its signer would make them."""
    encoded_policy = base64.b64encode(policy.encode()).decode()
    _, date, region, service, _ = fields["x-amz-credential"].split("/")
    key = signing_key(caller.credentials.secret_access_key, date, region, service)
    return {"policy": encoded_policy, "x-amz-signature": hmac.digest(key, encoded_policy.encode(), "sha256").hex()}


REFUSED: dict[str, tuple[list[Any], Fields, bytes, tuple[int, str, str]]] = {
    "eq": (
        [{"acl": "private"}],
        {"acl": "public-read"},
        b"x",
        (403, "AccessDenied", 'Invalid according to Policy: Policy Condition failed: ["eq", "$acl", "private"]'),
    ),
    "eq, as a list": (
        [["eq", "$Content-Type", "image/png"]],
        {"Content-Type": "text/html"},
        b"x",
        (
            403,
            "AccessDenied",
            'Invalid according to Policy: Policy Condition failed: ["eq", "$content-type", "image/png"]',
        ),
    ),
    "starts-with": (
        [["starts-with", "$Content-Type", "image/"]],
        {"Content-Type": "image/png,text/html"},
        b"x",
        (
            403,
            "AccessDenied",
            'Invalid according to Policy: Policy Condition failed: ["starts-with", "$content-type", "image/"]',
        ),
    ),
    "a field that is not sent": (
        [{"x-amz-meta-colour": "teal"}],
        {},
        b"x",
        (
            403,
            "AccessDenied",
            'Invalid according to Policy: Policy Condition failed: ["eq", "$x-amz-meta-colour", "teal"]',
        ),
    ),
    "a field too many": (
        [],
        {"x-amz-meta-colour": "teal"},
        b"x",
        (403, "AccessDenied", "Invalid according to Policy: Extra input fields: x-amz-meta-colour"),
    ),
    "too large": (
        [["content-length-range", 1, 3]],
        {},
        b"meow",
        (400, "EntityTooLarge", "Your proposed upload exceeds the maximum allowed size"),
    ),
    "too small": (
        [["content-length-range", 1, 3]],
        {},
        b"",
        (400, "EntityTooSmall", "Your proposed upload is smaller than the minimum allowed size"),
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_the_policy_refuses(bucket: Caller, case: str) -> None:
    conditions, fields, file, expected = REFUSED[case]
    # XML has its own way to write quotes.
    status, code, message = by_policy(bucket, conditions, fields, file)
    assert (status, code, message.replace("&quot;", '"')) == expected


ALLOWED: dict[str, tuple[list[Any], Fields]] = {
    "starts-with nothing": ([["starts-with", "$x-amz-meta-note", ""]], {"x-amz-meta-note": "any"}),
    "starts-with nothing, not sent": ([["starts-with", "$x-amz-meta-note", ""]], {}),
    "each of several types": ([["starts-with", "$Content-Type", "image/"]], {"Content-Type": "image/png,image/gif"}),
    "fields to be ignored": ([], {"x-ignore-sum": "1"}),
    "a range": ([["content-length-range", 1, 1]], {}),
}


@pytest.mark.parametrize("case", ALLOWED)
def test_the_policy_lets_through(bucket: Caller, case: str) -> None:
    conditions, fields = ALLOWED[case]
    assert by_policy(bucket, conditions, fields) == (204, "", "")


def test_a_policy_expires(bucket: Caller) -> None:
    expected = (403, "AccessDenied", "Invalid according to Policy: Policy expired.")
    assert by_policy(bucket, [], {}, expires="2026-01-01T00:00:00.000Z") == expected
    form = presigned(bucket.credentials, "in/a", ExpiresIn=60)
    body = encoded(form["fields"], b"x")
    assert send(form["url"], body, now=datetime.now(UTC) + timedelta(seconds=50)).status == 204
    assert told(send(form["url"], body, now=datetime.now(UTC) + timedelta(seconds=70))) == expected


UNREADABLE = {
    "no JSON": "{",
    "no object": "[]",
    "deep": "[" * 5000,
    "no conditions": json.dumps({"expiration": "2099-01-01T00:00:00Z"}),
    "no expiration": json.dumps({"conditions": []}),
    "no time": json.dumps({"expiration": "soon", "conditions": []}),
    "no condition": json.dumps({"expiration": "2099-01-01T00:00:00Z", "conditions": ["x"]}),
    "an operator that is none": json.dumps({"expiration": "2099-01-01T00:00:00Z", "conditions": [["ne", "$a", "b"]]}),
    "no size": json.dumps({"expiration": "2099-01-01T00:00:00Z", "conditions": [["content-length-range", -1, {}]]}),
}


@pytest.mark.parametrize("case", UNREADABLE)
def test_a_policy_that_cannot_be_read_is_refused(bucket: Caller, case: str) -> None:
    form = presigned(bucket.credentials, "in/a")
    fields = form["fields"] | sign(bucket, UNREADABLE[case], form["fields"])
    status, code, message = told(send(form["url"], encoded(fields, b"x")))
    assert (status, code, message.startswith("Invalid Policy: ")) == (400, "InvalidPolicyDocument", True)


def test_a_signature_that_is_not_the_policys_is_refused(bucket: Caller) -> None:
    form = presigned(bucket.credentials, "in/a")
    form["fields"]["x-amz-signature"] = "0" * 64
    assert told(send(form["url"], encoded(form["fields"], b"x")))[:2] == (403, "SignatureDoesNotMatch")
    other = presigned(replace(bucket.credentials, access_key_id="AKIAABCDEFGHIJKLMNOP"), "in/a")
    assert told(send(other["url"], encoded(other["fields"], b"x")))[:2] == (403, "InvalidAccessKeyId")


# The form


def without(*names: str) -> Any:
    return lambda fields: {name: value for name, value in fields.items() if name not in names}


BROKEN: dict[str, tuple[Any, tuple[int, str]]] = {
    "no key": (without("key"), (400, "InvalidArgument")),
    "no signature": (without("x-amz-signature"), (400, "InvalidArgument")),
    "no policy": (without("policy"), (400, "InvalidArgument")),
    "no credential": (without("x-amz-credential"), (400, "InvalidArgument")),
    "another algorithm": (lambda fields: {**fields, "x-amz-algorithm": "HMAC"}, (400, "InvalidArgument")),
    "a broken credential": (
        lambda fields: {**fields, "x-amz-credential": "AKIA"},
        (400, "AuthorizationQueryParametersError"),
    ),
    "another service's credential": (
        lambda fields: {**fields, "x-amz-credential": fields["x-amz-credential"].replace("/s3/", "/ec2/")},
        (400, "AuthorizationQueryParametersError"),
    ),
    "no time": (lambda fields: {**fields, "x-amz-date": "today"}, (400, "InvalidArgument")),
    "version 2": (lambda fields: {**fields, "AWSAccessKeyId": "AKIA"}, (400, "InvalidRequest")),
    "a long field": (lambda fields: {**fields, "x-ignore": "x" * 30_000}, (400, "MaxPostPreDataLengthExceeded")),
    "another bucket": (lambda fields: {**fields, "bucket": "fig-otter"}, (400, "InvalidArgument")),
    "nothing": (lambda fields: {"key": "a"}, (403, "AccessDenied")),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_form_is_refused(bucket: Caller, case: str) -> None:
    change, expected = BROKEN[case]
    form = presigned(bucket.credentials, "in/a")
    answer = send(form["url"], encoded(change(form["fields"]), b"x"), environment_id=bucket.account.environment_id)
    assert told(answer)[:2] == expected


BODIES = {
    "empty": b"",
    "no boundary": b"key=a",
    "no end": f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="key"\r\n\r\na'.encode(),
    "no name": f"--{BOUNDARY}\r\nContent-Type: text/plain\r\n\r\na\r\n--{BOUNDARY}--\r\n".encode(),
    "thousands of parts": f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="a"\r\n\r\n\r\n'.encode() * 5000,
    "long headers": f"--{BOUNDARY}\r\n".encode() + b"X: y\r\n" * 100_000 + b"\r\n\r\n",
}


@pytest.mark.parametrize("case", BODIES)
def test_a_body_that_is_no_form_is_refused(bucket: Caller, case: str) -> None:
    url = f"https://s3.eu-central-1.amazonaws.com/{BUCKET}"
    status, code, _ = told(send(url, BODIES[case]))
    assert (status, code) in ((400, "MalformedPOSTRequest"), (400, "InvalidArgument"))
    assert told(send(url, BODIES[case], content_type="multipart/form-data"))[:2] == (400, "MalformedPOSTRequest")


def test_a_form_without_a_file_is_refused(bucket: Caller) -> None:
    form = presigned(bucket.credentials, "in/a")
    body = encoded(form["fields"], b"x").partition(
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"'.encode()
    )
    assert told(send(form["url"], body[0] + f"--{BOUNDARY}--\r\n".encode())) == (
        400,
        "InvalidArgument",
        "POST requires exactly one file upload per request.",
    )


def test_everybody_may_post_to_a_bucket_that_everybody_may_write(caller: Caller) -> None:
    make_open_bucket(caller, BUCKET)
    caller.client("s3").put_bucket_acl(Bucket=BUCKET, ACL="public-read-write")
    url = f"https://{BUCKET}.s3.eu-central-1.amazonaws.com/"
    answer = send(url, encoded({"key": "a"}, b"x"), environment_id=caller.account.environment_id)
    assert answer.status == 204
    assert stored(caller, "a")["Body"].read() == b"x"


def test_the_body_of_a_file_may_hold_what_looks_like_a_boundary(bucket: Caller) -> None:
    form = presigned(bucket.credentials, "a")
    content = b"--" + BOUNDARY.encode() + b"\r\n\r\n\x00\xff"
    assert send(form["url"], encoded(form["fields"], content)).status == 204
    assert stored(bucket, "a")["Body"].read() == content


def test_the_plain_endpoint_takes_forms_too(bucket: Caller) -> None:
    form = presigned(bucket.credentials, "in/a", endpoint_url="http://127.0.0.1:8000/aws", style="path")
    assert form["url"] == f"http://127.0.0.1:8000/aws/{BUCKET}"
    sent = make_environ(
        RAW_URI=f"/aws/{BUCKET}",
        CONTENT_TYPE=f"multipart/form-data; boundary={BOUNDARY}",
        body=encoded(form["fields"], b"x"),
    )
    status, headers, _ = call(sent)
    assert (status[:3], headers["location"]) == ("204", f"https://127.0.0.1:8000/aws/{BUCKET}/in/a")
    assert stored(bucket, "in/a")["Body"].read() == b"x"
