"""Ask before each resource of a stack is made, when its name and all its properties are known.

What a template will make is judged beforehand, but some of its values exist only then; moto's way of putting a template
together is not ours either. What fails on the way is told with the resource at fault.
"""

import logging
from typing import Any

import moto.cloudformation.parsing as parsing
from moto.cloudformation.exceptions import ValidationError
from moto.core.exceptions import ServiceException
from werkzeug.exceptions import HTTPException

from sandbox.emulator.expectation import expect
from sandbox.emulator.patches.stack_models import Attachment
from sandbox.emulator.stack_resources import StackResource, Stumble
from sandbox.emulator.world import current

log = logging.getLogger(__name__)


class ResourceFailed(ValidationError):  # type: ignore[misc]  # moto is untyped to us
    """A resource could not be made, or whoever makes the stack may not make it."""


def _stumble(resources_map: Any, logical_id: str, type_name: str, reason: str, verb: str = "CREATE") -> ResourceFailed:
    name = resources_map._parsed_resources["AWS::StackName"]
    # Of resources that need one another the innermost is at fault, which is told first.
    current().stumble = current().stumble or Stumble(name, logical_id, type_name, reason, verb)
    return ResourceFailed(message=f"{logical_id}: {reason}")


def _asking(original: Any) -> Any:
    def parse_resource_and_generate_name(logical_id: str, resource_json: Any, resources_map: Any) -> Any:
        found = original(logical_id, resource_json, resources_map)
        if found is None:
            raise ValidationError(message=f"The sandbox cannot make resources of the type {resource_json['Type']}")
        _, resolved, name = found
        parsed = resources_map._parsed_resources
        kept = parsed.get(logical_id)
        if _is_another(kept, resolved, name):
            resource = StackResource(
                account_id=resources_map._account_id,
                region=resources_map._region_name,
                stack_name=parsed["AWS::StackName"],
                logical_id=logical_id,
                type=resolved["Type"],
                name=str(name),
                properties=resolved.get("Properties") or {},
            )
            if reason := current().objection(resource):
                verb = "CREATE" if kept is None else "UPDATE"
                raise _stumble(resources_map, logical_id, resource.type, reason, verb)
        return found

    return parse_resource_and_generate_name


def _is_another(kept: Any, resolved: Any, name: str) -> bool:
    """Whether there is no such resource yet, or an update makes one by another name or for another resource.

    A resource that keeps its name is changed, which was judged by what is there.
    """
    if kept is None:
        return True
    if isinstance(kept, Attachment):
        return kept.is_made_anew(resolved.get("Properties") or {})
    named = parsing.resource_name_property_from_type(resolved["Type"])
    if not named or named not in (resolved.get("Properties") or {}):
        return False
    return str(name) not in str(getattr(kept, "physical_resource_id", ""))


def _making(original: Any) -> Any:
    def parse_and_create_resource(
        logical_id: str, resource_json: Any, resources_map: Any, *args: Any, **kwargs: Any
    ) -> Any:
        # Nothing is made of these; moto would warn that it does not know them.
        if resource_json["Type"] in parsing.NULL_MODELS:
            return None
        try:
            return original(logical_id, resource_json, resources_map, *args, **kwargs)
        except ResourceFailed:
            raise
        except Exception as error:
            type_name = resource_json["Type"]
            raise _stumble(resources_map, logical_id, type_name, _told(error, type_name)) from error

    return parse_and_create_resource


def _changing(original: Any) -> Any:
    def parse_and_update_resource(
        logical_id: str, resource_json: Any, resources_map: Any, *args: Any, **kwargs: Any
    ) -> Any:
        try:
            changed = original(logical_id, resource_json, resources_map, *args, **kwargs)
        except ResourceFailed:
            raise
        except Exception as error:
            type_name = resource_json["Type"]
            raise _stumble(resources_map, logical_id, type_name, _told(error, type_name), "UPDATE") from error
        _forgive(logical_id, resources_map)
        return changed

    return parse_and_update_resource


def _forgive(logical_id: str, resources_map: Any) -> None:
    # moto tries again what failed: it may have waited for another change.
    stumble, name = current().stumble, resources_map._parsed_resources["AWS::StackName"]
    if stumble is not None and (stumble.stack_name, stumble.logical_id) == (name, logical_id):
        current().stumble = None


def _told(error: Any, type_name: str) -> str:
    if isinstance(error, ServiceException | HTTPException):
        told: Any = error
        return str(getattr(told, "message", "") or getattr(told, "description", "") or error)
    log.error("moto failed at the resource %s of a stack", type_name, exc_info=error)
    return "Internal Failure: the sandbox cannot make the resource as the template has it"


def apply() -> None:
    """Put the question where moto has resolved a resource."""
    expect(hasattr(parsing, "parse_resource_and_generate_name"), "cloudformation.parsing")
    module: Any = parsing
    module.parse_resource_and_generate_name = _asking(module.parse_resource_and_generate_name)
    module.parse_and_create_resource = _making(module.parse_and_create_resource)
    module.parse_and_update_resource = _changing(module.parse_and_update_resource)
