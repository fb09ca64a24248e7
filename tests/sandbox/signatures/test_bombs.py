"""Requests made to be expensive: each gets the service's own error, cheaply, and the next call works."""

import io
import resource
import time
import tracemalloc
import zlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from sandbox import endpoint
from sandbox.wire import Request, Response
from tests.sandbox.signatures.conftest import BUCKET, Lab
from tests.sandbox.signatures.families import BY_NAME, FAMILIES, FORM, Family, Refusal, expected, told
from tests.sandbox.signatures.signer import Draft, presigned, signed

pytestmark = pytest.mark.django_db
SECONDS = 5.0
MEBIBYTES = 64
DEEP = 100_000


@pytest.fixture(autouse=True)
def bounds(lab: Lab) -> Iterator[None]:
    """Little time and memory for each test, and a good call at its end."""
    before, used = time.process_time(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    yield
    assert time.process_time() - before < SECONDS
    assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - used) / 1024 < MEBIBYTES
    assert lab.signed(BY_NAME["sts"].draft).status == 200


def refused(family: Family, response: Response, status: int, code: str) -> None:
    """The error has the family's whole form; its sentence is the parser's own."""
    answer = told(family, response)
    message = answer.message
    assert answer == expected(family, Refusal(status, code, message, "" if family.style != "compat" else code))
    assert len(message) < 500


JSON_FAMILIES = [family for family in FAMILIES if family.protocol == "json"]
QUERY_FAMILIES = [family for family in FAMILIES if family.protocol in ("query", "ec2")]
NAMED = {"ids": lambda family: family.name}


@pytest.mark.parametrize("opening", [b"[", b'{"a":', b'{"a":['], ids=["lists", "objects", "both"])
@pytest.mark.parametrize("family", JSON_FAMILIES, **NAMED)  # type: ignore[arg-type]
def test_json_of_great_depth(family: Family, opening: bytes, lab: Lab) -> None:
    response = lab.signed(replace(family.draft, body=opening * DEEP))
    refused(family, response, 400, "SerializationException")


@pytest.mark.parametrize(("opening", "closing"), [(b"[", b"]"), (b'{"a":', b"}")])
@pytest.mark.parametrize("family", JSON_FAMILIES, **NAMED)  # type: ignore[arg-type]
def test_well_formed_json_of_great_depth(family: Family, opening: bytes, closing: bytes, lab: Lab) -> None:
    body = opening * DEEP + b"0" + closing * DEEP
    refused(family, lab.signed(replace(family.draft, body=body)), 400, "SerializationException")


@pytest.mark.parametrize("name", ["lambda", "apigateway"])
def test_rest_json_of_great_depth(name: str, lab: Lab) -> None:
    family = BY_NAME[name]
    path = "/2015-03-31/functions" if name == "lambda" else "/restapis"
    draft = replace(family.draft, method="POST", path=path, body=b'{"a":' * DEEP)
    refused(family, lab.signed(draft), 400, "SerializationException")


@pytest.mark.parametrize(
    "body", [b"\x81" * DEEP, b"\x9f" * DEEP, b"\xa1\x61a" * DEEP, b"\xc1" * DEEP, b"\x9b" + b"\x7f" * 8]
)
def test_cbor_of_great_depth_or_length(body: bytes, lab: Lab) -> None:
    family = BY_NAME["cloudwatch-cbor"]
    refused(family, lab.signed(replace(family.draft, body=body)), 400, "SerializationException")


LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY l0 "lol">'
    + b"".join(b'<!ENTITY l%d "%b">' % (n, b"&l%d;" % (n - 1) * 10) for n in range(1, 10))
    + b"]><Tagging>&l9;</Tagging>"
)
OUTSIDE = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><Tagging>&x;</Tagging>'
PARAMETER = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY % x SYSTEM "http://127.0.0.1/x"> %x;]><Tagging/>'
XML = {
    "deep": b"<a>" * DEEP,
    "deep and well formed": b"<a>" * DEEP + b"</a>" * DEEP,
    "laughs": LAUGHS,
    "a file": OUTSIDE,
    "a parameter entity": PARAMETER,
    "wide": b"<a>" + b"<b/>" * 150_000 + b"</a>",
    "nothing": b"<",
    "utf-16": "<Tagging>".encode("utf-16"),
}
MALFORMED_XML = "The XML you provided was not well-formed or did not validate against our published schema"


@pytest.mark.parametrize("what", XML)
@pytest.mark.parametrize("query", ["tagging", "lifecycle", "cors"])
def test_xml_bombs_at_s3(query: str, what: str, lab: Lab) -> None:
    family = BY_NAME["s3"]
    response = lab.signed(replace(family.draft, method="PUT", query=query, body=XML[what]))
    assert told(family, response) == expected(family, Refusal(400, "MalformedXML", MALFORMED_XML))


@pytest.mark.parametrize("what", ["deep", "laughs", "a file"])
def test_xml_bombs_at_route_53(what: str, lab: Lab) -> None:
    family = BY_NAME["route53"]
    response = lab.signed(replace(family.draft, method="POST", body=XML[what]))
    refused(family, response, 400, "MalformedInput")


@pytest.fixture(scope="module")
def bomb() -> bytes:
    """300 KB that are 300 MB."""
    packer, mebibyte = zlib.compressobj(9, wbits=zlib.MAX_WBITS | 16), b"\0" * 1024 * 1024
    return b"".join(packer.compress(mebibyte) for _ in range(300)) + packer.flush()


@pytest.mark.parametrize(
    "name", ["iam", "ec2", "dynamodb", "kms", "sqs-json", "sqs-query", "lambda", "cloudwatch-cbor"]
)
def test_gzip_bombs(name: str, bomb: bytes, lab: Lab) -> None:
    family = BY_NAME[name]
    # What the service needs at its first call is not the bomb's.
    lab.signed(family.draft)
    headers = (*family.draft.headers, ("content-encoding", "gzip"))
    tracemalloc.start()
    response = lab.signed(replace(family.draft, headers=headers, body=bomb))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 16 * 1024 * 1024
    answer = told(family, response)
    # A form that is packed names no operation to those who look for it before they unpack.
    packed_form = family.protocol in ("query", "ec2")
    refusal = (400, "MissingAction") if packed_form else (413, "RequestEntityTooLarge")
    assert (answer.status, answer.code) == refusal


@pytest.mark.parametrize(
    "name",
    ["Tags.member.999999999.Key", "Tags.member.9999999999999999999.Key", "Tags.member.-1.Key", "Tags.member.1e9.Key"],
)
def test_numbers_of_members_reserve_nothing(name: str, lab: Lab) -> None:
    body = f"Action=CreateUser&Version=2010-05-08&UserName=bob&{name}=k".encode()
    response = lab.signed(replace(BY_NAME["iam"].draft, body=body))
    assert response.status in (400, 409)
    assert told(BY_NAME["iam"], response).code in ("MalformedInput", "ValidationError", "InvalidInput")


@pytest.mark.parametrize("family", QUERY_FAMILIES, **NAMED)  # type: ignore[arg-type]
def test_names_of_ten_thousand_parts(family: Family, lab: Lab) -> None:
    response = lab.signed(replace(family.draft, body=family.draft.body + b"&" + b"a." * 10_000 + b"a=1"))
    refused(family, response, 400, "InvalidParameterValue" if family.style == "ec2" else "MalformedInput")


@pytest.mark.parametrize("family", QUERY_FAMILIES, **NAMED)  # type: ignore[arg-type]
def test_a_parameter_given_ten_thousand_times(family: Family, lab: Lab) -> None:
    response = lab.signed(replace(family.draft, body=family.draft.body + b"&a=1" * 10_000))
    refused(family, response, 400, "MalformedQueryString")


def test_ten_thousand_parameters_in_a_query(lab: Lab) -> None:
    query = "list-type=2&" + "&".join(f"lab{n}={n}" for n in range(10_000))
    draft = replace(BY_NAME["s3"].draft, query=query)
    request = signed(draft, lab.key)
    changed = replace(request, raw_query=query.replace("lab1=1&", "lab1=2&"))
    assert told(BY_NAME["s3"], lab.send(changed)).code == "SignatureDoesNotMatch"


# On HTTP


def over_http(request: Request, **environ: Any) -> Response:
    """The answer of the plain endpoint, as WSGI servers hand a request over."""
    given: dict[str, Any] = {}

    def start_response(status: str, headers: list[tuple[str, str]]) -> None:
        given.update(status=int(status.split()[0]), headers=tuple(headers))

    values = {
        "REQUEST_METHOD": request.method,
        "RAW_URI": request.raw_path + (f"?{request.raw_query}" if request.raw_query else ""),
        "HTTP_HOST": request.host,
        "CONTENT_TYPE": request.header("content-type"),
        "CONTENT_LENGTH": str(len(request.body)),
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.input": io.BytesIO(request.body),
        "entrypoint.headers": [(name.encode(), value.encode()) for name, value in request.headers],
    }
    body = b"".join(endpoint.application({**values, **environ}, start_response))
    without = {name.lower() for name, _ in endpoint.ALWAYS} | {"content-length"}
    headers = tuple((name, value) for name, value in given["headers"] if name.lower() not in without)
    return Response(given["status"], headers, body)


def now(draft: Draft) -> Draft:
    path = f"/aws{draft.path}"
    return replace(draft, at=datetime.now(UTC), host="127.0.0.1:8000", path=path, mount="/aws")


@pytest.mark.parametrize("family", FAMILIES, **NAMED)  # type: ignore[arg-type]
def test_good_calls_on_http(family: Family, lab: Lab) -> None:
    response = over_http(signed(now(family.draft), lab.key))
    assert (response.status, family.answer in response.body.decode("latin-1")) == (200, True), response.body


# Without its body nobody can tell elbv2 from the older service of that name.
@pytest.mark.parametrize("family", [f for f in FAMILIES if f.name != "elbv2"], **NAMED)  # type: ignore[arg-type]
def test_64_kib_of_headers(family: Family, lab: Lab) -> None:
    draft = now(replace(family.draft, headers=(*family.draft.headers, ("x-lab", "x" * 64 * 1024))))
    response = over_http(signed(draft, lab.key))
    message = "An address and headers of more than 65536 bytes"
    refusal = Refusal(413, "RequestEntityTooLarge", message)
    if family.style == "s3":
        refusal = Refusal(400, "EntityTooLarge", message)
    assert plain(told(family, response)) == plain(told_as(family, refusal))


def told_as(family: Family, refusal: Refusal) -> Any:
    return expected(family, refusal)


def plain(answer: Any) -> Any:
    """Errors that are not of the front door carry their bare name."""
    body = answer.body
    if isinstance(body, dict) and "__type" in body:
        body = body | {"__type": body["__type"].rpartition("#")[2]}
    return replace(answer, body=body)


@pytest.mark.parametrize("length", ["-1", "-9223372036854775808", "1e3", "0x10", "five", "+5", "1_000", "٣", "9" * 40])
@pytest.mark.parametrize("name", ["iam", "dynamodb", "s3", "lambda", "ec2"])
def test_a_length_that_is_none(name: str, length: str, lab: Lab) -> None:
    family = BY_NAME[name]
    unread = io.BytesIO(b"never read")
    request = signed(now(family.draft), lab.key)
    response = over_http(request, CONTENT_LENGTH=length, **{"wsgi.input": unread})
    answer = told(family, response)
    assert (answer.status, answer.code, unread.tell()) == (400, "InvalidArgument", 0)


@pytest.mark.parametrize("name", ["iam", "dynamodb", "lambda", "ec2", "s3"])
def test_a_body_that_is_too_large_is_not_read(name: str, lab: Lab) -> None:
    family = BY_NAME[name]
    unread = io.BytesIO(b"never read")
    request = signed(now(family.draft), lab.key)
    response = over_http(request, CONTENT_LENGTH=str(endpoint.MAX_BODY + 1), **{"wsgi.input": unread})
    answer = told(family, response)
    assert unread.tell() == 0
    assert (answer.status, answer.code) == ((400, "EntityTooLarge") if name == "s3" else (413, "RequestEntityTooLarge"))


def test_ten_thousand_parameters_on_http(lab: Lab) -> None:
    query = "&".join(f"lab{n}={n}" for n in range(10_000))
    response = over_http(signed(now(replace(BY_NAME["s3"].draft, query=query)), lab.key))
    assert told(BY_NAME["s3"], response).code == "EntityTooLarge"


def test_a_presigned_url_on_http(lab: Lab) -> None:
    path = f"/{BUCKET}/a/../b//c%20d"
    draft = now(Draft("PUT", "", path, "s3", BY_NAME["s3"].draft.region))
    assert over_http(replace(presigned(draft, lab.key), body=b"hello")).status == 200
    assert over_http(presigned(replace(draft, method="GET"), lab.key)).body == b"hello"
    broken = presigned(replace(draft, method="GET"), replace(lab.key, secret="x" * 40))
    assert told(BY_NAME["s3"], over_http(broken)).code == "SignatureDoesNotMatch"


def test_two_authorization_headers_on_http(lab: Lab) -> None:
    request = signed(now(BY_NAME["dynamodb"].draft), lab.key)
    header = ("authorization", dict(request.headers)["authorization"])
    answer = told(BY_NAME["dynamodb"], over_http(replace(request, headers=(*request.headers, header))))
    assert (answer.status, answer.code) == (400, "IncompleteSignatureException")
    assert FORM[0] == "content-type"
