"""Bodies of S3 objects: files named by their SHA-256, one folder per environment, in any Django storage."""

import hashlib
import os
import uuid
from functools import lru_cache
from pathlib import Path

from django.core.files.base import ContentFile, File
from django.core.files.storage import FileSystemStorage, Storage, storages

SMALL = 64 * 1024


class ContentStorage(FileSystemStorage):
    """Files whose name says their content: written beside and renamed, so that a killed process leaves no half file."""

    def _save(self, name: str, content: "File[bytes]") -> str:
        path = Path(self.path(name))
        if path.exists():
            return name
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f"{path.name}.{os.getpid()}.{uuid.uuid4().hex}.part")
        part.write_bytes(content.read())
        part.replace(path)
        return name

    def get_available_name(self, name: str, max_length: int | None = None) -> str:
        return name


def storage() -> Storage:
    """Where the bodies of this site lie."""
    return storages["objects"]


class EnvironmentBodies:
    """Bodies of one environment; what one environment stored is never found from another."""

    def __init__(self, environment_id: uuid.UUID) -> None:
        self._folder = environment_id.hex

    def put(self, body: bytes) -> str:
        """Keep a body before the call that brought it is answered; returns its SHA-256 in hexadecimal."""
        digest = hashlib.sha256(body).hexdigest()
        storage().save(self._name(digest), ContentFile(body))
        return digest

    def get(self, digest: str) -> bytes:
        """Read a body; FileNotFoundError when it was never put."""
        return _read(self._name(digest))

    def _name(self, digest: str) -> str:
        return f"{self._folder}/{digest[:2]}/{digest}"


def _read(name: str) -> bytes:
    body = _read_small(name)
    return body if body is not None else _read_file(name)


@lru_cache(maxsize=256)
def _read_small(name: str) -> bytes | None:
    # A name says the content, so what was read once stays true.
    body = _read_file(name)
    return body if len(body) <= SMALL else None


def _read_file(name: str) -> bytes:
    with storage().open(name) as file:
        content: bytes = file.read()
        return content


def forget(environment_id: uuid.UUID) -> None:
    """Delete every body of an environment; twice does no harm."""
    _delete_folder(environment_id.hex)


def _delete_folder(folder: str) -> None:
    where = storage()
    try:
        folders, files = where.listdir(folder)
    except FileNotFoundError:
        return
    for name in files:
        where.delete(f"{folder}/{name}")
    for name in folders:
        _delete_folder(f"{folder}/{name}")
    where.delete(folder)
