"""What is changed in moto, one module a reason; each has a test that fails when moto changes under it."""

from sandbox.emulator.patches import (
    ec2_images,
    frozen_elements,
    iam_ids,
    iam_policies,
    iam_principals,
    isolation,
    kms_key_arns,
    kms_permissions,
    lambda_permissions,
    network,
    omitted_parameters,
    operations,
    organizations,
    randomness,
    s3_bodies,
    s3_encryption,
    s3_locations,
    s3_permissions,
    s3_public_access,
    speed,
    sqs_queues,
    ssm_parameters,
    ssm_resources,
    stack_sets,
    template_checks,
    templates,
    xml_answers,
    zones,
)

ALL = (
    isolation,
    kms_key_arns,
    kms_permissions,
    network,
    omitted_parameters,
    operations,
    organizations,
    randomness,
    templates,
    s3_bodies,
    s3_encryption,
    s3_locations,
    s3_permissions,
    s3_public_access,
    iam_ids,
    iam_policies,
    lambda_permissions,
    iam_principals,
    ec2_images,
    frozen_elements,
    speed,
    sqs_queues,
    ssm_parameters,
    ssm_resources,
    stack_sets,
    template_checks,
    xml_answers,
    zones,
)


def apply() -> None:
    """Apply every patch; called once, before any backend exists."""
    for patch in ALL:
        patch.apply()
