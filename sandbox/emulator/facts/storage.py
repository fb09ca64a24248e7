"""S3, DynamoDB, ElastiCache and ECR."""

from collections.abc import Iterable
from typing import Any

from sandbox.authorization.state import Resource
from sandbox.emulator.facts.kinds import (
    Kind,
    Place,
    Thing,
    among,
    attribute,
    described,
    keyed,
    own_tags,
    plain_keys,
    refers,
    resource_of,
    short,
    tagged_by,
)

# Between an object's key and the version that is meant: no key can hold it.
VERSION = "\0"


def _bucket(place: Place, identifier: str) -> Thing | None:
    """A bucket by name or ARN, whoever owns it in this environment."""
    name = resource_of(identifier)
    held = place.world.buckets.get(name)
    if held is None:
        return None
    partition, owner = held
    s3 = place.world.existing("s3", owner, partition)
    return s3.buckets.get(name) if s3 is not None else None


def _describe_bucket(place: Place, bucket: Thing) -> Resource:
    # Tags of a bucket bear on access only where that was switched on for it, which moto cannot do.
    return Resource(f"arn:{bucket.partition}:s3:::{bucket.name}", bucket.account_id)


def _object(place: Place, identifier: str) -> tuple[Thing, Thing] | None:
    """An object by ARN or "bucket/key", its newest version unless "\\0" and a version id follow."""
    name, _, path = resource_of(identifier).partition("/")
    path, _, version = path.partition(VERSION)
    bucket = _bucket(place, name)
    if bucket is None:
        return None
    if not version:
        found = bucket.keys.get(path)
    else:
        found = next((one for one in bucket.keys.getlist(path, []) if one.version_id == version), None)
    # What marks a deletion is no object.
    return (bucket, found) if found is not None and hasattr(found, "contentsize") else None


def _describe_object(place: Place, found: tuple[Thing, Thing]) -> Resource:
    bucket, key = found
    s3 = place.world.existing("s3", bucket.account_id, bucket.partition)
    tags = s3.tagger.tags.get(key.arn) or {}
    keys = plain_keys({f"s3:ExistingObjectTag/{name}": value or "" for name, value in tags.items()})
    return Resource(f"arn:{bucket.partition}:s3:::{bucket.name}/{key.name}", bucket.account_id, {}, keys)


def _encryption_key(place: Place, bucket: Thing) -> Iterable[str | None]:
    rules = (bucket.encryption or {}).get("Rule", [])
    for rule in rules if isinstance(rules, list) else [rules]:
        yield rule.get("ApplyServerSideEncryptionByDefault", {}).get("KMSMasterKeyID")


def _access_point(place: Place, identifier: str) -> Thing | None:
    control = place.global_backend("s3control")
    points = control.access_points.get(place.account_id, {}) if control is not None else {}
    return points.get(short(identifier, "accesspoint/"))


def _point_keys(place: Place, point: Thing) -> dict[str, Any]:
    return {
        "s3:DataAccessPointAccount": place.account_id,
        "s3:DataAccessPointArn": point.arn,
        "s3:AccessPointNetworkOrigin": "VPC" if point.vpc_id else "Internet",
    }


S3: dict[str, Kind] = {
    "s3:bucket": Kind(_bucket, _describe_bucket, {"kms:key": _encryption_key}),
    "s3:object": Kind(
        _object,
        _describe_object,
        {
            "s3:bucket": lambda place, found: (found[0].name,),
            "kms:key": lambda place, found: (getattr(found[1], "kms_key_id", None),),
        },
    ),
    "s3:accesspoint": Kind(
        _access_point, described(attribute("arn"), keys=_point_keys), {"s3:bucket": refers("bucket")}
    ),
}


def _table_name(identifier: str) -> str:
    return short(identifier, "table/").partition("/")[0]


def _table(place: Place, identifier: str) -> Thing | None:
    dynamodb = place.backend("dynamodb")
    return dynamodb.tables.get(_table_name(identifier)) if dynamodb is not None else None


def _below_table(word: str) -> Any:
    """A table and the name of what lies below it: "orders/index/by-date", or the ARN."""

    def locate(place: Place, identifier: str) -> tuple[Thing, str] | None:
        table = _table(place, identifier)
        parts = short(identifier, "table/").split("/")
        if table is None or len(parts) != 3 or parts[1] != word:
            return None
        return (table, parts[2]) if parts[2] in _names_below(table, word) else None

    return locate


def _names_below(table: Thing, word: str) -> list[str]:
    if word == "index":
        return [index.name for index in (*table.indexes, *table.global_indexes)]
    return [table.latest_stream_label] if table.latest_stream_label else []


def _describe_below(word: str) -> Any:
    return described(
        lambda place, found: f"{found[0].table_arn}/{word}/{found[1]}",
        lambda place, found, arn: found[0].tags,
        lambda place, found: _partition_key(_schema_below(found[0], word, found[1])),
    )


def _schema_below(table: Thing, word: str, name: str) -> Any:
    several = (*table.indexes, *table.global_indexes) if word == "index" else ()
    return next((index.schema for index in several if index.name == name), table.schema)


def _partition_key(schema: Any) -> dict[str, Any]:
    """The attribute by whose values rows are told apart; no condition key, but dynamodb:LeadingKeys is read by it."""
    return {"partition-key": next((one["AttributeName"] for one in schema if one["KeyType"] == "HASH"), None)}


def _table_key(place: Place, table: Thing) -> Iterable[str | None]:
    return ((table.sse_specification or {}).get("KMSMasterKeyId"),)


OF_TABLE = {"dynamodb:table": lambda place, found: (found[0].name,)}

DYNAMODB: dict[str, Kind] = {
    "dynamodb:table": Kind(
        _table,
        described(attribute("table_arn"), own_tags, lambda place, table: _partition_key(table.schema)),
        {
            "dynamodb:index": lambda place, table: (
                f"{table.name}/index/{name}" for name in _names_below(table, "index")
            ),
            "dynamodb:stream": lambda place, table: (
                f"{table.name}/stream/{name}" for name in _names_below(table, "stream")
            ),
            "kms:key": _table_key,
        },
    ),
    "dynamodb:index": Kind(_below_table("index"), _describe_below("index"), OF_TABLE),
    "dynamodb:stream": Kind(_below_table("stream"), _describe_below("stream"), OF_TABLE),
    "dynamodb:backup": Kind(
        among("dynamodb", lambda dynamodb: dynamodb.backups.values(), "arn"),
        described(attribute("arn")),
        {"dynamodb:table": lambda place, backup: (backup.table.name,)},
    ),
    "dynamodb:export": Kind(
        among("dynamodb", lambda dynamodb: dynamodb.table_exports.values(), "arn"), described(attribute("arn"))
    ),
}


def _cache_keys(place: Place, cluster: Thing) -> dict[str, Any]:
    return {
        "elasticache:CacheNodeType": cluster.cache_node_type,
        "elasticache:EngineType": cluster.engine,
        "elasticache:EngineVersion": cluster.engine_version,
        "elasticache:CacheParameterGroupName": cluster.cache_parameter_group_name,
        "elasticache:SnapshotRetentionLimit": cluster.snapshot_retention_limit,
    }


def _cache(collection: str, word: str, keys: Any = None) -> Kind:
    description = described(attribute("arn"), own_tags, keys) if keys else described(attribute("arn"), own_tags)
    return Kind(keyed("elasticache", collection, f"{word}:"), description)


ELASTICACHE: dict[str, Kind] = {
    "elasticache:cluster": _cache("cache_clusters", "cluster", _cache_keys),
    "elasticache:replicationgroup": _cache("replication_groups", "replicationgroup"),
    "elasticache:subnetgroup": _cache("cache_subnet_groups", "subnetgroup"),
    "elasticache:snapshot": _cache("snapshots", "snapshot"),
    "elasticache:user": _cache("users", "user"),
}

ECR: dict[str, Kind] = {
    "ecr:repository": Kind(
        keyed("ecr", "repositories", "repository/"),
        described(attribute("arn"), tagged_by("ecr")),
        {"kms:key": lambda place, repository: ((repository.encryption_configuration or {}).get("kmsKey"),)},
    ),
}

KINDS = S3 | DYNAMODB | ELASTICACHE | ECR
