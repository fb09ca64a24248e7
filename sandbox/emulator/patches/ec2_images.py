"""New EC2 backends have the images of our catalogue, and images can be named by parameters of SSM."""

import functools
from typing import Any

from moto.core.parse import default_timestamp_parser
from moto.ec2.exceptions import InvalidParameterValueError
from moto.ec2.models.amis import Ami, AmiBackend
from moto.ec2.models.instances import InstanceBackend

from sandbox.emulator import images
from sandbox.emulator.expectation import expect
from sandbox.emulator.world import current

RESOLVE = "resolve:ssm:"
FAMILY = images.AMAZON
WANTED = images.WANTED


def catalogue_image(region: str, image_id: str) -> dict[str, Any] | None:
    """One of a region's images as moto's Ami arguments; needs no backend."""
    return next((image for image in images.catalogue(region) if image["ami_id"] == image_id), None)


def _load_amis(self: Any) -> None:
    for image in images.catalogue(self.region_name):
        created = image.get("creation_date")
        dated = {"creation_date": default_timestamp_parser(created)} if created else {}
        self.amis[image["ami_id"]] = Ami(self, **{**image, **dated})


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
