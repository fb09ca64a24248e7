"""IAM's errors: the code tells the status.

https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html
"""

from sandbox.wire import AwsError

_STATUS = {
    "NoSuchEntity": 404,
    "EntityAlreadyExists": 409,
    "DeleteConflict": 409,
    "LimitExceeded": 409,
    "EntityTemporarilyUnmodifiable": 409,
    "InvalidAuthenticationCode": 403,
    "AccessDenied": 403,
    "ReportExpired": 410,
    "ReportNotPresent": 410,
    "ReportInProgress": 404,
    "NotSupportedService": 404,
}
_CANNOT_BE_FOUND = {
    "user": "The user with name {} cannot be found.",
    "role": "The role with name {} cannot be found.",
    "group": "The group with name {} cannot be found.",
    "instance profile": "Instance Profile {} cannot be found.",
    "login profile": "Login Profile for User {} cannot be found.",
    "access key": "The Access Key with id {} cannot be found.",
    "policy": "Policy {} was not found.",
    "attachable policy": "Policy {} does not exist or is not attachable.",
    "virtual MFA device": "VirtualMFADevice with serial number {} doesn't exist.",
    "MFA device": "MFA Device invalid for user.",
}


def refusal(code: str, message: str) -> AwsError:
    """An error of IAM's."""
    return AwsError(code, message, _STATUS.get(code, 400))


def not_found(kind: str, name: str) -> AwsError:
    """NoSuchEntity, in the words that IAM has for the kind."""
    return refusal("NoSuchEntity", _CANNOT_BE_FOUND[kind].format(name))


def quota_exceeded(quota: str, limit: int) -> AwsError:
    """LimitExceeded, naming the quota."""
    return refusal("LimitExceeded", f"Cannot exceed quota for {quota}: {limit}")
