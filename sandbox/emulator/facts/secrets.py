"""KMS, Secrets Manager and ACM."""

import base64
import binascii
import struct
from collections.abc import Iterable
from typing import Any

from moto.kms.utils import _deserialize_ciphertext_blob

from sandbox.authorization.state import Resource
from sandbox.emulator.facts.kinds import (
    Kind,
    Place,
    Thing,
    among,
    attribute,
    described,
    own_tags,
    plain_keys,
    plain_tags,
    refers,
    short,
)

CIPHERTEXT = "ciphertext:"


def _key(place: Place, identifier: str) -> Thing | None:
    """A key by id, ARN, alias or alias's ARN, or by what was encrypted under it ("ciphertext:" and base64)."""
    if identifier.startswith(CIPHERTEXT):
        return _key_of_ciphertext(place, identifier.removeprefix(CIPHERTEXT))
    kms = place.backend("kms")
    if kms is None:
        return None
    name = short(identifier, "key/")
    if name.startswith("alias/"):
        return next((key for key in kms.keys.values() if name in key.aliases), None)
    return kms.keys.get(name)


def _key_of_ciphertext(place: Place, text: str) -> Thing | None:
    try:
        key_id = _deserialize_ciphertext_blob(base64.b64decode(text)).key_id
    except (binascii.Error, struct.error, ValueError):
        return None
    # The blob names no account: the caller's comes first, though an id is nobody else's.
    for account_id in (place.account_id, *sorted(place.world.accounts)):
        kms = place.world.existing("kms", account_id, place.region)
        if kms is not None and key_id in kms.keys:
            return kms.keys[key_id]
    return None


def _describe_key(place: Place, key: Thing) -> Resource:
    kms = place.world.existing("kms", key.account_id, key.region)
    configuration = getattr(key, "multi_region_configuration", None) or {}
    keys = {
        "kms:KeyOrigin": key.origin,
        "kms:KeySpec": key.key_spec,
        "kms:KeyUsage": key.key_usage or "ENCRYPT_DECRYPT",
        "kms:MultiRegion": bool(key.multi_region),
        "kms:MultiRegionKeyType": configuration.get("MultiRegionKeyType"),
        "kms:ResourceAliases": tuple(key.aliases) or None,
    }
    return Resource(key.arn, key.account_id, plain_tags(kms.tagger.tags.get(key.id)), plain_keys(keys))


def _alias(place: Place, identifier: str) -> Thing | None:
    kms = place.backend("kms")
    name = short(identifier)
    name = name if name.startswith("alias/") else f"alias/{name}"
    found = (key.aliases.get(name) for key in kms.keys.values()) if kms is not None else ()
    return next((alias for alias in found if alias is not None), None)


def _secret(place: Place, identifier: str) -> Thing | None:
    """A secret by name, ARN, or ARN without the suffix that Secrets Manager adds."""
    backend = place.backend("secretsmanager")
    if backend is None:
        return None
    secrets = dict.values(backend.secrets)
    if not identifier.startswith("arn:"):
        return dict.get(backend.secrets, identifier)
    partial = (one for one in secrets if one.arn.rpartition("-")[0] == identifier)
    return next((one for one in secrets if one.arn == identifier), None) or next(partial, None)


def _certificate_tags(place: Place, certificate: Thing, arn: str) -> Any:
    return dict(certificate.tags)


def _certificates(acm: Any) -> Iterable[Thing]:
    return list(acm._certificates.values())


KINDS: dict[str, Kind] = {
    "kms:key": Kind(_key, _describe_key, {"kms:alias": lambda place, key: list(key.aliases)}),
    "kms:alias": Kind(_alias, described(attribute("alias_arn")), {"kms:key": refers("target_key_id")}),
    "secretsmanager:Secret": Kind(
        _secret,
        described(attribute("arn"), own_tags),
        {"kms:key": refers("kms_key_id"), "lambda:function": refers("rotation_lambda_arn")},
    ),
    "acm:certificate": Kind(among("acm", _certificates, "arn"), described(attribute("arn"), _certificate_tags)),
}
