"""Judge a lab by looking: which tasks are done and, for the first check that fails, which wrong state it is.

Pure over what it is given: an observation (API calls on a copy) and the trail's events, oldest first.
"""

import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import jmespath

from labs.content import Check, Lab, Look, Sighting, Task, When, fill
from labs.content.names import fill_all
from labs.content.shapes import State, Trail
from sandbox import faults

log = logging.getLogger(__name__)

LONGEST_FOUND = 100


class Answer(Protocol):
    """What a call answered: its output, or an error code."""

    @property
    def output(self) -> dict[str, Any] | None: ...
    @property
    def error_code(self) -> str: ...


class Observation(Protocol):
    """An environment that can be asked anything and is never changed."""

    def call(
        self,
        service: str,
        operation: str,
        parameters: dict[str, Any],
        *,
        account: str = "main",
        region: str = "us-east-1",
    ) -> Answer: ...


class Seen(Protocol):
    """An event of the trail."""

    event_name: str
    event_source: str
    interface: str
    error_code: str
    record: Any


class PlatformFault(Exception):
    """The environment could not be looked at; no fault of the learner."""


@dataclass(frozen=True, slots=True)
class Result:
    """How a task stands; `wrong` is a wrong state's id, empty when none fits; `fault`: we could not tell."""

    task: str
    done: bool
    wrong: str = ""
    reason: str = ""
    fault: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """What a check saw."""

    holds: bool
    value: Any = None
    error: str = ""


@dataclass(frozen=True, slots=True)
class Grader:
    """A lab with one learner's names, and what can be seen of their environment."""

    lab: Lab
    names: Mapping[str, str]
    observation: Observation
    events: Sequence[Seen]

    def result(self, task: Task) -> Result:
        """Judge a task; raises PlatformFault."""
        for check in task.checks:
            found = self.found(check)
            if not found.holds:
                return self.failed(task, check, found)
        return Result(task.id, done=True)

    def found(self, check: Check) -> Found:
        """See whether a check holds."""
        if check.state is not None:
            value, error = self.look(check.state)
            return Found(not error and _holds(check.state, value, self.names), value, error)
        if check.trail is not None:
            return self.found_in_trail(check.trail)
        raise AssertionError("a check is either state or trail")

    def look(self, look: Look) -> tuple[Any, str]:
        """Call and query; returns what was found and the error code, empty when the call succeeded."""
        service, operation = look.call.split(".")
        parameters = fill_all(look.parameters, self.names)
        region = fill(look.region or self.lab.region, self.names)
        answer = self.observation.call(
            service,
            operation,
            parameters,
            account=look.account,
            region=region,
        )
        if answer.error_code in faults.OURS:
            raise PlatformFault(f"{look.call}: {answer.error_code}")
        if answer.error_code:
            return None, answer.error_code
        return jmespath.search(fill(look.query, self.names), answer.output), ""

    def found_in_trail(self, trail: Trail) -> Found:
        """Count the calls that fit, and remember how the last call of that name ended."""
        same_name = [e for e in self.events if e.event_name == trail.event and e.event_source == trail.source]
        sighting = Sighting(interface=trail.interface, error=trail.error, match=trail.match)
        count = sum(self.fits(sighting, event) for event in same_name)
        enough = trail.at_least <= count and (trail.at_most is None or count <= trail.at_most)
        return Found(enough, count, same_name[-1].error_code if same_name else "")

    def fits(self, sighting: Sighting, event: Seen) -> bool:
        """Tell whether an event is one of those that are meant."""
        return (
            sighting.event in (None, event.event_name)
            and sighting.source in (None, event.event_source)
            and sighting.interface in (None, event.interface)
            and sighting.error in (None, event.error_code)
            and all(
                jmespath.search(path, event.record) == fill_all(value, self.names)
                for path, value in sighting.match.items()
            )
        )

    def failed(self, task: Task, check: Check, found: Found) -> Result:
        """Recognise the wrong state: the first whose signs are all there."""
        for wrong in check.wrong:
            applies, value = self.applies(wrong.when, found)
            if applies:
                names = {**self.names, "found": _told(value)}
                return Result(task.id, done=False, wrong=wrong.id, reason=fill(wrong.say, names))
        return Result(task.id, done=False, reason=self.general_reason(check, found))

    def applies(self, when: When, found: Found) -> tuple[bool, Any]:
        """Tell whether a wrong state's signs are there, and what `{found}` is then."""
        errors = (when.error,) if isinstance(when.error, str) else when.error
        if errors is not None and found.error not in errors:
            return False, None
        if when.found is not None and found.value != fill_all(when.found, self.names):
            return False, None
        if when.trail is not None and not any(self.fits(when.trail, event) for event in self.events):
            return False, None
        if when.look is None:
            return True, found.value
        value, _ = self.look(when.look)
        return _something(value), value

    def general_reason(self, check: Check, found: Found) -> str:
        """Say what was found and expected when no wrong state fits."""
        if check.trail is not None:
            wanted_times = _wanted_times(check.trail)
            return f"`{check.trail.event}` was seen {found.value} times; the task asks for {wanted_times}."
        if found.error:
            return f"The check's own look answered `{found.error}`."
        wanted = next((rule for rule in check.state.rules if rule is not None), None) if check.state else None
        expected = f"; expected: `{_told(fill_all(wanted, self.names))}`" if wanted is not None else ""
        return f"Found: `{_told(found.value)}`{expected}."


def grade(
    lab: Lab,
    names: Mapping[str, str],
    observation: Observation,
    events: Sequence[Seen],
    *,
    but_not: frozenset[str] = frozenset(),
) -> list[Result]:
    """Judge the tasks of a lab, except those named; a check that breaks is a fault of ours, for its task."""
    grader = Grader(lab, names, observation, events)
    return [_result_or_fault(grader, task) for task in lab.tasks if task.id not in but_not]


def _result_or_fault(grader: Grader, task: Task) -> Result:
    try:
        return grader.result(task)
    except Exception:
        log.exception("task %s could not be judged", task.id)
        return Result(task.id, done=False, fault=True)


def events_needed(lab: Lab) -> bool:
    """Tell whether any check of a lab looks at the trail."""
    return any(
        check.trail or any(wrong.when.trail for wrong in check.wrong) for task in lab.tasks for check in task.checks
    )


def _holds(state: State, value: Any, names: Mapping[str, str]) -> bool:
    if state.equals is not None:
        return bool(value == fill_all(state.equals, names))
    if state.one_of is not None:
        return value in [fill_all(each, names) for each in state.one_of]
    if state.contains is not None:
        return isinstance(value, list | str) and fill_all(state.contains, names) in value
    if state.at_least is not None:
        return isinstance(value, int | float) and value >= state.at_least
    return _something(value)


def _something(value: Any) -> bool:
    """JMESPath's own notion of true: 0 is something, an empty list is not."""
    return value not in (None, False, "", [], {})


def _wanted_times(trail: Trail) -> str:
    if trail.at_most is None:
        return f"{trail.at_least} or more"
    return str(trail.at_least) if trail.at_least == trail.at_most else f"{trail.at_least} to {trail.at_most}"


def _told(value: Any) -> str:
    """A value in a sentence: short, on one line, without backticks, which mark code."""
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        value = ", ".join(value)
    text = value if isinstance(value, str) else json.dumps(value, default=str)
    printable = "".join(each if each.isprintable() else " " for each in text)
    line = " ".join(printable.split()).replace("`", "'")
    return line if len(line) <= LONGEST_FOUND else line[: LONGEST_FOUND - 1] + "…"
