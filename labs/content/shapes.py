"""What may stand in `lesson.md`'s front matter, `lab.yaml` and `curriculum.yaml`.

Plain dataclasses; pydantic reads files into them (`reading.py`) and refuses every key that is not named here.
"""

import re
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import ConfigDict, Field, with_config

strict = with_config(ConfigDict(extra="forbid", strict=False))

Slug = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=64)]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=32)]
Text = Annotated[str, Field(min_length=1)]
Call = Annotated[str, Field(pattern=r"^[a-z0-9-]+\.[a-z0-9_]+$")]
Interface = Literal["cli", "sdk", "console", "other"]
Exam = Literal["DVA-C02", "DVA-C03"]


@strict
@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """A page of AWS's documentation that the lesson rests on."""

    title: Text
    url: Annotated[str, Field(pattern=r"^https://docs\.aws\.amazon\.com/|^https://aws\.amazon\.com/")]


@strict
@dataclass(frozen=True, slots=True, kw_only=True)
class FrontMatter:
    """The head of `lesson.md`; `checked` is the day when its facts were last compared with the references."""

    uuid: UUID
    title: Text
    summary: Text
    minutes: Annotated[int, Field(ge=1, le=240)]
    sources: tuple[Text, ...]
    exam: dict[Exam, tuple[Annotated[str, Field(pattern=r"^[1-4]\.\d$")], ...]]
    references: Annotated[tuple[Reference, ...], Field(min_length=1)]
    checked: date


@strict
@dataclass(frozen=True, slots=True, kw_only=True)
class Draw:
    """How a name is drawn from the session's seed: from a pattern of word lists, or from a list of values."""

    pattern: Text | None = None
    one_of: Annotated[tuple[Text, ...], Field(min_length=2)] | None = None

    def __post_init__(self) -> None:
        if (self.pattern is None) == (self.one_of is None):
            raise ValueError("write either pattern or one_of")


@strict
@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """An API call on a copy of the environment and a JMESPath query on its answer; `call` as in boto3."""

    call: Call
    parameters: Annotated[dict[str, Any], Field(alias="with")] = field(default_factory=dict)
    query: str = "@"
    account: str = "main"
    region: str | None = None


@strict
@dataclass(frozen=True, slots=True, kw_only=True)
class State(Look):
    """A look with the comparison that must hold; without one, the query must find something."""

    equals: Any = None
    one_of: tuple[Any, ...] | None = None
    contains: Any = None
    at_least: float | None = None

    def __post_init__(self) -> None:
        if len([rule for rule in self.rules if rule is not None]) > 1:
            raise ValueError("write at most one of equals, one_of, contains, at_least")

    @property
    def rules(self) -> tuple[Any, ...]:
        """The four comparisons; at most one is set."""
        return (self.equals, self.one_of, self.contains, self.at_least)


@strict
@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """Calls in the trail: which ones are meant. `match` compares paths inside the CloudTrail record.

    An empty `error` means that the call succeeded; left out, either will do.
    """

    event: Text | None = None
    source: Annotated[str, Field(pattern=r"^[a-z0-9.-]+\.amazonaws\.com$")] | None = None
    interface: Interface | None = None
    error: str | None = None
    match: dict[str, Any] = field(default_factory=dict)


@strict
@dataclass(frozen=True, slots=True, kw_only=True)
class Trail:
    """How often a sighting must be in the trail."""

    event: Text
    source: Annotated[str, Field(pattern=r"^[a-z0-9.-]+\.amazonaws\.com$")]
    interface: Interface | None = None
    error: str = ""
    match: dict[str, Any] = field(default_factory=dict)
    at_least: Annotated[int, Field(ge=0)] = 1
    at_most: Annotated[int, Field(ge=0)] | None = None


@strict
@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    """Signs of a wrong state; all that are given must hold, so that an empty one always does.

    `error` and `found` speak of the check itself: of its answer, or for a trail check of the last call
    with that event name; `look` must find something, which becomes `{found}`; `trail` must be seen once.
    """

    error: str | tuple[str, ...] | None = None
    found: Any = None
    look: Look | None = None
    trail: Sighting | None = None


@strict
@dataclass(frozen=True, slots=True, kw_only=True)
class Wrong:
    """A named wrong state and the sentence that the learner gets; `tag` groups misunderstandings."""

    id: Slug
    say: Text
    when: When = field(default_factory=When)
    tag: Slug | None = None


@strict
@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing that must be so, and the wrong states that it knows, tried in order."""

    state: State | None = None
    trail: Trail | None = None
    wrong: tuple[Wrong, ...] = ()

    def __post_init__(self) -> None:
        if (self.state is None) == (self.trail is None):
            raise ValueError("a check is either state or trail")


@strict
@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A task of a lab: done when all its checks hold; the first that does not gives the reason."""

    id: Slug
    title: Text
    points: Annotated[int, Field(ge=1, le=20)]
    hints: Annotated[tuple[Text, ...], Field(min_length=3, max_length=3)]
    checks: Annotated[tuple[Check, ...], Field(min_length=1)]


@strict
@dataclass(frozen=True, slots=True, kw_only=True)
class AccountShape:
    """An account of the lab; nothing to set yet."""


def _one_account() -> dict[str, AccountShape]:
    return {"main": AccountShape()}


@strict
@dataclass(frozen=True, slots=True, kw_only=True)
class Lab:
    """A lab: its accounts by alias, the terminal's region, the names drawn for each learner, the tasks."""

    region: Annotated[str, Field(pattern=r"^[a-z]{2}(-[a-z]+)+-\d$")]
    tasks: Annotated[tuple[Task, ...], Field(min_length=1)]
    accounts: Annotated[dict[Slug, AccountShape], Field(min_length=1)] = field(default_factory=_one_account)
    draw: dict[Name, Draw] = field(default_factory=dict)

    def task(self, task_id: str) -> Task | None:
        """Find a task by its id."""
        return next((task for task in self.tasks if task.id == task_id), None)

    @property
    def points(self) -> int:
        """Full marks."""
        return sum(task.points for task in self.tasks)


@strict
@dataclass(frozen=True, slots=True, kw_only=True)
class CurriculumLesson:
    """A row of the curriculum, written or not."""

    number: Annotated[int, Field(ge=1, le=99)]
    slug: Slug
    title: Text


@strict
@dataclass(frozen=True, slots=True, kw_only=True)
class CurriculumPart:
    """A part of the curriculum."""

    title: Text
    lessons: Annotated[tuple[CurriculumLesson, ...], Field(min_length=1)]


@strict
@dataclass(frozen=True, slots=True, kw_only=True)
class Curriculum:
    """`curriculum.yaml`."""

    parts: Annotated[tuple[CurriculumPart, ...], Field(min_length=1)]


PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_]*)\}")
