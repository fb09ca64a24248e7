"""IAM, Organizations, accounts, IAM Identity Center and Cognito."""

from collections.abc import Callable, Iterable
from typing import Any

from sandbox.authorization.state import Resource
from sandbox.emulator.facts.kinds import (
    Describe,
    Kind,
    Locate,
    Place,
    Thing,
    among,
    attribute,
    described,
    keyed,
    own_tags,
    plain_tags,
    refers,
    resource_of,
    short,
    tagged_by,
    values_of,
)
from sandbox.emulator.memberships import membership
from sandbox.emulator.patches.iam_policies import shared
from sandbox.emulator.policies.identity import boundary_arn, find_role
from sandbox.emulator.policies.organization import policy_arn

Find = Callable[[Any, str], Thing | None]


def _named(kind: str, find: Find) -> Locate:
    """By name, or by an ARN whose path must be the resource's own."""

    def locate(place: Place, identifier: str) -> Thing | None:
        iam = place.global_backend("iam")
        if iam is None:
            return None
        if not identifier.startswith("arn:"):
            return find(iam, identifier)
        if not resource_of(identifier).startswith(f"{kind}/"):
            return None
        found = find(iam, identifier.rpartition("/")[2])
        return found if found is not None and found.arn == identifier else None

    return locate


def _managed_policy(place: Place, identifier: str) -> Thing | None:
    if identifier.startswith(f"arn:{place.partition}:iam::aws:policy/"):
        return shared(place.partition).get(identifier)
    iam = place.global_backend("iam")
    if iam is None:
        return None
    if identifier.startswith("arn:"):
        return dict.get(iam.managed_policies, identifier)
    return next((one for one in dict.values(iam.managed_policies) if one.name == identifier), None)


def _bounded(place: Place, thing: Thing) -> dict[str, Any]:
    return {"iam:PermissionsBoundary": boundary_arn(thing)}


ARN = attribute("arn")

IAM: dict[str, Kind] = {
    "iam:user": Kind(
        _named("user", lambda iam, name: iam.users.get(name)),
        described(ARN, tagged_by("iam", everywhere=True), _bounded),
        {
            "iam:policy": lambda place, user: user.managed_policies,
            "iam:group": lambda place, user: _groups_of(place, user),
        },
    ),
    "iam:role": Kind(
        _named("role", find_role),
        described(ARN, own_tags, _bounded),
        {
            "iam:policy": lambda place, role: role.managed_policies,
            "iam:instance-profile": lambda place, role: _profiles_of(place, role),
        },
    ),
    "iam:group": Kind(
        _named("group", lambda iam, name: iam.groups.get(name)),
        described(ARN),
        {
            "iam:policy": lambda place, group: group.managed_policies,
            "iam:user": lambda place, group: (user.name for user in group.users),
        },
    ),
    "iam:policy": Kind(_managed_policy, described(ARN, own_tags)),
    "iam:instance-profile": Kind(
        _named("instance-profile", lambda iam, name: iam.instance_profiles.get(name)),
        described(ARN, own_tags),
        {"iam:role": lambda place, profile: (role.name for role in profile.roles)},
    ),
    "iam:mfa": Kind(
        among("iam", values_of("virtual_mfa_devices"), "serial_number", everywhere=True),
        described(attribute("serial_number")),
    ),
    "iam:oidc-provider": Kind(
        among("iam", values_of("open_id_providers"), "arn", "url", everywhere=True), described(ARN, own_tags)
    ),
    "iam:saml-provider": Kind(
        among("iam", values_of("saml_providers"), "arn", "name", everywhere=True), described(ARN)
    ),
    "iam:server-certificate": Kind(
        among("iam", values_of("certificates"), "arn", "cert_name", everywhere=True), described(ARN)
    ),
}


def _groups_of(place: Place, user: Thing) -> Iterable[str]:
    return [group.name for group in place.global_backend("iam").groups.values() if user in group.users]


def _profiles_of(place: Place, role: Thing) -> Iterable[str]:
    return [one.name for one in place.global_backend("iam").instance_profiles.values() if role in one.roles]


# Organizations: its state lies with the management account, whichever account of it asks.


def _organization(place: Place) -> Any:
    found = membership(place.world, place.account_id)
    return found[0] if found is not None else None


def _in_organization(things: Callable[[Any], Iterable[Thing]]) -> Locate:
    """By id, or by an ARN, which ends with the id."""

    def locate(place: Place, identifier: str) -> Thing | None:
        organization = _organization(place)
        if organization is None:
            return None
        wanted = resource_of(identifier).rpartition("/")[2]
        return next((one for one in things(organization) if one.id == wanted), None)

    return locate


def _of_organization(arn: Callable[[Any], str], *, tagged: bool = True) -> Describe:
    def describe(place: Place, thing: Thing) -> Resource:
        return Resource(arn(thing), thing.master_account_id, plain_tags(thing.tags) if tagged else {})

    return describe


def _policies(is_aws: bool) -> Callable[[Any], Iterable[Thing]]:
    return lambda organization: [policy for policy in organization.policies if policy.aws_managed == is_aws]


def _units(kind: str) -> Callable[[Any], Iterable[Thing]]:
    return lambda organization: [unit for unit in organization.ou if unit.type == kind]


def _account(place: Place, identifier: str) -> Thing | None:
    account_id = place.account_id if identifier.startswith("arn:") else identifier
    return account_id if account_id in place.world.accounts else None


def _describe_account(place: Place, account_id: str) -> Resource:
    return Resource(f"arn:{place.partition}:account::{account_id}:account", account_id)


def _describe_member(place: Place, member: Thing) -> Resource:
    arn = member.arn.replace(":organizations:", ":account:", 1)
    return Resource(arn, member.master_account_id, plain_tags(member.tags))


ORGANIZATIONS: dict[str, Kind] = {
    "organizations:account": Kind(
        _in_organization(lambda organization: organization.accounts), _of_organization(lambda one: one.arn)
    ),
    "organizations:organizationalunit": Kind(
        _in_organization(_units("ORGANIZATIONAL_UNIT")), _of_organization(lambda one: one.arn)
    ),
    "organizations:root": Kind(_in_organization(_units("ROOT")), _of_organization(lambda one: one.arn)),
    "organizations:policy": Kind(_in_organization(_policies(is_aws=False)), _of_organization(policy_arn)),
    "organizations:awspolicy": Kind(_in_organization(_policies(is_aws=True)), _of_organization(policy_arn)),
    "organizations:organization": Kind(
        _in_organization(lambda organization: [organization.org]),
        _of_organization(lambda one: one.arn, tagged=False),
    ),
    "account:account": Kind(_account, _describe_account),
    "account:accountInOrganization": Kind(
        _in_organization(lambda organization: organization.accounts), _describe_member
    ),
}


# IAM Identity Center


def _stores(place: Place) -> Any:
    backend = place.backend("identitystore")
    return backend.identity_stores if backend is not None else {}


def _in_stores(collection: str) -> Locate:
    def locate(place: Place, identifier: str) -> Thing | None:
        wanted = resource_of(identifier).rpartition("/")[2]
        found = (getattr(store, collection).get(wanted) for store in _stores(place).values())
        return next((one for one in found if one is not None), None)

    return locate


def _store(place: Place, identifier: str) -> str | None:
    wanted = short(identifier, "identitystore/")
    backend = place.backend("ssoadmin")
    instances = backend.instances if backend is not None else ()
    known = {*_stores(place), *(instance.identity_store_id for instance in instances)}
    return wanted if wanted in known else None


def _placeless(service: str, kind: str, name: Callable[[Thing], str]) -> Callable[[Place, Thing], str]:
    return lambda place, thing: f"arn:{place.partition}:{service}:::{kind}/{name(thing)}"


IDENTITY_CENTER: dict[str, Kind] = {
    "sso:Instance": Kind(
        among("ssoadmin", lambda sso: sso.instances, "instance_arn"),
        described(attribute("instance_arn")),
        {"identitystore:Identitystore": refers("identity_store_id")},
    ),
    "sso:PermissionSet": Kind(
        among("ssoadmin", lambda sso: sso.permission_sets, "permission_set_arn"),
        described(attribute("permission_set_arn"), own_tags),
        {"sso:Instance": refers("instance_arn")},
    ),
    "sso:Account": Kind(
        _account, described(lambda place, account_id: f"arn:{place.partition}:sso:::account/{account_id}")
    ),
    "identitystore:Identitystore": Kind(
        _store, described(lambda place, store: place.global_arn("identitystore", f"identitystore/{store}"))
    ),
    "identitystore:User": Kind(
        _in_stores("users"), described(_placeless("identitystore", "user", lambda one: one.UserId))
    ),
    "identitystore:Group": Kind(
        _in_stores("groups"), described(_placeless("identitystore", "group", lambda one: one.GroupId))
    ),
    "identitystore:GroupMembership": Kind(
        _in_stores("group_memberships"),
        described(_placeless("identitystore", "membership", lambda one: one["MembershipId"])),
    ),
}

COGNITO: dict[str, Kind] = {
    "cognito-idp:userpool": Kind(
        keyed("cognitoidp", "user_pools", "userpool/"),
        described(ARN, lambda place, pool, arn: pool.extended_config.get("UserPoolTags")),
    ),
    "cognito-identity:identitypool": Kind(
        keyed("cognitoidentity", "identity_pools", "identitypool/"),
        described(lambda place, pool: place.arn("cognito-identity", f"identitypool/{pool.identity_pool_id}"), own_tags),
    ),
}

KINDS = IAM | ORGANIZATIONS | IDENTITY_CENTER | COGNITO
