"""Plausible parameters for any operation: names that could be, ARNs of the right service, only what is required."""

import json
from datetime import UTC, datetime
from typing import Any

MOMENT = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
POLICY = json.dumps(
    {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*"}]}
)
TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}],
    }
)
RESOURCE_POLICY = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": {"Service": "sns.amazonaws.com"}, "Action": "*", "Resource": "*"}
        ],
    }
)


def parameters_for(operation: Any, *, account: str, region: str, prefix: str) -> dict[str, Any]:
    """Parameters that botocore takes for an OperationModel, and that name things of this account."""
    shape = operation.input_shape
    if shape is None:
        return {}
    extra: dict[str, Any] = _EXTRA.get(operation.name, lambda _: {})(account)
    return _Maker(account, region, prefix).structure(shape, ()) | extra


# What is not required by the model, but without which the call means nothing.
_EXTRA: dict[str, Any] = {
    "AssumeRole": lambda account: {"RoleArn": f"arn:aws:iam::{account}:role/thing"},
    "SelectObjectContent": lambda _: {"Key": "thing"},
}


class _Maker:
    def __init__(self, account: str, region: str, prefix: str) -> None:
        self.account, self.region, self.prefix = account, region, prefix

    def structure(self, shape: Any, path: tuple[str, ...]) -> dict[str, Any]:
        if shape.is_document_type:
            return {}
        wanted = set(shape.required_members)
        if shape.is_tagged_union:
            wanted = {next(iter(shape.members))}
        inner = (*path, shape.name)
        return {
            name: self.value(member, name, inner)
            for name, member in shape.members.items()
            if name in wanted and inner.count(member.name) == 0
        }

    def value(self, shape: Any, name: str, path: tuple[str, ...]) -> Any:
        kind = shape.type_name
        if kind == "structure":
            return self.structure(shape, path)
        if kind == "list":
            return [] if shape.member.name in path else [self.value(shape.member, name.removesuffix("s"), path)]
        if kind == "map":
            return {self.text(shape.key, "Key"): self.value(shape.value, "Value", path)}
        if kind in ("string", "character"):
            return self.text(shape, name)
        return _PLAIN[kind](shape)

    def text(self, shape: Any, name: str) -> str:
        if shape.enum:
            return str(shape.enum[0])
        text = next((make(self) for ending, make in _BY_NAME if name.lower().endswith(ending)), "thing")
        least, most = shape.metadata.get("min", 0), shape.metadata.get("max", 10_000)
        if len(text) < least:
            text = (text * least)[:least]
        return text[:most]


def _of_service(maker: _Maker) -> str:
    if maker.prefix == "iam":
        return f"arn:aws:iam::{maker.account}:user/thing"
    kind = "stream" if maker.prefix == "kinesis" else "thing"
    return f"arn:aws:{maker.prefix}:{maker.region}:{maker.account}:{kind}/thing"


_BY_NAME: list[tuple[str, Any]] = [
    ("assumerolepolicydocument", lambda maker: TRUST),
    ("policydocument", lambda maker: POLICY),
    ("resourcepolicy", lambda maker: RESOURCE_POLICY),
    ("policy", lambda maker: RESOURCE_POLICY),
    ("rolearn", lambda maker: f"arn:aws:iam::{maker.account}:role/thing"),
    ("policyarn", lambda maker: f"arn:aws:iam::{maker.account}:policy/thing"),
    ("topicarn", lambda maker: f"arn:aws:sns:{maker.region}:{maker.account}:thing"),
    ("streamarn", lambda maker: f"arn:aws:kinesis:{maker.region}:{maker.account}:stream/thing"),
    ("consumerarn", lambda maker: f"arn:aws:kinesis:{maker.region}:{maker.account}:stream/thing/consumer/c:1"),
    ("arn", lambda maker: _of_service(maker)),
    ("queueurl", lambda maker: f"https://sqs.{maker.region}.amazonaws.com/{maker.account}/thing"),
    ("accountid", lambda maker: maker.account),
    ("account", lambda maker: maker.account),
    ("bucket", lambda maker: "docs"),
    ("copysource", lambda maker: "docs/thing"),
    ("vpcid", lambda maker: "vpc-12345678"),
    ("instanceid", lambda maker: "i-1234567890abcdef0"),
    ("keyid", lambda maker: "1234abcd-12ab-34cd-56ef-1234567890ab"),
    ("cidrblock", lambda maker: "10.0.0.0/16"),
    ("json", lambda maker: "{}"),
    ("uri", lambda maker: "/"),
]
_PLAIN: dict[str, Any] = {
    "blob": lambda shape: b"x" * max(shape.metadata.get("min", 0), 1),
    "timestamp": lambda shape: MOMENT,
    "boolean": lambda shape: True,
    "integer": lambda shape: max(shape.metadata.get("min", 0), 1),
    "long": lambda shape: max(shape.metadata.get("min", 0), 1),
    "float": lambda shape: 1.0,
    "double": lambda shape: 1.0,
}
