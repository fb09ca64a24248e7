"""A permission on a function keeps all its conditions: of two with the same operator moto would drop the first.

An organization's id and a source account are such two; without the first the function is open to everybody.
"""

from typing import Any

from moto.awslambda.policy import Policy

from sandbox.emulator.expectation import expect


def _condition_merge(self: Policy, statement: dict[str, Any]) -> None:
    for name in ("SourceArn", "SourceAccount"):
        for operator, keys in statement.pop(name, {}).items():
            statement.setdefault("Condition", {}).setdefault(operator, {}).update(keys)


def apply() -> None:
    """Merge the conditions of a permission operator by operator."""
    expect(hasattr(Policy, "condition_merge"), "Policy.condition_merge")
    policy: Any = Policy
    policy.condition_merge = _condition_merge
