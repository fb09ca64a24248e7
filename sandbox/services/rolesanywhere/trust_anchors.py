"""Trust anchors: the certificate authorities whose certificates are believed.

https://docs.aws.amazon.com/rolesanywhere/latest/APIReference/API_CreateTrustAnchor.html
"""

from typing import Any

from sandbox.services.invocation import Handler, Invocation
from sandbox.services.rolesanywhere.resources import (
    ANCHORS,
    Row,
    add,
    change,
    checked_name,
    delete,
    found,
    invalid,
    page,
    required,
    switches,
    times,
)
from sandbox.wire.x509_signature import CertificateProblem, read_bundle

BUNDLE = "CERTIFICATE_BUNDLE"
EVENTS = ("CA_CERTIFICATE_EXPIRY", "END_ENTITY_CERTIFICATE_EXPIRY")
DAYS_BEFORE = 45


def shown(row: Row) -> Row:
    """A trust anchor as the service tells it."""
    return {
        "trustAnchorId": row["id"],
        "trustAnchorArn": row["arn"],
        "name": row["name"],
        "source": {"sourceType": BUNDLE, "sourceData": {"x509CertificateData": row["certificates"]}},
        "enabled": row["enabled"],
        "notificationSettings": [_shown_setting(event, row["notifications"].get(event)) for event in EVENTS],
        **times(row, "createdAt", "updatedAt"),
    }


def _shown_setting(event: str, own: Row | None) -> Row:
    setting = own or {"enabled": True, "threshold": DAYS_BEFORE, "configuredBy": "rolesanywhere.amazonaws.com"}
    return {"event": event, "channel": "ALL", **setting}


def _answer(row: Row) -> Row:
    return {"trustAnchor": shown(row)}


def create_trust_anchor(invocation: Invocation) -> Row:
    """Begin to trust a certificate authority; raises AwsError."""
    name, source = required(invocation, "name", "source")
    members = {
        "certificates": _certificates(source),
        "notifications": _settings(invocation, invocation.parameters.get("notificationSettings") or []),
    }
    return _answer(add(invocation, ANCHORS, name, members))


def _certificates(source: dict[str, Any]) -> str:
    kind = source.get("sourceType")
    if kind != BUNDLE:
        raise invalid(f"Trust anchors of type {kind} are not offered here; the sandbox knows {BUNDLE}")
    text: str = (source.get("sourceData") or {}).get("x509CertificateData") or ""
    if not text:
        raise invalid("sourceData has no x509CertificateData")
    try:
        read_bundle(text)
    except CertificateProblem as problem:
        raise invalid(str(problem)) from problem
    return text


def get_trust_anchor(invocation: Invocation) -> Row:
    """Tell of one trust anchor."""
    return _answer(found(invocation, ANCHORS, "trustAnchorId"))


def list_trust_anchors(invocation: Invocation) -> Row:
    """Tell of all trust anchors."""
    return page(invocation, ANCHORS, "trustAnchors", shown)


def update_trust_anchor(invocation: Invocation) -> Row:
    """Give a trust anchor another name or other certificates; raises AwsError."""
    row, given = found(invocation, ANCHORS, "trustAnchorId"), invocation.parameters
    name = checked_name(given["name"]) if given.get("name") is not None else None
    certificates = _certificates(given["source"]) if given.get("source") is not None else None
    change(invocation, row, {"name": name, "certificates": certificates})
    return _answer(row)


def delete_trust_anchor(invocation: Invocation) -> Row:
    """End the trust."""
    return _answer(delete(invocation, ANCHORS, "trustAnchorId"))


def _settings(invocation: Invocation, given: list[Row]) -> Row:
    settings = {}
    for one in given:
        event, threshold = one.get("event"), one.get("threshold", DAYS_BEFORE)
        if event not in EVENTS or one.get("channel", "ALL") != "ALL":
            raise invalid(f"There are the events {' and '.join(EVENTS)} with the channel ALL")
        if not 1 <= threshold <= 360:
            raise invalid("A threshold is from 1 to 360 days")
        configured_by = invocation.account_id
        settings[event] = {"enabled": bool(one.get("enabled")), "threshold": threshold, "configuredBy": configured_by}
    return settings


def put_notification_settings(invocation: Invocation) -> Row:
    """Say when to warn of certificates that end."""
    row, given = found(invocation, ANCHORS, "trustAnchorId"), required(invocation, "notificationSettings")[0]
    change(invocation, row, {"notifications": row["notifications"] | _settings(invocation, given)})
    return _answer(row)


def reset_notification_settings(invocation: Invocation) -> Row:
    """Warn as the service does by itself."""
    row, keys = found(invocation, ANCHORS, "trustAnchorId"), required(invocation, "notificationSettingKeys")[0]
    reset = {key.get("event") for key in keys}
    kept = {event: setting for event, setting in row["notifications"].items() if event not in reset}
    change(invocation, row, {"notifications": kept})
    return _answer(row)


_ENABLE, _DISABLE = switches(ANCHORS, "trustAnchorId", _answer)
HANDLERS: dict[str, Handler] = {
    "CreateTrustAnchor": create_trust_anchor,
    "GetTrustAnchor": get_trust_anchor,
    "ListTrustAnchors": list_trust_anchors,
    "UpdateTrustAnchor": update_trust_anchor,
    "DeleteTrustAnchor": delete_trust_anchor,
    "EnableTrustAnchor": _ENABLE,
    "DisableTrustAnchor": _DISABLE,
    "PutNotificationSettings": put_notification_settings,
    "ResetNotificationSettings": reset_notification_settings,
}
