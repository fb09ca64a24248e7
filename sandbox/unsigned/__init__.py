"""Calls that no access key signs: the parameters themselves, or a certificate, prove who calls."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sandbox.emulator import World
from sandbox.principals import Principal
from sandbox.services.iam import validation
from sandbox.services.rolesanywhere.resources import ANCHORS, missing
from sandbox.unsigned.certificate_holder import account_of_anchor, certificate_holder
from sandbox.unsigned.checks import Parameters, account_of_role, not_authorized
from sandbox.unsigned.saml_user import saml_user
from sandbox.unsigned.web_identity import web_identity
from sandbox.wire import AwsError, Call, Request, parse_parameters


@dataclass(frozen=True, slots=True)
class Proof:
    """How an operation shows the account that it is for, and who calls; both raise AwsError."""

    account_of: Callable[[Parameters], str]
    principal_of: Callable[[Request, Parameters, World, datetime], Principal]


def _by_parameters(prove: Callable[[Parameters, World, datetime], Principal]) -> Proof:
    """The proof of an operation on a role, all of which is in the parameters."""
    return Proof(account_of_role, lambda request, parameters, world, now: prove(parameters, world, now))


OPERATIONS: dict[tuple[str, str], Proof] = {
    ("sts", "AssumeRoleWithWebIdentity"): _by_parameters(web_identity),
    ("sts", "AssumeRoleWithSAML"): _by_parameters(saml_user),
    ("rolesanywhere", "CreateSession"): Proof(account_of_anchor, certificate_holder),
}


def proves_itself(call: Call) -> bool:
    """Whether the operation takes its proof from the parameters, signed or not."""
    return (call.service, call.operation_name) in OPERATIONS


def account_of(request: Request, call: Call) -> str:
    """The account that the call is for, which may not exist; raises AwsError."""
    return OPERATIONS[call.service, call.operation_name].account_of(_parameters(request, call))


def principal_of(request: Request, call: Call, world: World, now: datetime) -> Principal:
    """Who calls; raises AwsError when nothing proves it."""
    return OPERATIONS[call.service, call.operation_name].principal_of(request, _parameters(request, call), world, now)


def unknown_account(call: Call) -> AwsError:
    """What is said to who names an account that is not there."""
    if call.service == "sts":
        return not_authorized(call.operation_name)
    return missing(ANCHORS)


def _parameters(request: Request, call: Call) -> Parameters:
    parameters = parse_parameters(request, call)
    if call.service == "sts":
        validation.check(call.operation.input, parameters)
    return parameters


__all__ = ["OPERATIONS", "Proof", "account_of", "principal_of", "proves_itself", "unknown_account"]
