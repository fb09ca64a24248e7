"""With whose permissions a stack is made, and whether they suffice for every call that it takes.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-iam-servicerole.html
"""

import logging
from collections.abc import Iterable
from dataclasses import dataclass, replace
from uuid import uuid4

from sandbox import access, authorization, callers, deliveries, denials, wire
from sandbox.authorization import Asked, Need
from sandbox.emulator import find_role
from sandbox.emulator.facts import AccountFacts
from sandbox.principals import Principal
from sandbox.services.invocation import Invocation
from sandbox.wire import AwsError, Call, services

from .planning import Step
from .template import problem

log = logging.getLogger(__name__)

SERVICE = "cloudformation.amazonaws.com"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who makes the calls: the caller through CloudFormation, or a session of a role."""

    principal: Principal
    circumstances: callers.Circumstances


@dataclass(frozen=True, slots=True)
class Refused:
    """The step that may not be taken, and what the service says of it."""

    step: Step
    reason: str


def caller(invocation: Invocation) -> Actor:
    """The caller, who calls through CloudFormation from now on."""
    return Actor(invocation.principal, _circumstances(invocation, via=(SERVICE,)))


def _circumstances(invocation: Invocation, via: tuple[str, ...] = ()) -> callers.Circumstances:
    # The caller's address is not CloudFormation's.
    return callers.Circumstances(invocation.call.region, invocation.now, "", SERVICE, via=via)


def actor(invocation: Invocation, role_arn: str) -> Actor:
    """Who makes a stack's calls: a session of the role if there is one; raises AwsError for one it cannot assume."""
    if not role_arn:
        return caller(invocation)
    session = role_session(invocation, role_arn, "AWSCloudFormation")
    if session is None:
        raise problem(f"Role {role_arn} is invalid or cannot be assumed")
    return session


def role_session(invocation: Invocation, role_arn: str, name: str) -> Actor | None:
    """A session of a role of the caller's account; None when it is not there or does not trust CloudFormation."""
    role = find_role(invocation.world, role_arn)
    if role is None or role.account_id != invocation.account_id:
        return None
    # No service-linked or service role's call says through whom it came.
    circumstances = _circumstances(invocation)
    session = deliveries.service_session(invocation.world, role, SERVICE, "", name, circumstances)
    return Actor(session, circumstances) if session is not None else None


def execution_session(invocation: Invocation, administration_arn: str, execution_arn: str) -> Actor | None:
    """A session of a stack set's execution role, taken on by its administration role; None when that is not allowed.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-prereqs-self-managed.html
    """
    administrator = role_session(invocation, administration_arn, _STACK_SETS)
    role = find_role(invocation.world, execution_arn)
    if administrator is None or role is None:
        return None
    context: callers.Keys = {"sts:rolesessionname": (_STACK_SETS,)}
    need = Need("sts:AssumeRole", role.arn, role.account_id, context)
    who, circumstances = administrator.principal, administrator.circumstances
    if access.judge_needs(invocation.world, who, circumstances, [need]).refused is not None:
        return None
    return Actor(deliveries.session_of(role, _STACK_SETS, invocation.now), circumstances)


_STACK_SETS = "AWSCloudFormation-StackSets"


def first_refused(invocation: Invocation, who: Actor, steps: Iterable[Step]) -> Refused | None:
    """The first step that the actor may not take; None when every one is allowed."""
    asked: list[tuple[Step, Need]] = []
    for step in steps:
        state = AccountFacts(invocation.world, step.asked.account_id, step.asked.region)
        try:
            asked.extend((step, need) for need in authorization.needs(step.asked, state))
        except authorization.Unmapped:
            log.error("no mapping from %s:%s of %s", step.asked.service, step.asked.operation, step.type)
            return Refused(step, f"User: {who.principal.arn} is not authorized to perform: {step.asked.operation}")
    circumstances = who.circumstances
    if asked:
        circumstances = replace(circumstances, region=asked[0][0].asked.region)
    ruling = access.judge_needs(invocation.world, who.principal, circumstances, [need for _, need in asked])
    for (step, _), judgement in zip(asked, ruling.judgements, strict=True):
        if not judgement.allowed:
            return Refused(step, _reason(invocation, who, step.asked, ruling, judgement))
    return None


def _reason(
    invocation: Invocation, who: Actor, asked: Asked, ruling: access.Ruling, judgement: access.Judgement
) -> str:
    """What the handler of the resource's type reports of a denied call."""
    error = denials.denial(call_of(invocation, asked), who.principal, ruling, judgement, invocation.request_id)
    return reported(asked.service, error, "AccessDenied")


def reported(service_name: str, error: AwsError, code: str) -> str:
    """How the handler of a resource's type passes on what a service answered; `code` is the handler's own."""
    service = wire.services.facts(service_name).name
    told = f"(Service: {_TITLES.get(service, service.title())}, Status Code: {error.status}, Request ID: {uuid4()})"
    return (
        f'Resource handler returned message: "{error.message} {told}" '
        f"(RequestToken: {uuid4()}, HandlerErrorCode: {code})"
    )


_TITLES = {
    "autoscaling": "AutoScaling",
    "cloudformation": "CloudFormation",
    "cloudwatch": "CloudWatch",
    "dynamodb": "DynamoDb",
    "ec2": "Ec2",
    "ecr": "Ecr",
    "ecs": "Ecs",
    "elbv2": "ElasticLoadBalancingV2",
    "events": "EventBridge",
    "logs": "CloudWatchLogs",
    "stepfunctions": "Sfn",
}


def call_of(invocation: Invocation, asked: Asked) -> Call:
    """The call for a resource, as if it had come by itself."""
    operation = services.load(asked.service).operations[asked.operation]
    return replace(invocation.call, service=asked.service, region=asked.region, operation=operation)


def check_read(invocation: Invocation, bucket: str, key: str) -> None:
    """Refuse a template that the caller may not read; raises AwsError."""
    call = invocation.call
    asked = Asked("s3", "GetObject", call.region, call.partition, invocation.account_id, {"Bucket": bucket, "Key": key})
    step = Step("", "", "CREATE", asked)
    if first_refused(invocation, caller(invocation), [step]) is not None:
        raise problem("S3 error: Access Denied")


def check_topics(invocation: Invocation, topics: Iterable[str]) -> None:
    """Refuse topics to which the caller may not publish; raises AwsError."""
    call = invocation.call
    steps = [
        Step(
            "",
            "AWS::SNS::Topic",
            "CREATE",
            Asked(
                "sns",
                "Publish",
                call.region,
                call.partition,
                invocation.account_id,
                {"TopicArn": topic, "Message": "x"},
            ),
        )
        for topic in topics
    ]
    refused = first_refused(invocation, caller(invocation), steps)
    if refused is not None:
        raise AwsError("AccessDenied", refused.reason, 403)
