"""Read all content below a folder; problems are gathered, nothing is raised."""

import re
from collections import Counter
from pathlib import Path

from labs.content.catalogue import Catalogue, CurriculumEntry, Lesson, Mistake, Part, Problem
from labs.content.figures import inline_svg
from labs.content.judging import problems_of_lab
from labs.content.reading import YamlText
from labs.content.rendering import Block, TaskLink, render
from labs.content.shapes import Curriculum, FrontMatter, Lab

FOLDER = re.compile(r"(?P<number>\d\d)-(?P<slug>[a-z0-9]+(?:-[a-z0-9]+)*)")
EXPECT = re.compile(r"# expect: (?P<task>[a-z0-9-]+) (?P<wrong>[a-z0-9-]+)")
SOLUTIONS = ("cli.sh", "sdk.py")
FEWEST_MISTAKES = 4


def load_catalogue(root: Path) -> Catalogue:
    """Load `curriculum.yaml` and `lessons/` below a folder."""
    problems: list[Problem] = []
    curriculum = _read_curriculum(root / "curriculum.yaml", problems)
    lessons = [
        lesson
        for folder in sorted((root / "lessons").glob("*"))
        if folder.is_dir() and (lesson := _read_lesson(folder, problems)) is not None
    ]
    problems += _repeated_uuids(lessons)
    problems += _outside(curriculum, lessons)
    return Catalogue(_parts(curriculum, lessons), tuple(lessons), tuple(problems))


def _read(path: Path, problems: list[Problem]) -> str | None:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        problems.append(Problem(path, 1, error.strerror or "cannot be read"))
    except UnicodeDecodeError:
        problems.append(Problem(path, 1, "is not UTF-8"))
    return None


def _read_curriculum(path: Path, problems: list[Problem]) -> Curriculum | None:
    text = _read(path, problems)
    if text is None:
        return None
    curriculum, found = YamlText(path, text).read(Curriculum)
    problems += found
    return curriculum


def _read_lesson(folder: Path, problems: list[Problem]) -> Lesson | None:
    """Read one folder; a lesson with any problem is left out."""
    before = len(problems)
    name = FOLDER.fullmatch(folder.name)
    if name is None:
        problems.append(Problem(folder, 1, "name the folder NN-slug"))
        return None
    about, body = _read_prose(folder, problems)
    lab = _read_lab(folder / "lab.yaml", problems)
    if lab is not None:
        problems += _unknown_tasks(folder, body, lab)
    solutions = _solutions(folder, problems)
    mistakes = _mistakes(folder, lab, problems)
    if about is None or lab is None or len(problems) > before:
        return None
    setup = folder / "setup.py"
    return Lesson(
        number=int(name["number"]),
        slug=name["slug"],
        folder=folder,
        about=about,
        body=body,
        lab=lab,
        setup=setup if setup.exists() else None,
        solutions=solutions,
        mistakes=mistakes,
    )


def _read_prose(folder: Path, problems: list[Problem]) -> tuple[FrontMatter | None, tuple[Block, ...]]:
    path = folder / "lesson.md"
    text = _read(path, problems)
    if text is None:
        return None, ()
    parts = re.match(r"---\n(?P<head>.*?)^---\n(?P<body>.*)", text, re.DOTALL | re.MULTILINE)
    if parts is None:
        problems.append(Problem(path, 1, "begin with front matter between two lines of ---"))
        return None, ()
    about, found = YamlText(path, parts["head"], first_line=2).read(FrontMatter)
    problems += found
    body_line = text[: parts.start("body")].count("\n") + 1
    rendered = render(parts["body"], figure=lambda name: _figure(folder, name))
    problems += [Problem(path, body_line + mishap.line, mishap.message) for mishap in rendered.mishaps]
    return about, rendered.blocks


def _figure(folder: Path, name: str) -> str:
    path = folder / "figures" / name
    if not re.fullmatch(r"[a-z0-9-]+\.svg", name) or not path.is_file():
        raise ValueError(f"there is no figures/{name}")
    return inline_svg(path.read_text(encoding="utf-8"))


def _read_lab(path: Path, problems: list[Problem]) -> Lab | None:
    text = _read(path, problems)
    if text is None:
        return None
    source = YamlText(path, text)
    lab, found = source.read(Lab)
    problems += found
    if lab is not None:
        problems += [source.problem(where, message) for where, message in problems_of_lab(lab)]
    return lab


def _unknown_tasks(folder: Path, body: tuple[Block, ...], lab: Lab) -> list[Problem]:
    linked = Counter(block.task for block in body if isinstance(block, TaskLink))
    path = folder / "lesson.md"
    unknown = [Problem(path, 1, f"there is no task {name}") for name in linked if lab.task(name) is None]
    unlinked = [
        Problem(path, 1, f"write :::{{task}} {task.id} exactly once") for task in lab.tasks if linked[task.id] != 1
    ]
    return unknown + unlinked


def _solutions(folder: Path, problems: list[Problem]) -> tuple[Path, ...]:
    paths = tuple(folder / "solutions" / name for name in SOLUTIONS)
    problems += [Problem(path, 1, "there is no such solution") for path in paths if not path.is_file()]
    return paths


def _mistakes(folder: Path, lab: Lab | None, problems: list[Problem]) -> tuple[Mistake, ...]:
    paths = sorted(path for path in (folder / "mistakes").glob("*") if path.suffix in {".sh", ".py"})
    if len(paths) < FEWEST_MISTAKES:
        problems.append(Problem(folder / "mistakes", 1, f"write at least {FEWEST_MISTAKES} mistakes"))
    found = [_mistake(path, lab, problems) for path in paths]
    return tuple(mistake for mistake in found if mistake is not None)


def _mistake(path: Path, lab: Lab | None, problems: list[Problem]) -> Mistake | None:
    lines = (_read(path, problems) or "").splitlines()
    expect = EXPECT.fullmatch(lines[0].strip()) if lines else None
    if expect is None:
        problems.append(Problem(path, 1, "begin with: # expect: <task> <wrong-state>"))
        return None
    task = lab.task(expect["task"]) if lab else None
    known = {wrong.id for check in task.checks for wrong in check.wrong} if task else set()
    if lab and expect["wrong"] not in known:
        problems.append(Problem(path, 1, f"there is no wrong state {expect['wrong']} of a task {expect['task']}"))
    return Mistake(path, expect["task"], expect["wrong"])


def _repeated_uuids(lessons: list[Lesson]) -> list[Problem]:
    count = Counter(lesson.uuid for lesson in lessons)
    return [
        Problem(lesson.folder / "lesson.md", 1, f"another lesson has the uuid {lesson.uuid} too")
        for lesson in lessons
        if count[lesson.uuid] > 1
    ]


def _outside(curriculum: Curriculum | None, lessons: list[Lesson]) -> list[Problem]:
    if curriculum is None:
        return []
    planned = {(entry.number, entry.slug) for part in curriculum.parts for entry in part.lessons}
    return [
        Problem(lesson.folder, 1, "the curriculum has no lesson with this number and slug")
        for lesson in lessons
        if (lesson.number, lesson.slug) not in planned
    ]


def _parts(curriculum: Curriculum | None, lessons: list[Lesson]) -> tuple[Part, ...]:
    written = {lesson.slug: lesson for lesson in lessons}
    parts = curriculum.parts if curriculum else ()
    return tuple(
        Part(
            number,
            part.title,
            tuple(
                CurriculumEntry(
                    entry.number,
                    entry.slug,
                    written[entry.slug].about.title if entry.slug in written else entry.title,
                    written.get(entry.slug),
                )
                for entry in part.lessons
            ),
        )
        for number, part in enumerate(parts, start=1)
    )
