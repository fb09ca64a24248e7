"""Policies in templates: held to what the services hold the same policies in calls to."""

from collections.abc import Iterable
from dataclasses import replace

from sandbox import documents
from sandbox.services.invocation import Invocation
from sandbox.services.s3.policies import check_bucket_policy
from sandbox.wire import AwsError

from . import permissions
from .permissions import Actor
from .planning import Step


def flaw(invocation: Invocation, who: Actor, steps: Iterable[Step]) -> str:
    """The reason why a policy of the first step that has a bad one is not saved; "" where all will do."""
    for step in steps:
        try:
            _check(invocation, who, step)
        except AwsError as error:
            code = "AccessDenied" if error.status == 403 else "InvalidRequest"
            return permissions.reported(step.asked.service, error, code)
    return ""


def _check(invocation: Invocation, who: Actor, step: Step) -> None:
    asked = step.asked
    parameters = dict(asked.parameters)
    documents.check(asked.service, asked.operation, parameters)
    if (asked.service, asked.operation) == ("s3", "PutBucketPolicy"):
        call = permissions.call_of(invocation, asked)
        check_bucket_policy(replace(invocation, call=call, parameters=parameters, principal=who.principal))
