"""Tokens by which a listing of S3 goes on: they hold the key that came last, so that nothing has to be kept."""

import base64
import binascii
import hashlib

_CHECK = 6


def make_token(key: str) -> str:
    """The token after a key."""
    text = key.encode("utf-8", "surrogateescape")
    return base64.b64encode(hashlib.sha256(text).digest()[:_CHECK] + text).decode()


def key_of(token: str) -> str | None:
    """The key that a token was made of; None for any other text."""
    try:
        data = base64.b64decode(token, validate=True)
    except (binascii.Error, ValueError):
        return None
    check, text = data[:_CHECK], data[_CHECK:]
    if hashlib.sha256(text).digest()[:_CHECK] != check:
        return None
    return text.decode("utf-8", "surrogateescape")
