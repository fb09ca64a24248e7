"""IAM of our own over moto's state: AWS's limits, conflicts, credentials, reports and simulation.

Every operation's parameters are checked against the service's model, and the users, roles and groups that they name
must exist, before a handler here or moto goes on.
"""

from datetime import datetime
from typing import Any

from sandbox.services.iam import (
    access_keys,
    account,
    credential_report,
    devices,
    identities,
    last_accessed,
    passwords,
    policies,
    providers,
    roles,
    server_certificates,
    simulation,
    tags,
    validation,
)
from sandbox.services.iam.state import text
from sandbox.services.invocation import Handler, Invocation, Result

_OWN: dict[str, Handler] = {
    operation: handler
    for module in (
        access_keys,
        account,
        credential_report,
        devices,
        identities,
        last_accessed,
        passwords,
        policies,
        providers,
        roles,
        server_certificates,
        simulation,
        tags,
    )
    for operation, handler in module.HANDLERS.items()
}
# What moto does well once the parameters are checked.
FORWARDED = frozenset(
    {
        "AddRoleToInstanceProfile",
        "CreateSAMLProvider",
        "DeleteInstanceProfile",
        "DeleteSAMLProvider",
        "DeleteSSHPublicKey",
        "DeleteSigningCertificate",
        "GetInstanceProfile",
        "GetSAMLProvider",
        "GetSSHPublicKey",
        "ListAccountAliases",
        "ListAttachedGroupPolicies",
        "ListAttachedRolePolicies",
        "ListAttachedUserPolicies",
        "ListGroupPolicies",
        "ListInstanceProfiles",
        "ListInstanceProfilesForRole",
        "ListOpenIDConnectProviderTags",
        "ListOpenIDConnectProviders",
        "ListPolicyVersions",
        "ListRolePolicies",
        "ListSAMLProviders",
        "ListSSHPublicKeys",
        "ListSigningCertificates",
        "ListUserPolicies",
        "RemoveUserFromGroup",
        "TagOpenIDConnectProvider",
        "UntagOpenIDConnectProvider",
        "UpdateSAMLProvider",
        "UpdateSSHPublicKey",
        "UpdateSigningCertificate",
        "UploadSSHPublicKey",
        "UploadSigningCertificate",
    }
)


def _checked(handler: Handler) -> Handler:
    def run(invocation: Invocation) -> Result:
        validation.check(invocation.call.operation.input, invocation.parameters)
        tags.check_given(invocation.parameters.get("Tags"))
        identities.check_named(invocation)
        result: Result = _written(handler(invocation))
        return result

    return run


def _written(value: Any) -> Any:
    # IAM writes its times in whole seconds without a fraction.
    if isinstance(value, datetime):
        return text(value)
    if isinstance(value, dict):
        return {name: _written(member) for name, member in value.items()}
    return [_written(member) for member in value] if isinstance(value, list) else value


def _by_moto(invocation: Invocation) -> Result:
    return invocation.forward()


HANDLERS: dict[str, Handler] = {
    operation: _checked(handler) for operation, handler in {**dict.fromkeys(FORWARDED, _by_moto), **_OWN}.items()
}
