"""Results of our own, read back by botocore as if AWS had sent them."""

from typing import Any

import pytest
from botocore.awsrequest import HeadersDict
from botocore.parsers import create_parser

from sandbox import wire
from sandbox.wire import services
from tests.sandbox.wire.samples import sample_output
from tests.sandbox.wire.signing import service_model

SERVICES = [
    ("cloudfront", "rest-xml"),
    ("cloudtrail", "json"),
    ("cloudwatch", "json"),
    ("cloudwatch", "query"),
    ("cloudwatch", "smithy-rpc-v2-cbor"),
    ("dynamodb", "json"),
    ("ec2", "ec2"),
    ("iam", "query"),
    ("lambda", "rest-json"),
    ("organizations", "json"),
    ("route53", "rest-xml"),
    ("s3", "rest-xml"),
    ("sqs", "json"),
    ("sts", "query"),
]
REQUEST_ID = "0a1b2c3d-0000-4000-8000-000000000000"


def call_of(service: str, operation: str, protocol: str) -> wire.Call:
    return wire.Call(
        service=service,
        region="eu-west-3",
        partition="aws",
        operation=services.load(service).operations[operation],
        protocol=protocol,
        uri_parameters={},
        canonical_host="",
        canonical_path="/",
        canonical_query="",
    )


@pytest.mark.parametrize(("service", "protocol"), SERVICES)
def test_every_result_comes_back(service: str, protocol: str) -> None:
    wrong = []
    for name in service_model(service).operation_names:
        model = service_model(service).operation_model(name)
        if model.has_event_stream_output or model.deprecated:
            continue
        sample = sample_output(model)
        response = wire.render_result(call_of(service, name, protocol), sample, request_id=REQUEST_ID)
        found = read(model, protocol, response, sample)
        if found != sample:
            wrong.append((name, sample, found))
    assert wrong == []


def read(model: Any, protocol: str, response: wire.Response, sample: dict[str, Any]) -> dict[str, Any]:
    """The result as botocore reads it; a blob that is the whole body is compared as it is."""
    whole = model.output_shape.serialization.get("payload") if model.output_shape else None
    body = response.body
    blobs = {}
    if whole and isinstance(sample[whole], bytes):
        blobs, body = {whole: body}, b""
    raw = {"status_code": response.status, "headers": HeadersDict(response.headers), "body": body}
    parsed: dict[str, Any] = create_parser(protocol).parse(raw, model.output_shape)
    parsed.pop("ResponseMetadata")
    return parsed | blobs


def test_result_knows_its_request() -> None:
    response = wire.render_result(
        call_of("sts", "GetCallerIdentity", "query"), {"Account": "111122223333"}, request_id="r"
    )
    assert response.body == (
        b'<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>'
        b"<Account>111122223333</Account></GetCallerIdentityResult>"
        b"<ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></GetCallerIdentityResponse>"
    )
