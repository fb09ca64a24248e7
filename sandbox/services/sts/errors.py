"""STS's errors: the code tells the status.

https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html
"""

from sandbox.wire import AwsError

_STATUS = {"AccessDenied": 403, "IDPRejectedClaim": 403, "RegionDisabledException": 403}


def refusal(code: str, message: str) -> AwsError:
    """An error of STS's."""
    return AwsError(code, message, _STATUS.get(code, 400))


def invalid(message: str) -> AwsError:
    """ValidationError."""
    return refusal("ValidationError", message)
