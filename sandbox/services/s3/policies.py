"""Bucket policies: on what they may be, and whether they may be public.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketPolicy.html
https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketPolicyStatus.html
"""

from typing import Any

from sandbox import wire
from sandbox.emulator.policies import block_public_access, resource_policy
from sandbox.iam.patterns import Pattern
from sandbox.iam.policies import MalformedPolicy, Policy, compile_policy
from sandbox.iam.publicity import is_public
from sandbox.services.invocation import Handler, Invocation, Result
from sandbox.wire import AwsError

_BLOCKED = " because public policies are prevented by the BlockPublicPolicy setting in S3 Block Public Access"


def put_bucket_policy(invocation: Invocation) -> Result:
    """Save a policy that is about this bucket, and public only where that is not blocked."""
    check_bucket_policy(invocation)
    return invocation.forward()


def check_bucket_policy(invocation: Invocation) -> None:
    """Refuse a policy that S3 would not save on the bucket; raises AwsError."""
    arn = _arn(invocation)
    policy = _compiled(invocation.parameters.get("Policy"))
    for statement in policy.statements:
        for pattern in statement.resources.patterns if statement.resources is not None else ():
            if not _is_about(pattern, arn):
                raise AwsError("MalformedPolicy", "Policy has invalid resource", 400)
    bucket = str(invocation.parameters["Bucket"])
    if is_public(policy) and block_public_access(invocation.world, bucket)["BlockPublicPolicy"]:
        raise wire.access_denied(invocation.call, invocation.principal.arn, "s3:PutBucketPolicy", _BLOCKED, arn)


def get_bucket_policy_status(invocation: Invocation) -> Result:
    """Tell whether the bucket's policy is public."""
    documents = resource_policy(invocation.world, _arn(invocation), invocation.account_id)
    if not documents:
        return invocation.forward()
    return {"PolicyStatus": {"IsPublic": any(is_public(_compiled(document.text)) for document in documents)}}


def _is_about(pattern: Pattern, arn: str) -> bool:
    """Whether a resource, as far as it is fixed, can be the bucket or one of its objects."""
    beginning = pattern.tokens[0] if pattern.tokens and isinstance(pattern.tokens[0], str) else ""
    if beginning.startswith(f"{arn}/"):
        return True
    return beginning == arn if len(pattern.tokens) == 1 and beginning else f"{arn}/".startswith(beginning)


def _arn(invocation: Invocation) -> str:
    return f"arn:{invocation.call.partition}:s3:::{invocation.parameters['Bucket']}"


def _compiled(document: Any) -> Policy:
    text = document.decode("utf-8", "replace") if isinstance(document, bytes) else str(document)
    try:
        return compile_policy(text)
    except MalformedPolicy as error:
        raise AwsError("MalformedPolicy", f"The policy is not valid: {error}", 400) from error


HANDLERS: dict[str, Handler] = {
    "GetBucketPolicyStatus": get_bucket_policy_status,
    "PutBucketPolicy": put_bucket_policy,
}
