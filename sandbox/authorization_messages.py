"""Encoded authorization messages: what a denial does not show to everyone, sealed.

https://docs.aws.amazon.com/STS/latest/APIReference/API_DecodeAuthorizationMessage.html
"""

import json
import secrets
import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from sandbox import sealing

_NONCE = 12
# A sealed message is ours, so it is never a bomb; this bounds what is decoded before that is known.
LONGEST = 10240


class InvalidMessage(ValueError):
    """No message that was sealed here."""


def seal_message(message: dict[str, Any]) -> str:
    """Encode a denial's details, for the error text."""
    nonce = secrets.token_bytes(_NONCE)
    plain = zlib.compress(json.dumps(message, separators=(",", ":")).encode(), 9)
    return urlsafe_b64encode(nonce + AESGCM(sealing.message_key()).encrypt(nonce, plain, None)).decode()


def open_message(encoded: str) -> dict[str, Any]:
    """Decode what `seal_message` made; raises InvalidMessage."""
    try:
        sealed = urlsafe_b64decode(encoded.encode("ascii")) if len(encoded) <= LONGEST else b""
        plain = AESGCM(sealing.message_key()).decrypt(sealed[:_NONCE], sealed[_NONCE:], None)
    except (ValueError, InvalidTag) as error:
        raise InvalidMessage from error
    message: dict[str, Any] = json.loads(zlib.decompress(plain))
    return message
