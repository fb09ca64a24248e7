"""S3 across regions: where a bucket is, and how a client finds it there."""

from typing import Any

import pytest
from botocore.auth import S3SigV4Auth, S3SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.exceptions import ClientError

from sandbox import gateway, region_access
from sandbox.wire import Request, Response
from tests.sandbox.conftest import Caller

pytestmark = pytest.mark.django_db

FIRST, HERE, THERE, APART = "us-east-1", "eu-west-1", "eu-central-1", "af-south-1"
MOVED = (
    "The bucket you are attempting to access must be addressed using the specified endpoint. "
    "Please send all future requests to this endpoint."
)


def bucket(caller: Caller, region: str, name: str = "plum-otter") -> str:
    place = {} if region == FIRST else {"CreateBucketConfiguration": {"LocationConstraint": region}}
    caller.client("s3", region=region).create_bucket(Bucket=name, **place)
    return name


@pytest.fixture
def apart(caller: Caller, monkeypatch: pytest.MonkeyPatch) -> Caller:
    """A learner who has enabled a region."""
    caller.client("account").enable_region(RegionName=APART)
    monkeypatch.setattr(region_access, "SWITCHING", region_access.SWITCHING * 0)
    return caller


def ask(
    caller: Caller, host: str, path: str, *, region: str, method: str = "GET", presigned: bool = False
) -> tuple[int, dict[str, str], str]:
    """Send one signed request to a host of S3; returns status, headers in lower case and body."""
    keys = Credentials(caller.credentials.access_key_id, caller.credentials.secret_access_key)
    made = AWSRequest(method, f"https://{host}{path}", headers={"host": host})
    (S3SigV4QueryAuth if presigned else S3SigV4Auth)(keys, "s3", region).add_auth(made)
    _, _, query = made.url.partition("?")
    headers = tuple((name.lower(), str(value)) for name, value in made.headers.items())
    answer: Response = gateway.handle(Request(method, host, path.partition("?")[0], query, headers, b""))
    return answer.status, {name.lower(): value for name, value in answer.headers}, answer.body.decode()


ENDPOINTS = {
    f"s3.{HERE}.amazonaws.com/plum-otter": (HERE, f"s3.{THERE}.amazonaws.com"),
    f"plum-otter.s3.{HERE}.amazonaws.com": (HERE, f"plum-otter.s3.{THERE}.amazonaws.com"),
    "s3.amazonaws.com/plum-otter": (FIRST, f"s3.{THERE}.amazonaws.com"),
    f"s3.{FIRST}.amazonaws.com/plum-otter": (FIRST, f"s3.{THERE}.amazonaws.com"),
    "localhost:8000/plum-otter": (HERE, f"s3.{THERE}.amazonaws.com"),
}


@pytest.mark.parametrize("address", ENDPOINTS)
def test_another_regions_endpoint_tells_where_the_bucket_is(caller: Caller, address: str) -> None:
    bucket(caller, THERE)
    region, endpoint = ENDPOINTS[address]
    host, slash, path = address.partition("/")
    status, headers, body = ask(caller, host, f"/{path}" if slash else "/", region=region)
    assert (status, headers["x-amz-bucket-region"]) == (301, THERE)
    assert "<Code>PermanentRedirect</Code>" in body
    assert f"<Message>{MOVED}</Message>" in body
    assert f"<Endpoint>{endpoint}</Endpoint><Bucket>plum-otter</Bucket>" in body


def test_a_bucket_in_the_first_region_is_not_served_elsewhere(caller: Caller) -> None:
    bucket(caller, FIRST)
    status, headers, body = ask(caller, f"plum-otter.s3.{THERE}.amazonaws.com", "/key", region=THERE)
    assert (status, headers["x-amz-bucket-region"]) == (301, FIRST)
    assert "<Endpoint>plum-otter.s3.us-east-1.amazonaws.com</Endpoint>" in body


def test_the_buckets_own_name_wants_a_signature_of_its_region(caller: Caller) -> None:
    bucket(caller, THERE)
    status, headers, body = ask(caller, "plum-otter.s3.amazonaws.com", "/", region=FIRST)
    assert (status, headers["x-amz-bucket-region"]) == (400, THERE)
    assert "<Code>AuthorizationHeaderMalformed</Code>" in body
    assert f"<Region>{THERE}</Region>" in body
    assert "the region 'us-east-1' is wrong; expecting 'eu-central-1'" in body
    assert ask(caller, "plum-otter.s3.amazonaws.com", "/", region=THERE)[0] == 200


def test_a_presigned_url_of_the_wrong_region_is_told(caller: Caller) -> None:
    bucket(caller, THERE)
    status, _, body = ask(caller, "plum-otter.s3.amazonaws.com", "/", region=FIRST, presigned=True)
    assert status == 400
    assert "<Code>AuthorizationQueryParametersError</Code>" in body
    assert f"<Region>{THERE}</Region>" in body


def test_a_head_request_has_only_the_header(caller: Caller) -> None:
    bucket(caller, THERE)
    for host, region, status in ((f"s3.{HERE}.amazonaws.com", HERE, 301), ("plum-otter.s3.amazonaws.com", FIRST, 400)):
        path = "/plum-otter" if host.startswith("s3.") else "/"
        found, headers, body = ask(caller, host, path, region=region, method="HEAD")
        assert (found, headers["x-amz-bucket-region"], body) == (status, THERE, "")


def test_the_scope_must_be_the_endpoints_region(caller: Caller) -> None:
    bucket(caller, THERE)
    status, _, body = ask(caller, f"plum-otter.s3.{THERE}.amazonaws.com", "/", region=FIRST)
    assert (status, "AuthorizationHeaderMalformed" in body, f"<Region>{THERE}</Region>" in body) == (400, True, True)


@pytest.mark.parametrize("host", ["s3.amazonaws.com", f"s3.{HERE}.amazonaws.com"])
def test_no_other_endpoint_leads_to_a_region_apart(apart: Caller, host: str) -> None:
    bucket(apart, APART)
    region = HERE if HERE in host else FIRST
    status, headers, body = ask(apart, host, "/plum-otter/key", region=region)
    assert (status, headers["x-amz-bucket-region"]) == (400, APART)
    assert "<Code>IllegalLocationConstraintException</Code>" in body
    assert f"The {APART} location constraint is incompatible for the region specific endpoint" in body


def following(caller: Caller, region: str) -> tuple[Any, list[str]]:
    """A client made for a region, and the hosts that it calls."""
    client = caller.client("s3", region=region)
    hosts: list[str] = []
    client.meta.events.register_first("before-send", lambda request, **_: hosts.append(request.url.split("/")[2]))
    return client, hosts


@pytest.mark.parametrize("home", [FIRST, HERE, THERE, APART])
@pytest.mark.parametrize("region", [FIRST, HERE])
def test_boto3_follows_to_the_bucket(apart: Caller, home: str, region: str) -> None:
    bucket(apart, home)
    client, hosts = following(apart, region)
    client.put_object(Bucket="plum-otter", Key="k", Body=b"hello")
    assert len(hosts) == (1 if home == region else 2)
    hosts.clear()
    assert client.get_object(Bucket="plum-otter", Key="k")["Body"].read() == b"hello"
    assert len(hosts) == 1


@pytest.mark.parametrize("home", [FIRST, THERE])
@pytest.mark.parametrize("region", [FIRST, HERE])
@pytest.mark.parametrize("method", ["head_bucket", "head_object"])
def test_boto3_follows_a_head_request(caller: Caller, home: str, region: str, method: str) -> None:
    bucket(caller, home)
    caller.client("s3", region=home).put_object(Bucket="plum-otter", Key="k", Body=b"hello")
    client, _ = following(caller, region)
    key = {"Key": "k"} if method == "head_object" else {}
    assert getattr(client, method)(Bucket="plum-otter", **key)["ResponseMetadata"]["HTTPStatusCode"] == 200


@pytest.mark.parametrize("home", [FIRST, HERE, THERE])
def test_a_buckets_region_is_told_everywhere(caller: Caller, home: str) -> None:
    bucket(caller, home)
    for region in (FIRST, HERE):
        location = caller.client("s3", region=region).get_bucket_location(Bucket="plum-otter")
        assert location["LocationConstraint"] == (None if home == FIRST else home)
    assert caller.client("s3", region=home).head_bucket(Bucket="plum-otter")["BucketRegion"] == home


def test_a_bucket_that_is_nowhere_is_not_redirected(caller: Caller) -> None:
    status, _, body = ask(caller, f"s3.{HERE}.amazonaws.com", "/plum-otter", region=HERE)
    assert (status, "<Code>NoSuchBucket</Code>" in body) == (404, True)


ILLEGAL = "The {} location constraint is incompatible for the region specific endpoint this request was sent to."
UNKNOWN = ("InvalidLocationConstraint", "The specified location-constraint is not valid")
# (endpoint, location constraint) → the error's code and message.
PLACES = {
    (HERE, None): ("IllegalLocationConstraintException", ILLEGAL.format("unspecified")),
    (HERE, THERE): ("IllegalLocationConstraintException", ILLEGAL.format(THERE)),
    (HERE, FIRST): ("IllegalLocationConstraintException", ILLEGAL.format(FIRST)),
    (FIRST, APART): ("IllegalLocationConstraintException", ILLEGAL.format(APART)),
    (FIRST, FIRST): UNKNOWN,
    (FIRST, "us-east-9"): UNKNOWN,
    (FIRST, "cn-north-1"): UNKNOWN,
}


@pytest.mark.parametrize("place", PLACES, ids=str)
def test_a_bucket_is_not_made_in_another_place(caller: Caller, place: tuple[str, str | None]) -> None:
    region, asked = place
    where = {"CreateBucketConfiguration": {"LocationConstraint": asked}} if asked else {}
    s3 = caller.client("s3", region=region)
    with pytest.raises(ClientError) as caught:
        s3.create_bucket(Bucket="plum-otter", **where)
    error = caught.value.response
    assert error["ResponseMetadata"]["HTTPStatusCode"] == 400
    assert (error["Error"]["Code"], error["Error"]["Message"]) == PLACES[place]


def test_the_first_region_makes_buckets_elsewhere(caller: Caller) -> None:
    s3 = caller.client("s3", region=FIRST)
    for name, asked, home in (("plum-otter", THERE, THERE), ("wet-otter", "EU", HERE)):
        s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": asked})
        assert caller.client("s3", region=home).head_bucket(Bucket=name)["BucketRegion"] == home


def test_only_the_first_region_makes_ones_own_bucket_again(caller: Caller) -> None:
    bucket(caller, FIRST)
    assert caller.client("s3", region=FIRST).create_bucket(Bucket="plum-otter")["Location"] == "/plum-otter"
    bucket(caller, THERE, "wet-otter")
    with pytest.raises(ClientError) as caught:
        bucket(caller, THERE, "wet-otter")
    error = caught.value.response
    assert (error["Error"]["Code"], error["ResponseMetadata"]["HTTPStatusCode"]) == ("BucketAlreadyOwnedByYou", 409)
