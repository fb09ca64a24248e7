"""KMS calls whose key the ciphertext names."""

import base64
from collections.abc import Iterable, Iterator

from sandbox.authorization.locating import Located, place
from sandbox.authorization.questions import Asked
from sandbox.authorization.state import State

from .asking import Question


def decrypt(asked: Asked, state: State) -> Iterable[Question]:
    """The key that encrypted, and the one that the caller names if it is another."""
    for located in _sources(asked, state, "KeyId"):
        yield Question("kms:Decrypt", located)


def re_encrypt(asked: Asked, state: State) -> Iterable[Question]:
    """Two actions, on the old and on the new key."""
    for located in _sources(asked, state, "SourceKeyId"):
        yield Question("kms:ReEncryptFrom", located, _context(asked, "SourceEncryptionContext"))
    target = place(("kms:key",), (str(asked.parameters.get("DestinationKeyId", "*")),), asked, state)
    yield Question("kms:ReEncryptTo", target, _context(asked, "DestinationEncryptionContext"))


def _sources(asked: Asked, state: State, parameter: str) -> Iterator[Located]:
    named = asked.parameters.get(parameter)
    blob = asked.parameters.get("CiphertextBlob")
    encoded = base64.b64encode(blob).decode() if isinstance(blob, bytes) else str(blob or "")
    found = state.find("kms:key", f"ciphertext:{encoded}") if encoded else None
    if found is not None:
        yield Located(found.arn, found.account_id, "kms:key", found)
    if named or found is None:
        located = place(("kms:key",), (str(named or "*"),), asked, state)
        if found is None or located.arn != found.arn:
            yield located


def _context(asked: Asked, parameter: str) -> dict[str, tuple[str, ...]]:
    return dict(encryption_context(asked.parameters.get(parameter)))


def encryption_context(value: object) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Condition keys of an encryption context."""
    if isinstance(value, dict) and value:
        for key, text in value.items():
            yield f"kms:encryptioncontext:{str(key).lower()}", (str(text),)
        yield "kms:encryptioncontextkeys", tuple(map(str, value))
