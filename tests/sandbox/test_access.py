"""The engine decides the gateway's fourth stage: by the live policies of every type, in AWS's words."""

import json
from typing import Any

import pytest

from sandbox import worlds
from sandbox.environments import create_environment
from tests.sandbox.actors import allow, deny, make_policy, make_user, refused
from tests.sandbox.conftest import Caller, make_caller


def _bucket(caller: Caller, name: str = "docs") -> Any:
    s3 = caller.client("s3")
    s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
    s3.put_object(Bucket=name, Key="a.txt", Body=b"a")
    return s3


def _bucket_policy(principal: Any, *actions: str, bucket: str = "docs", **elements: Any) -> str:
    statement = {
        "Effect": "Allow",
        "Principal": principal,
        "Action": list(actions),
        "Resource": [f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/*"],
        **elements,
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def test_who_has_no_policy_is_refused_and_told_the_action_and_the_resource(caller: Caller) -> None:
    bob = make_user(caller, "bob")
    arn = f"arn:aws:iam::{caller.account.pk}:user/bob"
    code, status, message = refused(bob.client("dynamodb").describe_table, TableName="books")
    assert (code, status) == ("AccessDeniedException", 400)
    assert message == (
        f"User: {arn} is not authorized to perform: dynamodb:DescribeTable on resource: "
        f"arn:aws:dynamodb:eu-central-1:{caller.account.pk}:table/books because no identity-based policy allows "
        "the dynamodb:DescribeTable action"
    )


def test_the_event_keeps_why(caller: Caller) -> None:
    bob = make_user(caller, "bob", allow("dynamodb:*", resource="arn:aws:dynamodb:*:*:table/films"))
    refused(bob.client("dynamodb").describe_table, TableName="books")
    decision = caller.events()[-1].decision
    assert decision["allowed"] is False
    (need,) = decision["needs"]
    assert (need["action"], need["verdict"], need["blockedBy"]) == (
        "dynamodb:DescribeTable",
        "ImplicitlyDenied",
        "identity-based policy",
    )
    (statement,) = need["statements"]
    assert (statement["policy"], statement["applies"]) == ("inline-0", False)
    assert statement["reason"].startswith("resource: arn:aws:dynamodb:eu-central-1:")
    assert need["context"]["aws:username"] == ["bob"]


def test_an_inline_policy_allows_what_it_says_and_no_more(caller: Caller) -> None:
    _bucket(caller)
    bob = make_user(caller, "bob", allow("s3:GetObject", resource="arn:aws:s3:::docs/*"))
    s3 = bob.client("s3")
    assert s3.get_object(Bucket="docs", Key="a.txt")["Body"].read() == b"a"
    code, status, message = refused(s3.put_object, Bucket="docs", Key="b.txt", Body=b"b")
    assert (code, status) == ("AccessDenied", 403)
    assert 's3:PutObject on resource: "arn:aws:s3:::docs/b.txt" because no identity-based policy' in message


def test_a_managed_policy_that_denies_is_named(caller: Caller) -> None:
    arn = make_policy(caller, "NoQueues", deny("sqs:CreateQueue"))
    bob = make_user(caller, "bob", allow("sqs:*"))
    caller.client("iam").attach_user_policy(UserName="bob", PolicyArn=arn)
    code, status, message = refused(bob.client("sqs").create_queue, QueueName="q")
    assert (code, status) == ("AccessDenied", 403)
    assert message.endswith(
        f"sqs:createqueue on resource: arn:aws:sqs:eu-central-1:{caller.account.pk}:q "
        f"with an explicit deny in an identity-based policy: {arn}"
    )


def test_a_groups_policy_counts_for_its_members(caller: Caller) -> None:
    iam = caller.client("iam")
    iam.create_group(GroupName="readers")
    iam.put_group_policy(GroupName="readers", PolicyName="p", PolicyDocument=json.dumps(allow("iam:ListUsers")))
    bob = make_user(caller, "bob")
    assert refused(bob.client("iam").list_users)[0] == "AccessDenied"
    iam.add_user_to_group(GroupName="readers", UserName="bob")
    assert len(bob.client("iam").list_users()["Users"]) == 2


def test_a_permissions_boundary_caps_what_policies_allow(caller: Caller) -> None:
    boundary = make_policy(caller, "OnlyS3", allow("s3:*"))
    bob = make_user(caller, "bob", allow("s3:*", "sqs:*"), boundary=boundary)
    assert bob.client("s3").list_buckets()["Buckets"] == []
    message = refused(bob.client("sqs").list_queues)[2]
    assert message.endswith("because no permissions boundary allows the sqs:ListQueues action")


def test_conditions_see_the_request(caller: Caller) -> None:
    in_europe = allow("sqs:CreateQueue", Condition={"StringLike": {"aws:RequestedRegion": "eu-*"}})
    bob = make_user(caller, "bob", in_europe)
    assert "QueueUrl" in bob.client("sqs", region="eu-west-1").create_queue(QueueName="q")
    assert refused(bob.client("sqs", region="us-east-1").create_queue, QueueName="q")[0] == "AccessDenied"


def test_variables_are_filled_from_the_caller(caller: Caller) -> None:
    _bucket(caller)
    bob = make_user(caller, "bob", allow("s3:PutObject", resource="arn:aws:s3:::docs/home/${aws:username}/*"))
    bob.client("s3").put_object(Bucket="docs", Key="home/bob/x", Body=b"")
    assert refused(bob.client("s3").put_object, Bucket="docs", Key="home/eve/x", Body=b"")[0] == "AccessDenied"


def test_a_bucket_policy_alone_suffices_in_the_same_account(caller: Caller) -> None:
    s3 = _bucket(caller)
    bob = make_user(caller, "bob")
    arn = f"arn:aws:iam::{caller.account.pk}:user/bob"
    s3.put_bucket_policy(Bucket="docs", Policy=_bucket_policy({"AWS": arn}, "s3:GetObject"))
    assert bob.client("s3").get_object(Bucket="docs", Key="a.txt")["Body"].read() == b"a"


@pytest.fixture
def neighbours(db: None) -> tuple[Caller, Caller]:
    environment = create_environment(aliases=("main", "partner"))
    by_alias = {account.alias: make_caller(account) for account in environment.accounts.all()}
    return by_alias["main"], by_alias["partner"]


def test_across_accounts_both_sides_must_allow(neighbours: tuple[Caller, Caller]) -> None:
    owner, partner = neighbours
    s3 = _bucket(owner)
    visitor = make_user(partner, "visitor")
    wanted = {"Bucket": "docs", "Key": "a.txt"}
    assert refused(visitor.client("s3").get_object, **wanted)[2] == "Access Denied"
    s3.put_bucket_policy(Bucket="docs", Policy=_bucket_policy({"AWS": partner.account.pk}, "s3:GetObject"))
    assert refused(visitor.client("s3").get_object, **wanted)[0] == "AccessDenied"
    partner.client("iam").put_user_policy(
        UserName="visitor",
        PolicyName="p",
        PolicyDocument=json.dumps(allow("s3:GetObject", resource="arn:aws:s3:::docs/*")),
    )
    assert visitor.client("s3").get_object(**wanted)["Body"].read() == b"a"
    assert refused(visitor.client("s3").put_object, **wanted, Body=b"")[0] == "AccessDenied"


def test_a_queue_of_another_account_is_used_in_its_owners_account(neighbours: tuple[Caller, Caller]) -> None:
    owner, partner = neighbours
    policy = {
        "Version": "2012-10-17",
        "Statement": {
            "Effect": "Allow",
            "Principal": {"AWS": partner.account.pk},
            "Action": "sqs:SendMessage",
            "Resource": "*",
        },
    }
    url = owner.client("sqs").create_queue(QueueName="inbox", Attributes={"Policy": json.dumps(policy)})["QueueUrl"]
    partner.client("sqs").send_message(QueueUrl=url, MessageBody="hello")
    assert refused(partner.client("sqs").receive_message, QueueUrl=url)[0] == "AccessDenied"
    assert owner.client("sqs").receive_message(QueueUrl=url)["Messages"][0]["Body"] == "hello"


def test_a_public_bucket_policy_is_cut_at_the_account_by_block_public_access(
    neighbours: tuple[Caller, Caller],
) -> None:
    owner, partner = neighbours
    s3 = _bucket(owner)
    everything_off = dict.fromkeys(
        ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), False
    )
    s3.put_public_access_block(Bucket="docs", PublicAccessBlockConfiguration=everything_off)
    s3.put_bucket_policy(Bucket="docs", Policy=_bucket_policy("*", "s3:GetObject"))
    wanted = {"Bucket": "docs", "Key": "a.txt"}
    assert partner.client("s3").get_object(**wanted)["Body"].read() == b"a"
    s3.put_public_access_block(
        Bucket="docs", PublicAccessBlockConfiguration=everything_off | {"RestrictPublicBuckets": True}
    )
    assert refused(partner.client("s3").get_object, **wanted)[0] == "AccessDenied"
    assert s3.get_object(**wanted)["Body"].read() == b"a"


def test_a_service_control_policy_binds_the_members_administrator(neighbours: tuple[Caller, Caller]) -> None:
    management, member = neighbours
    organizations = management.client("organizations")
    organizations.create_organization(FeatureSet="ALL")
    root = organizations.list_roots()["Roots"][0]["Id"]
    organizations.enable_policy_type(RootId=root, PolicyType="SERVICE_CONTROL_POLICY")
    organizations.create_account(Email="partner@example.com", AccountName="partner")
    policy = organizations.create_policy(
        Name="NoQueues", Description="-", Type="SERVICE_CONTROL_POLICY", Content=json.dumps(deny("sqs:CreateQueue"))
    )["Policy"]["PolicySummary"]
    organizations.attach_policy(PolicyId=policy["Id"], TargetId=member.account.pk)
    code, _, message = refused(member.client("sqs").create_queue, QueueName="q")
    assert code == "AccessDenied"
    assert message.endswith(f"with an explicit deny in a service control policy: {policy['Arn']}")
    management.client("sqs").create_queue(QueueName="q")


def test_a_key_that_does_not_let_iam_in_refuses_the_administrator(caller: Caller) -> None:
    bob = make_user(caller, "bob", allow("kms:*"))
    kms = caller.client("kms")
    arn = f"arn:aws:iam::{caller.account.pk}:user/learner"
    only_me = {
        "Version": "2012-10-17",
        "Statement": {"Effect": "Allow", "Principal": {"AWS": arn}, "Action": "kms:*", "Resource": "*"},
    }
    key = kms.create_key(Policy=json.dumps(only_me))["KeyMetadata"]
    code, status, message = refused(bob.client("kms").describe_key, KeyId=key["KeyId"])
    assert (code, status) == ("AccessDeniedException", 400)
    assert message.endswith(
        f"kms:DescribeKey on resource: {key['Arn']} because no resource-based policy allows the kms:DescribeKey action"
    )
    assert kms.describe_key(KeyId=key["KeyId"])["KeyMetadata"]["Arn"] == key["Arn"]


def test_a_grant_allows_what_no_policy_does(caller: Caller) -> None:
    bob = make_user(caller, "bob")
    kms = caller.client("kms")
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    kms.create_grant(
        KeyId=key,
        GranteePrincipal=f"arn:aws:iam::{caller.account.pk}:user/bob",
        Operations=["Encrypt"],
        Constraints={"EncryptionContextSubset": {"department": "it"}},
    )
    encrypt = bob.client("kms").encrypt
    assert encrypt(KeyId=key, Plaintext=b"x", EncryptionContext={"department": "it", "n": "1"})["CiphertextBlob"]
    assert refused(encrypt, KeyId=key, Plaintext=b"x")[0] == "AccessDeniedException"
    assert refused(bob.client("kms").describe_key, KeyId=key)[0] == "AccessDeniedException"


def test_passing_a_role_needs_pass_role(caller: Caller) -> None:
    trust = {
        "Version": "2012-10-17",
        "Statement": {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"},
    }
    role = caller.client("iam").create_role(RoleName="worker", AssumeRolePolicyDocument=json.dumps(trust))["Role"]
    function = {
        "FunctionName": "f",
        "Runtime": "python3.12",
        "Handler": "f.handler",
        "Role": role["Arn"],
        "Code": {"ZipFile": b"x"},
    }
    bob = make_user(caller, "bob", allow("lambda:*"))
    code, status, message = refused(bob.client("lambda").create_function, **function)
    assert (code, status) == ("AccessDeniedException", 403)
    assert f"iam:PassRole on resource: {role['Arn']}" in message
    to_lambda = {"StringEquals": {"iam:PassedToService": "lambda.amazonaws.com"}}
    caller.client("iam").put_user_policy(
        UserName="bob",
        PolicyName="pass",
        PolicyDocument=json.dumps(allow("iam:PassRole", resource=role["Arn"], Condition=to_lambda)),
    )
    assert bob.client("lambda").create_function(**function)["FunctionName"] == "f"


def test_ec2_hides_its_reasons_in_a_message_that_decodes(caller: Caller) -> None:
    bob = make_user(caller, "bob")
    code, status, message = refused(bob.client("ec2").delete_vpc, VpcId="vpc-12345678")
    assert (code, status) == ("UnauthorizedOperation", 403)
    assert message.startswith("You are not authorized to perform this operation. User: arn:aws:iam::")
    encoded = message.rpartition("Encoded authorization failure message: ")[2]
    decoded = json.loads(caller.client("sts").decode_authorization_message(EncodedMessage=encoded)["DecodedMessage"])
    assert (decoded["allowed"], decoded["explicitDeny"]) == (False, False)
    assert decoded["context"]["action"] == "ec2:DeleteVpc"
    assert decoded["context"]["resource"] == f"arn:aws:ec2:eu-central-1:{caller.account.pk}:vpc/vpc-12345678"


def test_describing_ec2_shows_neither_resource_nor_message(caller: Caller) -> None:
    bob = make_user(caller, "bob")
    message = refused(bob.client("ec2").describe_instances)[2]
    assert "on resource" not in message and "Encoded" not in message


def test_iam_names_the_user_and_links_to_the_explanation(caller: Caller) -> None:
    bob = make_user(caller, "bob")
    message = refused(bob.client("iam").list_attached_user_policies, UserName="learner")[2]
    event = caller.events()[-1]
    assert "iam:ListAttachedUserPolicies on resource: user learner because no identity-based policy" in message
    assert message.endswith(f"with the following authorization id: {event.event_id}") or str(event.event_id) in message


def test_the_password_policy_lets_users_change_their_own_password(caller: Caller) -> None:
    iam = caller.client("iam")
    bob = make_user(caller, "bob")
    iam.create_login_profile(UserName="bob", Password="Correct-Horse-7")
    change = {"OldPassword": "Correct-Horse-7", "NewPassword": "Battery-Staple-8"}
    assert refused(bob.client("iam").change_password, **change)[0] == "AccessDenied"
    iam.update_account_password_policy(AllowUsersToChangePassword=True)
    bob.client("iam").change_password(**change)
    iam.put_user_policy(UserName="bob", PolicyName="no", PolicyDocument=json.dumps(deny("iam:ChangePassword")))
    again = {"OldPassword": "Battery-Staple-8", "NewPassword": "Correct-Horse-9"}
    assert "with an explicit deny" in refused(bob.client("iam").change_password, **again)[2]


def test_a_change_of_policies_counts_at_once_in_every_process(caller: Caller) -> None:
    bob = make_user(caller, "bob", allow("sqs:ListQueues"))
    sqs, iam = bob.client("sqs"), caller.client("iam")
    sqs.list_queues()
    iam.delete_user_policy(UserName="bob", PolicyName="inline-0")
    assert refused(sqs.list_queues)[0] == "AccessDenied"
    # Another process stores the policy again; this one only reads what was stored.
    here = worlds.opened(caller.account.environment_id)
    worlds.drop(caller.account.environment_id)
    iam.put_user_policy(UserName="bob", PolicyName="p", PolicyDocument=json.dumps(allow("sqs:ListQueues")))
    worlds._loaded[caller.account.environment_id] = here
    sqs.list_queues()
    iam.tag_user(UserName="bob", Tags=[{"Key": "team", "Value": "blue"}])
    by_tag = allow("sns:ListTopics", Condition={"StringEquals": {"aws:PrincipalTag/team": "blue"}})
    iam.put_user_policy(UserName="bob", PolicyName="tag", PolicyDocument=json.dumps(by_tag))
    bob.client("sns").list_topics()
    iam.untag_user(UserName="bob", TagKeys=["team"])
    assert refused(bob.client("sns").list_topics)[0] == "AuthorizationError"
