"""What has no ARN of its own but names resources that have: associations, attachments, iterators, deployments.

They are asked for only by what they refer to, as kinds named after the parameter that carries them.
"""

from collections.abc import Iterable
from typing import Any

from moto.kinesis.utils import decompose_shard_iterator

from sandbox.emulator.facts import instances, network
from sandbox.emulator.facts.kinds import Place, Referring, Thing, keyed, refers


def _id(place: Place, thing: Thing) -> Iterable[str | None]:
    return (thing.id,)


def _instance_of(place: Place, interface: Thing) -> Iterable[str | None]:
    return (interface.instance.id,) if interface.instance is not None else ()


def _holding(kind: str, collection: str) -> Any:
    """The VPC or subnet that keeps an association of address ranges under this id."""

    def locate(place: Place, identifier: str) -> Thing | None:
        ec2 = place.backend("ec2")
        return next((one for one in _all(ec2, kind) if identifier in getattr(one, collection)), None)

    return locate


def _all(ec2: Any, kind: str) -> Iterable[Thing]:
    if ec2 is None:
        return ()
    if kind == "vpc":
        return list(ec2.vpcs.values())
    return [subnet for held in ec2.subnets.values() for subnet in held.values()]


def _acl_association(place: Place, identifier: str) -> Thing | None:
    ec2 = place.backend("ec2")
    acls = ec2.network_acls.values() if ec2 is not None else ()
    return next((one for acl in acls for one in acl.associations if one.id == identifier), None)


def _route_association(place: Place, identifier: str) -> tuple[str, str | None] | None:
    """Route table and subnet; the main table's association has none."""
    table = network.KINDS["ec2:route-table"].locate(place, identifier)
    return (table.id, table._associations.get(identifier)) if table is not None else None


def _given(place: Place, identifier: str) -> str:
    return identifier


def _stream_of_iterator(place: Place, iterator: str) -> Iterable[str]:
    try:
        return (decompose_shard_iterator(iterator)[0],)
    except ValueError:
        return ()


def _access_key(place: Place, identifier: str) -> Thing | None:
    iam = place.global_backend("iam")
    users = iam.users.values() if iam is not None else ()
    # A deleted key stays in moto's index of the account; the user's own list is what counts.
    return next((key for user in users for key in user.access_keys if key.access_key_id == identifier), None)


def _group_of_deployment(place: Place, deployment: Thing) -> Iterable[str]:
    return (f"{deployment.application_name}/{deployment.deployment_group_name}",)


REFERENCES: dict[str, Referring] = {
    "codedeploy:deployment": Referring(
        keyed("codedeploy", "deployments"), {"codedeploy:deploymentgroup": _group_of_deployment}
    ),
    "dynamodb:shard-iterator": Referring(
        _given, {"dynamodb:stream": lambda place, iterator: (iterator.partition("|")[0],)}
    ),
    "ec2:address-association": Referring(
        network.KINDS["ec2:elastic-ip"].locate, {"ec2:elastic-ip": refers("allocation_id")}
    ),
    "ec2:iam-instance-profile-association": Referring(instances.KINDS["ec2:instance"].locate, {"ec2:instance": _id}),
    "ec2:network-acl-association": Referring(
        _acl_association, {"ec2:subnet": refers("subnet_id"), "ec2:network-acl": refers("network_acl_id")}
    ),
    "ec2:network-interface-attachment": Referring(
        network.KINDS["ec2:network-interface"].locate, {"ec2:network-interface": _id, "ec2:instance": _instance_of}
    ),
    "ec2:route-table-association": Referring(
        _route_association,
        {
            "ec2:route-table": lambda place, found: (found[0],),
            "ec2:subnet": lambda place, found: (found[1],),
        },
    ),
    "ec2:subnet-cidr-block-association": Referring(
        _holding("subnet", "ipv6_cidr_block_associations"), {"ec2:subnet": _id}
    ),
    "ec2:vpc-cidr-block-association": Referring(_holding("vpc", "_cidr_block_association_set"), {"ec2:vpc": _id}),
    "iam:access-key": Referring(_access_key, {"iam:user": refers("user_name")}),
    "kinesis:shard-iterator": Referring(_given, {"kinesis:stream": _stream_of_iterator}),
    "logs:query": Referring(keyed("logs", "queries"), {"logs:log-group": refers("log_group_names")}),
    "sns:subscription": Referring(_given, {"sns:topic": lambda place, arn: (arn,)}),
}
