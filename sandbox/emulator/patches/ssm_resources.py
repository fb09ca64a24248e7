"""Resources of Systems Manager that moto does not find: patch baselines to tag, targets named by instance id."""

from typing import Any

from moto.ssm.models import Command, SimpleSystemManagerBackend

from sandbox.emulator.expectation import expect


def _validate(self: Any, resource_type: str, resource_id: str) -> str:
    if resource_type == "PatchBaseline" and resource_id in self.baselines:
        return resource_id
    validated: str = _validate_others(self, resource_type, resource_id)
    return validated


def _instances_of_targets(self: Any) -> list[str]:
    """EC2 calls the filter instance-id, Run Command's targets InstanceIds, in any case."""
    named = [target for target in self.targets if target["Key"].lower() == "instanceids"]
    targets, self.targets = self.targets, [target for target in self.targets if target not in named]
    try:
        found: list[str] = _instances_of_filters(self) if self.targets or not named else []
    finally:
        self.targets = targets
    return [*found, *(instance for target in named for instance in target["Values"])]


_validate_others = SimpleSystemManagerBackend._validate_resource_type_and_id
_instances_of_filters = Command._get_instance_ids_from_targets


def apply() -> None:
    """Look also where moto does not."""
    expect(Command._get_instance_ids_from_targets.__code__.co_argcount == 1, "Command._get_instance_ids_from_targets")
    SimpleSystemManagerBackend._validate_resource_type_and_id = _validate
    Command._get_instance_ids_from_targets = _instances_of_targets
