"""The language of mappings: which actions on which resources an operation needs.

    DeleteObject object(Bucket,Key) unless VersionId; DeleteObjectVersion object(Bucket,Key) if VersionId

A row is clauses between semicolons, or `-` where nothing must be allowed. A clause is an action (its prefix left out
if it is the service's) and the resources it is on, none meaning `*`. A resource is its type in the reference (several
with `|` between them: whichever the given ARN or name turns out to be; spaces written `_`) and, for each placeholder in
its ARN's last part, the parameter to take it from:

    A.B        a path through structures and lists; a map has `@keys`, `*` (its values), `*Arn` (those of such keys)
    *          an unknown id
    "text"     itself
    Path+Name  both in one
    Arn|Name   those that are given; a literal if none is

`type<kind(path)` is what a resource of that other kind refers to. `?` after it: only if the parameters are there.
`if` and `unless` name a parameter that must (not) be given, or have a value: `=x`, `=!x` another one, `=*x` one that
ends so, `=^x` one that begins so. `to` is the service that a role is passed to.
"""

import re
from dataclasses import dataclass

NOTHING = "-"


@dataclass(frozen=True, slots=True)
class Target:
    """Resources of one kind ("iam:user"), or of whichever of several; `via` is the kind of what refers to them."""

    kinds: tuple[str, ...]
    paths: tuple[str, ...]
    optional: bool = False
    via: str = ""


@dataclass(frozen=True, slots=True)
class Condition:
    """On a parameter: given (not), or equal (not) to a value."""

    path: str
    value: str = ""
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Clause:
    """One action on its targets; `to` is the service that a role is passed to."""

    action: str
    targets: tuple[Target, ...] = ()
    condition: Condition | None = None
    to: str = ""


class BadRow(ValueError):
    """A row that does not follow the language."""


_ACTION = re.compile(r"(?:([a-z0-9-]+):)?([A-Za-z0-9]+)$")
_TARGET = re.compile(r"([A-Za-z0-9:/_.|-]+)(?:<([A-Za-z0-9:-]+))?\(([^()]*)\)(\??)$")
_WORD = re.compile(r"[^\s()]+\([^()]*\)\??|\S+")


def parse(row: str, prefix: str) -> tuple[Clause, ...]:
    """The clauses of a row of the service with this prefix; raises BadRow."""
    if row.strip() == NOTHING:
        return ()
    return tuple(_clause(text, prefix) for text in row.split(";"))


def write(clauses: tuple[Clause, ...], prefix: str) -> str:
    """The row that gives these clauses."""
    return "; ".join(_written(clause, prefix) for clause in clauses) or NOTHING


def _clause(text: str, prefix: str) -> Clause:
    words = _WORD.findall(text)
    action = _ACTION.match(words[0]) if words else None
    if action is None:
        raise BadRow(text)
    targets: list[Target] = []
    condition: Condition | None = None
    to = ""
    rest = iter(words[1:])
    for word in rest:
        if word in ("if", "unless"):
            path, _, value = next(rest, "").partition("=")
            condition = Condition(path, value, word == "unless")
        elif word == "to":
            to = next(rest, "")
        else:
            targets.append(_target(word, prefix))
    return Clause(f"{action[1] or prefix}:{action[2]}", tuple(targets), condition, to)


def _target(word: str, prefix: str) -> Target:
    found = _TARGET.match(word)
    if found is None:
        raise BadRow(word)
    names = found[1].replace("_", " ").split("|")
    kinds = tuple(kind if ":" in kind else f"{prefix}:{kind}" for kind in names)
    via = found[2] if not found[2] or ":" in found[2] else f"{prefix}:{found[2]}"
    paths = tuple(path.strip() for path in found[3].split(",")) if found[3] else ()
    return Target(kinds, paths, bool(found[4]), via or "")


def _written(clause: Clause, prefix: str) -> str:
    words = [clause.action.removeprefix(f"{prefix}:")]
    for target in clause.targets:
        kinds = "|".join(kind.removeprefix(f"{prefix}:") for kind in target.kinds).replace(" ", "_")
        via = f"<{target.via.removeprefix(f'{prefix}:')}" if target.via else ""
        words.append(f"{kinds}{via}({','.join(target.paths)}){'?' if target.optional else ''}")
    if clause.to:
        words.append(f"to {clause.to}")
    if clause.condition:
        condition = clause.condition
        value = f"={condition.value}" if condition.value else ""
        words.append(f"{'unless' if condition.negated else 'if'} {condition.path}{value}")
    return " ".join(words)
