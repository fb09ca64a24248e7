"""Cases: a question, its policies, and the decision that AWS's documentation gives; read from JSON."""

from collections.abc import Mapping, Sequence
from typing import Any

from sandbox.iam.decision import Applicable, Decision, NamedPolicy, Policies, decide
from sandbox.iam.policies import compile_policy
from sandbox.iam.requests import Question, make_context, read_asker


def decide_case(case: Mapping[str, Any]) -> Decision:
    """Decide a case; raises MalformedPolicy, ValueError or KeyError for one that is none."""
    return decide(question_of(case["request"]), applicable_of(case))


def question_of(request: Mapping[str, Any]) -> Question:
    """The question of a case: principal, action, resource, resourceAccount, context."""
    context = make_context(request.get("context", {}))
    asker = read_asker(request["principal"], context)
    return Question(asker, request["action"], request["resource"], request["resourceAccount"], context)


def applicable_of(case: Mapping[str, Any]) -> Applicable:
    """The policies of a case; session and resource may be one document or a list."""
    scps, rcps = case.get("scps"), case.get("rcps", [])
    return Applicable(
        identity=_policies(case.get("identity", []), "identity"),
        resource=_optional(case.get("resource"), "resource"),
        boundary=_optional(case.get("boundary"), "boundary"),
        session=_optional(case.get("session"), "session"),
        scps=None if scps is None else [_policies(level, f"scp {n}") for n, level in enumerate(scps)],
        rcps=[_policies(level, f"rcp {n}") for n, level in enumerate(rcps)],
        endpoint=_optional(case.get("endpoint"), "endpoint"),
    )


def _optional(documents: Any, name: str) -> Policies | None:
    return None if documents is None else _policies(documents, name)


def _policies(documents: Any, name: str) -> Policies:
    several: Sequence[Any] = documents if isinstance(documents, list) else [documents]
    return [NamedPolicy(f"{name} {number + 1}", compile_policy(one)) for number, one in enumerate(several)]
