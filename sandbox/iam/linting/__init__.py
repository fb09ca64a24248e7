"""A linter of policies with the issue codes of AWS's Access Analyzer.

https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html
"""

from sandbox.iam.linting.document import PolicyType
from sandbox.iam.linting.findings import OWN_CODES, TYPES, Finding, FindingType, Location, Position, Span
from sandbox.iam.linting.linter import lint

__all__ = [
    "OWN_CODES",
    "TYPES",
    "Finding",
    "FindingType",
    "Location",
    "PolicyType",
    "Position",
    "Span",
    "lint",
]
