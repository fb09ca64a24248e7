"""The table of what CloudFormation calls: no type that the emulator makes of an offered service is left out."""

import pytest

from sandbox.emulator import SERVICES, stacks
from sandbox.services.cloudformation.kinds import KINDS, TABLE, read_checked
from sandbox.services.cloudformation.planning import Place, change, creation
from sandbox.services.cloudformation.template import Resource

PLACE = Place("web", "eu-central-1", "aws", "111111111111", {"team": "blue"})
# Made by moto and not called anything by AWS.
NO_TYPES = {"?", "AWS::SERVICE::RESOURCE"}


def test_every_type_of_an_offered_service_has_its_calls() -> None:
    offered = set(SERVICES.values()) | {"awslambda"}
    made = {type_name for type_name, module in stacks.made_types().items() if module in offered}
    assert made - NO_TYPES <= KINDS.keys()


def test_every_kind_but_the_waiting_ones_can_be_made_and_deleted() -> None:
    without = {name for name, kind in KINDS.items() if not kind.make or not kind.remove}
    assert without == {"AWS::CloudFormation::WaitCondition", "AWS::CloudFormation::WaitConditionHandle"}


def test_the_table_names_operations_and_parameters_that_exist() -> None:
    assert read_checked(TABLE.read_text()) == KINDS


@pytest.mark.parametrize("line", ["+ CreateBucket Bukcet=@id", "? CreateBucket", "+ CreateBuckets"])
def test_a_wrong_line_is_not_taken(line: str) -> None:
    with pytest.raises(ValueError, match="CreateBucket"):
        read_checked(f"[AWS::S3::Bucket] s3\n{line}")


def test_tags_of_the_stack_are_the_resources_too() -> None:
    vpc = Resource("Net", "AWS::EC2::VPC", {"CidrBlock": "10.0.0.0/16", "Tags": [{"Key": "a", "Value": "b"}]})
    (step,) = creation(PLACE, vpc)
    tags = [{"Key": "a", "Value": "b"}, {"Key": "team", "Value": "blue"}]
    assert step.asked.parameters == {
        "CidrBlock": "10.0.0.0/16",
        "TagSpecifications": [{"ResourceType": "vpc", "Tags": tags}],
    }


def calls(old: dict[str, object], new: dict[str, object]) -> list[str]:
    before, after = (Resource("Q", "AWS::IAM::Role", properties) for properties in (old, new))
    return [step.asked.operation for step in change(PLACE, before, after, "worker")]


def test_a_change_calls_for_what_is_changed_only() -> None:
    assert calls({"RoleName": "worker"}, {"RoleName": "worker"}) == []
    assert calls({"Description": "a"}, {"Description": "b"}) == ["UpdateRole"]
    assert calls({"RoleName": "a"}, {"RoleName": "b"}) == ["CreateRole", "DeleteRole"]
    assert calls({"Path": "/a/"}, {"Path": "/b/"}) == ["CreateRole", "DeleteRole"]
