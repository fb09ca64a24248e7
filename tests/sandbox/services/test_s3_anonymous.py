"""S3 without a signature: public is what a policy or a list opens, and nothing blocks."""

import json
from typing import Any
from uuid import UUID, uuid4

import pytest

from sandbox import endpoint, gateway
from sandbox.wire import Request, Response
from tests.sandbox.actors import refused
from tests.sandbox.conftest import Caller
from tests.sandbox.services.s3_buckets import grant, make_bucket, make_open_bucket, second_account, set_policy
from tests.sandbox.test_endpoint import call, make_environ

pytestmark = pytest.mark.django_db

BUCKET = "plum-otter"
ARN = f"arn:aws:s3:::{BUCKET}"
PUBLIC = grant("*", "s3:GetObject", resource=f"{ARN}/*")
DENIED = (403, "AccessDenied", "Access Denied")


def ask(
    caller: Caller | UUID, path: str, *, method: str = "GET", query: str = "", body: bytes = b"", **headers: str
) -> Response:
    environment = caller.account.environment_id if isinstance(caller, Caller) else caller
    host = "s3.eu-central-1.amazonaws.com"
    sent = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return gateway.handle(Request(method, host, path, query, sent, body), environment_id=environment)


def told(response: Response) -> tuple[int, str, str]:
    body = response.body.decode()
    return response.status, _element(body, "Code"), _element(body, "Message")


def _element(body: str, name: str) -> str:
    return body.partition(f"<{name}>")[2].partition(f"</{name}>")[0]


@pytest.fixture
def bucket(caller: Caller) -> Caller:
    make_open_bucket(caller, BUCKET)
    caller.client("s3").put_object(Bucket=BUCKET, Key="page.html", Body=b"<p>hello</p>", ContentType="text/html")
    return caller


def test_nothing_is_public_at_first(bucket: Caller) -> None:
    assert told(ask(bucket, f"/{BUCKET}/page.html")) == DENIED
    assert told(ask(bucket, f"/{BUCKET}")) == DENIED
    assert told(ask(bucket, f"/{BUCKET}/new", method="PUT", body=b"x")) == DENIED
    assert told(ask(bucket, f"/{BUCKET}", method="DELETE")) == DENIED
    assert told(ask(bucket, "/")) == DENIED
    assert told(ask(bucket, "/fig-otter", method="PUT")) == DENIED


def test_a_public_policy_opens_objects_and_no_more(bucket: Caller) -> None:
    set_policy(bucket, BUCKET, PUBLIC)
    answer = ask(bucket, f"/{BUCKET}/page.html")
    assert (answer.status, answer.body) == (200, b"<p>hello</p>")
    assert ("content-type", "text/html") in {(name.lower(), value) for name, value in answer.headers}
    assert ask(bucket, f"/{BUCKET}/page.html", method="HEAD").status == 200
    assert told(ask(bucket, f"/{BUCKET}", query="list-type=2")) == DENIED
    assert told(ask(bucket, f"/{BUCKET}/page.html", method="DELETE")) == DENIED


def test_a_missing_object_is_hidden_unless_listing_is_public(bucket: Caller) -> None:
    set_policy(bucket, BUCKET, PUBLIC)
    assert told(ask(bucket, f"/{BUCKET}/absent")) == DENIED
    set_policy(bucket, BUCKET, PUBLIC, grant("*", "s3:ListBucket", resource=ARN))
    assert told(ask(bucket, f"/{BUCKET}/absent")) == (404, "NoSuchKey", "The specified key does not exist.")


def test_a_missing_bucket_is_told_to_anybody(bucket: Caller) -> None:
    assert told(ask(bucket, "/fig-otter/k")) == (404, "NoSuchBucket", "The specified bucket does not exist")


def test_restrict_public_buckets_closes_a_public_policy(bucket: Caller) -> None:
    set_policy(bucket, BUCKET, PUBLIC)
    bucket.client("s3").put_public_access_block(
        Bucket=BUCKET, PublicAccessBlockConfiguration={"RestrictPublicBuckets": True}
    )
    assert told(ask(bucket, f"/{BUCKET}/page.html")) == DENIED
    assert bucket.client("s3").get_object(Bucket=BUCKET, Key="page.html")["Body"].read() == b"<p>hello</p>"


def test_an_explicit_denial_closes_what_a_list_opens(bucket: Caller) -> None:
    bucket.client("s3").put_object_acl(Bucket=BUCKET, Key="page.html", ACL="public-read")
    assert ask(bucket, f"/{BUCKET}/page.html").status == 200
    set_policy(bucket, BUCKET, grant("*", "s3:GetObject", resource=f"{ARN}/*", effect="Deny"))
    assert told(ask(bucket, f"/{BUCKET}/page.html")) == DENIED


def test_an_objects_list_opens_the_object_alone(bucket: Caller) -> None:
    s3 = bucket.client("s3")
    s3.put_object(Bucket=BUCKET, Key="other", Body=b"")
    s3.put_object_acl(Bucket=BUCKET, Key="page.html", ACL="public-read")
    assert ask(bucket, f"/{BUCKET}/page.html").status == 200
    assert told(ask(bucket, f"/{BUCKET}/other")) == DENIED
    assert told(ask(bucket, f"/{BUCKET}/page.html", query="acl")) == DENIED


def test_a_buckets_list_opens_listing_and_writing(bucket: Caller) -> None:
    bucket.client("s3").put_bucket_acl(Bucket=BUCKET, ACL="public-read")
    assert b"<Key>page.html</Key>" in ask(bucket, f"/{BUCKET}", query="list-type=2").body
    assert told(ask(bucket, f"/{BUCKET}/page.html")) == DENIED
    assert told(ask(bucket, f"/{BUCKET}/new", method="PUT", body=b"x")) == DENIED
    bucket.client("s3").put_bucket_acl(Bucket=BUCKET, ACL="public-read-write")
    assert ask(bucket, f"/{BUCKET}/new", method="PUT", body=b"x").status == 200
    assert bucket.client("s3").get_object(Bucket=BUCKET, Key="new")["Body"].read() == b"x"


@pytest.mark.parametrize(
    "closed",
    [
        lambda s3: s3.put_public_access_block(Bucket=BUCKET, PublicAccessBlockConfiguration={"IgnorePublicAcls": True}),
        lambda s3: s3.put_bucket_ownership_controls(
            Bucket=BUCKET, OwnershipControls={"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
        ),
    ],
    ids=["IgnorePublicAcls", "BucketOwnerEnforced"],
)
def test_lists_do_not_count_where_they_are_switched_off(bucket: Caller, closed: Any) -> None:
    s3 = bucket.client("s3")
    s3.put_object_acl(Bucket=BUCKET, Key="page.html", ACL="public-read")
    assert ask(bucket, f"/{BUCKET}/page.html").status == 200
    closed(s3)
    assert told(ask(bucket, f"/{BUCKET}/page.html")) == DENIED


def test_the_trail_keeps_that_nobody_signed(bucket: Caller) -> None:
    set_policy(bucket, BUCKET, PUBLIC)
    ask(bucket, f"/{BUCKET}/page.html")
    event = bucket.events()[-1]
    assert event.account_id == bucket.account.pk
    assert event.record["userIdentity"] == {
        "type": "AWSAccount",
        "principalId": "",
        "accountId": "ANONYMOUS_PRINCIPAL",
    }
    assert event.record["recipientAccountId"] == bucket.account.pk


def test_another_environments_bucket_is_not_there(bucket: Caller) -> None:
    set_policy(bucket, BUCKET, PUBLIC)
    assert told(ask(uuid4(), f"/{BUCKET}/page.html")) == DENIED


def test_other_services_want_a_signature(bucket: Caller) -> None:
    request = Request(
        "POST", "sqs.eu-central-1.amazonaws.com", "/", "", (("x-amz-target", "AmazonSQS.ListQueues"),), b"{}"
    )
    answer = gateway.handle(request, environment_id=bucket.account.environment_id)
    assert answer.status == 403
    assert b"MissingAuthenticationToken" in answer.body


def test_a_plain_address_names_an_account_of_the_environment(bucket: Caller) -> None:
    set_policy(bucket, BUCKET, PUBLIC)

    def told_by(path: str) -> tuple[str, dict[str, str], bytes]:
        return call(make_environ(REQUEST_METHOD="GET", PATH_INFO=path))

    status, headers, body = told_by(f"/aws/@{bucket.account.pk}/{BUCKET}/page.html")
    assert (status, body) == ("200 OK", b"<p>hello</p>")
    assert headers["content-security-policy"] == "sandbox"
    assert told_by(f"/aws/{BUCKET}/page.html")[0] == "403 Forbidden"
    assert told_by(f"/aws/@000000000000/{BUCKET}/page.html")[0] == "403 Forbidden"
    assert told_by(f"/aws/@{bucket.account.pk}")[0] == "403 Forbidden"


def test_an_envelope_names_its_environment(bucket: Caller) -> None:
    set_policy(bucket, BUCKET, PUBLIC)
    header = {
        "method": "GET",
        "url": f"https://{BUCKET}.s3.eu-central-1.amazonaws.com/page.html",
        "headers": [],
        "environment": str(bucket.account.environment_id),
    }
    sent = _envelope(header)
    status, _, body = call(make_environ(CONTENT_TYPE=endpoint.ENVELOPE, body=sent))
    assert (status, body.endswith(b"<p>hello</p>")) == ("200 OK", True)


def _envelope(header: dict[str, Any]) -> bytes:
    text = json.dumps(header).encode()
    return len(text).to_bytes(4, "little") + text


def test_users_of_other_accounts_read_what_is_public(bucket: Caller) -> None:
    bucket.client("s3").put_object_acl(Bucket=BUCKET, Key="page.html", ACL="authenticated-read")
    other = second_account(bucket)
    assert other.client("s3").get_object(Bucket=BUCKET, Key="page.html")["Body"].read() == b"<p>hello</p>"
    assert told(ask(bucket, f"/{BUCKET}/page.html")) == DENIED


def test_new_buckets_cannot_be_opened(caller: Caller) -> None:
    make_bucket(caller, BUCKET)
    code, status, _ = refused(caller.client("s3").put_bucket_acl, Bucket=BUCKET, ACL="public-read")
    assert (code, status) == ("AccessControlListNotSupported", 400)
