"""One list of services for the whole process.

Each command makes new sessions, and each of those would look at some 430 folders five times over: 300 ms of it.
"""

from typing import Any

from entrypoint_runtime.guard import expect, replace


def install() -> None:
    """Keep what `Loader.list_available_services` found, by type and search path."""
    from botocore.loaders import Loader

    known: dict[tuple[str, ...], list[str]] = {}

    def list_available_services(self: Any, type_name: str) -> list[str]:
        key = (type_name, *self.search_paths)
        if key not in known:
            known[key] = original(self, type_name)
        return list(known[key])

    expect(isinstance(Loader.search_paths, property), "botocore's Loader has no search_paths")
    original = replace(Loader, "list_available_services", list_available_services, signature="(self, *args, **kwargs)")
