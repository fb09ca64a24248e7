"""Virtual MFA devices: time-based one-time passwords of six digits, a new one every 30 seconds (RFC 6238, SHA-1).

The devices of an account stand in IAM's state, by serial number, under DEVICES: {"seed": …, "used": …, "user_id": …};
without "user_id" a device is nobody's yet.
"""

import hmac
import secrets
from base64 import b32decode, b32encode
from datetime import datetime
from typing import Any
from urllib.parse import quote

from sandbox.emulator import World
from sandbox.principals import Principal

DEVICES = "mfa"
STEP = 30
# Steps that a device's clock may be ahead or behind.
DRIFT = 1


def new_seed() -> str:
    """Draw a seed, in base32 as authenticator apps take it (64 characters)."""
    return b32encode(secrets.token_bytes(40)).decode()


def codes_at(seed: str, moment: datetime) -> tuple[str, str]:
    """The code before and the code at a moment: the two in a row that enabling a device asks for."""
    step = _step(moment)
    return _code(seed, step - 1), _code(seed, step)


def qr_uri(device_name: str, account_name: str, seed: str) -> str:
    """What the device's QR code says; `account_name` is the user's name, or else the account id.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_VirtualMFADevice.html
    """
    return f"otpauth://totp/{quote(f'{device_name}@{account_name}', safe='@')}?secret={seed}"


def check(state: dict[str, Any], serial: str, code: str, now: datetime) -> bool:
    """Tell whether a code is the device's at this time, and take it: no code counts twice.

    `state` is IAM's state of the account; a device that is not there has no right code.
    """
    device = state.get(DEVICES, {}).get(serial)
    if device is None:
        return False
    return _taken(device, _found(device["seed"], (code,), now))


def check_two(state: dict[str, Any], serial: str, codes: tuple[str, str], now: datetime) -> bool:
    """Tell whether two codes are the device's, one right after the other, and take them."""
    device = state.get(DEVICES, {}).get(serial)
    if device is None:
        return False
    return _taken(device, _found(device["seed"], codes, now))


UNKNOWN_DEVICE = (
    "MultiFactorAuthentication failed, unable to validate MFA code.  "
    "Please verify your MFA serial number is valid and associated with this user."
)
WRONG_CODE = "MultiFactorAuthentication failed with invalid MFA one time pass code. "


def problem(world: World, principal: Principal, serial: str, code: str, now: datetime) -> str:
    """What is wrong with a code for a caller's own device, "" for nothing; it is left to be taken."""
    _, device = _own(world, principal, serial)
    if device is None:
        return UNKNOWN_DEVICE
    step = _found(device["seed"], (code,), now)
    return "" if step is not None and step > device.get("used", 0) else WRONG_CODE


def take(world: World, principal: Principal, serial: str, code: str, now: datetime) -> str:
    """Take the code of a caller's own device; returns what is wrong with it, "" for nothing."""
    state, device = _own(world, principal, serial)
    if device is None:
        return UNKNOWN_DEVICE
    return "" if check(state, serial, code, now) else WRONG_CODE


def _own(world: World, principal: Principal, serial: str) -> tuple[dict[str, Any], dict[str, Any] | None]:
    state = world.native("iam", principal.account_id)
    device = state.get(DEVICES, {}).get(serial)
    return state, device if device is not None and device.get("user_id") == principal.user_id else None


def _taken(device: dict[str, Any], step: int | None) -> bool:
    if step is None or step <= device.get("used", 0):
        return False
    device["used"] = step
    return True


def _found(seed: str, codes: tuple[str, ...], now: datetime) -> int | None:
    """The step of the last of the codes in a row; None when they are wrong or not of this time."""
    # Of several codes the first may be older: a person types one, waits, and types the next.
    earliest = _step(now) - DRIFT - len(codes) + 1
    for first in range(earliest, _step(now) + DRIFT + 1):
        if all(_same(code, _code(seed, first + number)) for number, code in enumerate(codes)):
            return first + len(codes) - 1
    return None


def _same(given: str, right: str) -> bool:
    return hmac.compare_digest(given.encode(), right.encode())


def _step(moment: datetime) -> int:
    return int(moment.timestamp()) // STEP


def _code(seed: str, step: int) -> str:
    mac = hmac.digest(b32decode(seed), step.to_bytes(8, "big"), "sha1")
    offset = mac[-1] & 0xF
    return f"{(int.from_bytes(mac[offset : offset + 4], 'big') & 0x7FFFFFFF) % 1_000_000:06d}"
