"""Roles: who may assume them, for how long, and when they last were used; service-linked roles.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles.html
"""

import json
import uuid
from typing import Any
from urllib.parse import quote

from sandbox.emulator import iam_changes, iam_state
from sandbox.emulator.iam_state import Role
from sandbox.services.iam import last_use, trust
from sandbox.services.iam.errors import refusal
from sandbox.services.iam.identities import (
    below_path,
    check_boundary,
    check_new_role,
    listed,
    role,
    shown_boundary,
    shown_identity,
)
from sandbox.services.iam.service_linked import NAMES
from sandbox.services.iam.state import native
from sandbox.services.invocation import Handler, Invocation, Result

SERVICE_LINKED = "/aws-service-role/"


def create_role(invocation: Invocation) -> Result:
    """Make a role; the principals that it trusts must exist.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html
    """
    given = invocation.parameters
    check_new_role(invocation, given["RoleName"])
    if given.get("PermissionsBoundary") is not None:
        check_boundary(invocation, given["PermissionsBoundary"])
    document = trust.check(invocation.world, given["AssumeRolePolicyDocument"])
    invocation.emulate()
    iam_changes.set_trust(invocation.world, invocation.account_id, given["RoleName"], document)
    return {"Role": _as_created(_shown(role(invocation)))}


def update_role(invocation: Invocation) -> Result:
    """Change a role's description or longest session; what is not given stays.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateRole.html
    """
    found, given = _changeable(invocation), invocation.parameters
    iam_changes.update_role(
        invocation.world,
        invocation.account_id,
        found.name,
        description=given.get("Description"),
        max_session=given.get("MaxSessionDuration"),
    )
    return {}


def update_role_description(invocation: Invocation) -> Result:
    """Change a role's description.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateRoleDescription.html
    """
    update_role(invocation)
    return {"Role": _shown(role(invocation))}


def update_trust(invocation: Invocation) -> Result:
    """Replace a role's trust policy; the principals that it names must exist.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateAssumeRolePolicy.html
    """
    found = _changeable(invocation)
    document = trust.check(invocation.world, invocation.parameters["PolicyDocument"])
    iam_changes.set_trust(invocation.world, invocation.account_id, found.name, document)
    return {}


def _changeable(invocation: Invocation) -> Role:
    found = role(invocation)
    if found.path.startswith(SERVICE_LINKED):
        message = f"Cannot perform the operation on the protected role '{found.name}'"
        raise refusal("UnmodifiableEntity", f"{message} - this role is only modifiable by AWS")
    return found


def changeable(invocation: Invocation) -> Result:
    """Change a role by moto, unless it is a service's."""
    _changeable(invocation)
    return invocation.forward()


def get_role(invocation: Invocation) -> Result:
    """Tell a role and when a session of it last made a call.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRole.html
    """
    found = role(invocation)
    used = last_use.of_role(invocation, found.id)
    shown = {} if used is None else {"LastUsedDate": used.at, "Region": used.region}
    return {"Role": {**_shown(found), "RoleLastUsed": shown}}


def list_roles(invocation: Invocation) -> Result:
    """List roles below a path, without tags, boundary and last use.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListRoles.html
    """
    found = below_path(invocation, iam_state.roles(invocation.world, invocation.account_id))
    left_out = ("Tags", "PermissionsBoundary")
    shown = [{name: value for name, value in _shown(one).items() if name not in left_out} for one in found]
    return listed(invocation, "Roles", shown)


def _shown(found: Role) -> dict[str, Any]:
    shown = shown_identity(found, "Role")
    shown["AssumeRolePolicyDocument"] = quote(found.trust, safe="")
    if found.description is not None:
        shown["Description"] = found.description
    shown["MaxSessionDuration"] = found.max_session
    if found.boundary:
        shown["PermissionsBoundary"] = shown_boundary(found.boundary)
    if found.tags:
        shown["Tags"] = [{"Key": key, "Value": value} for key, value in found.tags.items()]
    return shown


def _as_created(shown: dict[str, Any]) -> dict[str, Any]:
    # The longest session shows in GetRole and ListRoles only.
    return {name: value for name, value in shown.items() if name != "MaxSessionDuration"}


def create_service_linked_role(invocation: Invocation) -> Result:
    """Make the role of a service: its name, path and trust are the service's.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateServiceLinkedRole.html
    """
    given = invocation.parameters
    service, suffix = given["AWSServiceName"], given.get("CustomSuffix")
    if service not in NAMES:
        raise refusal("InvalidInput", f"Service principal {service} does not have service-linked roles")
    name = f"AWSServiceRoleFor{NAMES[service]}"
    if suffix:
        if service not in ("autoscaling.amazonaws.com", "lex.amazonaws.com", "connect.amazonaws.com"):
            raise refusal("InvalidInput", f"Custom suffix is not allowed for {service}")
        name = f"{name}_{suffix}"
    if iam_state.role(invocation.world, invocation.account_id, name) is not None:
        taken = f"Service role name {name} has been taken in this account, please try a different suffix."
        raise refusal("InvalidInput", taken)
    statement = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    made = iam_changes.create_role(
        invocation.world,
        invocation.account_id,
        name,
        path=f"{SERVICE_LINKED}{service}/",
        trust=json.dumps({"Version": "2012-10-17", "Statement": [statement]}),
        description=given.get("Description"),
    )
    return {"Role": _as_created(_shown(made))}


def delete_service_linked_role(invocation: Invocation) -> Result:
    """Delete a service's role; nothing in the sandbox uses one, so it goes at once.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteServiceLinkedRole.html
    """
    found = role(invocation)
    if not found.path.startswith(SERVICE_LINKED):
        raise refusal("InvalidInput", f"The role {found.name} is not a service-linked role")
    invocation.emulate()
    task = f"task{found.path}{found.name}/{uuid.uuid4()}"
    native(invocation).setdefault("deletions", []).append(task)
    return {"DeletionTaskId": task}


def get_deletion_status(invocation: Invocation) -> Result:
    """Tell what became of a service-linked role's deletion.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetServiceLinkedRoleDeletionStatus.html
    """
    task = invocation.parameters["DeletionTaskId"]
    if task not in native(invocation).get("deletions", []):
        raise refusal("NoSuchEntity", f"The deletion task with id {task} cannot be found.")
    return {"Status": "SUCCEEDED"}


HANDLERS: dict[str, Handler] = {
    "CreateRole": create_role,
    "CreateServiceLinkedRole": create_service_linked_role,
    "DeleteServiceLinkedRole": delete_service_linked_role,
    "GetRole": get_role,
    "GetServiceLinkedRoleDeletionStatus": get_deletion_status,
    "ListRoles": list_roles,
    "UpdateAssumeRolePolicy": update_trust,
    "UpdateRole": update_role,
    "UpdateRoleDescription": update_role_description,
}
