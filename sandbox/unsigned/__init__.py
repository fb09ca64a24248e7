"""Calls that nobody signs: the parameters themselves prove who calls."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sandbox.emulator import World
from sandbox.principals import Principal
from sandbox.services.iam import validation
from sandbox.unsigned.checks import Parameters, account_of_role, not_authorized
from sandbox.unsigned.saml_user import saml_user
from sandbox.unsigned.web_identity import web_identity
from sandbox.wire import Call, Request, parse_parameters


@dataclass(frozen=True, slots=True)
class Proof:
    """How an operation shows the account that it is for, and who calls; both raise AwsError."""

    account_of: Callable[[Parameters], str]
    principal_of: Callable[[Parameters, World, datetime], Principal]


OPERATIONS: dict[tuple[str, str], Proof] = {
    ("sts", "AssumeRoleWithWebIdentity"): Proof(account_of_role, web_identity),
    ("sts", "AssumeRoleWithSAML"): Proof(account_of_role, saml_user),
}


def proves_itself(call: Call) -> bool:
    """Whether the operation takes its proof from the parameters, signed or not."""
    return (call.service, call.operation_name) in OPERATIONS


def account_of(request: Request, call: Call) -> str:
    """The account that the call is for, which may not exist; raises AwsError."""
    return OPERATIONS[call.service, call.operation_name].account_of(_parameters(request, call))


def principal_of(request: Request, call: Call, world: World, now: datetime) -> Principal:
    """Who calls; raises AwsError when nothing proves it."""
    return OPERATIONS[call.service, call.operation_name].principal_of(_parameters(request, call), world, now)


def _parameters(request: Request, call: Call) -> Parameters:
    parameters = parse_parameters(request, call)
    validation.check(call.operation.input, parameters)
    return parameters


__all__ = ["OPERATIONS", "Proof", "account_of", "not_authorized", "principal_of", "proves_itself"]
