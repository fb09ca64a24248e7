"""S3 asks nobody but the gateway: moto's own reading of bucket policies is wrong and can be made to spin."""

from typing import Any

from moto.iam.access_control import PermissionResult
from moto.s3.models import FakeBucket

from sandbox.emulator.expectation import expect


def _neutral(self: Any, action: str, resource: str) -> PermissionResult:
    return PermissionResult.NEUTRAL


def apply() -> None:
    """Let every request pass that the gateway let through."""
    expect(hasattr(FakeBucket, "get_permission"), "FakeBucket.get_permission")
    FakeBucket.get_permission = _neutral
