"""Presigned URLs: good ones, and each way in which one can be wrong."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from sandbox.wire import Request
from tests.sandbox.signatures import problems
from tests.sandbox.signatures.conftest import BUCKET, Lab
from tests.sandbox.signatures.families import BY_NAME, REGION, Refusal, expected, told
from tests.sandbox.signatures.problems import MISMATCH, S3_MISMATCH
from tests.sandbox.signatures.signer import NOW, Draft, Key, presigned, signed

pytestmark = pytest.mark.django_db
S3, STS = BY_NAME["s3"], BY_NAME["sts"]
GET = Draft("GET", f"s3.{REGION}.amazonaws.com", f"/{BUCKET}/a%20b", "s3", REGION)
IDENTITY = Draft("GET", STS.draft.host, "/", "sts", REGION, query="Action=GetCallerIdentity&Version=2011-06-15")
WEEK = "604800"
MISSING = (
    "Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, "
    "X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters."
)
Edit = Callable[[Request], Request]


def put(lab: Lab) -> None:
    assert lab.signed(replace(GET, method="PUT", body=b"hello")).status == 200


def in_query(old: str, new: str) -> Edit:
    def edit(request: Request) -> Request:
        assert old in request.raw_query
        return replace(request, raw_query=request.raw_query.replace(old, new))

    return edit


def bad_query(message: str, **fields: str) -> Refusal:
    return Refusal(400, "AuthorizationQueryParametersError", message, fields=fields)


def mismatch(request: Request, lab: Lab) -> None:
    answer = told(S3, lab.send(request))
    assert (answer.status, answer.code, answer.message) == (403, "SignatureDoesNotMatch", S3_MISMATCH)
    fields = dict(answer.body[1])
    assert fields["CanonicalRequest"].startswith(f"{request.method}\n{request.raw_path}\n")
    assert fields["SignatureProvided"] == request.raw_query.partition("X-Amz-Signature=")[2].partition("&")[0]


# Good ones


@pytest.mark.parametrize("expires", ["1", "60", WEEK])
def test_get(expires: str, lab: Lab) -> None:
    put(lab)
    response = lab.send(presigned(GET, lab.key, expires))
    assert (response.status, response.body) == (200, b"hello")


def test_head(lab: Lab) -> None:
    put(lab)
    response = lab.send(presigned(replace(GET, method="HEAD"), lab.key))
    headers = {name.lower(): value for name, value in response.headers}
    assert (response.status, response.body, headers["content-length"]) == (200, b"", "5")


@pytest.mark.parametrize("body", [b"", b"whatever is sent"])
def test_put(body: bytes, lab: Lab) -> None:
    request = presigned(replace(GET, method="PUT"), lab.key)
    assert lab.send(replace(request, body=body)).status == 200
    assert lab.signed(GET).body == body


def test_delete(lab: Lab) -> None:
    put(lab)
    assert lab.send(presigned(replace(GET, method="DELETE"), lab.key)).status == 204
    assert lab.signed(GET).status == 404


def test_a_signed_type_must_be_sent(lab: Lab) -> None:
    draft = replace(GET, method="PUT", headers=(("content-type", "text/plain"),))
    request = presigned(draft, lab.key)
    other = replace(request, headers=(("content-type", "text/html"), ("host", GET.host)))
    assert told(S3, lab.send(other)).code == "SignatureDoesNotMatch"
    assert lab.send(request).status == 200


def test_overrides_of_the_answers_headers(lab: Lab) -> None:
    put(lab)
    request = presigned(replace(GET, query="response-content-type=text%2Fx-lab"), lab.key)
    headers = {name.lower(): value for name, value in lab.send(request).headers}
    assert headers["content-type"] == "text/x-lab"
    mismatch(in_query("x-lab", "html")(request), lab)


def test_who_calls(lab: Lab) -> None:
    response = lab.send(presigned(IDENTITY, lab.key, "60"))
    assert (response.status, f"<Account>{lab.account.pk}</Account>" in response.body.decode()) == (200, True)


@pytest.mark.parametrize("seconds", [0, 59, -899])
def test_within_its_time(seconds: int, lab: Lab) -> None:
    put(lab)
    assert lab.send(presigned(replace(GET, at=NOW - timedelta(seconds=seconds)), lab.key, "60")).status == 200


# Tampered


@pytest.mark.parametrize(
    "edit",
    [
        lambda request: replace(request, raw_path=f"/{BUCKET}/other"),
        lambda request: replace(request, raw_path="/apple-otter/a%20b"),
        lambda request: replace(request, method="HEAD", raw_path=request.raw_path),
        lambda request: replace(request, method="DELETE"),
        lambda request: replace(request, method="PUT"),
        lambda request: replace(request, host="127.0.0.1:8000"),
        in_query("X-Amz-Expires=3600", "X-Amz-Expires=3601"),
        in_query("X-Amz-Signature=", "X-Amz-Signature=0"),
        in_query("X-Amz-Date=20260314T150926Z", "X-Amz-Date=20260314T150927Z"),
        in_query("X-Amz-Algorithm", "versionId=null&X-Amz-Algorithm"),
        in_query("X-Amz-Algorithm", "x-id=GetObject&X-Amz-Algorithm"),
        in_query("X-Amz-Algorithm", "response-content-type=text%2Fhtml&X-Amz-Algorithm"),
        in_query("X-Amz-Signature", "more&X-Amz-Signature"),
        in_query("X-Amz-SignedHeaders=host", "X-Amz-SignedHeaders=host%3Bx-lab"),
    ],
    ids=range(14),
)
def test_a_changed_url_is_found_out(edit: Edit, lab: Lab) -> None:
    put(lab)
    request = edit(presigned(GET, lab.key))
    if request.method == "HEAD":
        response = lab.send(request)
        assert (response.status, response.body) == (403, b"")
    else:
        mismatch(request, lab)


def test_another_secret(lab: Lab) -> None:
    mismatch(presigned(GET, replace(lab.key, secret="x" * 40)), lab)


def test_a_header_of_amazons_that_was_not_signed(lab: Lab) -> None:
    request = presigned(replace(GET, method="PUT"), lab.key)
    request = replace(request, headers=(*request.headers, ("x-amz-acl", "public-read")))
    message = "There were headers present in the request which were not signed"
    refusal = Refusal(403, "AccessDenied", message, fields={"HeadersNotSigned": "x-amz-acl"})
    assert told(S3, lab.send(request)) == expected(S3, refusal)


# Time


def test_after_its_time(lab: Lab) -> None:
    fields = {"X-Amz-Expires": "60", "Expires": "2026-03-14T15:09:25Z", "ServerTime": "2026-03-14T15:09:26Z"}
    request = presigned(replace(GET, at=NOW - timedelta(seconds=61)), lab.key, "60")
    assert told(S3, lab.send(request)) == expected(
        S3, Refusal(403, "AccessDenied", "Request has expired", fields=fields)
    )


def test_a_day_after_a_week(lab: Lab) -> None:
    fields = {"X-Amz-Expires": WEEK, "Expires": "2026-03-13T15:09:26Z", "ServerTime": "2026-03-14T15:09:26Z"}
    request = presigned(replace(GET, at=NOW - timedelta(days=8)), lab.key, WEEK)
    assert told(S3, lab.send(request)) == expected(
        S3, Refusal(403, "AccessDenied", "Request has expired", fields=fields)
    )


def test_before_its_time(lab: Lab) -> None:
    fields = {"X-Amz-Date": "20260314T152526Z", "ServerTime": "2026-03-14T15:09:26Z"}
    request = presigned(replace(GET, at=NOW + timedelta(minutes=16)), lab.key)
    refusal = Refusal(403, "AccessDenied", "Request is not yet valid", fields=fields)
    assert told(S3, lab.send(request)) == expected(S3, refusal)


def test_sts_after_its_time(lab: Lab) -> None:
    sentence = "Signature expired: 20260314T150825Z is now earlier than 20260314T150826Z (20260314T150926Z - 1 min.)"
    request = presigned(replace(IDENTITY, at=NOW - timedelta(seconds=61)), lab.key, "60")
    assert told(STS, lab.send(request)) == expected(STS, Refusal(403, "SignatureDoesNotMatch", sentence))


@pytest.mark.parametrize(
    ("expires", "message"),
    [
        ("604801", "X-Amz-Expires must be less than a week (in seconds); "
         "that is, the given X-Amz-Expires must be less than 604800 seconds"),
        ("99999999999999999999", "X-Amz-Expires should be a number"),
        ("-1", "X-Amz-Expires must be non-negative"),
        ("1h", "X-Amz-Expires should be a number"),
        ("1.5", "X-Amz-Expires should be a number"),
        ("٣", "X-Amz-Expires should be a number"),
        (" 60", "X-Amz-Expires should be a number"),
    ],
)  # fmt: skip
def test_a_lifetime_that_is_none(expires: str, message: str, lab: Lab) -> None:
    assert told(S3, lab.send(presigned(GET, lab.key, expires))) == expected(S3, bad_query(message))


# Parts


@pytest.mark.parametrize("name", ["Algorithm", "Credential", "Date", "Expires", "SignedHeaders", "Signature"])
def test_a_part_that_is_missing(name: str, lab: Lab) -> None:
    request = presigned(GET, lab.key, changes={f"X-Amz-{name}": ""})
    if name == "Signature":
        request = replace(request, raw_query=request.raw_query.partition("&X-Amz-Signature")[0])
    assert told(S3, lab.send(request)) == expected(S3, bad_query(MISSING))


@pytest.mark.parametrize("name", ["Algorithm", "Credential", "Date", "SignedHeaders", "Signature"])
def test_a_part_that_is_missing_at_sts(name: str, lab: Lab) -> None:
    request = presigned(IDENTITY, lab.key, changes={f"X-Amz-{name}": ""})
    if name == "Signature":
        request = replace(request, raw_query=request.raw_query.partition("&X-Amz-Signature")[0])
    sentence = f"AWS query-string parameters must include 'X-Amz-{name}'. Re-examine the query-string parameters."
    assert told(STS, lab.send(request)) == expected(STS, Refusal(400, "IncompleteSignature", sentence))


BAD_PARTS = [
    (
        {"X-Amz-Algorithm": "AWS4-HMAC-SHA1"},
        'X-Amz-Algorithm only supports "AWS4-HMAC-SHA256 and AWS4-ECDSA-P256-SHA256"',
        "Unsupported AWS 'algorithm': 'AWS4-HMAC-SHA1' (only AWS4-HMAC-SHA256 for now). ",
    ),
    (
        {"X-Amz-Date": "2026-03-14T15:09:26Z"},
        "X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\"",
        "Date must be in ISO-8601 'basic format'. Got '2026-03-14T15:09:26Z'. "
        "See http://en.wikipedia.org/wiki/ISO_8601",
    ),
    (
        {"X-Amz-Date": "20261314T150926Z"},
        "X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\"",
        "Date must be in ISO-8601 'basic format'. Got '20261314T150926Z'. See http://en.wikipedia.org/wiki/ISO_8601",
    ),
    (
        {"X-Amz-Credential": "AKIA/20260314/aws4_request"},
        "Error parsing the X-Amz-Credential parameter; the Credential is mal-formed; "
        'expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".',
        "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, "
        "got 'AKIA/20260314/aws4_request'",
    ),
]


@pytest.mark.parametrize(("changes", "message"), [part[:2] for part in BAD_PARTS])
def test_a_part_that_is_malformed(changes: dict[str, str], message: str, lab: Lab) -> None:
    assert told(S3, lab.send(presigned(GET, lab.key, changes=changes))) == expected(S3, bad_query(message))


@pytest.mark.parametrize(("changes", "message"), [(part[0], part[2]) for part in BAD_PARTS])
def test_a_part_that_is_malformed_at_sts(changes: dict[str, str], message: str, lab: Lab) -> None:
    refusal = Refusal(400, "IncompleteSignature", message)
    assert told(STS, lab.send(presigned(IDENTITY, lab.key, changes=changes))) == expected(STS, refusal)


SCOPES: list[tuple[Callable[[Draft], Draft], str, dict[str, str]]] = [
    (
        lambda draft: replace(draft, region="us-west-1"),
        f"Error parsing the X-Amz-Credential parameter; the region 'us-west-1' is wrong; expecting '{REGION}'",
        {"Region": REGION},
    ),
    (
        lambda draft: replace(draft, service="glue"),
        'Error parsing the X-Amz-Credential parameter; incorrect service "glue". This endpoint belongs to "s3".',
        {},
    ),
    (
        lambda draft: replace(draft, terminator="aws5_request"),
        "Error parsing the X-Amz-Credential parameter; "
        'incorrect terminal "aws5_request". This endpoint uses "aws4_request".',
        {},
    ),
    (
        lambda draft: replace(draft, scope_date="20260313"),
        'Invalid credential date "20260313". This date is not the same as X-Amz-Date: "20260314".',
        {},
    ),
    (
        lambda draft: replace(draft, scope_date="2026031"),
        'Error parsing the X-Amz-Credential parameter; incorrect date format "2026031". '
        'This date in the credential must be in the format "yyyyMMdd".',
        {},
    ),
]


@pytest.mark.parametrize(("change", "message", "fields"), SCOPES)
def test_another_scope(change: Callable[[Draft], Draft], message: str, fields: dict[str, str], lab: Lab) -> None:
    request = presigned(change(GET), lab.key)
    assert told(S3, lab.send(request)) == expected(S3, bad_query(message, **fields))


# Keys


@pytest.mark.parametrize("which", ["inactive", "deleted", "of_a_deleted_environment"])
def test_a_key_that_is_none(which: str, lab: Lab) -> None:
    key: Key = getattr(lab, which)
    refusal = problems.unknown(key.access_key_id).s3
    assert told(S3, lab.send(presigned(GET, key))) == expected(S3, refusal)


def test_a_token_that_is_none(lab: Lab) -> None:
    request = presigned(GET, replace(lab.key, token="garbage/+="))
    assert told(S3, lab.send(request)) == expected(S3, problems.bad_token("garbage/+=").s3)


def test_a_url_that_is_sent_with_a_header_too(lab: Lab) -> None:
    url = presigned(GET, lab.key)
    header = dict(signed(GET, lab.key).headers)["authorization"]
    message = (
        "Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, "
        "Signature query string parameter or the Authorization header should be specified"
    )
    fields = {"ArgumentName": "Authorization", "ArgumentValue": header}
    response = lab.send(replace(url, headers=(*url.headers, ("authorization", header))))
    assert told(S3, response) == expected(S3, Refusal(400, "InvalidArgument", message, fields=fields))


def test_a_body_that_sts_did_not_sign(lab: Lab) -> None:
    request = replace(presigned(IDENTITY, lab.key), body=b"{}")
    assert told(STS, lab.send(request)) == expected(STS, Refusal(403, "SignatureDoesNotMatch", MISMATCH))
