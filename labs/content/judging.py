"""What a lab's shape cannot say: names not drawn, queries that do not parse, ids that stand twice."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

import jmespath
from jmespath.exceptions import JMESPathError

from labs.content.names import unknown_words
from labs.content.shapes import PLACEHOLDER, Check, Lab, Look, Sighting, Task, Trail

Where = tuple[int | str, ...]
Complaint = tuple[Where, str]
FEWEST_WRONG_STATES = 4


def problems_of_lab(lab: Lab) -> Iterator[Complaint]:
    """Name everything wrong with a lab, each with the path at which it stands."""
    for name, draw in lab.draw.items():
        for word in unknown_words(draw.pattern or ""):
            yield ("draw", name), f"there is no word list {word}"
    for index, task in enumerate(lab.tasks):
        for where, message in _of_task(task, lab):
            yield ("tasks", index, *where), message
    for twice in _twice(task.id for task in lab.tasks):
        yield ("tasks",), f"two tasks are called {twice}"


def _of_task(task: Task, lab: Lab) -> Iterator[Complaint]:
    names = set(lab.draw)
    for where, text in [
        (("title",), task.title),
        *((("hints", n), hint) for n, hint in enumerate(task.hints)),
    ]:
        yield from _unknown_names(where, text, names)
    for index, check in enumerate(task.checks):
        for where, message in _of_check(check, lab):
            yield ("checks", index, *where), message
    wrong_ids = [wrong.id for check in task.checks for wrong in check.wrong]
    for twice in _twice(wrong_ids):
        yield ("checks",), f"two wrong states are called {twice}"
    if len(wrong_ids) < FEWEST_WRONG_STATES:
        yield ("checks",), f"name at least {FEWEST_WRONG_STATES} wrong states"


def _of_check(check: Check, lab: Lab) -> Iterator[Complaint]:
    names = set(lab.draw)
    if check.state:
        yield from _prefixed(("state",), _of_look(check.state, lab))
    if check.trail:
        yield from _prefixed(("trail",), _of_sighting(check.trail, names))
    for index, wrong in enumerate(check.wrong):
        where: Where = ("wrong", index)
        yield from _unknown_names((*where, "say"), wrong.say, names | {"found"})
        if wrong.when.look:
            yield from _prefixed((*where, "when", "look"), _of_look(wrong.when.look, lab))
        if wrong.when.trail:
            yield from _prefixed((*where, "when", "trail"), _of_sighting(wrong.when.trail, names))


def _of_look(look: Look, lab: Lab) -> Iterator[Complaint]:
    if look.account not in lab.accounts:
        yield ("account",), f"there is no account {look.account}"
    yield from _unknown_names(("with",), look.parameters, set(lab.draw))
    yield from _bad_query(("query",), look.query)


def _of_sighting(sighting: Sighting | Trail, names: set[str]) -> Iterator[Complaint]:
    for path, value in sighting.match.items():
        yield from _bad_query(("match", path), path)
        yield from _unknown_names(("match", path), value, names)


def _bad_query(where: Where, query: str) -> Iterator[Complaint]:
    try:
        jmespath.compile(PLACEHOLDER.sub("name", query))
    except JMESPathError as error:
        yield where, f"not a JMESPath expression: {str(error).splitlines()[0]}"


def _unknown_names(where: Where, value: object, names: set[str]) -> Iterator[Complaint]:
    for text in _strings(value):
        for name in PLACEHOLDER.findall(text):
            if name not in names:
                yield where, f"no name {{{name}}} is drawn"


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from _strings(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _strings(each)


def _prefixed(where: Where, complaints: Iterator[Complaint]) -> Iterator[Complaint]:
    for below, message in complaints:
        yield (*where, *below), message


def _twice(ids: Iterable[str]) -> list[str]:
    return [each for each, count in Counter(ids).items() if count > 1]
