"""Good content loads; each mistake in it is named with its file and line, and nothing is raised."""

from pathlib import Path

import pytest
from django.core.management import call_command

from labs.content import Catalogue, load_catalogue
from labs.content.rendering import Prose, TaskLink
from tests.builders import ContentFolder


@pytest.fixture
def content(tmp_path: Path) -> ContentFolder:
    return ContentFolder(tmp_path)


def load(content: ContentFolder) -> Catalogue:
    return load_catalogue(content.root)


def problems(content: ContentFolder) -> list[str]:
    """Problems as `file:line: message`, the file without the folders above it."""
    return [
        f"{problem.path.relative_to(content.root).name}:{problem.line}: {problem.message}"
        for problem in load(content).problems
    ]


def test_a_good_lesson_loads_whole(content: ContentFolder) -> None:
    catalogue = load(content)
    assert catalogue.problems == ()
    (lesson,) = catalogue.lessons
    assert (lesson.number, lesson.slug, lesson.uuid) == (1, "first", content.uuid)
    assert [task.id for task in lesson.lab.tasks] == ["bucket"]
    assert [block.task for block in lesson.body if isinstance(block, TaskLink)] == ["bucket"]
    assert [(mistake.task, mistake.wrong) for mistake in lesson.mistakes] == [("bucket", w) for w in "abcd"]
    assert catalogue.by_slug("first") is lesson
    assert catalogue.by_uuid(content.uuid) is lesson
    assert catalogue.parts[0].entries[0].lesson is lesson


def test_prose_has_try_its_and_figures(content: ContentFolder) -> None:
    html = "".join(block.html for block in load(content).lessons[0].body if isinstance(block, Prose))
    assert "<p>Words.</p>" in html
    assert "<code data-command>aws s3 ls</code>" in html
    assert '<path d="M0 0h9" stroke="var(--ink)" />' in html
    assert "<figcaption>A line.</figcaption>" in html


def test_raw_html_stays_text(content: ContentFolder) -> None:
    content.replace("lesson.md", "Words.", "<script>alert(1)</script> [x](javascript:alert(1))")
    html = "".join(block.html for block in load(content).lessons[0].body if isinstance(block, Prose))
    assert "<script" not in html
    assert 'href="javascript' not in html


BROKEN: list[tuple[str, str, str, list[str]]] = [
    (
        "lab.yaml",
        "points: 1",
        "point: 1",
        [
            "lab.yaml:5: tasks.0.points: Field required",
            "lab.yaml:7: tasks.0.point: Unexpected keyword argument",
        ],
    ),
    (
        "lab.yaml",
        "points: 1",
        "points: 99",
        ["lab.yaml:7: tasks.0.points: Input should be less than or equal to 20"],
    ),
    ("lab.yaml", "points: 1", "points: [", ["lab.yaml:9: expected ',' or ']', but got '<scalar>'"]),
    ("lab.yaml", "points: 1", "points: 1\n    points: 2", ["lab.yaml:7: 'points' stands here twice"]),
    (
        "lab.yaml",
        '"Three."]',
        '"{fruit}", "Four."]',
        ["lab.yaml:8: tasks.0.hints: Tuple should have at most 3 items after validation, not 4"],
    ),
    ("lab.yaml", "Make `{bucket}`", "Make `{basket}`", ["lab.yaml:6: no name {basket} is drawn"]),
    ("lab.yaml", '"A."', '"{found} {nobody}"', ["lab.yaml:12: no name {nobody} is drawn"]),
    (
        "lab.yaml",
        "Buckets[].Name",
        "Buckets[",
        ["lab.yaml:10: not a JMESPath expression: Invalid jmespath expression: Incomplete expression:"],
    ),
    ("lab.yaml", "{fruit}-{nn}", "{fruit}-{town}", ["lab.yaml:3: there is no word list town"]),
    (
        "lab.yaml",
        '          - {id: d, say: "D."}\n',
        "",
        ["lab.yaml:9: name at least 4 wrong states", "d.sh:1: there is no wrong state d of a task bucket"],
    ),
    (
        "lab.yaml",
        "{id: b,",
        "{id: a,",
        ["lab.yaml:9: two wrong states are called a", "b.sh:1: there is no wrong state b of a task bucket"],
    ),
    (
        "lab.yaml",
        'contains: "{bucket}"}',
        "contains: x, equals: y}",
        ["lab.yaml:10: tasks.0.checks.0.state: Value error, write at most one of equals, one_of, contains, at_least"],
    ),
    ("lab.yaml", 'query: "Buckets[].Name"', "account: partner", ["lab.yaml:10: there is no account partner"]),
    (
        "lesson.md",
        "minutes: 5",
        "minutes: soon",
        ["lesson.md:5: minutes: Input should be a valid integer, unable to parse string as an integer"],
    ),
    (
        "lesson.md",
        ":::{task} bucket",
        ":::{task} basket",
        ["lesson.md:1: there is no task basket", "lesson.md:1: write :::{task} bucket exactly once"],
    ),
    ("lesson.md", ":::{try}", ":::{tri}", ["lesson.md:14: tri is not a kind of block: try, figure, task"]),
    ("lesson.md", "line.svg", "../line.svg", ["lesson.md:18: there is no figures/../line.svg"]),
    (
        "lesson.md",
        "---\nuuid",
        "uuid",
        [
            "lesson.md:1: begin with front matter between two lines of ---",
            "lesson.md:1: write :::{task} bucket exactly once",
        ],
    ),
    (
        "figures/line.svg",
        'stroke="var(--ink)"',
        'stroke="#123"',
        ['lesson.md:18: stroke="#123": use var(--token), so that dark mode works'],
    ),
    (
        "figures/line.svg",
        'stroke="var(--ink)"',
        'onclick="x"',
        ["lesson.md:18: attribute onclick of path is not allowed"],
    ),
    (
        "figures/line.svg",
        "<desc>It is short.</desc>",
        "<script>x</script>",
        ["lesson.md:18: element script is not allowed"],
    ),
    ("figures/line.svg", "<desc>It is short.</desc>", "", ["lesson.md:18: title and desc are missing"]),
    (
        "figures/line.svg",
        "<path",
        '<text font-size="12">x</text><path',
        ["lesson.md:18: text smaller than 13 px"],
    ),
    (
        "mistakes/a.sh",
        "# expect: bucket a",
        "# bucket a",
        ["a.sh:1: begin with: # expect: <task> <wrong-state>"],
    ),
]


@pytest.mark.parametrize(("file", "old", "new", "told"), BROKEN)
def test_a_mistake_is_named_with_file_and_line(
    content: ContentFolder, file: str, old: str, new: str, told: list[str]
) -> None:
    content.replace(file, old, new)
    assert problems(content) == told
    assert load(content).lessons == ()


def test_every_missing_file_is_named(content: ContentFolder) -> None:
    for name in ("lab.yaml", "solutions/sdk.py", "mistakes/d.sh"):
        (content.lesson / name).unlink()
    assert problems(content) == [
        "lab.yaml:1: No such file or directory",
        "sdk.py:1: there is no such solution",
        "mistakes:1: write at least 4 mistakes",
    ]


def test_a_folder_out_of_the_curriculum_is_named(content: ContentFolder) -> None:
    content.lesson.rename(content.root / "lessons" / "02-second")
    assert problems(content) == ["02-second:1: the curriculum has no lesson with this number and slug"]


def test_two_lessons_with_one_uuid_are_named(content: ContentFolder) -> None:
    twin = ContentFolder(content.root / "twin")
    twin.lesson.rename(content.root / "lessons" / "02-twin")
    both = "lessons: [{number: 1, slug: first, title: First}, {number: 2, slug: twin, title: Twin}]"
    content.write("curriculum.yaml", f"parts: [{{title: One, {both}}}]")
    assert problems(content) == [f"lesson.md:1: another lesson has the uuid {content.uuid} too"] * 2


def test_an_empty_folder_is_a_problem_not_an_error(tmp_path: Path) -> None:
    catalogue = load_catalogue(tmp_path)
    assert [problem.message for problem in catalogue.problems] == ["No such file or directory"]


def test_check_content_counts_what_there_is(content: ContentFolder, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("check_content", content.root)
    assert capsys.readouterr().out == "ok: 1 lesson, 1 task, 4 wrong states\n"


def test_check_content_prints_all_problems_and_exits_1(
    content: ContentFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    content.replace("lab.yaml", "points: 1", "points: 99")
    content.replace("lesson.md", "minutes: 5", "minutes: 0")
    with pytest.raises(SystemExit, match="1"):
        call_command("check_content", content.root)
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 3
    assert lines[-1] == "2 problems"


@pytest.mark.parametrize(
    ("call", "told"),
    [
        ("s3.list_baskets", "boto3 has no s3.list_baskets"),
        ("s4.list_buckets", "boto3 has no s4.list_buckets"),
        ("s3.list_buckets, with: {Prefix: x, Colour: red}", "s3.list_buckets takes no Colour"),
    ],
)
def test_check_content_knows_what_boto3_can_call(
    content: ContentFolder, capsys: pytest.CaptureFixture[str], call: str, told: str
) -> None:
    content.replace("lab.yaml", "s3.list_buckets", call)
    with pytest.raises(SystemExit):
        call_command("check_content", content.root)
    assert told in capsys.readouterr().err
