"""ARNs of the reference's resource types: filling them in, and telling a kind by its ARN."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from sandbox.iam import reference

from .questions import Asked

_PLACEHOLDER = re.compile(r"\$\{([^}]+)\}")
_STANDARD = ("Partition", "Region", "Account")


@dataclass(frozen=True, slots=True)
class Template:
    """One ARN template; `slots` are its placeholders but partition, region and account, in order."""

    text: str
    format: str
    slots: tuple[str, ...]
    service: str

    def fill(self, asked: Asked, values: Sequence[str]) -> str:
        """The ARN in the call's partition, region and account."""
        return self.format.format(*values, p=asked.partition, r=asked.region, a=asked.account_id)


@cache
def template(kind: str) -> Template:
    """The first template of a kind such as "iam:user"; KeyError for an unknown one."""
    prefix, _, name = kind.partition(":")
    return _template(reference.resource_types(prefix)[name].arn_templates[0])


def _template(text: str) -> Template:
    slots: list[str] = []

    def field(found: re.Match[str]) -> str:
        name = found[1]
        if name in _STANDARD:
            return f"{{{name[0].lower()}}}"
        slots.append(name)
        return f"{{{len(slots) - 1}}}"

    return Template(text, _PLACEHOLDER.sub(field, text), tuple(slots), text.split(":")[2])


@cache
def find_kind(kind: str) -> str:
    """The kind as its own service names it: `sts:role` is `iam:role`."""
    service = template(kind).service
    name = kind.partition(":")[2]
    own = f"{service}:{name}"
    return own if name in reference.resource_types(service) else kind


def kind_of(arn: str, kinds: tuple[str, ...]) -> str | None:
    """Which of the kinds an ARN is of: the one with most in common, None for none."""
    parts = arn.split(":", 5)
    fitting = [(score, kind) for kind in kinds if (score := _score(parts, kind)) >= 0]
    return max(fitting, key=lambda pair: pair[0])[1] if fitting else None


def _score(parts: list[str], kind: str) -> int:
    """How many characters an ARN shares with a kind's template, -1 when it is another kind's."""
    return max(_shared(parts, text) for text in _texts(kind))


@cache
def _texts(kind: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Service and fixed pieces of the last part, for each template of a kind."""
    prefix, _, name = kind.partition(":")
    templates = [text.split(":", 5) for text in reference.resource_types(prefix)[name].arn_templates]
    return tuple((parts[2], tuple(_PLACEHOLDER.split(parts[5])[::2])) for parts in templates)


def _shared(parts: list[str], text: tuple[str, tuple[str, ...]]) -> int:
    service, pieces = text
    if len(parts) != 6 or parts[2] != service:
        return -1
    rest, position = parts[5], 0
    for number, piece in enumerate(pieces):
        found = rest.find(piece, position + (number > 0)) if piece or number else 0
        if found < 0 or (number == 0 and found):
            return -1
        position = found + len(piece)
    return sum(map(len, pieces)) if not pieces[-1] or rest.endswith(pieces[-1]) else -1


def account_of(arn: str, otherwise: str) -> str:
    """The account in an ARN, or another one where it has none."""
    account = arn.split(":", 5)[4] if arn.count(":") >= 5 else ""
    return account if len(account) == 12 and account.isdigit() else otherwise
