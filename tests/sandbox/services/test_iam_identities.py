"""Users, groups and roles: names, conflicts on deletion, limits, boundaries."""

from collections.abc import Callable

import pytest

from tests.sandbox.conftest import Caller
from tests.sandbox.services.iam_cases import answer_of, document, forget, new_user, refused, trust

ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"


def test_ids_tell_the_kind_and_dates_are_whole_seconds(caller: Caller) -> None:
    iam = caller.client("iam")
    user = iam.create_user(UserName="ann")["User"]
    assert (user["UserId"][:4], user["CreateDate"].microsecond) == ("AIDA", 0)
    assert b"000Z" not in answer_of(caller)
    assert iam.create_group(GroupName="g")["Group"]["GroupId"].startswith("AGPA")
    assert iam.create_role(RoleName="r", AssumeRolePolicyDocument=trust())["Role"]["RoleId"].startswith("AROA")
    assert iam.create_policy(PolicyName="p", PolicyDocument=document())["Policy"]["PolicyId"].startswith("ANPA")
    profile = iam.create_instance_profile(InstanceProfileName="i")["InstanceProfile"]
    assert profile["InstanceProfileId"].startswith("AIPA")
    ids = {user["UserId"], profile["InstanceProfileId"]}
    assert {len(one) for one in ids} == {21}
    iam.get_user(UserName="ann")
    assert b"000Z" not in answer_of(caller)


def test_what_does_not_exist_is_not_found_in_iams_words(caller: Caller) -> None:
    iam = caller.client("iam")
    assert refused(iam.get_user, UserName="x") == ("NoSuchEntity", "The user with name x cannot be found.")
    assert refused(iam.list_attached_role_policies, RoleName="x") == (
        "NoSuchEntity",
        "The role with name x cannot be found.",
    )
    assert refused(iam.put_group_policy, GroupName="x", PolicyName="p", PolicyDocument=document()) == (
        "NoSuchEntity",
        "The group with name x cannot be found.",
    )
    assert refused(iam.get_instance_profile, InstanceProfileName="x") == (
        "NoSuchEntity",
        "Instance Profile x cannot be found.",
    )


@pytest.mark.parametrize(("first", "second"), [("ann", "ann"), ("ann", "ANN")])
def test_a_name_is_taken_in_every_case_of_letters(caller: Caller, first: str, second: str) -> None:
    iam = caller.client("iam")
    iam.create_user(UserName=first)
    iam.create_group(GroupName=first)
    iam.create_role(RoleName=first, AssumeRolePolicyDocument=trust())
    message = f"with name {second} already exists."
    assert refused(iam.create_user, UserName=second) == ("EntityAlreadyExists", f"User {message}")
    assert refused(iam.create_group, GroupName=second) == ("EntityAlreadyExists", f"Group {message}")
    assert refused(iam.create_role, RoleName=second, AssumeRolePolicyDocument=trust()) == (
        "EntityAlreadyExists",
        f"Role {message}",
    )


def test_names_that_iam_does_not_take(caller: Caller) -> None:
    iam = caller.client("iam")
    assert refused(iam.create_user, UserName="a b") == (
        "ValidationError",
        "The specified value for userName is invalid. It must contain only alphanumeric characters and/or the "
        "following: +=,.@_-",
    )
    long = "r" * 65
    assert refused(iam.create_role, RoleName=long, AssumeRolePolicyDocument=trust()) == (
        "ValidationError",
        f"1 validation error detected: Value '{long}' at 'roleName' failed to satisfy constraint: Member must have "
        "length less than or equal to 64",
    )
    code, message = refused(iam.create_user, UserName="ann", Path="no-slash")
    assert (code, "at 'path'" in message) == ("ValidationError", True)
    assert refused(iam.create_user, UserName="ünï")[0] == "ValidationError"


def test_a_user_is_deleted_only_when_nothing_hangs_on_it(caller: Caller) -> None:
    iam = caller.client("iam")
    iam.create_group(GroupName="g")
    iam.create_user(UserName="ann")
    iam.add_user_to_group(GroupName="g", UserName="ann")
    iam.put_user_policy(UserName="ann", PolicyName="p", PolicyDocument=document())
    iam.attach_user_policy(UserName="ann", PolicyArn=ADMINISTRATOR)
    key = iam.create_access_key(UserName="ann")["AccessKey"]["AccessKeyId"]
    iam.create_login_profile(UserName="ann", Password="Correct-horse-7")
    undo: list[tuple[str, Callable[[], object]]] = [
        ("remove users from group", lambda: iam.remove_user_from_group(GroupName="g", UserName="ann")),
        ("delete policies", lambda: iam.delete_user_policy(UserName="ann", PolicyName="p")),
        ("detach all policies", lambda: iam.detach_user_policy(UserName="ann", PolicyArn=ADMINISTRATOR)),
        ("delete access keys", lambda: iam.delete_access_key(UserName="ann", AccessKeyId=key)),
        ("delete login profile", lambda: iam.delete_login_profile(UserName="ann")),
    ]
    for what, step in undo:
        assert refused(iam.delete_user, UserName="ann") == (
            "DeleteConflict",
            f"Cannot delete entity, must {what} first.",
        )
        step()
    iam.delete_user(UserName="ann")
    forget(caller)
    assert refused(iam.get_user, UserName="ann")[0] == "NoSuchEntity"


def test_groups_roles_and_instance_profiles_in_use_are_not_deleted(caller: Caller) -> None:
    iam = caller.client("iam")
    iam.create_group(GroupName="g")
    iam.add_user_to_group(GroupName="g", UserName="learner")
    iam.create_role(RoleName="r", AssumeRolePolicyDocument=trust())
    iam.put_role_policy(RoleName="r", PolicyName="p", PolicyDocument=document())
    iam.create_instance_profile(InstanceProfileName="i")
    iam.add_role_to_instance_profile(InstanceProfileName="i", RoleName="r")
    first = "Cannot delete entity, must {} first."
    assert refused(iam.delete_group, GroupName="g") == ("DeleteConflict", first.format("remove users from group"))
    from_profile = ("DeleteConflict", first.format("remove roles from instance profile"))
    assert refused(iam.delete_role, RoleName="r") == from_profile
    assert refused(iam.delete_instance_profile, InstanceProfileName="i") == from_profile
    iam.remove_role_from_instance_profile(InstanceProfileName="i", RoleName="r")
    assert refused(iam.delete_role, RoleName="r") == ("DeleteConflict", first.format("delete policies"))
    iam.delete_role_policy(RoleName="r", PolicyName="p")
    iam.attach_role_policy(RoleName="r", PolicyArn=ADMINISTRATOR)
    assert refused(iam.delete_role, RoleName="r") == ("DeleteConflict", first.format("detach all policies"))
    iam.remove_user_from_group(GroupName="g", UserName="learner")
    iam.put_group_policy(GroupName="g", PolicyName="p", PolicyDocument=document())
    assert refused(iam.delete_group, GroupName="g") == ("DeleteConflict", first.format("delete policies"))
    iam.delete_group_policy(GroupName="g", PolicyName="p")
    iam.delete_group(GroupName="g")


def test_an_instance_profile_holds_one_role(caller: Caller) -> None:
    iam = caller.client("iam")
    iam.create_instance_profile(InstanceProfileName="i")
    for name in ("a", "b"):
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust())
    assert refused(iam.remove_role_from_instance_profile, InstanceProfileName="i", RoleName="a")[0] == "NoSuchEntity"
    iam.add_role_to_instance_profile(InstanceProfileName="i", RoleName="a")
    assert refused(iam.add_role_to_instance_profile, InstanceProfileName="i", RoleName="b") == (
        "LimitExceeded",
        "Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1",
    )


def test_a_user_is_in_ten_groups_at_most(caller: Caller) -> None:
    iam = caller.client("iam")
    for number in range(11):
        iam.create_group(GroupName=f"g{number}")
    for number in range(10):
        iam.add_user_to_group(GroupName=f"g{number}", UserName="learner")
    iam.add_user_to_group(GroupName="g0", UserName="learner")
    assert refused(iam.add_user_to_group, GroupName="g10", UserName="learner") == (
        "LimitExceeded",
        "Cannot exceed quota for GroupsPerUser: 10",
    )


def test_a_renamed_user_keeps_tags_keys_and_groups(caller: Caller) -> None:
    iam = caller.client("iam")
    other = new_user(caller, "ann")
    iam.tag_user(UserName="ann", Tags=[{"Key": "team", "Value": "blue"}])
    iam.create_user(UserName="bob")
    assert refused(iam.update_user, UserName="ann", NewUserName="Bob")[0] == "EntityAlreadyExists"
    iam.update_user(UserName="ann", NewUserName="anna", NewPath="/people/")
    forget(caller)
    found = other.client("iam").get_user()["User"]
    assert (found["UserName"], found["Path"]) == ("anna", "/people/")
    assert found["Arn"].endswith(":user/people/anna")
    assert found["Tags"] == [{"Key": "team", "Value": "blue"}]
    assert len(iam.list_access_keys(UserName="anna")["AccessKeyMetadata"]) == 1


def test_a_boundary_of_a_user_is_kept(caller: Caller) -> None:
    iam = caller.client("iam")
    bound = iam.create_policy(PolicyName="bound", PolicyDocument=document())["Policy"]["Arn"]
    made = iam.create_user(UserName="ann", PermissionsBoundary=bound)["User"]
    assert made["PermissionsBoundary"]["PermissionsBoundaryArn"] == bound
    forget(caller)
    assert iam.get_user(UserName="ann")["User"]["PermissionsBoundary"] == made["PermissionsBoundary"]
    assert iam.get_policy(PolicyArn=bound)["Policy"]["PermissionsBoundaryUsageCount"] == 1
    iam.delete_user_permissions_boundary(UserName="ann")
    assert "PermissionsBoundary" not in iam.get_user(UserName="ann")["User"]
    assert refused(iam.delete_user_permissions_boundary, UserName="ann")[0] == "NoSuchEntity"
    missing = bound + "2"
    assert refused(iam.put_user_permissions_boundary, UserName="ann", PermissionsBoundary=missing)[0] == "NoSuchEntity"
    iam.put_user_permissions_boundary(UserName="ann", PermissionsBoundary=bound)
    assert iam.get_user(UserName="ann")["User"]["PermissionsBoundary"] == made["PermissionsBoundary"]


def test_lists_come_in_pages_and_by_path(caller: Caller) -> None:
    iam = caller.client("iam")
    for name in ("a", "b", "c"):
        iam.create_user(UserName=name, Path="/team/")
    first = iam.list_users(PathPrefix="/team/", MaxItems=2)
    assert ([one["UserName"] for one in first["Users"]], first["IsTruncated"]) == (["a", "b"], True)
    second = iam.list_users(PathPrefix="/team/", MaxItems=2, Marker=first["Marker"])
    assert ([one["UserName"] for one in second["Users"]], second["IsTruncated"]) == (["c"], False)
    assert refused(iam.list_users, Marker="nonsense") == ("ValidationError", "Invalid Marker.")
