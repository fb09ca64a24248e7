"""Checks of length.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
"""

from collections.abc import Iterator

from sandbox.iam.linting.document import TRUST, Policy, PolicyType
from sandbox.iam.linting.findings import Issue, issue

MANAGED_POLICY = 6_144
TRUST_POLICY = 4_096
BUCKET_POLICY = 20_480
CONTROL_POLICY = 5_120


def _identity(policy: Policy) -> Iterator[Issue]:
    if policy.kind is PolicyType.IDENTITY and policy.size > MANAGED_POLICY:
        details = (
            f"The policy has {policy.size} characters without white space; a managed policy "
            f"may have {MANAGED_POLICY}. Make several smaller ones of it."
        )
        yield issue("POLICY_SIZE_EXCEEDS_IDENTITY_POLICY_QUOTA", details, policy.root)


def _resource(policy: Policy) -> Iterator[Issue]:
    if policy.kind is not PolicyType.RESOURCE:
        return
    # 20 KB is what a bucket takes, the largest of the services' own limits.
    limit = TRUST_POLICY if policy.resource_type == TRUST else BUCKET_POLICY
    if policy.size > limit:
        details = f"The policy has {policy.size} characters without white space; {limit} is the most. Shorten it."
        yield issue("POLICY_SIZE_EXCEEDS_RESOURCE_POLICY_QUOTA", details, policy.root)


def _control(policy: Policy) -> Iterator[Issue]:
    control = policy.kind in (PolicyType.SERVICE_CONTROL, PolicyType.RESOURCE_CONTROL)
    # White space counts here.
    if control and policy.length > CONTROL_POLICY:
        details = (
            f"The policy has {policy.length} characters, white space among them; {CONTROL_POLICY} is the most. "
            "Take white space out, or make several policies of it."
        )
        yield issue("POLICY_SIZE_EXCEEDS_SCP_QUOTA", details, policy.root)


POLICY_CHECKS = (_identity, _resource, _control)
