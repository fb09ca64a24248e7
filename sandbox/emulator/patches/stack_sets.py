"""Stacks of a stack set under a name that CloudFormation allows: moto's has a colon, which spoils derived names."""

import inspect
from typing import Any

from moto.cloudformation.models import CloudFormationBackend, StackInstance
from moto.moto_api._internal import mock_random

from sandbox.emulator.expectation import expect

OF_A_SET = "StackSet:"


def _create_stack(self: Any, name: str, *given: Any, **named: Any) -> Any:
    if name.startswith(OF_A_SET):
        name = f"StackSet-{name.removeprefix(OF_A_SET)}-{mock_random.uuid4()}"
    return _create_stack_named(self, name, *given, **named)


_create_stack_named = CloudFormationBackend.create_stack


def apply() -> None:
    """Name the stacks StackSet-<name>-<id>, as AWS does."""
    expect(f'name=f"{OF_A_SET}{{name}}"' in inspect.getsource(StackInstance), "the name of a stack set's stacks")
    expect(list(inspect.signature(_create_stack_named).parameters)[1] == "name", "CloudFormationBackend.create_stack")
    CloudFormationBackend.create_stack = _create_stack
