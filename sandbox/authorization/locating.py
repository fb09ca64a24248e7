"""From the names, ids, ARNs and URLs that callers give to the ARNs that policies name."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from urllib.parse import urlsplit

from .parameters import reader
from .questions import Asked
from .rows import Target
from .state import Resource, State
from .templates import account_of, find_kind, kind_of, template


@dataclass(frozen=True, slots=True)
class Located:
    """A resource that a call is on; `found` is None if it does not exist, the kind "" for `*`."""

    arn: str
    account_id: str
    kind: str = ""
    found: Resource | None = None


Locator = Callable[[Asked, State], list[Located]]


def everything(asked: Asked) -> Located:
    """What an action without resource types is on."""
    return Located("*", asked.account_id)


def locator(target: Target) -> Locator:
    """Find a target's resources: none when it is optional and its parameters are not given."""
    readers = [reader(path) for path in target.paths]
    kinds = target.kinds

    def locate(asked: Asked, state: State) -> list[Located]:
        values = [read(asked.parameters) for read in readers]
        if target.optional and not all(values):
            return []
        if target.via:
            return list(_linked(target, values[0], asked, state))
        if len(values) == 1:
            return [place(kinds, (value,), asked, state) for value in values[0] or ("*",)]
        return [place(kinds, each, asked, state) for each in product(*(value or ("*",) for value in values))]

    return locate


def _linked(target: Target, identifiers: tuple[str, ...], asked: Asked, state: State) -> Iterator[Located]:
    """Resources that the named ones refer to; an unknown one when nothing is known of the reference."""
    kind = target.kinds[0]
    for identifier in identifiers or ("*",):
        others = state.linked(target.via, identifier, find_kind(kind))
        yield from (Located(other.arn, other.account_id, kind, other) for other in others)
        if not others:
            yield place(target.kinds, ("*",) * len(template(kind).slots), asked, state)


def place(kinds: tuple[str, ...], values: tuple[str, ...], asked: Asked, state: State) -> Located:
    """The resource of one of the kinds that these values name; its name-only ARN when it does not exist."""
    last = values[-1] if values else ""
    if last.startswith("arn:"):
        return _by_arn(kinds, last, asked, state)
    for kind in kinds:
        arn = _filled(kind, values, asked)
        if "*" in values:
            return Located(arn, asked.account_id, kind)
        found = state.find(find_kind(kind), values[0] if len(values) == 1 else arn)
        if found is not None:
            return Located(found.arn, found.account_id, kind, found)
    kind = kinds[0]
    arn = _filled(kind, values, asked)
    return Located(arn, account_of(arn, asked.account_id), kind)


def _by_arn(kinds: tuple[str, ...], arn: str, asked: Asked, state: State) -> Located:
    kind = kinds[0] if len(kinds) == 1 else kind_of(arn, kinds) or kinds[0]
    found = state.find(find_kind(kind), arn)
    if found is not None:
        return Located(found.arn, found.account_id, kind, found)
    return Located(arn, account_of(arn, asked.account_id), kind)


def _filled(kind: str, values: tuple[str, ...], asked: Asked) -> str:
    own = _FORMS.get(kind)
    if own is not None and (arn := own(values, asked)):
        return arn
    names = tuple(_name(value) if value.startswith("arn:") else value for value in values)
    slots = len(template(kind).slots)
    return template(kind).fill(asked, (*names, *("*",) * (slots - len(names))))


def _name(arn: str) -> str:
    """The name in the ARN of a containing resource, such as a cluster's."""
    return arn.split(":", 5)[-1].rpartition("/")[2].rpartition(":")[2]


def _queue(values: tuple[str, ...], asked: Asked) -> str:
    """From a queue's URL; its account is in the path."""
    url = urlsplit(values[0]) if values[0].startswith(("http://", "https://")) else None
    parts = url.path.strip("/").split("/") if url else []
    if url is None or len(parts) != 2:
        return ""
    labels = (url.hostname or "").split(".")
    region = labels[1] if labels[0] == "sqs" and len(labels) > 2 else asked.region
    return f"arn:{asked.partition}:sqs:{region}:{parts[0]}:{parts[1]}"


def _function(values: tuple[str, ...], asked: Asked) -> str:
    """From `name`, `name:qualifier`, `account:function:name` with or without a qualifier."""
    parts = values[0].split(":")
    if len(parts) < 3 or (parts[-2] != "function" and parts[-3] != "function"):
        return ""
    at = parts.index("function")
    rest = ":".join(parts[at:])
    return f"arn:{asked.partition}:lambda:{asked.region}:{parts[at - 1]}:{rest}"


def _slashed(word: str) -> Callable[[tuple[str, ...], Asked], str]:
    """Names that begin with a slash, which the ARN has once."""

    def form(values: tuple[str, ...], asked: Asked) -> str:
        return template(word).fill(asked, (values[0].lstrip("/"),))

    return form


_FORMS: Mapping[str, Callable[[tuple[str, ...], Asked], str]] = {
    "sqs:queue": _queue,
    "lambda:function": _function,
    "ssm:parameter": _slashed("ssm:parameter"),
}
