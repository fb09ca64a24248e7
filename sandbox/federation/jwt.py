"""JSON Web Tokens signed with RS256 or ES256, and the key sets that they are checked against.

https://www.rfc-editor.org/rfc/rfc7515, rfc7517, rfc7519
"""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
_HALF = 32


class MalformedToken(ValueError):
    """Not a JSON Web Token."""


class UnknownKey(ValueError):
    """Signed with a key, or in a way, that the key set does not have."""


class WrongSignature(ValueError):
    """Not signed by the key that it names."""


@dataclass(frozen=True, slots=True)
class Token:
    """A token as it says of itself, unverified."""

    header: Mapping[str, Any]
    claims: Mapping[str, Any]
    signed: bytes
    signature: bytes


def sign(claims: Mapping[str, Any], key: PrivateKey, key_id: str) -> str:
    """Make a token."""
    algorithm = "RS256" if isinstance(key, rsa.RSAPrivateKey) else "ES256"
    header = {"alg": algorithm, "kid": key_id, "typ": "JWT"}
    signed = b".".join(_encoded(json.dumps(part, separators=(",", ":")).encode()) for part in (header, claims))
    if isinstance(key, rsa.RSAPrivateKey):
        signature = key.sign(signed, padding.PKCS1v15(), SHA256())
    else:
        r, s = decode_dss_signature(key.sign(signed, ec.ECDSA(SHA256())))
        signature = r.to_bytes(_HALF, "big") + s.to_bytes(_HALF, "big")
    return b".".join((signed, _encoded(signature))).decode()


def read(token: str) -> Token:
    """Read a token without verifying it; raises MalformedToken."""
    try:
        head, body, signature = token.encode("ascii").split(b".")
        header, claims = json.loads(_decoded(head)), json.loads(_decoded(body))
        raw = _decoded(signature)
    except (ValueError, RecursionError) as error:
        raise MalformedToken from error
    if not isinstance(header, dict) or not isinstance(claims, dict):
        raise MalformedToken
    return Token(header, claims, b".".join((head, body)), raw)


def verify(token: Token, keys: Sequence[Mapping[str, Any]]) -> None:
    """Check the signature against a key set; raises UnknownKey or WrongSignature.

    The key says how it is used, never the token alone.
    """
    wanted, algorithm = token.header.get("kid"), token.header.get("alg")
    key = next((one for one in keys if one["kid"] == wanted and one["alg"] == algorithm), None)
    if key is None:
        raise UnknownKey
    try:
        if key["kty"] == "RSA":
            _rsa_key(key).verify(token.signature, token.signed, padding.PKCS1v15(), SHA256())
        else:
            _ec_key(key).verify(_as_der(token.signature), token.signed, ec.ECDSA(SHA256()))
    except InvalidSignature as error:
        raise WrongSignature from error


def public_jwk(key: PrivateKey, key_id: str) -> dict[str, str]:
    """The public half of a key, as a key set has it."""
    use = {"use": "sig", "kid": key_id}
    public = key.public_key()
    if isinstance(public, rsa.RSAPublicKey):
        numbers = public.public_numbers()
        return use | {"kty": "RSA", "alg": "RS256", "n": _number(numbers.n), "e": _number(numbers.e)}
    point = public.public_numbers()
    return use | {
        "kty": "EC",
        "alg": "ES256",
        "crv": "P-256",
        "x": _encoded(point.x.to_bytes(_HALF, "big")).decode(),
        "y": _encoded(point.y.to_bytes(_HALF, "big")).decode(),
    }


def _rsa_key(key: Mapping[str, Any]) -> rsa.RSAPublicKey:
    return rsa.RSAPublicNumbers(_integer(key["e"]), _integer(key["n"])).public_key()


def _ec_key(key: Mapping[str, Any]) -> ec.EllipticCurvePublicKey:
    return ec.EllipticCurvePublicNumbers(_integer(key["x"]), _integer(key["y"]), ec.SECP256R1()).public_key()


def _as_der(signature: bytes) -> bytes:
    if len(signature) != 2 * _HALF:
        raise WrongSignature
    return encode_dss_signature(int.from_bytes(signature[:_HALF], "big"), int.from_bytes(signature[_HALF:], "big"))


def _encoded(raw: bytes) -> bytes:
    return urlsafe_b64encode(raw).rstrip(b"=")


def _decoded(text: bytes) -> bytes:
    if not set(text) <= _ALPHABET:
        raise MalformedToken
    return urlsafe_b64decode(text + b"=" * (-len(text) % 4))


_ALPHABET = set(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")


def _number(number: int) -> str:
    return _encoded(number.to_bytes((number.bit_length() + 7) // 8, "big")).decode()


def _integer(text: str) -> int:
    return int.from_bytes(_decoded(text.encode()), "big")
