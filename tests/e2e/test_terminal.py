"""The terminal on the lesson page, driven by keyboard in Chromium against the running site."""

import time
from collections.abc import Iterator
from typing import TypedDict

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.site import RunningSite

# The first command waits until Python and the CLI are loaded.
START_MS = 60_000
COMMAND_MS = 20_000
WATCH = """
    window.commands = [];
    window.calls = [];
    document.addEventListener("entrypoint:command", ({ detail }) => window.commands.push(detail));
    document.addEventListener("entrypoint:call", ({ detail }) => window.calls.push(detail));
"""


class Outcome(TypedDict):
    stdout: str
    stderr: str
    exitCode: int


class Command(TypedDict):
    line: str
    exitCode: int


@pytest.fixture(scope="module")
def terminal(browser: Browser, site: RunningSite) -> Iterator[Page]:
    """A guest's lesson page with its terminal ready; the tests of this file share it."""
    with browser.new_context(viewport={"width": 1280, "height": 900}) as context:
        context.add_init_script(WATCH)
        page = context.new_page()
        page.goto(site.url)
        page.get_by_role("button", name="Start lesson 01").click()
        # Typed while the runtime loads: kept, and run when it is there.
        page.get_by_label("Terminal input").focus()
        page.keyboard.type("echo typed early\n")
        page.evaluate("() => window.workbench.ready")
        wait_for_command(page, "echo typed early", START_MS)
        yield page


def run(page: Page, line: str) -> Outcome:
    """Run a command line as if it had been typed."""
    outcome: Outcome = page.evaluate("(line) => window.workbench.run(line)", line)
    return outcome


def commands(page: Page) -> list[Command]:
    found: list[Command] = page.evaluate("() => window.commands")
    return found


def wait_for_command(page: Page, line: str, timeout: float = COMMAND_MS) -> Command:
    """Wait until the page was told of this line's end."""
    ended = "(line) => window.commands.find((command) => command.line === line)"
    page.wait_for_function(ended, arg=line, timeout=timeout)
    return next(command for command in commands(page) if command["line"] == line)


def wait_for_text(page: Page, text: str) -> None:
    expect(page.get_by_label("Terminal", exact=True)).to_contain_text(text, timeout=COMMAND_MS)


def keys(page: Page, text: str) -> None:
    page.get_by_label("Terminal input").focus()
    page.keyboard.type(text)


def test_lines_typed_while_loading_are_kept(terminal: Page) -> None:
    assert commands(terminal)[0] == {"line": "echo typed early", "exitCode": 0}


def test_aws_answers_as_the_learner(terminal: Page) -> None:
    outcome = run(terminal, "aws sts get-caller-identity --query Arn --output text")
    assert outcome["stdout"].endswith(":user/learner\n")
    assert (outcome["stderr"], outcome["exitCode"]) == ("", 0)
    calls = terminal.evaluate("() => window.calls")
    assert calls[-1] == {"status": 200, "host": "sts.eu-central-1.amazonaws.com"}


def test_shell_and_boto3_share_files(terminal: Page) -> None:
    run(terminal, "echo 'import boto3; print(boto3.client(\"sts\").meta.region_name)' > region.py")
    assert run(terminal, "python3 region.py | tr a-z A-Z")["stdout"] == "EU-CENTRAL-1\n"


def test_a_refusal_ends_with_254(terminal: Page) -> None:
    outcome = run(terminal, "aws s3api get-object --bucket no-such-bucket-here --key a a")
    assert outcome["exitCode"] == 254
    assert run(terminal, "echo $?")["stdout"] == "254\n"


def test_a_service_outside_of_the_pack_is_known(terminal: Page) -> None:
    assert (
        run(terminal, "aws glue get-databases --generate-cli-skeleton | jq -r 'keys[0]'")["stdout"]
        == "AttributesToGet\n"
    )


def test_aws_configure_asks_questions(terminal: Page) -> None:
    keys(terminal, "aws configure --profile other\n")
    for question, reply in (
        ("AWS Access Key ID", "AKIAOTHER"),
        ("AWS Secret Access Key", "secret"),
        ("Default region name", "us-west-2"),
        ("Default output format", "json"),
    ):
        wait_for_text(terminal, question)
        keys(terminal, f"{reply}\n")
    wait_for_command(terminal, "aws configure --profile other")
    assert run(terminal, "aws configure get region --profile other")["stdout"] == "us-west-2\n"


def test_the_python_prompt_ends_with_ctrl_d(terminal: Page) -> None:
    keys(terminal, "python3\n")
    wait_for_text(terminal, ">>>")
    keys(terminal, "print(6 * 7)\n")
    wait_for_text(terminal, "42")
    terminal.keyboard.press("Control+d")
    assert wait_for_command(terminal, "python3")["exitCode"] == 0


@pytest.mark.parametrize(
    "line",
    [
        "while true; do :; done",
        "python3 -c 'while True: pass'",
        "python3 -c 'import time; time.sleep(60)'",
        "aws configure --profile never",
        "sleep 60",
    ],
)
def test_ctrl_c_ends(terminal: Page, line: str) -> None:
    keys(terminal, f"{line}\n")
    time.sleep(0.5)
    terminal.keyboard.press("Control+c")
    assert wait_for_command(terminal, line)["exitCode"] == 130


def test_several_lines_make_one_command(terminal: Page) -> None:
    keys(terminal, "for i in 1 2; do\necho line $i\ndone\n")
    assert wait_for_command(terminal, "for i in 1 2; do\necho line $i\ndone")["exitCode"] == 0


def test_the_page_can_type_over_a_draft(terminal: Page) -> None:
    keys(terminal, "echo draft")
    terminal.evaluate(
        "() => document.dispatchEvent(new CustomEvent('entrypoint:type', { detail: { text: 'cat <<E\\nhi\\nE\\n' } }))"
    )
    wait_for_command(terminal, "cat <<E\nhi\nE")
    terminal.keyboard.press("Enter")
    assert wait_for_command(terminal, "echo draft")["exitCode"] == 0


def test_a_command_that_ignores_ctrl_c_is_ended_and_files_survive(terminal: Page) -> None:
    run(terminal, "mkdir -p work && cd work && echo kept > kept.txt && KEPT=1")
    stubborn = 'python3 -c "while True:\n  try:\n    while True: pass\n  except BaseException: pass"'
    keys(terminal, f"{stubborn}\n")
    time.sleep(0.5)
    terminal.keyboard.press("Control+c")
    assert wait_for_command(terminal, stubborn)["exitCode"] == 137
    wait_for_text(terminal, "Your files are kept")
    assert run(terminal, "pwd; cat kept.txt; echo $KEPT; cd")["stdout"] == "/home/learner/work\nkept\n1\n"
    assert run(terminal, "aws sts get-caller-identity")["exitCode"] == 0


def test_nothing_is_stored_in_the_browser(terminal: Page) -> None:
    assert (
        terminal.evaluate("() => [localStorage, sessionStorage].map((storage) => JSON.stringify(storage)).join()").find(
            "AKIA"
        )
        == -1
    )
