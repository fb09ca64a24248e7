"""Users, roles and groups: that they exist, what keeps them from being deleted, and how many there may be.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
"""

from collections.abc import Iterator
from typing import Any

from sandbox.emulator import iam_changes, iam_state
from sandbox.emulator.iam_state import Group, Identity, Role, User
from sandbox.services.iam.errors import not_found, quota_exceeded, refusal
from sandbox.services.iam.state import native
from sandbox.services.invocation import Handler, Invocation, Result
from sandbox.wire import AwsError

GROUPS_PER_USER = 10
USERS, GROUPS, ROLES, INSTANCE_PROFILES = 5000, 300, 1000, 1000
_CREATES = {"UserName": "CreateUser", "RoleName": "CreateRole", "GroupName": "CreateGroup"}
_CREATES["InstanceProfileName"] = "CreateInstanceProfile"


def check_named(invocation: Invocation) -> None:
    """Refuse a call about a user, role, group or instance profile that the account does not have."""
    for parameter, creating in _CREATES.items():
        name = invocation.parameters.get(parameter)
        if name is None or invocation.call.operation_name == creating:
            continue
        if parameter == "UserName":
            user(invocation)
        elif parameter == "RoleName":
            role(invocation)
        elif parameter == "GroupName":
            group(invocation)
        elif iam_state.instance_profile(invocation.world, invocation.account_id, name) is None:
            raise not_found("instance profile", name)


def user(invocation: Invocation) -> User:
    """The user that the call is about: UserName, else the caller; raises AwsError."""
    name = invocation.parameters.get("UserName")
    if name is None:
        if invocation.principal.kind != "IAMUser":
            raise refusal("ValidationError", "Must specify userName when calling with non-User credentials")
        name = invocation.principal.user_name
    return user_named(invocation, name)


def user_named(invocation: Invocation, name: str) -> User:
    """A user of the account; raises AwsError."""
    found = iam_state.user(invocation.world, invocation.account_id, name)
    if found is None:
        raise not_found("user", name)
    return found


def role(invocation: Invocation) -> Role:
    """The role that RoleName says; raises AwsError."""
    name = invocation.parameters["RoleName"]
    found = iam_state.role(invocation.world, invocation.account_id, name)
    if found is None:
        raise not_found("role", name)
    return found


def group(invocation: Invocation) -> Group:
    """The group that GroupName says; raises AwsError."""
    name = invocation.parameters["GroupName"]
    found = iam_state.group(invocation.world, invocation.account_id, name)
    if found is None:
        raise not_found("group", name)
    return found


def _conflict(what: str) -> AwsError:
    return refusal("DeleteConflict", f"Cannot delete entity, must {what} first.")


def _policy_conflicts(identity: Identity) -> Iterator[str]:
    if identity.inline:
        yield "delete policies"
    if identity.attached:
        yield "detach all policies"


def user_conflicts(invocation: Invocation, found: User) -> Iterator[str]:
    """What must be done before a user can be deleted, in the words of the error."""
    state = native(invocation)
    if found.groups:
        yield "remove users from group"
    yield from _policy_conflicts(found)
    if found.access_keys:
        yield "delete access keys"
    if found.id in state.get("passwords", {}):
        yield "delete login profile"
    if any(device.get("user_id") == found.id for device in state.get("mfa", {}).values()):
        yield "delete MFA device"
    if found.certificates:
        yield "delete signing certificates"
    if found.ssh_keys:
        yield "delete SSH public keys"


def delete_user(invocation: Invocation) -> Result:
    """Delete a user that nothing hangs on.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteUser.html
    """
    for what in user_conflicts(invocation, user(invocation)):
        raise _conflict(what)
    return invocation.forward()


def delete_role(invocation: Invocation) -> Result:
    """Delete a role without policies and instance profiles.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteRole.html
    """
    found = role(invocation)
    if found.path.startswith("/aws-service-role/"):
        raise refusal(
            "UnmodifiableEntity",
            f"Cannot perform the operation on the protected role '{found.name}' - this role is only modifiable by AWS",
        )
    if found.profiles:
        raise _conflict("remove roles from instance profile")
    for what in _policy_conflicts(found):
        raise _conflict(what)
    return invocation.forward()


def delete_group(invocation: Invocation) -> Result:
    """Delete a group without members and policies.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteGroup.html
    """
    found = group(invocation)
    if found.users:
        raise _conflict("remove users from group")
    for what in _policy_conflicts(found):
        raise _conflict(what)
    return invocation.forward()


def create_user(invocation: Invocation) -> Result:
    """Make a user, with a permissions boundary if one is given.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateUser.html
    """
    name, boundary = invocation.parameters["UserName"], invocation.parameters.get("PermissionsBoundary")
    others = iam_state.users(invocation.world, invocation.account_id)
    _check_new("User", name, others, "UsersPerAccount", USERS)
    if boundary is None:
        return invocation.forward()
    check_boundary(invocation, boundary)
    answer = invocation.emulate()
    iam_changes.set_user_boundary(invocation.world, invocation.account_id, name, boundary)
    return {"User": {**answer["User"], "PermissionsBoundary": shown_boundary(boundary)}}


def create_group(invocation: Invocation) -> Result:
    """Make a group.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateGroup.html
    """
    others = iam_state.groups(invocation.world, invocation.account_id)
    _check_new("Group", invocation.parameters["GroupName"], others, "GroupsPerAccount", GROUPS)
    return invocation.forward()


def check_new_role(invocation: Invocation, name: str) -> None:
    """Refuse a role's name that is taken, and one role too many."""
    others = iam_state.roles(invocation.world, invocation.account_id)
    _check_new("Role", name, others, "RolesPerAccount", ROLES)


def _check_new(kind: str, name: str, others: Any, quota: str, limit: int) -> None:
    # Names that differ only in their case are the same name.
    if any(other.name.casefold() == name.casefold() for other in others):
        raise refusal("EntityAlreadyExists", f"{kind} with name {name} already exists.")
    if len(others) >= limit:
        raise quota_exceeded(quota, limit)


def update_user(invocation: Invocation) -> Result:
    """Rename or move a user; policies that name the user follow.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateUser.html
    """
    found, name = user(invocation), invocation.parameters.get("NewUserName")
    if name is not None and name != found.name:
        others = [one for one in iam_state.users(invocation.world, invocation.account_id) if one.id != found.id]
        _check_new("User", name, others, "UsersPerAccount", USERS)
    return invocation.forward()


def update_group(invocation: Invocation) -> Result:
    """Rename or move a group.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateGroup.html
    """
    found, name = group(invocation), invocation.parameters.get("NewGroupName")
    if name is None or name == found.name:
        iam_changes.set_group_path(
            invocation.world, invocation.account_id, found.name, invocation.parameters.get("NewPath") or found.path
        )
        return {}
    others = [one for one in iam_state.groups(invocation.world, invocation.account_id) if one.id != found.id]
    _check_new("Group", name, others, "GroupsPerAccount", GROUPS)
    return invocation.forward()


def get_user(invocation: Invocation) -> Result:
    """Tell a user, by default the caller; the root user of the account shows as such.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetUser.html
    """
    principal = invocation.principal
    if invocation.parameters.get("UserName") is None and principal.kind == "Root":
        created = min(
            (one.created_at for one in iam_state.users(invocation.world, invocation.account_id)), default=None
        )
        root = {"UserId": principal.account_id, "Arn": principal.arn, "CreateDate": created}
        return {"User": {name: value for name, value in root.items() if value is not None}}
    return {"User": shown_user(user(invocation), invocation)}


def shown_user(found: User, invocation: Invocation | None = None) -> dict[str, Any]:
    """A user as the API shows it, whole."""
    shown = shown_identity(found, "User")
    if found.boundary:
        shown["PermissionsBoundary"] = shown_boundary(found.boundary)
    if found.tags:
        shown["Tags"] = [{"Key": key, "Value": value} for key, value in found.tags.items()]
    return shown


def shown_identity(found: Identity, kind: str) -> dict[str, Any]:
    """A user, role or group as lists show it."""
    return {
        "Path": found.path,
        f"{kind}Name": found.name,
        f"{kind}Id": found.id,
        "Arn": found.arn,
        "CreateDate": found.created_at,
    }


def shown_boundary(arn: str) -> dict[str, str]:
    """A permissions boundary as the API shows it."""
    return {"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": arn}


def check_boundary(invocation: Invocation, arn: str) -> None:
    """Refuse a permissions boundary that is no managed policy; raises AwsError."""
    if iam_state.managed_policy(invocation.world, invocation.account_id, arn) is None:
        raise not_found("policy", arn)


def put_user_boundary(invocation: Invocation) -> Result:
    """Set a user's permissions boundary.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutUserPermissionsBoundary.html
    """
    found, arn = user(invocation), invocation.parameters["PermissionsBoundary"]
    check_boundary(invocation, arn)
    iam_changes.set_user_boundary(invocation.world, invocation.account_id, found.name, arn)
    return {}


def delete_user_boundary(invocation: Invocation) -> Result:
    """Take a user's permissions boundary away.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteUserPermissionsBoundary.html
    """
    found = user(invocation)
    if not found.boundary:
        raise refusal("NoSuchEntity", f"User {found.name} does not have a permissions boundary.")
    iam_changes.set_user_boundary(invocation.world, invocation.account_id, found.name, "")
    return {}


def put_role_boundary(invocation: Invocation) -> Result:
    """Set a role's permissions boundary.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePermissionsBoundary.html
    """
    role(invocation)
    check_boundary(invocation, invocation.parameters["PermissionsBoundary"])
    return invocation.forward()


def delete_role_boundary(invocation: Invocation) -> Result:
    """Take a role's permissions boundary away.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteRolePermissionsBoundary.html
    """
    found = role(invocation)
    if not found.boundary:
        raise refusal("NoSuchEntity", f"Role {found.name} does not have a permissions boundary.")
    return invocation.forward()


def add_user_to_group(invocation: Invocation) -> Result:
    """Make a user a member, of ten groups at most.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_AddUserToGroup.html
    """
    found, to = user(invocation), group(invocation)
    if to.name not in found.groups and len(found.groups) >= GROUPS_PER_USER:
        raise quota_exceeded("GroupsPerUser", GROUPS_PER_USER)
    return invocation.forward()


def create_instance_profile(invocation: Invocation) -> Result:
    """Make an instance profile.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateInstanceProfile.html
    """
    name = invocation.parameters["InstanceProfileName"]
    others = iam_state.instance_profiles(invocation.world, invocation.account_id)
    if any(other.name.casefold() == name.casefold() for other in others):
        raise refusal("EntityAlreadyExists", f"Instance Profile {name} already exists.")
    if len(others) >= INSTANCE_PROFILES:
        raise quota_exceeded("InstanceProfilesPerAccount", INSTANCE_PROFILES)
    return invocation.forward()


def remove_role_from_profile(invocation: Invocation) -> Result:
    """Take a role out of an instance profile that holds it.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_RemoveRoleFromInstanceProfile.html
    """
    found = role(invocation)
    if invocation.parameters["InstanceProfileName"] not in found.profiles:
        raise not_found("role", found.name)
    return invocation.forward()


def list_users(invocation: Invocation) -> Result:
    """List users below a path.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListUsers.html
    """
    found = iam_state.users(invocation.world, invocation.account_id)
    return listed(invocation, "Users", [shown_identity(one, "User") for one in below_path(invocation, found)])


def list_groups(invocation: Invocation) -> Result:
    """List groups below a path.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListGroups.html
    """
    found = iam_state.groups(invocation.world, invocation.account_id)
    return listed(invocation, "Groups", [shown_identity(one, "Group") for one in below_path(invocation, found)])


def list_groups_for_user(invocation: Invocation) -> Result:
    """List the groups that a user is in.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListGroupsForUser.html
    """
    found = user(invocation)
    of_user = [one for one in iam_state.groups(invocation.world, invocation.account_id) if found.name in one.users]
    return listed(invocation, "Groups", [shown_identity(one, "Group") for one in of_user])


def get_group(invocation: Invocation) -> Result:
    """Tell a group and its members.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetGroup.html
    """
    found = group(invocation)
    members = [user_named(invocation, name) for name in found.users]
    shown = listed(invocation, "Users", [shown_identity(one, "User") for one in members])
    return {"Group": shown_identity(found, "Group"), **shown}


def below_path(invocation: Invocation, found: Any) -> list[Any]:
    """Those whose path begins with PathPrefix."""
    prefix = invocation.parameters.get("PathPrefix") or "/"
    return [one for one in found if one.path.startswith(prefix)]


def listed(invocation: Invocation, member: str, items: list[Any]) -> dict[str, Any]:
    """One page of a list, after Marker, of MaxItems at most; raises AwsError for a marker of nobody's."""
    marker, most = invocation.parameters.get("Marker"), invocation.parameters.get("MaxItems") or 100
    start = 0
    if marker is not None:
        if not marker.isdecimal() or int(marker) > len(items):
            raise refusal("ValidationError", "Invalid Marker.")
        start = int(marker)
    page, rest = items[start : start + most], len(items) > start + most
    return {member: page, "IsTruncated": rest, **({"Marker": str(start + most)} if rest else {})}


HANDLERS: dict[str, Handler] = {
    "AddUserToGroup": add_user_to_group,
    "CreateGroup": create_group,
    "CreateInstanceProfile": create_instance_profile,
    "CreateUser": create_user,
    "DeleteGroup": delete_group,
    "DeleteRole": delete_role,
    "DeleteRolePermissionsBoundary": delete_role_boundary,
    "DeleteUser": delete_user,
    "DeleteUserPermissionsBoundary": delete_user_boundary,
    "GetGroup": get_group,
    "GetUser": get_user,
    "ListGroups": list_groups,
    "ListGroupsForUser": list_groups_for_user,
    "ListUsers": list_users,
    "PutRolePermissionsBoundary": put_role_boundary,
    "PutUserPermissionsBoundary": put_user_boundary,
    "RemoveRoleFromInstanceProfile": remove_role_from_profile,
    "UpdateGroup": update_group,
    "UpdateUser": update_user,
}
