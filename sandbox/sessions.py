"""Temporary credentials: the session token holds, sealed, all that is to be known of the session; nothing is stored.

Only who has the site's secret can make a token, so one that opens is one that we gave out.
"""

import json
import secrets
import zlib
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from sandbox import sealing, wire
from sandbox.emulator import World
from sandbox.identifiers import new_access_key_id
from sandbox.principals import Principal, Session

PREFIX = "ASIA"
# Tokens of AWS begin with it, and tools know them by that.
_MARK = b"!\n\torigin_ec"
_NONCE = 12
LONGEST = 16384


@dataclass(frozen=True, slots=True)
class TemporaryCredentials:
    """What a client signs with until `expires_at`."""

    access_key_id: str
    secret_access_key: str = field(repr=False)
    session_token: str = field(repr=False)
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Opened:
    """Who a session token is of, and the secret that its requests are signed with."""

    principal: Principal
    secret_access_key: str = field(repr=False)


def issue(principal: Principal) -> TemporaryCredentials:
    """Make credentials for a principal with a session, good until the session's `expires_at`."""
    if principal.session is None:
        raise ValueError("only a session has temporary credentials")
    access_key_id = new_access_key_id(principal.account_id, PREFIX)
    secret = b64encode(secrets.token_bytes(30)).decode()
    plain = json.dumps({"secret": secret} | _written(principal), separators=(",", ":")).encode()
    nonce = secrets.token_bytes(_NONCE)
    sealed = AESGCM(sealing.session_key()).encrypt(nonce, zlib.compress(plain, 9), access_key_id.encode())
    token = b64encode(_MARK + nonce + sealed).decode()
    return TemporaryCredentials(access_key_id, secret, token, principal.session.expires_at)


def is_temporary(access_key_id: str) -> bool:
    """Whether a key id is one of temporary credentials."""
    return access_key_id.startswith(PREFIX)


def read(token: str, access_key_id: str, world: World, now: datetime) -> Opened:
    """Open the session token that came with an access key id.

    Raises wire.InvalidSessionToken when it is not of this key, wire.ExpiredSessionToken when its time is over.
    """
    opened = _opened(token, access_key_id)
    session = opened.principal.session
    if session is None or opened.principal.account_id not in world.accounts:
        raise wire.InvalidSessionToken(access_key_id, token)
    if now >= session.expires_at or _ended(session, world, opened.principal.account_id):
        raise wire.ExpiredSessionToken(token)
    return opened


def serves(principal: Principal, service: str) -> bool:
    """Whether a service takes such credentials: IAM knows no federated users, and users only with MFA.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_sts-comparison.html
    """
    if service != "iam" or principal.session is None or principal.kind == "AssumedRole":
        return True
    return principal.kind != "FederatedUser" and principal.session.mfa_at is not None


def end_all(world: World, account_id: str, now: datetime) -> None:
    """End all sessions of an account that were issued until now."""
    world.native(STATE, account_id)[EXPIRED_BEFORE] = now.isoformat()


STATE = "sessions"
EXPIRED_BEFORE = "expired_before"


def _ended(session: Session, world: World, account_id: str) -> bool:
    moment = world.native(STATE, account_id).get(EXPIRED_BEFORE)
    return moment is not None and session.issued_at <= datetime.fromisoformat(moment)


def _opened(token: str, access_key_id: str) -> Opened:
    try:
        sealed = b64decode(token, validate=True) if len(token) <= LONGEST else b""
        start = len(_MARK) + _NONCE
        nonce = sealed[len(_MARK) : start]
        plain = AESGCM(sealing.session_key()).decrypt(nonce, sealed[start:], access_key_id.encode())
    except (ValueError, InvalidTag) as error:
        raise wire.InvalidSessionToken(access_key_id, token) from error
    kept = json.loads(zlib.decompress(plain))
    return Opened(_read(kept, access_key_id), kept["secret"])


# Principals as JSON: what is empty is left out.


def _written(principal: Principal) -> dict[str, Any]:
    kept = _members(replace(principal, access_key_id=""))
    return kept | {"session": _members(principal.session)}


def _members(value: Any) -> dict[str, Any]:
    members = {one.name: getattr(value, one.name) for one in fields(value)}
    return {name: _plain(member) for name, member in members.items() if member and not isinstance(member, Session)}


def _plain(member: Any) -> Any:
    if isinstance(member, datetime):
        return member.isoformat()
    return dict(member) if isinstance(member, Mapping) else member


def _read(kept: dict[str, Any], access_key_id: str) -> Principal:
    members = {name: value for name, value in kept.items() if name not in ("secret", "session")}
    return Principal(**members, access_key_id=access_key_id, session=_session(kept["session"]))


def _session(kept: dict[str, Any]) -> Session:
    members: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in kept.items()}
    for name in ("issued_at", "expires_at", "mfa_at"):
        if name in members:
            members[name] = datetime.fromisoformat(members[name])
    members["claims"] = {name: tuple(values) for name, values in members.get("claims", {}).items()}
    return Session(**members)
