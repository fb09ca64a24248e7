"""What the instance metadata service tells, as a tree: lists of names, and values at their ends.

https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-instance-metadata.html#instancedata-data-categories
"""

import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import unquote

from sandbox import access, principals, sessions
from sandbox.authorization import Need
from sandbox.callers import Circumstances, Keys
from sandbox.emulator import Role, World, find_role
from sandbox.emulator.instance_metadata import Instance, Profile
from sandbox.principals import Principal, Session

SERVICE_PRINCIPAL = "ec2.amazonaws.com"
# EC2's credentials last about six hours.
CREDENTIALS_LAST = timedelta(hours=6)
_HELP = "https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_iam-ec2.html"

# A value is made when it is asked for.
Leaf = Callable[[], bytes]
Tree = Mapping[str, Any]


def find(world: World, instance: Instance, path: str, now: datetime, *, with_token: bool) -> bytes | None:
    """What is at a path below the version, as sent; None for nothing. `with_token` tells version 2 from 1."""
    node: Any = _root(world, instance, now, with_token)
    for part in [unquote(part) for part in path.split("/") if part]:
        node = node.get(part) if isinstance(node, Mapping) else None
        if node is None:
            return None
    return _listed(node) if isinstance(node, Mapping) else bytes(node())


def _listed(tree: Tree) -> bytes:
    names = (name if callable(node) else f"{name}/" for name, node in sorted(tree.items()))
    return "\n".join(names).encode()


def _root(world: World, instance: Instance, now: datetime, with_token: bool) -> Tree:
    document = {"document": _json(_identity_document(instance))}
    root: dict[str, Any] = {
        "dynamic": {"instance-identity": document},
        "meta-data": _present(_metadata(world, instance, now, with_token)),
    }
    if instance.user_data is not None:
        root["user-data"] = _bytes(instance.user_data)
    return root


def _bytes(value: bytes) -> Leaf:
    return lambda: value


def _text(value: str) -> Leaf:
    return _bytes(value.encode())


def _json(value: Mapping[str, Any]) -> Leaf:
    return _text(json.dumps(value, indent=2))


def _present(tree: Mapping[str, Any]) -> Tree:
    """The tree without empty texts and branches; texts become leaves."""
    kept: dict[str, Any] = {}
    for name, node in tree.items():
        if isinstance(node, Mapping):
            branch = _present(node)
            kept |= {name: branch} if branch else {}
        elif callable(node):
            kept[name] = node
        elif node:
            kept[name] = _text(node)
    return kept


def _metadata(world: World, instance: Instance, now: datetime, with_token: bool) -> Mapping[str, Any]:
    place = instance.place
    return {
        "ami-id": instance.image_id,
        "ami-launch-index": str(instance.launch_index),
        "hostname": instance.private_name,
        "iam": _iam(world, instance, now, with_token),
        "instance-action": "none",
        "instance-id": place.instance_id,
        "instance-life-cycle": instance.lifecycle,
        "instance-type": instance.instance_type,
        "local-hostname": instance.private_name,
        "local-ipv4": instance.private_ip,
        "mac": instance.mac,
        "network": {"interfaces": {"macs": {instance.mac: _interface(instance)}}} if instance.mac else {},
        "placement": {
            "availability-zone": instance.zone,
            "availability-zone-id": instance.zone_id,
            "region": place.region,
        },
        "public-hostname": instance.public_name,
        "public-ipv4": instance.public_ip,
        "reservation-id": instance.reservation_id,
        "security-groups": "\n".join(instance.group_names),
        "services": {"domain": "amazonaws.com", "partition": "aws"},
        # AWS leaves out tags whose key cannot be part of an address.
        "tags": {"instance": {key: _text(value) for key, value in _tags(instance).items()}},
    }


def _tags(instance: Instance) -> Mapping[str, str]:
    if not instance.options.shows_tags:
        return {}
    return {key: value for key, value in instance.tags.items() if "/" not in key and " " not in key}


def _interface(instance: Instance) -> Mapping[str, str]:
    return {
        "device-number": "0",
        "interface-id": instance.interface_id,
        "local-hostname": instance.private_name,
        "local-ipv4s": instance.private_ip,
        "mac": instance.mac,
        "owner-id": instance.place.account_id,
        "public-hostname": instance.public_name,
        "public-ipv4s": instance.public_ip,
        "security-group-ids": "\n".join(instance.group_ids),
        "security-groups": "\n".join(instance.group_names),
        "subnet-id": instance.subnet_id,
        "vpc-id": instance.vpc_id,
    }


def _identity_document(instance: Instance) -> Mapping[str, Any]:
    return {
        "accountId": instance.place.account_id,
        "architecture": instance.architecture,
        "availabilityZone": instance.zone,
        "billingProducts": None,
        "devpayProductCodes": None,
        "marketplaceProductCodes": None,
        "imageId": instance.image_id,
        "instanceId": instance.place.instance_id,
        "instanceType": instance.instance_type,
        "kernelId": None,
        "pendingTime": _time(instance.launched_at),
        "privateIp": instance.private_ip,
        "ramdiskId": None,
        "region": instance.place.region,
        "version": "2017-09-30",
    }


def _time(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


# The role


def _iam(world: World, instance: Instance, now: datetime, with_token: bool) -> Mapping[str, Any]:
    profile = instance.profile
    if profile is None:
        return {}
    branch: dict[str, Any] = {"info": _json(_info(profile, now))}
    role = find_role(world, profile.role_arn) if profile.role_arn else None
    if role is not None:

        def credentials() -> bytes:
            return json.dumps(_credentials(world, instance, role, now, with_token), indent=2).encode()

        branch["security-credentials"] = {role.name: credentials}
    return branch


def _info(profile: Profile, now: datetime) -> Mapping[str, str]:
    return {
        "Code": "Success",
        "LastUpdated": _time(now),
        "InstanceProfileArn": profile.arn,
        "InstanceProfileId": profile.id,
    }


def _credentials(world: World, instance: Instance, role: Role, now: datetime, with_token: bool) -> Mapping[str, str]:
    """Credentials of the instance's role, or why there are none; they are new each time.

    https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-metadata-security-credentials.html
    """
    if not _trusts_ec2(world, instance, role, now):
        message = f"EC2 cannot assume the role {role.name}. Please see documentation at {_HELP}"
        return {"Code": "AssumeRoleUnauthorizedAccess", "Message": message, "LastUpdated": _time(now)}
    made = sessions.issue(_principal(instance, role, now, with_token))
    return {
        "Code": "Success",
        "LastUpdated": _time(now),
        "Type": "AWS-HMAC",
        "AccessKeyId": made.access_key_id,
        "SecretAccessKey": made.secret_access_key,
        "Token": made.session_token,
        "Expiration": _time(made.expires_at),
    }


def _trusts_ec2(world: World, instance: Instance, role: Role, now: datetime) -> bool:
    context: Keys = {"sts:rolesessionname": (instance.place.instance_id,)}
    need = Need("sts:AssumeRole", role.arn, role.account_id, context)
    circumstances = Circumstances(instance.place.region, now, "", SERVICE_PRINCIPAL)
    ruling = access.judge_needs(world, principals.service(SERVICE_PRINCIPAL), circumstances, [need])
    return ruling.refused is None


def _principal(instance: Instance, role: Role, now: datetime, with_token: bool) -> Principal:
    place = instance.place
    claims = {
        "ec2:RoleDelivery": ("2.0" if with_token else "1.0",),
        "ec2:SourceInstanceARN": (f"arn:aws:ec2:{place.region}:{place.account_id}:instance/{place.instance_id}",),
        "aws:Ec2InstanceSourcePrivateIPv4": (instance.private_ip,),
        "aws:Ec2InstanceSourceVpc": (instance.vpc_id,),
    }
    session = Session(
        issued_at=now,
        expires_at=now.replace(microsecond=0) + CREDENTIALS_LAST,
        role_arn=role.arn,
        role_id=role.id,
        role_name=role.name,
        name=place.instance_id,
        claims={name: values for name, values in claims.items() if values[0]},
    )
    arn = f"arn:aws:sts::{role.account_id}:assumed-role/{role.name}/{place.instance_id}"
    return Principal("AssumedRole", arn, role.account_id, f"{role.id}:{place.instance_id}", session=session)
