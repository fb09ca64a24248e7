"""Users' MFA devices: virtual ones, whose codes must be right.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_mfa_enable_virtual.html
"""

import io
from typing import Any

import segno

from sandbox import mfa
from sandbox.emulator import iam_state
from sandbox.services.iam.errors import not_found, quota_exceeded, refusal
from sandbox.services.iam.identities import listed, shown_user, user
from sandbox.services.iam.state import moment, native, text
from sandbox.services.invocation import Handler, Invocation, Result

DEVICES_PER_USER = 8


def _devices(invocation: Invocation) -> dict[str, Any]:
    devices: dict[str, Any] = native(invocation).setdefault(mfa.DEVICES, {})
    return devices


def create_device(invocation: Invocation) -> Result:
    """Make a virtual device; its seed is shown this once, as text and as a QR code.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateVirtualMFADevice.html
    """
    given = invocation.parameters
    name, path = given["VirtualMFADeviceName"], given.get("Path") or "/"
    serial = f"arn:aws:iam::{invocation.account_id}:mfa{path}{name}"
    devices = _devices(invocation)
    if serial in devices:
        raise refusal("EntityAlreadyExists", "MFADevice entity at the same path and name already exists.")
    seed = mfa.new_seed()
    tags = {tag["Key"]: tag["Value"] for tag in given.get("Tags") or ()}
    devices[serial] = {"seed": seed, "tags": tags}
    owner = invocation.principal.user_name or invocation.account_id
    return {
        "VirtualMFADevice": {
            "SerialNumber": serial,
            "Base32StringSeed": seed.encode(),
            "QRCodePNG": _png(mfa.qr_uri(name, owner, seed)),
            **({"Tags": list(given["Tags"])} if tags else {}),
        }
    }


def _png(content: str) -> bytes:
    stream = io.BytesIO()
    segno.make(content, micro=False).save(stream, kind="png", scale=4)
    return stream.getvalue()


def enable_device(invocation: Invocation) -> Result:
    """Give a device to a user who shows two codes of it in a row.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_EnableMFADevice.html
    """
    found, serial = user(invocation), invocation.parameters["SerialNumber"]
    device = _devices(invocation).get(serial)
    if device is None:
        raise not_found("virtual MFA device", serial)
    if device.get("user_id"):
        raise refusal("EntityAlreadyExists", "MFA Device is already in use.")
    if sum(other.get("user_id") == found.id for other in _devices(invocation).values()) >= DEVICES_PER_USER:
        raise quota_exceeded("MFADevicesPerUser", DEVICES_PER_USER)
    _check_codes(invocation, serial)
    device |= {"user_id": found.id, "enabled": text(invocation.now)}
    return {}


def resync_device(invocation: Invocation) -> Result:
    """Take two codes in a row of a device whose clock has drifted.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_ResyncMFADevice.html
    """
    _of_user(invocation)
    _check_codes(invocation, invocation.parameters["SerialNumber"])
    return {}


def _check_codes(invocation: Invocation, serial: str) -> None:
    given = invocation.parameters
    codes = given["AuthenticationCode1"], given["AuthenticationCode2"]
    if not mfa.check_two(native(invocation), serial, codes, invocation.now):
        message = "Authentication code for device is not valid."
        raise refusal("InvalidAuthenticationCode", message)


def _of_user(invocation: Invocation) -> dict[str, Any]:
    device: dict[str, Any] | None = _devices(invocation).get(invocation.parameters["SerialNumber"])
    if device is None or device.get("user_id") != user(invocation).id:
        raise not_found("MFA device", "")
    return device


def deactivate_device(invocation: Invocation) -> Result:
    """Take a device from its user; a virtual one stays, to be deleted or given again.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeactivateMFADevice.html
    """
    device = _of_user(invocation)
    del device["user_id"], device["enabled"]
    return {}


def delete_device(invocation: Invocation) -> Result:
    """Delete a virtual device that nobody has.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteVirtualMFADevice.html
    """
    devices, serial = _devices(invocation), invocation.parameters["SerialNumber"]
    if serial not in devices:
        raise not_found("virtual MFA device", serial)
    if devices[serial].get("user_id"):
        raise refusal("DeleteConflict", "MFA VirtualDevice in use. Must deactivate first.")
    del devices[serial]
    return {}


def list_devices(invocation: Invocation) -> Result:
    """List a user's devices.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListMFADevices.html
    """
    found = user(invocation)
    shown = [
        {"UserName": found.name, "SerialNumber": serial, "EnableDate": moment(device["enabled"])}
        for serial, device in sorted(_devices(invocation).items())
        if device.get("user_id") == found.id
    ]
    return listed(invocation, "MFADevices", shown)


def list_virtual_devices(invocation: Invocation) -> Result:
    """List the account's virtual devices, all or those that somebody or nobody has.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListVirtualMFADevices.html
    """
    wanted = invocation.parameters.get("AssignmentStatus") or "Any"
    owners = {one.id: one for one in iam_state.users(invocation.world, invocation.account_id)}
    shown = []
    for serial, device in sorted(_devices(invocation).items()):
        owner = owners.get(device.get("user_id", ""))
        if wanted == "Any" or (wanted == "Assigned") == (owner is not None):
            shown.append({"SerialNumber": serial, **_assignment(device, owner)})
    return listed(invocation, "VirtualMFADevices", shown)


def _assignment(device: dict[str, Any], owner: iam_state.User | None) -> dict[str, Any]:
    if owner is None:
        return {}
    return {"User": shown_user(owner), "EnableDate": moment(device["enabled"])}


def get_device(invocation: Invocation) -> Result:
    """Tell whose a device is and since when.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetMFADevice.html
    """
    serial = invocation.parameters["SerialNumber"]
    device = _devices(invocation).get(serial)
    if device is None:
        raise not_found("virtual MFA device", serial)
    if invocation.parameters.get("UserName") is not None:
        _of_user(invocation)
    owners = {one.id: one for one in iam_state.users(invocation.world, invocation.account_id)}
    owner = owners.get(device.get("user_id", ""))
    if owner is None:
        return {"SerialNumber": serial}
    return {"UserName": owner.name, "SerialNumber": serial, "EnableDate": moment(device["enabled"])}


HANDLERS: dict[str, Handler] = {
    "CreateVirtualMFADevice": create_device,
    "DeactivateMFADevice": deactivate_device,
    "DeleteVirtualMFADevice": delete_device,
    "EnableMFADevice": enable_device,
    "GetMFADevice": get_device,
    "ListMFADevices": list_devices,
    "ListVirtualMFADevices": list_virtual_devices,
    "ResyncMFADevice": resync_device,
}
