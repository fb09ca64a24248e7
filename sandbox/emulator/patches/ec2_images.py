"""A small catalogue of machine images per region: the ones that the SSM public parameters of the region name."""

import functools
import json
from functools import cache
from typing import Any

from moto.core.parse import default_timestamp_parser
from moto.ec2.exceptions import InvalidParameterValueError
from moto.ec2.models.amis import Ami, AmiBackend
from moto.ec2.models.instances import InstanceBackend
from moto.utilities.utils import load_resource

from sandbox.emulator.expectation import expect
from sandbox.emulator.world import current

RESOLVE = "resolve:ssm:"
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


def catalogue_image(region: str, image_id: str) -> dict[str, Any] | None:
    """One of a region's images as moto's Ami arguments; needs no backend."""
    images = (json.loads(text) for text in catalogue(region))
    return next((image for image in images if image["ami_id"] == image_id), None)


def _load_amis(self: Any) -> None:
    for text in catalogue(self.region_name):
        image = json.loads(text)
        if image.get("creation_date"):
            image["creation_date"] = default_timestamp_parser(image["creation_date"])
        self.amis[image["ami_id"]] = Ami(self, **{**image, "owner_alias": "amazon"})


def _resolving(original: Any) -> Any:
    @functools.wraps(original)
    def run_instances(self: Any, image_id: str, *args: Any, **kwargs: Any) -> Any:
        return original(self, _resolved(self, image_id), *args, **kwargs)

    return run_instances


def _resolved(backend: Any, image_id: str) -> str:
    """The image that a parameter names (resolve:ssm:/name), or the id as it is.

    https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/using-systems-manager-parameter-to-find-AMI.html
    """
    if not str(image_id).startswith(RESOLVE):
        return image_id
    ssm: Any = current().backend("ssm", backend.account_id, backend.region_name)
    name = image_id.removeprefix(RESOLVE)
    parameter = ssm.get_parameter(name)
    if parameter is None:
        # The wording is ours; AWS's documentation does not give it.
        raise InvalidParameterValueError(f"{image_id}: there is no parameter {name}")
    value: str = parameter.value
    return value


def apply() -> None:
    """Fill new EC2 backends from the catalogue, and let an image be named by a parameter."""
    backend: Any = InstanceBackend
    backend.run_instances = _resolving(backend.run_instances)
    expect(hasattr(AmiBackend, "_load_amis"), "AmiBackend._load_amis")
    AmiBackend._load_amis = _load_amis
