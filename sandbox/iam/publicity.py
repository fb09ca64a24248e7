"""Whether a resource policy is public, as S3 Block Public Access means it.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
"""

from ipaddress import ip_network

from sandbox.iam.conditions import Condition
from sandbox.iam.patterns import Pattern, UnknownValue, text_of
from sandbox.iam.policies import Policy, Statement

# A fixed value of one of these keys makes a grant to everybody one to somebody.
_FIXING_KEYS = {
    *("aws:principalarn", "aws:principalaccount", "aws:principalorgid", "aws:principalorgpaths", "aws:userid"),
    *("aws:sourcearn", "aws:sourceaccount", "aws:sourceowner", "aws:sourceorgid", "aws:sourceorgpaths"),
    *("aws:sourcevpc", "aws:sourcevpce", "aws:vpcsourceaccount", "aws:vpcsourceorgid", "s3:dataaccesspointarn"),
    *("s3:dataaccesspointaccount", "s3:x-amz-server-side-encryption-aws-kms-key-id"),
}
_POSITIVE = ("stringequals", "stringlike", "arnequals", "arnlike")
# AWS calls wider networks than these public.
_WIDEST = {4: 8, 6: 32}


def is_public(policy: Policy) -> bool:
    """Tell whether a statement gives access to everybody, with no condition that fixes who that is."""
    return any(_opens(statement) for statement in policy.statements)


def _opens(statement: Statement) -> bool:
    principals = statement.principals
    if not statement.allows or principals is None:
        return False
    everybody = principals.negated or any(value == "*" for _, value in principals.entries)
    return everybody and not any(_fixes(condition) for condition in statement.conditions)


def _fixes(condition: Condition) -> bool:
    if condition.if_exists or condition.quantifier == "forallvalues":
        return False
    if condition.operator == "ipaddress" and condition.key == "aws:sourceip":
        return all(_is_narrow(value) for value in condition.values)
    if condition.operator not in _POSITIVE or condition.key not in _FIXING_KEYS:
        return False
    return all(_is_fixed(value) for value in condition.values)


def _is_fixed(value: Pattern) -> bool:
    return all(isinstance(token, str) and "*" not in token and "?" not in token for token in value.tokens)


def _is_narrow(value: Pattern) -> bool:
    try:
        network = ip_network(text_of(value, {}), strict=False)
    except (ValueError, UnknownValue):
        return False
    return network.prefixlen >= _WIDEST[network.version]
