"""The password policy binds every way to set a password; what is stored is a hash."""

import pytest

from sandbox import worlds
from tests.sandbox.conftest import Caller
from tests.sandbox.services.iam_cases import forget, new_user, refused

GOOD = "Correct-horse-7"


def test_without_a_policy_aws_defaults_hold(caller: Caller) -> None:
    iam = caller.client("iam")
    assert refused(iam.get_account_password_policy) == (
        "NoSuchEntity",
        f"The Password Policy with domain name {caller.account.pk} cannot be found.",
    )
    iam.create_user(UserName="ann")
    for password in ("Sh0rt-1", "onlylowercase", "lowercase1234"):
        assert refused(iam.create_login_profile, UserName="ann", Password=password)[0] == "PasswordPolicyViolation"
    iam.create_login_profile(UserName="ann", Password="Lower1234", PasswordResetRequired=True)
    forget(caller)
    profile = iam.get_login_profile(UserName="ann")["LoginProfile"]
    assert (profile["UserName"], profile["PasswordResetRequired"]) == ("ann", True)
    assert refused(iam.create_login_profile, UserName="ann", Password=GOOD) == (
        "EntityAlreadyExists",
        "Login Profile for user ann already exists.",
    )


def test_a_policy_is_kept_whole_and_deleted(caller: Caller) -> None:
    iam = caller.client("iam")
    iam.update_account_password_policy(MinimumPasswordLength=20, MaxPasswordAge=90, RequireSymbols=True)
    forget(caller)
    assert iam.get_account_password_policy()["PasswordPolicy"] == {
        "MinimumPasswordLength": 20,
        "RequireSymbols": True,
        "RequireNumbers": False,
        "RequireUppercaseCharacters": False,
        "RequireLowercaseCharacters": False,
        "AllowUsersToChangePassword": False,
        "ExpirePasswords": True,
        "MaxPasswordAge": 90,
    }
    iam.delete_account_password_policy()
    assert refused(iam.delete_account_password_policy)[0] == "NoSuchEntity"
    assert refused(iam.get_account_password_policy)[0] == "NoSuchEntity"
    assert refused(iam.update_account_password_policy, MinimumPasswordLength=200)[0] == "ValidationError"


@pytest.mark.parametrize(
    ("password", "missing"),
    [
        ("Aa1!", "have a minimum length of 10"),
        ("aaaaaaaa1!", "have at least one uppercase letter"),
        ("AAAAAAAA1!", "have at least one lowercase letter"),
        ("Aaaaaaaaa!", "have at least one number"),
        ("Aaaaaaaaa1", "have at least one symbol"),
    ],
)
def test_each_rule_of_the_policy_is_enforced(caller: Caller, password: str, missing: str) -> None:
    iam = caller.client("iam")
    iam.update_account_password_policy(
        MinimumPasswordLength=10,
        RequireSymbols=True,
        RequireNumbers=True,
        RequireUppercaseCharacters=True,
        RequireLowercaseCharacters=True,
    )
    iam.create_user(UserName="ann")
    refusal = ("PasswordPolicyViolation", f"Password should {missing}")
    assert refused(iam.create_login_profile, UserName="ann", Password=password) == refusal
    iam.create_login_profile(UserName="ann", Password="Aaaaaaaaa1!")
    assert refused(iam.update_login_profile, UserName="ann", Password=password) == refusal


def test_former_passwords_are_not_taken_again(caller: Caller) -> None:
    iam = caller.client("iam")
    iam.update_account_password_policy(PasswordReusePrevention=2)
    iam.create_user(UserName="ann")
    iam.create_login_profile(UserName="ann", Password="first-1")
    iam.update_login_profile(UserName="ann", Password="second-2")
    forget(caller)
    assert refused(iam.update_login_profile, UserName="ann", Password="first-1")[0] == "PasswordPolicyViolation"
    iam.update_login_profile(UserName="ann", Password="third-3")
    iam.update_login_profile(UserName="ann", Password="first-1")


def test_users_change_their_own_password(caller: Caller) -> None:
    iam = caller.client("iam")
    own = new_user(caller, "ann").client("iam")
    assert refused(own.change_password, OldPassword="a", NewPassword=GOOD) == (
        "NoSuchEntity",
        "Login Profile for User ann cannot be found.",
    )
    iam.create_login_profile(UserName="ann", Password=GOOD, PasswordResetRequired=True)
    assert refused(own.change_password, OldPassword="wrong", NewPassword="Another-horse-8")[0] == "AccessDenied"
    assert refused(own.change_password, OldPassword=GOOD, NewPassword="a")[0] == "PasswordPolicyViolation"
    own.change_password(OldPassword=GOOD, NewPassword="Another-horse-8")
    forget(caller)
    assert iam.get_login_profile(UserName="ann")["LoginProfile"]["PasswordResetRequired"] is False
    assert refused(own.change_password, OldPassword=GOOD, NewPassword=GOOD)[0] == "AccessDenied"


def test_no_password_is_stored_or_recorded(caller: Caller) -> None:
    iam = caller.client("iam")
    iam.create_user(UserName="ann")
    iam.create_login_profile(UserName="ann", Password=GOOD)
    world = worlds.opened(caller.account.environment_id)
    assert GOOD not in str(world.native("iam", caller.account.pk))
    with world.entered():
        assert world.backend("iam", caller.account.pk, "aws").users["ann"].password is None
    assert GOOD not in str([event.record for event in caller.events()])
