"""The account: its alias, what it holds, and all of its authorization at once."""

from typing import Any
from urllib.parse import quote

from sandbox.emulator import iam_state
from sandbox.emulator.iam_state import Identity, InstanceProfile, ManagedPolicy
from sandbox.services.iam import access_keys, identities, last_use, policies, server_certificates, trust
from sandbox.services.iam.errors import refusal
from sandbox.services.iam.identities import listed, shown_boundary, shown_identity
from sandbox.services.iam.state import native
from sandbox.services.invocation import Handler, Invocation, Result


def create_alias(invocation: Invocation) -> Result:
    """Give the account its alias, which no other account may have; it takes the place of the former one.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateAccountAlias.html
    """
    alias = invocation.parameters["AccountAlias"]
    if alias.isdecimal() and len(alias) == 12:
        # The page that says how to choose one: it must not look like an account's number.
        raise refusal("InvalidInput", "The account alias must not be a 12-digit number.")
    owner = iam_state.account_aliases(invocation.world).get(alias)
    if owner not in (None, invocation.account_id):
        raise refusal("EntityAlreadyExists", f"The account alias {alias} already exists.")
    return invocation.forward()


def delete_alias(invocation: Invocation) -> Result:
    """Take the account's alias away.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteAccountAlias.html
    """
    alias = invocation.parameters["AccountAlias"]
    if iam_state.account_aliases(invocation.world).get(alias) != invocation.account_id:
        raise refusal("NoSuchEntity", f"The account alias {alias} cannot be found.")
    return invocation.forward()


def get_summary(invocation: Invocation) -> Result:
    """Count what the account holds, beside its quotas.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountSummary.html
    """
    world, account = invocation.world, invocation.account_id
    devices = native(invocation).get("mfa", {}).values()
    own = iam_state.own_policies(world, account)
    return {
        "SummaryMap": {
            **_QUOTAS,
            "Users": len(iam_state.users(world, account)),
            "Groups": len(iam_state.groups(world, account)),
            "Roles": len(iam_state.roles(world, account)),
            "InstanceProfiles": len(iam_state.instance_profiles(world, account)),
            "Policies": len(own),
            "PolicyVersionsInUse": sum(len(policy.versions) for policy in own),
            "Providers": iam_state.provider_count(world, account),
            "ServerCertificates": len(iam_state.server_certificates(world, account)),
            "MFADevices": len(devices),
            "MFADevicesInUse": sum(1 for device in devices if device.get("user_id")),
            # The root user of an account here has neither password nor keys.
            "AccountMFAEnabled": 0,
            "AccountAccessKeysPresent": 0,
            "AccountPasswordPresent": 0,
            "AccountSigningCertificatesPresent": 0,
            "GlobalEndpointTokenVersion": native(invocation).get("token_version", 1),
        }
    }


_QUOTAS = {
    "UsersQuota": identities.USERS,
    "GroupsQuota": identities.GROUPS,
    "RolesQuota": identities.ROLES,
    "InstanceProfilesQuota": identities.INSTANCE_PROFILES,
    "GroupsPerUserQuota": identities.GROUPS_PER_USER,
    "AccessKeysPerUserQuota": access_keys.KEYS_PER_USER,
    "SigningCertificatesPerUserQuota": 2,
    "ServerCertificatesQuota": server_certificates.MOST,
    "UserPolicySizeQuota": policies.INLINE_SIZES["user"],
    "RolePolicySizeQuota": policies.INLINE_SIZES["role"],
    "GroupPolicySizeQuota": policies.INLINE_SIZES["group"],
    "AssumeRolePolicySizeQuota": trust.TRUST_POLICY_SIZE,
    "PoliciesQuota": policies.OWN_POLICIES,
    "PolicySizeQuota": policies.MANAGED_SIZE,
    "PolicyVersionsInUseQuota": 10000,
    "VersionsPerPolicyQuota": policies.VERSIONS,
    "AttachedPoliciesPerUserQuota": policies.ATTACHED,
    "AttachedPoliciesPerRoleQuota": policies.ATTACHED,
    "AttachedPoliciesPerGroupQuota": policies.ATTACHED,
}


def set_token_version(invocation: Invocation) -> Result:
    """Choose which tokens the global STS endpoint gives out.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_SetSecurityTokenServicePreferences.html
    """
    native(invocation)["token_version"] = 2 if invocation.parameters["GlobalEndpointTokenVersion"] == "v2Token" else 1
    return {}


def get_details(invocation: Invocation) -> Result:
    """Tell users, groups, roles and policies with all their documents, in pages over all of them.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountAuthorizationDetails.html
    """
    wanted = invocation.parameters.get("Filter") or list(_LISTS)
    found = [(kind, one) for kind in _LISTS if kind in wanted for one in _found(invocation, kind)]
    page = listed(invocation, "Found", found)
    shown: dict[str, Any] = {name: [] for name in _LISTS.values()}
    used = policies.usage(invocation)
    for kind, one in page.pop("Found"):
        shown[_LISTS[kind]].append(_detail(invocation, one, used))
    return {**shown, **page}


_LISTS = {
    "User": "UserDetailList",
    "Group": "GroupDetailList",
    "Role": "RoleDetailList",
    "LocalManagedPolicy": "Policies",
    "AWSManagedPolicy": "Policies",
}


def _found(invocation: Invocation, kind: str) -> list[Any]:
    world, account = invocation.world, invocation.account_id
    if kind == "AWSManagedPolicy":
        # Of AWS's, only those that somebody has.
        used = policies.usage(invocation)
        return [policy for policy in iam_state.aws_policies() if policy.arn in used]
    readers: dict[str, Any] = {
        "User": iam_state.users,
        "Group": iam_state.groups,
        "Role": iam_state.roles,
        "LocalManagedPolicy": iam_state.own_policies,
    }
    found: list[Any] = readers[kind](world, account)
    return found


def _detail(invocation: Invocation, found: Any, used: dict[str, tuple[int, int]]) -> dict[str, Any]:
    if isinstance(found, ManagedPolicy):
        return {**policies.shown_policy(found, used), "PolicyVersionList": [_version(one) for one in found.versions]}
    shown = {**shown_identity(found, found.kind.capitalize()), **_permissions(found)}
    if isinstance(found, iam_state.User):
        return {**shown, "GroupList": list(found.groups)}
    if isinstance(found, iam_state.Role):
        return {**shown, **_of_role(invocation, found)}
    return shown


def _version(version: iam_state.PolicyVersion) -> dict[str, Any]:
    return {
        "Document": quote(version.document, safe=""),
        "VersionId": version.id,
        "IsDefaultVersion": version.is_default,
        "CreateDate": version.created_at,
    }


def _permissions(found: Identity) -> dict[str, Any]:
    inline = [
        {"PolicyName": name, "PolicyDocument": quote(document, safe="")} for name, document in found.inline.items()
    ]
    shown: dict[str, Any] = {
        f"{found.kind.capitalize()}PolicyList": inline,
        "AttachedManagedPolicies": [{"PolicyName": one.name, "PolicyArn": one.arn} for one in found.attached],
    }
    if found.boundary:
        shown["PermissionsBoundary"] = shown_boundary(found.boundary)
    if found.kind != "group":
        shown["Tags"] = [{"Key": key, "Value": value} for key, value in found.tags.items()]
    return shown


def _of_role(invocation: Invocation, found: iam_state.Role) -> dict[str, Any]:
    used = last_use.of_role(invocation, found.id)
    profiles = iam_state.instance_profiles(invocation.world, invocation.account_id)
    return {
        "AssumeRolePolicyDocument": quote(found.trust, safe=""),
        "InstanceProfileList": [_profile(one, found) for one in profiles if found.name in one.roles],
        "RoleLastUsed": {} if used is None else {"LastUsedDate": used.at, "Region": used.region},
    }


def _profile(profile: InstanceProfile, of_role: iam_state.Role) -> dict[str, Any]:
    held = {**shown_identity(of_role, "Role"), "AssumeRolePolicyDocument": quote(of_role.trust, safe="")}
    return {
        "Path": profile.path,
        "InstanceProfileName": profile.name,
        "InstanceProfileId": profile.id,
        "Arn": profile.arn,
        "CreateDate": profile.created_at,
        "Roles": [held],
    }


HANDLERS: dict[str, Handler] = {
    "CreateAccountAlias": create_alias,
    "DeleteAccountAlias": delete_alias,
    "GetAccountAuthorizationDetails": get_details,
    "GetAccountSummary": get_summary,
    "SetSecurityTokenServicePreferences": set_token_version,
}
