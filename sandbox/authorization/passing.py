"""Roles that a call hands to a service: iam:PassRole with the service that will take it."""

from collections.abc import Iterator

from .rows import Clause


def passed_roles(service: str, operation: str, clauses: tuple[Clause, ...]) -> Iterator[Clause]:
    """The clauses for roles in an operation's parameters."""
    yield from ()
