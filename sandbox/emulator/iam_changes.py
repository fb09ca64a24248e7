"""Changes of IAM's state that moto lacks or makes otherwise than AWS."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sandbox.emulator.iam_state import (
    NewAccessKey,
    Role,
    ServerCertificate,
    Tags,
    aware,
    iam_of,
    role_of,
    server_certificate_of,
)
from sandbox.emulator.world import Key, World


def _changing(world: World, account_id: str) -> Any:
    iam = iam_of(world, account_id)
    world.touched[Key(account_id, "iam", "aws")] = iam
    return iam


def add_server_certificate(
    world: World,
    account_id: str,
    name: str,
    *,
    path: str,
    body: str,
    chain: str | None,
    uploaded_at: datetime,
    expires_at: datetime,
    tags: Tags,
) -> ServerCertificate:
    """Keep a server certificate; moto knows neither its dates nor tags."""
    held = _changing(world, account_id).upload_server_certificate(name, body, "", chain, path)
    held.uploaded_at, held.expires_at, held.tags = uploaded_at.replace(microsecond=0), expires_at, dict(tags)
    return server_certificate_of(held)


def set_server_certificate_tags(world: World, account_id: str, name: str, tags: Tags) -> None:
    """Replace a server certificate's tags."""
    _changing(world, account_id).get_server_certificate(name).tags = dict(tags)


def set_policy_updated(world: World, account_id: str, arn: str, moment: datetime) -> None:
    """Note when a customer managed policy got its newest version."""
    _changing(world, account_id).managed_policies[arn].update_date = moment.astimezone(UTC).replace(
        microsecond=0, tzinfo=None
    )


def create_access_key(world: World, account_id: str, user_name: str) -> NewAccessKey:
    """Make an access key for a user."""
    made = _changing(world, account_id).create_access_key(user_name=user_name, prefix="AKIA")
    return NewAccessKey(made.access_key_id, made.secret_access_key, aware(made.create_date))


def set_access_key_status(world: World, account_id: str, user_name: str, key_id: str, status: str) -> None:
    """Turn a user's access key Active or Inactive."""
    _changing(world, account_id).update_access_key(user_name, key_id, status)


def delete_access_key(world: World, account_id: str, user_name: str, key_id: str) -> None:
    """Delete a user's access key."""
    _changing(world, account_id).delete_access_key(key_id, user_name)


def set_user_boundary(world: World, account_id: str, user_name: str, arn: str) -> None:
    """Set a user's permissions boundary; "" takes it away."""
    _changing(world, account_id).users[user_name].permissions_boundary_arn = arn or None


def create_role(world: World, account_id: str, name: str, *, path: str, trust: str, description: str | None) -> Role:
    """Make a role without asking what a caller may name it."""
    iam = _changing(world, account_id)
    held = iam.create_role(name, trust, path, None, description, [], 3600)
    return role_of(iam, held)


def set_group_path(world: World, account_id: str, group_name: str, path: str) -> None:
    """Move a group."""
    _changing(world, account_id).groups[group_name].path = path


def update_role(
    world: World, account_id: str, role_name: str, *, description: str | None, max_session: int | None
) -> None:
    """Change what is given of a role."""
    held = _changing(world, account_id).get_role(role_name)
    if description is not None:
        held.description = description
    if max_session is not None:
        held.max_session_duration = max_session


def set_trust(world: World, account_id: str, role_name: str, document: str) -> None:
    """Replace a role's trust policy."""
    _changing(world, account_id).get_role(role_name).assume_role_policy_document = document


def set_client_ids(world: World, account_id: str, provider_arn: str, client_ids: Sequence[str]) -> None:
    """Replace an OpenID Connect provider's audiences."""
    _changing(world, account_id).open_id_providers[provider_arn].client_id_list = list(client_ids)


def set_user_tags(world: World, account_id: str, user_name: str, tags: Tags) -> None:
    """Replace a user's tags."""
    iam = _changing(world, account_id)
    arn = iam.users[user_name].arn
    iam.tagger.delete_all_tags_for_resource(arn)
    iam.tagger.tag_resource(arn, _listed(tags))


def set_role_tags(world: World, account_id: str, role_name: str, tags: Tags) -> None:
    """Replace a role's tags."""
    _changing(world, account_id).get_role(role_name).tags = _listed(tags)


def set_profile_tags(world: World, account_id: str, profile_name: str, tags: Tags) -> None:
    """Replace an instance profile's tags."""
    _changing(world, account_id).instance_profiles[profile_name].tags = _listed(tags)


def set_policy_tags(world: World, account_id: str, arn: str, tags: Tags) -> None:
    """Replace a customer managed policy's tags."""
    _changing(world, account_id).managed_policies[arn].tags = {tag["Key"].lower(): tag for tag in _listed(tags)}


def _listed(tags: Tags) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in tags.items()]
