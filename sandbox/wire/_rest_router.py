"""Find a REST operation by method, path, query and headers.

https://smithy.io/2.0/spec/http-bindings.html
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, unquote

from .messages import Request
from .services import Operation
from .shapes import Shape

UriParameters = dict[str, str]
Found = tuple[Operation, UriParameters]


@dataclass(frozen=True, slots=True)
class Candidate:
    """An operation on a path, and what else the request must carry to be it."""

    operation: Operation
    labels: tuple[str, ...]
    query: tuple[tuple[str, str | None], ...]
    headers: tuple[str, ...]

    def accepts(self, query: Mapping[str, str], headers: Mapping[str, str]) -> bool:
        """Whether query (None: any value) and headers are there."""
        for name, value in self.query:
            if name not in query or (value is not None and query[name] != value):
                return False
        return all(name in headers for name in self.headers)

    @property
    def weight(self) -> tuple[int, int, int, bool]:
        """Subresources in the URI say most, then required query parameters, then required headers."""
        literal = sum(1 for part in self.operation.request_uri.partition("?")[2].split("&") if part)
        return literal, len(self.query), len(self.headers), not self.operation.deprecated


@dataclass(slots=True)
class Node:
    """A place in the tree of path segments; candidates by method."""

    children: dict[str, "Node"] = field(default_factory=dict)
    label: "Node | None" = None
    here: dict[str, list[Candidate]] = field(default_factory=dict)
    # Greedy labels by the segments that follow them: ("policy",) in /instances/{name+}/policy.
    greedy: dict[tuple[str, ...], "Node"] = field(default_factory=dict)


class RestRouter:
    """The paths of one service."""

    def __init__(self, operations: Iterable[Operation]) -> None:
        self._root = Node()
        for operation in operations:
            self._add(operation)
        _sort(self._root)

    def match(self, request: Request, path: str) -> Found | None:
        """The operation and its decoded labels; `path` is percent-encoded."""
        segments = path.split("/")[1:]
        while segments and not segments[-1]:
            segments.pop()
        return _walk(self._root, segments, 0, [], request)

    def _add(self, operation: Operation) -> None:
        path, _, query = operation.request_uri.partition("?")
        node = self._root
        labels = []
        segments = [segment for segment in path.split("/") if segment]
        for at, segment in enumerate(segments):
            if not segment.startswith("{"):
                node = node.children.setdefault(segment, Node())
                continue
            labels.append(segment.strip("{+}"))
            if segment.endswith("+}"):
                node = node.greedy.setdefault(tuple(segments[at + 1 :]), Node())
                break
            node.label = node.label or Node()
            node = node.label
        node.here.setdefault(operation.method, []).append(candidate_of(operation, tuple(labels), query))


def candidate_of(operation: Operation, labels: tuple[str, ...], query: str) -> Candidate:
    constraints: dict[str, str | None] = {
        name: value or None for name, value in parse_qsl(query, keep_blank_values=True)
    }
    headers = []
    for shape, name in _required(operation.input):
        if shape.location == "querystring" and shape.kind != "map":
            constraints.setdefault(shape.wire_name or name, None)
        elif shape.location == "header":
            headers.append((shape.wire_name or name).lower())
    return Candidate(operation, labels, tuple(constraints.items()), tuple(headers))


def _required(shape: Shape | None) -> Iterable[tuple[Shape, str]]:
    return ((shape.members[name], name) for name in shape.required) if shape else ()


def _sort(node: Node) -> None:
    for candidates in node.here.values():
        candidates.sort(key=lambda candidate: candidate.weight, reverse=True)
    node.greedy = dict(sorted(node.greedy.items(), key=lambda item: -len(item[0])))
    for child in (*node.children.values(), *node.greedy.values(), *([node.label] if node.label else [])):
        _sort(child)


def _walk(node: Node, segments: list[str], at: int, values: list[str], request: Request) -> Found | None:
    """Literal segments before labels before greedy labels; back when a branch ends without an operation."""
    if at == len(segments):
        return _choose(node, values, request)
    segment = segments[at]
    child = node.children.get(segment)
    if child is not None and (found := _walk(child, segments, at + 1, values, request)):
        return found
    label = node.label
    if label and segment and (found := _walk(label, segments, at + 1, [*values, segment], request)):
        return found
    return _greedy(node, segments[at:], values, request)


def _greedy(node: Node, rest: list[str], values: list[str], request: Request) -> Found | None:
    for suffix, end in node.greedy.items():
        length = len(rest) - len(suffix)
        if length < 1 or tuple(rest[length:]) != suffix:
            continue
        if found := _choose(end, [*values, "/".join(rest[:length])], request):
            return found
    # Some clients leave the slashes of a last label bare; only ARNs have any.
    if node.label and rest[0].startswith("arn:"):
        return _choose(node.label, [*values, "/".join(rest)], request)
    return None


def literal_query(operation: Operation) -> set[str]:
    """Names in the query of an operation's URI: "acl", "list-type"."""
    query = operation.request_uri.partition("?")[2]
    return {name for name, _ in parse_qsl(query, keep_blank_values=True)}


def _choose(node: Node, values: list[str], request: Request) -> Found | None:
    candidate = choose(node.here.get(request.method, ()), request)
    if candidate is None:
        return None
    return candidate.operation, dict(zip(candidate.labels, map(unquote, values), strict=True))


def choose(candidates: Iterable[Candidate], request: Request) -> Candidate | None:
    """The first candidate that takes the request's query and headers."""
    for candidate in candidates:
        if candidate.accepts(request.query, request.header_map):
            return candidate
    return None
