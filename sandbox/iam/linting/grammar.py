"""Checks of form: elements, their types and what must be there.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
"""

from collections import defaultdict
from collections.abc import Iterator

from sandbox.iam.linting.document import TRUST, Policy, PolicyType, Statement
from sandbox.iam.linting.findings import Issue, issue
from sandbox.iam.linting.json_reader import Node
from sandbox.iam.linting.wording import near, question, quoted
from sandbox.iam.policies import VERSIONS

_POLICY_ELEMENTS = ("Version", "Id", "Statement")
_STATEMENT_ELEMENTS = (
    *("Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource", "Condition"),
)
_PAIRS = (("Action", "NotAction"), ("Resource", "NotResource"), ("Principal", "NotPrincipal"))
_SCALARS = ("Sid", "Effect")
_LISTS = ("Action", "NotAction", "Resource", "NotResource")
_CONTROL = (PolicyType.SERVICE_CONTROL, PolicyType.RESOURCE_CONTROL)


def _root(policy: Policy) -> Iterator[Issue]:
    if policy.root.kind != "object":
        yield issue("DATA_TYPE_MISMATCH", "A policy is a JSON object: put it in braces.", policy.root)


def _policy_elements(policy: Policy) -> Iterator[Issue]:
    yield from _unknown(policy.root, _POLICY_ELEMENTS, "A policy")


def _unknown(node: Node, known: tuple[str, ...], what: str) -> Iterator[Issue]:
    for member in node.members:
        if member.name not in known:
            hint = question(near(member.name, known))
            details = f"{what} has no element {quoted(member.name)}.{hint} Otherwise take it away."
            yield issue("INVALID_POLICY_ELEMENT", details, member)


def _version(policy: Policy) -> Iterator[Issue]:
    version = policy.root.get("Version")
    if version is None:
        if policy.root.kind == "object":
            details = (
                'Add "Version": "2012-10-17". Without it the rules of 2008 hold, '
                "in which variables such as ${aws:username} are plain text."
            )
            yield issue("MISSING_VERSION", details, policy.root)
    elif version.kind != "string":
        yield issue("DATA_TYPE_MISMATCH", "Version is a text in quotes.", version)
    elif version.text not in VERSIONS:
        details = f"There is no version {quoted(version.text)}. Use {VERSIONS[0]}: it names the language."
        yield issue("INVALID_VERSION", details, version)


def _statement_list(policy: Policy) -> Iterator[Issue]:
    if policy.root.kind != "object":
        return
    node = policy.root.get("Statement")
    if node is None or (node.kind == "array" and not node.items):
        yield issue("MISSING_STATEMENT", "A policy needs at least one statement: add it.", node or policy.root)
        return
    for one in node.items if node.kind == "array" else (node,):
        if one.kind != "object":
            yield issue("DATA_TYPE_MISMATCH", "A statement is a JSON object: put it in braces.", one)


def _id(policy: Policy) -> Iterator[Issue]:
    node = policy.root.get("Id")
    if node is not None and node.kind != "string":
        yield issue("DATA_TYPE_MISMATCH", "Id is a text in quotes.", node)


def _sids(policy: Policy) -> Iterator[Issue]:
    by_sid: dict[str, list[Node]] = defaultdict(list)
    for statement in policy.statements:
        node = statement.get("Sid")
        if node is not None and node.kind == "string" and node.text:
            by_sid[node.text].append(node)
    required = policy.kind is PolicyType.IDENTITY
    for sid, nodes in by_sid.items():
        if len(nodes) > 1:
            code = "UNIQUE_SIDS_REQUIRED" if required else "UNIQUE_SIDS_RECOMMENDED"
            details = f"The Sid {quoted(sid)} is used {len(nodes)} times. Give each statement one of its own."
            yield issue(code, details, *nodes)


def _statement_elements(policy: Policy, statement: Statement) -> Iterator[Issue]:
    yield from _unknown(statement.node, _STATEMENT_ELEMENTS, "A statement")


def _effect(policy: Policy, statement: Statement) -> Iterator[Issue]:
    node = statement.get("Effect")
    if node is None:
        yield issue("MISSING_EFFECT", 'Add "Effect": "Allow" or "Effect": "Deny".', statement.node)
    elif node.kind == "string" and node.text not in ("Allow", "Deny"):
        details = f"The effect {quoted(node.text)} does not exist. It is Allow or Deny, written just so."
        yield issue("INVALID_EFFECT", details, node)


def _action_is_there(policy: Policy, statement: Statement) -> Iterator[Issue]:
    if not statement.get("Action") and not statement.get("NotAction"):
        yield issue("MISSING_ACTION", "Say which actions it is about: add Action or NotAction.", statement.node)


def _resource_is_there(policy: Policy, statement: Statement) -> Iterator[Issue]:
    # A trust policy has no resource. Which other resource policies need one is theirs to say, so only named kinds do.
    named = policy.resource_type is not None and policy.resource_type != TRUST
    needed = policy.kind is not PolicyType.RESOURCE or named
    if needed and not statement.get("Resource") and not statement.get("NotResource"):
        details = "Say which resources it is about: add Resource or NotResource."
        yield issue("MISSING_RESOURCE", details, statement.node)


def _principal_is_there(policy: Policy, statement: Statement) -> Iterator[Issue]:
    if policy.kind not in (PolicyType.RESOURCE, PolicyType.RESOURCE_CONTROL):
        return
    if not statement.get("Principal") and not statement.get("NotPrincipal"):
        details = "A policy on a resource says whom it is about: add Principal."
        yield issue("MISSING_PRINCIPAL", details, statement.node)


def _pairs(policy: Policy, statement: Statement) -> Iterator[Issue]:
    for name, opposite in _PAIRS:
        members = [member for member in statement.node.members if member.name in (name, opposite)]
        if len(members) > 1:
            details = f"{name} and {opposite} cannot stand in one statement. Take one away, or make two statements."
            yield issue("UNSUPPORTED_ELEMENT_COMBINATION", details, *members)


def _types(policy: Policy, statement: Statement) -> Iterator[Issue]:
    for name in _SCALARS:
        node = statement.get(name)
        if node is not None and node.kind != "string":
            yield issue("DATA_TYPE_MISMATCH", f"{name} is a text in quotes.", node)
    for name in _LISTS:
        node = statement.get(name)
        if node is not None:
            yield from _texts(name, node)


def _texts(name: str, node: Node) -> Iterator[Issue]:
    for one in node.items if node.kind == "array" else (node,):
        if one.kind != "string":
            yield issue("DATA_TYPE_MISMATCH", f"{name} is a text in quotes or a list of them.", one)


def _condition_types(policy: Policy, statement: Statement) -> Iterator[Issue]:
    condition = statement.get("Condition")
    if condition is None:
        return
    if condition.kind != "object":
        details = "Condition is an object: an operator, in it a key, in it the values."
        yield issue("DATA_TYPE_MISMATCH", details, condition)
    for member in condition.members:
        if member.value.kind != "object":
            details = f"What stands at {member.name} is an object of keys and values."
            yield issue("DATA_TYPE_MISMATCH", details, member.value)
    for entry in statement.conditions:
        for value in entry.values:
            if value.kind in ("object", "array", "null"):
                details = f"A value of {quoted(entry.key)} is a text, a number or a truth value."
                yield issue("DATA_TYPE_MISMATCH", details, value)


def _sid_characters(policy: Policy, statement: Statement) -> Iterator[Issue]:
    # Other services that keep resource policies take more characters than IAM.
    if policy.kind is PolicyType.RESOURCE and policy.resource_type != TRUST:
        return
    node = statement.get("Sid")
    if node is not None and node.text and not (node.text.isascii() and node.text.isalnum()):
        details = f"The Sid {quoted(node.text)} may hold letters and digits only: a-z, A-Z, 0-9."
        yield issue("UNSUPPORTED_SID", details, node)


def _empty_sid(policy: Policy, statement: Statement) -> Iterator[Issue]:
    node = statement.get("Sid")
    if node is not None and node.kind == "string" and not node.text:
        yield issue("EMPTY_SID_VALUE", "The Sid is empty: give the statement a name, or take Sid away.", node)


def _empty_lists(policy: Policy, statement: Statement) -> Iterator[Issue]:
    for name in _LISTS:
        node = statement.get(name)
        if node is not None and node.kind == "array" and not node.items:
            what = "action" if "Action" in name else "resource"
            details = f"{name} is empty, so the statement does nothing. Name at least one {what}."
            yield issue(f"EMPTY_ARRAY_{what.upper()}", details, node)


def _empty_principals(policy: Policy, statement: Statement) -> Iterator[Issue]:
    for name in ("Principal", "NotPrincipal"):
        node = statement.get(name)
        if node is not None and node.kind == "object" and not node.members:
            details = f"{name} names nobody, so the statement does nothing. Say who is meant."
            yield issue("EMPTY_OBJECT_PRINCIPAL", details, node)
        for member in node.members if node else ():
            if member.value.kind == "array" and not member.value.items:
                details = f"{member.name} names nobody, so the statement does nothing. Say who is meant."
                yield issue("EMPTY_ARRAY_PRINCIPAL", details, member.value)


def _empty_conditions(policy: Policy, statement: Statement) -> Iterator[Issue]:
    condition = statement.get("Condition")
    if condition is None or condition.kind != "object":
        return
    blocks = [condition] if not condition.members else [member.value for member in condition.members]
    for node in blocks:
        if node.kind == "object" and not node.members:
            details = "There is no condition here, so it changes nothing. Add one, or take it away."
            yield issue("EMPTY_OBJECT_CONDITION", details, node)


def _empty_values(policy: Policy, statement: Statement) -> Iterator[Issue]:
    for entry in statement.conditions:
        node = entry.key_member.value
        if node.kind != "array" or node.items:
            continue
        if entry.quantifier == "forallvalues":
            details = (
                'An empty list under ForAllValues holds only when the key is missing: say {"Null": {key: "true"}}.'
            )
            yield issue("EMPTY_ARRAY_CONDITION_FORALLVALUES", details, node)
        elif entry.quantifier == "foranyvalue":
            details = "An empty list under ForAnyValue never holds. Add the values that are meant."
            yield issue("EMPTY_ARRAY_CONDITION_FORANYVALUE", details, node)
        elif entry.if_exists:
            details = 'An empty list with IfExists holds only when the key is missing: say {"Null": {key: "true"}}.'
            yield issue("EMPTY_ARRAY_CONDITION_IFEXISTS", details, node)
        else:
            details = f"The key {quoted(entry.key)} has no values to compare with. Add them, or take the key away."
            yield issue("EMPTY_ARRAY_CONDITION", details, node)


# Since September 2025 service control policies may hold Condition, NotAction and single resources with Allow,
# NotResource, and wildcards anywhere in an action; only principals are still refused.
# https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_syntax.html
def _control_principals(policy: Policy, statement: Statement) -> Iterator[Issue]:
    if policy.kind is not PolicyType.SERVICE_CONTROL:
        return
    for member in statement.node.members:
        if member.name in ("Principal", "NotPrincipal"):
            details = (
                "A service control policy is about every principal of the accounts below it. "
                f"Take {member.name} away; to make exceptions use aws:PrincipalArn in Condition."
            )
            yield issue("SCP_SYNTAX_ERROR_PRINCIPAL", details, member)


POLICY_CHECKS = (_root, _policy_elements, _version, _statement_list, _id, _sids)
STATEMENT_CHECKS = (
    _statement_elements,
    _effect,
    _action_is_there,
    _resource_is_there,
    _principal_is_there,
    _pairs,
    _types,
    _condition_types,
    _sid_characters,
    _empty_sid,
    _empty_lists,
    _empty_principals,
    _empty_conditions,
    _empty_values,
    _control_principals,
)
