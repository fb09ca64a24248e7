"""AWS's 1,582 managed policies, loaded once and shared; an account holds only those that it attached."""

import copy
import hashlib
import json
from base64 import b32encode
from collections.abc import Iterator
from functools import cache
from typing import Any

from moto.iam.aws_managed_policies import aws_managed_policies_data
from moto.iam.models import AWSManagedPolicy, IAMBackend, ManagedPolicy
from moto.utilities.utils import PARTITION_NAMES

from sandbox.emulator import snapshots
from sandbox.emulator.expectation import expect
from sandbox.emulator.world import current

_REGION_OF_PARTITION = {"aws": "us-east-1", "aws-cn": "cn-north-1", "aws-us-gov": "us-gov-west-1"}


@cache
def shared(partition: str) -> dict[str, AWSManagedPolicy]:
    """AWS's managed policies of a partition by ARN; never changed, copied before they are attached."""
    region = _REGION_OF_PARTITION.get(partition)
    if region is None:
        return {}
    policies = {}
    for name, data in json.loads(aws_managed_policies_data).items():
        policy = AWSManagedPolicy.from_data(name, "aws", region, data)
        policy.id = _policy_id(policy.arn)
        policies[policy.arn] = policy
    return policies


def _policy_id(arn: str) -> str:
    """The same unique id in every process and account, as AWS's own have."""
    return "ANPA" + b32encode(hashlib.sha256(arn.encode()).digest()).decode()[:17]


class Policies(dict[str, ManagedPolicy]):
    """Managed policies of an account: its own and its copies of AWS's, over the shared ones."""

    def __init__(self, partition: str, own: dict[str, ManagedPolicy]) -> None:
        super().__init__(own)
        self._partition = partition

    def __missing__(self, arn: str) -> ManagedPolicy:
        return shared(self._partition)[arn]

    def __contains__(self, arn: object) -> bool:
        return dict.__contains__(self, arn) or arn in shared(self._partition)

    def __iter__(self) -> Iterator[str]:
        return iter({**shared(self._partition), **dict(dict.items(self))})

    def __len__(self) -> int:
        return len(shared(self._partition).keys() | dict.keys(self))

    def get(self, arn: str, default: Any = None) -> Any:
        if arn in self:
            return self[arn]
        return default

    def keys(self) -> Any:
        return list(self)

    def values(self) -> Any:
        return list({**shared(self._partition), **dict(dict.items(self))}.values())

    def items(self) -> Any:
        return list({**shared(self._partition), **dict(dict.items(self))}.items())

    def copied(self, policy: AWSManagedPolicy, account_id: str) -> AWSManagedPolicy:
        """This account's own copy of one of AWS's policies."""
        own = dict.get(self, policy.arn)
        if own is None:
            own = copy.copy(policy)
            own.account_id = account_id
            self[policy.arn] = own
        return own


def _reduce_policies(policies: Policies) -> tuple[Any, ...]:
    return Policies, (policies._partition, dict(dict.items(policies)))


def _reduce_aws_policy(policy: AWSManagedPolicy) -> tuple[Any, ...]:
    return restore_aws_policy, (policy.partition, policy.arn, policy.account_id, policy.attachment_count)


def restore_aws_policy(partition: str, arn: str, account_id: str, attachment_count: int) -> AWSManagedPolicy:
    """Make an account's copy of one of AWS's policies again."""
    policy = copy.copy(shared(partition)[arn])
    policy.account_id, policy.attachment_count = account_id, attachment_count
    return policy


class _SharedList:
    """`IAMBackend.aws_managed_policies`, the same list for every account."""

    def __get__(self, backend: Any, owner: type) -> list[AWSManagedPolicy]:
        return list(shared(backend.partition).values())

    def __set__(self, backend: Any, value: Any) -> None:
        return None


def _attach(self: AWSManagedPolicy, target: Any) -> None:
    own = _own(self, target)
    ManagedPolicy.attach_to(own, target)


def _detach(self: AWSManagedPolicy, target: Any) -> None:
    own = _own(self, target)
    ManagedPolicy.detach_from(own, target)


def _own(policy: AWSManagedPolicy, target: Any) -> AWSManagedPolicy:
    backend: Any = current().backend("iam", target.account_id, policy.partition)
    own: AWSManagedPolicy = backend.managed_policies.copied(policy, target.account_id)
    return own


def apply() -> None:
    """Let every account see AWS's policies without holding them."""
    expect(set(_REGION_OF_PARTITION) <= set(PARTITION_NAMES), "PARTITION_NAMES")
    backend: Any = IAMBackend
    backend.aws_managed_policies = _SharedList()
    backend._init_aws_policies = lambda self: None
    backend._init_managed_policies = lambda self: Policies(self.partition, {})
    policy: Any = AWSManagedPolicy
    policy.attach_to = _attach
    policy.detach_from = _detach
    snapshots.REDUCERS[Policies] = _reduce_policies
    snapshots.REDUCERS[AWSManagedPolicy] = _reduce_aws_policy
    for value in (Policies, restore_aws_policy):
        snapshots.ALLOWED[value.__module__, value.__qualname__] = value
