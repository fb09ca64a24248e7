"""Subjects: who has shown a certificate, and when.

https://docs.aws.amazon.com/rolesanywhere/latest/APIReference/API_ListSubjects.html
"""

from datetime import datetime
from uuid import uuid4

from sandbox.services.invocation import Handler, Invocation
from sandbox.services.rolesanywhere.resources import SUBJECTS, Row, arn_of, found, page, times

MOST_CREDENTIALS = 20


def shown(row: Row) -> Row:
    """A subject as lists tell it."""
    return {
        "subjectArn": row["arn"],
        "subjectId": row["id"],
        "enabled": True,
        "x509Subject": row["name"],
        **times(row, "createdAt", "updatedAt", "lastSeenAt"),
    }


def list_subjects(invocation: Invocation) -> Row:
    """Tell of all subjects."""
    return page(invocation, SUBJECTS, "subjects", shown)


def get_subject(invocation: Invocation) -> Row:
    """Tell of one subject with the certificates that it has shown."""
    row = found(invocation, SUBJECTS, "subjectId")
    credentials = [one | {"seenAt": datetime.fromisoformat(one["seenAt"])} for one in row["credentials"]]
    return {"subject": shown(row) | {"credentials": credentials, "instanceProperties": []}}


def seen(invocation: Invocation, name: str, issuer: str, serial_number: str, pem: str) -> str:
    """Note that a subject has begun a session with a certificate; returns the subject's ARN."""
    table: dict[str, Row] = invocation.native().setdefault(SUBJECTS, {})
    row = next((one for one in table.values() if one["name"] == name), None)
    now = invocation.now.isoformat()
    if row is None:
        identifier = str(uuid4())
        arn = arn_of(SUBJECTS, identifier, invocation.account_id, invocation.call.region)
        row = table[identifier] = {"id": identifier, "arn": arn, "name": name, "createdAt": now, "credentials": []}
    shown_now = {
        "seenAt": now,
        "serialNumber": serial_number,
        "issuer": issuer,
        "enabled": True,
        "x509CertificateData": pem,
        "failed": False,
    }
    others = [one for one in row["credentials"] if one["x509CertificateData"] != pem]
    row |= {"lastSeenAt": now, "updatedAt": now, "credentials": [*others, shown_now][-MOST_CREDENTIALS:]}
    return str(row["arn"])


HANDLERS: dict[str, Handler] = {"ListSubjects": list_subjects, "GetSubject": get_subject}
