"""Buckets that are encrypted from the start: since 2023 S3 answers SSE-S3 where nothing else was set."""

from typing import Any

from moto.s3.models import S3Backend

from sandbox.emulator.expectation import expect

SSE_S3 = {"Rule": {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}, "BucketKeyEnabled": "false"}}


def _get_bucket_encryption(self: Any, bucket_name: str) -> dict[str, Any]:
    return _get_configured(self, bucket_name) or SSE_S3


_get_configured = S3Backend.get_bucket_encryption


def apply() -> None:
    """Answer the default instead of ServerSideEncryptionConfigurationNotFoundError."""
    expect(S3Backend.get_bucket_encryption.__code__.co_varnames == ("self", "bucket_name"), "get_bucket_encryption")
    S3Backend.get_bucket_encryption = _get_bucket_encryption
