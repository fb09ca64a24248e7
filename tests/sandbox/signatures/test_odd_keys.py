"""Keys of S3 objects that clients and servers like to change: each comes back as it went, by two signers."""

from collections.abc import Callable
from dataclasses import replace
from urllib.parse import quote
from xml.etree import ElementTree

import botocore.auth
import botocore.awsrequest
import pytest
from botocore.credentials import Credentials

from sandbox.wire import Request
from tests.sandbox.signatures.conftest import BUCKET, Lab
from tests.sandbox.signatures.families import BY_NAME, REGION, Refusal, expected, told
from tests.sandbox.signatures.signer import NOW, Draft, Key, escaped, presigned, sha256, signed

pytestmark = pytest.mark.django_db
S3 = BY_NAME["s3"]
HOST = f"s3.{REGION}.amazonaws.com"
Signer = Callable[[Draft, Key], Request]

KEYS = (
    "a/../b//c",
    "./x",
    "../up",
    ".",
    "..",
    "/lead",
    "//two",
    "dir/",
    "a b",
    " both ",
    "caf\u00e9",
    "cafe\u0301",
    "\u8ab2\u984c/\ud55c\uae00",
    "\U0001f98a.txt",
    "%2F",
    "a%2Fb",
    "%25",
    "%zz",
    "a+b",
    "+",
    "&=",
    "a&b=c",
    "?#",
    "what?acl#here",
    "~tilde~",
    'it\'s "quoted" `so`',
    "back\\slash",
    "<Key>&amp;</Key>",
    ";,:@$!*()[]{}|^",
    "x-amz-meta-a: b",
    "k" * 1024,
    "\u00e9" * 512,
)


def by_botocore(draft: Draft, key: Key) -> Request:
    """The request as botocore signs it; its clock is set by the test."""
    url = f"https://{draft.host}{draft.path}" + (f"?{draft.query}" if draft.query else "")
    request = botocore.awsrequest.AWSRequest(draft.method, url, data=draft.body, headers={"host": draft.host})
    request.context["payload_signing_enabled"] = True
    credentials = Credentials(key.access_key_id, key.secret)
    botocore.auth.S3SigV4Auth(credentials, "s3", REGION).add_auth(request)
    headers = tuple((name.lower(), str(value)) for name, value in request.headers.items())
    return Request(draft.method, draft.host, draft.path, draft.query, headers, draft.body)


def by_our_own(draft: Draft, key: Key) -> Request:
    return signed(draft, key)


def by_url(draft: Draft, key: Key) -> Request:
    return presigned(draft, key)


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(botocore.auth, "get_current_datetime", lambda **_: NOW)


def draft_of(method: str, path: str, **given: object) -> Draft:
    return replace(Draft(method, HOST, path, "s3", REGION), **given)  # type: ignore[arg-type]


def keys_in(lab: Lab, sign: Signer) -> list[str | None]:
    response = lab.send(sign(draft_of("GET", f"/{BUCKET}", query="list-type=2"), lab.key))
    assert response.status == 200, response.body
    return [element.text for element in ElementTree.fromstring(response.body).iter() if element.tag.endswith("}Key")]


@pytest.mark.parametrize("sign", [by_botocore, by_our_own, by_url], ids=lambda sign: sign.__name__)
@pytest.mark.parametrize("key", KEYS, ids=lambda key: ascii(key[:20]))
def test_a_key_comes_back_as_it_went(key: str, sign: Signer, lab: Lab) -> None:
    # botocore leaves the same characters bare in paths.
    path = f"/{BUCKET}/{quote(key, safe='/~-._')}"
    body = key.encode()
    put = lab.send(sign(draft_of("PUT", path, body=body), lab.key))
    assert put.status == 200, put.body
    assert lab.send(sign(draft_of("GET", path), lab.key)).body == body
    head = lab.send(sign(draft_of("HEAD", path), lab.key))
    assert (head.status, dict(head.headers).get("content-length", dict(head.headers).get("Content-Length"))) == (
        200,
        str(len(body)),
    )
    assert keys_in(lab, sign) == [key]
    assert lab.send(sign(draft_of("DELETE", path), lab.key)).status == 204
    assert keys_in(lab, sign) == []


@pytest.mark.parametrize(
    ("bare", "key"),
    [("a(1)!*'", "a(1)!*'"), ("a=b&c@d,e;f:g$", "a=b&c@d,e;f:g$"), ("a+b", "a+b"), ("caf%c3%a9", "café")],
)
def test_characters_that_were_left_bare_are_the_same_key(bare: str, key: str, lab: Lab) -> None:
    assert lab.signed(draft_of("PUT", f"/{BUCKET}/{bare}", body=b"x")).status == 200
    assert lab.signed(draft_of("GET", f"/{BUCKET}/{escaped(key, '/')}")).body == b"x"


def test_composed_and_decomposed_letters_are_two_keys(lab: Lab) -> None:
    for key in ("caf\u00e9", "cafe\u0301"):
        assert lab.signed(draft_of("PUT", f"/{BUCKET}/{quote(key)}", body=key.encode())).status == 200
    assert sorted(map(str, keys_in(lab, by_our_own))) == ["cafe\u0301", "caf\u00e9"]


@pytest.mark.parametrize("sign", [by_botocore, by_our_own, by_url], ids=lambda sign: sign.__name__)
@pytest.mark.parametrize("method", ["PUT", "GET"])
@pytest.mark.parametrize(("key", "size"), [("k" * 1025, 1025), ("\u00e9" * 513, 1026)], ids=["letters", "bytes"])
def test_a_key_of_more_than_1024_bytes_is_too_long(key: str, size: int, method: str, sign: Signer, lab: Lab) -> None:
    fields = {"Size": str(size), "MaxSizeAllowed": "1024"}
    response = lab.send(sign(draft_of(method, f"/{BUCKET}/{quote(key)}"), lab.key))
    assert told(S3, response) == expected(S3, Refusal(400, "KeyTooLongError", "Your key is too long", fields=fields))


def test_a_key_that_was_changed_is_another_signature(lab: Lab) -> None:
    request = signed(draft_of("PUT", f"/{BUCKET}/a/b", body=b"x"), lab.key)
    for path in (f"/{BUCKET}/a//b", f"/{BUCKET}/a/./b", f"/{BUCKET}/a/b/", f"/{BUCKET}/a%252Fb", f"/{BUCKET}/A/b"):
        assert told(S3, lab.send(replace(request, raw_path=path))).code == "SignatureDoesNotMatch"
    assert sha256(b"x") in dict(request.headers).values()
