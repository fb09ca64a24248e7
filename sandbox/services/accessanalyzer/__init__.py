"""Access Analyzer: policy validation, and who outside has access to what.

https://docs.aws.amazon.com/IAM/latest/UserGuide/what-is-access-analyzer.html
"""

from sandbox.services.accessanalyzer import analyzers, validation
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
}
