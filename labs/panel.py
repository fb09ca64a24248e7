"""What the tasks panel is rendered from, and a token that changes when it does."""

from hashlib import sha256
from typing import Any

from labs.catalogue import catalogue
from labs.content import Lesson, Part
from labs.models import LabSession
from labs.queries import Panel, panel_of, preview_of


def panel_context(
    lesson: Lesson, session: LabSession | None, *, opened: tuple[str, int] | None = None
) -> dict[str, Any]:
    """Everything that `lesson.html#tasks` needs; `opened` is the hint that the learner has just opened."""
    panel = panel_of(session, lesson) if session else preview_of(lesson)
    return {
        "lesson": lesson,
        "session": session,
        "panel": panel,
        "token": token_of(panel),
        "opened_task": opened[0] if opened else None,
        "opened_level": opened[1] if opened else None,
    }


def token_of(panel: Panel) -> str:
    """Digest everything that a panel shows."""
    shown = [(row.task.id, row.state, row.reason, row.hints) for row in panel.rows]
    return sha256(repr((panel.checking, panel.fault, shown)).encode()).hexdigest()[:16]


def part_of(lesson: Lesson) -> Part | None:
    """The part of the curriculum in which a lesson stands."""
    return next((part for part in catalogue().parts if any(entry.slug == lesson.slug for entry in part.entries)), None)
