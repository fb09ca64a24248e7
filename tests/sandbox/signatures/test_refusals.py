"""Each thing that can be wrong with a signature in the header, at each family of services: the whole answer."""

import base64
import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from sandbox.wire import Request
from tests.sandbox.signatures import problems
from tests.sandbox.signatures.conftest import Lab
from tests.sandbox.signatures.families import FAMILIES, Family, Refusal, expected, sent_to, told
from tests.sandbox.signatures.problems import Problem
from tests.sandbox.signatures.signer import NOW, Draft, Key, bare, sha256, signed

pytestmark = pytest.mark.django_db
Broken = tuple[Request, Problem]
MINUTES_16 = timedelta(minutes=16)

_ELSEWHERE = {
    "cloudwatch-cbor": "/service/GraniteServiceVersion20100801/operation/DescribeAlarms",
    "lambda": "/2015-03-31/event-source-mappings/",
    "apigateway": "/apikeys",
    "route53": "/2013-04-01/healthcheck",
    "cloudfront": "/2020-05-31/cache-policy",
    "s3": "/apple-otter",
}
_OTHER_BODY = {"cloudwatch-cbor": b"\xbf\xff"}
THREE_COMPONENTS = "the authorization header requires three components: Credential, SignedHeaders, and Signature."
INVALID_PAIR = (
    "Invalid key=value pair (missing equal-sign) in Authorization header "
    "(hashed with SHA-256 and encoded with Base64): '{}'."
)


def with_header(request: Request, name: str, value: str) -> Request:
    kept = tuple(header for header in request.headers if header[0] != name)
    return replace(request, headers=(*kept, (name, value)))


def authorization(request: Request) -> str:
    return dict(request.headers)["authorization"]


def digest(header: str) -> str:
    return base64.b64encode(hashlib.sha256(header.encode()).digest()).decode()


def hashed(header: str) -> str:
    return f"(Hashed with SHA-256 and encoded with Base64) Authorization={digest(header)}"


# Who calls


def unsigned(draft: Draft, lab: Lab, family: Family) -> Broken:
    return bare(draft, (("host", draft.host),)), problems.missing()


def empty_header(draft: Draft, lab: Lab, family: Family) -> Broken:
    return with_header(signed(draft, lab.key), "authorization", ""), problems.missing()


def another_scheme(draft: Draft, lab: Lab, family: Family) -> Broken:
    problem = problems.missing()
    fields = {"ArgumentName": "Authorization", "ArgumentValue": "Bearer of-news"}
    s3 = Refusal(400, "InvalidArgument", "Unsupported Authorization Type", fields=fields)
    return with_header(signed(draft, lab.key), "authorization", "Bearer of-news"), replace(problem, s3=s3)


def version_2(draft: Draft, lab: Lab, family: Family) -> Broken:
    message = "The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256."
    s3 = Refusal(400, "InvalidRequest", message)
    header = f"AWS {lab.key.access_key_id}:frJIUN8DYpKDtOLCwo//yllqDzg="
    return with_header(signed(draft, lab.key), "authorization", header), replace(problems.missing(), s3=s3)


def key_nobody_has(draft: Draft, lab: Lab, family: Family) -> Broken:
    key = replace(lab.key, access_key_id=lab.key.access_key_id[:-4] + "2345")
    return signed(draft, key), problems.unknown(key.access_key_id)


def key_of_no_account(draft: Draft, lab: Lab, family: Family) -> Broken:
    key = Key("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
    return signed(draft, key), problems.unknown(key.access_key_id)


def inactive_key(draft: Draft, lab: Lab, family: Family) -> Broken:
    return signed(draft, lab.inactive), problems.unknown(lab.inactive.access_key_id)


def deleted_key(draft: Draft, lab: Lab, family: Family) -> Broken:
    return signed(draft, lab.deleted), problems.unknown(lab.deleted.access_key_id)


def key_of_a_deleted_environment(draft: Draft, lab: Lab, family: Family) -> Broken:
    key = lab.of_a_deleted_environment
    return signed(draft, key), problems.unknown(key.access_key_id)


def token_with_a_long_term_key(draft: Draft, lab: Lab, family: Family) -> Broken:
    return signed(draft, replace(lab.key, token="FwoGZXIvYXdzEXAMPLE")), problems.bad_token("FwoGZXIvYXdzEXAMPLE")


def garbage_token_with_a_temporary_key(draft: Draft, lab: Lab, family: Family) -> Broken:
    key = Key("ASIA" + lab.key.access_key_id[4:], "x" * 40, "garbage")
    return signed(draft, key), problems.bad_token("garbage")


# What was signed


def wrong_secret(draft: Draft, lab: Lab, family: Family) -> Broken:
    request = signed(draft, replace(lab.key, secret="x" * 40))
    return request, problems.mismatch(request, draft, lab.key)


def secret_of_another_account(draft: Draft, lab: Lab, family: Family) -> Broken:
    request = signed(draft, replace(lab.key, secret=lab.of_another.secret))
    return request, problems.mismatch(request, draft, lab.key)


def tampered_body(draft: Draft, lab: Lab, family: Family) -> Broken:
    body = _OTHER_BODY.get(family.name, b" " if b"{" in draft.body or not draft.body else b"&X=1")
    body = body if family.name in _OTHER_BODY else draft.body + body
    request = replace(signed(draft, lab.key), body=body)
    problem = problems.mismatch(request, draft, lab.key)
    return request, problems.other_body(sha256(draft.body), sha256(body), problem)


def tampered_header(draft: Draft, lab: Lab, family: Family) -> Broken:
    draft = replace(draft, headers=(*draft.headers, ("x-lab", "one")))
    request = with_header(signed(draft, lab.key), "x-lab", "two")
    return request, problems.mismatch(request, draft, lab.key)


def tampered_query(draft: Draft, lab: Lab, family: Family) -> Broken:
    query = f"{draft.query}&lab=1" if draft.query else "lab=1"
    request = replace(signed(draft, lab.key), raw_query=query)
    return request, problems.mismatch(request, draft, lab.key)


def tampered_path(draft: Draft, lab: Lab, family: Family) -> Broken:
    request = replace(signed(draft, lab.key), raw_path=_ELSEWHERE.get(family.name, "/other"))
    return request, problems.mismatch(request, draft, lab.key)


def tampered_method(draft: Draft, lab: Lab, family: Family) -> Broken:
    method, path = family.other
    draft = replace(draft, path=path, query="")
    request = replace(signed(draft, lab.key), method=method)
    return request, problems.mismatch(request, draft, lab.key)


def tampered_host(draft: Draft, lab: Lab, family: Family) -> Broken:
    request = sent_to(signed(draft, lab.key), "127.0.0.1:8000")
    return request, problems.mismatch(request, draft, lab.key)


def tampered_date(draft: Draft, lab: Lab, family: Family) -> Broken:
    draft = replace(draft, at=NOW + timedelta(minutes=1))
    request = with_header(signed(replace(draft, at=NOW), lab.key), "x-amz-date", draft.timestamp)
    return request, problems.mismatch(request, draft, lab.key)


def signed_header_not_sent(draft: Draft, lab: Lab, family: Family) -> Broken:
    request = signed(replace(draft, headers=(*draft.headers, ("x-lab", "one"))), lab.key)
    request = replace(request, headers=tuple(header for header in request.headers if header[0] != "x-lab"))
    return request, problems.mismatch(request, draft, lab.key)


def host_not_signed(draft: Draft, lab: Lab, family: Family) -> Broken:
    sentence = "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization."
    message = "There were headers present in the request which were not signed"
    s3 = Refusal(403, "AccessDenied", message, fields={"HeadersNotSigned": "host"})
    return signed(replace(draft, unsigned=frozenset({"host"})), lab.key), Problem("mismatch", sentence, s3)


# When


def no_date(draft: Draft, lab: Lab, family: Family) -> Broken:
    request = signed(replace(draft, sends_date=False), lab.key)
    sentence = "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header."
    return request, problems.undated(f"{sentence} {hashed(authorization(request))}")


def date_in_another_format(draft: Draft, lab: Lab, family: Family) -> Broken:
    sentence = (
        "Date must be in ISO-8601 'basic format'. Got '2026-03-14T15:09:26Z'. See http://en.wikipedia.org/wiki/ISO_8601"
    )
    return signed(replace(draft, date="2026-03-14T15:09:26Z"), lab.key), problems.undated(sentence)


def sixteen_minutes_late(draft: Draft, lab: Lab, family: Family) -> Broken:
    sentence = "Signature expired: 20260314T145326Z is now earlier than 20260314T145426Z (20260314T150926Z - 15 min.)"
    problem = problems.wrong_time(sentence, "20260314T145326Z")
    return signed(replace(draft, at=NOW - MINUTES_16), lab.key), problem


def sixteen_minutes_early(draft: Draft, lab: Lab, family: Family) -> Broken:
    sentence = (
        "Signature not yet current: 20260314T152526Z is still later than 20260314T152426Z (20260314T150926Z + 15 min.)"
    )
    problem = problems.wrong_time(sentence, "20260314T152526Z")
    return signed(replace(draft, at=NOW + MINUTES_16), lab.key), problem


# Scope


def scope_of_another_day(draft: Draft, lab: Lab, family: Family) -> Broken:
    sentence = (
        "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: "
        "'20260313' != '20260314', from '20260314T150926Z'."
    )
    detail = 'Invalid credential date "20260313". This date is not the same as X-Amz-Date: "20260314".'
    return signed(replace(draft, scope_date="20260313"), lab.key), problems.incomplete(sentence, detail)


def scope_of_another_region(draft: Draft, lab: Lab, family: Family) -> Broken:
    detail = f"the region 'us-west-1' is wrong; expecting '{draft.region}'"
    problem = problems.out_of_scope("Credential should be scoped to a valid region. ", detail, Region=draft.region)
    return signed(replace(draft, region="us-west-1"), lab.key), problem


def scope_of_another_service(draft: Draft, lab: Lab, family: Family) -> Broken:
    sentence = f"Credential should be scoped to correct service: '{draft.service}'. "
    detail = 'incorrect service "glue". This endpoint belongs to "s3".'
    return signed(replace(draft, service="glue"), lab.key), problems.out_of_scope(sentence, detail)


def scope_of_another_region_and_service(draft: Draft, lab: Lab, family: Family) -> Broken:
    sentence = (
        "Credential should be scoped to a valid region. "
        f"Credential should be scoped to correct service: '{draft.service}'. "
    )
    detail = f"the region 'us-west-1' is wrong; expecting '{draft.region}'"
    problem = problems.out_of_scope(sentence, detail, Region=draft.region)
    return signed(replace(draft, region="us-west-1", service="glue"), lab.key), problem


def another_terminator(draft: Draft, lab: Lab, family: Family) -> Broken:
    sentence = "Credential should be scoped with a valid terminator: 'aws4_request', not 'aws5_request'. "
    detail = 'incorrect terminal "aws5_request". This endpoint uses "aws4_request".'
    return signed(replace(draft, terminator="aws5_request"), lab.key), problems.out_of_scope(sentence, detail)


# Form


def credential_of_four_parts(draft: Draft, lab: Lab, family: Family) -> Broken:
    credential = f"{lab.key.access_key_id}/20260314/{draft.region}/aws4_request"
    sentence = (
        "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, "
        f"got '{credential}'"
    )
    detail = 'the Credential is mal-formed; expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".'
    return signed(replace(draft, credential=credential), lab.key), problems.incomplete(sentence, detail)


def another_algorithm(draft: Draft, lab: Lab, family: Family) -> Broken:
    sentence = "Unsupported AWS 'algorithm': 'AWS4-HMAC-SHA1' (only AWS4-HMAC-SHA256 for now). "
    message = "The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256."
    problem = replace(problems.incomplete(sentence, ""), s3=Refusal(400, "InvalidRequest", message))
    return signed(replace(draft, algorithm="AWS4-HMAC-SHA1"), lab.key), problem


def _without(part: str) -> Callable[[Draft, Lab, Family], Broken]:
    def broken(draft: Draft, lab: Lab, family: Family) -> Broken:
        request = signed(draft, lab.key)
        scheme, _, rest = authorization(request).partition(" ")
        kept = ", ".join(piece for piece in rest.split(", ") if not piece.startswith(f"{part}="))
        header = f"{scheme} {kept}"
        sentence = f"Authorization header requires '{part}' parameter. {hashed(header)}"
        return with_header(request, "authorization", header), problems.incomplete(sentence, THREE_COMPONENTS)

    broken.__name__ = f"no_{part}"
    return broken


def nothing_but_the_scheme_and_no_date(draft: Draft, lab: Lab, family: Family) -> Broken:
    header = "AWS4-HMAC-SHA256 X=1"
    sentence = (
        "Authorization header requires 'Credential' parameter. Authorization header requires 'Signature' parameter. "
        "Authorization header requires 'SignedHeaders' parameter. "
        "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. "
    )
    request = with_header(signed(replace(draft, sends_date=False), lab.key), "authorization", header)
    return request, problems.incomplete(sentence + hashed(header), THREE_COMPONENTS)


def no_equal_sign(draft: Draft, lab: Lab, family: Family) -> Broken:
    request = signed(draft, lab.key)
    header = authorization(request).replace("Credential=", "Credential ")
    problem = problems.incomplete(INVALID_PAIR.format(digest(header)), THREE_COMPONENTS)
    return with_header(request, "authorization", header), problem


def two_authorization_headers(draft: Draft, lab: Lab, family: Family) -> Broken:
    request = signed(draft, lab.key)
    header = authorization(request)
    request = replace(request, headers=(*request.headers, ("authorization", header)))
    problem = problems.incomplete(INVALID_PAIR.format(digest(f"{header},{header}")), THREE_COMPONENTS)
    return request, problem


def signature_given_twice(draft: Draft, lab: Lab, family: Family) -> Broken:
    request = signed(draft, lab.key)
    header = authorization(request) + ", Signature=0"
    sentence = f"Authorization header requires 'Signature' parameter only once. {hashed(header)}"
    return with_header(request, "authorization", header), problems.incomplete(sentence, THREE_COMPONENTS)


def header_and_query(draft: Draft, lab: Lab, family: Family) -> Broken:
    draft = replace(draft, query="X-Amz-Algorithm=AWS4-HMAC-SHA256")
    request = signed(draft, lab.key)
    sentence = "Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header."
    message = (
        "Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, "
        "Signature query string parameter or the Authorization header should be specified"
    )
    fields = {"ArgumentName": "Authorization", "ArgumentValue": authorization(request)}
    return request, Problem("mismatch", sentence, Refusal(400, "InvalidArgument", message, fields=fields))


BREAKAGES: tuple[Callable[[Draft, Lab, Family], Broken], ...] = (
    unsigned,
    empty_header,
    another_scheme,
    version_2,
    key_nobody_has,
    key_of_no_account,
    inactive_key,
    deleted_key,
    key_of_a_deleted_environment,
    token_with_a_long_term_key,
    garbage_token_with_a_temporary_key,
    wrong_secret,
    secret_of_another_account,
    tampered_body,
    tampered_header,
    tampered_query,
    tampered_path,
    tampered_method,
    tampered_host,
    tampered_date,
    signed_header_not_sent,
    host_not_signed,
    no_date,
    date_in_another_format,
    sixteen_minutes_late,
    sixteen_minutes_early,
    scope_of_another_day,
    scope_of_another_region,
    scope_of_another_service,
    scope_of_another_region_and_service,
    another_terminator,
    credential_of_four_parts,
    another_algorithm,
    _without("Credential"),
    _without("SignedHeaders"),
    _without("Signature"),
    nothing_but_the_scheme_and_no_date,
    no_equal_sign,
    two_authorization_headers,
    signature_given_twice,
    header_and_query,
)


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
@pytest.mark.parametrize("breakage", BREAKAGES, ids=lambda breakage: breakage.__name__)
def test_a_broken_request_is_refused_as_aws_does(
    breakage: Callable[[Draft, Lab, Family], Broken], family: Family, lab: Lab
) -> None:
    request, problem = breakage(family.draft, lab, family)
    assert told(family, lab.send(request)) == expected(family, problems.refusal(family, problem))


@pytest.mark.parametrize("minutes", [0, -14, 14])
@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
def test_a_good_request_is_answered(family: Family, minutes: int, lab: Lab) -> None:
    response = lab.signed(replace(family.draft, at=NOW + timedelta(minutes=minutes)))
    assert (response.status, family.answer in response.body.decode("latin-1")) == (200, True), response.body


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
def test_the_date_header_stands_in_for_x_amz_date(family: Family, lab: Lab) -> None:
    date = ("date", f"{NOW:%a, %d %b %Y %H:%M:%S} GMT")
    draft = replace(family.draft, headers=(*family.draft.headers, date), sends_date=False)
    assert lab.signed(draft).status == 200
