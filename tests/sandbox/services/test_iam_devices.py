"""Virtual MFA devices: real seeds, right codes, one owner."""

import struct
import zlib
from datetime import UTC, datetime, timedelta
from typing import Any

from sandbox import mfa
from tests.sandbox.conftest import Caller
from tests.sandbox.services.iam_cases import forget, new_user, refused, sending_all


def create(caller: Caller, name: str = "phone") -> dict[str, Any]:
    made: dict[str, Any] = caller.client("iam").create_virtual_mfa_device(VirtualMFADeviceName=name)["VirtualMFADevice"]
    return made


def codes(device: dict[str, Any], ahead: int = 0) -> dict[str, str]:
    first, second = mfa.codes_at(device["Base32StringSeed"].decode(), datetime.now(UTC) + timedelta(seconds=ahead))
    return {"AuthenticationCode1": first, "AuthenticationCode2": second}


def enable(caller: Caller, device: dict[str, Any], user: str = "learner") -> None:
    caller.client("iam").enable_mfa_device(UserName=user, SerialNumber=device["SerialNumber"], **codes(device))


def test_a_device_comes_with_a_seed_and_a_picture_of_it(caller: Caller) -> None:
    device = create(caller)
    assert device["SerialNumber"] == f"arn:aws:iam::{caller.account.pk}:mfa/phone"
    assert len(device["Base32StringSeed"]) == 64
    picture = device["QRCodePNG"]
    assert picture[:8] == b"\x89PNG\r\n\x1a\n"
    (length,) = struct.unpack(">I", picture[8:12])
    kind_and_data, checksum = picture[12 : 16 + length], picture[16 + length : 20 + length]
    assert (kind_and_data[:4], struct.pack(">I", zlib.crc32(kind_and_data))) == (b"IHDR", checksum)
    assert refused(caller.client("iam").create_virtual_mfa_device, VirtualMFADeviceName="phone") == (
        "EntityAlreadyExists",
        "MFADevice entity at the same path and name already exists.",
    )


def test_only_two_codes_in_a_row_enable_a_device(caller: Caller) -> None:
    iam, device = caller.client("iam"), create(caller)
    of_user = {"UserName": "learner", "SerialNumber": device["SerialNumber"]}
    right = codes(device)
    for first, second in (("000000", "000001"), (right["AuthenticationCode2"], right["AuthenticationCode1"])):
        code, _ = refused(iam.enable_mfa_device, **of_user, AuthenticationCode1=first, AuthenticationCode2=second)
        assert code == "InvalidAuthenticationCode"
    short = {"AuthenticationCode1": "1", "AuthenticationCode2": "12"}
    assert refused(sending_all(caller.client("iam")).enable_mfa_device, **of_user, **short)[0] == "ValidationError"
    iam.enable_mfa_device(**of_user, **right)
    forget(caller)
    listed = iam.list_mfa_devices()["MFADevices"]
    assert [(one["UserName"], one["SerialNumber"]) for one in listed] == [("learner", device["SerialNumber"])]
    assert refused(iam.enable_mfa_device, **of_user, **right)[0] == "EntityAlreadyExists"
    found = iam.get_mfa_device(SerialNumber=device["SerialNumber"])
    assert (found["UserName"], found["EnableDate"]) == ("learner", listed[0]["EnableDate"])


def test_the_way_of_a_device_to_another_user(caller: Caller) -> None:
    iam, device = caller.client("iam"), create(caller)
    new_user(caller, "ann")
    enable(caller, device)
    serial = device["SerialNumber"]
    assert refused(iam.delete_virtual_mfa_device, SerialNumber=serial) == (
        "DeleteConflict",
        "MFA VirtualDevice in use. Must deactivate first.",
    )
    assert refused(iam.deactivate_mfa_device, UserName="ann", SerialNumber=serial)[0] == "NoSuchEntity"
    assigned = iam.list_virtual_mfa_devices(AssignmentStatus="Assigned")["VirtualMFADevices"]
    assert [one["User"]["UserName"] for one in assigned] == ["learner"]
    iam.deactivate_mfa_device(UserName="learner", SerialNumber=serial)
    forget(caller)
    assert iam.list_mfa_devices(UserName="learner")["MFADevices"] == []
    free = iam.list_virtual_mfa_devices(AssignmentStatus="Unassigned")["VirtualMFADevices"]
    assert free == [{"SerialNumber": serial}]
    iam.delete_virtual_mfa_device(SerialNumber=serial)
    assert refused(iam.delete_virtual_mfa_device, SerialNumber=serial) == (
        "NoSuchEntity",
        f"VirtualMFADevice with serial number {serial} doesn't exist.",
    )


def test_resync_takes_the_next_two_codes(caller: Caller) -> None:
    iam, device = caller.client("iam"), create(caller)
    enable(caller, device)
    of_user = {"UserName": "learner", "SerialNumber": device["SerialNumber"]}
    used = codes(device)
    assert refused(iam.resync_mfa_device, **of_user, **used)[0] == "InvalidAuthenticationCode"
    iam.resync_mfa_device(**of_user, **codes(device, ahead=30))


def test_a_user_with_a_device_is_not_deleted(caller: Caller) -> None:
    iam, device = caller.client("iam"), create(caller)
    iam.create_user(UserName="ann")
    enable(caller, device, "ann")
    assert refused(iam.delete_user, UserName="ann") == (
        "DeleteConflict",
        "Cannot delete entity, must delete MFA device first.",
    )


def test_a_user_has_eight_devices_at_most(caller: Caller) -> None:
    iam = caller.client("iam")
    devices = [create(caller, f"d{number}") for number in range(9)]
    for device in devices[:8]:
        enable(caller, device)
    last = {"UserName": "learner", "SerialNumber": devices[8]["SerialNumber"]}
    assert refused(iam.enable_mfa_device, **last, **codes(devices[8])) == (
        "LimitExceeded",
        "Cannot exceed quota for MFADevicesPerUser: 8",
    )


def test_devices_have_tags(caller: Caller) -> None:
    iam, serial = caller.client("iam"), create(caller)["SerialNumber"]
    iam.tag_mfa_device(SerialNumber=serial, Tags=[{"Key": "Team", "Value": "a"}, {"Key": "x", "Value": ""}])
    iam.tag_mfa_device(SerialNumber=serial, Tags=[{"Key": "team", "Value": "b"}])
    iam.untag_mfa_device(SerialNumber=serial, TagKeys=["X"])
    forget(caller)
    assert iam.list_mfa_device_tags(SerialNumber=serial)["Tags"] == [{"Key": "team", "Value": "b"}]


def test_the_seed_is_not_in_the_trail(caller: Caller) -> None:
    device = create(caller)
    assert device["Base32StringSeed"].decode() not in str([event.record for event in caller.events()])
