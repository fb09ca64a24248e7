"""Names of stacks and change sets: moto's stacks of a set have a colon, which spoils derived names.

A change set's name is its own in its stack only; moto would take the latest by that name of any stack.
"""

import inspect
from typing import Any

from moto.cloudformation.exceptions import CloudFormationError, ValidationError
from moto.cloudformation.models import CloudFormationBackend, StackInstance
from moto.moto_api._internal import mock_random

from sandbox.emulator.expectation import expect
from sandbox.emulator.stacks import change_set_of

OF_A_SET = "StackSet:"


def _create_stack(self: Any, name: str, *given: Any, **named: Any) -> Any:
    if name.startswith(OF_A_SET):
        name = f"StackSet-{name.removeprefix(OF_A_SET)}-{mock_random.uuid4()}"
    return _create_stack_named(self, name, *given, **named)


def _execute_change_set(self: Any, change_set_name: str, stack_name: str | None = None) -> None:
    found = change_set_of(self, change_set_name, stack_name or "")
    if found is None:
        raise ValidationError(message=f"ChangeSet [{change_set_name}] does not exist")
    _execute_by_id(self, found.change_set_id, stack_name)


class StackInstanceNotFound(CloudFormationError):  # type: ignore[misc]  # moto is untyped to us
    """The set has no stack in that account and region; moto lacks the error and answers with nothing."""

    code = "StackInstanceNotFoundException"


def _describe_stack_instance(self: Any, stack_set_name: str, account_id: str, region: str) -> Any:
    if self.describe_stack_set(stack_set_name).instances.get_instance(account_id, region) is None:
        raise StackInstanceNotFound(f"Stack instance of {stack_set_name} in {account_id} and {region} does not exist")
    return _instance_of(self, stack_set_name, account_id, region)


_instance_of = CloudFormationBackend.describe_stack_instance
_execute_by_id = CloudFormationBackend.execute_change_set
_create_stack_named = CloudFormationBackend.create_stack


def apply() -> None:
    """Name the stacks StackSet-<name>-<id>, as AWS does; find a change set in its stack."""
    expect(f'name=f"{OF_A_SET}{{name}}"' in inspect.getsource(StackInstance), "the name of a stack set's stacks")
    expect(list(inspect.signature(_create_stack_named).parameters)[1] == "name", "CloudFormationBackend.create_stack")
    CloudFormationBackend.create_stack = _create_stack
    expect("stack_name" in inspect.signature(_execute_by_id).parameters, "CloudFormationBackend.execute_change_set")
    CloudFormationBackend.execute_change_set = _execute_change_set
    CloudFormationBackend.describe_stack_instance = _describe_stack_instance
