"""Access Analyzer: policy validation and checks, who outside has access to what, and what access nobody uses.

https://docs.aws.amazon.com/IAM/latest/UserGuide/what-is-access-analyzer.html
"""

from sandbox.services.accessanalyzer import (
    analyzers,
    archive_rules,
    findings,
    policy_checks,
    resources,
    tags,
    validation,
)
from sandbox.services.invocation import Handler

HANDLERS: dict[str, Handler] = {
    "ValidatePolicy": validation.validate_policy,
    "CheckAccessNotGranted": policy_checks.check_access_not_granted,
    "CheckNoNewAccess": policy_checks.check_no_new_access,
    "CheckNoPublicAccess": policy_checks.check_no_public_access,
    "CreateAnalyzer": analyzers.create_analyzer,
    "UpdateAnalyzer": analyzers.update_analyzer,
    "GetAnalyzer": analyzers.get_analyzer,
    "ListAnalyzers": analyzers.list_analyzers,
    "DeleteAnalyzer": analyzers.delete_analyzer,
    "TagResource": tags.tag_resource,
    "UntagResource": tags.untag_resource,
    "ListTagsForResource": tags.list_tags_for_resource,
    "CreateArchiveRule": archive_rules.create_archive_rule,
    "GetArchiveRule": archive_rules.get_archive_rule,
    "ListArchiveRules": archive_rules.list_archive_rules,
    "UpdateArchiveRule": archive_rules.update_archive_rule,
    "DeleteArchiveRule": archive_rules.delete_archive_rule,
    "ApplyArchiveRule": findings.apply_archive_rule,
    "ListFindings": findings.list_findings,
    "ListFindingsV2": findings.list_findings_v2,
    "GetFinding": findings.get_finding,
    "GetFindingV2": findings.get_finding_v2,
    "UpdateFindings": findings.update_findings,
    "StartResourceScan": resources.start_resource_scan,
    "ListAnalyzedResources": resources.list_analyzed_resources,
    "GetAnalyzedResource": resources.get_analyzed_resource,
}
