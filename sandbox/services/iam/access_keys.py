"""Users' access keys: two a user, their status, and when they were last used.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_access-keys.html
"""

from sandbox.emulator import iam_changes, iam_state
from sandbox.emulator.iam_state import AccessKeyState, User
from sandbox.services.iam import last_use
from sandbox.services.iam.errors import not_found, quota_exceeded, refusal
from sandbox.services.iam.identities import listed, user
from sandbox.services.invocation import Handler, Invocation, Result
from sandbox.wire import access_denied

KEYS_PER_USER = 2


def create_access_key(invocation: Invocation) -> Result:
    """Make a user's first or second access key; the only time that its secret is shown.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateAccessKey.html
    """
    found = user(invocation)
    if len(found.access_keys) >= KEYS_PER_USER:
        raise quota_exceeded("AccessKeysPerUser", KEYS_PER_USER)
    made = iam_changes.create_access_key(invocation.world, invocation.account_id, found.name)
    return {
        "AccessKey": {
            "UserName": found.name,
            "AccessKeyId": made.id,
            "Status": "Active",
            "SecretAccessKey": made.secret,
            "CreateDate": made.created_at,
        }
    }


def update_access_key(invocation: Invocation) -> Result:
    """Turn an access key on or off.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateAccessKey.html
    """
    status = invocation.parameters["Status"]
    if status == "Expired":
        raise refusal("ValidationError", "Access keys can be made Active or Inactive only.")
    found, key = _key(invocation)
    iam_changes.set_access_key_status(invocation.world, invocation.account_id, found.name, key.id, status)
    return {}


def delete_access_key(invocation: Invocation) -> Result:
    """Delete an access key.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteAccessKey.html
    """
    found, key = _key(invocation)
    iam_changes.delete_access_key(invocation.world, invocation.account_id, found.name, key.id)
    return {}


def list_access_keys(invocation: Invocation) -> Result:
    """List a user's access keys without their secrets.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListAccessKeys.html
    """
    if invocation.parameters.get("UserName") is None and invocation.principal.kind == "Root":
        return {"AccessKeyMetadata": [], "IsTruncated": False}
    found = user(invocation)
    shown = [
        {
            "UserName": found.name,
            "AccessKeyId": key.id,
            "Status": "Active" if key.active else "Inactive",
            "CreateDate": key.created_at,
        }
        for key in found.access_keys
    ]
    return listed(invocation, "AccessKeyMetadata", shown)


def get_access_key_last_used(invocation: Invocation) -> Result:
    """Tell when, where and for which service a key of the account was last used.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccessKeyLastUsed.html
    """
    key_id = invocation.parameters["AccessKeyId"]
    users = iam_state.users(invocation.world, invocation.account_id)
    owner = next((one for one in users for key in one.access_keys if key.id == key_id), None)
    if owner is None:
        # Keys of other accounts and keys that do not exist look the same.
        raise access_denied(
            invocation.call, invocation.principal.arn, "iam:GetAccessKeyLastUsed", resource=f"access key {key_id}"
        )
    used = last_use.of_access_key(invocation, key_id)
    if used is None:
        return {"UserName": owner.name, "AccessKeyLastUsed": {"ServiceName": "N/A", "Region": "N/A"}}
    shown = {"LastUsedDate": used.at, "ServiceName": used.service, "Region": used.region}
    return {"UserName": owner.name, "AccessKeyLastUsed": shown}


def _key(invocation: Invocation) -> tuple[User, AccessKeyState]:
    found, key_id = user(invocation), invocation.parameters["AccessKeyId"]
    key = next((one for one in found.access_keys if one.id == key_id), None)
    if key is None:
        raise not_found("access key", key_id)
    return found, key


HANDLERS: dict[str, Handler] = {
    "CreateAccessKey": create_access_key,
    "DeleteAccessKey": delete_access_key,
    "GetAccessKeyLastUsed": get_access_key_last_used,
    "ListAccessKeys": list_access_keys,
    "UpdateAccessKey": update_access_key,
}
