"""Refusals, read back by botocore."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.parsers import create_parser

from sandbox import wire
from sandbox.wire import problems
from tests.sandbox.wire.signing import operation_model, serialized, sign

REQUEST_ID = "0a1b2c3d-0000-4000-8000-000000000000"
NOW = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
LATER = NOW + timedelta(minutes=20)
CALLER = "arn:aws:iam::111122223333:user/ana"

OPERATIONS = {
    "apigateway": "GetRestApis",
    "cloudfront": "ListDistributions",
    "cloudwatch": "ListMetrics",
    "dynamodb": "ListTables",
    "ec2": "DescribeVpcs",
    "iam": "ListUsers",
    "kms": "ListKeys",
    "lambda": "ListFunctions",
    "organizations": "ListRoots",
    "route53": "ListHostedZones",
    "s3": "ListBuckets",
    "s3control": "GetPublicAccessBlock",
    "sns": "ListTopics",
    "sqs": "ListQueues",
    "sts": "GetCallerIdentity",
}
GLOBAL = {"iam", "route53", "cloudfront", "organizations"}


def call_of(service: str, protocol: str = "") -> wire.Call:
    region = "us-east-1" if service in GLOBAL else "eu-west-3"
    parameters = {"AccountId": "111122223333"} if service == "s3control" else {}
    request_dict = serialized(service, OPERATIONS[service], parameters, protocol)
    request_dict.pop("host_prefix", None)
    request = sign(request_dict, service, region, "http://127.0.0.1:8000/aws")
    return wire.identify(request, wire.read_authorization(request))


def read(call: wire.Call, response: wire.Response) -> dict[str, Any]:
    """Code, message, other members and status as botocore understands them."""
    model = operation_model(call.service, call.operation.name)
    raw = {
        "status_code": response.status,
        "headers": {name.lower(): value for name, value in response.headers},
        "body": response.body,
    }
    parsed: dict[str, Any] = create_parser(call.protocol).parse(raw, model.output_shape)
    return parsed


@pytest.mark.parametrize("service", OPERATIONS)
def test_code_message_and_status_come_back(service: str) -> None:
    call = call_of(service)
    error = wire.AwsError("SomeCode", "Some <message> & more \x00 é", 409)
    parsed = read(call, wire.render_error(error, call=call, request_id=REQUEST_ID))
    assert parsed["Error"]["Code"] == "SomeCode"
    assert parsed["Error"]["Message"].replace("\x00", "?") == "Some <message> & more ? é"
    assert parsed["ResponseMetadata"]["HTTPStatusCode"] == 409
    assert parsed["ResponseMetadata"]["RequestId"] == REQUEST_ID


@pytest.mark.parametrize("protocol", ["json", "query", "smithy-rpc-v2-cbor"])
def test_errors_of_cloudwatch_in_its_three_protocols(protocol: str) -> None:
    call = call_of("cloudwatch", protocol)
    error = wire.AwsError("ResourceNotFound", "none", 404)
    parsed = read(call, wire.render_error(error, call=call, request_id=REQUEST_ID))
    assert parsed["Error"]["Code"] == "ResourceNotFound"
    assert parsed["Error"]["Message"] == "none"


def test_s3_tells_more_and_says_nothing_to_head() -> None:
    call = call_of("s3")
    error = wire.AwsError("NoSuchBucket", "The specified bucket does not exist", 404, {"BucketName": "b"})
    response = wire.render_error(error, call=call, request_id="ABC")
    assert b"<BucketName>b</BucketName><RequestId>ABC</RequestId><HostId>" in response.body
    assert ("x-amz-request-id", "ABC") in response.headers
    assert wire.render_error(error, call=call, request_id="ABC", method="HEAD").body == b""


def test_sqs_keeps_its_query_codes() -> None:
    call = call_of("sqs")
    for code in ("QueueDoesNotExist", "AWS.SimpleQueueService.NonExistentQueue"):
        response = wire.render_error(wire.AwsError(code, "none"), call=call, request_id=REQUEST_ID)
        assert json.loads(response.body)["__type"] == "com.amazonaws.sqs#QueueDoesNotExist"
        assert ("x-amzn-query-error", "AWS.SimpleQueueService.NonExistentQueue;Sender") in response.headers
        assert read(call, response)["Error"]["Code"] == "AWS.SimpleQueueService.NonExistentQueue"


def test_unidentified_requests_are_answered_in_the_form_of_the_nearest_service() -> None:
    error = wire.Unidentified("X", "y", 400, service="dynamodb", protocol="json")
    response = wire.render_error(error, call=None, request_id=REQUEST_ID)
    assert json.loads(response.body) == {
        "__type": "com.amazonaws.dynamodb.v20120810#X",
        "message": "y",
    }
    assert wire.render_error(wire.AwsError("X", "y"), call=None, request_id="r").body.startswith(b"<ErrorResponse>")


MISMATCH = problems.SignatureMismatch("AKIA", "0", "STRING", "CANONICAL")
MISSING = problems.MissingAuthorization()
UNKNOWN = problems.UnknownAccessKey("AKIA")
EXPIRED = problems.ExpiredSessionToken("token")
OLD = problems.SignatureExpired(NOW, LATER)
MALFORMED = problems.MalformedAuthorization("Authorization header requires 'Credential' parameter.")

# The error table: what each service family answers to each problem.
TABLE: list[tuple[str, problems.AuthenticationProblem, str, int]] = [
    ("iam", UNKNOWN, "InvalidClientTokenId", 403),
    ("iam", problems.InvalidSessionToken("AKIA"), "InvalidClientTokenId", 403),
    ("iam", MISMATCH, "SignatureDoesNotMatch", 403),
    ("iam", EXPIRED, "ExpiredToken", 403),
    ("iam", OLD, "SignatureDoesNotMatch", 403),
    ("iam", MISSING, "MissingAuthenticationToken", 403),
    ("iam", MALFORMED, "IncompleteSignature", 400),
    ("sns", MISMATCH, "SignatureDoesNotMatch", 403),
    ("route53", UNKNOWN, "InvalidClientTokenId", 403),
    ("sqs", UNKNOWN, "InvalidClientTokenId", 403),
    ("sqs", MISMATCH, "SignatureDoesNotMatch", 403),
    ("cloudwatch", EXPIRED, "ExpiredToken", 403),
    ("ec2", UNKNOWN, "AuthFailure", 401),
    ("ec2", MISMATCH, "AuthFailure", 401),
    ("ec2", EXPIRED, "RequestExpired", 400),
    ("ec2", OLD, "RequestExpired", 400),
    ("ec2", MISSING, "MissingParameter", 400),
    ("dynamodb", UNKNOWN, "UnrecognizedClientException", 400),
    ("dynamodb", MISMATCH, "InvalidSignatureException", 400),
    ("dynamodb", EXPIRED, "ExpiredTokenException", 400),
    ("dynamodb", OLD, "InvalidSignatureException", 400),
    ("dynamodb", MISSING, "MissingAuthenticationTokenException", 400),
    ("dynamodb", MALFORMED, "IncompleteSignatureException", 400),
    ("lambda", UNKNOWN, "UnrecognizedClientException", 403),
    ("lambda", MISMATCH, "InvalidSignatureException", 403),
    ("lambda", MISSING, "MissingAuthenticationTokenException", 403),
    ("lambda", MALFORMED, "IncompleteSignatureException", 403),
    ("s3", UNKNOWN, "InvalidAccessKeyId", 403),
    ("s3", MISMATCH, "SignatureDoesNotMatch", 403),
    ("s3", EXPIRED, "ExpiredToken", 400),
    ("s3", problems.InvalidSessionToken("AKIA"), "InvalidToken", 400),
    ("s3", OLD, "RequestTimeTooSkewed", 403),
    ("s3", problems.SignatureExpired(NOW, LATER, 60), "AccessDenied", 403),
    ("s3", problems.SignatureNotYetCurrent(LATER, NOW, presigned=True), "AccessDenied", 403),
    ("s3", MISSING, "AccessDenied", 403),
    ("s3", MALFORMED, "AuthorizationHeaderMalformed", 400),
    ("s3", problems.MalformedAuthorization("x", presigned=True), "AuthorizationQueryParametersError", 400),
    ("s3", problems.UnsupportedAuthorization("AWS"), "InvalidRequest", 400),
    ("s3", problems.UnsupportedAuthorization("Basic"), "InvalidArgument", 400),
    ("s3", problems.UnsignedHeaders(("x-amz-acl",)), "AccessDenied", 403),
    ("s3", problems.MissingBodyHash(), "InvalidRequest", 400),
    ("s3", problems.MissingBodyHash("x"), "InvalidArgument", 400),
    ("s3", problems.BodyHashMismatch("a", "b"), "XAmzContentSHA256Mismatch", 400),
    ("s3", problems.ChunkSignatureMismatch("AKIA", "0", "STRING"), "SignatureDoesNotMatch", 403),
]


@pytest.mark.parametrize(("service", "problem", "code", "status"), TABLE)
def test_error_table(service: str, problem: problems.AuthenticationProblem, code: str, status: int) -> None:
    call = call_of(service)
    error = wire.error_of(problem, call)
    assert (error.code, error.status) == (code, status)
    parsed = read(call, wire.render_error(error, call=call, request_id=REQUEST_ID))
    assert (parsed["Error"]["Code"], parsed["Error"]["Message"]) == (code, error.message)


def test_signature_mismatch_shows_what_was_signed() -> None:
    fields = wire.error_of(MISMATCH, call_of("s3")).fields
    assert (fields["CanonicalRequest"], fields["StringToSign"]) == ("CANONICAL", "STRING")
    assert fields["StringToSignBytes"] == "53 54 52 49 4e 47"
    message = wire.error_of(MISMATCH, call_of("dynamodb")).message
    assert "'CANONICAL'" in message
    assert "'STRING'" in message


@pytest.mark.parametrize(
    ("problem", "message"),
    [
        (
            OLD,
            "Signature expired: 20260304T050607Z is now earlier than 20260304T051107Z (20260304T052607Z - 15 min.)",
        ),
        (
            problems.SignatureNotYetCurrent(LATER, NOW),
            "Signature not yet current: 20260304T052607Z is still later than 20260304T052107Z "
            "(20260304T050607Z + 15 min.)",
        ),
        (UNKNOWN, "The security token included in the request is invalid."),
        (EXPIRED, "The security token included in the request is expired"),
        (MISSING, "Request is missing Authentication Token"),
    ],
)
def test_sentences(problem: problems.AuthenticationProblem, message: str) -> None:
    assert wire.error_of(problem, call_of("sts")).message == message


@pytest.mark.parametrize(
    ("headers", "host", "code"),
    [
        (
            (("x-amz-target", "DynamoDB_20120810.GetItem"),),
            "localhost",
            "MissingAuthenticationTokenException",
        ),
        (
            (("authorization", "Credential=A/1/eu-west-3/lambda/aws4_request"),),
            "localhost",
            "MissingAuthenticationTokenException",
        ),
        ((), "sts.amazonaws.com", "MissingAuthenticationToken"),
        ((), "b.s3.amazonaws.com", "AccessDenied"),
        ((), "nothing.amazonaws.com", "AccessDenied"),
        ((("x-amz-target", "Nothing.No"),), "localhost", "MissingAuthenticationToken"),
    ],
)
def test_problem_before_the_call_is_known(headers: tuple[tuple[str, str], ...], host: str, code: str) -> None:
    error = wire.error_of(MISSING, None, wire.Request("POST", host, "/", "", headers, b""))
    assert error.code == code
    assert wire.render_error(error, call=None, request_id=REQUEST_ID).status == error.status


BECAUSE = "because no identity-based policy allows the action"
DENIALS = [
    ("iam", "iam:GetUser", "arn:r", "AccessDenied", 403, "iam:GetUser on resource: arn:r"),
    ("s3", "s3:ListAllMyBuckets", "*", "AccessDenied", 403, "s3:ListAllMyBuckets"),
    ("s3", "s3:GetObject", "arn:r", "AccessDenied", 403, 's3:GetObject on resource: "arn:r"'),
    ("sns", "sns:Publish", "arn:r", "AuthorizationError", 403, "SNS:Publish on resource: arn:r"),
    ("sqs", "sqs:SendMessage", "arn:r", "AccessDenied", 403, "sqs:sendmessage on resource: arn:r"),
    ("ec2", "ec2:DescribeVpcs", "*", "UnauthorizedOperation", 403, "ec2:DescribeVpcs"),
    ("kms", "kms:ListKeys", "arn:r", "AccessDeniedException", 400, "kms:ListKeys on resource: arn:r"),
    ("lambda", "lambda:ListFunctions", "*", "AccessDeniedException", 403, "lambda:ListFunctions"),
]


@pytest.mark.parametrize(("service", "action", "resource", "code", "status", "what"), DENIALS)
def test_denials(service: str, action: str, resource: str, code: str, status: int, what: str) -> None:
    call = call_of(service)
    before = "You are not authorized to perform this operation. " if service == "ec2" else ""
    message = f"{before}User: {CALLER} is not authorized to perform: {what} {BECAUSE}"
    error = wire.access_denied(call, CALLER, action, BECAUSE, resource)
    assert (error.code, error.status, error.message) == (code, status, message)
    response = wire.render_error(error, call=call, request_id=REQUEST_ID)
    assert read(call, response)["Error"]["Code"] == code
    assert wire.read_error(call, response) == (code, message)


@pytest.mark.parametrize(
    ("service", "type_"),
    [
        ("dynamodb", "com.amazon.coral.service#AccessDeniedException"),
        ("sqs", "com.amazon.coral.service#AccessDeniedException"),
        ("kms", "AccessDeniedException"),
    ],
)
def test_denials_in_json_spell_message_with_a_capital(service: str, type_: str) -> None:
    call = call_of(service)
    error = wire.access_denied(call, CALLER, f"{service}:X")
    body = json.loads(wire.render_error(error, call=call, request_id=REQUEST_ID).body)
    assert body == {"__type": type_, "Message": error.message}


def test_answers_that_are_no_error() -> None:
    assert wire.read_error(call_of("s3"), wire.Response(200, (), b"<Code>x</Code>")) == ("", "")
    assert wire.read_error(call_of("s3"), wire.Response(404, (), b"")) == ("404", "")
    assert wire.read_error(call_of("kms"), wire.Response(500, (), b"[]")) == ("500", "")
