"""Checks of policy variables.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
"""

from collections.abc import Iterator

from sandbox.iam import conditions
from sandbox.iam.linting.document import Policy, Statement
from sandbox.iam.linting.findings import Issue, issue
from sandbox.iam.linting.json_reader import Node
from sandbox.iam.linting.wording import quoted

_ESCAPES = ("*", "?", "$")


def _inside(text: str) -> Iterator[str | None]:
    """What stands between ${ and } in a text; None for a brace that is not closed."""
    position = text.find("${")
    while position >= 0:
        end = text.find("}", position)
        if end < 0:
            yield None
            return
        yield text[position + 2 : end]
        position = text.find("${", end)


def _places(statement: Statement) -> Iterator[Node]:
    yield from statement.texts("Resource", "NotResource")
    for entry in statement.conditions:
        yield from (value for value in entry.values if value.kind == "string")


def _form(policy: Policy, statement: Statement) -> Iterator[Issue]:
    if not policy.has_variables:
        return
    for node in _places(statement):
        for inside in _inside(node.text):
            yield from _faults(node, inside)


def _faults(node: Node, inside: str | None) -> Iterator[Issue]:
    if inside is None:
        yield issue("MISSING_BRACE_IN_VARIABLE", f"Close the variable in {quoted(node.text)} with a brace.", node)
        return
    name, comma, default = inside.partition(",")
    if not name.strip():
        details = "There is no name between ${ and }: write a condition key there, or take the braces away."
        yield issue("EMPTY_VARIABLE", details, node)
    elif " " in name:
        details = f"The variable {quoted(name)} holds a space: the name of a condition key has none."
        yield issue("UNSUPPORTED_SPACE_IN_VARIABLE", details, node)
    default = default.strip()
    if comma and not (len(default) >= 2 and default[0] == default[-1] == "'"):
        details = f"Put the default of {quoted(name)} in single quotes: ${{{name.strip()}, 'value'}}."
        yield issue("MISSING_QUOTE_IN_VARIABLE", details, node)


def _version(policy: Policy, statement: Statement) -> Iterator[Issue]:
    if policy.has_variables:
        return
    for node in _places(statement):
        if any(inside is not None and (":" in inside or inside in _ESCAPES) for inside in _inside(node.text)):
            details = (
                f"In {quoted(node.text)} the variable is plain text, since only "
                'version 2012-10-17 knows variables. Add "Version": "2012-10-17".'
            )
            yield issue("VARIABLE_UNSUPPORTED_IN_VERSION", details, node)


def _element(policy: Policy, statement: Statement) -> Iterator[Issue]:
    nodes = [*statement.texts("Action", "NotAction", "Effect", "Sid"), *(node for _, node in statement.principals)]
    for node in nodes:
        if any(inside for inside in _inside(node.text)):
            details = f"Variables work in Resource and Condition only. Write {quoted(node.text)} without one."
            yield issue("VARIABLE_UNSUPPORTED_IN_ELEMENT", details, node)


def _operator(policy: Policy, statement: Statement) -> Iterator[Issue]:
    if not policy.has_variables:
        return
    for entry in statement.conditions:
        row = conditions.OPERATORS.get(entry.operator)
        # AWS's page on variables also counts Bool among the operators that take them.
        if not entry.operator or (row is not None and row.variables):
            continue
        for node in entry.values:
            if node.kind == "string" and any(inside for inside in _inside(node.text)):
                details = f"{entry.operator_member.name} compares no variables; only text and ARN operators do."
                yield issue("INVALID_VARIABLE_FOR_OPERATOR", details, node)


STATEMENT_CHECKS = (_form, _version, _element, _operator)
