"""Tags given when something is made: most services ask for their tagging action too."""

from collections.abc import Iterator

from .rows import Clause


def tagged_on_create(service: str, operation: str, clauses: tuple[Clause, ...]) -> Iterator[Clause]:
    """The clauses for tags in an operation's parameters."""
    yield from ()
