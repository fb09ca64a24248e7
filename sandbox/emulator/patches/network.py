"""Nothing in moto calls out: no HTTP request, no docker, no thread that outlives the call."""

import sys
from types import ModuleType
from typing import Any

import requests
from moto import settings
from moto.cloudformation import custom_model
from moto.cloudformation.exceptions import ValidationError
from moto.core.config import default_user_config
from moto.sns import models as sns_models


class OutboundRefused(requests.exceptions.ConnectionError):
    """moto tried to call out; to it this is a network that does not answer."""


def _refuse(self: requests.Session, method: str, url: str, *args: Any, **kwargs: Any) -> Any:
    raise OutboundRefused(f"no outbound connections from the sandbox: {method} {url!r}")


def _refuse_custom_resource(cls: type, resource_name: str, *args: Any, **kwargs: Any) -> Any:
    raise ValidationError(
        resource_name,
        message=f"Custom resources run code outside of the template: {resource_name} is refused here",
    )


def _deliver(original: Any) -> Any:
    def publish(self: Any, *args: Any, **kwargs: Any) -> None:
        # SNS has said yes to the publisher before it delivers; here nothing is delivered to the web.
        if self.protocol not in ("http", "https"):
            original(self, *args, **kwargs)

    return publish


def _no_docker() -> str:
    raise RuntimeError("no docker in the sandbox")


def _no_client_of_xray() -> None:
    """Keep out the X-Ray SDK, which opens a socket when moto's helper for test suites imports it."""
    name = "moto.xray.mock_client"
    stand_in: Any = ModuleType(name)
    stand_in.MockXrayClient = stand_in.XRaySegment = object
    sys.modules[name] = stand_in


def apply() -> None:
    """Close every way out that moto has."""
    _no_client_of_xray()
    session: Any = requests.Session
    session.request = session.send = _refuse
    default_user_config["lambda"] = {"use_docker": False}
    default_user_config["batch"] = {"use_docker": False}
    subscription: Any = sns_models.Subscription
    subscription.publish = _deliver(subscription.publish)
    settings.get_docker_host = _no_docker
    custom_model.CustomModel.create_from_cloudformation_json = classmethod(_refuse_custom_resource)
