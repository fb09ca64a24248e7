"""No false alarms: what AWS publishes and what the engine's cases allow has no errors, but for those named here."""

import json
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from sandbox.iam.linting import FindingType, lint
from tests.sandbox.iam.linting.policies import codes, one, policy, statement

CASES = [
    case
    for name in ("cases-of-the-design.json", "cases-of-ours.json")
    for case in json.loads((Path(__file__).parent.parent / name).read_text())
]
# Faults that cases have on purpose: they put to the engine what a careful author would not write.
NUMBERS = {f"O{number:03}" for number in (*range(27, 43), 44, 45)}
OTHERS = {"O070", "O071", "O072", "O073", "O114", "O146", "O150"}
MEANT = {
    "B15": {"UNSUPPORTED_WILDCARD_IN_PRINCIPAL"},
    "G08": {"VARIABLE_UNSUPPORTED_IN_VERSION"},
    "O126": {"PRIVATE_IP_ADDRESS"},
    "O151": {"VARIABLE_UNSUPPORTED_IN_VERSION"},
    "O155": {"INVALID_ACTION"},
    **{name: {"UNSUPPORTED_ACTION_FOR_CONDITION_KEY"} for name in NUMBERS | OTHERS},
}
NEW_SYNTAX = [
    statement(Action="s3:*Object", Resource="arn:aws:s3:::reports/*"),
    statement(Action=None, NotAction="iam:*", Resource="*"),
    statement(Action="s3:*", Resource=None, NotResource="arn:aws:s3:::secret/*", Effect="Deny"),
    statement(Action="s3:*", Resource="*", Condition={"StringEquals": {"aws:RequestedRegion": "eu-west-1"}}),
]


def documents(case: dict[str, Any]) -> list[tuple[Any, str]]:
    several = [(one, "IDENTITY_POLICY") for kind in ("identity", "boundary") for one in case.get(kind) or []]
    several += [(case["resource"], "RESOURCE_POLICY")] if case.get("resource") else []
    for name, kind in (("scps", "SERVICE_CONTROL_POLICY"), ("rcps", "RESOURCE_CONTROL_POLICY")):
        several += [(one, kind) for level in case.get(name) or [] for one in level]
    return [(one.get("document", one) if isinstance(one, dict) else one, kind) for one, kind in several]


def errors(document: Any, kind: str) -> Counter[str]:
    found = lint(document if isinstance(document, str) else json.dumps(document, indent=2), kind)
    return Counter(one.issue_code for one in found if one.finding_type is FindingType.ERROR)


def test_the_cases_of_the_engine_have_no_errors_but_those_meant() -> None:
    found = {case["id"]: {code for one, kind in documents(case) for code in errors(one, kind)} for case in CASES}
    assert {name: codes for name, codes in found.items() if codes} == MEANT


@pytest.mark.parametrize("element", NEW_SYNTAX)
def test_control_policies_may_use_the_whole_language(element: dict[str, Any]) -> None:
    assert errors(policy(element), "SERVICE_CONTROL_POLICY") == Counter()


def test_a_clean_policy_has_no_findings() -> None:
    assert codes(one()) == set()


@pytest.mark.parametrize("kind", ["NONE", "", "identity_policy"])
def test_an_unknown_type_of_policy_is_refused(kind: str) -> None:
    with pytest.raises(ValueError, match="PolicyType"):
        lint("{}", kind)


HOSTILE = {
    "unknown actions": [f"s3:Zz{number}" for number in range(10_000)],
    "unknown services": [f"zz{number}:Get" for number in range(10_000)],
    "wildcards": [f"ec2:*{number}*" for number in range(10_000)],
    "wildcards that cover": [f"s3:{'*' * number}" for number in range(1, 500)],
    "stars": [f"s3:{'*a' * 5000}", f"s3:{'a' * 5000}"],
}


@pytest.mark.parametrize("actions", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_policy_made_to_cost_time_does_not(actions: list[str]) -> None:
    text = json.dumps(one(Action=actions))
    started = time.process_time()
    lint(text, "IDENTITY_POLICY")
    assert time.process_time() - started < 3


@pytest.mark.parametrize("resource", ["arn:aws:ec2:*:*:" + "*a" * 200, "arn:aws:s3:::" + "*/" * 200])
def test_arns_made_to_cost_time_do_not(resource: str) -> None:
    text = json.dumps(one(Action="ec2:*", Resource=[f"{resource}{number}" for number in range(400)]))
    started = time.process_time()
    lint(text, "IDENTITY_POLICY")
    assert time.process_time() - started < 3
