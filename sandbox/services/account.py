"""Account Management: which regions an account has enabled, and whom AWS writes to about it."""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error
from typing import Any

from sandbox import region_access, regions
from sandbox.emulator.organization_access import is_managed_by, trusts_service
from sandbox.region_access import DISABLED, DISABLING, ENABLED, ENABLING, PARTITION, STATUSES
from sandbox.regions import Region
from sandbox.services.invocation import Handler, Invocation
from sandbox.wire import AwsError, access_denied

SERVICE_PRINCIPAL = "account.amazonaws.com"
CONTACT_TYPES = ("BILLING", "OPERATIONS", "SECURITY")
_COUNTRY = re.compile(r"[A-Z]{2}")
_PHONE = re.compile(r"\+[0-9 ()-]{2,19}")
MOST_REGIONS = 50


def list_regions(invocation: Invocation) -> dict[str, Any]:
    """List the regions with the account's status of each.

    https://docs.aws.amazon.com/accounts/latest/reference/API_ListRegions.html
    """
    parameters = invocation.parameters
    wanted = parameters.get("RegionOptStatusContains") or STATUSES
    if (unknown := next((status for status in wanted if status not in STATUSES), None)) is not None:
        raise _invalid(f"{unknown} is no status of a Region")
    account_id = _account(invocation)
    found = [
        {"RegionName": region.name, "RegionOptStatus": status}
        for region in regions.of_partition(PARTITION)
        if (status := _status(invocation, account_id, region)) in wanted
    ]
    return _page(found, parameters.get("MaxResults", MOST_REGIONS), parameters.get("NextToken"))


def _page(found: list[dict[str, str]], size: int, token: str | None) -> dict[str, Any]:
    if not 1 <= size <= MOST_REGIONS:
        raise _invalid(f"MaxResults must be from 1 to {MOST_REGIONS}")
    start = _start(token)
    page: dict[str, Any] = {"Regions": found[start : start + size]}
    if start + size < len(found):
        page["NextToken"] = urlsafe_b64encode(f"regions {start + size}".encode()).decode()
    return page


def _start(token: str | None) -> int:
    if token is None:
        return 0
    try:
        name, _, number = urlsafe_b64decode(token.encode()).decode().partition(" ")
    except (Error, ValueError):
        name, number = "", ""
    if name != "regions" or not number.isdecimal() or len(number) > 4:
        raise _invalid("NextToken is not one that ListRegions gave")
    return int(number)


def get_region_opt_status(invocation: Invocation) -> dict[str, Any]:
    """Tell the account's status of one region.

    https://docs.aws.amazon.com/accounts/latest/reference/API_GetRegionOptStatus.html
    """
    region = _region(invocation)
    return {"RegionName": region.name, "RegionOptStatus": _status(invocation, _account(invocation), region)}


def enable_region(invocation: Invocation) -> dict[str, Any]:
    """Begin to enable a region.

    https://docs.aws.amazon.com/accounts/latest/reference/API_EnableRegion.html
    """
    return _switch(invocation, on=True, from_status=DISABLED, conflict=DISABLING)


def disable_region(invocation: Invocation) -> dict[str, Any]:
    """Begin to disable a region; what is in it stays, and costs on.

    https://docs.aws.amazon.com/accounts/latest/reference/API_DisableRegion.html
    """
    return _switch(invocation, on=False, from_status=ENABLED, conflict=ENABLING)


def _switch(invocation: Invocation, *, on: bool, from_status: str, conflict: str) -> dict[str, Any]:
    region, account_id = _region(invocation), _account(invocation)
    status = _status(invocation, account_id, region)
    if status == conflict:
        raise AwsError("ConflictException", f"The Region {region.name} has the status {status}.", 409)
    if status != from_status:
        message = "Unable to switch region status because of its current opt-in status."
        raise AwsError("ValidationException", message, 400, {"reason": "invalidRegionOptTarget"})
    region_access.switch(invocation.world, account_id, region, invocation.now, on=on)
    return {}


def _region(invocation: Invocation) -> Region:
    name = _required(invocation, "RegionName")["RegionName"]
    region = regions.find(name)
    if region is None or region.partition != PARTITION:
        # The wording is ours.
        raise _invalid(f"{name} is not a Region of this account", "invalidRegionOptTarget")
    return region


def _status(invocation: Invocation, account_id: str, region: Region) -> str:
    return region_access.opt_status(invocation.world, account_id, region, invocation.now)


def put_contact_information(invocation: Invocation) -> dict[str, Any]:
    """Set the account's primary contact.

    https://docs.aws.amazon.com/accounts/latest/reference/API_PutContactInformation.html
    """
    contact = _required(invocation, "ContactInformation")["ContactInformation"]
    for name in ("FullName", "AddressLine1", "City", "PostalCode", "CountryCode", "PhoneNumber"):
        if not contact.get(name):
            raise _invalid(f"ContactInformation.{name} is missing")
    if not _COUNTRY.fullmatch(contact["CountryCode"]):
        raise _invalid("ContactInformation.CountryCode is no country's code of two letters")
    if not _PHONE.fullmatch(contact["PhoneNumber"]):
        raise _invalid("ContactInformation.PhoneNumber is no number that begins with +")
    _contacts(invocation)["PRIMARY"] = contact
    return {}


def get_contact_information(invocation: Invocation) -> dict[str, Any]:
    """Tell the account's primary contact; raises ResourceNotFoundException when there is none.

    https://docs.aws.amazon.com/accounts/latest/reference/API_GetContactInformation.html
    """
    contact = _contacts(invocation).get("PRIMARY")
    if contact is None:
        raise _not_found("No contact information is set.")
    return {"ContactInformation": contact}


def put_alternate_contact(invocation: Invocation) -> dict[str, Any]:
    """Set whom else AWS writes to about bills, operations or security.

    https://docs.aws.amazon.com/accounts/latest/reference/API_PutAlternateContact.html
    """
    names = ("AlternateContactType", "EmailAddress", "Name", "PhoneNumber", "Title")
    given = _required(invocation, *names)
    kind = _contact_type(invocation)
    _contacts(invocation)[kind] = {name: given[name] for name in names}
    return {}


def get_alternate_contact(invocation: Invocation) -> dict[str, Any]:
    """Tell an alternate contact; raises ResourceNotFoundException.

    https://docs.aws.amazon.com/accounts/latest/reference/API_GetAlternateContact.html
    """
    return {"AlternateContact": _alternate_contacts(invocation)[_contact_type(invocation)]}


def delete_alternate_contact(invocation: Invocation) -> dict[str, Any]:
    """Forget an alternate contact; raises ResourceNotFoundException.

    https://docs.aws.amazon.com/accounts/latest/reference/API_DeleteAlternateContact.html
    """
    del _alternate_contacts(invocation)[_contact_type(invocation)]
    return {}


def _alternate_contacts(invocation: Invocation) -> dict[str, Any]:
    contacts = _contacts(invocation)
    if _contact_type(invocation) not in contacts:
        raise _not_found("No contact of the inputted alternate contact type found.")
    return contacts


def _contact_type(invocation: Invocation) -> str:
    kind: str = _required(invocation, "AlternateContactType")["AlternateContactType"]
    if kind not in CONTACT_TYPES:
        raise _invalid(f"AlternateContactType must be one of {', '.join(CONTACT_TYPES)}")
    return kind


def _contacts(invocation: Invocation) -> dict[str, Any]:
    contacts: dict[str, Any] = invocation.world.native("account", _account(invocation)).setdefault("contacts", {})
    return contacts


def _account(invocation: Invocation) -> str:
    """The account that is meant: the caller's, or a member of the organization that the caller manages.

    https://docs.aws.amazon.com/accounts/latest/reference/using-orgs.html
    """
    manager, meant = invocation.account_id, invocation.parameters.get("AccountId")
    if meant is None:
        return manager
    if meant == manager:
        raise _denied(
            invocation,
            "The management account can only be managed using the standalone context from the management account.",
        )
    if not is_managed_by(invocation.world, meant, manager):
        raise _denied(invocation, f"{meant} is not a member of an organization that you manage.")
    if not trusts_service(invocation.world, manager, SERVICE_PRINCIPAL):
        raise _denied(invocation, "Your organization must first enable trusted access with AWS Account Management.")
    return str(meant)


def _denied(invocation: Invocation, reason: str) -> AwsError:
    call = invocation.call
    return access_denied(call, invocation.principal.arn, f"account:{call.operation_name}", f"({reason})")


def _required(invocation: Invocation, *names: str) -> dict[str, Any]:
    for name in names:
        if not invocation.parameters.get(name):
            raise _invalid(f"{name} is missing")
    return invocation.parameters


def _invalid(message: str, reason: str = "fieldValidationFailed") -> AwsError:
    return AwsError("ValidationException", message, 400, {"reason": reason})


def _not_found(message: str) -> AwsError:
    return AwsError("ResourceNotFoundException", message, 404)


HANDLERS: dict[str, Handler] = {
    "ListRegions": list_regions,
    "GetRegionOptStatus": get_region_opt_status,
    "EnableRegion": enable_region,
    "DisableRegion": disable_region,
    "PutContactInformation": put_contact_information,
    "GetContactInformation": get_contact_information,
    "PutAlternateContact": put_alternate_contact,
    "GetAlternateContact": get_alternate_contact,
    "DeleteAlternateContact": delete_alternate_contact,
}
