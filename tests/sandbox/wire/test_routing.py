"""From a request to its call."""

from dataclasses import replace
from typing import Any

import pytest

from sandbox import wire
from tests.sandbox.wire.signing import SITE, client_request, presigned, serialized, sign

SITE_HOSTS = ("localhost:8000", "lab.example.org")


def identified(request: wire.Request) -> wire.Call:
    return wire.identify(request, wire.read_authorization(request), SITE_HOSTS)


CLIENTS: list[tuple[str, str, dict[str, Any], dict[str, Any], tuple[str, str, str]]] = [
    (
        "s3",
        "GetObject",
        {"Bucket": "bkt", "Key": "a/b c"},
        {},
        ("eu-west-3", "s3.eu-west-3.amazonaws.com", "/bkt/a/b%20c"),
    ),
    (
        "s3",
        "HeadBucket",
        {"Bucket": "my-bucket"},
        {"s3": {"addressing_style": "virtual"}},
        ("eu-west-3", "s3.eu-west-3.amazonaws.com", "/my-bucket/"),
    ),
    (
        "s3",
        "ListObjectsV2",
        {"Bucket": "bkt"},
        {"s3": {"addressing_style": "path"}},
        ("eu-west-3", "s3.eu-west-3.amazonaws.com", "/bkt"),
    ),
    (
        "s3",
        "ListBuckets",
        {},
        {"region": "us-east-1", "s3": {"us_east_1_regional_endpoint": "legacy"}},
        ("us-east-1", "s3.us-east-1.amazonaws.com", "/"),
    ),
    (
        "s3",
        "ListObjects",
        {"Bucket": "bkt"},
        {"use_dualstack_endpoint": True},
        ("eu-west-3", "s3.eu-west-3.amazonaws.com", "/bkt/"),
    ),
    (
        "s3",
        "GetObject",
        {"Bucket": "bkt", "Key": "k"},
        {"endpoint_url": "http://localhost:8000/aws", "s3": {"addressing_style": "virtual"}},
        ("eu-west-3", "s3.eu-west-3.amazonaws.com", "/bkt/k"),
    ),
    (
        "s3control",
        "GetPublicAccessBlock",
        {"AccountId": "111122223333"},
        {},
        ("eu-west-3", "s3-control.eu-west-3.amazonaws.com", "/v20180820/configuration/publicAccessBlock"),
    ),
    (
        "dynamodb",
        "ListTables",
        {},
        {"account_id_endpoint_mode": "preferred"},
        ("eu-west-3", "dynamodb.eu-west-3.amazonaws.com", "/"),
    ),
    (
        "stepfunctions",
        "StartSyncExecution",
        {"stateMachineArn": "arn:aws:states:eu-west-3:111122223333:stateMachine:m"},
        {},
        ("eu-west-3", "states.eu-west-3.amazonaws.com", "/"),
    ),
    ("iam", "ListUsers", {}, {}, ("us-east-1", "iam.amazonaws.com", "/")),
    ("iam", "ListUsers", {}, {"endpoint_url": SITE}, ("us-east-1", "iam.amazonaws.com", "/")),
    (
        "iam",
        "ListUsers",
        {},
        {"region": "cn-north-1"},
        ("cn-north-1", "iam.cn-north-1.amazonaws.com.cn", "/"),
    ),
    ("sts", "GetCallerIdentity", {}, {}, ("eu-west-3", "sts.eu-west-3.amazonaws.com", "/")),
    (
        "organizations",
        "ListRoots",
        {},
        {"region": "eu-central-1"},
        ("us-east-1", "organizations.us-east-1.amazonaws.com", "/"),
    ),
    ("cloudwatch", "ListMetrics", {}, {}, ("eu-west-3", "monitoring.eu-west-3.amazonaws.com", "/")),
    (
        "elbv2",
        "DescribeTags",
        {"ResourceArns": ["a"]},
        {},
        ("eu-west-3", "elasticloadbalancing.eu-west-3.amazonaws.com", "/"),
    ),
    (
        "elb",
        "DescribeTags",
        {"LoadBalancerNames": ["a"]},
        {},
        ("eu-west-3", "elasticloadbalancing.eu-west-3.amazonaws.com", "/"),
    ),
    (
        "apigatewayv2",
        "GetApis",
        {},
        {"endpoint_url": SITE},
        ("eu-west-3", "apigateway.eu-west-3.amazonaws.com", "/v2/apis"),
    ),
    (
        "sesv2",
        "ListContacts",
        {"ContactListName": "l"},
        {"endpoint_url": SITE},
        ("eu-west-3", "email.eu-west-3.amazonaws.com", "/v2/email/contact-lists/l/contacts/list"),
    ),
]


@pytest.mark.parametrize(("service", "operation", "parameters", "options", "place"), CLIENTS)
def test_calls_of_real_clients(
    service: str,
    operation: str,
    parameters: dict[str, Any],
    options: dict[str, Any],
    place: tuple[str, str, str],
) -> None:
    request = client_request(service, operation, parameters, **options)
    call = identified(request)
    assert (call.service, call.operation.name) == (service, operation)
    assert (call.region, call.canonical_host, call.canonical_path) == place
    assert wire.parse_parameters(request, call).items() >= parameters.items()


def s3(method: str, path: str, query: str = "", *headers: tuple[str, str]) -> str:
    request = wire.Request(method, "s3.eu-west-3.amazonaws.com", path, query, headers, b"")
    return identified(request).operation.name


COPY = ("x-amz-copy-source", "b/k")


@pytest.mark.parametrize(
    ("method", "path", "query", "headers", "operation"),
    [
        ("GET", "/", "", (), "ListBuckets"),
        ("GET", "/?x-id=ListBuckets", "", (), "ListBuckets"),
        ("PUT", "/b", "", (), "CreateBucket"),
        ("PUT", "/b/", "", (), "CreateBucket"),
        ("GET", "/b", "", (), "ListObjects"),
        ("GET", "/b", "list-type=2", (), "ListObjectsV2"),
        ("GET", "/b", "list-type=1", (), "ListObjects"),
        ("GET", "/b", "prefix=acl", (), "ListObjects"),
        ("GET", "/b", "acl", (), "GetBucketAcl"),
        ("GET", "/b", "acl=", (), "GetBucketAcl"),
        ("GET", "/b", "uploads", (), "ListMultipartUploads"),
        ("GET", "/b", "versions", (), "ListObjectVersions"),
        ("GET", "/b", "analytics", (), "ListBucketAnalyticsConfigurations"),
        ("GET", "/b", "analytics&id=1", (), "GetBucketAnalyticsConfiguration"),
        ("POST", "/b", "delete", (), "DeleteObjects"),
        ("HEAD", "/b", "", (), "HeadBucket"),
        ("GET", "/b/k", "", (), "GetObject"),
        ("GET", "/b//", "", (), "GetObject"),
        ("GET", "/b/k", "versionId=1", (), "GetObject"),
        ("GET", "/b/k", "uploadId=u", (), "ListParts"),
        ("GET", "/b/k", "partNumber=1", (), "GetObject"),
        ("GET", "/b/k", "acl&versionId=1", (), "GetObjectAcl"),
        ("GET", "/b/k", "attributes", (("x-amz-object-attributes", "ETag"),), "GetObjectAttributes"),
        ("PUT", "/b/k", "", (), "PutObject"),
        ("PUT", "/b/k", "", (COPY,), "CopyObject"),
        ("PUT", "/b/k", "partNumber=1&uploadId=u", (), "UploadPart"),
        ("PUT", "/b/k", "partNumber=1&uploadId=u", (COPY,), "UploadPartCopy"),
        ("PUT", "/b/k", "tagging", (COPY,), "PutObjectTagging"),
        ("POST", "/b/k", "uploads", (), "CreateMultipartUpload"),
        ("POST", "/b/k", "uploadId=u", (), "CompleteMultipartUpload"),
        ("POST", "/b/k", "restore", (), "RestoreObject"),
        ("POST", "/b/k", "select&select-type=2", (), "SelectObjectContent"),
        ("DELETE", "/b/k", "", (), "DeleteObject"),
        ("DELETE", "/b/k", "uploadId=u", (), "AbortMultipartUpload"),
        ("DELETE", "/b/k", "tagging", (), "DeleteObjectTagging"),
        ("HEAD", "/b/k", "", (), "HeadObject"),
    ],
)
def test_s3_operations_by_query_and_headers(
    method: str, path: str, query: str, headers: tuple[tuple[str, str], ...], operation: str
) -> None:
    assert s3(method, path.partition("?")[0], query, *headers) == operation


def test_unescaped_arn_at_the_end_of_a_path() -> None:
    arn = "arn:aws:apigateway:eu-west-3::/restapis/abc"
    request = wire.Request("GET", "apigateway.eu-west-3.amazonaws.com", f"/tags/{arn}", "", (), b"")
    call = identified(request)
    assert (call.operation.name, wire.parse_parameters(request, call)) == ("GetTags", {"resourceArn": arn})


def test_greedy_label_before_a_fixed_end() -> None:
    path = "/v20180820/mrap/instances/a/b/policy"
    headers = (("x-amz-account-id", "111122223333"),)
    request = wire.Request("GET", "s3-control.us-west-2.amazonaws.com", path, "", headers, b"")
    assert identified(request).uri_parameters == {"name": "a/b"}
    assert identified(request).operation.name == "GetMultiRegionAccessPointPolicy"


def test_unsigned_call_at_the_site_is_known_by_its_target() -> None:
    headers = (("x-amz-target", "AWSCognitoIdentityProviderService.SignUp"),)
    call = identified(wire.Request("POST", "lab.example.org", "/aws/", "", headers, b"{}", mount="/aws"))
    assert (call.service, call.operation.name, call.region) == ("cognito-idp", "SignUp", "us-east-1")
    assert call.operation.unsigned


def test_unsigned_call_at_the_site_is_known_by_its_version() -> None:
    request = sign(serialized("sts", "AssumeRoleWithWebIdentity", {}), "sts", "eu-west-3", SITE)
    assert wire.identify(request, None).operation.name == "AssumeRoleWithWebIdentity"


def test_unsigned_get_at_the_site_is_an_object() -> None:
    request = wire.Request("GET", "lab.example.org", "/aws/b/k", "", (), b"", mount="/aws")
    assert identified(request).uri_parameters == {"Bucket": "b", "Key": "k"}


def test_presigned_url_of_an_object() -> None:
    call = identified(presigned("s3", "get_object", {"Bucket": "bkt", "Key": "k"}))
    assert (call.operation.name, call.canonical_path) == ("GetObject", "/bkt/k")


def test_queue_url_in_the_path_of_a_query_call() -> None:
    body = b"Action=SendMessage&MessageBody=m&Version=2012-11-05"
    headers = (("content-type", "application/x-www-form-urlencoded"),)
    request = wire.Request("POST", "sqs.eu-west-3.amazonaws.com", "/111122223333/q", "", headers, body)
    call = identified(request)
    assert call.protocol == "query"
    assert wire.parse_parameters(request, call) == {
        "MessageBody": "m",
        "QueueUrl": "https://sqs.eu-west-3.amazonaws.com/111122223333/q",
    }


def refused(request: wire.Request) -> wire.Unidentified:
    with pytest.raises(wire.Unidentified) as caught:
        identified(request)
    return caught.value


def signed(service: str, operation: str, *, region: str, host: str) -> wire.Request:
    request = sign(serialized(service, operation, {}), service, region, SITE)
    return replace(request, host=host, raw_path=request.path, mount="")


def test_s3_names_the_region_that_it_expects() -> None:
    error = refused(signed("s3", "ListBuckets", region="us-east-1", host="s3.eu-west-3.amazonaws.com"))
    assert (error.code, error.status, error.fields) == (
        "AuthorizationHeaderMalformed",
        400,
        {"Region": "eu-west-3"},
    )
    assert error.message == (
        "The authorization header is malformed; the region 'us-east-1' is wrong; expecting 'eu-west-3'"
    )


@pytest.mark.parametrize(
    ("service", "operation", "host", "code", "status", "text"),
    [
        (
            "sts",
            "GetCallerIdentity",
            "sts.eu-west-3.amazonaws.com",
            "SignatureDoesNotMatch",
            403,
            "valid region",
        ),
        ("iam", "ListUsers", "iam.amazonaws.com", "SignatureDoesNotMatch", 403, "valid region"),
        (
            "dynamodb",
            "ListTables",
            "dynamodb.eu-west-3.amazonaws.com",
            "InvalidSignatureException",
            400,
            "valid region",
        ),
        (
            "lambda",
            "ListFunctions",
            "lambda.eu-west-3.amazonaws.com",
            "InvalidSignatureException",
            403,
            "valid region",
        ),
        (
            "dynamodb",
            "ListTables",
            "kms.eu-west-1.amazonaws.com",
            "InvalidSignatureException",
            400,
            "service: 'kms'",
        ),
        ("iam", "ListUsers", "sts.eu-west-1.amazonaws.com", "SignatureDoesNotMatch", 403, "service: 'sts'"),
    ],
)
def test_scope_that_is_not_the_hosts(
    service: str, operation: str, host: str, code: str, status: int, text: str
) -> None:
    error = refused(signed(service, operation, region="eu-west-1", host=host))
    assert (error.code, error.status) == (code, status)
    assert text in error.message


def test_scope_with_a_region_that_does_not_exist() -> None:
    error = refused(sign(serialized("sqs", "ListQueues", {}), "sqs", "mars-north-1", SITE))
    assert (error.code, error.service) == ("SignatureDoesNotMatch", "sqs")


def test_scope_with_a_service_that_does_not_exist() -> None:
    request = sign(serialized("sqs", "ListQueues", {}), "sqs", "eu-west-3", SITE)
    headers = tuple((n, v.replace("/sqs/", "/nothing/")) for n, v in request.headers)
    assert refused(replace(request, headers=headers)).code == "InvalidSignatureException"


@pytest.mark.parametrize("host", ["s3.amazonaws.com", "bkt.s3.amazonaws.com"])
def test_bucket_at_the_global_host_is_in_the_region_that_signs_for_it(host: str) -> None:
    request = replace(presigned("s3", "get_object", {"Bucket": "bkt", "Key": "k"}), host=host)
    call = identified(request)
    assert (call.region, call.canonical_host) == ("eu-west-3", "s3.eu-west-3.amazonaws.com")


def test_global_host_itself_is_in_us_east_1() -> None:
    error = refused(signed("s3", "ListBuckets", region="eu-west-3", host="s3.amazonaws.com"))
    assert error.fields == {"Region": "us-east-1"}


def test_host_that_does_not_exist() -> None:
    with pytest.raises(wire.UnknownHost):
        identified(wire.Request("POST", "nothing.eu-west-3.amazonaws.com", "/", "", (), b""))


FORM = ("content-type", "application/x-www-form-urlencoded")


@pytest.mark.parametrize(
    ("host", "method", "path", "headers", "body", "code", "status", "protocol"),
    [
        ("sts", "POST", "/", (FORM,), b"Action=No&Version=2011-06-15", "InvalidAction", 400, "query"),
        ("sts", "POST", "/", (FORM,), b"", "MissingAction", 400, "query"),
        ("ec2", "POST", "/", (FORM,), b"Action=No", "InvalidAction", 400, "ec2"),
        (
            "kms",
            "POST",
            "/",
            (("x-amz-target", "TrentService.No"),),
            b"",
            "UnknownOperationException",
            400,
            "json",
        ),
        ("lambda", "GET", "/no", (), b"", "UnknownOperationException", 404, "rest-json"),
        ("s3", "PATCH", "/b/k", (), b"", "MethodNotAllowed", 405, "rest-xml"),
    ],
)
def test_unknown_operations(
    host: str,
    method: str,
    path: str,
    headers: tuple[tuple[str, str], ...],
    body: bytes,
    code: str,
    status: int,
    protocol: str,
) -> None:
    request = wire.Request(method, f"{host}.eu-west-3.amazonaws.com", path, "", headers, body)
    error = refused(request)
    assert (error.code, error.status, error.service, error.protocol) == (code, status, host, protocol)
