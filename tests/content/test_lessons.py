"""Every lesson, with the real AWS CLI and boto3 against a running site: what earns what, and what is said."""

import re
from pathlib import Path

import pytest

from labs.content import Lesson, Mistake, fill, load_catalogue
from tests.learner import Learner
from tests.site import ROOT, RunningSite

CATALOGUE = load_catalogue(ROOT / "content")
LESSONS = CATALOGUE.lessons
SOLUTIONS = [(lesson, script) for lesson in LESSONS for script in lesson.solutions]
MISTAKES = [(lesson, mistake) for lesson in LESSONS for mistake in lesson.mistakes]

pytestmark = pytest.mark.server


def test_every_lesson_loads() -> None:
    assert CATALOGUE.problems == ()
    assert LESSONS


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.slug)
def test_an_untouched_lab_scores_nothing(lesson: Lesson, site: RunningSite) -> None:
    rows = Learner(site.url).start(lesson.slug).check_until()
    assert {task: row.state for task, row in rows.items()} == {task.id: "not-yet" for task in lesson.lab.tasks}
    assert all(row.reason for row in rows.values())


@pytest.mark.parametrize(
    ("lesson", "script"), SOLUTIONS, ids=[f"{lesson.slug}-{script.name}" for lesson, script in SOLUTIONS]
)
def test_a_solution_earns_full_marks(lesson: Lesson, script: Path, site: RunningSite, tmp_path: Path) -> None:
    lab = Learner(site.url).start(lesson.slug)
    ran = lab.run(script, folder=tmp_path, names=lab.names(lesson))
    assert ran.returncode == 0, ran.stderr
    rows = lab.check_until(lambda rows: all(row.state == "done" for row in rows.values()))
    assert {task: row.state for task, row in rows.items()} == {task.id: "done" for task in lesson.lab.tasks}


@pytest.mark.parametrize(
    ("lesson", "mistake"),
    MISTAKES,
    ids=[f"{lesson.slug}-{mistake.path.stem}" for lesson, mistake in MISTAKES],
)
def test_a_mistake_is_told_exactly_what_it_is(
    lesson: Lesson, mistake: Mistake, site: RunningSite, tmp_path: Path
) -> None:
    lab = Learner(site.url).start(lesson.slug)
    names = lab.names(lesson)
    ran = lab.run(mistake.path, folder=tmp_path, names=names)
    said = sentence(lesson, mistake, names)
    rows = lab.check_until(lambda rows: said.fullmatch(rows[mistake.task].reason) is not None)
    row = rows[mistake.task]
    assert row.state == "not-yet"
    assert said.fullmatch(row.reason), (row.reason, ran.stderr)


def sentence(lesson: Lesson, mistake: Mistake, names: dict[str, str]) -> re.Pattern[str]:
    """What the learner must read; whatever was found stands for `{found}`."""
    task = lesson.lab.task(mistake.task)
    assert task is not None
    (say,) = [wrong.say for check in task.checks for wrong in check.wrong if wrong.id == mistake.wrong]
    return re.compile(re.escape(fill(say, names)).replace(re.escape("{found}"), ".+"))
