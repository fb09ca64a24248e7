"""Lists of certificates that their issuers have revoked.

https://docs.aws.amazon.com/rolesanywhere/latest/APIReference/API_ImportCrl.html
"""

from base64 import b64decode, b64encode

from sandbox.services.invocation import Handler, Invocation
from sandbox.services.rolesanywhere.resources import (
    ANCHORS,
    CRLS,
    Row,
    add,
    change,
    checked_name,
    delete,
    found,
    invalid,
    missing,
    page,
    required,
    switches,
    times,
)
from sandbox.wire.x509_signature import CertificateProblem, read_bundle, read_revocations, signed_by

LONGEST = 300_000
MOST_OF_ANCHOR = 2


def shown(row: Row) -> Row:
    """A revocation list as the service tells it."""
    return {
        "crlId": row["id"],
        "crlArn": row["arn"],
        "name": row["name"],
        "enabled": row["enabled"],
        "crlData": b64decode(row["data"]),
        "trustAnchorArn": row["trustAnchorArn"],
        **times(row, "createdAt", "updatedAt"),
    }


def _answer(row: Row) -> Row:
    return {"crl": shown(row)}


def import_crl(invocation: Invocation) -> Row:
    """Keep a revocation list of a trust anchor's; raises AwsError."""
    name, data, anchor_arn = required(invocation, "name", "crlData", "trustAnchorArn")
    others = [one for one in invocation.native().get(CRLS, {}).values() if one["trustAnchorArn"] == anchor_arn]
    if len(others) >= MOST_OF_ANCHOR:
        raise invalid(f"A trust anchor has at most {MOST_OF_ANCHOR} revocation lists")
    members = {"data": _checked(invocation, data, anchor_arn), "trustAnchorArn": anchor_arn}
    return _answer(add(invocation, CRLS, name, members))


def _checked(invocation: Invocation, data: bytes, anchor_arn: str) -> str:
    if not 1 <= len(data) <= LONGEST:
        raise invalid(f"crlData is of 1 to {LONGEST} bytes")
    anchors = invocation.native().get(ANCHORS, {}).values()
    anchor = next((one for one in anchors if one["arn"] == anchor_arn), None)
    if anchor is None:
        raise missing(ANCHORS)
    try:
        if not signed_by(read_revocations(data), read_bundle(anchor["certificates"])):
            raise invalid("The revocation list is not signed by the trust anchor")
    except CertificateProblem as problem:
        raise invalid(str(problem)) from problem
    return b64encode(data).decode()


def get_crl(invocation: Invocation) -> Row:
    """Tell of one revocation list."""
    return _answer(found(invocation, CRLS, "crlId"))


def list_crls(invocation: Invocation) -> Row:
    """Tell of all revocation lists."""
    return page(invocation, CRLS, "crls", shown)


def update_crl(invocation: Invocation) -> Row:
    """Give a revocation list another name or other content; raises AwsError."""
    row, given = found(invocation, CRLS, "crlId"), invocation.parameters
    name = checked_name(given["name"]) if given.get("name") is not None else None
    data = _checked(invocation, given["crlData"], row["trustAnchorArn"]) if given.get("crlData") is not None else None
    change(invocation, row, {"name": name, "data": data})
    return _answer(row)


def delete_crl(invocation: Invocation) -> Row:
    """Forget a revocation list."""
    return _answer(delete(invocation, CRLS, "crlId"))


_ENABLE, _DISABLE = switches(CRLS, "crlId", _answer)
HANDLERS: dict[str, Handler] = {
    "ImportCrl": import_crl,
    "GetCrl": get_crl,
    "ListCrls": list_crls,
    "UpdateCrl": update_crl,
    "DeleteCrl": delete_crl,
    "EnableCrl": _ENABLE,
    "DisableCrl": _DISABLE,
}
