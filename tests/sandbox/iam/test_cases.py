"""The engine decides as AWS's documentation says: cases as data, each naming the rule that it pins."""

import json
from pathlib import Path
from typing import Any

import pytest

from sandbox.iam.cases import decide_case

CASES: list[dict[str, Any]] = json.loads(Path(__file__).with_name("cases-of-the-design.json").read_text())


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_a_case_is_decided_as_documented(case: dict[str, Any]) -> None:
    assert decide_case(case).verdict == case["expected"], case["why"]
