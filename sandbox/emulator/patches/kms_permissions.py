"""KMS asks nobody but the gateway: moto reads key policies without principals, and breaks on a single statement."""

from typing import Any

from moto.kms.responses import KmsResponse

from sandbox.emulator.expectation import expect


def _asked_already(self: Any, key_id: str, action: str) -> None:
    return None


def apply() -> None:
    """Let every request pass that the gateway let through."""
    expect("_validate_key_policy" in vars(KmsResponse), "KmsResponse._validate_key_policy")
    response: Any = KmsResponse
    response._validate_key_policy = _asked_already
