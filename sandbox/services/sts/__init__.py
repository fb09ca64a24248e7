"""STS of our own: moto's would hand out credentials of any account.

https://docs.aws.amazon.com/STS/latest/APIReference/welcome.html
"""

from sandbox.services.invocation import Handler
from sandbox.services.sts import identity, roles, users

HANDLERS: dict[str, Handler] = identity.HANDLERS | roles.HANDLERS | users.HANDLERS
