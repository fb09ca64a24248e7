"""STS of our own: moto's would hand out credentials of any account.

https://docs.aws.amazon.com/STS/latest/APIReference/welcome.html
"""

from sandbox.principals import Principal
from sandbox.services.iam import validation
from sandbox.services.invocation import Handler, Invocation, Result
from sandbox.services.sts import federation, identity, roles, users
from sandbox.services.sts.errors import refusal


def _checked(handler: Handler) -> Handler:
    def run(invocation: Invocation) -> Result:
        operation = invocation.call.operation_name
        if not _serves(invocation.principal, operation):
            raise refusal("AccessDenied", f"Cannot call {operation} with session credentials")
        validation.check(invocation.call.operation.input, invocation.parameters)
        return handler(invocation)

    return run


def _serves(principal: Principal, operation: str) -> bool:
    """Whether STS takes such credentials for an operation.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_sts-comparison.html
    """
    if principal.session is None or operation == "GetCallerIdentity":
        return True
    if principal.kind == "FederatedUser":
        return False
    return principal.kind not in ("IAMUser", "Root") or operation == "AssumeRole"


HANDLERS: dict[str, Handler] = {
    operation: _checked(handler)
    for module in (federation, identity, roles, users)
    for operation, handler in module.HANDLERS.items()
}
