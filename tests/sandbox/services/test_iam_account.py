"""The account as a whole: alias, summary, details, tags, credential report."""

import csv
import io
from datetime import timedelta
from urllib.parse import unquote

import pytest

from sandbox.environments import create_environment
from sandbox.services.iam import credential_report
from tests.sandbox.conftest import Caller, make_caller
from tests.sandbox.services.iam_cases import document, forget, new_user, refused, sending_all, trust


def test_an_alias_belongs_to_one_account(db: None) -> None:
    one, two = (make_caller(account) for account in create_environment(aliases=("one", "two")).accounts.all())
    one.client("iam").create_account_alias(AccountAlias="shop")
    forget(one)
    assert one.client("iam").list_account_aliases()["AccountAliases"] == ["shop"]
    other = sending_all(two.client("iam"))
    assert refused(other.create_account_alias, AccountAlias="shop") == (
        "EntityAlreadyExists",
        "The account alias shop already exists.",
    )
    assert refused(other.delete_account_alias, AccountAlias="shop") == (
        "NoSuchEntity",
        "The account alias shop cannot be found.",
    )
    for alias in ("Shop", "-shop", "a--b", "ab", "123456789012"):
        assert refused(other.create_account_alias, AccountAlias=alias)[0] in ("ValidationError", "InvalidInput")
    one.client("iam").create_account_alias(AccountAlias="store")
    assert one.client("iam").list_account_aliases()["AccountAliases"] == ["store"]
    other.create_account_alias(AccountAlias="shop")


def test_the_summary_counts(caller: Caller) -> None:
    iam = caller.client("iam")
    iam.create_group(GroupName="g")
    iam.create_role(RoleName="r", AssumeRolePolicyDocument=trust())
    arn = iam.create_policy(PolicyName="p", PolicyDocument=document())["Policy"]["Arn"]
    iam.create_policy_version(PolicyArn=arn, PolicyDocument=document())
    iam.create_virtual_mfa_device(VirtualMFADeviceName="d")
    found = iam.get_account_summary()["SummaryMap"]
    counted = ("Users", "Groups", "Roles", "Policies", "PolicyVersionsInUse", "MFADevices", "MFADevicesInUse")
    assert {name: found[name] for name in counted} == {
        "Users": 1,
        "Groups": 1,
        "Roles": 1,
        "Policies": 1,
        "PolicyVersionsInUse": 2,
        "MFADevices": 1,
        "MFADevicesInUse": 0,
    }
    assert found["UserPolicySizeQuota"] == 2048


def test_all_of_the_authorization_at_once(caller: Caller) -> None:
    iam = caller.client("iam")
    iam.create_group(GroupName="g")
    iam.add_user_to_group(GroupName="g", UserName="learner")
    iam.put_group_policy(GroupName="g", PolicyName="p", PolicyDocument=document())
    iam.create_role(RoleName="r", AssumeRolePolicyDocument=trust())
    iam.create_instance_profile(InstanceProfileName="i")
    iam.add_role_to_instance_profile(InstanceProfileName="i", RoleName="r")
    found = iam.get_account_authorization_details()
    (user,) = found["UserDetailList"]
    assert (user["GroupList"], user["AttachedManagedPolicies"][0]["PolicyName"]) == (["g"], "AdministratorAccess")
    assert found["GroupDetailList"][0]["GroupPolicyList"][0]["PolicyName"] == "p"
    assert found["RoleDetailList"][0]["InstanceProfileList"][0]["InstanceProfileName"] == "i"
    assert [policy["PolicyName"] for policy in found["Policies"]] == ["AdministratorAccess"]
    only = iam.get_account_authorization_details(Filter=["Role"])
    assert (only["UserDetailList"], only["Policies"], len(only["RoleDetailList"])) == ([], [], 1)
    page = iam.get_account_authorization_details(MaxItems=1)
    assert (page["IsTruncated"], len(page["UserDetailList"]), page["GroupDetailList"]) == (True, 1, [])
    assert "sts:AssumeRole" in unquote(str(found["RoleDetailList"][0]["AssumeRolePolicyDocument"]))


@pytest.mark.parametrize(
    ("tags", "code"),
    [
        ([{"Key": "a", "Value": "1"}, {"Key": "A", "Value": "2"}], "InvalidInput"),
        ([{"Key": "aws:owner", "Value": "me"}], "InvalidInput"),
        ([{"Key": "k" * 129, "Value": ""}], "ValidationError"),
        ([{"Key": "a", "Value": "v" * 257}], "ValidationError"),
        ([{"Key": "a!", "Value": ""}], "ValidationError"),
        ([{"Key": f"k{n}", "Value": ""} for n in range(51)], "ValidationError"),
    ],
)
def test_tags_that_iam_does_not_take(caller: Caller, tags: list[dict[str, str]], code: str) -> None:
    iam = caller.client("iam")
    assert refused(iam.create_user, UserName="ann", Tags=tags)[0] == code
    assert refused(iam.tag_user, UserName="learner", Tags=tags)[0] == code
    iam.create_role(RoleName="r", AssumeRolePolicyDocument=trust())
    assert refused(iam.tag_role, RoleName="r", Tags=tags)[0] == code


def test_tags_change_by_their_key_in_any_case(caller: Caller) -> None:
    iam = caller.client("iam")
    iam.create_instance_profile(InstanceProfileName="i")
    arn = iam.create_policy(PolicyName="p", PolicyDocument=document())["Policy"]["Arn"]
    iam.create_role(RoleName="r", AssumeRolePolicyDocument=trust())
    first, second = [{"Key": "Team", "Value": "ä b"}], [{"Key": "team", "Value": "2"}, {"Key": "x", "Value": ""}]
    for tag, untag, listed, name in (
        (iam.tag_user, iam.untag_user, iam.list_user_tags, {"UserName": "learner"}),
        (iam.tag_role, iam.untag_role, iam.list_role_tags, {"RoleName": "r"}),
        (iam.tag_policy, iam.untag_policy, iam.list_policy_tags, {"PolicyArn": arn}),
        (
            iam.tag_instance_profile,
            iam.untag_instance_profile,
            iam.list_instance_profile_tags,
            {"InstanceProfileName": "i"},
        ),
    ):
        tag(**name, Tags=first)
        assert listed(**name)["Tags"] == first
        tag(**name, Tags=second)
        untag(**name, TagKeys=["X", "unknown"])
        forget(caller)
        assert listed(**name)["Tags"] == second[:1]


def test_fifty_tags_at_most(caller: Caller) -> None:
    iam = caller.client("iam")
    iam.tag_user(UserName="learner", Tags=[{"Key": f"k{n}", "Value": ""} for n in range(50)])
    more = [{"Key": "one", "Value": ""}]
    assert refused(iam.tag_user, UserName="learner", Tags=more) == (
        "LimitExceeded",
        "Cannot exceed quota for TagsPerResource: 50",
    )


def report_of(caller: Caller) -> dict[str, dict[str, str]]:
    iam = caller.client("iam")
    assert iam.generate_credential_report()["State"] == "STARTED"
    forget(caller)
    content = iam.get_credential_report()["Content"].decode()
    return {row["user"]: row for row in csv.DictReader(io.StringIO(content))}


def test_the_credential_report_is_true(caller: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(credential_report, "TAKES", timedelta(0))
    iam = caller.client("iam")
    assert refused(iam.get_credential_report)[0] == "ReportNotPresent"
    other = new_user(caller, "ann,bob")
    other.client("sqs", region="eu-west-1").list_queues()
    iam.update_account_password_policy(MaxPasswordAge=10)
    iam.create_login_profile(UserName="ann,bob", Password="secret1")
    second = iam.create_access_key(UserName="ann,bob")["AccessKey"]["AccessKeyId"]
    iam.update_access_key(UserName="ann,bob", AccessKeyId=second, Status="Inactive")
    rows = report_of(caller)
    assert list(rows) == ["<root_account>", "ann,bob", "learner"]
    row = rows["ann,bob"]
    assert row["arn"].endswith(":user/ann,bob")
    expected = {
        "password_enabled": "true",
        "mfa_active": "false",
        "access_key_1_active": "true",
        "access_key_1_last_used_region": "eu-west-1",
        "access_key_1_last_used_service": "sqs",
        "access_key_2_active": "false",
        "access_key_2_last_used_date": "N/A",
        "cert_1_active": "false",
    }
    assert {name: row[name] for name in expected} == expected
    assert row["password_last_changed"] < row["password_next_rotation"]
    assert row["access_key_2_last_rotated"] >= row["user_creation_time"]
    assert rows["learner"]["password_enabled"] == "false"
    assert rows["<root_account>"]["password_enabled"] == "not_supported"
    assert iam.generate_credential_report()["State"] == "COMPLETE"


def test_a_report_takes_its_time_and_expires(caller: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    iam = caller.client("iam")
    iam.generate_credential_report()
    assert refused(iam.get_credential_report)[0] == "ReportInProgress"
    assert iam.generate_credential_report()["State"] == "INPROGRESS"
    monkeypatch.setattr(credential_report, "KEPT", timedelta(0))
    assert refused(iam.get_credential_report)[0] == "ReportExpired"
    assert iam.generate_credential_report()["State"] == "STARTED"
