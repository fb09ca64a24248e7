"""What keeps the site from starting, and how it is told: one line."""

import sys


class CannotStart(Exception):
    """The message is the line that the person at the keyboard reads."""


def say(line: str) -> None:
    """Print one line at once."""
    print(f"entrypoint: {line}", file=sys.stderr, flush=True)  # noqa: T201  # the supervisor talks to a terminal
