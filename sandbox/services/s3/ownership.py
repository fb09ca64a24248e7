"""Object ownership of buckets: one rule, one of three settings.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketOwnershipControls.html
"""

from sandbox.emulator.s3_state import grants_to_groups
from sandbox.s3_acls import ENFORCED
from sandbox.services.invocation import Handler, Invocation, Result
from sandbox.wire import AwsError

_MALFORMED = "The XML you provided was not well-formed or did not validate against our published schema"
_SETTINGS = (ENFORCED, "BucketOwnerPreferred", "ObjectWriter")


def put_bucket_ownership_controls(invocation: Invocation) -> Result:
    """Set who owns the objects; lists cannot be given up while the bucket's own opens it to groups."""
    rules = (invocation.parameters.get("OwnershipControls") or {}).get("Rules") or []
    settings = [rule.get("ObjectOwnership") for rule in rules]
    if len(settings) != 1 or settings[0] not in _SETTINGS:
        raise AwsError("MalformedXML", _MALFORMED, 400)
    if settings[0] == ENFORCED and grants_to_groups(invocation.world, str(invocation.parameters["Bucket"])):
        message = "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting"
        raise AwsError("InvalidBucketAclWithObjectOwnership", message, 400)
    return invocation.forward()


HANDLERS: dict[str, Handler] = {"PutBucketOwnershipControls": put_bucket_ownership_controls}
