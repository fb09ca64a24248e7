"""Clients that we did not write, on the plain endpoint: version 2 of the AWS CLI, and boto3 from PyPI."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from labs.content import Lesson, load_catalogue
from tests.learner import Lab, Learner
from tests.site import ROOT, RunningSite

SCRIPTS = Path(__file__).parent / "clients"
SOLUTIONS = ROOT / "content" / "lessons" / "01-why-cloud-core-services" / "solutions"
# The first version of the CLI that reads AWS_ENDPOINT_URL; Debian 12 has an older one.
READS_ENDPOINT = (2, 13)
# What uv says of an index that it cannot connect to.
UNREACHABLE = "error sending request"


def version_2() -> str | None:
    """Where version 2 of the CLI is: where ENTRYPOINT_AWS_CLI says, or on the PATH."""
    for path in (os.environ.get("ENTRYPOINT_AWS_CLI"), shutil.which("aws")):
        if path and version_of(path)[:1] == (2,):
            return path
    return None


def version_of(path: str) -> tuple[int, ...]:
    told = subprocess.run([path, "--version"], capture_output=True, text=True, timeout=60).stdout
    name, _, version = told.partition(" ")[0].partition("/")
    return tuple(int(part) for part in version.split(".")[:2]) if name == "aws-cli" else ()


@pytest.fixture(scope="module")
def cli(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the program `aws`, version 2, which takes its endpoint from AWS_ENDPOINT_URL."""
    program = version_2()
    if program is None:
        pytest.skip("no AWS CLI of version 2 on the PATH or at ENTRYPOINT_AWS_CLI (Debian: apt install awscli)")
    folder = tmp_path_factory.mktemp("cli")
    endpoint = "" if version_of(program) >= READS_ENDPOINT else '--endpoint-url "$AWS_ENDPOINT_URL"'
    script = folder / "aws"
    script.write_text(f'#!/bin/sh\nexec "{program}" {endpoint} "$@"\n')
    script.chmod(0o755)
    return folder


@pytest.fixture(scope="module")
def boto3_python(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The Python of a new environment with boto3 and nothing else; skipped only where PyPI does not answer."""
    folder = tmp_path_factory.mktemp("boto3") / "environment"
    python = folder / "bin" / "python"
    uv = shutil.which("uv") or str(ROOT / ".uv" / "bin" / "uv")
    subprocess.run([uv, "venv", "--quiet", "--python", sys.executable, str(folder)], check=True, timeout=120)
    wanted = [uv, "pip", "install", "--quiet", "--python", str(python), "boto3"]
    done = subprocess.run(wanted, capture_output=True, text=True, timeout=300)
    if done.returncode and UNREACHABLE in done.stderr:
        pytest.skip(f"PyPI cannot be reached, so there is no boto3: {done.stderr[-300:]}")
    assert done.returncode == 0, done.stderr
    return str(python)


@pytest.fixture
def learner_account(site: RunningSite) -> Iterator[Mapping[str, str]]:
    """A fresh account, as variables that every client reads."""
    made = site.make_accounts()[0]
    yield {
        "AWS_ACCESS_KEY_ID": made["access_key_id"],
        "AWS_SECRET_ACCESS_KEY": made["secret_access_key"],
        "AWS_ENDPOINT_URL": made["endpoint_url"],
        "AWS_DEFAULT_REGION": "eu-central-1",
    }


def run(command: list[str], folder: Path, variables: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """Run a script with the variables given, and nothing else of ours."""
    environ = {"PATH": os.environ["PATH"], "HOME": str(folder), "LANG": "C.UTF-8", "AWS_EC2_METADATA_DISABLED": "true"}
    work = folder / "work"
    work.mkdir()
    return subprocess.run(
        command, cwd=work, env={**environ, **variables}, capture_output=True, text=True, timeout=900, check=False
    )


def lesson_one() -> Lesson:
    lessons = load_catalogue(ROOT / "content").lessons
    return next(lesson for lesson in lessons if SOLUTIONS / "cli.sh" in lesson.solutions)


def variables_of(lab: Lab, lesson: Lesson) -> dict[str, str]:
    names = {name.upper(): value for name, value in lab.names(lesson).items()}
    return {
        "AWS_ACCESS_KEY_ID": lab.bench["credentials"]["access_key_id"],
        "AWS_SECRET_ACCESS_KEY": lab.bench["credentials"]["secret_access_key"],
        "AWS_ENDPOINT_URL": lab.learner.site + lab.bench["envelope_url"].rstrip("/"),
        "AWS_DEFAULT_REGION": lab.bench["region"],
        **names,
    }


def states(lab: Lab) -> set[str]:
    rows = lab.check_until(lambda rows: all(row.state == "done" for row in rows.values()))
    return {row.state for row in rows.values()}


def test_the_cli_does_the_first_lesson(site: RunningSite, cli: Path, tmp_path: Path) -> None:
    lesson = lesson_one()
    lab = Learner(site.url).start(lesson.slug)
    variables = variables_of(lab, lesson) | {"PATH": f"{cli}{os.pathsep}{os.environ['PATH']}"}
    ran = run(["bash", str(SOLUTIONS / "cli.sh")], tmp_path, variables)
    assert ran.returncode == 0, ran.stderr
    assert states(lab) == {"done"}


def test_boto3_does_the_first_lesson(site: RunningSite, boto3_python: str, tmp_path: Path) -> None:
    lesson = lesson_one()
    lab = Learner(site.url).start(lesson.slug)
    ran = run([boto3_python, str(SOLUTIONS / "sdk.py")], tmp_path, variables_of(lab, lesson))
    assert ran.returncode == 0, ran.stderr
    assert states(lab) == {"done"}


def test_the_cli_runs_forty_commands(learner_account: Mapping[str, str], cli: Path, tmp_path: Path) -> None:
    variables = {**learner_account, "PATH": f"{cli}{os.pathsep}{os.environ['PATH']}"}
    ran = run(["bash", str(SCRIPTS / "forty_commands.sh")], tmp_path, variables)
    assert (ran.returncode, ran.stdout.splitlines()[-1:]) == (0, ["40 commands"]), ran.stderr


def test_boto3_makes_forty_calls(learner_account: Mapping[str, str], boto3_python: str, tmp_path: Path) -> None:
    ran = run([boto3_python, str(SCRIPTS / "forty_calls.py")], tmp_path, learner_account)
    assert (ran.returncode, ran.stdout) == (0, "40 calls\n"), ran.stderr
