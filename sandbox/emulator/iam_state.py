"""IAM's state of an account, read as values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from typing import Any

from sandbox.emulator.patches.iam_policies import Policies, shared
from sandbox.emulator.policies.document import as_text
from sandbox.emulator.world import World

Tags = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Attached:
    """A managed policy attached to an identity."""

    name: str
    arn: str


@dataclass(frozen=True, slots=True)
class AccessKeyState:
    """An access key without its secret."""

    id: str
    active: bool
    created_at: datetime


@dataclass(frozen=True, slots=True)
class NewAccessKey:
    """An access key just made, with its secret."""

    id: str
    secret: str = field(repr=False)
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Certificate:
    """A user's signing certificate."""

    id: str
    active: bool
    uploaded_at: datetime


@dataclass(frozen=True, slots=True)
class Identity:
    """What users, roles and groups have in common; `inline` are documents by name, `boundary` an ARN or ""."""

    kind: str
    name: str
    path: str
    id: str
    arn: str
    created_at: datetime
    inline: Mapping[str, str]
    attached: Sequence[Attached]
    boundary: str = ""
    tags: Tags = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class User(Identity):
    """An IAM user; `groups` by name."""

    groups: Sequence[str] = ()
    access_keys: Sequence[AccessKeyState] = ()
    certificates: Sequence[Certificate] = ()
    ssh_keys: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Role(Identity):
    """A role; `profiles` are the names of the instance profiles that hold it."""

    trust: str = ""
    description: str | None = None
    max_session: int = 3600
    profiles: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Group(Identity):
    """A group; `users` by name."""

    users: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class PolicyVersion:
    """One version of a managed policy."""

    id: str
    document: str
    is_default: bool
    created_at: datetime


@dataclass(frozen=True, slots=True)
class ManagedPolicy:
    """A managed policy, AWS's (`of_aws`) or the account's own."""

    name: str
    path: str
    id: str
    arn: str
    of_aws: bool
    default_version: str
    versions: Sequence[PolicyVersion]
    created_at: datetime
    updated_at: datetime
    description: str = ""
    tags: Tags = field(default_factory=dict)

    @property
    def document(self) -> str:
        """The default version's document."""
        return next(version.document for version in self.versions if version.is_default)


@dataclass(frozen=True, slots=True)
class InstanceProfile:
    """An instance profile; `roles` by name."""

    name: str
    path: str
    id: str
    arn: str
    created_at: datetime
    roles: Sequence[str]
    tags: Tags = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ServerCertificate:
    """A server certificate in PEM, without its private key."""

    name: str
    path: str
    id: str
    arn: str
    body: str
    chain: str
    uploaded_at: datetime
    expires_at: datetime
    tags: Tags = field(default_factory=dict)


def iam_of(world: World, account_id: str) -> Any:
    """moto's IAM of an account."""
    return world.backend("iam", account_id, "aws")


def aware(moment: datetime) -> datetime:
    """moto's times, which are UTC without saying so."""
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _tags(tags: Any) -> dict[str, str]:
    return {tag["Key"]: tag["Value"] for tag in tags or ()}


def _common(held: Any) -> dict[str, Any]:
    return {
        "name": held.name,
        "path": held.path,
        "id": held.id,
        "arn": held.arn,
        "created_at": aware(held.create_date),
        "inline": {name: as_text(document) for name, document in held.policies.items()},
        "attached": tuple(Attached(policy.name, policy.arn) for policy in held.managed_policies.values()),
    }


def _user(iam: Any, held: Any) -> User:
    return User(
        kind="user",
        **_common(held),
        boundary=getattr(held, "permissions_boundary_arn", None) or "",
        tags=_tags(held.tags),
        groups=tuple(group.name for group in iam.groups.values() if held in group.users),
        access_keys=tuple(
            AccessKeyState(key.access_key_id, key.status == "Active", aware(key.create_date))
            for key in held.access_keys
        ),
        certificates=tuple(
            Certificate(one.id, one.status == "Active", aware(one.upload_date))
            for one in held.signing_certificates.values()
        ),
        ssh_keys=tuple(key.ssh_public_key_id for key in held.ssh_public_keys),
    )


def role_of(iam: Any, held: Any) -> Role:
    """moto's role as a value."""
    return Role(
        kind="role",
        **_common(held),
        boundary=held.permissions_boundary_arn or "",
        tags=_tags(held.tags),
        trust=as_text(held.assume_role_policy_document),
        description=held.description,
        max_session=int(held.max_session_duration or 3600),
        profiles=tuple(profile.name for profile in iam.instance_profiles.values() if held in profile.roles),
    )


def _group(held: Any) -> Group:
    return Group(kind="group", **_common(held), users=tuple(user.name for user in held.users))


def _managed(held: Any) -> ManagedPolicy:
    tags = held.tags.values() if isinstance(held.tags, dict) else held.tags
    return ManagedPolicy(
        name=held.name,
        path=held.path,
        id=held.id,
        arn=held.arn,
        of_aws=":iam::aws:" in held.arn,
        default_version=held.default_version_id,
        versions=tuple(
            PolicyVersion(one.version_id, as_text(one.document), one.is_default, aware(one.create_date))
            for one in held.versions
        ),
        created_at=aware(held.create_date),
        updated_at=aware(held.update_date),
        description=held.description or "",
        tags=_tags(tags),
    )


def _profile(held: Any) -> InstanceProfile:
    return InstanceProfile(
        name=held.name,
        path=held.path,
        id=held.id,
        arn=held.arn,
        created_at=aware(held.create_date),
        roles=tuple(role.name for role in held.roles),
        tags=_tags(held.tags),
    )


def users(world: World, account_id: str) -> list[User]:
    """All users of an account, by name."""
    iam = iam_of(world, account_id)
    return [_user(iam, iam.users[name]) for name in sorted(iam.users)]


def user(world: World, account_id: str, name: str) -> User | None:
    """A user by name; None when there is none."""
    iam = iam_of(world, account_id)
    held = iam.users.get(name)
    return None if held is None else _user(iam, held)


def roles(world: World, account_id: str) -> list[Role]:
    """All roles of an account, by name."""
    iam = iam_of(world, account_id)
    return [role_of(iam, held) for held in sorted(iam.roles.values(), key=lambda role: str(role.name))]


def role(world: World, account_id: str, name: str) -> Role | None:
    """A role by name; None when there is none."""
    iam = iam_of(world, account_id)
    held = next((one for one in iam.roles.values() if one.name == name), None)
    return None if held is None else role_of(iam, held)


def groups(world: World, account_id: str) -> list[Group]:
    """All groups of an account, by name."""
    iam = iam_of(world, account_id)
    return [_group(iam.groups[name]) for name in sorted(iam.groups)]


def group(world: World, account_id: str, name: str) -> Group | None:
    """A group by name; None when there is none."""
    held = iam_of(world, account_id).groups.get(name)
    return None if held is None else _group(held)


def own_policies(world: World, account_id: str) -> list[ManagedPolicy]:
    """The customer managed policies of an account, by name."""
    held = dict.values(_policies(world, account_id))
    return sorted((_managed(one) for one in held if ":iam::aws:" not in one.arn), key=lambda policy: policy.name)


@cache
def _aws_policies() -> tuple[ManagedPolicy, ...]:
    return tuple(sorted(map(_managed, shared("aws").values()), key=lambda policy: policy.name))


def aws_policies() -> list[ManagedPolicy]:
    """AWS's managed policies, by name."""
    return list(_aws_policies())


def managed_policy(world: World, account_id: str, arn: str) -> ManagedPolicy | None:
    """A managed policy of the account's or AWS's; None when there is none."""
    held = _policies(world, account_id).get(arn)
    return None if held is None else _managed(held)


def _policies(world: World, account_id: str) -> Policies:
    policies: Policies = iam_of(world, account_id).managed_policies
    return policies


def instance_profiles(world: World, account_id: str) -> list[InstanceProfile]:
    """All instance profiles of an account, by name."""
    iam = iam_of(world, account_id)
    return [_profile(iam.instance_profiles[name]) for name in sorted(iam.instance_profiles)]


def instance_profile(world: World, account_id: str, name: str) -> InstanceProfile | None:
    """An instance profile by name; None when there is none."""
    held = iam_of(world, account_id).instance_profiles.get(name)
    return None if held is None else _profile(held)


def provider_count(world: World, account_id: str) -> int:
    """How many identity providers an account has."""
    iam = iam_of(world, account_id)
    return len(iam.saml_providers) + len(iam.open_id_providers)


def server_certificates(world: World, account_id: str) -> list[ServerCertificate]:
    """All server certificates of an account, by name."""
    held = sorted(iam_of(world, account_id).certificates.values(), key=lambda one: str(one.cert_name))
    return [server_certificate_of(one) for one in held]


def server_certificate_of(held: Any) -> ServerCertificate:
    """moto's server certificate as a value."""
    return ServerCertificate(
        name=held.cert_name,
        path=held.path,
        id=held.server_certificate_id,
        arn=held.arn,
        body=held.cert_body,
        chain=held.cert_chain or "",
        uploaded_at=held.uploaded_at,
        expires_at=held.expires_at,
        tags=dict(held.tags),
    )


def account_aliases(world: World) -> dict[str, str]:
    """Accounts of the environment by their aliases."""
    return {
        alias: account_id
        for account_id in sorted(world.accounts)
        for alias in iam_of(world, account_id).account_aliases
    }


def client_ids(world: World, account_id: str, provider_arn: str) -> list[str] | None:
    """An OpenID Connect provider's audiences; None when there is no such provider."""
    held = iam_of(world, account_id).open_id_providers.get(provider_arn)
    return None if held is None else list(held.client_id_list)
