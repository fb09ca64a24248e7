"""Findings of an analyzer: what it sees now, and what it saw before that is gone.

Every question about findings looks anew; what a look finds is kept, so that a finding keeps its age and status and
becomes RESOLVED when what it told of is no longer there. What came and went between two looks was never seen.

https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-findings.html
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sandbox.services.accessanalyzer import analyzers, external_access, unused_access
from sandbox.services.accessanalyzer.paging import page
from sandbox.services.accessanalyzer.refusals import invalid, missing
from sandbox.services.invocation import Invocation

Finding = dict[str, Any]
# Ours, on top of AWS's 90 days: a learner's loop must not fill the state with what is over.
MOST_RESOLVED = 500
KEPT = timedelta(days=90)
_TIMES = ("createdAt", "updatedAt", "analyzedAt")
_EXTERNAL = ("principal", "action", "condition", "isPublic")
_COMMON = ("id", "findingType", "resource", "resourceType", "resourceOwnerAccount", "status", *_TIMES)


def seen(invocation: Invocation, analyzer: dict[str, Any]) -> list[Finding]:
    """All findings after another look, those that are resolved last; times are text, as they are kept."""
    kept: dict[str, Finding] = analyzer.setdefault("findings", {})
    now = invocation.now.isoformat()
    looked = unused_access.found if analyzer["type"] in analyzers.UNUSED_TYPES else external_access.found
    present = {one["id"]: one for one in looked(invocation, analyzer)}
    for identifier, finding in present.items():
        kept[identifier] = _met(kept.get(identifier), finding, analyzer, now)
    for identifier in kept.keys() - present.keys():
        if kept[identifier]["status"] != "RESOLVED":
            kept[identifier] |= {"status": "RESOLVED", "updatedAt": now, "analyzedAt": now}
    _forget(kept, invocation.now)
    # An active finding's analysis is always the present one; keeping its time would change the state at each look.
    every = [{"analyzedAt": now, **finding} for finding in kept.values()]
    return sorted(every, key=lambda one: (one["status"] == "RESOLVED", one["resource"], one["id"]))


def _met(before: Finding | None, finding: Finding, analyzer: dict[str, Any], now: str) -> Finding:
    """A finding that is there: new, changed, or as it was."""
    if before is None or before["status"] == "RESOLVED":
        created = now if before is None else before["createdAt"]
        by_rule = any(matches({**finding, "status": "ACTIVE"}, rule["filter"]) for rule in analyzer["rules"].values())
        status = "ARCHIVED" if by_rule else "ACTIVE"
        return {**finding, "status": status, "createdAt": created, "updatedAt": now}
    changed = any(before.get(name) != value for name, value in finding.items())
    times = {"createdAt": before["createdAt"], "updatedAt": now if changed else before["updatedAt"]}
    return {**finding, "status": before["status"], **times}


def _forget(kept: dict[str, Finding], now: datetime) -> None:
    resolved = sorted((one for one in kept.values() if one["status"] == "RESOLVED"), key=lambda one: one["updatedAt"])
    old = [one for one in resolved if now - datetime.fromisoformat(one["updatedAt"]) > KEPT]
    for one in resolved[: max(len(old), len(resolved) - MOST_RESOLVED)]:
        del kept[one["id"]]


def matches(finding: Finding, criteria: Mapping[str, Mapping[str, Any]]) -> bool:
    """Tell whether a finding meets every criterion of a filter."""
    return all(_meets(_values(finding, name), criterion) for name, criterion in criteria.items())


def _values(finding: Finding, name: str) -> list[str]:
    head, _, key = name.partition(".")
    value = finding.get(head)
    if isinstance(value, dict):
        value = value.get(key)
    if isinstance(value, bool):
        return [str(value).lower()]
    return [] if value is None else [str(one) for one in (value if isinstance(value, list) else [value])]


def _meets(values: list[str], criterion: Mapping[str, Any]) -> bool:
    return all(
        (
            "eq" not in criterion or bool(set(values) & set(criterion["eq"])),
            "neq" not in criterion or not set(values) & set(criterion["neq"]),
            "contains" not in criterion or any(part in value for part in criterion["contains"] for value in values),
            "exists" not in criterion or bool(values) == criterion["exists"],
        )
    )


def _listed(invocation: Invocation) -> list[Finding]:
    criteria, sort = invocation.parameters.get("filter") or {}, invocation.parameters.get("sort") or {}
    analyzers.check_filter(criteria)
    listed = [one for one in seen(invocation, analyzers.by_arn(invocation)) if matches(one, criteria)]
    if name := sort.get("attributeName"):
        listed.sort(key=lambda one: _values(one, name), reverse=sort.get("orderBy") == "DESC")
    return listed


def _one(invocation: Invocation) -> Finding:
    wanted = invocation.parameters["id"]
    for finding in seen(invocation, analyzers.by_arn(invocation)):
        if finding["id"] == wanted:
            return finding
    raise missing("finding", wanted)


def _shown(finding: Finding, names: tuple[str, ...]) -> Finding:
    members = {name: finding[name] for name in names}
    return members | {name: datetime.fromisoformat(finding[name]) for name in _TIMES}


def _of_external(finding: Finding) -> Finding:
    return _shown(finding, tuple(name for name in (*_COMMON, *_EXTERNAL) if name != "findingType"))


def _check_external(invocation: Invocation) -> None:
    # The older operations know findings of external access only.
    if analyzers.by_arn(invocation)["type"] in analyzers.UNUSED_TYPES:
        raise invalid(f"{invocation.call.operation_name} is for analyzers of external access; take its version 2")


def list_findings(invocation: Invocation) -> dict[str, Any]:
    """List findings of external access."""
    _check_external(invocation)
    return page([_of_external(one) for one in _listed(invocation)], "findings", invocation.parameters)


def list_findings_v2(invocation: Invocation) -> dict[str, Any]:
    """List findings in the form that is common to all analyzers."""
    return page([_shown(one, _COMMON) for one in _listed(invocation)], "findings", invocation.parameters)


def get_finding(invocation: Invocation) -> dict[str, Any]:
    """Tell of one finding of external access."""
    _check_external(invocation)
    return {"finding": _of_external(_one(invocation))}


def get_finding_v2(invocation: Invocation) -> dict[str, Any]:
    """Tell of one finding in the form that is common to all analyzers; its details come in pages."""
    finding = _one(invocation)
    if finding["findingType"] == "ExternalAccess":
        details = [{"externalAccessDetails": {name: finding[name] for name in _EXTERNAL}}]
    else:
        details = unused_access.details(finding)
    return {**_shown(finding, _COMMON), **page(details, "findingDetails", invocation.parameters)}


def update_findings(invocation: Invocation) -> dict[str, Any]:
    """Archive findings or take them out of the archive, by id or by resource."""
    parameters, analyzer = invocation.parameters, analyzers.by_arn(invocation)
    if bool(parameters.get("ids")) == bool(parameters.get("resourceArn")):
        raise invalid("Give either ids or resourceArn")
    if parameters["status"] not in ("ACTIVE", "ARCHIVED"):
        raise invalid("status is ACTIVE or ARCHIVED")
    every = seen(invocation, analyzer)
    known = {one["id"] for one in every if one["resource"] == parameters.get("resourceArn")}
    chosen = known or set(parameters.get("ids") or ())
    if (unknown := chosen - {one["id"] for one in every}) or not chosen:
        raise missing("finding", ", ".join(sorted(unknown)) or parameters.get("resourceArn") or "")
    _set_status(invocation, analyzer, chosen, parameters["status"])
    return {}


def _set_status(invocation: Invocation, analyzer: dict[str, Any], chosen: set[str], status: str) -> None:
    for finding in analyzer["findings"].values():
        # What is over stays over.
        if finding["id"] in chosen and finding["status"] not in (status, "RESOLVED"):
            finding |= {"status": status, "updatedAt": invocation.now.isoformat()}


def apply_archive_rule(invocation: Invocation) -> dict[str, Any]:
    """Archive the findings that were there before a rule and match it.

    https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_ApplyArchiveRule.html
    """
    analyzer, name = analyzers.by_arn(invocation), invocation.parameters["ruleName"]
    rule = analyzer["rules"].get(name)
    if rule is None:
        raise missing("archive-rule", name)
    chosen = {one["id"] for one in seen(invocation, analyzer) if matches(one, rule["filter"])}
    _set_status(invocation, analyzer, chosen, "ARCHIVED")
    return {}
