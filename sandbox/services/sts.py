"""STS of our own: moto's would hand out credentials of any account."""

from sandbox.services.invocation import Handler, Invocation


def get_caller_identity(invocation: Invocation) -> dict[str, str]:
    """Say who calls; allowed to everyone who is authenticated.

    https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
    """
    principal = invocation.principal
    return {"UserId": principal.user_id, "Account": principal.account_id, "Arn": principal.arn}


HANDLERS: dict[str, Handler] = {"GetCallerIdentity": get_caller_identity}
