"""Keys derived from the site's secret, one for each purpose."""

import hashlib
import hmac
from functools import lru_cache

from django.conf import settings


def snapshot_key() -> bytes:
    """Key that seals the snapshots of backends (32 bytes)."""
    return _derived(settings.SECRET_KEY, "sandbox.snapshots")


def session_key() -> bytes:
    """Key that seals session tokens (32 bytes)."""
    return _derived(settings.SECRET_KEY, "sandbox.sessions")


def message_key() -> bytes:
    """Key that seals encoded authorization messages (32 bytes)."""
    return _derived(settings.SECRET_KEY, "sandbox.messages")


def metadata_key() -> bytes:
    """Key that signs tokens of the instance metadata service (32 bytes)."""
    return _derived(settings.SECRET_KEY, "sandbox.metadata")


@lru_cache(maxsize=8)
def _derived(secret: str, purpose: str) -> bytes:
    return hmac.digest(secret.encode(), purpose.encode(), hashlib.sha256)
