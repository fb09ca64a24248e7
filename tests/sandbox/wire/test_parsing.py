"""Parameters: what odd input gives, and that hostile input gives an error and nothing worse."""

import gzip
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox import wire
from sandbox.wire import cbor

TARGETS = {
    "dynamodb": "DynamoDB_20120810",
    "kms": "TrentService",
    "cloudwatch": "GraniteServiceVersion20100801",
}
HOSTS = {"cloudwatch": "monitoring"}
FORM = ("content-type", "application/x-www-form-urlencoded")


def parsed(request: wire.Request) -> dict[str, Any]:
    return wire.parse_parameters(request, wire.identify(request, None))


def refusal(request: wire.Request) -> tuple[str, int]:
    with pytest.raises(wire.AwsError) as caught:
        parsed(request)
    return caught.value.code, caught.value.status


def target_call(service: str, operation: str, body: bytes, *headers: tuple[str, str]) -> wire.Request:
    target = ("x-amz-target", f"{TARGETS[service]}.{operation}")
    host = f"{HOSTS.get(service, service)}.eu-west-3.amazonaws.com"
    return wire.Request("POST", host, "/", "", (target, *headers), body)


def form_call(service: str, body: str) -> wire.Request:
    return wire.Request("POST", f"{service}.eu-west-3.amazonaws.com", "/", "", (FORM,), body.encode())


def s3_call(method: str, path: str, query: str = "", body: bytes = b"", *headers: tuple[str, str]) -> wire.Request:
    return wire.Request(method, "s3.eu-west-3.amazonaws.com", path, query, headers, body)


def test_unknown_members_and_nulls_are_left_out() -> None:
    request = target_call("kms", "DescribeKey", b'{"KeyId": "k", "GrantTokens": null, "Later": [1]}')
    assert parsed(request) == {"KeyId": "k"}


def test_empty_json_body_is_an_empty_input() -> None:
    assert parsed(target_call("kms", "ListKeys", b"")) == {}


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"[]",
        b'"text"',
        b"\xff",
        b'{"Limit": "3"}',
        b'{"Limit": true}',
        b'{"Limit": 1.5}',
        b'{"Marker": {}}',
        b'{"Marker": 1}',
        b"[" * 100_000,
        b'{"Marker": "\\ud800"}',
        b'{"Marker":' * 500 + b"1" + b"}" * 500,
    ],
)
def test_json_that_is_not_the_input(body: bytes) -> None:
    assert refusal(target_call("kms", "ListKeys", body)) == ("SerializationException", 400)


def test_deep_attribute_values_come_back() -> None:
    value: dict[str, Any] = {"S": "leaf"}
    for _ in range(30):
        value = {"L": [value]}
    body = {"TableName": "t", "Item": {"id": value, "b": {"B": "AAE="}, "bs": {"BS": ["AAE=", ""]}}}
    item = parsed(target_call("dynamodb", "PutItem", json.dumps(body).encode()))["Item"]
    assert item == {"id": value, "b": {"B": b"\x00\x01"}, "bs": {"BS": [b"\x00\x01", b""]}}


def test_list_members_come_in_the_order_of_their_numbers() -> None:
    numbers = "".join(f"&PolicyArns.member.{n}.arn=a{n}" for n in (10, 2, 1))
    request = form_call("sts", f"Action=AssumeRole&Version=2011-06-15&RoleArn=r%2Fx+y{numbers}")
    assert parsed(request) == {
        "RoleArn": "r/x y",
        "PolicyArns": [{"arn": "a1"}, {"arn": "a2"}, {"arn": "a10"}],
    }


def test_query_parameters_in_the_url() -> None:
    query = "Action=GetSessionToken&Version=2011-06-15&DurationSeconds=900"
    assert parsed(wire.Request("GET", "sts.amazonaws.com", "/", query, (), b"")) == {"DurationSeconds": 900}


def test_empty_lists_of_the_query_protocol() -> None:
    request = form_call("sts", "Action=AssumeRole&Version=2011-06-15&PolicyArns=&Tags=")
    assert parsed(request) == {"PolicyArns": [], "Tags": []}


@pytest.mark.parametrize(
    ("service", "body", "code"),
    [
        ("sts", "Action=GetSessionToken&DurationSeconds=soon", "MalformedInput"),
        ("sts", "Action=GetSessionToken&DurationSeconds=" + "9" * 5000, "MalformedInput"),
        ("sts", "Action=AssumeRole&PolicyArns.member.x.arn=a", "MalformedInput"),
        ("sts", "Action=AssumeRole&RoleArn.x=a", "MalformedInput"),
        ("sts", "Action=AssumeRole&" + "a." * 5000 + "b=c", "MalformedInput"),
        ("ec2", "Action=RunInstances&MinCount=x", "InvalidParameterValue"),
        ("ec2", "Action=RunInstances&EbsOptimized=maybe", "InvalidParameterValue"),
    ],
)
def test_query_that_is_not_the_input(service: str, body: str, code: str) -> None:
    assert refusal(form_call(service, body)) == (code, 400)


def test_objects_metadata_and_dates() -> None:
    headers = (
        ("x-amz-meta-colour", "red"),
        ("expires", "Wed, 04 Mar 2026 05:06:07 GMT"),
        ("x-amz-object-lock-retain-until-date", "2026-03-04T05:06:07Z"),
        ("content-length", "1"),
    )
    moment = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
    assert parsed(s3_call("PUT", "/b/k%20é+x".replace("é", "%C3%A9"), "", b"x", *headers)) == {
        "Body": b"x",
        "Bucket": "b",
        "ContentLength": 1,
        "Expires": moment,
        "Key": "k é+x",
        "Metadata": {"colour": "red"},
        "ObjectLockRetainUntilDate": moment,
    }


def test_headers_in_the_query_of_a_presigned_url() -> None:
    query = "x-amz-acl=public-read&x-amz-meta-a=b&X-Amz-Signature=0&X-Amz-Date=1&X-Amz-SignedHeaders=host"
    request = s3_call("PUT", "/b/k", query, b"", ("x-amz-meta-a", "the header wins"))
    authorization = wire.Authorization("A", "1", "r", "s3", ("host",), "0", "1", presigned=True)
    assert parsed(wire.with_signed_header_names(request, authorization)) == {
        "ACL": "public-read",
        "Body": b"",
        "Bucket": "b",
        "Key": "k",
        "Metadata": {"a": "the header wins"},
    }


TAGS = b"<Tagging><TagSet><Tag><Key>a &amp; b</Key><Value/></Tag></TagSet></Tagging>"


@pytest.mark.parametrize(
    "body",
    [
        TAGS,
        TAGS.replace(b"<Tagging>", b'<Tagging xmlns="http://s3.amazonaws.com/doc/2006-03-01/">'),
        b'<?xml version="1.0" encoding="UTF-8"?>\n' + TAGS.replace(b"<Tag>", b"\n <Tag>\n"),
    ],
)
def test_xml_in_several_dresses(body: bytes) -> None:
    assert parsed(s3_call("PUT", "/b", "tagging", body))["Tagging"] == {"TagSet": [{"Key": "a & b", "Value": ""}]}


BOMB = b'<!DOCTYPE t [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><Tagging>&b;</Tagging>'


@pytest.mark.parametrize(
    "body",
    [
        b"<Tagging>",
        b"text",
        BOMB,
        BOMB.decode().encode("utf-16"),
        b'<!DOCTYPE t SYSTEM "file:///etc/passwd"><Tagging/>',
        b"<Tagging>&unknown;</Tagging>",
        b"<a>" * 1000 + b"</a>" * 1000,
        b"<Tagging>" + b"<a/>" * 100_000 + b"</Tagging>",
    ],
)
def test_xml_that_is_not_the_input(body: bytes) -> None:
    assert refusal(s3_call("PUT", "/b", "tagging", body)) == ("MalformedXML", 400)


@pytest.mark.parametrize(
    ("query", "headers"),
    [
        ("partNumber=x&uploadId=u", ()),
        ("", (("content-length", "long"),)),
        ("", (("x-amz-object-lock-retain-until-date", "tomorrow"),)),
    ],
)
def test_s3_arguments_of_the_wrong_type(query: str, headers: tuple[tuple[str, str], ...]) -> None:
    assert refusal(s3_call("PUT", "/b/k", query, b"", *headers)) == ("InvalidArgument", 400)


def test_standard_headers_with_no_date_in_them_say_nothing() -> None:
    request = s3_call("GET", "/b/k", "", b"", ("if-modified-since", "yesterday"))
    assert parsed(request) == {"Bucket": "b", "Key": "k"}


def test_policy_is_text_and_function_payload_is_bytes() -> None:
    assert parsed(s3_call("PUT", "/b", "policy", b'{"Version": "2012-10-17"}'))["Policy"].startswith("{")
    path = "/2015-03-31/functions/arn%3Aaws%3Alambda%3Ar%3A1%3Afunction%3Af/invocations"
    request = wire.Request("POST", "lambda.eu-west-3.amazonaws.com", path, "Qualifier=1", (), b"\x00")
    expected = {"FunctionName": "arn:aws:lambda:r:1:function:f", "Payload": b"\x00", "Qualifier": "1"}
    assert parsed(request) == expected


def test_compressed_body_is_read() -> None:
    body = gzip.compress(b'{"Namespace": "n", "MetricData": []}')
    request = target_call("cloudwatch", "PutMetricData", body, ("content-encoding", "gzip"))
    assert parsed(request) == {"Namespace": "n", "MetricData": []}


def test_compressed_bombs_are_refused() -> None:
    bomb = gzip.compress(b" " * 40 * 1024 * 1024)
    request = target_call("cloudwatch", "PutMetricData", bomb, ("content-encoding", "gzip"))
    assert refusal(request) == ("RequestEntityTooLarge", 413)
    broken = target_call("cloudwatch", "PutMetricData", b"no gzip", ("content-encoding", "gzip"))
    assert refusal(broken) == ("SerializationException", 400)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63) | st.floats(allow_nan=False) | st.text() | st.binary(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
)


@given(VALUES)
@settings(max_examples=40, deadline=None)
def test_cbor_comes_back(value: Any) -> None:
    assert cbor.decode(cbor.encode(value)) == value


@pytest.mark.parametrize(
    ("data", "value"),
    [
        ("9f0102ff", [1, 2]),
        ("bf6161f5ff", {"a": True}),
        ("7f61616162ff", "ab"),
        ("5f41004101ff", b"\x00\x01"),
        ("c11a5a000000", datetime.fromtimestamp(0x5A000000, UTC)),
        ("f93c00", 1.0),
        ("3903e7", -1000),
    ],
)
def test_cbor_of_others(data: str, value: Any) -> None:
    assert cbor.decode(bytes.fromhex(data)) == value


@pytest.mark.parametrize(
    "data",
    ["", "ff", "81", "82ff01", "a1", "a1ff01", "1c", "61ff", "9b7fffffffffffffff", "81" * 200, "a18001"],
)
def test_broken_cbor(data: str) -> None:
    with pytest.raises(cbor.CborError):
        cbor.decode(bytes.fromhex(data))


CALLS = {
    "json": lambda body: target_call("dynamodb", "PutItem", body),
    "cbor": lambda body: wire.Request(
        "POST",
        "monitoring.eu-west-3.amazonaws.com",
        "/service/GraniteServiceVersion20100801/operation/PutMetricData",
        "",
        (("smithy-protocol", "rpc-v2-cbor"),),
        body,
    ),
    "query": lambda body: wire.Request(
        "POST", "sts.amazonaws.com", "/", "Action=AssumeRole", (FORM,), body.replace(b"Action", b"")
    ),
    "xml": lambda body: s3_call("PUT", "/b", "tagging", body),
    "rest-json": lambda body: wire.Request(
        "POST", "lambda.eu-west-3.amazonaws.com", "/2015-03-31/functions", "", (), body
    ),
    "chunked": lambda body: s3_call(
        "PUT", "/b/k", "", body, ("x-amz-content-sha256", "STREAMING-UNSIGNED-PAYLOAD-TRAILER")
    ),
}


@pytest.mark.parametrize("form", CALLS)
@given(body=st.binary(max_size=200))
@settings(max_examples=60, deadline=None)
def test_no_body_does_more_than_raise_an_aws_error(form: str, body: bytes) -> None:
    try:
        parsed(CALLS[form](body))
    except wire.AwsError as error:
        assert 400 <= error.status < 500
