"""Custom policy checks: does a policy give what it must not.

A check passes only where that is sure; see `sandbox.iam.comparison` for what counts as sure.

https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-custom-policy-checks.html
"""

from collections.abc import Sequence
from functools import cache
from typing import Any

from sandbox.iam import comparison
from sandbox.iam.comparison import Access, TooComplex
from sandbox.iam.policies import MalformedPolicy, Policy, Statement, compile_policy
from sandbox.iam.publicity import is_public
from sandbox.services.accessanalyzer.refusals import invalid
from sandbox.services.invocation import Invocation
from sandbox.wire import AwsError
from sandbox.wire.services import model_of

POLICY_TYPES = ("IDENTITY_POLICY", "RESOURCE_POLICY")
# What AWS takes in one check.
MOST_ACCESSES, MOST_TEXTS = 1, 100
LONGEST = 100_000


def check_access_not_granted(invocation: Invocation) -> dict[str, Any]:
    """Check that a policy gives none of some accesses.

    https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_CheckAccessNotGranted.html
    """
    parameters = invocation.parameters
    policy = _policy(invocation, "policyDocument")
    accesses = [_access(one) for one in parameters["access"]]
    if not 0 < len(accesses) <= MOST_ACCESSES:
        raise invalid(f"access has {MOST_ACCESSES} element")
    try:
        found = comparison.granting(policy, accesses)
    except TooComplex as error:
        raise _too_complex() from error
    return _answer(
        found,
        good="The policy document does not grant the access that was asked about.",
        bad="The policy document grants access that was asked about.",
    )


def _access(given: dict[str, Any]) -> Access:
    actions, resources = tuple(given.get("actions") or ()), tuple(given.get("resources") or ())
    if not actions and not resources:
        raise invalid("access needs actions or resources")
    if max(len(actions), len(resources)) > MOST_TEXTS:
        raise invalid(f"access has at most {MOST_TEXTS} actions and {MOST_TEXTS} resources")
    if any(":" not in action for action in actions):
        raise invalid("An action is written with its service's prefix, as in s3:GetObject")
    return Access(actions, resources)


def check_no_new_access(invocation: Invocation) -> dict[str, Any]:
    """Check that a new policy gives nothing that an existing one does not.

    https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_CheckNoNewAccess.html
    """
    new, existing = _policy(invocation, "newPolicyDocument"), _policy(invocation, "existingPolicyDocument")
    try:
        found = comparison.exceeding(new, existing)
    except TooComplex as error:
        raise _too_complex() from error
    return _answer(
        found,
        good="The new policy grants no access that the existing policy does not.",
        bad="The new policy grants access that the existing policy does not.",
    )


def check_no_public_access(invocation: Invocation) -> dict[str, Any]:
    """Check that a resource policy lets not everybody in; what it denies is not taken into account.

    https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_CheckNoPublicAccess.html
    """
    policy = _policy(invocation, "policyDocument", "RESOURCE_POLICY")
    if invocation.parameters["resourceType"] not in _checked_types():
        raise invalid(f"{invocation.parameters['resourceType']} is no type of resource that is checked")
    found = [statement for statement in policy.statements if is_public(Policy((statement,)))]
    return _answer(
        found,
        good="The resource policy grants no public access.",
        bad="The resource policy grants public access.",
    )


@cache
def _checked_types() -> frozenset[str]:
    return frozenset(model_of("accessanalyzer")["shapes"]["AccessCheckResourceType"]["enum"])


def _policy(invocation: Invocation, name: str, kind: str = "") -> Policy:
    kind = kind or invocation.parameters["policyType"]
    if kind not in POLICY_TYPES:
        raise invalid(f"policyType is {' or '.join(POLICY_TYPES)}")
    text = invocation.parameters[name]
    if len(text) > LONGEST:
        raise _too_complex()
    try:
        policy = compile_policy(text)
    except MalformedPolicy as error:
        raise invalid(f"{name}: {error}") from None
    for statement in policy.statements:
        if (statement.principals is None) != (kind == "IDENTITY_POLICY"):
            verb = "names no principal" if kind == "IDENTITY_POLICY" else "must name a principal"
            raise invalid(f"{name}: statement {statement.index + 1} of a policy of type {kind} {verb}")
    return policy


def _too_complex() -> AwsError:
    return AwsError("UnprocessableEntityException", "The policies are too large or too intricate to compare", 422)


def _answer(found: Sequence[Statement], *, good: str, bad: str) -> dict[str, Any]:
    if not found:
        return {"result": "PASS", "message": good}
    reasons = [
        {
            "description": f"Statement {one.index} is why.",
            "statementIndex": one.index,
            **({"statementId": one.sid} if one.sid else {}),
        }
        for one in found
    ]
    return {"result": "FAIL", "message": bad, "reasons": reasons}
