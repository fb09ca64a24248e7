"""ValidatePolicy: the linter, as Access Analyzer offers it.

https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_ValidatePolicy.html
"""

from typing import Any

from sandbox.iam.linting import Finding, Location, PolicyType, Position, lint
from sandbox.services.accessanalyzer.paging import page
from sandbox.services.accessanalyzer.refusals import invalid
from sandbox.services.invocation import Invocation


def validate_policy(invocation: Invocation) -> dict[str, Any]:
    """Lint a policy; what is found is told in English whatever the locale."""
    parameters = invocation.parameters
    resource_type = parameters.get("validatePolicyResourceType")
    if parameters["policyType"] not in tuple(PolicyType):
        raise invalid(f"{parameters['policyType']} is no type of policy")
    if resource_type and parameters["policyType"] != PolicyType.RESOURCE:
        raise invalid("validatePolicyResourceType goes with the policy type RESOURCE_POLICY only")
    found = lint(parameters["policyDocument"], parameters["policyType"], resource_type)
    return page([_finding(one) for one in found], "findings", parameters)


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "findingDetails": finding.details,
        "findingType": finding.finding_type.value,
        "issueCode": finding.issue_code,
        "learnMoreLink": finding.learn_more_link,
        "locations": [_location(location) for location in finding.locations],
    }


def _location(location: Location) -> dict[str, Any]:
    span = {"start": _position(location.span.start), "end": _position(location.span.end)}
    return {"path": [{kind: value} for kind, value in location.path], "span": span}


def _position(position: Position) -> dict[str, int]:
    return {"line": position.line, "column": position.column, "offset": position.offset}
