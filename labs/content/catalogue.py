"""What loading gives: lessons in order, the curriculum that they belong to, and every problem found."""

from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from labs.content.rendering import Block
from labs.content.shapes import FrontMatter, Lab


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong with the content."""

    path: Path
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.message}"


@dataclass(frozen=True, slots=True)
class Mistake:
    """A script that makes a mistake on purpose, and the wrong state that it must be told."""

    path: Path
    task: str
    wrong: str


@dataclass(frozen=True, slots=True)
class Lesson:
    """A lesson that is written."""

    number: int
    slug: str
    folder: Path
    about: FrontMatter
    body: tuple[Block, ...]
    lab: Lab
    setup: Path | None
    solutions: tuple[Path, ...]
    mistakes: tuple[Mistake, ...]

    @property
    def uuid(self) -> UUID:
        """What learners' rows store; never changes."""
        return self.about.uuid


@dataclass(frozen=True, slots=True)
class CurriculumEntry:
    """A lesson's place in the curriculum; `lesson` is None until it is written."""

    number: int
    slug: str
    title: str
    lesson: Lesson | None


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the curriculum."""

    number: int
    title: str
    entries: tuple[CurriculumEntry, ...]


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All content. Lessons with problems are left out of `lessons`."""

    parts: tuple[Part, ...]
    lessons: tuple[Lesson, ...]
    problems: tuple[Problem, ...]

    def by_slug(self, slug: str) -> Lesson | None:
        """Find a written lesson by the last part of its folder's name."""
        return next((lesson for lesson in self.lessons if lesson.slug == slug), None)

    def by_uuid(self, uuid: UUID) -> Lesson | None:
        """Find a written lesson by what learners' rows store."""
        return next((lesson for lesson in self.lessons if lesson.uuid == uuid), None)
