"""IAM's state of an account: read as values, and changed where moto cannot or does it otherwise than AWS."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from typing import Any

from sandbox.emulator.patches.iam_policies import Policies, shared
from sandbox.emulator.policies.document import as_text
from sandbox.emulator.world import Key, World

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


def _iam(world: World, account_id: str) -> Any:
    return world.backend("iam", account_id, "aws")


def _changing(world: World, account_id: str) -> Any:
    iam = _iam(world, account_id)
    world.touched[Key(account_id, "iam", "aws")] = iam
    return iam


def _aware(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _tags(tags: Any) -> dict[str, str]:
    return {tag["Key"]: tag["Value"] for tag in tags or ()}


def _common(held: Any) -> dict[str, Any]:
    return {
        "name": held.name,
        "path": held.path,
        "id": held.id,
        "arn": held.arn,
        "created_at": _aware(held.create_date),
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
            AccessKeyState(key.access_key_id, key.status == "Active", _aware(key.create_date))
            for key in held.access_keys
        ),
        certificates=tuple(
            Certificate(one.id, one.status == "Active", _aware(one.upload_date))
            for one in held.signing_certificates.values()
        ),
        ssh_keys=tuple(key.ssh_public_key_id for key in held.ssh_public_keys),
    )


def _role(iam: Any, held: Any) -> Role:
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
            PolicyVersion(one.version_id, as_text(one.document), one.is_default, _aware(one.create_date))
            for one in held.versions
        ),
        created_at=_aware(held.create_date),
        updated_at=_aware(held.update_date),
        description=held.description or "",
        tags=_tags(tags),
    )


def _profile(held: Any) -> InstanceProfile:
    return InstanceProfile(
        name=held.name,
        path=held.path,
        id=held.id,
        arn=held.arn,
        created_at=_aware(held.create_date),
        roles=tuple(role.name for role in held.roles),
        tags=_tags(held.tags),
    )


def users(world: World, account_id: str) -> list[User]:
    """All users of an account, by name."""
    iam = _iam(world, account_id)
    return [_user(iam, iam.users[name]) for name in sorted(iam.users)]


def user(world: World, account_id: str, name: str) -> User | None:
    """A user by name; None when there is none."""
    iam = _iam(world, account_id)
    held = iam.users.get(name)
    return None if held is None else _user(iam, held)


def roles(world: World, account_id: str) -> list[Role]:
    """All roles of an account, by name."""
    iam = _iam(world, account_id)
    return [_role(iam, held) for held in sorted(iam.roles.values(), key=lambda role: str(role.name))]


def role(world: World, account_id: str, name: str) -> Role | None:
    """A role by name; None when there is none."""
    iam = _iam(world, account_id)
    held = next((one for one in iam.roles.values() if one.name == name), None)
    return None if held is None else _role(iam, held)


def groups(world: World, account_id: str) -> list[Group]:
    """All groups of an account, by name."""
    iam = _iam(world, account_id)
    return [_group(iam.groups[name]) for name in sorted(iam.groups)]


def group(world: World, account_id: str, name: str) -> Group | None:
    """A group by name; None when there is none."""
    held = _iam(world, account_id).groups.get(name)
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
    policies: Policies = _iam(world, account_id).managed_policies
    return policies


def instance_profiles(world: World, account_id: str) -> list[InstanceProfile]:
    """All instance profiles of an account, by name."""
    iam = _iam(world, account_id)
    return [_profile(iam.instance_profiles[name]) for name in sorted(iam.instance_profiles)]


def instance_profile(world: World, account_id: str, name: str) -> InstanceProfile | None:
    """An instance profile by name; None when there is none."""
    held = _iam(world, account_id).instance_profiles.get(name)
    return None if held is None else _profile(held)


def provider_count(world: World, account_id: str) -> int:
    """How many identity providers an account has."""
    iam = _iam(world, account_id)
    return len(iam.saml_providers) + len(iam.open_id_providers)


def server_certificates(world: World, account_id: str) -> list[ServerCertificate]:
    """All server certificates of an account, by name."""
    held = sorted(_iam(world, account_id).certificates.values(), key=lambda one: str(one.cert_name))
    return [_server_certificate(one) for one in held]


def _server_certificate(held: Any) -> ServerCertificate:
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
    return _server_certificate(held)


def set_server_certificate_tags(world: World, account_id: str, name: str, tags: Tags) -> None:
    """Replace a server certificate's tags."""
    _changing(world, account_id).get_server_certificate(name).tags = dict(tags)


def set_policy_updated(world: World, account_id: str, arn: str, moment: datetime) -> None:
    """Note when a customer managed policy got its newest version."""
    _changing(world, account_id).managed_policies[arn].update_date = moment.astimezone(UTC).replace(
        microsecond=0, tzinfo=None
    )


def account_aliases(world: World) -> dict[str, str]:
    """Accounts of the environment by their aliases."""
    return {
        alias: account_id for account_id in sorted(world.accounts) for alias in _iam(world, account_id).account_aliases
    }


def create_access_key(world: World, account_id: str, user_name: str) -> NewAccessKey:
    """Make an access key for a user."""
    made = _changing(world, account_id).create_access_key(user_name=user_name, prefix="AKIA")
    return NewAccessKey(made.access_key_id, made.secret_access_key, _aware(made.create_date))


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
    return _role(iam, held)


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


def client_ids(world: World, account_id: str, provider_arn: str) -> list[str] | None:
    """An OpenID Connect provider's audiences; None when there is no such provider."""
    held = _iam(world, account_id).open_id_providers.get(provider_arn)
    return None if held is None else list(held.client_id_list)


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


# Principals in stored policies: AWS keeps the unique id and shows the ARN while the principal exists.


def principal_of_id(world: World, unique_id: str) -> str | None:
    """ARN of the environment's user or role with this unique id; None when there is none."""
    for account_id in sorted(world.accounts):
        iam = _iam(world, account_id)
        for held in (*iam.users.values(), *iam.roles.values()):
            if held.id == unique_id:
                return str(held.arn)
    return None


def principal_exists(world: World, arn: str) -> bool:
    """Whether an ARN means an account, a user or a role of the environment."""
    parts = arn.split(":", 5)
    if len(parts) != 6 or parts[4] not in world.accounts:
        return False
    iam, kind = _iam(world, parts[4]), parts[5].partition("/")[0]
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
