"""Managed and inline policies: versions, attachments, sizes."""

import json

from tests.sandbox.conftest import Caller
from tests.sandbox.services.iam_cases import document, forget, refused, sending_all, trust

READ_ONLY = "arn:aws:iam::aws:policy/ReadOnlyAccess"


def long_document(size: int) -> str:
    """A policy of so many characters, white space not counted."""
    start = len("".join(document("s3:GetObject", resource="arn:aws:s3:::").split()))
    return document("s3:GetObject", resource="arn:aws:s3:::" + "a" * (size - start))


def make_policy(caller: Caller, name: str = "p") -> str:
    return str(caller.client("iam").create_policy(PolicyName=name, PolicyDocument=document())["Policy"]["Arn"])


def test_a_policy_has_five_versions_at_most(caller: Caller) -> None:
    iam, arn = caller.client("iam"), make_policy(caller)
    for _ in range(4):
        iam.create_policy_version(PolicyArn=arn, PolicyDocument=document("sqs:*"))
    assert refused(iam.create_policy_version, PolicyArn=arn, PolicyDocument=document()) == (
        "LimitExceeded",
        "A managed policy can have up to 5 versions. Before you create a new version, you must delete an existing "
        "version.",
    )
    assert refused(iam.delete_policy_version, PolicyArn=arn, VersionId="v1") == (
        "DeleteConflict",
        "Cannot delete the default version of a policy.",
    )
    iam.set_default_policy_version(PolicyArn=arn, VersionId="v5")
    iam.delete_policy_version(PolicyArn=arn, VersionId="v1")
    forget(caller)
    assert iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"] == "v5"
    iam.set_default_policy_version(PolicyArn=arn, VersionId="v5")
    versions = iam.list_policy_versions(PolicyArn=arn)["Versions"]
    assert {one["VersionId"]: one["IsDefaultVersion"] for one in versions} == {
        "v2": False,
        "v3": False,
        "v4": False,
        "v5": True,
    }
    assert iam.create_policy_version(PolicyArn=arn, PolicyDocument=document())["PolicyVersion"]["VersionId"] == "v6"
    missing = ("NoSuchEntity", f"Policy {arn} version v1 does not exist or is not attachable.")
    for call in (iam.get_policy_version, iam.delete_policy_version, iam.set_default_policy_version):
        assert refused(call, PolicyArn=arn, VersionId="v1") == missing


def test_a_policy_in_use_is_not_deleted(caller: Caller) -> None:
    iam, arn = caller.client("iam"), make_policy(caller)
    iam.create_policy_version(PolicyArn=arn, PolicyDocument=document(), SetAsDefault=True)
    iam.attach_user_policy(UserName="learner", PolicyArn=arn)
    assert refused(iam.delete_policy, PolicyArn=arn) == (
        "DeleteConflict",
        "Cannot delete a policy attached to entities.",
    )
    iam.detach_user_policy(UserName="learner", PolicyArn=arn)
    assert refused(iam.delete_policy, PolicyArn=arn) == (
        "DeleteConflict",
        "This policy has more than one version. Before you delete a policy, you must delete the policy's versions. "
        "The default version is deleted with the policy.",
    )
    iam.delete_policy_version(PolicyArn=arn, VersionId="v1")
    iam.create_role(RoleName="r", AssumeRolePolicyDocument=trust(), PermissionsBoundary=arn)
    assert refused(iam.delete_policy, PolicyArn=arn)[0] == "DeleteConflict"
    iam.delete_role_permissions_boundary(RoleName="r")
    iam.delete_policy(PolicyArn=arn)
    forget(caller)
    assert refused(iam.get_policy, PolicyArn=arn) == ("NoSuchEntity", f"Policy {arn} was not found.")


def test_aws_policies_are_not_changed(caller: Caller) -> None:
    iam = caller.client("iam")
    for call, more in (
        (iam.create_policy_version, {"PolicyDocument": document()}),
        (iam.delete_policy, {}),
        (iam.set_default_policy_version, {"VersionId": "v1"}),
        (iam.delete_policy_version, {"VersionId": "v1"}),
        (iam.tag_policy, {"Tags": [{"Key": "a", "Value": "b"}]}),
    ):
        assert refused(call, PolicyArn=READ_ONLY, **more)[0] == "AccessDenied"
    assert iam.get_policy(PolicyArn=READ_ONLY)["Policy"]["PolicyName"] == "ReadOnlyAccess"


def test_ten_managed_policies_at_most(caller: Caller) -> None:
    iam = caller.client("iam")
    iam.create_group(GroupName="g")
    arns = [make_policy(caller, f"p{number}") for number in range(11)]
    for arn in arns[:10]:
        iam.attach_group_policy(GroupName="g", PolicyArn=arn)
    iam.attach_group_policy(GroupName="g", PolicyArn=arns[0])
    assert iam.get_policy(PolicyArn=arns[0])["Policy"]["AttachmentCount"] == 1
    assert refused(iam.attach_group_policy, GroupName="g", PolicyArn=arns[10]) == (
        "LimitExceeded",
        "Cannot exceed quota for PoliciesPerGroup: 10",
    )
    missing = ("NoSuchEntity", f"Policy {arns[10]} was not found.")
    assert refused(iam.detach_group_policy, GroupName="g", PolicyArn=arns[10]) == missing


def test_what_is_no_policy_is_not_attached(caller: Caller) -> None:
    iam = caller.client("iam")
    missing = f"arn:aws:iam::{caller.account.pk}:policy/missing"
    assert refused(iam.attach_user_policy, UserName="learner", PolicyArn=missing) == (
        "NoSuchEntity",
        f"Policy {missing} does not exist or is not attachable.",
    )
    assert refused(iam.attach_user_policy, UserName="learner", PolicyArn="arn:aws:s3:::a-bucket-of-mine") == (
        "InvalidInput",
        "ARN arn:aws:s3:::a-bucket-of-mine is not valid.",
    )
    attach = sending_all(caller.client("iam")).attach_user_policy
    assert refused(attach, UserName="learner", PolicyArn="short")[0] == "ValidationError"


def test_inline_policies_together_have_a_limit(caller: Caller) -> None:
    iam = caller.client("iam")
    iam.create_user(UserName="ann")
    spaced = json.dumps(json.loads(long_document(1500)), indent=8)
    iam.put_user_policy(UserName="ann", PolicyName="a", PolicyDocument=spaced)
    assert refused(iam.put_user_policy, UserName="ann", PolicyName="b", PolicyDocument=long_document(600)) == (
        "LimitExceeded",
        "Maximum policy size of 2048 bytes exceeded for user ann",
    )
    iam.put_user_policy(UserName="ann", PolicyName="a", PolicyDocument=long_document(2048))
    iam.create_group(GroupName="g")
    assert refused(iam.put_group_policy, GroupName="g", PolicyName="a", PolicyDocument=long_document(5121)) == (
        "LimitExceeded",
        "Maximum policy size of 5120 bytes exceeded for group g",
    )
    iam.create_role(RoleName="r", AssumeRolePolicyDocument=trust())
    iam.put_role_policy(RoleName="r", PolicyName="a", PolicyDocument=long_document(10240))
    assert refused(iam.put_role_policy, RoleName="r", PolicyName="b", PolicyDocument=long_document(90)) == (
        "LimitExceeded",
        "Maximum policy size of 10240 bytes exceeded for role r",
    )
    assert refused(iam.get_role_policy, RoleName="r", PolicyName="b") == (
        "NoSuchEntity",
        "The role policy with name b cannot be found.",
    )


def test_managed_policies_have_a_limit(caller: Caller) -> None:
    iam = caller.client("iam")
    too_long = ("LimitExceeded", "Cannot exceed quota for PolicySize: 6144")
    assert refused(iam.create_policy, PolicyName="p", PolicyDocument=long_document(6145)) == too_long
    arn = iam.create_policy(PolicyName="p", PolicyDocument=long_document(6144))["Policy"]["Arn"]
    assert refused(iam.create_policy_version, PolicyArn=arn, PolicyDocument=long_document(6145)) == too_long
    assert refused(iam.create_policy, PolicyName="P", PolicyDocument=document()) == (
        "EntityAlreadyExists",
        "A policy called P already exists. Duplicate names are not allowed.",
    )


def test_who_has_a_policy(caller: Caller) -> None:
    iam, arn = caller.client("iam"), make_policy(caller)
    iam.create_group(GroupName="g")
    iam.attach_group_policy(GroupName="g", PolicyArn=arn)
    iam.attach_user_policy(UserName="learner", PolicyArn=arn)
    role = iam.create_role(RoleName="r", AssumeRolePolicyDocument=trust(), PermissionsBoundary=arn)["Role"]
    found = iam.list_entities_for_policy(PolicyArn=arn)
    assert [one["GroupName"] for one in found["PolicyGroups"]] == ["g"]
    assert [one["UserName"] for one in found["PolicyUsers"]] == ["learner"]
    assert found["PolicyRoles"] == [{"RoleName": "r", "RoleId": role["RoleId"]}]
    bounds = iam.list_entities_for_policy(PolicyArn=arn, PolicyUsageFilter="PermissionsBoundary")
    assert (bounds["PolicyGroups"], bounds["PolicyUsers"], len(bounds["PolicyRoles"])) == ([], [], 1)
    users = iam.list_entities_for_policy(PolicyArn=arn, EntityFilter="User")
    assert (users["PolicyGroups"], len(users["PolicyUsers"])) == ([], 1)


def test_policies_are_listed_by_scope_and_use(caller: Caller) -> None:
    iam, arn = caller.client("iam"), make_policy(caller)
    assert [one["Arn"] for one in iam.list_policies(Scope="Local")["Policies"]] == [arn]
    attached = iam.list_policies(OnlyAttached=True)["Policies"]
    assert [one["PolicyName"] for one in attached] == ["AdministratorAccess"]
    page = iam.list_policies(Scope="AWS", MaxItems=5)
    assert (len(page["Policies"]), page["IsTruncated"]) == (5, True)
