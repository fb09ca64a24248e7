"""Making buckets.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html
"""

from sandbox.emulator.s3_state import count_buckets
from sandbox.s3_acls import ENFORCED
from sandbox.services.invocation import Handler, Invocation, Result
from sandbox.services.s3 import listing
from sandbox.wire import AwsError

# The default quota was this for long; today's would be too much for a sandbox.
MOST_BUCKETS = 100
_OWNERSHIPS = (ENFORCED, "BucketOwnerPreferred", "ObjectWriter")


def create_bucket(invocation: Invocation) -> Result:
    """Make a bucket, if the account may have one more and its list agrees with its ownership."""
    ownership = check_ownership(invocation.parameters.get("ObjectOwnership") or ENFORCED)
    _check_list(invocation, ownership)
    name = invocation.parameters["Bucket"]
    if name not in invocation.world.buckets and count_buckets(invocation.world, invocation.account_id) >= MOST_BUCKETS:
        raise AwsError("TooManyBuckets", "You have attempted to create more buckets than allowed", 400)
    return invocation.forward()


def check_ownership(ownership: str) -> str:
    """The setting, if it is one; raises AwsError."""
    if ownership not in _OWNERSHIPS:
        fields = {"ArgumentName": "x-amz-object-ownership", "ArgumentValue": ownership}
        raise AwsError("InvalidArgument", "Invalid x-amz-object-ownership header: " + ownership, 400, fields)
    return ownership


def _check_list(invocation: Invocation, ownership: str) -> None:
    parameters = invocation.parameters
    if not listing.carries_list(parameters) or parameters.get("ACL") == "private":
        return
    listing.check_form(parameters, listing.OF_BUCKETS)
    if ownership == ENFORCED:
        message = "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting"
        raise AwsError("InvalidBucketAclWithObjectOwnership", message, 400)
    # New buckets block public access.
    if listing.is_public_list(parameters):
        message = "Bucket cannot have public ACLs set with BlockPublicAccess enabled"
        raise AwsError("InvalidBucketAclWithBlockPublicAccessError", message, 400)


HANDLERS: dict[str, Handler] = {"CreateBucket": create_bucket}
