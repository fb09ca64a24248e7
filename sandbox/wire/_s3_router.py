"""Find an S3 operation: /bucket and /bucket/key, told apart by subresource, query and headers."""

from collections.abc import Iterable
from urllib.parse import unquote

from ._rest_router import Candidate, Found, candidate_of, choose
from .messages import Request
from .services import Operation

# Only the endpoints of directory buckets have these.
_ELSEWHERE = {"ListDirectoryBuckets"}


class S3Router:
    """S3's operations by method, on the service, a bucket or an object."""

    def __init__(self, operations: Iterable[Operation]) -> None:
        self._places: dict[tuple[str, int], list[Candidate]] = {}
        self._literal: dict[tuple[str, str], Operation] = {}
        for operation in operations:
            path, _, query = operation.request_uri.partition("?")
            depth = path.count("{")
            if path != "/" and not depth:
                self._literal[operation.method, path] = operation
            elif operation.name not in _ELSEWHERE:
                candidate = candidate_of(operation, ("Bucket", "Key")[:depth], query)
                self._places.setdefault((operation.method, depth), []).append(candidate)
        for candidates in self._places.values():
            candidates.sort(key=lambda candidate: candidate.weight, reverse=True)

    def match(self, request: Request, path: str) -> Found | None:
        """The operation with its bucket and key, decoded; `path` is path-style and percent-encoded."""
        if (request.method, path) in self._literal:
            return self._literal[request.method, path], {}
        bucket, _, key = path.removeprefix("/").partition("/")
        parts = tuple(unquote(part) for part in (bucket, key) if part) if bucket else ()
        candidate = choose(self._places.get((request.method, len(parts)), ()), request)
        if candidate is None:
            return None
        return candidate.operation, dict(zip(candidate.labels, parts, strict=True))
