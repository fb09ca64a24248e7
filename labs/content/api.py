"""Do the calls that checks make exist? Told by botocore's own models; slow, so only `check_content` asks."""

from collections.abc import Iterator
from functools import cache

import botocore.session
from botocore import xform_name
from botocore.exceptions import UnknownServiceError

from labs.content.catalogue import Lesson, Problem
from labs.content.shapes import Lab, Look


def problems_of_calls(lesson: Lesson) -> list[Problem]:
    """Name the calls of a lesson's checks that boto3 does not have, and parameters that they do not take."""
    path = lesson.folder / "lab.yaml"
    return [Problem(path, 1, message) for look in _looks(lesson.lab) if (message := _wrong_with(look))]


def _looks(lab: Lab) -> Iterator[Look]:
    for task in lab.tasks:
        for check in task.checks:
            if check.state:
                yield check.state
            for wrong in check.wrong:
                if wrong.when.look:
                    yield wrong.when.look


def _wrong_with(look: Look) -> str:
    service, method = look.call.split(".")
    operations = _operations(service)
    if method not in operations:
        return f"boto3 has no {look.call}"
    extra = sorted(set(look.parameters) - operations[method])
    return f"{look.call} takes no {', '.join(extra)}" if extra else ""


@cache
def _operations(service: str) -> dict[str, frozenset[str]]:
    """Method names of a service with their parameters; empty for a service that does not exist."""
    try:
        model = botocore.session.get_session().get_service_model(service)
    except UnknownServiceError:
        return {}
    shapes = {name: model.operation_model(name).input_shape for name in model.operation_names}
    return {xform_name(name): frozenset(shape.members if shape else ()) for name, shape in shapes.items()}
