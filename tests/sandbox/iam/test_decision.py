"""What holds of every decision, whatever the policies; and what cannot be saved as a policy."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from sandbox.iam.cases import decide_case
from sandbox.iam.decision import Layer, Verdict
from sandbox.iam.policies import MalformedPolicy, compile_policy

USER = "arn:aws:iam::111111111111:user/alice"
BUCKET = "arn:aws:s3:::b/k"
ALLOW_ALL = {"Effect": "Allow", "Action": "*", "Resource": "*"}
DENY_THIS = {"Effect": "Deny", "Action": "s3:GetObject", "Resource": BUCKET}


def make_policy(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def make_case(**given: Any) -> dict[str, Any]:
    request = {
        "principal": USER,
        "action": "s3:GetObject",
        "resource": BUCKET,
        "resourceAccount": "111111111111",
        "context": {},
    }
    return {"request": request, "identity": [make_policy(ALLOW_ALL)], **given}


STATEMENTS = st.fixed_dictionaries(
    {
        "Effect": st.sampled_from(["Allow", "Deny"]),
        "Action": st.sampled_from(["*", "s3:*", "s3:GetObject", "s3:PutObject", "iam:*"]),
        "Resource": st.sampled_from(["*", BUCKET, "arn:aws:s3:::b/*", "arn:aws:s3:::other/*"]),
    }
)
POLICIES = st.lists(st.lists(STATEMENTS, min_size=1, max_size=3).map(lambda some: make_policy(*some)), max_size=3)
LAYERS = st.sampled_from(["identity", "boundary", "session", "endpoint", "scps", "rcps", "resource"])


def layered(layer: str, statement: dict[str, Any]) -> Any:
    if layer == "resource":
        statement = {**statement, "Principal": "*"}
    policy = make_policy(statement)
    return [[policy]] if layer in ("scps", "rcps") else [policy]


@given(identity=POLICIES, layer=LAYERS)
def test_an_explicit_deny_always_wins(identity: list[Any], layer: str) -> None:
    case = make_case(identity=identity)
    case[layer] = [*(identity if layer == "identity" else []), *layered(layer, DENY_THIS)]
    assert decide_case(case).verdict is Verdict.EXPLICITLY_DENIED


@given(identity=POLICIES, statement=STATEMENTS)
def test_another_allow_never_takes_away(identity: list[Any], statement: dict[str, Any]) -> None:
    more = [*identity, make_policy({**statement, "Effect": "Allow"})]
    if decide_case(make_case(identity=identity)).verdict is Verdict.ALLOWED:
        assert decide_case(make_case(identity=more)).verdict is Verdict.ALLOWED


@given(identity=POLICIES, statement=STATEMENTS)
def test_one_deny_less_never_takes_away(identity: list[Any], statement: dict[str, Any]) -> None:
    more = [*identity, make_policy({**statement, "Effect": "Deny"})]
    if decide_case(make_case(identity=more)).verdict is Verdict.ALLOWED:
        assert decide_case(make_case(identity=identity)).verdict is Verdict.ALLOWED


@given(identity=POLICIES)
def test_nothing_is_allowed_that_no_statement_allows(identity: list[Any]) -> None:
    decision = decide_case(make_case(identity=identity))
    if decision.verdict is Verdict.ALLOWED:
        assert decision.deciding is not None
        assert decision.deciding.reading.applies and decision.deciding.reading.statement.allows


def test_the_decision_says_what_decided_and_why_the_others_did_not() -> None:
    away = {"Sid": "Away", **ALLOW_ALL, "Condition": {"StringEquals": {"aws:PrincipalTag/team": "blue"}}}
    case = make_case(identity=[make_policy(away, {"Sid": "No", **DENY_THIS})])
    case["request"]["context"] = {"aws:PrincipalTag/team": "red"}
    decision = decide_case(case)
    assert (decision.verdict, decision.blocked_by) == (Verdict.EXPLICITLY_DENIED, Layer.IDENTITY)
    assert decision.deciding is not None and decision.deciding.reading.statement.sid == "No"
    assert [step.reading.reason for step in decision.steps] == [
        "condition: stringequals aws:principaltag/team: in the request it is red",
        "",
    ]


def test_the_layer_that_blocks_is_named() -> None:
    narrow = make_policy({"Effect": "Allow", "Action": "iam:*", "Resource": "*"})
    for layer, name in (("boundary", Layer.BOUNDARY), ("endpoint", Layer.ENDPOINT)):
        assert decide_case(make_case(**{layer: [narrow]})).blocked_by is name
    assert decide_case(make_case(scps=[[make_policy(ALLOW_ALL)], [narrow]])).blocked_by is Layer.SCP
    assert decide_case(make_case(identity=[])).blocked_by is Layer.IDENTITY


@pytest.mark.parametrize("effect", ["Allow", "Deny"])
def test_a_resource_policy_that_names_no_principal_can_only_deny(effect: str) -> None:
    decision = decide_case(make_case(identity=[], resource=make_policy({**ALLOW_ALL, "Effect": effect})))
    assert decision.verdict is (Verdict.IMPLICITLY_DENIED if effect == "Allow" else Verdict.EXPLICITLY_DENIED)


@pytest.mark.parametrize("values", [["${aws:username}", "red"], ["red", "${aws:username}"]])
def test_the_order_of_values_does_not_matter_when_a_variable_is_unknown(values: list[str]) -> None:
    for statement in (
        {**ALLOW_ALL, "Resource": [value.replace("red", BUCKET) for value in values]},
        {**ALLOW_ALL, "Condition": {"StringEquals": {"aws:PrincipalTag/team": values}}},
    ):
        case = make_case(identity=[make_policy(statement)])
        case["request"]["context"] = {"aws:PrincipalTag/team": "red"}
        assert decide_case(case).verdict is Verdict.ALLOWED


@pytest.mark.parametrize(
    ("statement", "problem"),
    [
        ({"Effect": "allow", "Action": "*", "Resource": "*"}, "Effect"),
        ({"Effect": "Allow", "Resource": "*"}, "neither Action nor NotAction"),
        ({"Effect": "Allow", "Action": "*", "NotAction": "*", "Resource": "*"}, "both Action and NotAction"),
        ({"Effect": "Allow", "Action": [], "Resource": "*"}, "Action"),
        ({"Effect": "Allow", "Action": 1, "Resource": "*"}, "Action"),
        ({**ALLOW_ALL, "Resorce": "*"}, "Resorce"),
        ({**ALLOW_ALL, "Condition": {"StringMatches": {"a": "b"}}}, "StringMatches"),
        ({**ALLOW_ALL, "Condition": {"ForAllValues:Null": {"a": "true"}}}, "ForAllValues:Null"),
        ({**ALLOW_ALL, "Condition": {"StringEquals": {}}}, "no keys"),
        ({**ALLOW_ALL, "Principal": {"Robot": "x"}}, "Robot"),
        ({**ALLOW_ALL, "Resource": "arn:aws:s3:::${aws:username"}, "brace"),
    ],
)
def test_what_is_no_policy_is_refused_by_name(statement: dict[str, Any], problem: str) -> None:
    with pytest.raises(MalformedPolicy, match=problem):
        compile_policy(make_policy(statement))


@pytest.mark.parametrize("text", ["", "[]", "1", "{}", '{"Statement": []}', '{"Version": "2020-01-01"}', "[" * 100_000])
def test_what_is_no_document_is_refused(text: str) -> None:
    with pytest.raises(MalformedPolicy):
        compile_policy(text)


def test_cases_are_decided_from_a_file(tmp_path: Path) -> None:
    file, out = tmp_path / "cases.json", StringIO()
    file.write_text(json.dumps([{"id": "one", **make_case()}, {"id": "two", **make_case(identity=[])}]))
    call_command("decide", str(file), stdout=out)
    told = json.loads(out.getvalue())
    assert [(case["id"], case["decision"], case["blocked_by"]) for case in told] == [
        ("one", "Allowed", None),
        ("two", "ImplicitlyDenied", "identity-based policy"),
    ]
    assert told[0]["reasons"][0]["decides"]


@pytest.mark.parametrize("text", ["", "{}", "[1]", '[{"id": "x"}]'])
def test_cases_that_are_none_are_named(tmp_path: Path, text: str) -> None:
    file = tmp_path / "cases.json"
    file.write_text(text)
    with pytest.raises(CommandError, match="case"):
        call_command("decide", str(file), stdout=StringIO())
