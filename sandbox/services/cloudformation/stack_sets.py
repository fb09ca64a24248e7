"""Stack sets: stacks in several accounts and regions, made with each account's own execution role.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-prereqs-self-managed.html
"""

from collections.abc import Callable, Iterable
from typing import Any

from sandbox.emulator import stacks
from sandbox.emulator.stack_resources import StackResource
from sandbox.emulator.stacks import StoredStackSet
from sandbox.services.invocation import Invocation, Result

from . import handling, permissions, reading
from .permissions import Actor
from .planning import Place, Step
from .template import problem

Target = tuple[str, str]


def create_stack_set(invocation: Invocation) -> Result:
    """Keep a template for many accounts; nothing is made yet."""
    handling.checked_template(invocation, invocation.parameters.get("Capabilities"))
    return invocation.forward()


def update_stack_set(invocation: Invocation) -> Result:
    """Keep another template; the emulator leaves the stacks as they are."""
    found = _find(invocation)
    if found is not None:
        handling.checked_template(invocation, invocation.parameters.get("Capabilities"), found.template)
    return invocation.forward()


def create_stack_instances(invocation: Invocation) -> Result:
    """Make the stacks of the set, all of them or none."""
    found = _find(invocation)
    if found is None:
        return invocation.forward()
    if found.permission_model == "SERVICE_MANAGED":
        raise problem("The sandbox makes stacks of stack sets with self-managed permissions only")
    targets = [target for target in _targets(invocation) if target not in found.instances]
    told = reading.content_of(found.template)
    overridden = reading.overridden_parameters(invocation)
    given = overridden or dict(found.parameters)

    def steps(target: Target) -> Iterable[Step]:
        place = _place(invocation, f"StackSet-{found.name}-*", target)
        return handling.created(place, reading.resources_in(invocation, place, told, given, {}))

    return _operated(invocation, found, "CREATE", targets, steps)


def delete_stack_instances(invocation: Invocation) -> Result:
    """Delete stacks of the set, all that are named or none."""
    found = _find(invocation)
    if found is None:
        return invocation.forward()
    if invocation.parameters.get("RetainStacks"):
        raise problem("The sandbox does not keep stacks that are taken out of their stack set")
    targets = [target for target in _targets(invocation) if target in found.instances]

    def steps(target: Target) -> Iterable[Step]:
        account_id, region = target
        stack = stacks.find_stack(invocation.world, account_id, region, found.instances[target])
        if stack is None:
            return ()
        return handling.deleted(invocation, stack, place=_place(invocation, stack.name, target))

    return _operated(invocation, found, "DELETE", targets, steps)


def _find(invocation: Invocation) -> StoredStackSet | None:
    name = str(invocation.parameters.get("StackSetName") or "")
    return stacks.find_stack_set(invocation.world, invocation.account_id, invocation.call.region, name)


def _targets(invocation: Invocation) -> list[Target]:
    parameters = invocation.parameters
    return [(account, region) for region in parameters.get("Regions") or () for account in _accounts(invocation)]


def _accounts(invocation: Invocation) -> list[str]:
    return [str(account) for account in invocation.parameters.get("Accounts") or ()]


def _place(invocation: Invocation, stack_name: str, target: Target) -> Place:
    account_id, region = target
    return Place(stack_name, region, invocation.call.partition, account_id, {})


def _operated(
    invocation: Invocation,
    found: StoredStackSet,
    action: str,
    targets: list[Target],
    steps: Callable[[Target], Iterable[Step]],
) -> Result:
    """Perform an operation that every target's execution role allows; otherwise keep one that failed."""
    actors: dict[str, Actor] = {}
    for account_id, region in targets:
        who = actors.get(account_id) or _execution_actor(invocation, found, account_id)
        if who is None or permissions.first_refused(invocation, who, steps((account_id, region))) is not None:
            return {"OperationId": _failed(invocation, found, action)}
        actors[account_id] = who

    def object_to(resource: StackResource) -> str:
        who = actors.get(resource.account_id)
        if who is None:
            return f"no role makes stacks in the account {resource.account_id}"
        return handling.objection(invocation, who)(resource)

    invocation.world.stumble = None
    answer = handling.performed(invocation, object_to)
    if invocation.world.stumble is None:
        return answer
    invocation.world.revert()
    return {"OperationId": _failed(invocation, found, action)}


def _execution_actor(invocation: Invocation, found: StoredStackSet, account_id: str) -> Actor | None:
    if account_id not in invocation.world.accounts:
        return None
    execution = f"arn:{invocation.call.partition}:iam::{account_id}:role/{found.execution_role_name}"
    return permissions.execution_session(invocation, found.administration_role_arn, execution)


def _failed(invocation: Invocation, found: StoredStackSet, action: str) -> str:
    regions: list[Any] = list(invocation.parameters.get("Regions") or ())
    return stacks.note_failed_operation(
        invocation.world,
        invocation.account_id,
        invocation.call.region,
        found.name,
        action,
        _accounts(invocation),
        regions,
    )
