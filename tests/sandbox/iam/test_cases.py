"""The engine decides as AWS's documentation says: cases as data, each naming the rule that it pins."""

import json
from pathlib import Path
from typing import Any

import pytest

from sandbox.iam.cases import decide_case


def load_cases(name: str) -> list[dict[str, Any]]:
    cases: list[dict[str, Any]] = json.loads(Path(__file__).with_name(name).read_text("utf-8"))
    return cases


OURS = load_cases("cases-of-ours.json")
CASES = [*load_cases("cases-of-the-design.json"), *OURS]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_a_case_is_decided_as_documented(case: dict[str, Any]) -> None:
    assert decide_case(case).verdict == case["expected"], case["why"]


def test_no_two_cases_share_an_id() -> None:
    ids = [case["id"] for case in CASES]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("case", OURS, ids=lambda case: case["id"])
def test_a_case_of_ours_says_why(case: dict[str, Any]) -> None:
    assert case["why"].strip()
