"""STS of our own: moto's would hand out credentials of any account."""

from sandbox.principals import Principal


def get_caller_identity(principal: Principal) -> dict[str, str]:
    """Say who calls; allowed to everyone who is authenticated.

    https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
    """
    return {"UserId": principal.user_id, "Account": principal.account_id, "Arn": principal.arn}
