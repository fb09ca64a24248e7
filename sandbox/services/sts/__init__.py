"""STS of our own: moto's would hand out credentials of any account.

https://docs.aws.amazon.com/STS/latest/APIReference/welcome.html
"""

from sandbox.services.iam import validation
from sandbox.services.invocation import Handler, Invocation, Result
from sandbox.services.sts import federation, identity, roles, users


def _checked(handler: Handler) -> Handler:
    def run(invocation: Invocation) -> Result:
        validation.check(invocation.call.operation.input, invocation.parameters)
        return handler(invocation)

    return run


HANDLERS: dict[str, Handler] = {
    operation: _checked(handler)
    for module in (federation, identity, roles, users)
    for operation, handler in module.HANDLERS.items()
}
