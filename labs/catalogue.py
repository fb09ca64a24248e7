"""The content of this process: loaded once; with DEBUG it is loaded again when a file has changed."""

from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from labs.content import Catalogue, load_catalogue


@dataclass(slots=True)
class _Loaded:
    root: Path
    stamp: tuple[int, int]
    catalogue: Catalogue


_loaded: _Loaded | None = None


def catalogue() -> Catalogue:
    """Return all content."""
    global _loaded  # the cache of this process
    root = Path(settings.CONTENT_DIR)
    if _loaded is None or _loaded.root != root or (settings.DEBUG and _loaded.stamp != _stamp(root)):
        _loaded = _Loaded(root, _stamp(root), load_catalogue(root))
    return _loaded.catalogue


def _stamp(root: Path) -> tuple[int, int]:
    """How many files there are, and when the last of them was written."""
    times = [path.stat().st_mtime_ns for path in root.rglob("*") if path.is_file()]
    return len(times), max(times, default=0)
