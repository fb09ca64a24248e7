"""Requests that two readers could take for two things: we refuse them, or hand them on so that there is one reading.

What is authorized is what we read; the emulator reads the request once more.
"""

from typing import Any

import pytest

from sandbox import wire

FORM = ("content-type", "application/x-www-form-urlencoded")
JSON = ("content-type", "application/x-amz-json-1.1")
LIST_KEYS = ("x-amz-target", "TrentService.ListKeys")


def identified(
    host: str, method: str, path: str, query: str = "", body: bytes = b"", *headers: tuple[str, str]
) -> wire.Call:
    request = wire.Request(method, f"{host}.eu-west-3.amazonaws.com", path, query, headers, body)
    return wire.identify(request, None)


def refused(*arguments: Any) -> tuple[str, int]:
    with pytest.raises(wire.Unidentified) as caught:
        identified(*arguments)
    return caught.value.code, caught.value.status


@pytest.mark.parametrize(
    ("query", "body"),
    [
        ("Action=DeleteQueue", b"Action=ListQueues"),
        ("", b"Action=ListQueues&Action=DeleteQueue"),
        ("", b"Action=DeleteQueue&QueueUrl=a&QueueUrl=b"),
        ("QueueUrl=a", b"Action=DeleteQueue&QueueUrl=b"),
        ("", b"Action=DeleteQueue&QueueUrl=a&Queue%55rl=b"),
    ],
)
def test_query_parameters_come_once(query: str, body: bytes) -> None:
    assert refused("sqs", "POST", "/", query, body, FORM) == ("MalformedQueryString", 400)


def test_action_in_the_url_does_not_reach_who_reads_the_form() -> None:
    call = identified("sts", "POST", "/any/path", "X-Amz-Expires=1", b"Action=GetCallerIdentity", FORM)
    assert (call.operation.name, call.canonical_path, call.canonical_query) == ("GetCallerIdentity", "/", "")


def test_json_call_is_named_by_its_target_alone() -> None:
    call = identified("kms", "POST", "/x", "Action=ScheduleKeyDeletion", b"{}", LIST_KEYS, JSON)
    assert (call.operation.name, call.canonical_path, call.canonical_query) == ("ListKeys", "/", "x-id=ListKeys")


def test_target_of_another_service_is_unknown() -> None:
    target = ("x-amz-target", "DynamoDB_20120810.ListKeys")
    assert refused("kms", "POST", "/", "", b"{}", target, JSON) == ("UnknownOperationException", 400)


def test_json_service_that_never_spoke_query_does_not_begin_to() -> None:
    assert refused("dynamodb", "POST", "/", "", b"Action=ListTables", FORM) == ("UnknownOperationException", 400)


@pytest.mark.parametrize("query", ["Action=DeleteFunction", "%41ction=x", "a=b&ACTION=x&c", "Action"])
def test_rest_urls_have_no_action(query: str) -> None:
    call = identified("lambda", "GET", "/2015-03-31/functions", query)
    assert call.canonical_query in ("x-id=ListFunctions", "a=b&c")


def test_rest_urls_always_have_a_query() -> None:
    call = identified("lambda", "POST", "/2015-03-31/functions/f/invocations", "", b"{}")
    assert call.canonical_query == "x-id=Invoke"
    request = wire.Request("POST", "route53.amazonaws.com", "/2013-04-01/hostedzone", "", (), b"")
    assert wire.identify(request, None).canonical_query == "x-id=CreateHostedZone"


@pytest.mark.parametrize(
    ("service", "headers", "kind"),
    [
        ("kms", (LIST_KEYS, FORM), "application/json"),
        ("lambda", (FORM,), "application/json"),
        ("s3", (FORM,), "binary/octet-stream"),
        ("s3", (("content-type", "multipart/form-data; boundary=x"),), "binary/octet-stream"),
        ("sts", (FORM,), FORM[1]),
        ("sqs", (FORM,), FORM[1]),
    ],
)
def test_bodies_that_are_no_form_are_not_called_one(service: str, headers: tuple[Any, ...], kind: str) -> None:
    request = wire.Request("POST", "h", "/", "", (*headers, ("action", "DeleteKey")), b"")
    plain = wire.decode_body(request, service)
    assert (plain.header("content-type"), plain.header("action", "none")) == (kind, "none")


@pytest.mark.parametrize(
    ("method", "path", "query", "refusal"),
    [
        ("PUT", "/b/k", "acl&tagging", ("InvalidArgument", 400)),
        ("PUT", "/b/k", "acl&uploadId=u&partNumber=1", ("InvalidArgument", 400)),
        ("PUT", "/b/k", "uploads", ("MethodNotAllowed", 405)),
        ("GET", "/b/k", "policy", ("MethodNotAllowed", 405)),
        ("DELETE", "/b", "acl", ("MethodNotAllowed", 405)),
        ("DELETE", "/b%2Fk", "", ("InvalidBucketName", 400)),
        ("DELETE", "/b%75cket/k", "", ("InvalidBucketName", 400)),
        ("GET", "//b/k", "", ("InvalidBucketName", 400)),
        ("GET", "/../b", "", ("InvalidBucketName", 400)),
    ],
)
def test_s3_requests_with_two_readings(method: str, path: str, query: str, refusal: tuple[str, int]) -> None:
    assert refused("s3", method, path, query) == refusal


def test_single_query_parameters_come_once() -> None:
    request = wire.Request("GET", "s3.eu-west-3.amazonaws.com", "/b/k", "versionId=1&versionId=2", (), b"")
    with pytest.raises(wire.AwsError, match="InvalidArgument"):
        wire.parse_parameters(request, wire.identify(request, None))


def test_only_arns_hide_slashes_in_a_last_label() -> None:
    path = "/2015-03-31/functions/f/unknown/thing"
    assert refused("lambda", "GET", path) == ("UnknownOperationException", 404)


def test_hosts_have_a_length() -> None:
    with pytest.raises(wire.UnknownHost):
        identified("a" * 250, "GET", "/")
