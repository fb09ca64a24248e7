"""A version that is not there is not deleted; moto takes any version for the object itself where there are none."""

from typing import Any

from moto.s3.models import S3Backend

from sandbox.emulator.expectation import expect


def _only_that(original: Any) -> Any:
    def delete_object(self: Any, bucket_name: str, key_name: str, version_id: str | None = None, **more: Any) -> Any:
        kept = self.get_bucket(bucket_name).keys.getlist(key_name, []) or []
        if version_id is not None and not any(str(one.version_id) == str(version_id) for one in kept):
            return True, {"version-id": version_id}
        return original(self, bucket_name, key_name, version_id=version_id, **more)

    return delete_object


def apply() -> None:
    """Delete the version that is meant, or nothing."""
    backend: Any = S3Backend
    names = backend.delete_object.__code__.co_varnames[:5]
    expect(names == ("self", "bucket_name", "key_name", "version_id", "bypass"), "S3Backend.delete_object")
    backend.delete_object = _only_that(backend.delete_object)
