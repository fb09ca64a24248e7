"""Stacks: made, changed and deleted only where whoever is behind the call may make every call that this takes.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/control-access-with-iam.html
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from sandbox.authorization import Asked
from sandbox.emulator import stacks
from sandbox.emulator.stack_resources import Objection, StackResource
from sandbox.emulator.stacks import Refusal, StoredStack
from sandbox.services.invocation import Invocation, Result
from sandbox.wire import AwsError

from . import permissions, planning, policies, reading
from .kinds import KINDS
from .permissions import Actor, Refused
from .planning import Place, Step
from .template import Resource, problem

NESTED = stacks.STACK
MAX_STACKS = 20
# From these states a stack can only be deleted.
DEAD_ENDS = ("CREATE_FAILED", "ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "REVIEW_IN_PROGRESS", "DELETE_FAILED")


def create_stack(invocation: Invocation) -> Result:
    """Make a stack, or hold one that was rolled back for the reason that a resource was refused."""
    parameters = invocation.parameters
    name = str(parameters.get("StackName") or "")
    told = checked_template(invocation, parameters.get("Capabilities"))
    text = reading.text_of(invocation)
    check_count(invocation)
    if stacks.find_stack(invocation.world, invocation.account_id, invocation.call.region, name) is not None:
        raise AwsError("AlreadyExistsException", f"Stack [{name}] already exists", 400)
    on_failure = _on_failure(parameters)
    role_arn = str(parameters.get("RoleARN") or "")
    who = permissions.actor(invocation, role_arn)
    permissions.check_topics(invocation, parameters.get("NotificationARNs") or ())
    place = _place(invocation, name, _tags(parameters))
    given = reading.merged_parameters(invocation, {})
    resources = reading.resources_in(invocation, place, told, given, {})
    outcome = _attempted(invocation, who, created(place, resources))
    if not isinstance(outcome, Refusal):
        return outcome
    protected = bool(parameters.get("EnableTerminationProtection"))
    wanted = StoredStack("", name, "", text, given, role_arn, place.tags, protected=protected)
    stack_id = stacks.hold_refused_creation(
        invocation.world, invocation.account_id, invocation.call.region, wanted, outcome, on_failure
    )
    return {"StackId": stack_id}


def _on_failure(parameters: Mapping[str, Any]) -> str:
    if parameters.get("DisableRollback") is not None and parameters.get("OnFailure"):
        raise problem("You can specify either DisableRollback or OnFailure, but not both.")
    return "DO_NOTHING" if parameters.get("DisableRollback") else str(parameters.get("OnFailure") or "ROLLBACK")


def update_stack(invocation: Invocation) -> Result:
    """Change a stack, or leave it as it is and say why."""
    parameters = invocation.parameters
    stack = _stack(invocation, str(parameters.get("StackName") or ""))
    told = checked_template(invocation, parameters.get("Capabilities"), stack.template)
    text = reading.text_of(invocation, stack.template)
    if stack.status in DEAD_ENDS:
        raise problem(f"Stack:{stack.id} is in {stack.status} state and can not be updated.")
    given = reading.merged_parameters(invocation, stack.parameters)
    same_role = parameters.get("RoleARN") in (None, "", stack.role_arn)
    if text == stack.template and given == dict(stack.parameters) and same_role and not parameters.get("Tags"):
        raise problem("No updates are to be performed.")
    role_arn = str(parameters.get("RoleARN") or stack.role_arn)
    who = permissions.actor(invocation, role_arn)
    tags = _tags(parameters) or stack.tags
    outcome = _attempted(invocation, who, _updated(invocation, stack, told, given, tags))
    account_id, region = invocation.account_id, invocation.call.region
    if not isinstance(outcome, Refusal):
        stacks.set_role(invocation.world, account_id, region, stack.id, role_arn)
        return outcome
    rolls_back = not parameters.get("DisableRollback")
    stacks.hold_refused_update(invocation.world, account_id, region, stack.id, outcome, rolls_back)
    return {"StackId": stack.id}


def delete_stack(invocation: Invocation) -> Result:
    """Delete a stack, or leave it as it is and say why; a stack that is not there is no error."""
    name = str(invocation.parameters.get("StackName") or "")
    stack = stacks.find_stack(invocation.world, invocation.account_id, invocation.call.region, name)
    if stack is None:
        return invocation.forward()
    if stack.protected:
        raise problem(f"Stack [{stack.name}] cannot be deleted while TerminationProtection is enabled")
    who = permissions.actor(invocation, str(invocation.parameters.get("RoleARN") or stack.role_arn))
    outcome = _attempted(invocation, who, deleted(invocation, stack))
    if not isinstance(outcome, Refusal):
        return outcome
    stacks.hold_refused_deletion(invocation.world, invocation.account_id, invocation.call.region, stack.id, outcome)
    return {}


def create_change_set(invocation: Invocation) -> Result:
    """Plan a change: the template is held to its limits, nothing is decided yet."""
    parameters = invocation.parameters
    name = str(parameters.get("StackName") or "")
    stack = stacks.find_stack(invocation.world, invocation.account_id, invocation.call.region, name)
    told = checked_template(invocation, parameters.get("Capabilities"), stack.template if stack is not None else "")
    if stack is None and parameters.get("ChangeSetType", "UPDATE") == "CREATE":
        check_count(invocation)
    permissions.actor(invocation, str(parameters.get("RoleARN") or ""))
    permissions.check_topics(invocation, parameters.get("NotificationARNs") or ())
    place = _place(invocation, name, _tags(parameters))
    given = reading.merged_parameters(invocation, stack.parameters if stack is not None else {})
    reading.resources_in(invocation, place, told, given, stack.physical if stack is not None else {})
    return invocation.forward()


def execute_change_set(invocation: Invocation) -> Result:
    """Make or change a stack as planned, with the permissions of whoever executes the plan or of its role."""
    parameters = invocation.parameters
    name, stack_name = str(parameters.get("ChangeSetName") or ""), str(parameters.get("StackName") or "")
    account_id, region = invocation.account_id, invocation.call.region
    found = stacks.find_change_set(invocation.world, account_id, region, name, stack_name)
    if found is None:
        raise AwsError("ChangeSetNotFound", f"ChangeSet [{name}] does not exist", 404)
    stack = found.stack
    role_arn = found.role_arn or stack.role_arn
    who = permissions.actor(invocation, role_arn)
    told = reading.content_of(found.template)
    if found.creates:
        place = _place(invocation, stack.name, stack.tags)
        steps = created(place, reading.resources_in(invocation, place, told, found.parameters, {}, stack.id))
    else:
        steps = _updated(invocation, stack, told, found.parameters, stack.tags)
    outcome = _attempted(invocation, who, steps)
    if not isinstance(outcome, Refusal):
        stacks.set_role(invocation.world, account_id, region, stack.id, role_arn)
        return outcome
    rolls_back = not parameters.get("DisableRollback")
    if found.creates:
        wanted = replace(stack, template=found.template, parameters=found.parameters, role_arn=role_arn)
        on_failure = "ROLLBACK" if rolls_back else "DO_NOTHING"
        stacks.hold_refused_creation(invocation.world, account_id, region, wanted, outcome, on_failure)
    else:
        stacks.hold_refused_update(invocation.world, account_id, region, stack.id, outcome, rolls_back)
    stacks.fail_change_set(invocation.world, account_id, region, found.id)
    return {}


# What is to be done


def checked_template(invocation: Invocation, capabilities: Any, previous: str = "") -> dict[str, Any]:
    """The call's template with what it needs acknowledged; raises AwsError."""
    told = reading.content_of(reading.text_of(invocation, previous))
    reading.check_capabilities(told, capabilities or ())
    return told


def check_count(invocation: Invocation) -> None:
    """Refuse one more stack than an account may have in a region; raises AwsError."""
    count = stacks.count_stacks(invocation.world, invocation.account_id, invocation.call.region)
    if count >= MAX_STACKS:
        raise AwsError("LimitExceededException", f"Limit for stack has been exceeded: {MAX_STACKS} stacks", 400)


def _stack(invocation: Invocation, name: str) -> StoredStack:
    stack = stacks.find_stack(invocation.world, invocation.account_id, invocation.call.region, name)
    if stack is None:
        raise problem(f"Stack [{name}] does not exist")
    return stack


def _place(invocation: Invocation, name: str, tags: Mapping[str, str]) -> Place:
    return Place(name, invocation.call.region, invocation.call.partition, invocation.account_id, tags)


def _tags(parameters: Mapping[str, Any]) -> dict[str, str]:
    return {str(tag.get("Key")): str(tag.get("Value", "")) for tag in parameters.get("Tags") or ()}


def created(place: Place, resources: Iterable[Resource], names: Mapping[str, str] | None = None) -> Iterator[Step]:
    """The calls that make resources; `names` are names by logical id, where they are decided already."""
    for resource in resources:
        yield from planning.creation(place, resource, (names or {}).get(resource.logical_id, ""))
        if resource.type == NESTED:
            yield _template_read(place, resource)


def _template_read(place: Place, resource: Resource) -> Step:
    bucket, key = stacks.locate_template(str(resource.properties.get("TemplateURL") or ""))
    given = {"Bucket": bucket or "*", "Key": key or "*"}
    asked = Asked("s3", "GetObject", place.region, place.partition, place.account_id, given)
    return Step(resource.logical_id, resource.type, "CREATE", asked)


def _updated(
    invocation: Invocation,
    stack: StoredStack,
    told: Mapping[str, Any],
    given: Mapping[str, str],
    tags: Mapping[str, str],
) -> Iterator[Step]:
    place = _place(invocation, stack.name, tags)
    before = {one.logical_id: one for one in _held(invocation, place, stack)}
    after = reading.resources_in(invocation, place, told, given, stack.physical, stack.id)
    for resource in after:
        old, physical_id = before.pop(resource.logical_id, None), stack.physical.get(resource.logical_id, "*")
        if old is None:
            yield from created(place, [resource])
            continue
        steps = list(planning.change(place, old, resource, physical_id))
        yield from steps
        if steps and resource.type == NESTED:
            # A nested stack is made anew.
            yield from _nested_deletion(invocation, physical_id)
            yield _template_read(place, resource)
    for resource in before.values():
        # What leaves the template is deleted by the emulator whatever its policy says.
        yield from _deletion(invocation, place, replace(resource, retained=False), stack.physical)


def _held(invocation: Invocation, place: Place, stack: StoredStack) -> list[Resource]:
    if stack.empty:
        return []
    told = reading.content_of(stack.template)
    return reading.resources_in(invocation, place, told, stack.parameters, stack.physical, stack.id)


def deleted(invocation: Invocation, stack: StoredStack, place: Place | None = None) -> Iterator[Step]:
    """The calls that delete a stack, in its own place where it is not the call's."""
    place = place or _place(invocation, stack.name, stack.tags)
    for resource in reversed(_held(invocation, place, stack)):
        yield from _deletion(invocation, place, resource, stack.physical)


def _deletion(invocation: Invocation, place: Place, resource: Resource, physical: Mapping[str, str]) -> Iterator[Step]:
    physical_id = physical.get(resource.logical_id, "*")
    yield from planning.deletion(place, resource, physical_id)
    if resource.type == NESTED and not resource.retained:
        yield from _nested_deletion(invocation, physical_id)


def _nested_deletion(invocation: Invocation, name: str) -> Iterator[Step]:
    nested = stacks.find_stack(invocation.world, invocation.account_id, invocation.call.region, name)
    if nested is not None:
        yield from deleted(invocation, nested)


# Doing it


def _attempted(invocation: Invocation, who: Actor, steps: Iterable[Step]) -> Result | Refusal:
    """Do it if every step is allowed; what fails on the way is undone, and the resource at fault is told."""
    refused = permissions.first_refused(invocation, who, steps)
    if refused is not None:
        return _refusal(refused)
    world = invocation.world
    world.stumble = None
    answer = _performed(invocation, who)
    if world.stumble is None:
        return answer
    stumble, world.stumble = world.stumble, None
    world.revert()
    return Refusal(stumble.logical_id, "", stumble.type, f"{stumble.verb}_FAILED", stumble.reason)


def _performed(invocation: Invocation, who: Actor) -> Result:
    return performed(invocation, objection(invocation, who))


def performed(invocation: Invocation, object_to: Objection) -> Result:
    """Let the emulator do it, which asks for each resource once more when all of it is known."""
    world, kept = invocation.world, invocation.world.objection
    world.objection = object_to
    try:
        return invocation.forward()
    finally:
        world.objection = kept


def objection(invocation: Invocation, who: Actor) -> Objection:
    """Decide about single resources, at the moment when they are made."""

    def object_to(resource: StackResource) -> str:
        if resource.type not in KINDS:
            return f"the sandbox does not make resources of the type {resource.type}"
        if resource.type == NESTED and _is_full(invocation, resource):
            return f"Limit for stack has been exceeded: {MAX_STACKS} stacks"
        kind = KINDS[resource.type]
        place = Place(resource.stack_name, resource.region, invocation.call.partition, resource.account_id, {})
        made = Resource(resource.logical_id, resource.type, resource.properties)
        named = planning.name_of(place, kind, resource.logical_id, resource.properties)
        names = {} if "*" not in named else {resource.logical_id: resource.name}
        steps = list(created(place, [made], names))
        refused = permissions.first_refused(invocation, who, steps)
        return refused.reason if refused is not None else policies.flaw(invocation, who, steps)

    return object_to


def _is_full(invocation: Invocation, resource: StackResource) -> bool:
    return stacks.count_stacks(invocation.world, resource.account_id, resource.region) >= MAX_STACKS


def _refusal(refused: Refused) -> Refusal:
    step = refused.step
    return Refusal(step.logical_id, step.physical_id, step.type, f"{step.verb}_FAILED", refused.reason)
