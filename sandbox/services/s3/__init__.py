"""S3's own rules for what moto takes as it comes: names, ownership, lists, public access, parts, bodies."""

from sandbox.emulator import emulates
from sandbox.services.invocation import Handler, Invocation, Result
from sandbox.services.s3 import buckets, copies, listing, objects, ownership, payloads, policies, uploads


def _forward(invocation: Invocation) -> Result:
    return invocation.forward()


_OWN: dict[str, Handler] = {
    **buckets.HANDLERS,
    **listing.HANDLERS,
    **objects.HANDLERS,
    **ownership.HANDLERS,
    **policies.HANDLERS,
    **uploads.HANDLERS,
    **copies.HANDLERS,
}
# Their bodies are checked here, but what they do is moto's doing.
FORWARDED = frozenset(name for name in payloads.xml_operations() if name not in _OWN and emulates("s3", name))
HANDLERS: dict[str, Handler] = _OWN | {
    name: payloads.checked(_OWN.get(name, _forward))
    for name in payloads.xml_operations()
    if name in _OWN or name in FORWARDED
}
