"""Policies compared: what gives access, and what gives more than another."""

import json
from typing import Any

import pytest

from sandbox.iam import comparison, patterns
from sandbox.iam.comparison import Access, TooComplex, exceeding, granting
from sandbox.iam.policies import Policy, compile_policy

ARN = "arn:aws:s3:::plum/*"


def policy(*statements: dict[str, Any]) -> Policy:
    every = [{"Effect": "Allow", "Resource": "*", **one} for one in statements]
    for one in every:
        if "NotResource" in one:
            del one["Resource"]
    return compile_policy(json.dumps({"Version": "2012-10-17", "Statement": every}))


def deny(action: str, **elements: Any) -> dict[str, Any]:
    return {"Effect": "Deny", "Action": action, **elements}


GRANTED: list[tuple[str, Policy, Access, bool]] = [
    ("another action", policy({"Action": "s3:GetObject"}), Access(("s3:PutObject",)), False),
    ("the action in other case", policy({"Action": "S3:getobject"}), Access(("s3:GetObject",)), True),
    ("a pattern that holds the action", policy({"Action": "s3:Get*"}), Access(("s3:GetObject",)), True),
    ("a pattern that is asked about", policy({"Action": "s3:GetObject"}), Access(("s3:*",)), True),
    ("an action that the reference does not know", policy({"Action": "s3:*"}), Access(("s3:Invented",)), True),
    ("all but the action", policy({"NotAction": "s3:*"}), Access(("s3:GetObject",)), False),
    ("all but another action", policy({"NotAction": "sqs:*"}), Access(("s3:GetObject",)), True),
    ("another resource", policy({"Action": "*", "Resource": "arn:aws:s3:::fig/*"}), Access((), (ARN,)), False),
    (
        "patterns of resources that overlap",
        policy({"Action": "s3:*", "Resource": "arn:aws:s3:::*/secret"}),
        Access((), ("arn:aws:s3:::plum/*",)),
        True,
    ),
    (
        "a variable, which may be anything",
        policy({"Action": "s3:*", "Resource": "arn:aws:s3:::${aws:username}/*"}),
        Access((), (ARN,)),
        True,
    ),
    (
        "all but the resource",
        policy({"Action": "s3:*", "NotResource": "arn:aws:s3:::plum*"}),
        Access((), (ARN,)),
        False,
    ),
    (
        "action and resource, not together",
        policy({"Action": "s3:*", "Resource": "arn:aws:s3:::fig"}),
        Access(("s3:GetObject",), (ARN,)),
        False,
    ),
    (
        "a condition may be met",
        policy({"Action": "s3:*", "Condition": {"Bool": {"aws:SecureTransport": "true"}}}),
        Access(("s3:GetObject",)),
        True,
    ),
    ("denied altogether", policy({"Action": "s3:*"}, deny("s3:GetObject")), Access(("s3:GetObject",)), False),
    (
        "denied elsewhere",
        policy({"Action": "s3:*"}, deny("s3:GetObject", Resource="arn:aws:s3:::fig/*")),
        Access(("s3:GetObject",)),
        True,
    ),
    ("denied there", policy({"Action": "s3:*"}, deny("s3:*", Resource="arn:aws:s3:::pl*")), Access((), (ARN,)), False),
    (
        "denied on a condition",
        policy({"Action": "s3:*"}, deny("s3:*", Condition={"Bool": {"aws:SecureTransport": "false"}})),
        Access(("s3:GetObject",)),
        True,
    ),
]


@pytest.mark.parametrize(("about", "given", "access", "expected"), GRANTED, ids=[case[0] for case in GRANTED])
def test_access_that_is_given(about: str, given: Policy, access: Access, expected: bool) -> None:
    assert bool(granting(given, [access])) is expected


GET = {"Action": "s3:GetObject", "Resource": ARN}
FROM = {"StringEquals": {"aws:SourceVpc": ["vpc-1", "vpc-2"]}}
ELSEWHERE = {"StringNotEquals": {"aws:SourceVpc": ["vpc-1"]}}
EXCEEDING: list[tuple[str, Policy, Policy, bool]] = [
    ("the same", policy(GET), policy(GET), False),
    ("another action", policy({"Action": "s3:PutObject"}), policy({"Action": "s3:GetObject"}), True),
    ("one of a pattern", policy(GET), policy({"Action": "s3:Get*"}), False),
    ("a pattern of one", policy({"Action": "s3:Get*"}), policy({"Action": "s3:GetObject"}), True),
    (
        "two patterns instead of one",
        policy({"Action": ["rolesanywhere:*"]}),
        policy(
            {"Action": ["rolesanywhere:[a-z]"]}, {"Action": "rolesanywhere:*s*"}, {"NotAction": "rolesanywhere:*s*"}
        ),
        False,
    ),
    ("fewer are left out", policy({"NotAction": "s3:*"}), policy({"NotAction": ["s3:*", "sqs:*"]}), True),
    ("more are left out", policy({"NotAction": ["s3:*", "sqs:*"]}), policy({"NotAction": "s3:*"}), False),
    ("a narrower resource", policy(GET), policy({"Action": "s3:GetObject", "Resource": "arn:aws:s3:::*"}), False),
    ("a wider resource", policy({"Action": "s3:GetObject", "Resource": "arn:aws:s3:::*"}), policy(GET), True),
    (
        "a question mark is not surely held",
        policy({**GET, "Resource": "arn:aws:s3:::plum/?"}),
        policy({**GET, "Resource": "arn:aws:s3:::plum/?*"}),
        True,
    ),
    (
        "all but a resource, in everything",
        policy({"Action": "s3:*", "NotResource": ARN}),
        policy({"Action": "s3:*"}),
        False,
    ),
    (
        "everything, in all but a resource",
        policy({"Action": "s3:*"}),
        policy({"Action": "s3:*", "NotResource": ARN}),
        True,
    ),
    (
        "a resource that is not left out",
        policy(GET),
        policy({"Action": "s3:*", "NotResource": "arn:aws:s3:::fig/*"}),
        False,
    ),
    ("a condition more", policy({**GET, "Condition": FROM}), policy(GET), False),
    ("a condition less", policy(GET), policy({**GET, "Condition": FROM}), True),
    (
        "fewer values",
        policy({**GET, "Condition": {"StringEquals": {"aws:SourceVpc": "vpc-1"}}}),
        policy({**GET, "Condition": FROM}),
        False,
    ),
    (
        "more values that must not be",
        policy({**GET, "Condition": {"StringNotEquals": {"aws:SourceVpc": ["vpc-1", "b"]}}}),
        policy({**GET, "Condition": ELSEWHERE}),
        False,
    ),
    (
        "fewer values that must not be",
        policy({**GET, "Condition": ELSEWHERE}),
        policy({**GET, "Condition": {"StringNotEquals": {"aws:SourceVpc": ["vpc-1", "b"]}}}),
        True,
    ),
    (
        "if it exists",
        policy({**GET, "Condition": {"StringEqualsIfExists": {"aws:SourceVpc": "vpc-1"}}}),
        policy({**GET, "Condition": FROM}),
        True,
    ),
    ("a denial is gone", policy(GET), policy(GET, deny("s3:*")), True),
    ("a denial of something else is gone", policy(GET), policy(GET, deny("sqs:*")), False),
    (
        "a denial of another resource is gone",
        policy(GET),
        policy(GET, deny("s3:*", Resource="arn:aws:s3:::fig")),
        False,
    ),
    ("a denial has become wider", policy(GET, deny("*")), policy(GET, deny("s3:*")), False),
    ("a denial has become narrower", policy(GET, deny("s3:Get*")), policy(GET, deny("s3:*")), True),
    ("nothing is given any more", policy(deny("*")), policy(GET), False),
]


@pytest.mark.parametrize(("about", "new", "existing", "expected"), EXCEEDING, ids=[case[0] for case in EXCEEDING])
def test_access_that_is_new(about: str, new: Policy, existing: Policy, expected: bool) -> None:
    assert bool(exceeding(new, existing)) is expected


@pytest.mark.parametrize(
    ("new", "existing", "expected"),
    [
        ({"AWS": "111122223333"}, {"AWS": ["111122223333", "444455556666"]}, False),
        ({"AWS": ["111122223333", "444455556666"]}, {"AWS": "111122223333"}, True),
        ({"AWS": "111122223333"}, "*", False),
        ("*", {"AWS": "111122223333"}, True),
        ({"Service": "sns.amazonaws.com"}, {"AWS": "111122223333"}, True),
    ],
)
def test_principals_that_are_new(new: Any, existing: Any, expected: bool) -> None:
    assert bool(exceeding(policy({**GET, "Principal": new}), policy({**GET, "Principal": existing}))) is expected


def test_the_statements_that_are_why_are_told() -> None:
    new = policy({**GET, "Sid": "Old"}, {"Action": "sqs:*", "Sid": "New"})
    assert [one.sid for one in exceeding(new, policy(GET))] == ["New"]
    assert [one.sid for one in granting(new, [Access(("s3:GetObject",))])] == ["Old"]


def test_what_would_take_too_long_is_given_up() -> None:
    intricate = policy({"Action": [f"*{number}*" for number in range(400)]})
    with pytest.raises(TooComplex):
        exceeding(intricate, intricate)
    long = policy({"Action": "*", "Resource": ["*a" * 1500] * 3})
    with pytest.raises(TooComplex):
        granting(long, [Access((), ("*b" * 1000,))])


def test_patterns_that_meet() -> None:
    table = [
        ("a*", "*b", True),
        ("a?c", "ab*", True),
        ("a?c", "abd", False),
        ("a*c", "b*c", False),
        ("", "*", True),
        ("?", "", False),
        ("*x*", "abc", False),
        ("*", "*", True),
    ]
    measured = comparison._comparison(())
    for one, other, expected in table:
        pair = [patterns.parse(text, wildcards=True, variables=False) for text in (one, other)]
        assert measured.meet(*pair) is expected, (one, other)
        assert measured.meet(*reversed(pair)) is expected, (other, one)
