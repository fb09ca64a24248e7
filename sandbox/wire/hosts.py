"""What an AWS host name says: service, region, bucket, account."""

import re
from dataclasses import dataclass
from functools import lru_cache

from .services import GLOBAL_HOSTS, HOST_PREFIXES, PARTITIONS, Partition, facts

# bucket.s3.dualstack.eu-west-3, s3-eu-west-1 (old), s3-fips; the bucket's own name may have dots.
_S3 = re.compile(
    r"(?:(?P<bucket>[A-Za-z0-9._-]+)\.)?(?:s3|s3-fips|s3-accelerate|s3-external-1|s3express[a-z0-9-]*)"
    r"(?:\.dualstack)?(?:[.-](?P<region>[a-z]{2,4}(?:-[a-z]+)+-[0-9]+))?"
)

_NAME = re.compile(r"[a-z0-9._-]+")
# Endpoints of S3 whose first label is no bucket.
_S3_ELSEWHERE: dict[str, tuple[str, ...]] = {"s3-object-lambda": ("s3",), "s3-outposts": ("s3control",)}
# What stands behind the account's id in the endpoints that SDKs choose by it.
_BY_ACCOUNT = {"ddb": "dynamodb", "control-kinesis": "kinesis", "data-kinesis": "kinesis"}


@dataclass(frozen=True, slots=True)
class AwsHost:
    """An AWS endpoint. `services` are the candidates, `region` "" where the host names none and has none.

    `labels` stand before the endpoint's own name (an account id, a bucket is in `bucket`).
    """

    services: tuple[str, ...]
    region: str
    partition: str
    bucket: str = ""
    labels: tuple[str, ...] = ()


@lru_cache(maxsize=4096)
def read_aws_host(host: str) -> AwsHost | None:
    """What a host below AWS's DNS suffixes means; None for other hosts, no `services` for unknown names."""
    name = host.lower().rsplit(":", 1)[0].rstrip(".")
    found = _suffix(name)
    if found is None:
        return None
    suffix, partition = found
    if not _NAME.fullmatch(name):
        return AwsHost((), partition.home, partition.name)
    if name in GLOBAL_HOSTS:
        services, region = GLOBAL_HOSTS[name]
        return AwsHost(services, region, _partition_name(region, partition))
    labels = name[: -len(suffix) - 1]
    return _s3(labels, partition) or _regional(labels.split("."), partition)


def _suffix(name: str) -> tuple[str, Partition] | None:
    """The longest of AWS's DNS suffixes that the name ends with."""
    matches = [
        (suffix, partition) for partition in PARTITIONS for suffix in partition.suffixes if name.endswith("." + suffix)
    ]
    return max(matches, key=lambda match: len(match[0]), default=None)


def _partition_name(region: str, default: Partition) -> str:
    return next((partition.name for partition in PARTITIONS if region in partition.regions), default.name)


def _s3(labels: str, partition: Partition) -> AwsHost | None:
    match = _S3.fullmatch(labels)
    if match is None:
        return None
    region = match["region"] or ""
    if region and not any(region in known.regions for known in PARTITIONS):
        return AwsHost((), region, partition.name)
    return AwsHost(("s3",), region, _partition_name(region, partition), bucket=match["bucket"] or "")


def _regional(labels: list[str], partition: Partition) -> AwsHost:
    """`<labels>.<endpoint prefix>.<region>`; sqs has `<region>.queue`, some begin with an account's id."""
    regions = [label for label in labels if any(label in known.regions for known in PARTITIONS)]
    region = regions[-1] if regions else partition.home
    partition_name = _partition_name(region, partition)
    rest = [label for label in labels if label not in (region, "dualstack")]
    if rest == ["queue"]:
        return AwsHost(("sqs",), region, partition_name)
    if len(rest) == 2 and rest[1] in _BY_ACCOUNT:
        return AwsHost((_BY_ACCOUNT[rest[1]],), region, partition_name, labels=(rest[0],))
    for start in range(len(rest)):
        services = _services(rest[start:]) or _services(_without_fips(rest[start:]))
        if regions:
            # One endpoint serves all regions, and it is one of GLOBAL_HOSTS.
            services = tuple(name for name in services if partition_name not in facts(name).homes)
        if services:
            return AwsHost(services, region, partition_name, labels=tuple(rest[:start]))
    return AwsHost((), region, partition_name)


def _services(labels: list[str]) -> tuple[str, ...]:
    prefix = ".".join(labels)
    return HOST_PREFIXES.get(prefix) or _S3_ELSEWHERE.get(prefix, ())


def _without_fips(labels: list[str]) -> list[str]:
    return [label.removesuffix("-fips") for label in labels if label != "fips"]
