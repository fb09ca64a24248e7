"""Reads that more than one place needs."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, QuerySet

from labs.content import Catalogue, Lesson, Task, fill
from labs.models import Grading, HintTaken, LabSession, Learner, TaskResult
from sandbox.models import Event
from sandbox.trail import SETUP_USER_AGENT

SETUP = Q(record__userAgent__startswith=SETUP_USER_AGENT)
HINT_LEVELS = 3


def sessions_in(environment_ids: Collection[UUID]) -> QuerySet[LabSession]:
    """Open, unfinished sessions in these environments."""
    return LabSession.objects.filter(environment_id__in=environment_ids, closed_at=None, finished_at=None)


def sessions_of(learner: Learner) -> QuerySet[LabSession]:
    """A learner's open sessions, one per lesson at most."""
    return LabSession.objects.filter(learner=learner, closed_at=None)


def learners_events(environment_id: UUID) -> QuerySet[Event]:
    """The trail of an environment without the calls of the lab's own setup, oldest first."""
    return Event.objects.filter(environment_id=environment_id).exclude(SETUP).order_by("pk")


def event_of(learner: Learner, event_id: UUID) -> tuple[LabSession, Event] | None:
    """A call in one of the learner's open labs, with the lab; None when there is none."""
    sessions = {session.environment_id: session for session in sessions_of(learner)}
    event = Event.objects.filter(environment_id__in=list(sessions), event_id=event_id).first()
    return (sessions[event.environment_id], event) if event is not None else None


@dataclass(frozen=True, slots=True)
class TaskRow:
    """A task as the panel shows it. `state`: open, checking, done, not-yet or fault."""

    number: int
    task: Task
    title: str
    state: str
    reason: str
    hints: tuple[str, ...]

    @property
    def next_level(self) -> int | None:
        """The level of the hint that can be opened next."""
        return len(self.hints) + 1 if len(self.hints) < HINT_LEVELS and self.state != "done" else None


@dataclass(frozen=True, slots=True)
class Panel:
    """All tasks of a session, and whether the last grading failed on our side."""

    rows: tuple[TaskRow, ...]
    checking: bool
    fault: bool

    @property
    def done(self) -> int:
        """How many tasks are done."""
        return sum(row.state == "done" for row in self.rows)

    @property
    def finished(self) -> bool:
        """All tasks are done."""
        return self.done == len(self.rows)


def panel_of(session: LabSession, lesson: Lesson) -> Panel:
    """Read how the tasks of a session stand; two queries."""
    results = {result.task: result for result in session.results.all()}
    taken = set(session.hints.values_list("task", "level"))
    rows = tuple(
        _row(number, task, session, results.get(task.id), taken)
        for number, task in enumerate(lesson.lab.tasks, start=1)
    )
    return Panel(rows, session.is_being_graded, session.grading_fault)


def preview_of(lesson: Lesson) -> Panel:
    """The tasks of a lab that was not started: names are told, not drawn."""
    names = {name: f"your {name.replace('_', ' ')}" for name in lesson.lab.draw}
    rows = tuple(
        TaskRow(number, task, fill(task.title, names), "open", "", ())
        for number, task in enumerate(lesson.lab.tasks, start=1)
    )
    return Panel(rows, checking=False, fault=False)


def _row(
    number: int, task: Task, session: LabSession, result: TaskResult | None, taken: set[tuple[str, int]]
) -> TaskRow:
    hints = tuple(
        fill(hint, session.names) for level, hint in enumerate(task.hints, start=1) if (task.id, level) in taken
    )
    reason = result.reason if result and result.outcome == TaskResult.Outcome.NOT_YET else ""
    return TaskRow(number, task, fill(task.title, session.names), _state(session, result), reason, hints)


def _state(session: LabSession, result: TaskResult | None) -> str:
    if result and result.outcome == TaskResult.Outcome.DONE:
        return "done"
    if session.grading != Grading.IDLE:
        return "checking"
    return result.outcome if result else "open"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a learner is in a lesson's lab."""

    session: LabSession | None
    done: int
    total: int


def progress_of(learner: Learner | None, catalogue: Catalogue) -> dict[UUID, Progress]:
    """How far a learner is in every written lesson; two queries."""
    sessions = {s.lesson: s for s in sessions_of(learner)} if learner else {}
    done = _tasks_done(sessions)
    return {
        lesson.uuid: Progress(
            sessions.get(lesson.uuid),
            sum((lesson.uuid, task.id) in done for task in lesson.lab.tasks),
            len(lesson.lab.tasks),
        )
        for lesson in catalogue.lessons
    }


def _tasks_done(sessions: Mapping[UUID, LabSession]) -> set[tuple[UUID, str]]:
    lesson_of = {session.pk: lesson for lesson, session in sessions.items()}
    rows = TaskResult.objects.filter(session__in=list(lesson_of), outcome=TaskResult.Outcome.DONE).values_list(
        "session_id", "task"
    )
    return {(lesson_of[session_id], task) for session_id, task in rows} if sessions else set()


def hints_taken(session: LabSession, task_id: str) -> int:
    """How many hints of a task were opened."""
    return HintTaken.objects.filter(session=session, task=task_id).count()
