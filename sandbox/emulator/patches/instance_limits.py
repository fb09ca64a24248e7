"""No way of launching instances leads past the limit, be it a fleet, a spot request, a group or a template."""

from typing import Any

from moto.autoscaling.exceptions import AutoscalingClientError
from moto.autoscaling.models import FakeAutoScalingGroup
from moto.ec2.exceptions import EC2ClientError
from moto.ec2.models.instances import InstanceBackend

MAX_INSTANCES = 50


class TooManyInstances(EC2ClientError):  # type: ignore[misc]  # moto is untyped to us
    """EC2's refusal."""

    def __init__(self, wanted: int) -> None:
        super().__init__(
            "InstanceLimitExceeded",
            f"You have requested more instances ({wanted}) than your current instance limit of {MAX_INSTANCES} allows",
        )


class _GroupTooLarge(AutoscalingClientError):  # type: ignore[misc]  # moto is untyped to us
    code = "LimitExceeded"


def check(backend: Any, wanted: int) -> None:
    """Refuse instances beyond the limit of an account in a region; raises moto's form of the error."""
    running = sum(
        instance.state != "terminated"
        for reservation in backend.reservations.values()
        for instance in reservation.instances
    )
    if running + wanted > MAX_INSTANCES:
        raise TooManyInstances(running + wanted)


def _run_instances(original: Any) -> Any:
    def run_instances(self: Any, image_id: str, count: int, *args: Any, **kwargs: Any) -> Any:
        check(self, int(count))
        return original(self, image_id, count, *args, **kwargs)

    return run_instances


def _replace_instances(original: Any) -> Any:
    def replace_autoscaling_group_instances(self: Any, *args: Any, **kwargs: Any) -> Any:
        # AWS would take the group and fail at its activity; here nothing is done later, so the call fails.
        try:
            return original(self, *args, **kwargs)
        except TooManyInstances as error:
            raise _GroupTooLarge(error.message) from error

    return replace_autoscaling_group_instances


def apply() -> None:
    """Count before anything is made."""
    group: Any = FakeAutoScalingGroup
    group.replace_autoscaling_group_instances = _replace_instances(group.replace_autoscaling_group_instances)
    backend: Any = InstanceBackend
    backend.run_instances = _run_instances(backend.run_instances)
