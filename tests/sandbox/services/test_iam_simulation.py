"""The policy simulator answers as the engine decides."""

import json
from typing import Any

from sandbox.environments import create_environment
from sandbox.services.iam import policy_text
from tests.sandbox.conftest import Caller, make_caller
from tests.sandbox.services.iam_cases import document, new_user, refused, trust

BUCKET = "arn:aws:s3:::photos"


def only(results: dict[str, Any]) -> dict[str, Any]:
    (result,) = results["EvaluationResults"]
    return dict(result)


def custom(caller: Caller, *policies: str, action: str = "s3:GetObject", **more: Any) -> dict[str, Any]:
    iam = caller.client("iam")
    return only(iam.simulate_custom_policy(PolicyInputList=list(policies), ActionNames=[action], **more))


def test_the_three_answers(caller: Caller) -> None:
    allow, deny = document("s3:*"), document("s3:Get*", effect="Deny")
    allowed = custom(caller, allow)
    assert (allowed["EvalActionName"], allowed["EvalResourceName"]) == ("s3:GetObject", "*")
    assert allowed["EvalDecision"] == "allowed"
    assert [one["SourcePolicyId"] for one in allowed["MatchedStatements"]] == ["PolicyInputList.1"]
    refused_result = custom(caller, allow, deny)
    assert refused_result["EvalDecision"] == "explicitDeny"
    assert [one["SourcePolicyId"] for one in refused_result["MatchedStatements"]] == ["PolicyInputList.2"]
    implicit = custom(caller, document("sqs:*"))
    assert (implicit["EvalDecision"], implicit["MatchedStatements"]) == ("implicitDeny", [])


def test_every_action_on_every_resource_in_pages(caller: Caller) -> None:
    iam = caller.client("iam")
    question = {
        "PolicyInputList": [document("s3:GetObject", resource=f"{BUCKET}/*")],
        "ActionNames": ["s3:GetObject", "s3:PutObject"],
        "ResourceArns": [f"{BUCKET}/a", "arn:aws:s3:::other/a"],
    }
    found = iam.simulate_custom_policy(**question)["EvaluationResults"]
    assert [(one["EvalActionName"], one["EvalResourceName"], one["EvalDecision"]) for one in found] == [
        ("s3:GetObject", f"{BUCKET}/a", "allowed"),
        ("s3:GetObject", "arn:aws:s3:::other/a", "implicitDeny"),
        ("s3:PutObject", f"{BUCKET}/a", "implicitDeny"),
        ("s3:PutObject", "arn:aws:s3:::other/a", "implicitDeny"),
    ]
    specific = found[0]["ResourceSpecificResults"][0]
    assert (specific["EvalResourceName"], specific["EvalResourceDecision"]) == (f"{BUCKET}/a", "allowed")
    first = iam.simulate_custom_policy(**question, MaxItems=3)
    rest = iam.simulate_custom_policy(**question, MaxItems=3, Marker=first["Marker"])
    assert [*first["EvaluationResults"], *rest["EvaluationResults"]] == found
    assert (first["IsTruncated"], rest["IsTruncated"]) == (True, False)


def test_context_is_what_is_given(caller: Caller) -> None:
    policy = document("s3:*", Condition={"StringEquals": {"aws:RequestTag/Team": "blue"}})
    without = custom(caller, policy)
    assert (without["EvalDecision"], without["MissingContextValues"]) == ("implicitDeny", ["aws:RequestTag/Team"])
    entry = {"ContextKeyName": "AWS:requesttag/team", "ContextKeyValues": ["blue"], "ContextKeyType": "string"}
    given = custom(caller, policy, ContextEntries=[entry])
    assert (given["EvalDecision"], given["MissingContextValues"]) == ("allowed", [])
    home = document("s3:*", resource=f"{BUCKET}/${{aws:username}}/*")
    assert custom(caller, home, ResourceArns=[f"{BUCKET}/ann/x"])["MissingContextValues"] == ["aws:username"]


def test_a_boundary_bounds(caller: Caller) -> None:
    found = custom(caller, document("s3:*"), PermissionsBoundaryPolicyInputList=[document("sqs:*")])
    assert found["EvalDecision"] == "implicitDeny"
    assert found["PermissionsBoundaryDecisionDetail"] == {"AllowedByPermissionsBoundary": False}
    within = custom(caller, document("s3:*"), PermissionsBoundaryPolicyInputList=[document("s3:Get*")])
    assert (within["EvalDecision"], within["PermissionsBoundaryDecisionDetail"]) == (
        "allowed",
        {"AllowedByPermissionsBoundary": True},
    )


def test_a_principals_own_policies_count(caller: Caller) -> None:
    iam = caller.client("iam")
    new_user(caller, "ann", administrator=False)
    arn = iam.get_user(UserName="ann")["User"]["Arn"]
    iam.put_user_policy(
        UserName="ann", PolicyName="home", PolicyDocument=document("s3:*", resource=f"{BUCKET}/${{aws:username}}/*")
    )
    iam.create_group(GroupName="g")
    iam.add_user_to_group(GroupName="g", UserName="ann")
    iam.attach_group_policy(GroupName="g", PolicyArn="arn:aws:iam::aws:policy/AmazonSQSReadOnlyAccess")

    def simulate(action: str, resource: str = "*", **more: Any) -> dict[str, Any]:
        asked = {"ActionNames": [action], "ResourceArns": [resource], **more}
        return only(iam.simulate_principal_policy(PolicySourceArn=arn, **asked))

    home = simulate("s3:GetObject", f"{BUCKET}/ann/x")
    assert (home["EvalDecision"], home["MissingContextValues"]) == ("allowed", [])
    (matched,) = home["MatchedStatements"]
    assert (matched["SourcePolicyId"], matched["SourcePolicyType"]) == ("user_ann_home", "user")
    assert simulate("s3:GetObject", f"{BUCKET}/bob/x")["EvalDecision"] == "implicitDeny"
    by_group = simulate("sqs:ListQueues")["MatchedStatements"][0]
    assert (by_group["SourcePolicyId"], by_group["SourcePolicyType"]) == ("AmazonSQSReadOnlyAccess", "aws-managed")
    assert simulate("sqs:ListQueues", PolicyInputList=[document("sqs:*", effect="Deny")])["EvalDecision"] == (
        "explicitDeny"
    )
    bound = iam.create_policy(PolicyName="bound", PolicyDocument=document("s3:*"))["Policy"]["Arn"]
    iam.put_user_permissions_boundary(UserName="ann", PermissionsBoundary=bound)
    bounded = simulate("sqs:ListQueues")
    assert (bounded["EvalDecision"], bounded["PermissionsBoundaryDecisionDetail"]) == (
        "implicitDeny",
        {"AllowedByPermissionsBoundary": False},
    )
    keys = iam.get_context_keys_for_principal_policy(PolicySourceArn=arn)["ContextKeyNames"]
    assert keys == ["aws:username"]


def test_roles_and_keys_need_no_resource_policy_to_be_simulated(caller: Caller) -> None:
    iam = caller.client("iam")
    iam.create_role(RoleName="r", AssumeRolePolicyDocument=trust())
    iam.put_role_policy(RoleName="r", PolicyName="p", PolicyDocument=document("kms:Decrypt"))
    key = f"arn:aws:kms:eu-west-1:{caller.account.pk}:key/1"
    role = f"arn:aws:iam::{caller.account.pk}:role/r"
    asked = {"PolicySourceArn": role, "ActionNames": ["kms:Decrypt"], "ResourceArns": [key]}
    assert only(iam.simulate_principal_policy(**asked))["EvalDecision"] == "allowed"


def test_a_resource_policy_and_the_other_account(caller: Caller) -> None:
    ann = f"arn:aws:iam::{caller.account.pk}:user/ann"
    statement = {"Effect": "Allow", "Principal": {"AWS": ann}, "Action": "s3:GetObject", "Resource": f"{BUCKET}/*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    asked: dict[str, Any] = {"ResourceArns": [f"{BUCKET}/x"], "ResourcePolicy": policy, "CallerArn": ann}
    nothing = document("sqs:*")
    at_home = custom(caller, nothing, **asked)
    assert at_home["EvalDecision"] == "allowed"
    assert at_home["MatchedStatements"][0]["SourcePolicyId"] == "ResourcePolicy"
    elsewhere = custom(caller, nothing, **asked, ResourceOwner="111122223333")
    assert (elsewhere["EvalDecision"], elsewhere["EvalDecisionDetails"]) == (
        "implicitDeny",
        {"IAM Policy": "implicitDeny", "Resource Policy": "allowed"},
    )
    both = custom(caller, document("s3:*"), **asked, ResourceOwner="111122223333")
    assert both["EvalDecision"] == "allowed"


def test_what_is_no_question(caller: Caller) -> None:
    iam = caller.client("iam")
    missing = f"arn:aws:iam::{caller.account.pk}:user/missing"
    asked = {"ActionNames": ["s3:GetObject"]}
    assert refused(iam.simulate_principal_policy, PolicySourceArn=missing, **asked)[0] == "NoSuchEntity"
    bucket = "arn:aws:s3:::a-bucket-of-mine"
    assert refused(iam.simulate_principal_policy, PolicySourceArn=bucket, **asked)[0] == "InvalidInput"
    for policy, action in (("{}", "s3:GetObject"), (document(), "s3:Nothing"), (document(), "s3:*")):
        code, _ = refused(iam.simulate_custom_policy, PolicyInputList=[policy], ActionNames=[action])
        assert code == "InvalidInput"
    call: dict[str, Any] = {"PolicyInputList": [document()], **asked, "ResourcePolicy": document()}
    assert refused(iam.simulate_custom_policy, **call)[0] == "InvalidInput"
    role = f"arn:aws:sts::{caller.account.pk}:assumed-role/r/s"
    assert refused(iam.simulate_custom_policy, **call, CallerArn=role)[0] == "InvalidInput"


def test_an_organization_bounds_its_members(db: None) -> None:
    one, two = (
        make_caller(account) for account in create_environment(aliases=("one", "two")).accounts.order_by("alias")
    )
    organizations = one.client("organizations")
    organizations.create_organization(FeatureSet="ALL")
    made = organizations.create_account(Email="two@example.com", AccountName="two")["CreateAccountStatus"]
    assert made["AccountId"] == two.account.pk
    root = organizations.list_roots()["Roots"][0]["Id"]
    organizations.enable_policy_type(RootId=root, PolicyType="SERVICE_CONTROL_POLICY")
    scp = organizations.create_policy(
        Content=document("s3:*", effect="Deny"), Description="", Name="no-s3", Type="SERVICE_CONTROL_POLICY"
    )["Policy"]["PolicySummary"]["Id"]
    organizations.attach_policy(PolicyId=scp, TargetId=str(two.account.pk))
    learner = f"arn:aws:iam::{two.account.pk}:user/learner"
    found = {}
    for action in ("s3:GetObject", "sqs:ListQueues"):
        result = only(two.client("iam").simulate_principal_policy(PolicySourceArn=learner, ActionNames=[action]))
        found[action] = result["EvalDecision"], result["OrganizationsDecisionDetail"]["AllowedByOrganizations"]
    assert found == {"s3:GetObject": ("explicitDeny", False), "sqs:ListQueues": ("allowed", True)}


def test_context_keys_of_policies(caller: Caller) -> None:
    policy = document(
        "s3:*",
        resource=f"{BUCKET}/${{aws:PrincipalTag/team, 'none'}}/${{*}}",
        Condition={"StringLike": {"s3:prefix": ["${aws:username}/*", "x"]}, "Bool": {"aws:SecureTransport": True}},
    )
    found = caller.client("iam").get_context_keys_for_custom_policy(PolicyInputList=[policy])["ContextKeyNames"]
    assert found == ["aws:PrincipalTag/team", "aws:SecureTransport", "aws:username", "s3:prefix"]


def test_where_a_statement_stands() -> None:
    text = '{\n  "Version": "2012-10-17",\n  "Statement": [{"Sid": "a"},\n    {"Sid": "}"}\n  ]\n}'
    assert policy_text.spans(text) == [
        policy_text.Span((3, 17), (3, 29)),
        policy_text.Span((4, 5), (4, 17)),
    ]
    assert policy_text.spans('{"Statement": [], "Statement":{"Sid":"b"}}') == [policy_text.Span((1, 31), (1, 42))]
