"""A small catalogue of machine images per region: the ones that the SSM public parameters of the region name."""

import json
from functools import cache
from typing import Any

from moto.core.parse import default_timestamp_parser
from moto.ec2.models.amis import Ami, AmiBackend
from moto.utilities.utils import load_resource

from sandbox.emulator.expectation import expect

FAMILY = "/aws/service/ami-amazon-linux-latest/"
WANTED = ("al2023-ami-kernel-default-x86_64", "al2023-ami-kernel-default-arm64", "amzn2-ami-hvm-x86_64-gp2")


@cache
def catalogue(region: str) -> tuple[str, ...]:
    """Images of a region as JSON texts in the shape of moto's Ami arguments; empty where moto knows none."""
    try:
        parameters = load_resource(f"ssm/resources/ami-amazon-linux-latest/{region}.json")
        images = {image["ami_id"]: image for image in load_resource(f"ec2/resources/latest_amis/{region}.json")}
    except FileNotFoundError:
        return ()
    wanted = {p["Value"] for p in parameters if p["Name"].removeprefix(FAMILY) in WANTED}
    return tuple(json.dumps(image) for ami_id, image in images.items() if ami_id in wanted)


def _load_amis(self: Any) -> None:
    for text in catalogue(self.region_name):
        image = json.loads(text)
        if image.get("creation_date"):
            image["creation_date"] = default_timestamp_parser(image["creation_date"])
        self.amis[image["ami_id"]] = Ami(self, **{**image, "owner_alias": "amazon"})


def apply() -> None:
    """Fill new EC2 backends from the catalogue."""
    expect(hasattr(AmiBackend, "_load_amis"), "AmiBackend._load_amis")
    AmiBackend._load_amis = _load_amis
