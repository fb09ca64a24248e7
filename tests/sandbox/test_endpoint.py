"""The gateway on HTTP: the plain endpoint and the browser's envelope are one pipeline."""

import io
import json
import struct
from typing import Any

import boto3
import pytest
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.config import Config

from sandbox import clients, endpoint
from tests.sandbox.conftest import Caller

pytestmark = pytest.mark.django_db
SITE = "http://127.0.0.1:8000"


def call(environ: dict[str, Any]) -> tuple[str, dict[str, str], bytes]:
    """Status line, headers by lower-case name, and body of an answer."""
    told: dict[str, Any] = {}

    def start_response(status: str, headers: list[tuple[str, str]]) -> None:
        told.update(status=status, headers={name.lower(): value for name, value in headers})

    body = b"".join(endpoint.application(environ, start_response))
    return told["status"], told["headers"], body


def make_environ(**given: Any) -> dict[str, Any]:
    body = given.pop("body", b"")
    values = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": "/aws/",
        "QUERY_STRING": "",
        "HTTP_HOST": "127.0.0.1:8000",
        "REMOTE_ADDR": "10.0.0.7",
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": io.BytesIO(body),
    }
    return {**values, **given}


def plain_client(caller: Caller, service: str) -> Any:
    """A client of the plain endpoint whose requests come as the server hands them over."""
    made = boto3.session.Session().client(
        service,
        region_name="eu-central-1",
        endpoint_url=f"{SITE}/aws",
        aws_access_key_id=caller.credentials.access_key_id,
        aws_secret_access_key=caller.credentials.secret_access_key,
        config=Config(retries={"total_max_attempts": 1}),
    )

    def send(request: AWSPreparedRequest, **_: Any) -> AWSResponse:
        request.reset_stream()
        sent = clients._as_sent(request)
        target = sent.raw_path + (f"?{sent.raw_query}" if sent.raw_query else "")
        headers = [(name.encode(), value.encode()) for name, value in sent.headers]
        status, answered, body = call(
            make_environ(
                REQUEST_METHOD=sent.method,
                RAW_URI=target,
                CONTENT_TYPE=sent.header("content-type"),
                body=sent.body,
                **{"entrypoint.headers": headers},
            )
        )
        return AWSResponse(request.url, int(status.split()[0]), answered, clients._Raw(body))

    made.meta.events.register_last("before-send", send)
    return made


def enveloped(head: dict[str, Any], body: bytes = b"") -> bytes:
    text = json.dumps(head).encode()
    return struct.pack("<I", len(text)) + text + body


def open_envelope(data: bytes) -> tuple[dict[str, Any], bytes]:
    (length,) = struct.unpack("<I", data[:4])
    return json.loads(data[4 : 4 + length]), data[4 + length :]


def test_the_plain_endpoint_serves_path_style_s3(caller: Caller) -> None:
    s3 = plain_client(caller, "s3")
    s3.create_bucket(Bucket="plum-otter", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
    s3.put_object(Bucket="plum-otter", Key="a b/ü%2F+", Body=b"hello")
    assert s3.get_object(Bucket="plum-otter", Key="a b/ü%2F+")["Body"].read() == b"hello"
    assert s3.head_object(Bucket="plum-otter", Key="a b/ü%2F+")["ContentLength"] == 5


def test_the_plain_endpoint_serves_query_and_json(caller: Caller) -> None:
    assert plain_client(caller, "sts").get_caller_identity()["Account"] == caller.account.pk
    assert plain_client(caller, "dynamodb").list_tables()["TableNames"] == []


def test_the_envelope_is_the_same_pipeline(caller: Caller) -> None:
    caller.client("sts").get_caller_identity()
    sent = caller.sent
    assert sent is not None
    head = {"method": sent.method, "url": f"https://{sent.host}{sent.raw_path}", "headers": list(sent.headers)}
    status, _, data = call(make_environ(CONTENT_TYPE=endpoint.ENVELOPE, body=enveloped(head, sent.body)))
    told, body = open_envelope(data)
    assert (status, told["status"]) == ("200 OK", 200)
    assert caller.account.pk.encode() in body
    assert caller.events()[-1].record["sourceIPAddress"] == "10.0.0.7"


def test_a_refusal_comes_in_the_envelope_with_status_200(caller: Caller) -> None:
    headers = [["content-type", "application/x-www-form-urlencoded"]]
    head = {"method": "POST", "url": "https://sts.amazonaws.com/", "headers": headers}
    body = b"Action=GetCallerIdentity&Version=2011-06-15"
    status, _, data = call(make_environ(CONTENT_TYPE=endpoint.ENVELOPE, body=enveloped(head, body)))
    told, answer = open_envelope(data)
    assert (status, told["status"]) == ("200 OK", 403)
    assert b"MissingAuthenticationToken" in answer


@pytest.mark.parametrize("body", [b"", b"\x00", b"\xff\xff\xff\xff{}", enveloped({}), enveloped({"method": "GET"})])
def test_a_broken_envelope_is_named(body: bytes) -> None:
    status, _, answer = call(make_environ(CONTENT_TYPE=endpoint.ENVELOPE, body=body))
    assert status == "400 Bad Request"
    assert answer.strip()


def test_every_answer_is_kept_from_acting_as_the_site(caller: Caller) -> None:
    _, headers, _ = call(make_environ())
    assert headers["content-security-policy"] == "sandbox"
    assert headers["x-content-type-options"] == "nosniff"
    assert "access-control-allow-origin" not in headers


def test_too_much_is_refused_before_it_is_read() -> None:
    unread = io.BytesIO(b"x")
    status, _, _ = call(make_environ(CONTENT_LENGTH=str(endpoint.MAX_BODY + 1), **{"wsgi.input": unread}))
    # To whom nothing says otherwise it is S3, whose EntityTooLarge is a 400.
    assert (status.split()[0], unread.tell()) == ("400", 0)
    status, _, body = call(make_environ(**{"entrypoint.headers": [(b"x", b"y" * endpoint.MAX_HEADERS)]}))
    assert (status.split()[0], b"<Code>EntityTooLarge</Code>" in body) == ("400", True)


def test_a_server_that_decodes_the_path_is_made_up_for() -> None:
    assert endpoint._target(make_environ(PATH_INFO="/aws/b/a b", QUERY_STRING="x=1")) == "/aws/b/a%20b?x=1"


@pytest.mark.parametrize(
    "path",
    [
        "/aws/moto-api/reset",
        "/aws/moto-api/data.json",
        "/aws/latest/meta-data/",
        "/aws/cloudformation_us-east-1/cfnresponse",
    ],
)
def test_motos_own_addresses_are_not_there(caller: Caller, path: str) -> None:
    caller.client("sqs").create_queue(QueueName="inbox")
    status, _, body = call(make_environ(RAW_URI=path))
    assert status.split()[0] == "405"  # to S3 it is a POST to a key
    assert b"moto" not in body
    assert len(caller.client("sqs").list_queues()["QueueUrls"]) == 1
