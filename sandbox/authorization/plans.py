"""What an operation needs: its mapping, compiled once, then asked at each call."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from . import special
from .derive import derive, prefix_of
from .explicit import ROWS, UNMAPPED
from .keys import parameter_keys, resource_keys
from .locating import Located, Locator, everything, locator
from .parameters import given, reader
from .passing import passed_roles
from .questions import Asked, Need, Unmapped
from .rows import NOTHING, Clause, Condition, parse, write
from .state import State
from .tagging import tagged_on_create

Plan = Callable[[Asked, State], tuple[Need, ...]]
Step = Callable[[Asked, State, list[Need]], None]


@dataclass(frozen=True, slots=True)
class Mapped:
    """An operation's mapping as a row, and how it came to be; `row` is None when there is none."""

    row: str | None
    way: str


def needs(asked: Asked, state: State) -> tuple[Need, ...]:
    """What must be allowed for a call, every one of it; raises Unmapped.

    The key of a ciphertext is asked for as `state.find("kms:key", "ciphertext:<base64>")`.
    """
    return _plan(asked.service, asked.operation)(asked, state)


@cache
def mapped(service: str, operation: str) -> Mapped:
    """An operation's mapping: explicit rows and functions first, else derived from its name."""
    prefix = prefix_of(service)
    function = special.find(service, operation)
    if function is not None:
        name = f"{function.__module__.rpartition('.')[2]}.{function.__name__}()"
        passed = write(tuple(passed_roles(service, operation)), prefix)
        return Mapped(name if passed == NOTHING else f"{name}; {passed}", "function")
    explicit = ROWS.get(service, {}).get(operation)
    if explicit == UNMAPPED:
        return Mapped(None, "no mapping known")
    if explicit is not None:
        clauses, way = parse(explicit, prefix), "explicit"
    else:
        found = derive(service, operation)
        clauses, way = found.clauses, found.way
        if not clauses:
            return Mapped(None, way)
    more = (*tagged_on_create(service, operation, clauses), *passed_roles(service, operation))
    return Mapped(write((*clauses, *more), prefix), way)


@cache
def _plan(service: str, operation: str) -> Plan:
    prefix = prefix_of(service)
    function = special.find(service, operation)
    if function is not None:
        steps = [_step(clause) for clause in passed_roles(service, operation)]
        return _special_plan(function, steps, f"{prefix}:{operation}")
    row = mapped(service, operation).row
    if row is None:
        raise Unmapped(service, operation)
    clauses = parse(row, prefix)
    steps = [_step(clause) for clause in clauses]
    if not clauses:
        return lambda asked, state: ()
    action = clauses[0].action

    def plan(asked: Asked, state: State) -> tuple[Need, ...]:
        found: list[Need] = []
        for step in steps:
            step(asked, state, found)
        # A call without the parameters that every clause depends on is no call that needs nothing.
        return tuple(found) or (need(action, everything(asked), asked, {}),)

    return plan


def _special_plan(function: special.Special, steps: list[Step], action: str) -> Plan:
    def plan(asked: Asked, state: State) -> tuple[Need, ...]:
        found = [need(each.action, each.located, asked, each.keys) for each in function(asked, state)]
        for step in steps:
            step(asked, state, found)
        return tuple(found) or (need(action, everything(asked), asked, {}),)

    return plan


def _step(clause: Clause) -> Step:
    locators = [locator(target) for target in clause.targets]
    applies = _condition(clause.condition)
    extra = {"iam:passedtoservice": (clause.to,)} if clause.to else {}

    def step(asked: Asked, state: State, found: list[Need]) -> None:
        if applies is not None and not applies(asked.parameters):
            return
        located = _located(locators, asked, state)
        # A role that is not given is not passed; any other action without a resource is on everything.
        if not located and not clause.to:
            located = [everything(asked)]
        found.extend(need(clause.action, each, asked, extra) for each in located)

    return step


def _located(locators: list[Locator], asked: Asked, state: State) -> list[Located]:
    if len(locators) == 1:
        return locators[0](asked, state)
    return [each for locate in locators for each in locate(asked, state)]


def need(action: str, located: Located, asked: Asked, extra: Mapping[str, tuple[str, ...]]) -> Need:
    """The question for one action on one resource, with the condition keys of both."""
    context: dict[str, tuple[str, ...]] = {}
    for read in parameter_keys(asked.service, asked.operation, action, located.kind):
        context.update(read(asked, located))
    if located.found is not None:
        # What the state knows of an existing resource counts more than what a call says of it.
        context.update(resource_keys(located.kind, located.found))
    if extra:
        context.update(extra)
    return Need(action, located.arn, located.account_id, context)


def _condition(condition: Condition | None) -> Callable[[Mapping[str, Any]], bool] | None:
    if condition is None:
        return None
    negated = condition.negated
    if not condition.value:
        is_given = given(condition.path)
        return lambda parameters: is_given(parameters) is not negated
    read = reader(condition.path)
    value = condition.value
    if value.startswith("!"):
        other = value[1:]
        return lambda parameters: any(text != other for text in read(parameters))
    if value.startswith("^"):
        return lambda parameters: any(text.startswith(value[1:]) for text in read(parameters))
    if value.startswith("*"):
        return lambda parameters: any(text.endswith(value[1:]) for text in read(parameters))
    return lambda parameters: (value in read(parameters)) is not negated
