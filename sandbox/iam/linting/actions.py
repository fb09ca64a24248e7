"""Checks of Action and NotAction.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html
"""

from collections.abc import Iterator

from sandbox.iam import reference
from sandbox.iam.linting.action_patterns import ActionText, action_text, expand
from sandbox.iam.linting.document import Policy, Statement
from sandbox.iam.linting.findings import Issue, issue
from sandbox.iam.linting.wording import near, question, quoted


def _known(policy: Policy, statement: Statement) -> Iterator[Issue]:
    for node in statement.texts("Action", "NotAction"):
        if "${" in node.text:
            continue
        action = action_text(node)
        if action is None or not action.name:
            details = f"{quoted(node.text)} is no action: write the service, a colon and the name, as in s3:GetObject."
            yield issue("INVALID_ACTION", details, node)
        elif not action.every:
            yield from _exists(policy, action)


def _exists(policy: Policy, action: ActionText) -> Iterator[Issue]:
    if action.prefix not in reference.prefixes():
        known = reference.prefixes()
        hint = near(action.prefix, known) if policy.effort.spend(30 * len(known)) else None
        details = f"There is no service {quoted(action.prefix)}.{question(hint)} Use the prefix that its actions have."
        yield issue("INVALID_SERVICE_IN_ACTION", details, action.node)
    elif expand(action, policy.effort) == ():
        yield issue("INVALID_ACTION", f"{_missing(action)}{question(_near_action(policy, action))}", action.node)


def _missing(action: ActionText) -> str:
    service = reference.service_name(action.prefix)
    if action.has_wildcard:
        return f"No action of {service} matches {quoted(action.node.text)}: the statement says nothing about it."
    return f"{service} has no action {quoted(action.node.text)}. Correct its name or take it away."


def _near_action(policy: Policy, action: ActionText) -> str | None:
    names = reference.action_names(action.prefix)
    if action.has_wildcard or not policy.effort.spend(30 * len(names)):
        return None
    found = near(action.name, names.values())
    return f"{action.prefix}:{found}" if found else None


STATEMENT_CHECKS = (_known,)
