"""Access Analyzer: policy validation, and who outside has access to what.

https://docs.aws.amazon.com/IAM/latest/UserGuide/what-is-access-analyzer.html
"""

from sandbox.services.accessanalyzer import analyzers, external_access, validation
from sandbox.services.invocation import Handler

HANDLERS: dict[str, Handler] = {
    "ValidatePolicy": validation.validate_policy,
    "CreateAnalyzer": analyzers.create_analyzer,
    "GetAnalyzer": analyzers.get_analyzer,
    "ListAnalyzers": analyzers.list_analyzers,
    "DeleteAnalyzer": analyzers.delete_analyzer,
    "CreateArchiveRule": analyzers.create_archive_rule,
    "GetArchiveRule": analyzers.get_archive_rule,
    "ListArchiveRules": analyzers.list_archive_rules,
    "UpdateArchiveRule": analyzers.update_archive_rule,
    "DeleteArchiveRule": analyzers.delete_archive_rule,
    "ListFindings": external_access.list_findings,
    "ListFindingsV2": external_access.list_findings_v2,
    "GetFinding": external_access.get_finding,
    "GetFindingV2": external_access.get_finding_v2,
    "UpdateFindings": external_access.update_findings,
    "StartResourceScan": external_access.start_resource_scan,
    "ListAnalyzedResources": external_access.list_analyzed_resources,
    "GetAnalyzedResource": external_access.get_analyzed_resource,
}
