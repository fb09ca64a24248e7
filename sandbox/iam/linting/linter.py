"""The linter: reads the text, and asks every check of every group."""

from collections.abc import Callable, Iterator

from sandbox.iam.linting import (
    actions,
    condition_keys,
    condition_values,
    grammar,
    principals,
    redundancy,
    resources,
    security,
    size,
    variables,
)
from sandbox.iam.linting.document import Policy, PolicyType, Statement, policy_of
from sandbox.iam.linting.findings import Finding, Issue, Location, finding, lines_of, located
from sandbox.iam.linting.json_reader import BrokenJson, read

PolicyCheck = Callable[[Policy], Iterator[Issue]]
StatementCheck = Callable[[Policy, Statement], Iterator[Issue]]

POLICY_CHECKS: tuple[PolicyCheck, ...] = (*grammar.POLICY_CHECKS, *redundancy.POLICY_CHECKS, *size.POLICY_CHECKS)
STATEMENT_CHECKS: tuple[StatementCheck, ...] = (
    *grammar.STATEMENT_CHECKS,
    *variables.STATEMENT_CHECKS,
    *actions.STATEMENT_CHECKS,
    *condition_keys.STATEMENT_CHECKS,
    *condition_values.STATEMENT_CHECKS,
    *resources.STATEMENT_CHECKS,
    *principals.STATEMENT_CHECKS,
    *security.STATEMENT_CHECKS,
    *redundancy.STATEMENT_CHECKS,
)


def lint(text: str, policy_type: PolicyType | str, resource_type: str | None = None) -> list[Finding]:
    """Check a policy's text; `resource_type` is ValidatePolicy's, for resource policies. ValueError for no such type.

    The findings are in English whatever locale is asked for.
    """
    kind = PolicyType(policy_type)
    lines = lines_of(text)
    try:
        root = read(text)
    except BrokenJson as error:
        span = lines.span(error.start, error.end)
        where = f"line {span.start.line}, column {span.start.column}"
        return [finding("JSON_SYNTAX_ERROR", f"{error} ({where}). Correct it there.", [Location((), span)])]
    policy = policy_of(root, kind, resource_type, text)
    return located(_issues(policy), lines)


def _issues(policy: Policy) -> Iterator[Issue]:
    for check in POLICY_CHECKS:
        yield from check(policy)
    for statement in policy.statements:
        for statement_check in STATEMENT_CHECKS:
            yield from statement_check(policy, statement)
