"""Archive rules: they archive what is found after them.

https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-archive-rules.html
"""

from datetime import datetime
from typing import Any

from sandbox.services.accessanalyzer import analyzers, findings
from sandbox.services.accessanalyzer.paging import page
from sandbox.services.accessanalyzer.refusals import missing, taken, too_many
from sandbox.services.invocation import Invocation

MOST_RULES = 100


def create_archive_rule(invocation: Invocation) -> dict[str, Any]:
    """Archive findings that a filter matches, as soon as they are found; asked again by the same token, do nothing."""
    parameters = invocation.parameters
    analyzer, name, token = analyzers.named(invocation), parameters["ruleName"], parameters.get("clientToken")
    before = analyzer["rules"].get(name)
    if before is not None:
        if token and (before.get("token"), before["filter"]) == (token, parameters["filter"]):
            return {}
        raise taken("archive-rule", name)
    if len(analyzer["rules"]) >= MOST_RULES:
        raise too_many("archive-rule", name, f"An analyzer has at most {MOST_RULES} archive rules")
    # What is there before the rule is none of its business, though nobody has looked yet.
    findings.seen(invocation, analyzer)
    analyzer["rules"][name] = analyzers.rule(name, parameters["filter"], invocation) | (
        {"token": token} if token else {}
    )
    return {}


def _named_rule(invocation: Invocation) -> dict[str, Any]:
    found: dict[str, Any] | None = analyzers.named(invocation)["rules"].get(invocation.parameters["ruleName"])
    if found is None:
        raise missing("archive-rule", invocation.parameters["ruleName"])
    return found


def _shown_rule(rule: dict[str, Any]) -> dict[str, Any]:
    times = {name: datetime.fromisoformat(rule[name]) for name in ("createdAt", "updatedAt")}
    return {"ruleName": rule["ruleName"], "filter": rule["filter"], **times}


def get_archive_rule(invocation: Invocation) -> dict[str, Any]:
    """Tell of one rule."""
    return {"archiveRule": _shown_rule(_named_rule(invocation))}


def list_archive_rules(invocation: Invocation) -> dict[str, Any]:
    """Tell of an analyzer's rules."""
    rules = [_shown_rule(rule) for rule in analyzers.named(invocation)["rules"].values()]
    return page(rules, "archiveRules", invocation.parameters)


def update_archive_rule(invocation: Invocation) -> dict[str, Any]:
    """Give a rule another filter."""
    rule = _named_rule(invocation)
    analyzers.check_filter(invocation.parameters["filter"])
    findings.seen(invocation, analyzers.named(invocation))
    rule.update(filter=invocation.parameters["filter"], updatedAt=invocation.now.isoformat())
    return {}


def delete_archive_rule(invocation: Invocation) -> dict[str, Any]:
    """Take a rule away; what it archived stays archived."""
    del analyzers.named(invocation)["rules"][_named_rule(invocation)["ruleName"]]
    return {}
