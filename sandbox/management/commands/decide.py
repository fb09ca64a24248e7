"""`manage.py decide < cases.json`: ask the policy engine from outside."""

import json
import sys
from argparse import ArgumentParser
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from sandbox.iam.cases import decide_case
from sandbox.iam.decision import Decision, Step


class Command(BaseCommand):
    help = "Decide a list of cases (JSON, from a file or standard input) and print each decision with its reasons."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", nargs="?", type=Path, help="standard input when left out")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            text = options["file"].read_text() if options["file"] else sys.stdin.read()
            cases = json.loads(text)
        except (OSError, ValueError) as error:
            raise CommandError(f"no list of cases: {error}") from error
        if not isinstance(cases, list):
            raise CommandError("no list of cases: the JSON is not a list")
        self.stdout.write(json.dumps([_answer(number, case) for number, case in enumerate(cases, 1)], indent=1))


def _answer(number: int, case: Any) -> dict[str, Any]:
    name = case.get("id", number) if isinstance(case, Mapping) else number
    try:
        return {"id": name, **_told(decide_case(case))}
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        raise CommandError(f"case {name}: {type(error).__name__}: {error}") from error


def _told(decision: Decision) -> dict[str, Any]:
    return {
        "decision": decision.verdict.value,
        "blocked_by": decision.blocked_by.value if decision.blocked_by else None,
        "reasons": [_reason(step, decision) for step in decision.steps],
    }


def _reason(step: Step, decision: Decision) -> dict[str, Any]:
    statement = step.reading.statement
    return {
        "layer": step.layer.value,
        "policy": step.policy,
        "statement": statement.sid or statement.index,
        "effect": "Allow" if statement.allows else "Deny",
        "applies": step.reading.applies,
        "decides": step == decision.deciding,
        **({"why_not": step.reading.reason} if step.reading.reason else {}),
    }
