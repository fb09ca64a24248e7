"""What AWS's services are: names on the wire (a prepared index), and models, loaded at first use."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from botocore.loaders import Loader

from .shapes import Shape, Shapes

S3_SIGNING_NAMES = frozenset(("s3", "s3express", "s3-object-lambda", "s3-outposts"))
# Signing names that no botocore model has.
_SIGNING_ALIASES = {"s3express": "s3", "s3-object-lambda": "s3", "s3-outposts": "s3"}


@dataclass(frozen=True, slots=True)
class ServiceFacts:
    """One service in the index; `homes` and `global_hosts` by partition, if one endpoint serves all."""

    name: str
    signing_name: str
    endpoint_prefix: str
    api_version: str
    protocols: tuple[str, ...]
    target_prefix: str
    homes: Mapping[str, str]
    global_hosts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Partition:
    """A partition: its DNS suffixes (plain, dual stack), regions, and the region of its global services."""

    name: str
    suffixes: tuple[str, ...]
    regions: frozenset[str]
    home: str


@dataclass(frozen=True, eq=False)
class Operation:
    """One operation of a service's model."""

    service: str
    name: str
    method: str
    request_uri: str
    input: Shape | None
    output: Shape | None
    response_code: int
    deprecated: bool
    unsigned: bool
    host_prefix: str
    http_checksum_required: bool


@dataclass(frozen=True, eq=False)
class Service:
    """A service's model; documentation left out."""

    name: str
    metadata: Mapping[str, Any]
    operations: Mapping[str, Operation]
    shapes: Shapes

    @property
    def protocols(self) -> tuple[str, ...]:
        """The protocols that the service speaks, botocore's first choice first."""
        return facts(self.name).protocols

    @property
    def query_compatible(self) -> bool:
        """Whether it once spoke the query protocol and keeps those error codes (sqs, cloudwatch)."""
        return "awsQueryCompatible" in self.metadata

    @cached_property
    def query_error_codes(self) -> Mapping[str, str]:
        """The query protocol's code for each modelled error that has one of its own."""
        modelled = {name: code for name in self.shapes.names if (code := self.shapes.error_code(name))}
        return modelled | (_SQS_QUERY_CODES if self.name == "sqs" else {})

    @cached_property
    def error_names(self) -> Mapping[str, str]:
        """The modelled error for each query code."""
        return {code: name for name, code in self.query_error_codes.items()}


# botocore's model no longer has the codes of SQS's query protocol; the service still sends them.
_SQS_QUERY_CODES = {"QueueDoesNotExist": "AWS.SimpleQueueService.NonExistentQueue"} | {
    name: f"AWS.SimpleQueueService.{name}"
    for name in (
        "BatchEntryIdsNotDistinct",
        "BatchRequestTooLong",
        "EmptyBatchRequest",
        "InvalidBatchEntryId",
        "MessageNotInflight",
        "PurgeQueueInProgress",
        "QueueDeletedRecently",
        "TooManyEntriesInBatchRequest",
        "UnsupportedOperation",
    )
}
_SQS_QUERY_CODES["QueueNameExists"] = "QueueAlreadyExists"

_INDEX = json.loads((Path(__file__).parent / "data" / "services.json").read_text())

# Operations that a service has and botocore's model lacks, in the form of its models.
_UNMODELLED: Mapping[str, Any] = json.loads((Path(__file__).parent / "data" / "unmodelled.json").read_text())

# The botocore release that the index was made from.
INDEX_BOTOCORE: str = _INDEX["botocore"]


def _facts(name: str, data: Mapping[str, Any]) -> ServiceFacts:
    return ServiceFacts(
        name=name,
        signing_name=data["signing"],
        endpoint_prefix=data["prefix"],
        api_version=data["version"],
        protocols=tuple(data["protocols"]),
        target_prefix=data.get("target", ""),
        homes=data.get("home", {}),
        global_hosts=data.get("global_host", {}),
    )


def _grouped(pairs: Iterable[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    groups: dict[str, tuple[str, ...]] = {}
    for key, name in pairs:
        groups[key] = (*groups.get(key, ()), name)
    return groups


_FACTS = {name: _facts(name, data) for name, data in _INDEX["services"].items()}
_BY_SIGNING_NAME = _grouped((facts.signing_name, facts.name) for facts in _FACTS.values())
_BY_TARGET = _grouped((facts.target_prefix, facts.name) for facts in _FACTS.values() if facts.target_prefix)
_BY_VERSION = _grouped((facts.api_version, facts.name) for facts in _FACTS.values())
_UNSIGNED_PAYLOAD = frozenset(data["signing"] for data in _INDEX["services"].values() if data.get("unsigned_payload"))
PARTITIONS = tuple(
    Partition(name, tuple(data["suffixes"]), frozenset(data["regions"]), data["home"])
    for name, data in _INDEX["partitions"].items()
)
_PARTITION_OF = {region: partition for partition in PARTITIONS for region in partition.regions}
HOST_PREFIXES: Mapping[str, tuple[str, ...]] = {prefix: tuple(names) for prefix, names in _INDEX["prefixes"].items()}
GLOBAL_HOSTS: Mapping[str, tuple[tuple[str, ...], str]] = {
    host: (tuple(names), region) for host, (names, region) in _INDEX["hosts"].items()
}


def facts(service: str) -> ServiceFacts:
    """The index's entry of a botocore service name; KeyError when there is none."""
    return _FACTS[service]


def exists(service: str) -> bool:
    """Whether botocore has a service of this name."""
    return service in _FACTS


def with_signing_name(signing_name: str) -> tuple[str, ...]:
    """Names of the services that sign with this name, none when no service does."""
    return _BY_SIGNING_NAME.get(_SIGNING_ALIASES.get(signing_name, signing_name), ())


def with_target_prefix(prefix: str) -> tuple[str, ...]:
    """Names of the services whose X-Amz-Target starts so."""
    return _BY_TARGET.get(prefix, ())


def with_api_version(version: str) -> tuple[str, ...]:
    """Names of the services of this API version."""
    return _BY_VERSION.get(version, ())


def signs_unsigned_payload(signing_name: str) -> bool:
    """Whether some operation of the service may leave its body unsigned."""
    return signing_name in _UNSIGNED_PAYLOAD


def partition_of(region: str) -> Partition | None:
    """The partition of a region, None for an unknown region."""
    return _PARTITION_OF.get(region)


@cache
def operation_of(service: str, name: str) -> "Operation":
    """An operation by its name in botocore's model; KeyError when there is none."""
    return load(service).operations[name]


def model_of(service: str) -> dict[str, Any]:
    """botocore's model of a service, with the operations that it lacks."""
    model: dict[str, Any] = Loader().load_service_model(service, "service-2")
    more: Mapping[str, Any] = _UNMODELLED.get(service, {})
    return {**model, **{part: {**model[part], **more[part]} for part in more}}


def operations_of(service: str) -> Mapping[str, "Operation"]:
    """All operations of a service, by their names in botocore's model."""
    return load(service).operations


@cache
def load(service: str) -> Service:
    """The model of a service; KeyError when botocore has none. The first call takes milliseconds."""
    known = facts(service)
    model = model_of(service)
    shapes = Shapes(model["shapes"])
    operations = {name: _operation(service, name, raw, shapes) for name, raw in model["operations"].items()}
    return Service(known.name, model["metadata"], operations, shapes)


def _operation(service: str, name: str, raw: Mapping[str, Any], shapes: Shapes) -> Operation:
    return Operation(
        service=service,
        name=name,
        method=raw["http"]["method"],
        request_uri=raw["http"]["requestUri"],
        input=shapes.resolve(raw["input"]) if "input" in raw else None,
        output=shapes.resolve(raw["output"]) if "output" in raw else None,
        response_code=int(raw["http"].get("responseCode", 200)),
        deprecated=bool(raw.get("deprecated")),
        unsigned=raw.get("authtype") == "none" or "smithy.api#noAuth" in raw.get("auth", ()),
        host_prefix=raw.get("endpoint", {}).get("hostPrefix", ""),
        http_checksum_required=_needs_checksum(raw),
    )


def _needs_checksum(raw: Mapping[str, Any]) -> bool:
    return bool(raw.get("httpChecksumRequired") or raw.get("httpChecksum", {}).get("requestChecksumRequired"))
