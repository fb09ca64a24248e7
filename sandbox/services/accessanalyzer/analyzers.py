"""Analyzers: what they look for, in which accounts.

https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_CreateAnalyzer.html
"""

import hashlib
import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sandbox.emulator.memberships import membership
from sandbox.services.accessanalyzer.paging import page
from sandbox.services.accessanalyzer.refusals import invalid, missing, taken, too_many
from sandbox.services.invocation import Invocation

UNUSED_TYPES = ("ACCOUNT_UNUSED_ACCESS", "ORGANIZATION_UNUSED_ACCESS")
# Analyzers of internal access are not offered: there would be nothing behind them.
TYPES = ("ACCOUNT", "ORGANIZATION", *UNUSED_TYPES)
DEFAULT_AGE, LONGEST_AGE = 90, 365
MOST_TAGS = 50
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
    return with_arn(invocation, invocation.parameters["analyzerArn"])


def with_arn(invocation: Invocation, arn: str) -> dict[str, Any]:
    """The analyzer that has an ARN; raises AwsError."""
    for analyzer in invocation.native().get("analyzers", {}).values():
        if analyzer["arn"] == arn:
            found: dict[str, Any] = analyzer
            return found
    raise missing("analyzer", arn)


def create_analyzer(invocation: Invocation) -> dict[str, Any]:
    """Begin to analyze; one analyzer of a type for an account and region. Asked again by the same token, tell of it."""
    parameters = invocation.parameters
    name, kind, token = parameters["analyzerName"], parameters["type"], parameters.get("clientToken")
    asked = hashlib.sha256(json.dumps(parameters, sort_keys=True).encode()).hexdigest()
    _check(invocation, name, kind)
    analyzers = kept(invocation)
    if name in analyzers:
        if token and analyzers[name].get("asked") == asked:
            return {"arn": analyzers[name]["arn"]}
        raise taken("analyzer", name)
    # One for each zone of trust, which is AWS's default quota.
    if any(one["type"] == kind for one in analyzers.values()):
        raise too_many("analyzer", name, f"There is an analyzer of type {kind} in this Region already")
    arn = f"arn:aws:access-analyzer:{invocation.call.region}:{invocation.account_id}:analyzer/{name}"
    rules = [rule(one["ruleName"], one["filter"], invocation) for one in parameters.get("archiveRules") or []]
    analyzers[name] = {
        "arn": arn,
        "name": name,
        "type": kind,
        "asked": asked,
        "createdAt": invocation.now.isoformat(),
        "configuration": _configuration(kind, parameters.get("configuration") or {}),
        "tags": checked_tags(name, parameters.get("tags") or {}),
        "rules": {one["ruleName"]: one for one in rules},
    }
    return {"arn": arn}


def update_analyzer(invocation: Invocation) -> dict[str, Any]:
    """Give an analyzer of unused access another configuration; its tracking period cannot change.

    https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_UpdateAnalyzer.html
    """
    analyzer = named(invocation)
    if analyzer["type"] not in UNUSED_TYPES:
        raise invalid("Only analyzers of unused access have a configuration")
    given = invocation.parameters.get("configuration") or {}
    before = age(analyzer)
    configuration = _configuration(
        analyzer["type"], {**given, "unusedAccess": {"unusedAccessAge": before, **(given.get("unusedAccess") or {})}}
    )
    if configuration["unusedAccess"]["unusedAccessAge"] != before:
        raise invalid("unusedAccessAge cannot be changed; make another analyzer")
    analyzer["configuration"] = configuration
    return {"configuration": configuration}


def _check(invocation: Invocation, name: str, kind: str) -> None:
    if not _NAME.fullmatch(name):
        raise invalid("analyzerName begins with a letter or _ and goes on with letters, digits, _, . and -")
    if kind not in TYPES:
        raise invalid(f"Analyzers of type {kind} are not offered here; there are {', '.join(TYPES)}")
    if kind.startswith("ORGANIZATION") and not organization(invocation):
        raise invalid("The account manages no organization")


def checked_tags(name: str, tags: dict[str, str]) -> dict[str, str]:
    """The tags, if an analyzer may carry them; raises AwsError."""
    if len(tags) > MOST_TAGS:
        raise too_many("analyzer", name, f"An analyzer has at most {MOST_TAGS} tags")
    for key, value in tags.items():
        if not 1 <= len(key) <= 128 or len(value) > 256 or key.lower().startswith("aws:"):
            raise invalid("A tag's key has 1 to 128 characters and does not begin with aws:, its value at most 256")
    return tags


def _configuration(kind: str, given: dict[str, Any]) -> dict[str, Any]:
    if kind not in UNUSED_TYPES:
        if given:
            raise invalid(f"An analyzer of type {kind} has no configuration")
        return {}
    if "internalAccess" in given:
        raise invalid(f"internalAccess is no configuration of an analyzer of type {kind}")
    unused = {"unusedAccessAge": DEFAULT_AGE, **(given.get("unusedAccess") or {})}
    if not 1 <= unused["unusedAccessAge"] <= LONGEST_AGE:
        raise invalid(f"unusedAccessAge is from 1 to {LONGEST_AGE} days")
    for exclusion in (unused.get("analysisRule") or {}).get("exclusions") or []:
        if "accountIds" in exclusion and not kind.startswith("ORGANIZATION"):
            raise invalid("accountIds are excluded from analyzers of organizations only")
    return {"unusedAccess": unused}


def age(analyzer: dict[str, Any]) -> int:
    """The tracking period of an analyzer of unused access, in days."""
    return int(analyzer["configuration"]["unusedAccess"]["unusedAccessAge"])


def _exclusions(analyzer: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (analyzer["configuration"]["unusedAccess"].get("analysisRule") or {}).get(
        "exclusions"
    ) or []
    return found


def excluded(analyzer: dict[str, Any], carried: Mapping[str, str]) -> bool:
    """Tell whether a user or role with these tags is left out of the analysis."""
    return any(
        wanted and wanted.items() <= dict(carried).items()
        for exclusion in _exclusions(analyzer)
        for wanted in exclusion.get("resourceTags") or []
    )


def excluded_accounts(analyzer: dict[str, Any]) -> frozenset[str]:
    """The accounts of an organization that are left out of the analysis."""
    return frozenset(one for exclusion in _exclusions(analyzer) for one in exclusion.get("accountIds") or [])


def organization(invocation: Invocation) -> tuple[str, ...]:
    """The accounts of the organization that the caller's account manages; none when it manages none."""
    with invocation.world.entered():
        found = membership(invocation.world, invocation.account_id)
        if found is None or found[0].account_id != invocation.account_id:
            return ()
        return tuple(member.id for member in found[0].accounts)


def zone(invocation: Invocation, analyzer: dict[str, Any]) -> frozenset[str]:
    """The accounts that an analyzer looks at, whose principals it trusts."""
    whole = organization(invocation) if analyzer["type"].startswith("ORGANIZATION") else ()
    return frozenset({invocation.account_id, *whole})


def finding_id(analyzer: dict[str, Any], *identity: Any) -> str:
    """The id of what an analyzer finds, the same whenever it finds it."""
    digest = hashlib.sha256(json.dumps([analyzer["arn"], analyzer["createdAt"], *identity]).encode()).digest()
    return str(UUID(bytes=digest[:16], version=4))


def shown(analyzer: dict[str, Any]) -> dict[str, Any]:
    """An analyzer as the service tells it."""
    members = {name: analyzer[name] for name in ("arn", "name", "type", "tags")}
    if analyzer.get("configuration"):
        members["configuration"] = analyzer["configuration"]
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


def rule(name: str, criteria: dict[str, Any], invocation: Invocation) -> dict[str, Any]:
    """A new archive rule; raises AwsError."""
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
