"""The environment's own identity provider: it signs web identity tokens for any issuer, and SAML assertions.

Its keys are made on first use and kept in the environment's state, which the caller stores.
"""

import secrets
from base64 import b64encode
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import NameOID

from sandbox.emulator import World
from sandbox.federation import jwt, saml

STATE = "identity-provider"
HOST = "oidc.entrypoint.example"
LIFETIME = timedelta(hours=1)
SAML_LIFETIME = timedelta(minutes=5)
_FIRST_DAY, _LAST_DAY = datetime(2020, 1, 1, tzinfo=UTC), datetime(2120, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Grant:
    """A role that somebody may choose, and the SAML provider of the role's account."""

    role_arn: str
    provider_arn: str


def issuer(world: World) -> str:
    """URL of the environment's own OpenID Connect issuer."""
    return f"https://{HOST}/{world.environment_id}"


def discovery_document(issuer_url: str) -> dict[str, Any]:
    """What an issuer serves below /.well-known/openid-configuration."""
    return {
        "issuer": issuer_url,
        "jwks_uri": f"{issuer_url}/.well-known/jwks",
        "response_types_supported": ["id_token"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256", "ES256"],
        "claims_supported": ["iss", "sub", "aud", "exp", "nbf", "iat", "amr"],
    }


def key_set(world: World) -> list[dict[str, str]]:
    """Public keys of every issuer in the environment; none before the first token was signed."""
    state = world.native(STATE)
    return list(state.get("jwks", []))


def sign_jwt(world: World, claims: Mapping[str, Any], *, now: datetime, algorithm: str = "RS256") -> str:
    """Sign a web identity token: iss is the environment's own unless given, times are filled in, an hour long."""
    state = _prepared(world)
    issued = int(now.timestamp())
    times = {"iat": issued, "nbf": issued, "exp": issued + int(LIFETIME.total_seconds())}
    name = {"RS256": "rsa", "ES256": "ec"}[algorithm]
    return jwt.sign({"iss": issuer(world), **times, **claims}, _private(state[name]), state[f"{name}_id"])


def saml_metadata(world: World) -> str:
    """Metadata to make a SAML provider of."""
    state = _prepared(world)
    return saml.metadata_of(_entity_id(world), f"{issuer(world)}/saml", state["certificate"])


def sign_assertion(
    world: World,
    *,
    grants: Iterable[Grant],
    session_name: str,
    now: datetime,
    subject: str = "",
    attributes: Mapping[str, Sequence[str]] | None = None,
    session_ends_at: datetime | None = None,
) -> str:
    """Sign a SAML response for somebody who may choose among roles; base64, as browsers post it.

    `attributes` are further ones, by their whole name; an empty list takes one away.
    """
    state = _prepared(world)
    own = {
        f"{saml.ATTRIBUTES}Role": [f"{grant.role_arn},{grant.provider_arn}" for grant in grants],
        f"{saml.ATTRIBUTES}RoleSessionName": [session_name],
    }
    merged = own | {name: list(values) for name, values in (attributes or {}).items()}
    assertion = saml.Assertion(
        issuer=_entity_id(world),
        subject=subject or session_name,
        subject_type="persistent",
        recipient=saml.AUDIENCE,
        audiences=(saml.AUDIENCE,),
        issued_at=now,
        not_before=now - SAML_LIFETIME,
        ends_at=now + SAML_LIFETIME,
        session_ends_at=session_ends_at,
        attributes={name: tuple(values) for name, values in merged.items() if values},
    )
    key = _private(state["rsa"])
    if not isinstance(key, rsa.RSAPrivateKey):
        raise TypeError("SAML responses are signed with RSA")
    return b64encode(
        saml.write_response(assertion, f"_{secrets.token_hex(16)}", key, state["certificate"]).encode()
    ).decode()


def _entity_id(world: World) -> str:
    return f"{issuer(world)}/saml/metadata"


def prepare(world: World) -> None:
    """Make the keys if there are none yet."""
    _prepared(world)


def _prepared(world: World) -> dict[str, Any]:
    state = world.native(STATE)
    if "jwks" not in state:
        key, curve = rsa.generate_private_key(65537, 2048), ec.generate_private_key(ec.SECP256R1())
        state |= {"rsa": _pem(key), "rsa_id": secrets.token_hex(8), "ec": _pem(curve), "ec_id": secrets.token_hex(8)}
        state["certificate"] = _certificate(key)
        state["jwks"] = [jwt.public_jwk(key, state["rsa_id"]), jwt.public_jwk(curve, state["ec_id"])]
    return state


def _certificate(key: rsa.RSAPrivateKey) -> str:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), _FIRST_DAY, _LAST_DAY)
    return b64encode(builder.sign(key, SHA256()).public_bytes(Encoding.DER)).decode()


def _pem(key: jwt.PrivateKey) -> str:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def _private(pem: str) -> jwt.PrivateKey:
    # The key is ours: checking it again would take a tenth of a second.
    key = load_pem_private_key(pem.encode(), None, unsafe_skip_rsa_key_validation=True)
    if not isinstance(key, (rsa.RSAPrivateKey, ec.EllipticCurvePrivateKey)):
        raise TypeError(type(key))
    return key
