"""Analyzers and their archive rules.

https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_CreateAnalyzer.html
"""

import re
from datetime import datetime
from typing import Any

from sandbox.emulator.memberships import membership
from sandbox.services.accessanalyzer.paging import page
from sandbox.services.accessanalyzer.refusals import invalid, missing, taken, too_many
from sandbox.services.invocation import Invocation

# Analyzers of unused and of internal access are not offered: there would be nothing behind them.
TYPES = ("ACCOUNT", "ORGANIZATION")
MOST_RULES = 100
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,254}")
_RULE_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,254}")
_OPERATORS = ("eq", "neq", "contains", "exists")


def kept(invocation: Invocation) -> dict[str, dict[str, Any]]:
    """The analyzers of the account in the region, by name."""
    analyzers: dict[str, dict[str, Any]] = invocation.native().setdefault("analyzers", {})
    return analyzers


def named(invocation: Invocation) -> dict[str, Any]:
    """The analyzer that a call names; raises AwsError."""
    name = invocation.parameters["analyzerName"]
    # Looking must not leave an empty table behind.
    found: dict[str, Any] | None = invocation.native().get("analyzers", {}).get(name)
    if found is None:
        raise missing("analyzer", name)
    return found


def by_arn(invocation: Invocation) -> dict[str, Any]:
    """The analyzer whose ARN a call gives; raises AwsError."""
    arn = invocation.parameters["analyzerArn"]
    for analyzer in invocation.native().get("analyzers", {}).values():
        if analyzer["arn"] == arn:
            found: dict[str, Any] = analyzer
            return found
    raise missing("analyzer", arn)


def create_analyzer(invocation: Invocation) -> dict[str, Any]:
    """Begin to analyze; one analyzer of external access for an account and region."""
    parameters = invocation.parameters
    name, kind = parameters["analyzerName"], parameters["type"]
    _check(invocation, name, kind)
    analyzers = kept(invocation)
    if name in analyzers:
        raise taken("analyzer", name)
    # One for each zone of trust, which is AWS's default quota.
    if any(one["type"] == kind for one in analyzers.values()):
        raise too_many("analyzer", name, f"There is an analyzer of type {kind} in this Region already")
    arn = f"arn:aws:access-analyzer:{invocation.call.region}:{invocation.account_id}:analyzer/{name}"
    rules = [_rule(one["ruleName"], one["filter"], invocation) for one in parameters.get("archiveRules") or []]
    analyzers[name] = {
        "arn": arn,
        "name": name,
        "type": kind,
        "createdAt": invocation.now.isoformat(),
        "tags": parameters.get("tags") or {},
        "rules": {rule["ruleName"]: rule for rule in rules},
        "archived": [],
    }
    return {"arn": arn}


def _check(invocation: Invocation, name: str, kind: str) -> None:
    if not _NAME.fullmatch(name):
        raise invalid("analyzerName begins with a letter or _ and goes on with letters, digits, _, . and -")
    if kind not in TYPES:
        raise invalid(f"Analyzers of type {kind} are not offered here; there are {' and '.join(TYPES)}")
    if kind == "ORGANIZATION" and not organization(invocation):
        raise invalid("The account manages no organization")


def organization(invocation: Invocation) -> tuple[str, ...]:
    """The accounts of the organization that the caller's account manages; none when it manages none."""
    with invocation.world.entered():
        found = membership(invocation.world, invocation.account_id)
        if found is None or found[0].account_id != invocation.account_id:
            return ()
        return tuple(member.id for member in found[0].accounts)


def shown(analyzer: dict[str, Any]) -> dict[str, Any]:
    """An analyzer as the service tells it."""
    members = {name: analyzer[name] for name in ("arn", "name", "type", "tags")}
    return {**members, "createdAt": datetime.fromisoformat(analyzer["createdAt"]), "status": "ACTIVE"}


def get_analyzer(invocation: Invocation) -> dict[str, Any]:
    """Tell of one analyzer."""
    return {"analyzer": shown(named(invocation))}


def list_analyzers(invocation: Invocation) -> dict[str, Any]:
    """Tell of all analyzers, or those of one type."""
    kind = invocation.parameters.get("type")
    every = invocation.native().get("analyzers", {}).values()
    return page([shown(one) for one in every if kind in (None, one["type"])], "analyzers", invocation.parameters)


def delete_analyzer(invocation: Invocation) -> dict[str, Any]:
    """End an analyzer; its findings go with it."""
    del kept(invocation)[named(invocation)["name"]]
    return {}


def _rule(name: str, criteria: dict[str, Any], invocation: Invocation) -> dict[str, Any]:
    if not _RULE_NAME.fullmatch(name):
        raise invalid("ruleName begins with a letter and goes on with letters, digits, _, . and -")
    check_filter(criteria)
    now = invocation.now.isoformat()
    return {"ruleName": name, "filter": criteria, "createdAt": now, "updatedAt": now}


def check_filter(criteria: dict[str, Any]) -> None:
    """Refuse a filter that says nothing; raises AwsError."""
    for name, criterion in criteria.items():
        if not any(operator in criterion for operator in _OPERATORS):
            raise invalid(f"The filter {name} needs one of {', '.join(_OPERATORS)}")


def create_archive_rule(invocation: Invocation) -> dict[str, Any]:
    """Archive findings that a filter matches, as soon as they are found."""
    analyzer, name = named(invocation), invocation.parameters["ruleName"]
    if name in analyzer["rules"]:
        raise taken("archive-rule", name)
    if len(analyzer["rules"]) >= MOST_RULES:
        raise too_many("archive-rule", name, f"An analyzer has at most {MOST_RULES} archive rules")
    analyzer["rules"][name] = _rule(name, invocation.parameters["filter"], invocation)
    return {}


def _named_rule(invocation: Invocation) -> dict[str, Any]:
    found: dict[str, Any] | None = named(invocation)["rules"].get(invocation.parameters["ruleName"])
    if found is None:
        raise missing("archive-rule", invocation.parameters["ruleName"])
    return found


def _shown_rule(rule: dict[str, Any]) -> dict[str, Any]:
    times = {name: datetime.fromisoformat(rule[name]) for name in ("createdAt", "updatedAt")}
    return {**rule, **times}


def get_archive_rule(invocation: Invocation) -> dict[str, Any]:
    """Tell of one rule."""
    return {"archiveRule": _shown_rule(_named_rule(invocation))}


def list_archive_rules(invocation: Invocation) -> dict[str, Any]:
    """Tell of an analyzer's rules."""
    rules = [_shown_rule(rule) for rule in named(invocation)["rules"].values()]
    return page(rules, "archiveRules", invocation.parameters)


def update_archive_rule(invocation: Invocation) -> dict[str, Any]:
    """Give a rule another filter."""
    rule = _named_rule(invocation)
    check_filter(invocation.parameters["filter"])
    rule.update(filter=invocation.parameters["filter"], updatedAt=invocation.now.isoformat())
    return {}


def delete_archive_rule(invocation: Invocation) -> dict[str, Any]:
    """Take a rule away; what it archived shows again unless it was archived by hand."""
    del named(invocation)["rules"][_named_rule(invocation)["ruleName"]]
    return {}
