"""A small catalogue of machine images per region, and the SSM public parameters that name them."""

from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from typing import Any

from moto.utilities.utils import load_resource

from sandbox import regions

AMAZON = "/aws/service/ami-amazon-linux-latest/"
UBUNTU = "/aws/service/canonical/ubuntu/server/"
WANTED = (
    "al2023-ami-kernel-default-x86_64",
    "al2023-ami-kernel-default-arm64",
    "al2023-ami-kernel-6.1-x86_64",
    "al2023-ami-kernel-6.1-arm64",
    "amzn2-ami-hvm-x86_64-gp2",
    "amzn2-ami-hvm-arm64-gp2",
    "amzn2-ami-kernel-5.10-hvm-x86_64-gp2",
    "amzn2-ami-kernel-5.10-hvm-arm64-gp2",
)
# Release, code name, the volume type in the names of its parameters and images, date of the build.
_UBUNTU = (("22.04", "jammy", "gp2", "hvm-ssd", "20250305"), ("24.04", "noble", "gp3", "hvm-ssd-gp3", "20250305"))
# Canonical's name of an architecture → EC2's.
_ARCHITECTURES = {"amd64": "x86_64", "arm64": "arm64"}
CANONICAL = "099720109477"
# Whose list is taken where a region has none in moto.
MODEL = "eu-central-1"


def parameters(region: str) -> Iterator[tuple[str, str, int]]:
    """Name, image and version of each parameter of a region that names an image of the catalogue."""
    ids = {image["ami_id"] for image in catalogue(region)}
    for parameter in _listed("ssm/resources/ami-amazon-linux-latest", region):
        if parameter["Value"] in ids:
            yield parameter["Name"], parameter["Value"], int(parameter["Version"])
    for release, _, volume, _, _ in _UBUNTU:
        for architecture in _ARCHITECTURES:
            path = f"{UBUNTU}{release}/stable/current/{architecture}/hvm/ebs-{volume}/ami-id"
            yield path, _image_id(region, f"ubuntu {release} {architecture}"), 1


@cache
def catalogue(region: str) -> tuple[dict[str, Any], ...]:
    """Images of a region in the shape of moto's Ami arguments, not to be changed; none for an unknown region."""
    if regions.find(region) is None:
        return ()
    wanted = {
        parameter["Value"]
        for parameter in _listed("ssm/resources/ami-amazon-linux-latest", region)
        if parameter["Name"].removeprefix(AMAZON) in WANTED
    }
    amazon = {image["ami_id"]: image for image in _listed("ec2/resources/latest_amis", region)}
    return (
        *({**image, "owner_alias": "amazon"} for ami_id, image in amazon.items() if ami_id in wanted),
        *_ubuntu(region),
    )


def _listed(folder: str, region: str) -> list[dict[str, Any]]:
    """moto's list for a region; where it has none, another region's with ids of this one."""
    try:
        found: list[dict[str, Any]] = load_resource(f"{folder}/{region}.json")
    except FileNotFoundError:
        return [_moved(entry, region) for entry in load_resource(f"{folder}/{MODEL}.json")]
    return found


def _moved(entry: dict[str, Any], region: str) -> dict[str, Any]:
    member = "ami_id" if "ami_id" in entry else "Value"
    return {**entry, member: _image_id(region, entry[member])}


def _image_id(region: str, what: str) -> str:
    return "ami-0" + sha256(f"{region} {what}".encode()).hexdigest()[:16]


def _ubuntu(region: str) -> Iterator[dict[str, Any]]:
    for release, code_name, _, kind, date in _UBUNTU:
        for canonical, architecture in _ARCHITECTURES.items():
            name = f"ubuntu/images/{kind}/ubuntu-{code_name}-{release}-{canonical}-server-{date}"
            yield {
                "ami_id": _image_id(region, f"ubuntu {release} {canonical}"),
                "architecture": architecture,
                "description": f"Canonical, Ubuntu, {release}, {canonical} {code_name} image",
                "hypervisor": "xen",
                "image_location": f"amazon/{name}",
                "image_type": "machine",
                "name": name,
                "owner_id": CANONICAL,
                "platform": None,
                "public": True,
                "root_device_name": "/dev/sda1",
                "root_device_type": "ebs",
                "sriov": "simple",
                "state": "available",
                "tags": {},
                "virtualization_type": "hvm",
            }
