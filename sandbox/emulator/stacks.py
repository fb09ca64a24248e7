"""CloudFormation's stacks as the gateway needs them: what they hold, and how they look when they were refused.

moto makes a stack's resources or raises; a stack that rolled back is held as one without resources, with the events
that say why. https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/view-stack-events.html
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from moto.cloudformation.models import Event, Stack, cloudformation_backends
from moto.cloudformation.parsing import get_model_map
from moto.cloudformation.utils import generate_stack_id
from moto.core.exceptions import ServiceException
from moto.s3.models import s3_backends
from moto.ssm.models import ssm_backends

from sandbox.emulator.world import World

STACK = "AWS::CloudFormation::Stack"


@dataclass(frozen=True, slots=True)
class StoredStack:
    """A stack as moto holds it; `physical` are ids by logical id of what was made of the template.

    Nothing was made of the template of an `empty` one.
    """

    id: str
    name: str
    status: str
    template: str
    parameters: Mapping[str, str]
    role_arn: str
    tags: Mapping[str, str]
    physical: Mapping[str, str] = field(default_factory=dict)
    protected: bool = False
    empty: bool = False


@dataclass(frozen=True, slots=True)
class StoredChangeSet:
    """A change set: what it makes of its stack; `creates` when the stack has nothing yet."""

    id: str
    stack: StoredStack
    creates: bool
    template: str
    parameters: Mapping[str, str]
    role_arn: str


@dataclass(frozen=True, slots=True)
class StoredStackSet:
    """A stack set; `instances` are its stacks' names by account and region."""

    name: str
    template: str
    parameters: Mapping[str, str]
    permission_model: str
    administration_role_arn: str
    execution_role_name: str
    instances: Mapping[tuple[str, str], str]


@dataclass(frozen=True, slots=True)
class Refusal:
    """The resource that was refused: its event, `status` as CREATE_FAILED."""

    logical_id: str
    physical_id: str
    type: str
    status: str
    reason: str


def _backend(account_id: str, region: str) -> Any:
    return cloudformation_backends[account_id][region]


def find_stack(world: World, account_id: str, region: str, name_or_id: str) -> StoredStack | None:
    """A stack that is not deleted, by its name or id; None when there is none."""
    stack = _stack(account_id, region, name_or_id)
    return _stored(stack) if stack is not None else None


def _stack(account_id: str, region: str, name_or_id: str) -> Any:
    stacks = _backend(account_id, region).stacks.values()
    return next((stack for stack in stacks if name_or_id in (stack.name, stack.stack_id)), None)


def _stored(stack: Any) -> StoredStack:
    made = {name: stack.resource_map._parsed_resources.get(name) for name in stack.resource_map.resources}
    return StoredStack(
        id=stack.stack_id,
        name=stack.name,
        status=stack.status,
        template=_text(stack.template),
        # A change set changes the parameters there only.
        parameters={str(name): _text(value) for name, value in (stack.resource_map.input_parameters or {}).items()},
        role_arn=stack.role_arn or "",
        tags=dict(stack.tags),
        physical={name: str(one.physical_resource_id) for name, one in made.items() if _has_id(one)},
        protected=str(stack.enable_termination_protection).lower() == "true",
        empty=not stack.resource_map._resource_json_map,
    )


def _has_id(resource: Any) -> bool:
    try:
        return bool(resource.physical_resource_id)
    except (AttributeError, NotImplementedError):
        return False


def _text(value: Any) -> str:
    if isinstance(value, list):
        return ",".join(map(str, value))
    return value if isinstance(value, str) else json.dumps(value, default=str) if value != {} else ""


def find_change_set(
    world: World, account_id: str, region: str, name_or_id: str, stack_name: str
) -> StoredChangeSet | None:
    """A change set by its id, or by its name and its stack; None when there is none."""
    found = change_set_of(_backend(account_id, region), name_or_id, stack_name)
    if found is None:
        return None
    parameters = {str(name): _text(value) for name, value in (found.parameters or {}).items()}
    creates = found.change_set_type == "CREATE"
    return StoredChangeSet(
        found.change_set_id, _stored(found.stack), creates, found.template, parameters, found.role_arn or ""
    )


def change_set_of(backend: Any, name_or_id: str, stack_name: str) -> Any:
    """moto's change set; the latest of several, None when there is none."""
    named = [
        one
        for key, one in backend.change_sets.items()
        if name_or_id in (key, one.change_set_name) and stack_name in ("", one.stack_name, one.stack_id)
    ]
    return named[-1] if named else None


def find_stack_set(world: World, account_id: str, region: str, name: str) -> StoredStackSet | None:
    """A stack set that is not deleted, by its name or id."""
    sets = [one for one in _backend(account_id, region).stacksets.values() if one.status != "DELETED"]
    found = next((one for one in sets if name in (one.name, one.id)), None)
    if found is None:
        return None
    return StoredStackSet(
        name=found.name,
        template=found.template,
        parameters={str(key): _text(value) for key, value in (found.parameters or {}).items()},
        permission_model=found.permission_model,
        administration_role_arn=found.administration_role_arn,
        execution_role_name=found.execution_role_name,
        instances={(one.account_id, one.region_name): one.stack.name for one in found.stack_instances},
    )


def made_types() -> dict[str, str]:
    """The types of resources that moto makes, each with moto's name of its service."""
    return {str(name): model.__module__.split(".")[1] for name, model in get_model_map().items()}


def count_stacks(world: World, account_id: str, region: str) -> int:
    """Stacks of an account in a region that are not deleted."""
    return len(_backend(account_id, region).stacks)


def exports(world: World, account_id: str, region: str) -> dict[str, str]:
    """Values that other stacks export, by name."""
    return {str(name): str(one.value) for name, one in _backend(account_id, region).exports.items()}


def parameter_value(world: World, account_id: str, region: str, name: str) -> str | None:
    """The value of an SSM parameter, as a template takes it."""
    try:
        found = ssm_backends[account_id][region].get_parameter(name)
    except ServiceException:
        return None
    return str(found.value) if found is not None else None


def locate_template(url: str) -> tuple[str, str]:
    """Bucket and key in a template's URL, as moto takes it apart; empty when there are none."""
    parts = urlsplit(url)
    path = parts.path.lstrip("/")
    if "localhost" in url or (parts.netloc.endswith("amazonaws.com") and parts.netloc.startswith("s3")):
        bucket, _, key = path.partition("/")
        return bucket, key
    return parts.netloc.split(".")[0], path


def read_object(world: World, account_id: str, partition: str, bucket: str, key: str) -> bytes | None:
    """The content of an object; None when there is none."""
    try:
        found = s3_backends[account_id][partition].get_object(bucket, key)
    except ServiceException:
        return None
    return bytes(found.value) if found is not None else None


# Stacks that were refused


def hold_refused_creation(
    world: World, account_id: str, region: str, told: StoredStack, refusal: Refusal, on_failure: str
) -> str:
    """Hold a new stack of which nothing was made; `on_failure` as in CreateStack. Returns the stack's id."""
    backend = _backend(account_id, region)
    stack = Stack(
        stack_id=told.id or generate_stack_id(told.name, region, account_id),
        name=told.name,
        template={},
        parameters=dict(told.parameters),
        account_id=account_id,
        region_name=region,
        tags=dict(told.tags),
        role_arn=told.role_arn or None,
        enable_termination_protection=told.protected,
    )
    reviewed = backend.stacks.get(stack.stack_id)
    stack.template = told.template
    stack.events = list(reviewed.events) if reviewed is not None else []
    _say(stack, "CREATE_IN_PROGRESS", "User Initiated")
    _tell(stack, refusal)
    failed = f"The following resource(s) failed to create: [{refusal.logical_id}]. "
    backend.stacks[stack.stack_id] = stack
    if on_failure == "DO_NOTHING":
        _end(stack, "CREATE_FAILED", failed)
    elif on_failure == "DELETE":
        _say(stack, "DELETE_IN_PROGRESS", f"{failed}Delete requested by user.")
        _end(stack, "DELETE_COMPLETE", "")
        del backend.stacks[stack.stack_id]
        backend.deleted_stacks[stack.stack_id] = stack
    else:
        _say(stack, "ROLLBACK_IN_PROGRESS", f"{failed}Rollback requested by user.")
        _end(stack, "ROLLBACK_COMPLETE", "")
    return str(stack.stack_id)


def hold_refused_update(
    world: World, account_id: str, region: str, stack_id: str, refusal: Refusal, rolls_back: bool
) -> None:
    """Note at a stack that it was to be updated, and was left as it is."""
    stack = _stack(account_id, region, stack_id)
    verb = {"CREATE": "create", "DELETE": "delete"}.get(refusal.status.partition("_")[0], "update")
    failed = f"The following resource(s) failed to {verb}: [{refusal.logical_id}]. "
    _say(stack, "UPDATE_IN_PROGRESS", "User Initiated")
    _tell(stack, refusal)
    if not rolls_back:
        _end(stack, "UPDATE_FAILED", failed)
        return
    _say(stack, "UPDATE_ROLLBACK_IN_PROGRESS", failed)
    _say(stack, "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS", "")
    _end(stack, "UPDATE_ROLLBACK_COMPLETE", "")


def hold_refused_deletion(world: World, account_id: str, region: str, stack_id: str, refusal: Refusal) -> None:
    """Note at a stack that it was to be deleted, and was left as it is."""
    stack = _stack(account_id, region, stack_id)
    _say(stack, "DELETE_IN_PROGRESS", "User Initiated")
    _tell(stack, refusal)
    _end(stack, "DELETE_FAILED", f"The following resource(s) failed to delete: [{refusal.logical_id}]. ")


def set_role(world: World, account_id: str, region: str, name_or_id: str, role_arn: str) -> None:
    """Keep the role that a stack was made with: moto forgets it when an update names none."""
    stack = _stack(account_id, region, name_or_id)
    if stack is not None:
        stack.role_arn = role_arn or None


def fail_change_set(world: World, account_id: str, region: str, change_set_id: str) -> None:
    """Note at a change set that its execution failed."""
    _backend(account_id, region).change_sets[change_set_id].execution_status = "EXECUTE_FAILED"


def note_failed_operation(
    world: World, account_id: str, region: str, name: str, action: str, accounts: list[str], regions: list[str]
) -> str:
    """Keep an operation on a stack set that did nothing; returns its id."""
    found = _backend(account_id, region).describe_stack_set(name)
    operation = found._create_operation(_new_id(), action, "FAILED", accounts, regions)
    return str(operation["OperationId"])


def _new_id() -> str:
    return str(generate_stack_id("", "us-east-1", "")).rpartition("/")[2]


def _say(stack: Any, status: str, reason: str) -> None:
    stack._add_stack_event(status, resource_status_reason=reason or None)


def _end(stack: Any, status: str, reason: str) -> None:
    _say(stack, status, reason)
    stack.status = status
    stack.stack_status_reason = reason or None


def _tell(stack: Any, refusal: Refusal) -> None:
    for status, reason in ((f"{refusal.status.partition('_')[0]}_IN_PROGRESS", None), (refusal.status, refusal.reason)):
        event = Event(
            stack_id=stack.stack_id,
            stack_name=stack.name,
            logical_resource_id=refusal.logical_id,
            physical_resource_id=refusal.physical_id,
            resource_type=refusal.type,
            resource_status=status,
            resource_status_reason=reason,
            resource_properties=None,
        )
        stack.events.append(event)
