"""Signatures: what must be accepted, and that nothing signed can be changed."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from sandbox import wire
from sandbox.wire import problems
from tests.sandbox.wire.signing import ACCESS_KEY, SECRET, SITE, client_request, presigned, serialized, sign

Header = tuple[str, str]


def verified(request: wire.Request, now: datetime | None = None, secret: str = SECRET) -> wire.Authorization:
    authorization = wire.read_authorization(request)
    assert authorization is not None
    wire.verify(request, authorization, secret, now or datetime.now(UTC))
    return authorization


def changed(request: wire.Request, name: str, value: str | None) -> wire.Request:
    headers = tuple((n, v) for n, v in request.headers if n != name)
    return replace(request, headers=headers if value is None else (*headers, (name, value)))


LIST_USERS = sign(serialized("iam", "ListUsers", {"PathPrefix": "/a b/"}), "iam", "us-east-1", SITE)
SIGNED_AT = datetime.strptime(LIST_USERS.header("x-amz-date"), "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)


def test_parts_of_the_authorization_header() -> None:
    request = sign(serialized("s3", "ListBuckets", {}), "s3", "eu-west-3", SITE, token="TOKEN/+=")
    authorization = verified(request)
    assert authorization.access_key_id == ACCESS_KEY
    assert (authorization.region, authorization.service) == ("eu-west-3", "s3")
    assert authorization.session_token == "TOKEN/+="
    assert authorization.content_sha256 == request.header("x-amz-content-sha256")
    assert (authorization.presigned, authorization.expires) == (False, None)
    assert authorization.timestamp.startswith(authorization.date)


def test_unsigned_request_has_no_authorization() -> None:
    assert wire.read_authorization(replace(LIST_USERS, headers=())) is None


def test_another_secret_is_refused_with_what_we_signed() -> None:
    with pytest.raises(problems.SignatureMismatch) as caught:
        verified(LIST_USERS, secret="other")
    assert caught.value.canonical_request.startswith("POST\n/aws\n\n")
    assert caught.value.string_to_sign.startswith("AWS4-HMAC-SHA256\n")


@pytest.mark.parametrize("key", ["a/../b//c", "a b", "é/ü", "%2F", "a+b&c=d", "~-_.!*'()", "/lead", "trail/", "."])
@pytest.mark.parametrize("style", ["path", "virtual"])
def test_odd_object_keys(key: str, style: str) -> None:
    request = client_request(
        "s3", "PutObject", {"Bucket": "bucket", "Key": key, "Body": b"x"}, s3={"addressing_style": style}
    )
    verified(request)
    call = wire.identify(request, wire.read_authorization(request))
    assert call.uri_parameters == {"Bucket": "bucket", "Key": key}


@pytest.mark.parametrize("operation", ["get_object", "put_object"])
@pytest.mark.parametrize("token", [None, "a/token+=="])
def test_presigned_object_urls(operation: str, token: str | None) -> None:
    request = presigned("s3", operation, {"Bucket": "b.c", "Key": "a b/%2F+é"}, token=token)
    request = replace(request, body=b"anything")
    authorization = verified(request)
    assert (authorization.presigned, authorization.expires) == (True, 3600)
    assert authorization.session_token == token


def test_presigned_caller_identity() -> None:
    request = presigned("sts", "get_caller_identity", {}, method="GET", expires=60)
    assert verified(request).expires == 60
    call = wire.identify(request, wire.read_authorization(request))
    assert (call.service, call.operation.name) == ("sts", "GetCallerIdentity")


def test_presigned_url_lives_as_long_as_it_says() -> None:
    request = presigned("s3", "get_object", {"Bucket": "b", "Key": "k"}, expires=60)
    now = datetime.now(UTC)
    verified(request, now + timedelta(seconds=50))
    with pytest.raises(problems.SignatureExpired) as caught:
        verified(request, now + timedelta(seconds=62))
    assert caught.value.expires == 60


@pytest.mark.parametrize("minutes", [-14, 14])
def test_clocks_may_differ_by_a_quarter_of_an_hour(minutes: int) -> None:
    verified(LIST_USERS, SIGNED_AT + timedelta(minutes=minutes))


def test_older_and_newer_signatures_are_refused() -> None:
    with pytest.raises(problems.SignatureExpired):
        verified(LIST_USERS, SIGNED_AT + timedelta(minutes=16))
    with pytest.raises(problems.SignatureNotYetCurrent):
        verified(LIST_USERS, SIGNED_AT - timedelta(minutes=16))


MALFORMED: list[tuple[str, str | None, type[Exception], str]] = [
    (
        "authorization",
        "AWS4-HMAC-SHA256 Credential=x",
        problems.MalformedAuthorization,
        "requires 'Signature'",
    ),
    ("authorization", "Basic abc", problems.UnsupportedAuthorization, ""),
    ("x-amz-date", None, problems.MalformedAuthorization, "existence of either"),
    ("x-amz-date", "yesterday", problems.MalformedAuthorization, "ISO-8601"),
    ("x-amz-date", "20200101T000000Z", problems.MalformedAuthorization, "Date in Credential scope"),
]


@pytest.mark.parametrize(("name", "value", "problem", "text"), MALFORMED)
def test_malformed_authorization(name: str, value: str | None, problem: type[Exception], text: str) -> None:
    with pytest.raises(problem) as caught:
        wire.read_authorization(changed(LIST_USERS, name, value))
    assert text in getattr(caught.value, "detail", "")


CREDENTIALS = ["a/20260101/r/s", "a/20260101/r/s/aws4_request/x", "a//r/s/aws4_request"]


@pytest.mark.parametrize("credential", CREDENTIALS)
def test_credential_has_five_parts(credential: str) -> None:
    header = f"AWS4-HMAC-SHA256 Credential={credential}, SignedHeaders=host, Signature=0"
    with pytest.raises(problems.MalformedAuthorization) as caught:
        wire.read_authorization(changed(LIST_USERS, "authorization", header))
    assert "exactly 5 slash-delimited" in caught.value.detail


def test_terminator_is_aws4_request() -> None:
    header = "AWS4-HMAC-SHA256 Credential=a/20260101/r/s/aws5, SignedHeaders=host, Signature=0"
    with pytest.raises(problems.WrongScope):
        wire.read_authorization(changed(LIST_USERS, "authorization", header))


@pytest.mark.parametrize("expires", ["-1", "604801", "soon", "9" * 5000])
def test_presigned_lifetime_is_at_most_a_week(expires: str) -> None:
    request = presigned("s3", "get_object", {"Bucket": "b", "Key": "k"})
    query = request.raw_query.replace("X-Amz-Expires=3600", f"X-Amz-Expires={expires}")
    with pytest.raises(problems.MalformedAuthorization) as caught:
        wire.read_authorization(replace(request, raw_query=query))
    assert caught.value.presigned


def test_two_signatures_are_one_too_many() -> None:
    with pytest.raises(problems.TwoAuthorizations):
        wire.read_authorization(replace(LIST_USERS, raw_query="X-Amz-Signature=0"))


def test_host_must_be_signed() -> None:
    authorization = wire.read_authorization(LIST_USERS)
    assert authorization is not None
    with pytest.raises(problems.UnsignedHeaders):
        wire.verify(LIST_USERS, replace(authorization, signed_headers=("x-amz-date",)), SECRET, datetime.now(UTC))


def test_s3_wants_all_its_headers_signed() -> None:
    request = sign(serialized("s3", "ListBuckets", {}), "s3", "eu-west-3", SITE)
    with pytest.raises(problems.UnsignedHeaders) as caught:
        verified(changed(request, "x-amz-acl", "public-read"))
    assert caught.value.names == ("x-amz-acl",)


def test_header_names_that_lost_their_underscores() -> None:
    parameters = {"Bucket": "b", "Key": "k", "Body": b"", "Metadata": {"my_key": "v"}}
    request = client_request("s3", "PutObject", parameters)
    arrived = replace(request, headers=tuple((n.replace("_", "-"), v) for n, v in request.headers))
    authorization = verified(arrived)
    call = wire.identify(arrived, authorization)
    restored = wire.unchunked(arrived, authorization)
    assert wire.parse_parameters(restored, call)["Metadata"] == {"my_key": "v"}


@pytest.mark.parametrize("value", ["\udcff", "é", "\x00"])
@pytest.mark.parametrize(
    "name", ["x-amz-date", "x-amz-security-token", "content-type", "authorization", "x-amz-meta-a"]
)
def test_odd_bytes_in_headers_are_only_refused(name: str, value: str) -> None:
    for service, operation in (("iam", "ListUsers"), ("s3", "ListBuckets")):
        request = sign(serialized(service, operation, {}), service, "us-east-1", SITE)
        for text in (request.header(name) + value, value):
            tampered = changed(request, name, text)
            try:
                verified(tampered)
            except wire.AuthenticationProblem as problem:
                call = wire.identify(request, wire.read_authorization(request))
                error = wire.error_of(problem, call)
                assert wire.render_error(error, call=call, request_id="r").status >= 400
            else:
                assert name not in request.header_map


def test_metadata_that_is_no_utf_8_verifies_as_its_bytes_but_is_no_text() -> None:
    request = client_request("s3", "PutObject", {"Bucket": "bkt", "Key": "k", "Body": b""})
    odd = changed(request, "user-agent", "agent \udcff")
    verified(odd)
    with pytest.raises(wire.AwsError, match="InvalidArgument"):
        wire.parse_parameters(odd, wire.identify(odd, None))


def test_white_space_in_headers_is_folded() -> None:
    parameters = {"Bucket": "b", "Key": "k", "Body": b"", "Metadata": {"a": "two  spaces\tand a tab "}}
    verified(client_request("s3", "PutObject", parameters))


def test_date_header_stands_in_for_x_amz_date() -> None:
    day = SIGNED_AT.strftime("%a, %d %b %Y %H:%M:%S GMT")
    authorization = wire.read_authorization(changed(changed(LIST_USERS, "x-amz-date", None), "date", day))
    assert authorization is not None
    assert authorization.timestamp == LIST_USERS.header("x-amz-date")


def test_example_of_the_s3_documentation() -> None:
    request = wire.Request(
        "GET",
        "examplebucket.s3.amazonaws.com",
        "/test.txt",
        "",
        (
            ("range", "bytes=0-9"),
            ("x-amz-content-sha256", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            ("x-amz-date", "20130524T000000Z"),
            (
                "authorization",
                "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,"
                "SignedHeaders=host;range;x-amz-content-sha256;x-amz-date,"
                "Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
            ),
        ),
        b"",
    )
    now = datetime(2013, 5, 24, tzinfo=UTC)
    verified(request, now, secret="wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")


SAMPLES: list[tuple[str, str, dict[str, Any]]] = [
    ("sts", "AssumeRole", {"RoleArn": "arn:aws:iam::1:role/r", "RoleSessionName": "s"}),
    ("dynamodb", "GetItem", {"TableName": "t", "Key": {"id": {"S": "1"}}}),
    ("lambda", "GetFunction", {"FunctionName": "f:1", "Qualifier": "a b"}),
    ("route53", "ListResourceRecordSets", {"HostedZoneId": "Z1", "StartRecordName": "a."}),
    ("s3", "PutObject", {"Bucket": "b", "Key": "a b/c", "Body": b"body", "Metadata": {"k": "v w"}}),
]


@pytest.mark.parametrize(("service", "operation", "parameters"), SAMPLES)
def test_nothing_that_is_signed_can_be_changed(service: str, operation: str, parameters: dict[str, Any]) -> None:
    request = sign(serialized(service, operation, parameters), service, "eu-west-3", SITE, token="token")
    verified(request)
    accepted = [what for what, tampered in tamperings(request) if passes(tampered)]
    assert accepted == []


def test_nothing_in_a_presigned_url_can_be_changed() -> None:
    request = presigned("s3", "get_object", {"Bucket": "b", "Key": "a b/c", "VersionId": "v"}, token="token")
    verified(request)
    accepted = [what for what, tampered in tamperings(request) if passes(tampered)]
    assert accepted == []


def passes(request: wire.Request) -> bool:
    try:
        authorization = wire.read_authorization(request)
        if authorization is None or authorization.access_key_id != ACCESS_KEY:
            return False
        wire.verify(request, authorization, SECRET, datetime.now(UTC))
    except (wire.AuthenticationProblem, wire.AwsError):
        return False
    return True


def tamperings(request: wire.Request) -> Iterator[tuple[str, wire.Request]]:
    """The request with each byte of what is signed replaced, left out and doubled."""
    signed = wire.read_authorization(request)
    assert signed is not None
    for text in edits(request.raw_path):
        yield f"path {text}", replace(request, raw_path=text)
    for text in edits(request.raw_query):
        yield f"query {text}", replace(request, raw_query=text)
    for text in edits(request.body.decode()):
        yield f"body {text}", replace(request, body=text.encode())
    for at, (name, value) in enumerate(request.headers):
        if name not in signed.signed_headers and name not in ("authorization", "x-amz-date"):
            continue
        for header in [(name, text) for text in edits(value)] + [(text, value) for text in edits(name)]:
            headers = (*request.headers[:at], header, *request.headers[at + 1 :])
            if meaning(header) != meaning((name, value)) and name != "host":
                yield f"header {header}", replace(request, headers=headers)
    for text in edits(request.host):
        yield f"host {text}", replace(request, host=text)
    yield "method", replace(request, method="PATCH")


def edits(text: str) -> Iterator[str]:
    for at, character in enumerate(text):
        yield text[:at] + ("x" if character != "x" else "y") + text[at + 1 :]
        if character not in "/&":
            yield text[:at] + text[at + 1 :]
            yield text[:at] + character + text[at:]


def meaning(header: Header) -> Header:
    """White space in values says nothing, and the parts of Authorization may be spaced at will."""
    name, value = header
    return name, "".join(value.split()) if name == "authorization" else " ".join(value.split())
