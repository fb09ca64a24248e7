"""The credential report: every user's passwords, keys, devices and certificates as a table.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_getting-report.html
"""

import csv
import io
from datetime import datetime, timedelta
from typing import Any

from sandbox.emulator import iam_state
from sandbox.emulator.iam_state import User
from sandbox.services.iam import last_use
from sandbox.services.iam.errors import refusal
from sandbox.services.iam.passwords import expires_at
from sandbox.services.iam.state import moment, native, text
from sandbox.services.invocation import Handler, Invocation, Result

# Within this time the same report is given again; later there is none.
KEPT = timedelta(hours=4)
# How long making one takes. AWS needs a few seconds.
TAKES = timedelta(seconds=2)
NOTHING = "N/A"
COLUMNS = (
    "user",
    "arn",
    "user_creation_time",
    "password_enabled",
    "password_last_used",
    "password_last_changed",
    "password_next_rotation",
    "mfa_active",
    *(
        f"access_key_{number}_{what}"
        for number in (1, 2)
        for what in ("active", "last_rotated", "last_used_date", "last_used_region", "last_used_service")
    ),
    *(f"cert_{number}_{what}" for number in (1, 2) for what in ("active", "last_rotated")),
)


def generate(invocation: Invocation) -> Result:
    """Begin a report, or tell that there is one not older than four hours.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_GenerateCredentialReport.html
    """
    state = native(invocation)
    report = state.get("credential_report")
    if report is not None and invocation.now - moment(report["at"]) < KEPT:
        done = invocation.now - moment(report["at"]) >= TAKES
        return {"State": "COMPLETE" if done else "INPROGRESS"}
    state["credential_report"] = {"at": text(invocation.now), "content": _content(invocation)}
    return {"State": "STARTED", "Description": "No report exists. Starting a new report generation task"}


def get(invocation: Invocation) -> Result:
    """Give the report.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetCredentialReport.html
    """
    report = native(invocation).get("credential_report")
    if report is None:
        raise refusal("ReportNotPresent", "Credential report not present. Generate it by GenerateCredentialReport.")
    at = moment(report["at"])
    if invocation.now - at >= KEPT:
        raise refusal("ReportExpired", "The most recent credential report has expired. Generate a new one.")
    if invocation.now - at < TAKES:
        raise refusal("ReportInProgress", "The credential report is still being generated.")
    return {"Content": report["content"].encode(), "ReportFormat": "text/csv", "GeneratedTime": at}


def _content(invocation: Invocation) -> str:
    users = iam_state.users(invocation.world, invocation.account_id)
    table = io.StringIO()
    writer = csv.writer(table, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerow(_root(invocation, users))
    writer.writerows(_row(invocation, found) for found in users)
    return table.getvalue().rstrip("\n")


def _root(invocation: Invocation, users: list[User]) -> list[str]:
    """The account's root user: here without password, keys, devices and certificates."""
    created = min((found.created_at for found in users), default=invocation.now)
    password = ["not_supported", "no_information", "not_supported", "not_supported"]
    key, certificate = ["false", *[NOTHING] * 4], ["false", NOTHING]
    arn = f"arn:aws:iam::{invocation.account_id}:root"
    return ["<root_account>", arn, _date(created), *password, "false", *key * 2, *certificate * 2]


def _row(invocation: Invocation, found: User) -> list[str]:
    has_mfa = any(device.get("user_id") == found.id for device in native(invocation).get("mfa", {}).values())
    cells = [found.name, found.arn, _date(found.created_at), *_password(invocation, found), _truth(has_mfa)]
    for number in range(2):
        cells += _key(invocation, found, number)
    for number in range(2):
        certificate = found.certificates[number] if number < len(found.certificates) else None
        cells += (
            ["false", NOTHING] if certificate is None else [_truth(certificate.active), _date(certificate.uploaded_at)]
        )
    return cells


def _password(invocation: Invocation, found: User) -> list[str]:
    state = native(invocation)
    profile: dict[str, Any] | None = state.get("passwords", {}).get(found.id)
    if profile is None:
        return ["false", NOTHING, NOTHING, NOTHING]
    expires = expires_at(state.get("password_policy"), profile)
    next_rotation = NOTHING if expires is None else _date(expires)
    # Nobody signs in to a console here.
    return ["true", "no_information", _date(moment(profile["changed"])), next_rotation]


def _key(invocation: Invocation, found: User, number: int) -> list[str]:
    if number >= len(found.access_keys):
        return ["false", *[NOTHING] * 4]
    key = found.access_keys[number]
    used = last_use.of_access_key(invocation, key.id)
    last = [NOTHING] * 3 if used is None else [_date(used.at), used.region, used.service]
    return [_truth(key.active), _date(key.created_at), *last]


def _date(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S+00:00")


def _truth(value: bool) -> str:
    return "true" if value else "false"


HANDLERS: dict[str, Handler] = {"GenerateCredentialReport": generate, "GetCredentialReport": get}
