"""XML in the bodies of requests: of the element that S3's schema wants, with what it requires.

https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
"""

from collections.abc import Mapping
from typing import Any

from sandbox.services.invocation import Handler, Invocation, Result
from sandbox.wire import AwsError, operations_of, xml_root
from sandbox.wire.shapes import Shape

# What is wrong in them S3 tells in other words, and a handler or moto does.
_TOLD_OTHERWISE = frozenset(("CreateBucket", "PutBucketNotification", "PutBucketNotificationConfiguration"))


def malformed() -> AwsError:
    """The body is not what the schema says."""
    message = "The XML you provided was not well-formed or did not validate against our published schema"
    return AwsError("MalformedXML", message, 400)


def checked(handler: Handler) -> Handler:
    """The handler, for requests whose body is as the schema says; others are refused before."""

    def check_and_handle(invocation: Invocation) -> Result:
        check(invocation)
        return handler(invocation)

    return check_and_handle


def check(invocation: Invocation) -> None:
    """Refuse a body of another form than the operation's; raises AwsError."""
    shape = invocation.call.operation.input
    if shape is None or not shape.payload:
        return
    payload = shape.members[shape.payload]
    if payload.kind != "structure":
        return
    if not invocation.request.body.strip():
        if _may_be_empty(invocation, shape):
            return
        raise AwsError("MissingRequestBodyError", "Request Body is empty", 400)
    root = xml_root(invocation.request.body)
    if root != (payload.wire_name or payload.name):
        raise malformed()
    named = invocation.call.operation_name not in _TOLD_OTHERWISE
    if named and not _is_valid(payload, invocation.parameters.get(shape.payload) or {}):
        raise malformed()


def _may_be_empty(invocation: Invocation, shape: Shape) -> bool:
    """A bucket needs no configuration, and a list may be in headers."""
    if invocation.call.operation_name == "CompleteMultipartUpload":
        return False
    return shape.payload not in shape.required and not _needs_list(invocation)


def _needs_list(invocation: Invocation) -> bool:
    lists = ("ACL", "GrantFullControl", "GrantRead", "GrantReadACP", "GrantWrite", "GrantWriteACP")
    is_list = invocation.call.operation_name in ("PutBucketAcl", "PutObjectAcl")
    return is_list and not any(invocation.parameters.get(name) for name in lists)


def _is_valid(shape: Shape, value: Any) -> bool:
    """Whether a value has the members that its shape requires, and of named values only known ones."""
    if shape.kind == "structure":
        if not isinstance(value, Mapping) or any(value.get(name) is None for name in shape.required):
            return False
        return all(_is_valid(shape.members[name], member) for name, member in value.items() if name in shape.members)
    if shape.kind == "list":
        return all(_is_valid(shape.member, one) for one in value or ())
    choices = shape.traits.get("enum")
    return not choices or value is None or value in choices


def xml_operations() -> tuple[str, ...]:
    """Operations of S3 whose requests have XML in their body."""
    return tuple(
        name
        for name, operation in operations_of("s3").items()
        if operation.input is not None
        and operation.input.payload
        and operation.input.members[operation.input.payload].kind == "structure"
    )
