"""EC2: what an instance is launched from and into, and tags on whatever an id names."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sandbox.authorization.keys.tags import read_tags
from sandbox.authorization.locating import Located, place
from sandbox.authorization.parameters import reader, texts
from sandbox.authorization.questions import Asked
from sandbox.authorization.state import State
from sandbox.iam import reference

from .asking import Question

# What stands before an id's dash, where it is not the beginning of the kind's own name.
KINDS_BY_ID: Mapping[str, str] = {
    "acl": "network-acl",
    "ami": "image",
    "cgw": "customer-gateway",
    "cr": "capacity-reservation",
    "dopt": "dhcp-options",
    "eigw": "egress-only-internet-gateway",
    "eipalloc": "elastic-ip",
    "eni": "network-interface",
    "fl": "vpc-flow-log",
    "fleet": "fleet",
    "h": "dedicated-host",
    "i": "instance",
    "igw": "internet-gateway",
    "ipam": "ipam",
    "key": "key-pair",
    "lt": "launch-template",
    "nat": "natgateway",
    "pcx": "vpc-peering-connection",
    "pg": "placement-group",
    "pl": "prefix-list",
    "rtb": "route-table",
    "sfr": "spot-fleet-request",
    "sg": "security-group",
    "sgr": "security-group-rule",
    "sir": "spot-instances-request",
    "snap": "snapshot",
    "subnet": "subnet",
    "tgw": "transit-gateway",
    "tgw-attach": "transit-gateway-attachment",
    "tgw-rtb": "transit-gateway-route-table",
    "vgw": "vpn-gateway",
    "vol": "volume",
    "vpc": "vpc",
    "vpce": "vpc-endpoint",
    "vpce-svc": "vpc-endpoint-service",
    "vpn": "vpn-connection",
}


def run_instances(asked: Asked, state: State) -> Iterable[Question]:
    """A question for everything that a launch takes or makes, ec2:CreateTags for what it tags, iam:PassRole.

    https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ExamplePolicies_EC2.html#iam-example-runinstances
    """
    template = _template(asked, state)
    for kind, identifiers in _launched(asked.parameters).items():
        for identifier in identifiers:
            located = place((f"ec2:{kind}",), (identifier,), asked, state)
            yield Question("ec2:RunInstances", located, _launch_keys(kind, asked.parameters))
    yield from (Question("ec2:RunInstances", each) for each in template)
    yield from created_tags(asked, state)
    yield from _passed_role(asked, state)


def _launched(parameters: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """Identifiers by kind; `*` for what is made or left to defaults."""
    groups = [reader(path)(parameters) for path in ("SecurityGroupIds", "SecurityGroups", "NetworkInterfaces.Groups")]
    interfaces = reader("NetworkInterfaces.NetworkInterfaceId")(parameters)
    attached = bool(interfaces)
    found = {
        "image": texts(parameters.get("ImageId")) or ("*",),
        "instance": ("*",),
        "network-interface": interfaces or ("*",),
        "security-group": tuple(dict.fromkeys(name for group in groups for name in group))
        or (() if attached else ("*",)),
        "subnet": tuple(
            dict.fromkeys((*texts(parameters.get("SubnetId")), *reader("NetworkInterfaces.SubnetId")(parameters)))
        )
        or (() if attached else ("*",)),
        "volume": ("*",),
        "key-pair": texts(parameters.get("KeyName")),
        "snapshot": reader("BlockDeviceMappings.Ebs.SnapshotId")(parameters),
        "placement-group": reader("Placement.GroupName")(parameters),
    }
    return {kind: tuple(identifiers) for kind, identifiers in found.items()}


def _template(asked: Asked, state: State) -> Iterator[Located]:
    given = asked.parameters.get("LaunchTemplate") or {}
    name = given.get("LaunchTemplateId") or given.get("LaunchTemplateName")
    if name:
        yield place(("ec2:launch-template",), (str(name),), asked, state)


def _launch_keys(kind: str, parameters: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """The keys of what is launched, which the request describes since it does not exist yet."""
    found: dict[str, tuple[str, ...]] = {}
    for key, path in _LAUNCH_KEYS.get(kind, ()):
        values = reader(path)(parameters)
        if values:
            found[key] = values
    return found


_LAUNCH_KEYS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "instance": (
        ("ec2:instancetype", "InstanceType"),
        ("ec2:tenancy", "Placement.Tenancy"),
        ("ec2:availabilityzone", "Placement.AvailabilityZone"),
        ("ec2:ebsoptimized", "EbsOptimized"),
        ("ec2:instanceprofile", "IamInstanceProfile.Arn"),
        ("ec2:instancemarkettype", "InstanceMarketOptions.MarketType"),
        ("ec2:metadatahttptokens", "MetadataOptions.HttpTokens"),
        ("ec2:metadatahttpendpoint", "MetadataOptions.HttpEndpoint"),
        ("ec2:metadatahttpputresponsehoplimit", "MetadataOptions.HttpPutResponseHopLimit"),
        ("ec2:instancemetadatatags", "MetadataOptions.InstanceMetadataTags"),
    ),
    "volume": (
        ("ec2:encrypted", "BlockDeviceMappings.Ebs.Encrypted"),
        ("ec2:volumesize", "BlockDeviceMappings.Ebs.VolumeSize"),
        ("ec2:volumetype", "BlockDeviceMappings.Ebs.VolumeType"),
        ("ec2:volumeiops", "BlockDeviceMappings.Ebs.Iops"),
    ),
    "network-interface": (
        ("ec2:associatepublicipaddress", "NetworkInterfaces.AssociatePublicIpAddress"),
        ("ec2:availabilityzone", "Placement.AvailabilityZone"),
    ),
}


def created_tags(asked: Asked, state: State) -> Iterator[Question]:
    """ec2:CreateTags for each kind of resource that the call makes with tags."""
    for each in asked.parameters.get("TagSpecifications") or ():
        kind = str(each.get("ResourceType", ""))
        if read_tags(each.get("Tags")) and kind in reference.resource_types("ec2"):
            yield Question("ec2:CreateTags", place((f"ec2:{kind}",), ("*",), asked, state))


def _passed_role(asked: Asked, state: State) -> Iterator[Question]:
    """The role of the instance profile that the instances get."""
    given = asked.parameters.get("IamInstanceProfile") or {}
    name = given.get("Arn") or given.get("Name")
    if not name:
        return
    passed = {"iam:passedtoservice": ("ec2.amazonaws.com",)}
    roles = state.linked("iam:instance-profile", str(name), "iam:role")
    for role in roles:
        yield Question("iam:PassRole", Located(role.arn, role.account_id, "iam:role", role), passed)
    if not roles:
        yield Question("iam:PassRole", place(("iam:role",), ("*",), asked, state), passed)


def pass_profile(asked: Asked, state: State) -> Iterable[Question]:
    """An instance gets another profile: the call on the instance, and its role is passed."""
    instance = asked.parameters.get("InstanceId")
    action = f"ec2:{asked.operation}"
    if instance:
        yield Question(action, place(("ec2:instance",), (str(instance),), asked, state))
    else:
        association = str(asked.parameters.get("AssociationId", "*"))
        owners = state.linked("ec2:iam-instance-profile-association", association, "ec2:instance")
        for owner in owners:
            yield Question(action, Located(owner.arn, owner.account_id, "ec2:instance", owner))
        if not owners:
            yield Question(action, place(("ec2:instance",), ("*",), asked, state))
    yield from _passed_role(asked, state)


def on_tagged(asked: Asked, state: State) -> Iterable[Question]:
    """CreateTags and DeleteTags on resources whose kinds their ids tell."""
    for identifier in texts(asked.parameters.get("Resources")) or ("*",):
        kind = kind_of_id(identifier)
        located = place((f"ec2:{kind}",), (identifier,), asked, state) if kind else _unknown(asked, identifier)
        yield Question(f"ec2:{asked.operation}", located)


def _unknown(asked: Asked, identifier: str) -> Located:
    """Something of EC2's whose kind is not known: only permission for everything there allows it."""
    return Located(f"arn:{asked.partition}:ec2:{asked.region}:{asked.account_id}:*/{identifier}", asked.account_id)


def kind_of_id(identifier: str) -> str:
    """The kind that an id's beginning tells, "" when unknown."""
    stem = identifier.rpartition("-")[0]
    kind = KINDS_BY_ID.get(stem, stem)
    return kind if kind in reference.resource_types("ec2") else ""
