"""Tags of analyzers.

https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_TagResource.html
"""

from typing import Any

from sandbox.services.accessanalyzer import analyzers
from sandbox.services.invocation import Invocation


def tag_resource(invocation: Invocation) -> dict[str, Any]:
    """Add tags to an analyzer, or give them other values."""
    arn = invocation.parameters["resourceArn"]
    analyzer = analyzers.with_arn(invocation, arn)
    analyzer["tags"] = analyzers.checked_tags(analyzer["name"], {**analyzer["tags"], **invocation.parameters["tags"]})
    return {}


def untag_resource(invocation: Invocation) -> dict[str, Any]:
    """Take tags from an analyzer; those that it has not do not matter."""
    analyzer = analyzers.with_arn(invocation, invocation.parameters["resourceArn"])
    gone = set(invocation.parameters["tagKeys"])
    analyzer["tags"] = {key: value for key, value in analyzer["tags"].items() if key not in gone}
    return {}


def list_tags_for_resource(invocation: Invocation) -> dict[str, Any]:
    """Tell an analyzer's tags."""
    return {"tags": analyzers.with_arn(invocation, invocation.parameters["resourceArn"])["tags"]}
