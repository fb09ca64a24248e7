"""IAM's state of an account, as the gateway needs it: whose key is this, and what may its owner do."""

from dataclasses import dataclass
from typing import Any

from sandbox.emulator.world import Key, World

ADMINISTRATOR_ACCESS = "arn:{partition}:iam::aws:policy/AdministratorAccess"


PARTITIONS = ("aws", "aws-us-gov", "aws-cn")


@dataclass(frozen=True, slots=True)
class AccessKey:
    """A long-term key and its owner; `user_id` is the owner's unique id (AIDA…)."""

    access_key_id: str
    secret_access_key: str
    active: bool
    user_name: str
    user_id: str
    user_arn: str


def _iam(world: World, account_id: str, partition: str = "aws") -> Any:
    return world.backend("iam", account_id, partition)


def find_access_key(world: World, account_id: str, access_key_id: str) -> AccessKey | None:
    """Look up an IAM user's access key in its account."""
    if account_id not in world.accounts:
        return None
    with world.entered():
        iam = _iam(world, account_id)
        key = iam.access_keys.get(access_key_id)
        user = iam.users.get(key.user_name) if key else None
        # A deleted key stays in moto's index of the account; the user's own list is what counts.
        if key is None or user is None or key not in user.access_keys:
            return None
        return AccessKey(key.access_key_id, key.secret_access_key, key.status == "Active", user.name, user.id, user.arn)


@dataclass(frozen=True, slots=True)
class Role:
    """A role as STS needs it; `max_session` in seconds."""

    arn: str
    account_id: str
    id: str
    name: str
    max_session: int


def find_role(world: World, arn: str) -> Role | None:
    """Look up a role by its whole ARN; None when there is none in the environment."""
    parts = arn.split(":", 5)
    if len(parts) < 6 or parts[2] != "iam" or parts[4] not in world.accounts:
        return None
    with world.entered():
        iam: Any = world.existing("iam", parts[4], parts[1] if parts[1] in PARTITIONS else "aws")
        role = next((role for role in iam.roles.values() if role.arn == arn), None) if iam is not None else None
        if role is None:
            return None
        return Role(arn, parts[4], role.id, role.name, int(role.max_session_duration or 3600))


@dataclass(frozen=True, slots=True)
class WebProvider:
    """An OpenID Connect provider of an account; `url` without https://, `client_ids` are the audiences it takes."""

    arn: str
    url: str
    client_ids: tuple[str, ...]


def find_web_provider(world: World, account_id: str, url: str) -> WebProvider | None:
    """Look up an OpenID Connect provider by its URL without https://."""
    if account_id not in world.accounts:
        return None
    with world.entered():
        iam: Any = world.existing("iam", account_id, "aws")
        providers = iam.open_id_providers.values() if iam is not None else ()
        found = next((one for one in providers if one.url.rstrip("/") == url), None)
        return WebProvider(found.arn, found.url, tuple(found.client_id_list or ())) if found is not None else None


def find_saml_metadata(world: World, provider_arn: str) -> str | None:
    """Look up the metadata of a SAML provider by its ARN."""
    parts = provider_arn.split(":", 5)
    if len(parts) < 6 or parts[4] not in world.accounts:
        return None
    with world.entered():
        iam: Any = world.existing("iam", parts[4], "aws")
        providers = iam.saml_providers.values() if iam is not None else ()
        found = next((one for one in providers if one.arn == provider_arn), None)
        return str(found.saml_metadata_document) if found is not None else None


def is_administrator(world: World, account_id: str, user_name: str) -> bool:
    """Tell whether AdministratorAccess is attached to a user, directly or by one of the user's groups."""
    policy = ADMINISTRATOR_ACCESS.format(partition="aws")
    with world.entered():
        iam = _iam(world, account_id)
        user = iam.users[user_name]
        groups = [group for group in iam.groups.values() if user in group.users]
        return any(policy in holder.managed_policies for holder in (user, *groups))


def add_learner(world: World, account_id: str, user_name: str) -> tuple[dict[Key, bytes], AccessKey]:
    """Make an administrator with an access key in a new account; returns the changed rows and the key."""
    with world.entered(acting=account_id):
        iam = _iam(world, account_id)
        user = iam.create_user("us-east-1", user_name)
        iam.attach_user_policy(ADMINISTRATOR_ACCESS.format(partition="aws"), user_name)
        key = iam.create_access_key(user_name=user_name, prefix="AKIA")
        world.touched[Key(account_id, "iam", "aws")] = iam
        found = AccessKey(key.access_key_id, key.secret_access_key, True, user.name, user.id, user.arn)
        return world.changes(), found


def keys_of_user(world: World, account_id: str, user_name: str) -> list[AccessKey]:
    """A user's access keys, oldest first; none when there is no such user."""
    with world.entered():
        iam = _iam(world, account_id)
        user = iam.users.get(user_name)
        if user is None:
            return []
        return [
            AccessKey(key.access_key_id, key.secret_access_key, key.status == "Active", user.name, user.id, user.arn)
            for key in user.access_keys
        ]


def stored_object_bytes(world: World, account_id: str) -> int:
    """Bytes of all object versions and parts that an account's buckets hold."""
    with world.entered():
        s3: Any = world.backend("s3", account_id, "aws")
        return sum(_bytes_of(bucket) for bucket in s3.buckets.values())


def _bytes_of(bucket: Any) -> int:
    versions = (key for _, kept in bucket.keys.iterlists() for key in kept)
    parts = (part for upload in bucket.multiparts.values() for part in upload.parts.values())
    return sum(getattr(key, "contentsize", 0) for key in (*versions, *parts))


def running_instances(world: World, account_id: str, region: str) -> int:
    """EC2 instances of an account in a region that are not terminated."""
    with world.entered():
        ec2: Any = world.backend("ec2", account_id, region)
        return sum(
            1
            for reservation in ec2.reservations.values()
            for instance in reservation.instances
            if instance.state != "terminated"
        )
