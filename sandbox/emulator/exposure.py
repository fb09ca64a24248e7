"""Resources of an account that carry policies of their own: what Access Analyzer looks through."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sandbox.emulator.policies import resource_policy
from sandbox.emulator.world import World


@dataclass(frozen=True, slots=True)
class Exposed:
    """A resource with its type as CloudFormation calls it and the texts of its policies, none where it has none."""

    arn: str
    resource_type: str
    policies: tuple[str, ...]


def exposed(world: World, account_id: str, region: str) -> list[Exposed]:
    """The account's resources in a region that can carry a policy; roles, which are global, in every region."""
    with world.entered():
        found = sorted(_resources(world, account_id, region))
    return [_with_policies(world, account_id, arn, kind) for arn, kind in found]


def _with_policies(world: World, account_id: str, arn: str, kind: str) -> Exposed:
    documents = resource_policy(world, arn, account_id) or []
    return Exposed(arn, kind, tuple(document.text for document in documents))


def _resources(world: World, account_id: str, region: str) -> Iterator[tuple[str, str]]:
    yield from _buckets(world, account_id, region)
    for role in _values(world.existing("iam", account_id, "aws"), "roles"):
        # Service-linked roles are AWS's own affair.
        if not role.path.startswith("/aws-service-role/"):
            yield role.arn, "AWS::IAM::Role"
    for service, attribute, name, kind in (
        ("kms", "keys", "arn", "AWS::KMS::Key"),
        ("sqs", "queues", "queue_arn", "AWS::SQS::Queue"),
        ("sns", "topics", "arn", "AWS::SNS::Topic"),
        ("secretsmanager", "secrets", "arn", "AWS::SecretsManager::Secret"),
    ):
        for one in _values(world.existing(service, account_id, region), attribute):
            yield getattr(one, name), kind
    lambdas = world.existing("awslambda_simple", account_id, region)
    for function in lambdas.list_functions() if lambdas is not None else ():
        yield function.function_arn, "AWS::Lambda::Function"


def _buckets(world: World, account_id: str, region: str) -> Iterator[tuple[str, str]]:
    for partition in ("aws", "aws-cn", "aws-us-gov"):
        for bucket in _values(world.existing("s3", account_id, partition), "buckets"):
            if bucket.region_name == region:
                yield f"arn:{partition}:s3:::{bucket.name}", "AWS::S3::Bucket"


def _values(backend: Any, attribute: str) -> list[Any]:
    return list(getattr(backend, attribute).values()) if backend is not None else []
