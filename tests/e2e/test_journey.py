"""The main job, end to end in Chromium: a guest types commands, tasks tick, the next learner sees nothing."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from labs.content import Lesson, fill, load_catalogue
from tests.learner import names_in
from tests.site import ROOT, RunningSite

LESSON: Lesson = load_catalogue(ROOT / "content").lessons[0]
# Counted in an attribute: the pages' CSP forbids the evaluation that waiting for a function needs.
COUNT_COMMANDS = """
    let ended = 0;
    document.addEventListener("entrypoint:command", () => {
        document.documentElement.dataset.commands = String(++ended);
    });
"""
# The terminal loads Python and the CLI into the browser before the first command runs.
FIRST_COMMAND = 90_000
COMMAND = 30_000
TICK = 10_000


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    with browser.new_context(viewport={"width": 1280, "height": 900}) as context:
        context.add_init_script(COUNT_COMMANDS)
        yield context.new_page()


@pytest.fixture
def second_page(browser: Browser) -> Iterator[Page]:
    """Another learner's browser."""
    with browser.new_context() as context:
        context.add_init_script(COUNT_COMMANDS)
        yield context.new_page()


def start(page: Page, site: RunningSite) -> None:
    """Start lesson 01 from the home page, by one click."""
    page.goto(site.url)
    page.get_by_role("button", name="Start lesson 01").click()
    expect(page.get_by_role("heading", name=LESSON.about.title)).to_be_visible()


def type_line(page: Page, line: str, timeout: float = COMMAND) -> None:
    """Type a line into the terminal and wait until it has ended."""
    expect(page.get_by_label("Terminal", exact=True)).to_contain_text("learner:", timeout=timeout)
    page.get_by_label("Terminal input").focus()
    ended = commands_ended(page)
    page.keyboard.type(line)
    page.keyboard.press("Enter")
    wait_for_command(page, ended + 1, timeout)


def commands_ended(page: Page) -> int:
    """How many command lines have ended since the page was loaded."""
    return int(page.locator("html").get_attribute("data-commands") or 0)


def wait_for_command(page: Page, number: int, timeout: float = COMMAND) -> None:
    """Wait until so many command lines have ended."""
    expect(page.locator("html")).to_have_attribute("data-commands", str(number), timeout=timeout)


def solution_of(lesson: Lesson, names: dict[str, str]) -> list[tuple[str, list[str]]]:
    """For each task, the lines that its last hint tells to type."""
    blocks = {task.id: re.search(r"```\n(.*?)```", task.hints[2], re.DOTALL) for task in lesson.lab.tasks}
    return [(task, fill(block[1], names).splitlines()) for task, block in blocks.items() if block]


def shown(page: Page) -> str:
    """What stands in the terminal."""
    return page.get_by_label("Terminal", exact=True).inner_text()


def test_the_main_job(page: Page, second_page: Page, site: RunningSite) -> None:
    start(page, site)
    names = names_in(page.content(), LESSON)
    type_line(page, "true", FIRST_COMMAND)
    solution = solution_of(LESSON, names)
    assert [task for task, _ in solution] == [task.id for task in LESSON.lab.tasks]
    for task, lines in solution:
        for line in lines:
            type_line(page, line)
        expect(page.locator(f"#task-{task}")).to_have_attribute("data-state", "done", timeout=TICK)
    expect(page.get_by_text("5 of 5 done")).to_be_visible()

    page.reload()
    expect(page.get_by_text("5 of 5 done")).to_be_visible()
    type_line(page, "aws s3 ls", FIRST_COMMAND)
    assert names["bucket"] in shown(page)

    nothing_of_the_first_is_seen(second_page, site, page, names)

    page.get_by_text("Reset the lab", exact=True).click()
    page.get_by_role("button", name="Delete and start again").click()
    expect(page.get_by_text("0 of 5 done")).to_be_visible()
    assert names_in(page.content(), LESSON) == names
    type_line(page, "aws s3 ls", FIRST_COMMAND)
    assert names["bucket"] not in shown(page)


def nothing_of_the_first_is_seen(second: Page, site: RunningSite, first: Page, names: dict[str, str]) -> None:
    """Start the same lesson as another learner and look around."""
    start(second, site)
    expect(second.get_by_text("0 of 5 done")).to_be_visible()
    assert names["bucket"] not in second.content()
    type_line(second, "aws s3 ls; aws iam list-roles --query 'Roles[].RoleName'", FIRST_COMMAND)
    assert names["bucket"] not in shown(second)
    assert names["function"] not in shown(second)
    theirs = first.locator("[data-workbench]").get_attribute("data-config-url")
    answer = second.request.get(f"{site.url}{theirs}")
    assert answer.status == 404


def test_run_types_a_try_it_into_the_terminal(page: Page, site: RunningSite) -> None:
    start(page, site)
    type_line(page, "true", FIRST_COMMAND)
    block = page.locator("[data-try]").filter(has_text="See what a t3.micro is")
    block.get_by_role("button", name="Run").click()
    wait_for_command(page, 2)
    expect(page.get_by_label("Terminal", exact=True)).to_contain_text("1024")
