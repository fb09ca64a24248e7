"""AWS's own policies have no errors by the linter, but for those named here: a sample of all that there are."""

from sandbox.emulator import iam_state
from sandbox.iam.linting import FindingType, PolicyType, lint

# One policy in so many is linted, the same ones at each run; all of them take a minute.
EVERY = 12
# By policy and code, what the finding is about, and why it is there.
KNOWN = {
    # Actions that the Service Authorization Reference does not list.
    ("AWSAccountSettingsManagementRole", "INVALID_ACTION"): {
        '"account:SendPhoneNumberVerification"',
        '"account:VerifyPhoneNumber"',
    },
    # A service that the reference does not list.
    ("AWSSupplyChainFederationAdminAccess", "INVALID_SERVICE_IN_ACTION"): {'"builderid"'},
    # Auto Scaling has scaling policies with ARNs of this form; the reference does not list them as a resource.
    ("DynamoDBGlobalTableSettingsManagementServiceRolePolicy", "INVALID_ARN_RESOURCE"): {
        '"scalingPolicy:*:resource/dynamodb/table/*"'
    },
    # Services that AWS has ended; the policy names them still.
    ("ReadOnlyAccess", "INVALID_SERVICE_IN_ACTION"): {'"deepcomposer"', '"iot1click"'},
}


def test_a_sample_of_managed_policies_has_the_known_errors_only() -> None:
    found: dict[tuple[str, str], set[str]] = {}
    sample = iam_state.aws_policies()[::EVERY]
    for policy in sample:
        for finding in lint(policy.document, PolicyType.IDENTITY, None):
            if finding.finding_type is FindingType.ERROR:
                about = f'"{finding.details.split(chr(34))[1]}"'
                found.setdefault((policy.name, finding.issue_code), set()).add(about)
    assert len(sample) > 100
    assert found == KNOWN
