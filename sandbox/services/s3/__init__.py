"""S3's own rules for what moto takes as it comes: names, ownership, access control lists, public access."""

from sandbox.services.invocation import Handler
from sandbox.services.s3 import buckets, listing, ownership, policies

HANDLERS: dict[str, Handler] = {
    **buckets.HANDLERS,
    **listing.HANDLERS,
    **ownership.HANDLERS,
    **policies.HANDLERS,
}
