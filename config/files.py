"""Static files: the site's own (`/static/`) and the browser runtime (`/runtime/`)."""

import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from whitenoise import WhiteNoise

WsgiApp = Callable[..., Iterable[bytes]]

# `name.0123456789ab.ext` (Django's manifest) or a folder named by the runtime's build id.
HASHED = re.compile(r"\.[0-9a-f]{12}\.[^/]+$")
TYPES = {
    ".mjs": "text/javascript",
    ".js": "text/javascript",
    ".wasm": "application/wasm",
    ".whl": "application/zip",
}
# The pages are cross-origin isolated; a worker script needs COEP of its own, and COOP does no harm on files.
ISOLATION = {
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}


def serve_files(app: WsgiApp, *, folders: Mapping[str, Path], autorefresh: bool) -> WsgiApp:
    """Serve each folder below its prefix, with `.br` and `.gz` neighbours, and hand all else to the app."""
    files = WhiteNoise(
        app,
        autorefresh=autorefresh,
        max_age=60,
        mimetypes=TYPES,
        allow_all_origins=False,
        immutable_file_test=is_immutable,
        add_headers_function=isolate,
    )
    for prefix, folder in folders.items():
        if folder.is_dir():
            files.add_files(str(folder), prefix=prefix)
    served: WsgiApp = files
    return served


def is_immutable(path: str, url: str) -> bool:
    """Tell whether a URL always names the same bytes."""
    if url.startswith("/runtime/"):
        return not url.endswith("/current.json")
    return HASHED.search(url) is not None


def isolate(headers: Any, path: str, url: str) -> None:
    """Set the isolation headers, and keep caches from holding the pointer to the current build."""
    for name, value in ISOLATION.items():
        headers[name] = value
    if is_immutable(path, url):
        headers["Cache-Control"] = "public, max-age=31536000, immutable"
    elif url.endswith("/current.json"):
        headers["Cache-Control"] = "no-cache"
