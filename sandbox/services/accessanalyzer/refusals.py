"""The errors of Access Analyzer."""

from sandbox.wire import AwsError


def invalid(message: str) -> AwsError:
    """A parameter that cannot be."""
    return AwsError("ValidationException", message, 400, {"reason": "fieldValidationFailed"})


def missing(kind: str, identifier: str) -> AwsError:
    """Something that is not there."""
    fields = {"resourceId": identifier, "resourceType": kind}
    return AwsError("ResourceNotFoundException", f"There is no {kind} {identifier}", 404, fields)


def taken(kind: str, identifier: str) -> AwsError:
    """A name that is in use."""
    fields = {"resourceId": identifier, "resourceType": kind}
    return AwsError("ConflictException", f"The {kind} {identifier} exists already", 409, fields)


def too_many(kind: str, identifier: str, message: str) -> AwsError:
    """A quota that is used up."""
    fields = {"resourceId": identifier, "resourceType": kind}
    return AwsError("ServiceQuotaExceededException", message, 402, fields)
