"""Tags of IAM's resources: fifty at most, keys that differ in more than their case, none of AWS's own.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sandbox.emulator import iam_changes, iam_state
from sandbox.services.iam.errors import not_found, quota_exceeded, refusal
from sandbox.services.iam.identities import listed, role, user
from sandbox.services.iam.policies import existing, own
from sandbox.services.iam.state import native
from sandbox.services.invocation import Handler, Invocation, Result

MOST = 50
_DUPLICATES = "Duplicate tag keys found. Please note that Tag keys are case insensitive."

Tags = Mapping[str, str]


def check_given(tags: Sequence[Mapping[str, str]] | None) -> None:
    """Refuse tags that no resource of IAM's can have; raises AwsError."""
    keys = [tag["Key"] for tag in tags or ()]
    if len({key.casefold() for key in keys}) < len(keys):
        raise refusal("InvalidInput", _DUPLICATES)
    if any(key.casefold().startswith("aws:") for key in keys):
        raise refusal("InvalidInput", "Invalid tag key: Tags starting with aws: are reserved for AWS use")


def merged(before: Tags, given: Sequence[Mapping[str, str]]) -> dict[str, str]:
    """Tags after others were set; a key in another case is the same key. Raises AwsError beyond fifty."""
    new = {tag["Key"].casefold() for tag in given}
    after = {key: value for key, value in before.items() if key.casefold() not in new}
    after |= {tag["Key"]: tag["Value"] for tag in given}
    if len(after) > MOST:
        raise quota_exceeded("TagsPerResource", MOST)
    return after


def remaining(before: Tags, keys: Sequence[str]) -> dict[str, str]:
    """Tags after some were removed."""
    gone = {key.casefold() for key in keys}
    return {key: value for key, value in before.items() if key.casefold() not in gone}


def shown(tags: Tags) -> list[dict[str, str]]:
    """Tags as the API lists them, by key."""
    return [{"Key": key, "Value": tags[key]} for key in sorted(tags)]


Read = Callable[[Invocation], Tags]
Write = Callable[[Invocation, Tags], None]


def _user_tags(invocation: Invocation) -> Tags:
    return user(invocation).tags


def _set_user_tags(invocation: Invocation, tags: Tags) -> None:
    iam_changes.set_user_tags(invocation.world, invocation.account_id, invocation.parameters["UserName"], tags)


def _role_tags(invocation: Invocation) -> Tags:
    return role(invocation).tags


def _set_role_tags(invocation: Invocation, tags: Tags) -> None:
    found = role(invocation)
    if found.path.startswith("/aws-service-role/"):
        message = f"Cannot perform the operation on the protected role '{found.name}'"
        raise refusal("UnmodifiableEntity", f"{message} - this role is only modifiable by AWS")
    iam_changes.set_role_tags(invocation.world, invocation.account_id, found.name, tags)


def _policy_tags(invocation: Invocation) -> Tags:
    return existing(invocation).tags


def _set_policy_tags(invocation: Invocation, tags: Tags) -> None:
    iam_changes.set_policy_tags(invocation.world, invocation.account_id, own(invocation).arn, tags)


def _profile_tags(invocation: Invocation) -> Tags:
    name = invocation.parameters["InstanceProfileName"]
    found = iam_state.instance_profile(invocation.world, invocation.account_id, name)
    if found is None:
        raise not_found("instance profile", name)
    return found.tags


def _set_profile_tags(invocation: Invocation, tags: Tags) -> None:
    name = invocation.parameters["InstanceProfileName"]
    iam_changes.set_profile_tags(invocation.world, invocation.account_id, name, tags)


def _device(invocation: Invocation) -> dict[str, Any]:
    serial = invocation.parameters["SerialNumber"]
    device: dict[str, Any] | None = native(invocation).get("mfa", {}).get(serial)
    if device is None:
        raise not_found("virtual MFA device", serial)
    return device


def _device_tags(invocation: Invocation) -> Tags:
    tags: Tags = _device(invocation).get("tags", {})
    return tags


def _set_device_tags(invocation: Invocation, tags: Tags) -> None:
    _device(invocation)["tags"] = dict(tags)


_KINDS: dict[str, tuple[Read, Write]] = {
    "User": (_user_tags, _set_user_tags),
    "Role": (_role_tags, _set_role_tags),
    "Policy": (_policy_tags, _set_policy_tags),
    "InstanceProfile": (_profile_tags, _set_profile_tags),
    "MFADevice": (_device_tags, _set_device_tags),
}


def _tag(read: Read, write: Write) -> Handler:
    def tag(invocation: Invocation) -> Result:
        """Set tags."""
        write(invocation, merged(read(invocation), invocation.parameters["Tags"]))
        return {}

    return tag


def _untag(read: Read, write: Write) -> Handler:
    def untag(invocation: Invocation) -> Result:
        """Remove tags; those that are not there do not matter."""
        write(invocation, remaining(read(invocation), invocation.parameters["TagKeys"]))
        return {}

    return untag


def _list(read: Read) -> Handler:
    def list_tags(invocation: Invocation) -> Result:
        """List tags."""
        return listed(invocation, "Tags", shown(read(invocation)))

    return list_tags


HANDLERS: dict[str, Handler] = {
    **{f"Tag{kind}": _tag(read, write) for kind, (read, write) in _KINDS.items()},
    **{f"Untag{kind}": _untag(read, write) for kind, (read, write) in _KINDS.items()},
    **{f"List{kind}Tags": _list(read) for kind, (read, _) in _KINDS.items()},
}
