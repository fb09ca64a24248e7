"""Decisions of the policy engine on one core, beside moto's own check on the same policies.

moto's check knows no operator but one, so that it answers another question; it is what there is to compare with.
"""

import json
import time
from collections.abc import Callable
from typing import Any

from sandbox.iam.decision import Applicable, NamedPolicy, decide
from sandbox.iam.policies import compile_policy
from sandbox.iam.requests import Question, make_context, read_asker

ACCOUNT = "111122223333"
USER = f"arn:aws:iam::{ACCOUNT}:user/team/bob"
POLICIES, STATEMENTS = 5, 5
_CONDITIONS: list[dict[str, Any]] = [
    {"StringEquals": {"aws:RequestedRegion": ["eu-central-1", "eu-west-1"]}},
    {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}, "Bool": {"aws:SecureTransport": "true"}},
    {"StringLike": {"aws:PrincipalTag/team": "blue-*"}},
    {"ArnLike": {"aws:PrincipalArn": f"arn:aws:iam::{ACCOUNT}:user/team/*"}},
]


def documents() -> list[dict[str, Any]]:
    """Policies of several statements, conditions in half of them; the last statement allows what is asked."""
    return [
        {"Version": "2012-10-17", "Statement": [_statement(policy, number) for number in range(STATEMENTS)]}
        for policy in range(POLICIES)
    ]


def _statement(policy: int, number: int) -> dict[str, Any]:
    count = policy * STATEMENTS + number
    last = count == POLICIES * STATEMENTS - 1
    statement: dict[str, Any] = {
        "Sid": f"S{count}",
        "Effect": "Deny" if number == 1 else "Allow",
        "Action": ["s3:GetObject", "s3:Put*"] if last or number % 2 else [f"sqs:Send{count}*", "dynamodb:Get*"],
        "Resource": "arn:aws:s3:::docs/${aws:username}/*" if last else f"arn:aws:s3:::docs-{count}/*",
    }
    if count % 2:
        statement["Condition"] = _CONDITIONS[count // 2 % len(_CONDITIONS)]
    return statement


def ours(number: int) -> bool:
    """Decide one question whose context was never seen before."""
    context = make_context(
        {
            "aws:PrincipalArn": USER,
            "aws:username": "bob",
            "aws:userid": "AIDA1",
            "aws:PrincipalAccount": ACCOUNT,
            "aws:PrincipalTag/team": "blue-1",
            "aws:SourceIp": f"203.0.113.{number % 250}",
            "aws:SecureTransport": "true",
            "aws:RequestedRegion": "eu-central-1",
            "aws:CurrentTime": "2026-11-25T12:00:00Z",
        }
    )
    question = Question(_ASKER, "s3:GetObject", f"arn:aws:s3:::docs/bob/{number}", ACCOUNT, context)
    return decide(question, _APPLICABLE).blocked_by is None


_ASKER = read_asker(USER)
_APPLICABLE = Applicable(
    identity=[NamedPolicy(f"p{number}", compile_policy(document)) for number, document in enumerate(documents())]
)


def moto_check() -> Callable[[int], Any]:
    """The same question to moto's IAMPolicy, which its own authentication asks."""
    from moto.iam.access_control import IAMPolicy

    policies = [IAMPolicy(json.dumps(document)) for document in documents()]

    def check(number: int) -> list[Any]:
        resource = f"arn:aws:s3:::docs/bob/{number}"
        return [policy.is_action_permitted("s3:GetObject", resource) for policy in policies]

    return check


WINDOW = 0.2


def per_second(check: Callable[[int], Any], seconds: float) -> float:
    """Calls of a function in a second of processor time, in the fastest of several short windows.

    As in timeit: what slows a window down is the machine's other work, and never the function.
    """
    return max(_in_window(check) for _ in range(max(1, round(seconds / WINDOW))))


def _in_window(check: Callable[[int], Any]) -> float:
    done, start = 0, time.process_time()
    while time.process_time() - start < WINDOW:
        for _ in range(50):
            check(done)
            done += 1
    return done / (time.process_time() - start)


def table(seconds: float) -> str:
    """The figures as lines of text."""
    if not ours(0):
        raise ValueError("the question of the benchmark must be allowed")
    engine, check = per_second(ours, seconds), per_second(moto_check(), seconds)
    return (
        f"decisions of {POLICIES} policies with {STATEMENTS} statements each, one core, a new context for each\n"
        f"  ours {engine:8.0f}/s    moto's check (no conditions, no variables) {check:8.0f}/s"
        f"    ratio {engine / check:5.2f}"
    )
