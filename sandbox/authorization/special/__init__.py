"""Operations that no row describes: a function each, which yields what must be asked."""

from collections.abc import Mapping

from . import apigateway, dynamodb, ec2, events, iam, kms, s3
from .asking import Question, Special

__all__ = ["BY_OPERATION", "Question", "Special", "find"]

_RULE_OPERATIONS = (
    *("PutRule", "DeleteRule", "DescribeRule", "EnableRule", "DisableRule"),
    *("PutTargets", "RemoveTargets", "ListTargetsByRule"),
)
BY_OPERATION: Mapping[tuple[str, str], Special] = {
    ("dynamodb", "TransactGetItems"): dynamodb.transact,
    ("dynamodb", "TransactWriteItems"): dynamodb.transact,
    ("ec2", "AssociateIamInstanceProfile"): ec2.pass_profile,
    ("ec2", "CreateTags"): ec2.on_tagged,
    ("ec2", "DeleteTags"): ec2.on_tagged,
    ("ec2", "ReplaceIamInstanceProfileAssociation"): ec2.pass_profile,
    ("ec2", "RunInstances"): ec2.run_instances,
    ("events", "PutEvents"): events.put_events,
    **{("events", operation): events.on_rule for operation in _RULE_OPERATIONS},
    ("iam", "CreateServiceLinkedRole"): iam.create_service_linked_role,
    ("kms", "Decrypt"): kms.decrypt,
    ("kms", "ReEncrypt"): kms.re_encrypt,
    ("s3", "CopyObject"): s3.copy_object,
    ("s3", "DeleteObjects"): s3.delete_objects,
    ("s3", "UploadPartCopy"): s3.upload_part_copy,
}
_BY_SERVICE: Mapping[str, Special] = {"apigateway": apigateway.on_path}


def find(service: str, operation: str) -> Special | None:
    """The function for an operation, None when its row tells all."""
    return BY_OPERATION.get((service, operation)) or _BY_SERVICE.get(service)
