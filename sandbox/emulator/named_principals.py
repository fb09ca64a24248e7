"""Principals in stored policies: AWS keeps the unique id and shows the ARN while the principal exists."""

import json
from collections.abc import Iterator
from typing import Any

from sandbox.emulator.iam_state import iam_of
from sandbox.emulator.world import Key, World


def principal_of_id(world: World, unique_id: str) -> str | None:
    """ARN of the environment's user or role with this unique id; None when there is none."""
    for account_id in sorted(world.accounts):
        iam = iam_of(world, account_id)
        for held in (*iam.users.values(), *iam.roles.values()):
            if held.id == unique_id:
                return str(held.arn)
    return None


def principal_exists(world: World, arn: str) -> bool:
    """Whether an ARN means an account, a user or a role of the environment."""
    parts = arn.split(":", 5)
    if len(parts) != 6 or parts[4] not in world.accounts:
        return False
    iam, kind = iam_of(world, parts[4]), parts[5].partition("/")[0]
    if kind == "root":
        return parts[5] == "root"
    if kind == "user":
        return any(held.arn == arn for held in iam.users.values())
    if kind == "role":
        return any(held.arn == arn for held in iam.roles.values())
    if kind == "assumed-role":
        return any(held.name == parts[5].split("/")[1] for held in iam.roles.values())
    return kind == "federated-user"


def rename_principal(world: World, old: str, new: str) -> None:
    """Put another name for a principal into every stored policy of the environment that names it."""
    for key, holder, attribute in _policy_places(world):
        document = getattr(holder, attribute)
        renamed = _renamed(document, old, new)
        if renamed is not None:
            setattr(holder, attribute, renamed)
            world.touched[key] = world.backend(*_place(key))


def _place(key: Key) -> tuple[str, str, str]:
    return key.service, key.account_id, key.region


def _policy_places(world: World) -> Iterator[tuple[Key, Any, str]]:
    """Where policies lie that name principals: what holds them, and under which attribute."""
    for key in sorted(key for key in world.present() if key.service in _HOLDERS and key.account_id in world.accounts):
        collection, attribute = _HOLDERS[key.service]
        backend: Any = world.backend(*_place(key))
        for holder in list(getattr(backend, collection).values()):
            if hasattr(holder, attribute):
                yield key, holder, attribute


# moto's service → its backend's collection, and the attribute of what lies in it.
_HOLDERS = {
    "iam": ("roles", "assume_role_policy_document"),
    "s3": ("buckets", "policy"),
    "kms": ("keys", "policy"),
    "sns": ("topics", "policy"),
    "sqs": ("queues", "policy"),
    "secretsmanager": ("secrets", "policy"),
}


def _renamed(document: Any, old: str, new: str) -> Any:
    """The document with another name for a principal, as text or bytes like it was; None when it names it nowhere."""
    text = document.decode("utf-8", "replace") if isinstance(document, bytes) else document
    if not isinstance(text, str) or json.dumps(old)[1:-1] not in text:
        return None
    try:
        policy = json.loads(text)
    except ValueError:
        return None
    if not rename_in(policy, old, new):
        return None
    written = json.dumps(policy)
    return written.encode() if isinstance(document, bytes) else written


def rename_in(policy: Any, old: str, new: str) -> bool:
    """Rename a principal in a document, in place; tells whether it was there."""
    statements = policy.get("Statement", []) if isinstance(policy, dict) else []
    changed = False
    for statement in statements if isinstance(statements, list) else [statements]:
        for element in ("Principal", "NotPrincipal"):
            named = statement.get(element) if isinstance(statement, dict) else None
            if not isinstance(named, dict) or "AWS" not in named:
                continue
            before = named["AWS"]
            after = new if before == old else before
            if isinstance(before, list):
                after = [new if one == old else one for one in before]
            changed = changed or after != before
            named["AWS"] = after
    return changed
