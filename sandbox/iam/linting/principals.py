"""Checks of Principal and NotPrincipal.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
"""

from collections.abc import Iterator

from sandbox.iam.linting.document import Policy, PolicyType, Statement
from sandbox.iam.linting.findings import Issue, issue
from sandbox.iam.linting.wording import listed, near, question, quoted
from sandbox.iam.policies import PRINCIPAL_TYPES

_ELEMENTS = ("Principal", "NotPrincipal")
# Keys that say on whose behalf a service comes.
_SOURCES = {"aws:sourcearn", "aws:sourceaccount", "aws:sourceorgid", "aws:sourceorgpaths"}
_FEDERATED = {"sts:assumerolewithsaml", "sts:assumerolewithwebidentity"}


def _unsupported(policy: Policy, statement: Statement) -> Iterator[Issue]:
    if policy.kind is not PolicyType.IDENTITY:
        return
    for member in statement.node.members:
        if member.name in _ELEMENTS:
            details = f"A policy on a user, group or role is about that very identity. Take {member.name} away."
            yield issue("UNSUPPORTED_PRINCIPAL", details, member)


def _format(policy: Policy, statement: Statement) -> Iterator[Issue]:
    if policy.kind is PolicyType.IDENTITY:
        return
    for name in _ELEMENTS:
        node = statement.get(name)
        if node is None or (node.kind == "string" and node.text == "*"):
            continue
        if node.kind != "object":
            details = f'{name} is "*" or an object such as {{"AWS": "123456789012"}}.'
            yield issue("INVALID_PRINCIPAL_FORMAT", details, node)
        for member in node.members:
            values = member.value.items if member.value.kind == "array" else (member.value,)
            for value in values:
                if value.kind != "string":
                    details = f"{member.name} takes a text in quotes or a list of them."
                    yield issue("DATA_TYPE_MISMATCH", details, value)


def _keys(policy: Policy, statement: Statement) -> Iterator[Issue]:
    for name in _ELEMENTS:
        node = statement.get(name)
        for member in node.members if node else ():
            if member.name not in PRINCIPAL_TYPES:
                hint = question(near(member.name, PRINCIPAL_TYPES))
                details = f"There is no kind of principal {quoted(member.name)}: use {listed(PRINCIPAL_TYPES)}.{hint}"
                yield issue("INVALID_PRINCIPAL_KEY", details, member)


def _wildcards(policy: Policy, statement: Statement) -> Iterator[Issue]:
    for kind, node in statement.principals:
        if "*" not in node.text and "?" not in node.text:
            continue
        if node.text == "*" and kind in ("", "AWS"):
            continue
        if kind == "":
            # Reported as no principal at all.
            continue
        details = (
            f"{quoted(node.text)} is no pattern here: wildcards do not work in {kind}. "
            "Name the principal, or use aws:PrincipalArn in Condition."
        )
        yield issue("UNSUPPORTED_WILDCARD_IN_PRINCIPAL", details, node)


def _ids(policy: Policy, statement: Statement) -> Iterator[Issue]:
    for kind, node in statement.principals:
        if kind == "AWS" and node.text.startswith("AROA"):
            details = f"{quoted(node.text)} is the id of a role, maybe of one that was deleted. Write the role's ARN."
            yield issue("INVALID_ROLE_REFERENCE", details, node)
        if kind == "AWS" and node.text.startswith("AIDA"):
            details = f"{quoted(node.text)} is the id of a user, maybe of one that was deleted. Write the user's ARN."
            yield issue("INVALID_USER_REFERENCE", details, node)


def _assume_role(policy: Policy, statement: Statement) -> Iterator[Issue]:
    federated = [node for kind, node in statement.principals if kind == "Federated"]
    others = [node for kind, node in statement.principals if kind in ("AWS", "Service")]
    for action in statement.texts("Action"):
        name = action.text.lower()
        if name == "sts:assumerole" and federated and not others:
            details = (
                f"{listed(node.text for node in federated)} cannot call sts:AssumeRole. An identity provider goes with "
                "sts:AssumeRoleWithWebIdentity (OIDC) or sts:AssumeRoleWithSAML (SAML)."
            )
            yield issue("MISMATCHED_ACTION_FOR_PRINCIPAL", details, action, *federated)
        if name in _FEDERATED and others and not federated:
            details = (
                f"{action.text} is for identity providers; {listed(node.text for node in others)} is none. "
                'Use "Federated", or the action sts:AssumeRole.'
            )
            yield issue("MISMATCHED_ACTION_FOR_PRINCIPAL", details, action, *others)


def _services(policy: Policy, statement: Statement) -> Iterator[Issue]:
    if policy.kind is not PolicyType.RESOURCE or statement.effect != "Allow" or statement.is_trust:
        return
    nodes = [node for kind, node in statement.principals if kind == "Service"]
    if nodes and not any(entry.key.lower() in _SOURCES for entry in statement.conditions):
        details = (
            f"{listed(node.text for node in nodes)} could come on anybody's behalf (the confused deputy). "
            "Say on whose: add aws:SourceArn or aws:SourceAccount to Condition."
        )
        yield issue("RESTRICT_ACCESS_TO_SERVICE_PRINCIPAL", details, *nodes)


def _everybody_but(policy: Policy, statement: Statement) -> Iterator[Issue]:
    member = next((one for one in statement.node.members if one.name == "NotPrincipal"), None)
    if member is not None and statement.effect == "Allow" and policy.kind is not PolicyType.IDENTITY:
        details = "Allow with NotPrincipal lets everybody else in, even without signing. Name those who may: Principal."
        yield issue("ALLOW_WITH_NOT_PRINCIPAL", details, member)


STATEMENT_CHECKS = (
    _unsupported,
    _format,
    _keys,
    _wildcards,
    _ids,
    _assume_role,
    _services,
    _everybody_but,
)
