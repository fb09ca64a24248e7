"""An organization's role is made only in accounts that exist here."""

from typing import Any

from moto.iam.exceptions import EntityAlreadyExists
from moto.iam.models import iam_backends
from moto.organizations import models

from sandbox.emulator.world import ForeignAccount


class _Roles:
    """Stands for moto's IAM in the organization's models: a new account that is not ours yet gets no role."""

    def __getitem__(self, account_id: str) -> Any:
        try:
            return iam_backends[account_id]
        except ForeignAccount:
            return {"global": self}

    def create_role(self, **_: Any) -> None:
        raise EntityAlreadyExists("no such account yet")


def apply() -> None:
    """Look IAM up through the stand-in where FakeAccount imports it."""
    import moto.iam

    original = models.FakeAccount.__init__

    def __init__(self: Any, organization: Any, **kwargs: Any) -> None:
        shown = moto.iam.iam_backends
        moto.iam.iam_backends = _Roles()
        try:
            original(self, organization, **kwargs)
        finally:
            moto.iam.iam_backends = shown

    account: Any = models.FakeAccount
    account.__init__ = __init__
