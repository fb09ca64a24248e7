"""Metadata options of instances: new ones want a session token, as Amazon Linux 2023 asks for; moto's do not.

What ModifyInstanceMetadataOptions does not name stays as it was; moto sets it back.

https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-IMDS-new-instances.html
"""

import inspect
from typing import Any

from moto.ec2.models.instances import InstanceBackend, MetadataOptions

from sandbox.emulator.expectation import expect

DEFAULTS = {"HttpTokens": "required", "HttpPutResponseHopLimit": 2}
# moto's parameter → the attribute that has its value.
_KEPT = {
    "http_tokens": "http_tokens",
    "hop_limit": "http_put_response_hop_limit",
    "http_endpoint": "http_endpoint",
    "http_protocol": "http_protocol_ipv6",
    "metadata_tags": "instance_metadata_tags",
}


def _with_defaults(original: Any) -> Any:
    def __init__(self: Any, options: dict[str, Any] | None = None) -> None:
        given = {name: value for name, value in (options or {}).items() if value is not None}
        original(self, DEFAULTS | given)

    return __init__


def _keeping(original: Any) -> Any:
    def modify_instance_metadata_options(self: Any, instance_id: str, **given: Any) -> Any:
        present = self.get_instance(instance_id).metadata_options
        kept = {name: getattr(present, attribute) for name, attribute in _KEPT.items() if given.get(name) is None}
        return original(self, instance_id, **(given | kept))

    return modify_instance_metadata_options


def apply() -> None:
    """Change the defaults, and what happens to options that a call leaves out."""
    names = set(inspect.signature(InstanceBackend.modify_instance_metadata_options).parameters)
    expect(names == {"self", "instance_id", "dry_run", *_KEPT}, "modify_instance_metadata_options")
    expect(MetadataOptions().http_tokens == "optional", "the default of MetadataOptions")
    options: Any = MetadataOptions
    options.__init__ = _with_defaults(options.__init__)
    backend: Any = InstanceBackend
    backend.modify_instance_metadata_options = _keeping(backend.modify_instance_metadata_options)
