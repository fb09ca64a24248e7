"""Operations that the emulator lacks or gets wrong.

Each module is one service and lists its operations in HANDLERS. A handler is called inside the world, after the call
was authorized and before anything is stored; it returns the members of the answer, or raises AwsError.
"""

from sandbox.emulator import SERVICES
from sandbox.services import (
    accessanalyzer,
    account,
    budgets,
    cloudformation,
    cloudtrail,
    cost_explorer,
    ec2_regions,
    iam,
    organizations,
    rolesanywhere,
    s3,
    sts,
)
from sandbox.services.invocation import Handler, Invocation

MODULES = {
    "accessanalyzer": accessanalyzer,
    "account": account,
    "budgets": budgets,
    "ce": cost_explorer,
    "cloudformation": cloudformation,
    "cloudtrail": cloudtrail,
    "ec2": ec2_regions,
    "iam": iam,
    "organizations": organizations,
    "rolesanywhere": rolesanywhere,
    "s3": s3,
    "sts": sts,
}

NATIVE: dict[tuple[str, str], Handler] = {
    (service, operation): handler
    for service, module in MODULES.items()
    for operation, handler in module.HANDLERS.items()
}
OFFERED = frozenset(SERVICES) | frozenset(MODULES)

__all__ = ["NATIVE", "OFFERED", "Handler", "Invocation"]
