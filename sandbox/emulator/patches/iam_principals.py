"""What IAM does to other policies when a user or a role goes or gets another name.

A stored policy means the user or role and not its name: with the principal gone it shows the unique id, which a new
namesake does not have; with the principal renamed it shows the new ARN.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
"""

from typing import Any

from moto.iam.models import IAMBackend

from sandbox.emulator import named_principals
from sandbox.emulator.world import current


def _delete_user(original: Any) -> Any:
    def delete_user(self: Any, user_name: str) -> None:
        user = self.get_user(user_name)
        arn, unique_id = user.arn, user.id
        original(self, user_name)
        named_principals.rename_principal(current(), arn, unique_id)

    return delete_user


def _delete_role(original: Any) -> Any:
    def delete_role(self: Any, role_name: str) -> None:
        role = self.get_role(role_name)
        original(self, role_name)
        named_principals.rename_principal(current(), role.arn, role.id)

    return delete_role


def _update_user(original: Any) -> Any:
    def update_user(self: Any, user_name: str, new_path: str | None = None, new_user_name: str | None = None) -> None:
        user = self.get_user(user_name)
        arn, tags = user.arn, list(user.tags or ())
        original(self, user_name, new_path, new_user_name)
        if user.arn == arn:
            return
        # moto keeps tags by ARN and the owners of keys and certificates by name.
        self.tagger.delete_all_tags_for_resource(arn)
        self.tagger.tag_resource(user.arn, tags)
        for held in (*user.access_keys, *user.ssh_public_keys, *user.signing_certificates.values()):
            held.user_name = user.name
        named_principals.rename_principal(current(), arn, user.arn)

    return update_user


def apply() -> None:
    """Keep other policies true when a principal goes or is renamed."""
    backend: Any = IAMBackend
    backend.delete_user = _delete_user(backend.delete_user)
    backend.delete_role = _delete_role(backend.delete_role)
    backend.update_user = _update_user(backend.update_user)
