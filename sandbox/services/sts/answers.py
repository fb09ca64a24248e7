"""What the operations that begin a session have in common: limits of what a session carries, and the answer."""

import json
import zlib
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from sandbox import sessions
from sandbox.emulator.policies import policies_by_arn
from sandbox.principals import Principal
from sandbox.services.invocation import Invocation
from sandbox.services.sts.errors import invalid, refusal

HOUR = timedelta(hours=1)
LONGEST_POLICY = 2048
MOST_POLICIES = 10
# What a session may carry, packed. AWS does not say; ours is about what 2,048 characters of policy and tags take.
PACKED = 2048


def session_policies(invocation: Invocation, account_id: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The inline and managed session policies that are asked for; raises AwsError.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies.html#policies_session
    """
    given = invocation.parameters
    policy = given.get("Policy")
    if policy is not None and len(policy) > LONGEST_POLICY:
        limit = f"Member must have length less than or equal to {LONGEST_POLICY}"
        raise invalid(f"1 validation error detected: Value at 'policy' failed to satisfy constraint: {limit}")
    arns = tuple(one.get("arn") or "" for one in given.get("PolicyArns") or ())
    if len(arns) > MOST_POLICIES:
        limit = f"Member must have length less than or equal to {MOST_POLICIES}"
        raise invalid(f"1 validation error detected: Value at 'policyArns' failed to satisfy constraint: {limit}")
    for arn, found in zip(arns, policies_by_arn(invocation.world, account_id, arns), strict=True):
        if found is None or arn.split(":")[4] not in ("aws", account_id):
            raise invalid(f"Policy {arn} does not exist or is not attachable.")
    return ((policy,) if policy is not None else ()), arns


def session_tags(invocation: Invocation) -> dict[str, str]:
    """The session tags that are asked for; raises AwsError.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html
    """
    tags: dict[str, str] = {}
    for tag in invocation.parameters.get("Tags") or ():
        key, value = tag.get("Key") or "", tag.get("Value") or ""
        if key.lower() in (other.lower() for other in tags):
            raise invalid("Duplicate tag keys found. Please note that Tag keys are case insensitive.")
        check_tag(key, value)
        tags[key] = value
    return tags


def check_tag(key: str, value: str) -> None:
    """Refuse a session tag that is too long or whose key is kept for AWS; raises AwsError."""
    if key.lower().startswith("aws:"):
        raise invalid(f"The tag key {key} begins with aws:, which is kept for AWS")
    for name, text, least, most in (("key", key, 1, 128), ("value", value, 0, 256)):
        if not least <= len(text) <= most:
            limit = f"length {'greater' if len(text) < least else 'less'} than or equal to"
            bound = least if len(text) < least else most
            raise invalid(
                f"1 validation error detected: Value '{text[:most]}' at 'tags.1.member.{name}' failed to satisfy "
                f"constraint: Member must have {limit} {bound}"
            )


def packed_size(policies: Sequence[str], arns: Sequence[str], tags: Mapping[str, str]) -> int | None:
    """Percent of what a session may carry, None when it carries nothing; raises AwsError above 100."""
    if not (policies or arns or tags):
        return None
    packed = zlib.compress(json.dumps([policies, arns, dict(tags)], separators=(",", ":")).encode(), 9)
    percent = -(-len(packed) * 100 // PACKED)
    if percent > 100:
        what = "session tags" if tags else "session policies"
        raise refusal("PackedPolicyTooLarge", f"Packed size of {what} consumes {percent}% of allotted space.")
    return percent


def begun(principal: Principal, percent: int | None = None) -> dict[str, Any]:
    """Issue credentials and give the members of the answer that speak of them."""
    made = sessions.issue(principal)
    answer: dict[str, Any] = {
        "Credentials": {
            "AccessKeyId": made.access_key_id,
            "SecretAccessKey": made.secret_access_key,
            "SessionToken": made.session_token,
            "Expiration": made.expires_at,
        }
    }
    return answer if percent is None else answer | {"PackedPolicySize": percent}
