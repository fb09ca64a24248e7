"""Unique ids as IAM makes them: a prefix that tells the kind, then the account, then randomness; whole seconds.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids
"""

from datetime import datetime
from typing import Any

from moto.iam import models
from moto.iam.utils import generate_access_key_id_from_account_id

from sandbox.emulator.expectation import expect

PREFIXES = {
    "User": ("id", "AIDA"),
    "Group": ("id", "AGPA"),
    "ManagedPolicy": ("id", "ANPA"),
    "InstanceProfile": ("id", "AIPA"),
    "Certificate": ("server_certificate_id", "ASCA"),
}


def _with_id(made: Any, attribute: str, prefix: str) -> Any:
    def __init__(self: Any, *args: Any, **kwargs: Any) -> None:
        made(self, *args, **kwargs)
        # AWS's own policies belong to the account "aws"; their ids are set elsewhere.
        if self.account_id.isdecimal():
            setattr(self, attribute, generate_access_key_id_from_account_id(self.account_id, prefix, total_length=21))

    return __init__


def apply() -> None:
    """Give new entities ids of the right kind, and dates without fractions of a second."""
    for name, (attribute, prefix) in PREFIXES.items():
        kind: Any = getattr(models, name)
        kind.__init__ = _with_id(kind.__init__, attribute, prefix)
    module: Any = models
    expect(callable(module.utcnow) and callable(module.random_resource_id), "the makers of IAM's dates and ids")
    now, identifier = module.utcnow, module.random_resource_id

    def whole_seconds() -> datetime:
        moment: datetime = now()
        return moment.replace(microsecond=0)

    module.utcnow = whole_seconds
    # What has no prefix (signing certificates) is in capitals.
    module.random_resource_id = lambda *args, **kwargs: identifier(*args, **kwargs).upper()
