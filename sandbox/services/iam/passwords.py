"""Passwords: the account's policy, login profiles, and users who change their own. Passwords are kept as salted hashes.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_passwords_account-policy.html
"""

import hashlib
import hmac
import secrets
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from sandbox.services.iam.errors import not_found, refusal
from sandbox.services.iam.identities import user
from sandbox.services.iam.state import moment, text
from sandbox.services.iam.state import native as state_of
from sandbox.services.invocation import Handler, Invocation, Result
from sandbox.wire import AwsError

SYMBOLS = "!@#$%^&*()_+-=[]{}|'"
# What holds without a policy of the account's own.
LEAST_LENGTH, LEAST_CLASSES = 8, 3
# The most that PasswordReusePrevention can ask for.
REMEMBERED = 24
DEFAULTS: dict[str, Any] = {
    "MinimumPasswordLength": 6,
    "RequireSymbols": False,
    "RequireNumbers": False,
    "RequireUppercaseCharacters": False,
    "RequireLowercaseCharacters": False,
    "AllowUsersToChangePassword": False,
}
_OPTIONAL = ("MaxPasswordAge", "PasswordReusePrevention", "HardExpiry")
_CLASSES = {
    "RequireLowercaseCharacters": ("lowercase letter", str.islower),
    "RequireUppercaseCharacters": ("uppercase letter", str.isupper),
    "RequireNumbers": ("number", str.isdecimal),
    "RequireSymbols": ("symbol", SYMBOLS.__contains__),
}


def get_policy(invocation: Invocation) -> Result:
    """Tell the account's password policy.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountPasswordPolicy.html
    """
    policy = _policy(invocation)
    if policy is None:
        raise _no_policy(invocation)
    return {"PasswordPolicy": {**policy, "ExpirePasswords": bool(policy.get("MaxPasswordAge"))}}


def update_policy(invocation: Invocation) -> Result:
    """Replace the account's password policy; what is not given goes back to its default.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateAccountPasswordPolicy.html
    """
    given = invocation.parameters
    policy = {name: given.get(name, default) for name, default in DEFAULTS.items()}
    policy |= {name: given[name] for name in _OPTIONAL if given.get(name) is not None}
    state_of(invocation)["password_policy"] = policy
    return {}


def delete_policy(invocation: Invocation) -> Result:
    """Go back to the default policy.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteAccountPasswordPolicy.html
    """
    if state_of(invocation).pop("password_policy", None) is None:
        raise refusal("NoSuchEntity", "The account policy with name PasswordPolicy cannot be found.")
    return {}


def _no_policy(invocation: Invocation) -> AwsError:
    message = f"The Password Policy with domain name {invocation.account_id} cannot be found."
    return refusal("NoSuchEntity", message)


def _policy(invocation: Invocation) -> dict[str, Any] | None:
    policy: dict[str, Any] | None = state_of(invocation).get("password_policy")
    return policy


def create_login_profile(invocation: Invocation) -> Result:
    """Give a user a first password.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateLoginProfile.html
    """
    found = user(invocation)
    kept = state_of(invocation).setdefault("passwords", {})
    if found.id in kept:
        raise refusal("EntityAlreadyExists", f"Login Profile for user {found.name} already exists.")
    password = invocation.parameters.get("Password")
    if password is None:
        raise refusal("ValidationError", "Password must be given when a login profile is made for a user.")
    check_password(invocation, password, [])
    profile = {"created": text(invocation.now), "changed": text(invocation.now), "hashes": [hashed(password)]}
    kept[found.id] = profile | {"reset": bool(invocation.parameters.get("PasswordResetRequired"))}
    return {"LoginProfile": _shown(found.name, kept[found.id])}


def get_login_profile(invocation: Invocation) -> Result:
    """Tell when a user got a password.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetLoginProfile.html
    """
    name, profile = _profile(invocation)
    return {"LoginProfile": _shown(name, profile)}


def update_login_profile(invocation: Invocation) -> Result:
    """Set another password for a user, or that it must be changed at the next sign-in.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateLoginProfile.html
    """
    _, profile = _profile(invocation)
    password, reset = invocation.parameters.get("Password"), invocation.parameters.get("PasswordResetRequired")
    if password is not None:
        _set_password(invocation, profile, password)
    if reset is not None:
        profile["reset"] = reset
    return {}


def delete_login_profile(invocation: Invocation) -> Result:
    """Take a user's password away.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteLoginProfile.html
    """
    _profile(invocation)
    del state_of(invocation)["passwords"][user(invocation).id]
    return {}


def change_password(invocation: Invocation) -> Result:
    """Let a user change the own password, where the policy allows it.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_ChangePassword.html
    """
    if invocation.principal.kind != "IAMUser":
        raise refusal("InvalidUserType", "Only IAM Users can change their own password")
    _, profile = _profile(invocation)
    if not matches(profile["hashes"][-1], invocation.parameters["OldPassword"]):
        # AWS documents no error for this; code and sentence are what we believe.
        raise refusal("AccessDenied", "The old password was incorrect.")
    policy, expires = _policy(invocation), expires_at(_policy(invocation), profile)
    if policy is not None and policy.get("HardExpiry") and expires is not None and expires <= invocation.now:
        raise refusal("EntityTemporarilyUnmodifiable", "The password has expired; an administrator must reset it.")
    _set_password(invocation, profile, invocation.parameters["NewPassword"])
    profile["reset"] = False
    return {}


def expires_at(policy: dict[str, Any] | None, profile: dict[str, Any]) -> datetime | None:
    """When a password must be changed; None when never."""
    age = (policy or {}).get("MaxPasswordAge")
    return moment(profile["changed"]) + timedelta(days=age) if age else None


def _profile(invocation: Invocation) -> tuple[str, dict[str, Any]]:
    found = user(invocation)
    profile = state_of(invocation).get("passwords", {}).get(found.id)
    if profile is None:
        raise not_found("login profile", found.name)
    return found.name, profile


def _shown(name: str, profile: dict[str, Any]) -> dict[str, Any]:
    created = moment(profile["created"])
    return {"UserName": name, "CreateDate": created, "PasswordResetRequired": profile["reset"]}


def _set_password(invocation: Invocation, profile: dict[str, Any], password: str) -> None:
    check_password(invocation, password, profile["hashes"])
    profile["hashes"] = [*profile["hashes"], hashed(password)][-REMEMBERED:]
    profile["changed"] = text(invocation.now)


def check_password(invocation: Invocation, password: str, former: list[str]) -> None:
    """Refuse a password that the policy does not allow; raises AwsError (PasswordPolicyViolation)."""
    policy = _policy(invocation)
    wrong = list(_violations(policy, password, invocation.account_id))
    if wrong:
        raise refusal("PasswordPolicyViolation", f"Password should {' and '.join(wrong)}")
    kept = (policy or {}).get("PasswordReusePrevention") or 0
    if kept and any(matches(one, password) for one in former[-kept:]):
        raise refusal("PasswordPolicyViolation", "Password has been used before: Password reuse is not allowed")


def _violations(policy: dict[str, Any] | None, password: str, account_id: str) -> Iterator[str]:
    least = policy["MinimumPasswordLength"] if policy else LEAST_LENGTH
    if len(password) < least:
        yield f"have a minimum length of {least}"
    present = {name for name, (_, is_one) in _CLASSES.items() if any(is_one(character) for character in password)}
    if policy is not None:
        missing = [what for name, (what, _) in _CLASSES.items() if policy[name] and name not in present]
        yield from (f"have at least one {what}" for what in missing)
        return
    if len(present) < LEAST_CLASSES:
        kinds = ", ".join(f"{what}s" for what, _ in _CLASSES.values())
        yield f"have at least {LEAST_CLASSES} of these character types: {kinds}"
    if password == account_id:
        yield "not be identical to the AWS account name"


# A pretended account's password may be a real one elsewhere.
_COST = 2**13


def hashed(password: str) -> str:
    """Salted hash of a password."""
    salt = secrets.token_bytes(16)
    return f"{salt.hex()}:{_digest(password, salt).hex()}"


def matches(kept: str, password: str) -> bool:
    """Whether a password is the one that was hashed."""
    salt, _, digest = kept.partition(":")
    return hmac.compare_digest(bytes.fromhex(digest), _digest(password, bytes.fromhex(salt)))


def _digest(password: str, salt: bytes) -> bytes:
    return hashlib.scrypt(password.encode(), salt=salt, n=_COST, r=8, p=1, dklen=32)


HANDLERS: dict[str, Handler] = {
    "ChangePassword": change_password,
    "CreateLoginProfile": create_login_profile,
    "DeleteAccountPasswordPolicy": delete_policy,
    "DeleteLoginProfile": delete_login_profile,
    "GetAccountPasswordPolicy": get_policy,
    "GetLoginProfile": get_login_profile,
    "UpdateAccountPasswordPolicy": update_policy,
    "UpdateLoginProfile": update_login_profile,
}
