"""Run an example in an account made ready for it, and say whether it ended as it would at AWS."""

import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import awscli
import yaml

from . import driver, prepared
from .driver import Ended, Place
from .pages import Example, read_page

# As the CLI calls them.
SERVICES = (
    "iam",
    "sts",
    "s3api",
    "ec2",
    "dynamodb",
    "sqs",
    "sns",
    "lambda",
    "kms",
    "secretsmanager",
    "ssm",
    "cloudformation",
)
_PAGES = Path(awscli.__file__).parent / "examples"
_HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Outcome:
    """How an example ended; `sent` is false when the CLI itself refuses the page's words."""

    name: str
    good: bool
    told: str
    sent: bool = True
    error: str = ""


@cache
def expected_errors() -> dict[str, str]:
    """The codes with which AWS answers some of the documented commands, by command; reviewed one by one."""
    read = yaml.safe_load((_HERE / "errors.yaml").read_text(encoding="utf-8"))
    return {name: told["code"] for name, told in read.items()}


def listed() -> dict[str, bool]:
    """The chosen commands, and whether each is known to end well."""
    lines = (_HERE / "commands.txt").read_text(encoding="utf-8").splitlines()
    return {line[2:]: line[0] == "+" for line in lines if line[:2] in ("+ ", "- ")}


def pages() -> list[Path]:
    """The pages of the services, in order."""
    return [page for service in SERVICES for page in sorted((_PAGES / service).glob("*.rst"))]


def named(name: str) -> Example:
    """Read the example of a command by its name; raises LookupError when the installed CLI has it no more."""
    service, operation = name.split(" ")
    example = read_page(_PAGES / service / f"{operation}.rst")
    if example is None:
        raise LookupError(name)
    return example


def outcome(example: Example, place: Place) -> Outcome:
    """Prepare and run an example in an account of its own."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        try:
            words, region = prepared.words_for(example, place, folder)
        except prepared.Unprepared as failed:
            return Outcome(example.name, False, f"not prepared: {failed}")
        return _judged(example, driver.run(words, place, region=region, folder=folder))


def _judged(example: Example, ended: Ended) -> Outcome:
    wanted = expected_errors().get(example.name)
    good = ended.error == wanted if wanted else ended.status == 0
    return Outcome(example.name, good, ended.told[-400:] or "exit 0", bool(ended.asked), ended.error)
