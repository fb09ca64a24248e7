"""Checks for what says nothing new.

https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html
"""

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from sandbox.iam import patterns
from sandbox.iam.linting.document import Effort, Policy, Statement
from sandbox.iam.linting.findings import Issue, issue
from sandbox.iam.linting.json_reader import Node
from sandbox.iam.linting.wording import listed
from sandbox.iam.patterns import Pattern


def covers(wide: str, narrow: str) -> bool:
    """Tell whether a pattern stands for all that another stands for; false where it cannot be told simply."""
    if wide == narrow:
        return True
    # A "?" could stand for the other's "*", which is more than one character.
    if "*" not in wide or "?" in wide or "${" in wide:
        return False
    return patterns.matches(_pattern(wide), narrow, {})


@lru_cache(maxsize=1024)
def _pattern(text: str) -> Pattern:
    return patterns.parse(text, wildcards=True, variables=False)


def _covered(nodes: Sequence[Node], texts: Sequence[str], effort: Effort) -> Iterator[tuple[Node, Node]]:
    """Each text that another covers, with that one; of equal ones the later."""
    first: dict[str, Node] = {}
    for node, text in zip(nodes, texts, strict=True):
        if text in first:
            yield node, first[text]
        else:
            first[text] = node
    by_head: dict[str, list[str]] = defaultdict(list)
    for text in first:
        if "*" in text:
            by_head[text.partition("*")[0]].append(text)
    for narrow, node in first.items():
        wide = [text for end in range(len(narrow) + 1) for text in by_head.get(narrow[:end], ()) if text != narrow]
        if not effort.spend(1 + sum(map(len, wide))):
            return
        found = next((text for text in wide if covers(text, narrow)), None)
        # Of two that cover each other, the first stays.
        if found is not None and not (covers(narrow, found) and node.start < first[found].start):
            yield node, first[found]


def _actions(policy: Policy, statement: Statement) -> Iterator[Issue]:
    for name in ("Action", "NotAction"):
        nodes = statement.texts(name)
        pairs = list(_covered(nodes, [node.text.lower() for node in nodes], policy.effort))
        if pairs:
            yield _redundant("REDUNDANT_ACTION", pairs)


def _resources(policy: Policy, statement: Statement) -> Iterator[Issue]:
    for name in ("Resource", "NotResource"):
        nodes = statement.texts(name)
        pairs = list(_covered(nodes, [node.text for node in nodes], policy.effort))
        if pairs:
            yield _redundant("REDUNDANT_RESOURCE", pairs)


def _redundant(code: str, pairs: list[tuple[Node, Node]]) -> Issue:
    narrow = listed(node.text for node, _ in pairs)
    wide = listed(node.text for _, node in pairs)
    return issue(code, f"{narrow}: already said by {wide}. Take one of them away.", *(node for node, _ in pairs))


def _numbers(policy: Policy, statement: Statement) -> Iterator[Issue]:
    for entry in statement.conditions:
        if "numericless" not in entry.operator and "numericgreater" not in entry.operator:
            continue
        values = [value for value in entry.values if _number(value.text) is not None]
        if len(values) > 1:
            less = "less" in entry.operator
            one = (max if less else min)(values, key=lambda value: _number(value.text) or Decimal(0))
            which = "greatest" if less else "least"
            details = f"One value is enough: {one.text}, the {which}, lets through all that the others do."
            yield issue("REDUNDANT_CONDITION_VALUE_NUM", details, entry.key_member.value)


def _number(text: str) -> Decimal | None:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _statements(policy: Policy) -> Iterator[Issue]:
    frames = [(_frame(statement), statement) for statement in policy.statements]
    gone: set[int] = set()
    for number, (frame, statement) in enumerate(frames):
        for other_number, (other_frame, other) in enumerate(frames):
            if number == other_number or other_number in gone or frame is None or frame != other_frame:
                continue
            if _said_by(statement, other, policy.effort):
                gone.add(number)
                details = "Another statement says all of this already. Take this one away."
                yield issue("REDUNDANT_STATEMENT", details, statement.node, other.node)
                break


def _frame(statement: Statement) -> str | None:
    """What must be the same in two statements; None where one cannot be within the other."""
    if statement.get("NotAction") or statement.get("NotResource") or not statement.get("Action"):
        return None
    parts = [(name, _plain(statement.get(name))) for name in ("Effect", "Principal", "NotPrincipal", "Condition")]
    return json.dumps(parts, sort_keys=True)


def _plain(node: Node | None) -> object:
    if node is None:
        return None
    if node.kind == "array":
        return [_plain(item) for item in node.items]
    if node.kind == "object":
        return {member.name: _plain(member.value) for member in node.members}
    return [node.kind, node.text]


def _said_by(narrow: Statement, wide: Statement, effort: Effort) -> bool:
    actions = [[node.text.lower() for node in one.texts("Action")] for one in (narrow, wide)]
    resources = [[node.text for node in one.texts("Resource")] for one in (narrow, wide)]
    return _all_covered(actions[0], actions[1], effort) and _all_covered(resources[0], resources[1], effort)


def _all_covered(narrow: list[str], wide: list[str], effort: Effort) -> bool:
    for text in narrow:
        if not effort.spend(sum(map(len, wide)) // 4) or not any(covers(one, text) for one in wide):
            return False
    return bool(narrow) or not wide


POLICY_CHECKS = (_statements,)
STATEMENT_CHECKS = (_actions, _resources, _numbers)
