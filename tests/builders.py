"""Rows and content for tests: typed functions, each with overrides."""

from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter

from labs.actions import start_session
from labs.catalogue import catalogue
from labs.content import Lab, Lesson
from labs.models import LabSession, Learner

PASSWORD = "four unrelated words"
FIGURE = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10">'
    '<title>A line</title><desc>It is short.</desc><path d="M0 0h9" stroke="var(--ink)"/></svg>'
)
LESSON = UUID("3f1f2f0a-6a53-4a8b-9d0c-0a3b6a3c1f11")
_numbers = count(1)


def make_guest() -> Learner:
    """A learner known by the session cookie alone."""
    guest = Learner()
    guest.set_unusable_password()
    guest.save()
    return guest


def make_account(*, email: str = "", password: str = PASSWORD, display_name: str = "") -> Learner:
    """A learner with an email address and a password."""
    learner = Learner(email=email or f"learner{next(_numbers)}@example.org", display_name=display_name)
    learner.set_password(password)
    learner.save()
    return learner


def first_lesson() -> Lesson:
    """Lesson 01 of the real content."""
    return catalogue().lessons[0]


def make_session(*, learner: Learner | None = None, **overrides: Any) -> LabSession:
    """An open session of lesson 01 with an environment of its own."""
    session = start_session(learner=learner or make_guest(), lesson=first_lesson())
    for name, value in overrides.items():
        setattr(session, name, value)
    session.save()
    return session


def make_lab(**overrides: Any) -> Lab:
    """A lab as read from YAML; one task, whose one check lists buckets."""
    shape = {"region": "eu-west-3", "draw": {"bucket": {"one_of": ["plum", "fig"]}}, "tasks": [make_task()]}
    lab: Lab = TypeAdapter(Lab).validate_python({**shape, **overrides})
    return lab


def make_task(**overrides: Any) -> dict[str, Any]:
    """A task as in YAML."""
    shape = {
        "id": "bucket",
        "title": "Make `{bucket}`",
        "points": 1,
        "hints": ["One.", "Two.", "Three."],
        "checks": [make_check()],
    }
    return {**shape, **overrides}


def make_check(**overrides: Any) -> dict[str, Any]:
    """A check as in YAML, with the four wrong states that a task must have."""
    wrong = [{"id": f"wrong-{number}", "say": "Not so."} for number in range(1, 5)]
    state = {"call": "s3.list_buckets", "query": "Buckets[].Name", "contains": "{bucket}"}
    return {"state": state, "wrong": wrong, **overrides}


FRONT = """\
uuid: {uuid}
title: A lesson
summary: What it is about.
minutes: 5
sources: ["000: Summary"]
exam: {{DVA-C03: ["1.1"]}}
references: [{{title: "A page", url: "https://docs.aws.amazon.com/x"}}]
checked: 2026-11-25
"""
LAB = """\
region: eu-west-3
draw:
  bucket: {pattern: "{fruit}-{nn}"}
tasks:
  - id: bucket
    title: Make `{bucket}`
    points: 1
    hints: ["One.", "Two.", "Three."]
    checks:
      - state: {call: s3.list_buckets, query: "Buckets[].Name", contains: "{bucket}"}
        wrong:
          - {id: a, say: "A."}
          - {id: b, say: "B."}
          - {id: c, say: "C."}
          - {id: d, say: "D."}
"""
BODY = "\nWords.\n\n:::{try}\naws s3 ls\n:::\n\n:::{figure} line.svg\nA line.\n:::\n\n:::{task} bucket\n:::\n"
CURRICULUM = "parts: [{title: One, lessons: [{number: 1, slug: first, title: First}]}]\n"


@dataclass
class ContentFolder:
    """A content folder on disk with one good lesson; change a file, then load."""

    root: Path
    uuid: UUID = LESSON
    lesson: Path = field(init=False)

    def __post_init__(self) -> None:
        self.lesson = self.root / "lessons" / "01-first"
        self.write("curriculum.yaml", CURRICULUM)
        self.write_lesson("lesson.md", f"---\n{FRONT.format(uuid=self.uuid)}---\n{BODY}")
        self.write_lesson("lab.yaml", LAB)
        self.write_lesson("figures/line.svg", FIGURE)
        self.write_lesson("solutions/cli.sh", "true\n")
        self.write_lesson("solutions/sdk.py", "pass\n")
        for wrong in "abcd":
            self.write_lesson(f"mistakes/{wrong}.sh", f"# expect: bucket {wrong}\n")

    def write(self, name: str, text: str) -> None:
        """Write a file of the content folder."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def write_lesson(self, name: str, text: str) -> None:
        """Write a file of the lesson."""
        self.write(f"lessons/01-first/{name}", text)

    def replace(self, name: str, old: str, new: str) -> None:
        """Change a piece of one of the lesson's files."""
        path = self.lesson / name
        text = path.read_text(encoding="utf-8")
        assert old in text, old
        path.write_text(text.replace(old, new), encoding="utf-8")
