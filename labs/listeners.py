"""What the sandbox tells us."""

import uuid

from labs.actions import ask_for_grading
from labs.queries import sessions_in


def environments_called(environment_ids: set[uuid.UUID]) -> None:
    """Grade the sessions whose environments were called; runs in the gateway's own thread."""
    ask_for_grading(session_ids=sessions_in(environment_ids).values_list("pk", flat=True))
