"""Unique ids as IAM makes them: a prefix that tells the kind, then the account, then randomness.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids
"""

from typing import Any

from moto.iam import models
from moto.iam.utils import generate_access_key_id_from_account_id

PREFIXES = {"User": "AIDA", "Group": "AGPA"}


def _with_id(made: Any, prefix: str) -> Any:
    def __init__(self: Any, account_id: str, *args: Any, **kwargs: Any) -> None:
        made(self, account_id, *args, **kwargs)
        self.id = generate_access_key_id_from_account_id(account_id, prefix, total_length=21)

    return __init__


def apply() -> None:
    """Give new users and groups ids of the right kind."""
    for name, prefix in PREFIXES.items():
        kind: Any = getattr(models, name)
        kind.__init__ = _with_id(kind.__init__, prefix)
