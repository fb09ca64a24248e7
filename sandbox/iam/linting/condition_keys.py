"""Checks of condition operators and keys.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
"""

from collections.abc import Iterable, Iterator

from sandbox.iam import conditions, reference
from sandbox.iam.linting.action_patterns import ActionText, known_actions
from sandbox.iam.linting.document import ConditionEntry, Policy, Statement
from sandbox.iam.linting.findings import Issue, issue
from sandbox.iam.linting.json_reader import Member
from sandbox.iam.linting.wording import listed, near, question, quoted

# Names as AWS writes them, to suggest one for a misspelt operator.
_OPERATOR_NAMES = (
    *("StringEquals", "StringNotEquals", "StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase", "StringLike"),
    *("StringNotLike", "NumericEquals", "NumericNotEquals", "NumericLessThan", "NumericLessThanEquals"),
    *("NumericGreaterThan", "NumericGreaterThanEquals", "DateEquals", "DateNotEquals", "DateLessThan"),
    *("DateLessThanEquals", "DateGreaterThan", "DateGreaterThanEquals", "Bool", "BinaryEquals", "IpAddress"),
    *("NotIpAddress", "ArnEquals", "ArnNotEquals", "ArnLike", "ArnNotLike", "Null"),
)
_QUANTIFIERS = ("forallvalues:", "foranyvalue:")
_WITHOUT_SUCCESSOR = "aws:arn"
# Present in every request made with an instance's, a function's or an Identity Center user's credentials.
_OF_THE_CALLER = {
    *("ec2:sourceinstancearn", "ssm:sourceinstancearn", "lambda:sourcefunctionarn", "ec2:roledelivery"),
    *("ecs:taskarn", "identitystore:userid", "glue:roleassumedby", "glue:credentialissuingservice"),
}
# Called a list in the reference, but every request has one value, and EventBridge's own pages compare it so.
_SINGLE_AFTER_ALL = {"events:detail-type"}
# Marketplace's, which has another prefix in actions.
_KEYS_ONLY = {"saml", "catalog"}
_PAIRED = {"aws:vpcsourceip": ("aws:sourcevpc", "aws:sourcevpce", "aws:sourcevpcarn")}


def _operators(policy: Policy, statement: Statement) -> Iterator[Issue]:
    condition = statement.get("Condition")
    for member in condition.members if condition else ():
        try:
            conditions.read_operator(member.name)
        except conditions.UnknownOperator:
            yield _operator(member)


def _operator(member: Member) -> Issue:
    name = member.name.lower()
    bare = name
    for quantifier in _QUANTIFIERS:
        bare = bare.removeprefix(quantifier)
    if bare == "nullifexists":
        details = "Null asks whether a key is there, so IfExists makes no sense with it. Write Null."
        return issue("NULL_WITH_IF_EXISTS", details, member)
    if bare == "null":
        details = "Null asks whether a key is there and looks at no value. Leave ForAllValues or ForAnyValue away."
        return issue("NULL_WITH_QUALIFIER", details, member)
    hint = question(near(bare.removesuffix("ifexists"), _OPERATOR_NAMES))
    return issue("INVALID_CONDITION_OPERATOR", f"There is no condition operator {quoted(member.name)}.{hint}", member)


def _keys(policy: Policy, statement: Statement) -> Iterator[Issue]:
    for entry in statement.conditions:
        prefix, colon, name = entry.key.lower().partition(":")
        if not colon or not prefix or not name:
            details = f"{quoted(entry.key)} is no condition key: write the service, a colon and the name."
            yield issue("INVALID_CONDITION_KEY_FORMAT", details, entry.key_member)
        else:
            yield from _key(policy, entry, prefix)


def _key(policy: Policy, entry: ConditionEntry, prefix: str) -> Iterator[Issue]:
    member = entry.key_member
    if reference.condition_key_type(prefix, entry.key) is not None:
        return
    if entry.key.lower() == _WITHOUT_SUCCESSOR:
        details = "aws:ARN is no more. Use aws:PrincipalArn for who asks, or aws:SourceArn for the resource behind it."
        yield issue("UNSUPPORTED_GLOBAL_CONDITION_KEY", details, member)
    elif reference.condition_key_type(prefix, f"{entry.key.rstrip('/')}/key") is not None:
        details = f"Say which tag is meant: {entry.key.rstrip('/')}/ and the tag's key."
        yield issue("MISSING_TAG_KEY_IN_CONDITION", details, member)
    elif prefix == "aws":
        hint = _near_key(policy, entry.key, reference.global_condition_keys())
        yield issue(
            "INVALID_GLOBAL_CONDITION_KEY", f"There is no global condition key {quoted(entry.key)}.{hint}", member
        )
    elif reference.has_detail(prefix):
        hint = _near_key(policy, entry.key, reference.condition_keys(prefix))
        details = f"{reference.service_name(prefix)} has no condition key {quoted(entry.key)}.{hint}"
        yield issue("INVALID_SERVICE_CONDITION_KEY", details, member)
    elif _is_service(prefix) and prefix not in reference.prefixes():
        hint = question(near(prefix, reference.prefixes())) if policy.effort.spend(30 * 456) else ""
        yield issue("INVALID_SERVICE", f"There is no service {quoted(prefix)} with condition keys.{hint}", member)


def _near_key(policy: Policy, key: str, known: Iterable[str]) -> str:
    names = tuple(known)
    return question(near(key, names)) if policy.effort.spend(30 * len(names)) else ""


def _is_service(prefix: str) -> bool:
    # Identity providers have keys too: their addresses, and "saml".
    return "." not in prefix and "/" not in prefix and prefix not in _KEYS_ONLY


def _same_key_twice(policy: Policy, statement: Statement) -> Iterator[Issue]:
    condition = statement.get("Condition")
    for operator in condition.members if condition else ():
        seen: dict[str, list[Member]] = {}
        for member in operator.value.members:
            seen.setdefault(member.name.lower(), []).append(member)
        for members in seen.values():
            if len(members) > 1:
                key = quoted(members[0].name)
                details = f"Keys have no case, so {key} is here {len(members)} times. Put the values together."
                yield issue("DUPLICATE_KEYS_WITH_DIFFERENT_CASE", details, *members)


def _quantifiers(policy: Policy, statement: Statement) -> Iterator[Issue]:
    for entry in statement.conditions:
        kind = reference.condition_key_type(entry.key.lower().partition(":")[0], entry.key)
        if kind is None or not entry.operator or entry.operator == conditions.NULL:
            continue
        several = kind.startswith("ArrayOf")
        if several and not entry.quantifier and entry.key.lower() not in _SINGLE_AFTER_ALL:
            details = (
                f"{entry.key} can have several values in a request. Say ForAnyValue:{entry.operator_member.name} "
                "(one of them is enough) or ForAllValues (every one must match)."
            )
            yield issue("MISSING_QUALIFIER", details, entry.operator_member)
        if not several and entry.quantifier == "forallvalues" and statement.effect == "Allow":
            details = (
                f"{entry.key} has one value. ForAllValues also holds when the key is missing, "
                "so this allows more than it seems: take ForAllValues away."
            )
            yield issue("FORALLVALUES_WITH_SINGLE_VALUED_KEY", details, entry.operator_member)


def _paired(policy: Policy, statement: Statement) -> Iterator[Issue]:
    keys = {entry.key.lower() for entry in statement.conditions}
    for entry in statement.conditions:
        partners = _PAIRED.get(entry.key.lower(), ())
        if partners and not keys & set(partners) and statement.effect == "Allow":
            details = (
                f"Every VPC can have such addresses, so {entry.key} alone says little. "
                "Add aws:SourceVpc or aws:SourceVpce."
            )
            yield issue("MISSING_PAIRED_CONDITION_KEYS", details, entry.key_member)


def _supported(policy: Policy, statement: Statement) -> Iterator[Issue]:
    entries = [entry for entry in statement.conditions if _is_own_key(entry)]
    if not entries:
        return
    actions = known_actions(policy, statement)
    for entry in entries:
        without = [
            action for action, details in actions if not any(_takes(action, one, entry.key.lower()) for one in details)
        ]
        if without:
            details = (
                f"Requests for {listed(action.node.text for action in without)} have no key {entry.key}, so the "
                "condition is never what you mean. Put them into a statement of their own without it."
            )
            yield issue(
                "UNSUPPORTED_ACTION_FOR_CONDITION_KEY", details, *(action.node for action in without), entry.key_member
            )


def _is_own_key(entry: ConditionEntry) -> bool:
    prefix = entry.key.lower().partition(":")[0]
    if prefix == "aws" or entry.key.lower() in _OF_THE_CALLER or entry.if_exists or entry.operator == conditions.NULL:
        return False
    return reference.has_detail(prefix) and reference.condition_key_type(prefix, entry.key) is not None


def _takes(action: ActionText, known: reference.Action, key: str) -> bool:
    types = reference.resource_types(action.prefix)
    keys = [*known.condition_keys]
    for use in known.resources:
        keys += use.condition_keys
        keys += types[use.type].condition_keys if use.type in types else ()
    return any(_is_key(key, listed_key.lower()) for listed_key in keys)


def _is_key(key: str, known: str) -> bool:
    if "${" not in known:
        return key == known
    return key.startswith(known.partition("${")[0]) and key.endswith(known.rpartition("}")[2])


def _mfa(policy: Policy, statement: Statement) -> Iterator[Issue]:
    for entry in statement.conditions:
        if entry.key.lower() != "aws:multifactorauthpresent" or entry.operator != "bool":
            continue
        values = {value.text.lower() for value in entry.values}
        if statement.effect == "Deny" and values == {"false"} and not entry.if_exists:
            details = (
                "Requests with a long-term access key have no aws:MultiFactorAuthPresent at all, so this Deny "
                "does not stop them. Write BoolIfExists instead of Bool."
            )
            yield issue("BAD_PATTERN_FOR_MFA", details, entry.operator_member)
        if statement.effect == "Allow" and values == {"true"} and entry.if_exists:
            details = (
                "Requests with a long-term access key have no aws:MultiFactorAuthPresent at all, so IfExists "
                "lets them in without MFA. Write Bool instead of BoolIfExists."
            )
            yield issue("BAD_PATTERN_FOR_MFA", details, entry.operator_member)


STATEMENT_CHECKS = (_operators, _keys, _same_key_twice, _quantifiers, _paired, _supported, _mfa)
