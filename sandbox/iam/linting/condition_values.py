"""Checks of condition values: of the type that operator and key ask for, and of effect.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
"""

import base64
import binascii
from collections.abc import Callable, Iterator
from datetime import datetime
from decimal import Decimal, InvalidOperation
from ipaddress import IPv4Network, IPv6Network, ip_network

from sandbox.iam import reference
from sandbox.iam.linting.document import ConditionEntry, Policy, Statement
from sandbox.iam.linting.findings import Issue, issue
from sandbox.iam.linting.json_reader import Node
from sandbox.iam.linting.wording import listed, quoted

Network = IPv4Network | IPv6Network
_PRIVATE = [ip_network(text) for text in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7")]
# The kinds of keys that a family of operators compares.
_FITTING = {
    "string": ("String", "ARN", "Binary"),
    "numeric": ("Numeric", "Date"),
    "date": ("Date",),
    "bool": ("Bool",),
    "ip": ("IPAddress",),
    "arn": ("ARN",),
    "binary": ("Binary",),
}
_OPERATOR_TYPE = {
    "String": "String",
    "ARN": "ARN",
    "Numeric": "Numeric",
    "Date": "Date",
    "Bool": "Bool",
    "IPAddress": "IP address",
}


def _family(operator: str) -> str:
    if operator in ("ipaddress", "notipaddress"):
        return "ip"
    return next((family for family in _FITTING if family != "ip" and operator.startswith(family)), "")


def _key_type(policy: Policy, statement: Statement) -> Iterator[Issue]:
    for entry in statement.conditions:
        kind = reference.condition_key_type(entry.key.lower().partition(":")[0], entry.key)
        family = _family(entry.operator)
        if kind is None or not family:
            continue
        kind = kind.removeprefix("ArrayOf")
        if kind in _FITTING[family] or (family == "arn" and kind == "String" and _are_arns(entry)):
            continue
        wanted = _OPERATOR_TYPE.get(kind, kind)
        details = f"{entry.key} is compared with operators for {wanted}, not with {entry.operator_member.name}."
        yield issue("TYPE_MISMATCH", details, entry.operator_member)


def _are_arns(entry: ConditionEntry) -> bool:
    return all(value.text.startswith(("arn:", "*", "${")) for value in entry.values)


def _plain(entry: ConditionEntry) -> Iterator[Node]:
    """The values that are what they say: no variable stands for another."""
    for value in entry.values:
        if value.kind in ("string", "number", "boolean") and "${" not in value.text:
            yield value


def _number(text: str) -> bool:
    try:
        return Decimal(text).is_finite()
    except InvalidOperation:
        return False


def _is_date(text: str) -> bool:
    if _number(text):
        return True
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def _is_base64(text: str) -> bool:
    try:
        base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return False
    return True


def _is_bool(text: str) -> bool:
    return text.lower() in ("true", "false")


def _network(text: str) -> Network | None:
    try:
        return ip_network(text, strict=False)
    except ValueError:
        return None


_VALUE_TYPES: dict[str, tuple[str, Callable[[str], bool], str]] = {
    "bool": ("TYPE_MISMATCH_BOOLEAN", _is_bool, "true or false"),
    "null": ("TYPE_MISMATCH_BOOLEAN", _is_bool, "true (the key is missing) or false (it is there)"),
    "date": ("TYPE_MISMATCH_DATE", _is_date, "a date such as 2030-01-31 or 2030-01-31T12:00:00Z"),
    "ip": ("TYPE_MISMATCH_IP_RANGE", lambda text: _network(text) is not None, "a range such as 203.0.113.0/24"),
    "numeric": ("TYPE_MISMATCH_NUMBER", _number, "a number"),
    "binary": ("TYPE_MISMATCH_STRING", _is_base64, "a text in base64"),
}


def _value_type(policy: Policy, statement: Statement) -> Iterator[Issue]:
    for entry in statement.conditions:
        row = _VALUE_TYPES.get(entry.operator if entry.operator == "null" else _family(entry.operator))
        if row is None:
            continue
        code, fits, wanted = row
        for value in _plain(entry):
            if not fits(value.text):
                details = (
                    f"{quoted(value.text)} is not what {entry.operator_member.name} compares with: write {wanted}."
                )
                yield issue(code, details, value)


def _epoch(policy: Policy, statement: Statement) -> Iterator[Issue]:
    for entry in statement.conditions:
        if _family(entry.operator) == "date":
            for value in _plain(entry):
                if _number(value.text):
                    details = f"{quoted(value.text)} is read as seconds since 1970. Write the date: YYYY-MM-DD."
                    yield issue("INVALID_DATE_VALUE", details, value)


def _one_truth(policy: Policy, statement: Statement) -> Iterator[Issue]:
    for entry in statement.conditions:
        if entry.operator in ("bool", "null") and len(entry.values) > 1:
            details = f"{entry.key} is compared with one truth value: true or false, not a list."
            yield issue("INVALID_CONDITION_MULTIPLE_BOOLEAN", details, entry.key_member.value)


def _same_types(policy: Policy, statement: Statement) -> Iterator[Issue]:
    for entry in statement.conditions:
        kinds = {value.kind for value in entry.values}
        if len(kinds) > 1 and kinds <= {"string", "number", "boolean"}:
            details = f"The values of {entry.key} are of several types. Put all of them in quotes."
            yield issue("INVALID_CONDITION_DATA_TYPE", details, entry.key_member.value)


def _wildcards(policy: Policy, statement: Statement) -> Iterator[Issue]:
    for entry in statement.conditions:
        if not entry.operator.startswith("string") or "like" in entry.operator:
            continue
        for value in _plain(entry):
            if "*" in value.text or "?" in value.text:
                like = "StringNotLike" if "not" in entry.operator else "StringLike"
                operator = entry.operator_member.name
                details = f"{operator} takes * and ? in {quoted(value.text)} as they are. For patterns use {like}."
                yield issue("WILDCARD_WITHOUT_LIKE_OPERATOR", details, value)


def _host_bits(policy: Policy, statement: Statement) -> Iterator[Issue]:
    for entry in statement.conditions:
        if _family(entry.operator) != "ip":
            continue
        for value in _plain(entry):
            network = _network(value.text)
            if network is not None and "/" in value.text and value.text.split("/")[0] != str(network.network_address):
                if _same_address(value.text, network):
                    continue
                details = f"The bits behind the prefix of {quoted(value.text)} do not count. Write {network}."
                yield issue("IMPROVE_IP_RANGE", details, value)


def _same_address(text: str, network: Network) -> bool:
    """Tell whether an address is the network's own, in another spelling (IPv6)."""
    single = _network(text.split("/")[0])
    return single is not None and single.network_address == network.network_address


def _private(policy: Policy, statement: Statement) -> Iterator[Issue]:
    for entry in statement.conditions:
        if entry.key.lower() != "aws:sourceip" or _family(entry.operator) != "ip":
            continue
        values = list(entry.values)
        private = [value for value in _plain(entry) if _is_private(value.text)]
        if private:
            yield _private_issue(entry, private, only=len(private) == len(values))


def _is_private(text: str) -> bool:
    network = _network(text)
    if network is None:
        return False
    return any(
        network.version == block.version and network.network_address in block and network.broadcast_address in block
        for block in _PRIVATE
    )


def _private_issue(entry: ConditionEntry, private: list[Node], *, only: bool) -> Issue:
    negated = entry.operator == "notipaddress"
    code = f"PRIVATE_{'NOT_' if negated else ''}IP_ADDRESS{'' if only else '_SUBSET'}"
    effect = "always holds" if negated else "never holds"
    sentence = f"so the condition {effect}" if only else "so they have no effect"
    details = (
        f"aws:SourceIp is a public address, but {listed(node.text for node in private)} is private, {sentence}. "
        "Use public ranges; for addresses inside a VPC use aws:VpcSourceIp with aws:SourceVpc."
    )
    return issue(code, details, *private)


STATEMENT_CHECKS = (
    _key_type,
    _value_type,
    _epoch,
    _one_truth,
    _same_types,
    _wildcards,
    _host_bits,
    _private,
)
