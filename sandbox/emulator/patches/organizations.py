"""An organization's accounts are accounts of its own environment, and no other environment's."""

import functools
import json
from contextvars import ContextVar
from typing import Any

from moto.iam.exceptions import EntityAlreadyExists
from moto.iam.models import iam_backends
from moto.organizations import models, utils
from moto.organizations.exceptions import ConstraintViolationException

from sandbox.emulator.expectation import expect
from sandbox.emulator.memberships import membership
from sandbox.emulator.world import ForeignAccount, current

# AWS gives the new account's role full rights; that it does so by an inline policy of this name is our belief.
ADMINISTRATOR = "AdministratorAccess"
FULL_RIGHTS = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]})

_joining: ContextVar[str | None] = ContextVar("joining", default=None)


class _Roles:
    """Stands for moto's IAM in the organization's models: the management account gets no role to be taken over by."""

    def __getitem__(self, account_id: str) -> Any:
        try:
            return iam_backends[account_id]
        except ForeignAccount:
            return {"global": self}

    def create_role(self, **_: Any) -> None:
        raise EntityAlreadyExists("no such account yet")


class _Masters:
    """Member → (management account, partition) in the world that is entered; moto's own is one for the process."""

    def __contains__(self, account_id: str) -> bool:
        return membership(current(), account_id) is not None

    def __getitem__(self, account_id: str) -> tuple[str, str]:
        found = membership(current(), account_id)
        if found is None:
            raise KeyError(account_id)
        organizations, _ = found
        return organizations.account_id, organizations.partition

    def __setitem__(self, account_id: str, value: tuple[str, str]) -> None:
        # The organization's own list of accounts tells it.
        return None

    def pop(self, account_id: str, default: Any = None) -> Any:
        return default


def _account_id(original: Any) -> Any:
    def make_random_account_id() -> str:
        return _joining.get() or str(original())

    return make_random_account_id


def _create_account(original: Any) -> Any:
    @functools.wraps(original)
    def create_account(self: Any, **kwargs: Any) -> Any:
        world = current()
        free = [account_id for account_id in sorted(world.accounts) if membership(world, account_id) is None]
        if self.org is not None and not free:
            # An environment's accounts are opened with it; all of them are in the organization by now.
            raise ConstraintViolationException("You have exceeded the allowed number of AWS accounts.")
        token = _joining.set(free[0] if free else None)
        try:
            answer = original(self, **kwargs)
        finally:
            _joining.reset(token)
        _give_full_rights(free[0], kwargs.get("RoleName") or "OrganizationAccountAccessRole")
        return answer

    return create_account


def _give_full_rights(account_id: str, role_name: str) -> None:
    iam_backends[account_id]["aws"].put_role_policy(role_name, ADMINISTRATOR, FULL_RIGHTS)


def apply() -> None:
    """Tell members from the world's organizations, and let CreateAccount bring in the environment's next account."""
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

    expect(isinstance(models.organizations_backends.master_accounts, dict), "OrganizationsBackendDict.master_accounts")
    backends: Any = models.OrganizationsBackendDict
    backends.master_accounts = property(lambda self: _Masters(), lambda self, value: None)
    backend: Any = models.OrganizationsBackend
    backend.create_account = _create_account(backend.create_account)
    utils.make_random_account_id = _account_id(utils.make_random_account_id)
