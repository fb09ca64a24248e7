"""IAM saves policies about S3's resources with a region: access points, storage lenses, jobs."""

from moto.iam import policy_validation

from sandbox.emulator.expectation import expect


def apply() -> None:
    """Take S3 out of the services whose ARNs never name a region."""
    services = policy_validation.SERVICE_TYPE_REGION_INFORMATION_ERROR_ASSOCIATIONS
    expect({"iam", "s3"} <= set(services), "the services whose ARNs name no region")
    del services["s3"]
