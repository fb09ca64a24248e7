"""A refused call: AWS's error for it, and the explanation that the event keeps.

https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
"""

from typing import Any

from django.conf import settings

from sandbox import wire
from sandbox.access import Judgement, Ruling
from sandbox.authorization_messages import seal_message
from sandbox.iam.decision import Decision, Layer, Step, Verdict
from sandbox.principals import Principal
from sandbox.wire import AwsError, Call

# More statements than these of one need are not kept with the event.
MOST_STATEMENTS = 60
MOST_NEEDS = 25


def denial(call: Call, principal: Principal, ruling: Ruling, refused: Judgement, event_id: str) -> AwsError:
    """The service's access denied error for the need that was refused; `event_id` finds its explanation."""
    need = refused.need
    if call.service == "s3" and not _is_told(principal, ruling, refused):
        return AwsError("AccessDenied", "Access Denied", 403)
    if (call.service, call.operation_name) == ("rolesanywhere", "CreateSession"):
        # That Roles Anywhere says no more than this, we only believe.
        return AwsError("AccessDeniedException", f"Unable to assume role for {need.resource}", 403)
    if principal.kind in ("WebIdentityUser", "SAMLUser"):
        return AwsError("AccessDenied", f"Not authorized to perform {need.action}", 403)
    if need.action.startswith("kms:") and _is_unseen(principal, refused):
        return wire.access_denied(call, principal.arn, need.action, _KMS_UNSEEN, place=_kms_place(need.action))
    return wire.access_denied(
        call,
        principal.arn,
        need.action,
        _because(refused),
        _resource(call, refused),
        suffix=_suffix(call, principal, refused, event_id),
    )


def _is_told(principal: Principal, ruling: Ruling, refused: Judgement) -> bool:
    """S3 gives reasons within an account and an organization only."""
    if principal.account_id == refused.need.resource_account:
        return True
    theirs = refused.context.get("aws:resourceorgid", ())
    return ruling.organization is not None and theirs == (ruling.organization.id,)


def _because(refused: Judgement) -> str:
    decision, action = refused.decision, refused.need.action
    layer = decision.blocked_by or Layer.IDENTITY
    if decision.verdict is Verdict.EXPLICITLY_DENIED:
        article = "an" if layer is Layer.IDENTITY else "a"
        return f" with an explicit deny in {article} {layer}{_policy_arn(decision.deciding)}"
    if layer is Layer.RESOURCE and _is_trust(action):
        # The role's trust refuses, or there is no such role: AWS does not tell which.
        return ""
    return f" because no {layer} allows the {action} action"


def _policy_arn(step: Step | None) -> str:
    """Managed policies and those of the organization are named; inline policies are not."""
    return f": {step.policy}" if step is not None and step.policy.startswith("arn:") else ""


def _is_trust(action: str) -> bool:
    return action.startswith(("sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"))


_KMS_UNSEEN = (
    "because the resource does not exist in this Region, no resource-based policies allow access, or a "
    "resource-based policy explicitly denies access"
)


def _is_unseen(principal: Principal, refused: Judgement) -> bool:
    """Keys of other accounts are not told from keys that do not exist."""
    foreign = principal.account_id != refused.need.resource_account
    return foreign and refused.decision.blocked_by is Layer.RESOURCE


def _kms_place(action: str) -> str:
    if action in ("kms:Decrypt", "kms:ReEncryptFrom"):
        return "on the resource associated with this ciphertext"
    return "on this resource"


def _resource(call: Call, refused: Judgement) -> str:
    """The resource as the service's message shows it, "*" to leave it out."""
    need = refused.need
    if call.service == "iam":
        return _iam_resource(call, need.resource, need.resource_account)
    if need.resource == "*":
        shown = _LISTS.get((call.service, call.operation_name), "*")
        return shown.format(partition=call.partition, region=call.region, account=need.resource_account)
    return need.resource


# IAM shows the ARN for these, and for the rest the kind and name of what was to be read or changed.
_IAM_BY_ARN = {"CreateRole", "CreateGroup", "CreateUser", "CreateInstanceProfile", "PassRole", "GetUser"}
_IAM_LISTS = {
    "ListUsers": "user/",
    "ListRoles": "role/",
    "ListGroups": "group/",
    "ListInstanceProfiles": "instance-profile/",
    "ListVirtualMFADevices": "mfa/",
    "ListServerCertificates": "server-certificate/",
}
_IAM_KINDS = {"user": "user", "role": "role", "group": "group", "policy": "policy"}


def _iam_resource(call: Call, resource: str, account_id: str) -> str:
    if call.operation_name in _IAM_LISTS:
        return f"arn:{call.partition}:iam::{account_id}:{_IAM_LISTS[call.operation_name]}"
    if call.operation_name == "ListPolicies":
        return "policy path /"
    kind, _, name = resource.rpartition(":")[2].partition("/")
    if call.operation_name in _IAM_BY_ARN or kind not in _IAM_KINDS:
        return resource
    return f"{kind} {resource if kind == 'policy' else name.rpartition('/')[2]}"


# What services show where the action has no resource; seen in messages that people quote, not documented.
_LISTS = {
    ("sqs", "ListQueues"): "arn:{partition}:sqs:{region}:{account}:",
    ("sns", "ListTopics"): "arn:{partition}:sns:{region}:{account}:*",
    ("dynamodb", "ListTables"): "arn:{partition}:dynamodb:{region}:{account}:table/*",
    ("ssm", "DescribeParameters"): "arn:{partition}:ssm:{region}:{account}:*",
    ("logs", "DescribeLogGroups"): "arn:{partition}:logs:{region}:{account}:log-group::log-stream:",
    ("cloudformation", "ListStacks"): "arn:{partition}:cloudformation:{region}:{account}:stack/*/*",
}


def _suffix(call: Call, principal: Principal, refused: Judgement, event_id: str) -> str:
    """EC2 hides its reasons in a message to be decoded; IAM links to the page that explains them."""
    if call.service == "ec2" and refused.need.resource != "*":
        return f". Encoded authorization failure message: {seal_message(_failure(principal, refused))}"
    if call.service == "iam":
        return (
            f". Go to {settings.SITE_URL}/sandbox/authorization-details/{event_id} for complete details, or call the "
            f"GetRequestAuthorizationDetails API with the following authorization id: {event_id}"
        )
    return ""


def _failure(principal: Principal, refused: Judgement) -> dict[str, Any]:
    """What sts:DecodeAuthorizationMessage shows."""
    need, decision = refused.need, refused.decision
    deciding = decision.deciding
    conditions = [
        {"key": key, "values": {"items": [{"value": value} for value in values]}}
        for key, values in sorted(refused.context.items())
    ]
    return {
        "allowed": False,
        "explicitDeny": decision.verdict is Verdict.EXPLICITLY_DENIED,
        "matchedStatements": {"items": [_matched(deciding)] if deciding is not None else []},
        "failures": {"items": []},
        "context": {
            "principal": {"id": principal.user_id, "name": principal.user_name, "arn": principal.arn},
            "action": need.action,
            "resource": need.resource,
            "conditions": {"items": conditions},
        },
    }


def _matched(step: Step) -> dict[str, Any]:
    statement = step.reading.statement
    return {
        "statementId": statement.sid,
        "effect": "ALLOW" if statement.allows else "DENY",
        "principals": {"items": []},
        "sourcePolicyId": step.policy,
        "sourcePolicyType": str(step.layer),
    }


# The explanation


def explanation(ruling: Ruling) -> dict[str, Any]:
    """What the event keeps of a ruling, as JSON."""
    return {
        "allowed": ruling.refused is None,
        "needs": [_explained(judgement) for judgement in ruling.judgements[:MOST_NEEDS]],
        **({"omitted": len(ruling.judgements) - MOST_NEEDS} if len(ruling.judgements) > MOST_NEEDS else {}),
    }


def _explained(judgement: Judgement) -> dict[str, Any]:
    decision, need = judgement.decision, judgement.need
    return {
        "action": need.action,
        "resource": need.resource,
        "resourceAccount": need.resource_account,
        "verdict": str(decision.verdict),
        **({"grant": judgement.grant} if judgement.grant else {}),
        **({"blockedBy": str(decision.blocked_by)} if decision.blocked_by else {}),
        **({"deciding": _step(decision.deciding)} if decision.deciding else {}),
        "statements": [_step(step) for step in _told_first(decision)],
        "context": {key: list(values) for key, values in judgement.context.items()},
    }


def _told_first(decision: Decision) -> list[Step]:
    """The statements that apply come first when there are too many to keep."""
    if len(decision.steps) <= MOST_STATEMENTS:
        return list(decision.steps)
    return sorted(decision.steps, key=lambda step: not step.reading.applies)[:MOST_STATEMENTS]


def _step(step: Step) -> dict[str, Any]:
    statement = step.reading.statement
    return {
        "layer": str(step.layer),
        "policy": step.policy,
        "statement": statement.index,
        **({"sid": statement.sid} if statement.sid else {}),
        **({"level": step.level} if step.level else {}),
        "effect": "Allow" if statement.allows else "Deny",
        "applies": step.reading.applies,
        **({"reason": step.reading.reason} if step.reading.reason else {}),
    }
