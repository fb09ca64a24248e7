"""Make moto's process-wide state the state of the world that is entered, and of no other."""

from collections.abc import Iterator
from typing import Any

import moto.events.notifications as events_notifications
import moto.s3.models as s3_models
from moto.core.base_backend import AccountSpecificBackend, BackendDict, BaseBackend
from moto.core.common_models import BaseModel
from moto.core.responses import BaseResponse
from moto.ec2.models.transit_gateway_attachments import TransitGatewayAttachmentBackend
from moto.ec2.models.vpc_peering_connections import VPCPeeringConnectionBackend
from moto.ec2.models.vpcs import VPCBackend
from moto.iam import models as iam_models
from moto.s3.exceptions import S3ClientError
from moto.sns import models as sns_models

from sandbox.emulator import snapshots
from sandbox.emulator.bucket_names import BucketNames
from sandbox.emulator.expectation import expect
from sandbox.emulator.world import Key, World, current, service_of


class _ActingAccount(str):
    """Stands where moto names its one default account; the account that acts is meant."""


def _of_account(self: BackendDict[Any], account_id: str) -> AccountSpecificBackend[Any]:
    world = current()
    if type(account_id) is _ActingAccount:
        account_id = world.acting or ""
    return world.of_account(self, account_id)


def _accounts(world: World) -> list[str]:
    return [world.acting] if world.acting else sorted(world.accounts)


def _iterate(self: BackendDict[Any]) -> Iterator[str]:
    return iter(_accounts(current()))


def _values(self: BackendDict[Any]) -> list[AccountSpecificBackend[Any]]:
    return [self[account_id] for account_id in self]


def _items(self: BackendDict[Any]) -> list[tuple[str, AccountSpecificBackend[Any]]]:
    return [(account_id, self[account_id]) for account_id in self]


def _get(self: BackendDict[Any], account_id: str, default: Any = None) -> Any:
    if account_id in self:
        return self[account_id]
    return default


def _backend_of_region(self: AccountSpecificBackend[Any], region: str) -> BaseBackend:
    if region == "global":
        region = "aws"
    world = current()
    backend = dict.get(self, region)
    if backend is None:
        backend = world.summon(self, region)
    world.touched[Key(self.account_id, service_of(self.backend), region)] = backend
    return backend


def _stored(read: Any) -> Any:
    def all_regions(self: AccountSpecificBackend[Any]) -> Any:
        current().load_stored(self)
        return read(self)

    return all_regions


def _create_bucket(original: Any) -> Any:
    def create_bucket(self: Any, bucket_name: str, *args: Any, **kwargs: Any) -> Any:
        if bucket_name in current().buckets and bucket_name not in self.buckets:
            # Not moto's own class: catching that, moto would open the other account's bucket to see whose it is.
            error = S3ClientError("BucketAlreadyExists", s3_models.BucketAlreadyExists(bucket_name).message)
            error.bucket_name = bucket_name
            raise error
        return original(self, bucket_name, *args, **kwargs)

    return create_bucket


class _Peers:
    """Class-wide sets of weak references to EC2 backends, one set a world."""

    def __init__(self, attribute: str) -> None:
        self._attribute = attribute

    def __getitem__(self, backend: type) -> set[Any]:
        return current().peers[self._attribute][backend]


def _bucket_names(self: s3_models.S3BackendDict) -> BucketNames:
    return current().buckets


def _account_of_header(self: BaseResponse) -> str:
    # The gateway has authenticated the caller; moto's own search would look through every account.
    account_id: str = self.headers["x-moto-account-id"]
    return account_id


def _mark_nothing(**_: Any) -> None:
    # Last use comes from the trail; noting it here would change IAM's state on every call.
    return None


def apply() -> None:
    """Replace moto's dictionaries by windows on the current world."""
    backend_dict: Any = BackendDict
    backend_dict.__getitem__ = _of_account
    backend_dict.__contains__ = lambda self, account_id: account_id in _accounts(current())
    backend_dict.__iter__ = backend_dict.keys = _iterate
    backend_dict.__len__ = lambda self: len(_accounts(current()))
    backend_dict.values = _values
    backend_dict.items = _items
    backend_dict.get = _get
    holder: Any = AccountSpecificBackend
    holder.__getitem__ = _backend_of_region
    for method in ("values", "items"):
        setattr(holder, method, _stored(getattr(dict, method)))

    # Every instance ever made would be kept in a list of its class.
    base_model: Any = BaseModel
    base_model.__new__ = lambda cls, *args, **kwargs: object.__new__(cls)

    s3_backends: Any = s3_models.S3BackendDict
    s3_backends.bucket_accounts = property(_bucket_names, lambda self, value: None)
    snapshots.REDUCERS[s3_models.S3BackendDict] = snapshots.REDUCERS[BackendDict]

    backend: Any = s3_models.S3Backend
    backend.create_bucket = _create_bucket(backend.create_bucket)
    expect(isinstance(sns_models.DEFAULT_ACCOUNT_ID, str), "sns.models.DEFAULT_ACCOUNT_ID")
    sns_models.DEFAULT_ACCOUNT_ID = _ActingAccount("acting")

    VPCBackend.vpc_refs = _Peers("vpc_refs")
    VPCPeeringConnectionBackend.vpc_pcx_refs = _Peers("vpc_pcx_refs")
    TransitGatewayAttachmentBackend.backend_refs = _Peers("backend_refs")

    BaseResponse.get_current_account = _account_of_header
    iam_models.mark_account_as_visited = _mark_nothing
    expect(
        events_notifications.send_notification is s3_models.events_send_notification,
        "the way of S3's events to EventBridge",
    )
