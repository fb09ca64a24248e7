"""Invitations of accounts into an organization. Only accounts of the same environment exist.

https://docs.aws.amazon.com/organizations/latest/APIReference/API_InviteAccountToOrganization.html
"""

import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error
from datetime import datetime, timedelta
from typing import Any

from sandbox.emulator.memberships import join, organization_of
from sandbox.models import Account
from sandbox.services.invocation import Invocation
from sandbox.services.organizations import refusals
from sandbox.services.organizations.leaving import organization_managed

OPEN_FOR, LISTED_FOR = timedelta(days=15), timedelta(days=30)
# AWS's quota of invitations that one organization sends in a day.
MOST_A_DAY = 20
MOST_LISTED = 20
LONGEST_NOTES = 1024

Handshake = dict[str, Any]


def _kept(invocation: Invocation) -> dict[str, Handshake]:
    """The environment's handshakes by id: two accounts have part in each."""
    kept: dict[str, Handshake] = invocation.world.native("organizations").setdefault("handshakes", {})
    return kept


def _state(invocation: Invocation, handshake: Handshake) -> str:
    state = str(handshake["state"])
    if state != "OPEN":
        return state
    if invocation.now >= datetime.fromisoformat(handshake["expires"]):
        return "EXPIRED"
    # That an organization's end cancels its invitations is our belief.
    organization = organization_of(invocation.world, handshake["by"])
    return "OPEN" if organization is not None and organization.id == handshake["organization"] else "CANCELED"


def _shown(invocation: Invocation, handshake: Handshake) -> Handshake:
    target = {"Type": handshake["target"]["Type"], "Value": handshake["target"]["Id"]}
    about = [{"Type": kind, "Value": value} for kind, value in handshake["about"].items()]
    notes = [{"Type": "NOTES", "Value": handshake["notes"]}] if handshake["notes"] else []
    return {
        "Id": handshake["id"],
        "Arn": f"arn:aws:organizations::{handshake['by']}:handshake/{handshake['organization']}/invite/"
        + handshake["id"],
        "Parties": [{"Id": handshake["organization"], "Type": "ORGANIZATION"}, handshake["target"]],
        "State": _state(invocation, handshake),
        "RequestedTimestamp": datetime.fromisoformat(handshake["requested"]),
        "ExpirationTimestamp": datetime.fromisoformat(handshake["expires"]),
        "Action": "INVITE",
        "Resources": [
            {"Type": "ORGANIZATION", "Value": handshake["organization"], "Resources": about},
            target,
            *notes,
        ],
    }


def invite(invocation: Invocation) -> dict[str, Any]:
    """Invite an account into the caller's organization; it is not in before it accepts."""
    organization = organization_managed(invocation)
    target = _target(invocation)
    if target["Id"] in organization.members:
        raise _is_in_one()
    of_organization = [one for one in _kept(invocation).values() if one["organization"] == organization.id]
    if any(one["target"] == target and _state(invocation, one) == "OPEN" for one in of_organization):
        raise refusals.duplicate()
    day_ago = (invocation.now - timedelta(days=1)).isoformat()
    if sum(one["requested"] > day_ago for one in of_organization) >= MOST_A_DAY:
        message = f"An organization sends at most {MOST_A_DAY} invitations a day."
        raise refusals.handshake_constraint(message, "HANDSHAKE_RATE_LIMIT_EXCEEDED")
    handshake: Handshake = {
        "id": f"h-{secrets.token_hex(8)}",
        "by": invocation.account_id,
        "organization": organization.id,
        "about": {
            "MASTER_EMAIL": organization.email,
            "MASTER_NAME": organization.name,
            "ORGANIZATION_FEATURE_SET": organization.feature_set,
        },
        "target": target,
        "notes": _notes(invocation),
        "tags": {tag["Key"]: tag["Value"] for tag in invocation.parameters.get("Tags") or []},
        "state": "OPEN",
        "requested": invocation.now.isoformat(),
        "expires": (invocation.now + OPEN_FOR).isoformat(),
    }
    _forget(invocation)
    _kept(invocation)[handshake["id"]] = handshake
    return {"Handshake": _shown(invocation, handshake)}


def _target(invocation: Invocation) -> dict[str, str]:
    given = invocation.parameters["Target"]
    kind, identifier = given["Type"], given["Id"]
    if kind == "EMAIL":
        # Whoever has the address may come later: AWS sends the invitation without knowing an account for it.
        if not 6 <= len(identifier) <= 64 or not all(identifier.partition("@")):
            raise refusals.invalid("That is no address of e-mail.", "INVALID_EMAIL_ADDRESS_TARGET")
    elif kind != "ACCOUNT":
        raise refusals.invalid("An account or an address of e-mail can be invited.", "INVALID_PARTY_TYPE_TARGET")
    elif identifier not in invocation.world.accounts:
        # AWS documents no error for an account that does not exist; that it is this one is our belief.
        message = "You specified a target account that doesn't exist."
        raise refusals.invalid(message, "INVALID_PATTERN_TARGET_ID")
    return {"Id": identifier, "Type": kind}


def _notes(invocation: Invocation) -> str:
    notes = str(invocation.parameters.get("Notes") or "")
    if len(notes) > LONGEST_NOTES:
        raise refusals.invalid(f"Notes have at most {LONGEST_NOTES} characters.", "MAX_LENGTH_EXCEEDED")
    return notes


def _is_in_one() -> Exception:
    message = "The account is a member of an organization already."
    return refusals.handshake_constraint(message, "ALREADY_IN_AN_ORGANIZATION")


def _forget(invocation: Invocation) -> None:
    """Drop what is over for so long that it is not listed any more."""
    kept = _kept(invocation)
    for one in [one for one in kept.values() if not _is_listed(invocation, one)]:
        del kept[one["id"]]


def _is_listed(invocation: Invocation, handshake: Handshake) -> bool:
    return invocation.now < datetime.fromisoformat(handshake["expires"]) + LISTED_FOR


def _of_party(invocation: Invocation) -> tuple[Handshake, bool]:
    """The handshake that a call names, and whether the caller's account is who is invited; raises AwsError."""
    handshake: Handshake | None = (
        invocation.world.native("organizations").get("handshakes", {}).get(invocation.parameters["HandshakeId"])
    )
    if handshake is not None and _is_listed(invocation, handshake):
        if handshake["target"]["Id"] == invocation.account_id:
            return handshake, True
        if handshake["by"] == invocation.account_id:
            return handshake, False
    # Of others' handshakes an account learns nothing.
    raise refusals.handshake_not_found()


def _moved(invocation: Invocation, state: str, *, by_target: bool) -> Handshake:
    """The handshake that a call names, put into another state; raises AwsError."""
    handshake, is_target = _of_party(invocation)
    if is_target != by_target:
        raise refusals.not_permitted()
    before = _state(invocation, handshake)
    if before == state:
        raise refusals.already(state)
    if before != "OPEN":
        raise refusals.no_transition(before, state)
    handshake["state"] = state
    return handshake


def accept(invocation: Invocation) -> dict[str, Any]:
    """Join the organization that an invitation is from; an account is in one organization at most."""
    handshake, is_target = _of_party(invocation)
    organization, own = (organization_of(invocation.world, one) for one in (handshake["by"], invocation.account_id))
    if own is not None and is_target and _state(invocation, handshake) == "OPEN":
        raise _is_in_one()
    _moved(invocation, "ACCEPTED", by_target=True)
    if organization is not None:
        name = Account.objects.get(pk=invocation.account_id).alias
        join(
            invocation.world,
            organization,
            invocation.account_id,
            name=name,
            email=f"{name}@example.com",
            tags=handshake["tags"],
            at=invocation.now,
        )
    return {"Handshake": _shown(invocation, handshake)}


def decline(invocation: Invocation) -> dict[str, Any]:
    """Turn an invitation down."""
    return {"Handshake": _shown(invocation, _moved(invocation, "DECLINED", by_target=True))}


def cancel(invocation: Invocation) -> dict[str, Any]:
    """Take an invitation back."""
    return {"Handshake": _shown(invocation, _moved(invocation, "CANCELED", by_target=False))}


def describe(invocation: Invocation) -> dict[str, Any]:
    """Tell of one handshake that the caller's account has part in."""
    return {"Handshake": _shown(invocation, _of_party(invocation)[0])}


def list_for_account(invocation: Invocation) -> dict[str, Any]:
    """List the invitations of the caller's account."""
    return _listed(invocation, [one for one in _every(invocation) if one["target"]["Id"] == invocation.account_id])


def list_for_organization(invocation: Invocation) -> dict[str, Any]:
    """List the invitations that the caller's organization has sent."""
    organization = organization_managed(invocation)
    return _listed(invocation, [one for one in _every(invocation) if one["organization"] == organization.id])


def _every(invocation: Invocation) -> list[Handshake]:
    kept = invocation.world.native("organizations").get("handshakes", {})
    return sorted((one for one in kept.values() if _is_listed(invocation, one)), key=lambda one: str(one["requested"]))


def _listed(invocation: Invocation, found: list[Handshake]) -> dict[str, Any]:
    parameters = invocation.parameters
    criteria = parameters.get("Filter") or {}
    if len(criteria) > 1:
        raise refusals.invalid("A filter has one element.", "MAX_LIMIT_EXCEEDED_FILTER")
    if criteria.get("ActionType", "INVITE") != "INVITE" or "ParentHandshakeId" in criteria:
        found = []
    size = parameters.get("MaxResults", MOST_LISTED)
    if not 1 <= size <= MOST_LISTED:
        raise refusals.invalid(f"MaxResults is from 1 to {MOST_LISTED}.", "MAX_VALUE_EXCEEDED")
    start = _start(parameters.get("NextToken"))
    answer: dict[str, Any] = {"Handshakes": [_shown(invocation, one) for one in found[start : start + size]]}
    if start + size < len(found):
        answer["NextToken"] = urlsafe_b64encode(f"handshakes {start + size}".encode()).decode()
    return answer


def _start(token: str | None) -> int:
    if not token:
        return 0
    try:
        what, _, number = urlsafe_b64decode(token.encode()).decode().partition(" ")
    except (Error, ValueError):
        what, number = "", ""
    if what != "handshakes" or not number.isdecimal() or len(number) > 6:
        raise refusals.invalid("NextToken is not one that this operation gave.", "INVALID_NEXT_TOKEN")
    return int(number)
