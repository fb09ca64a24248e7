"""Identifiers that the sandbox makes or reads: account ids, and the account inside an access key id."""

import secrets
from base64 import b32decode, b32encode
from binascii import Error
from functools import lru_cache

# Ids below this look padded, and some tools drop leading zeros.
LOWEST, HIGHEST = 100_000_000_000, 999_999_999_999


def new_account_id() -> str:
    """Draw a 12-digit account id; the caller makes sure that it is unique on the site."""
    return str(LOWEST + secrets.randbelow(HIGHEST - LOWEST + 1))


def new_access_key_id(account_id: str, prefix: str = "ASIA") -> str:
    """Make an access key id of an account (20 characters)."""
    head = 1 << 40 | int(account_id)
    return prefix + b32encode((head << 39 | secrets.randbits(39)).to_bytes(10, "big")).decode()


@lru_cache(maxsize=4096)
def account_of_access_key(access_key_id: str) -> str | None:
    """Read the 12-digit account id that an access key id carries; None when it carries none.

    After the four-letter prefix, base32: one bit set, 40 bits of account id, then randomness.
    """
    try:
        head = int.from_bytes(b32decode(access_key_id[4:20])[:6], "big")
    except (Error, ValueError):
        return None
    if len(access_key_id) < 16 or not head >> 47:
        return None
    account = head >> 7 & (1 << 40) - 1
    return f"{account:012d}" if account <= HIGHEST else None
