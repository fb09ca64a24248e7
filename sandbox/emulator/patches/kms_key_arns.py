"""Keys named by their ARN also where moto looks for the bare id."""

from typing import Any

from moto.kms.models import KmsBackend

from sandbox.emulator.expectation import expect


def _schedule_key_deletion(self: Any, key_id: str, pending_window_in_days: int) -> Any:
    return _schedule_by_id(self, self.any_id_to_key_id(key_id), pending_window_in_days)


def _cancel_key_deletion(self: Any, key_id: str) -> Any:
    return _cancel_by_id(self, self.any_id_to_key_id(key_id))


_schedule_by_id = KmsBackend.schedule_key_deletion
_cancel_by_id = KmsBackend.cancel_key_deletion


def apply() -> None:
    """Take the id out of the ARN before moto looks the key up."""
    expect(hasattr(KmsBackend, "any_id_to_key_id"), "KmsBackend.any_id_to_key_id")
    KmsBackend.schedule_key_deletion = _schedule_key_deletion
    KmsBackend.cancel_key_deletion = _cancel_key_deletion
