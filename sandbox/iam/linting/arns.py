"""ARNs of policies against the forms that a service's resources have."""

import re
from dataclasses import dataclass
from functools import lru_cache

from sandbox.iam import reference
from sandbox.iam.linting.action_patterns import wild

PARTITIONS = frozenset({"aws", "aws-cn", "aws-us-gov", "aws-iso", "aws-iso-b", "aws-iso-e", "aws-iso-f", "aws-eusc"})
_REGION = re.compile(r"[a-z]{2,4}(-[a-z]+)+-\d{1,2}")
_PLACEHOLDER = re.compile(r"\$\{(\w+)\}")
# A placeholder whose values hold no slash: without it every object would be a bucket.
_FLAT = {"BucketName"}
# Longer texts are taken to match.
_LONGEST = 512


@dataclass(frozen=True, slots=True)
class Arn:
    """The six parts of an ARN, with wildcards and variables as written."""

    partition: str
    service: str
    region: str
    account: str
    resource: str


def parse(text: str) -> Arn | None:
    """Take an ARN apart; None when it has fewer than six parts.

    A wildcard at the end runs on over the colons that are not there.
    """
    parts = _split(text)
    if len(parts) < 6:
        if not text.endswith("*"):
            return None
        parts += ["*"] * (6 - len(parts))
    return Arn(*parts[1:6]) if parts[0] == "arn" or wild(parts[0]) else None


def _split(text: str) -> list[str]:
    """Split at the first five colons that stand outside variables."""
    parts, depth, start = [], 0, 0
    for position, character in enumerate(text):
        if text.startswith("${", position):
            depth = 1
        elif character == "}":
            depth = 0
        elif character == ":" and not depth:
            parts.append(text[start:position])
            start = position + 1
            if len(parts) == 5:
                break
    return [*parts, text[start:]]


def open_ended(text: str) -> bool:
    """Tell whether a part may be anything: it has a wildcard or a variable."""
    return wild(text) or "${" in text


def is_region(text: str) -> bool:
    """Tell whether a text has the form of a region's name."""
    return _REGION.fullmatch(text) is not None


def is_account(text: str) -> bool:
    """Tell whether a text is an account's id, or the word for AWS's own."""
    return (len(text) == 12 and text.isascii() and text.isdigit()) or text == "aws"


@lru_cache(maxsize=128)
def templates(prefix: str) -> tuple[tuple[str, Arn], ...]:
    """The forms of a service's resources, by resource type."""
    return tuple(
        (kind.name, form)
        for kind in reference.resource_types(prefix).values()
        for template in kind.arn_templates
        if (form := parse(template)) is not None
    )


def can_be(arn: Arn, form: Arn) -> bool:
    """Tell whether an ARN with wildcards stands for any resource of a form."""
    parts = ((form.service, arn.service), (form.region, arn.region), (form.account, arn.account))
    return all(meet(wanted, found) for wanted, found in parts) and meet(form.resource, arn.resource)


def meet(form: str, text: str) -> bool:
    """Tell whether some text is described by both a form with placeholders and a pattern with wildcards."""
    if len(text) > _LONGEST:
        return True
    head, known = _head(form), _head(text)
    if not (head.startswith(known) or known.startswith(head)):
        return False
    return _meet(form, text)


@lru_cache(maxsize=4096)
def _head(text: str) -> str:
    """What stands before the first placeholder, variable or wildcard."""
    return text.partition("$")[0].partition("*")[0].partition("?")[0]


@lru_cache(maxsize=8192)
def _meet(form: str, text: str) -> bool:
    automaton = _automaton(form)
    state = automaton.closure(1)
    position = 0
    while position < len(text) and state:
        if text.startswith("${", position):
            position = text.find("}", position) + 1 or len(text)
            state = automaton.anything(state)
            continue
        character = text[position]
        position += 1
        state = automaton.anything(state) if character == "*" else automaton.step(state, character)
    return bool(state & automaton.final)


@dataclass(frozen=True, slots=True)
class _Automaton:
    """A form as an automaton; a set of states is an integer, state n being before token n."""

    literal: dict[str, int]
    every_literal: int
    runs: int
    flat_runs: int
    final: int

    def closure(self, states: int) -> int:
        """Add the states that are reached without a character: a placeholder may be over."""
        while True:
            wider = states | ((states & self.runs) << 1)
            if wider == states:
                return states
            states = wider

    def step(self, states: int, character: str) -> int:
        """Go on with a character, or with any one of them ("?")."""
        if character == "?":
            moved = (states & self.every_literal) << 1
        else:
            moved = (states & self.literal.get(character, 0)) << 1
        staying = states & (self.runs & ~self.flat_runs if character == "/" else self.runs)
        return self.closure(moved | staying)

    def anything(self, states: int) -> int:
        """Go on with any characters: every later state can be reached."""
        if not states:
            return 0
        lowest = states & -states
        return (self.final * 2 - 1) & ~(lowest - 1)


@lru_cache(maxsize=4096)
def _automaton(form: str) -> _Automaton:
    literal: dict[str, int] = {}
    every = runs = flat = 0
    bit = 1
    position = 0
    while position < len(form):
        placeholder = _PLACEHOLDER.match(form, position)
        if placeholder or form[position] == "*":
            runs |= bit
            flat |= bit if placeholder and placeholder[1] in _FLAT else 0
            position = placeholder.end() if placeholder else position + 1
        else:
            literal[form[position]] = literal.get(form[position], 0) | bit
            every |= bit
            position += 1
        bit <<= 1
    return _Automaton(literal, every, runs, flat, bit)
