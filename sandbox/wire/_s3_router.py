"""Find an S3 operation: /bucket and /bucket/key, told apart by subresource, query and headers."""

import re
from collections.abc import Iterable
from urllib.parse import unquote

from ._identity_errors import conflicting_subresources, invalid_bucket
from ._rest_router import Candidate, Found, candidate_of, choose, literal_query
from .messages import Request
from .services import Operation

# Only the endpoints of directory buckets have these.
_ELSEWHERE = {"ListDirectoryBuckets"}
_BUCKET = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,254}")
# Parts of a subresource's query, not subresources.
_ARGUMENTS = {"list-type", "select-type"}


class S3Router:
    """S3's operations by method, on the service, a bucket or an object."""

    def __init__(self, operations: Iterable[Operation]) -> None:
        self._places: dict[tuple[str, int], list[Candidate]] = {}
        self._literal: dict[tuple[str, str], Operation] = {}
        self._subresources: set[str] = {"uploadId"}
        for operation in operations:
            path, _, query = operation.request_uri.partition("?")
            depth = path.count("{")
            self._subresources |= literal_query(operation) - _ARGUMENTS
            if path != "/" and not depth:
                self._literal[operation.method, path] = operation
            elif operation.name not in _ELSEWHERE:
                candidate = candidate_of(operation, ("Bucket", "Key")[:depth], query)
                self._places.setdefault((operation.method, depth), []).append(candidate)
        for candidates in self._places.values():
            candidates.sort(key=lambda candidate: candidate.weight, reverse=True)

    def match(self, request: Request, path: str) -> Found | None:
        """The operation with its bucket and key, decoded; `path` is path-style and percent-encoded.

        Raises Unidentified for two subresources at once, and for a bucket that cannot be.
        """
        if (request.method, path) in self._literal:
            return self._literal[request.method, path], {}
        parts = _parts(path)
        candidate = choose(self._places.get((request.method, len(parts)), ()), request)
        if candidate is None or not self._takes_subresources(request, candidate):
            return None
        return candidate.operation, dict(zip(candidate.labels, parts, strict=True))

    def _takes_subresources(self, request: Request, candidate: Candidate) -> bool:
        """Whether the request's subresource is the operation's own: who overlooks one runs something else."""
        asked = [name for name in request.query if name in self._subresources]
        if not asked:
            return True
        if len(asked) > 1:
            raise conflicting_subresources(sorted(asked))
        return any(name == asked[0] for name, _ in candidate.query)


def _parts(path: str) -> tuple[str, ...]:
    """Bucket and key, as far as there are any."""
    bucket, _, key = path.removeprefix("/").partition("/")
    if not bucket and not key:
        return ()
    # An encoded slash would be part of the name to one reader and its end to another.
    if not _BUCKET.fullmatch(bucket):
        raise invalid_bucket(unquote(bucket))
    return (bucket, unquote(key)) if key else (bucket,)
