"""The CLI's documented commands end as at AWS; those that did once go on doing so."""

import pytest

from .ours import open_place
from .outcomes import expected_errors, listed, named, outcome

COMMANDS = listed()

# 2026-11-25: awscli 1.46.3 leaves the files of blob arguments to the garbage collector.
pytestmark = [
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


def test_there_are_three_hundred_of_twelve_services() -> None:
    assert (len(COMMANDS), len({name.split(" ")[0] for name in COMMANDS})) == (300, 12)


def test_nine_in_ten_end_well() -> None:
    assert sum(COMMANDS.values()) >= 0.9 * len(COMMANDS)


def test_an_error_is_expected_only_of_a_documented_command() -> None:
    assert [named(name).name for name in expected_errors()] == list(expected_errors())


@pytest.mark.django_db
@pytest.mark.parametrize("name", COMMANDS)
def test_it_ends_as_at_aws(name: str) -> None:
    ended = outcome(named(name), open_place())
    if not ended.good and not COMMANDS[name]:
        pytest.xfail(ended.told)
    assert ended.good, ended.told
