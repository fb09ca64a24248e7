"""Which policy documents bear on a principal or a resource."""

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from sandbox.emulator import policies
from sandbox.emulator.policies import Document
from tests.sandbox.emulator.conftest import ACCOUNT, PARTNER, Lab, make_world
from tests.sandbox.scenario import TRUST, code_zip

REGION = "eu-central-1"


def policy(action: str = "s3:GetObject", **elements: Any) -> str:
    return json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [{"Effect": "Allow", "Action": action, "Resource": "*", **elements}],
        }
    )


def read(document: Document) -> Any:
    return json.loads(document.text)


def test_a_user_has_the_policies_of_the_groups_too(lab: Lab) -> None:
    iam = lab.client("iam")
    iam.create_user(UserName="alice")
    iam.create_group(GroupName="readers")
    iam.create_group(GroupName="strangers")
    iam.add_user_to_group(UserName="alice", GroupName="readers")
    iam.put_user_policy(UserName="alice", PolicyName="own", PolicyDocument=policy("s3:One"))
    iam.put_group_policy(GroupName="readers", PolicyName="shared", PolicyDocument=policy("s3:Two"))
    iam.put_group_policy(GroupName="strangers", PolicyName="not", PolicyDocument=policy("s3:Three"))
    arn = iam.create_policy(PolicyName="kept", PolicyDocument=policy("s3:Four"))["Policy"]["Arn"]
    iam.attach_group_policy(GroupName="readers", PolicyArn=arn)
    iam.attach_user_policy(UserName="alice", PolicyArn="arn:aws:iam::aws:policy/job-function/Billing")
    found = policies.identity_policies(lab.world, ACCOUNT, user_name="alice")
    assert [document.name for document in found] == [
        "own",
        "arn:aws:iam::aws:policy/job-function/Billing",
        "shared",
        arn,
    ]
    assert found[0].text == policy("s3:One")
    assert read(found[1])["Statement"]


def test_of_a_managed_policy_the_default_version_counts(lab: Lab) -> None:
    iam = lab.client("iam")
    arn = iam.create_policy(PolicyName="kept", PolicyDocument=policy("s3:One"))["Policy"]["Arn"]
    iam.create_policy_version(PolicyArn=arn, PolicyDocument=policy("s3:Two"), SetAsDefault=True)
    iam.create_policy_version(PolicyArn=arn, PolicyDocument=policy("s3:Three"))
    iam.create_role(RoleName="worker", AssumeRolePolicyDocument=TRUST)
    iam.attach_role_policy(RoleName="worker", PolicyArn=arn)
    assert policies.identity_policies(lab.world, ACCOUNT, role_name="worker") == [Document(arn, policy("s3:Two"))]
    missing = f"arn:aws:iam::{ACCOUNT}:policy/none"
    assert policies.policies_by_arn(lab.world, ACCOUNT, [arn, missing]) == [Document(arn, policy("s3:Two")), None]


def test_managed_policies_of_aws_are_there_in_an_untouched_account(lab: Lab) -> None:
    arn = "arn:aws:iam::aws:policy/ReadOnlyAccess"
    assert policies.managed_policy(lab.world, ACCOUNT, arn) is not None
    assert policies.managed_policy(lab.world, ACCOUNT, "arn:aws:iam::aws:policy/None") is None
    assert policies.managed_policy(lab.world, ACCOUNT, "ReadOnlyAccess") is None
    assert not lab.world._backends


def test_nobody_has_no_policies(lab: Lab) -> None:
    assert policies.identity_policies(lab.world, ACCOUNT, user_name="alice") == []
    assert policies.identity_policies(lab.world, "999999999999", role_name="worker") == []
    with pytest.raises(ValueError, match="either"):
        policies.identity_policies(lab.world, ACCOUNT)


def test_a_boundary_whose_policy_is_gone_allows_nothing(lab: Lab) -> None:
    iam = lab.client("iam")
    arn = iam.create_policy(PolicyName="edge", PolicyDocument=policy())["Policy"]["Arn"]
    iam.create_role(RoleName="worker", AssumeRolePolicyDocument=TRUST, PermissionsBoundary=arn)
    iam.create_role(RoleName="free", AssumeRolePolicyDocument=TRUST)
    assert policies.permissions_boundary(lab.world, ACCOUNT, role_name="worker") == Document(arn, policy())
    assert policies.permissions_boundary(lab.world, ACCOUNT, role_name="free") is None
    iam.delete_policy(PolicyArn=arn)
    gone = policies.permissions_boundary(lab.world, ACCOUNT, role_name="worker")
    assert gone is not None
    assert read(gone)["Statement"] == []


def organize(lab: Lab) -> tuple[Any, str, str]:
    """An organization of ACCOUNT with PARTNER in a unit; its client, root and unit."""
    organizations = lab.client("organizations")
    organizations.create_organization(FeatureSet="ALL")
    root = organizations.list_roots()["Roots"][0]["Id"]
    unit = organizations.create_organizational_unit(ParentId=root, Name="teams")["OrganizationalUnit"]["Id"]
    made = organizations.create_account(Email="b@example.com", AccountName="b")["CreateAccountStatus"]
    assert made["AccountId"] == PARTNER
    organizations.move_account(AccountId=PARTNER, SourceParentId=root, DestinationParentId=unit)
    return organizations, root, unit


def test_a_member_is_bound_level_by_level_once_the_root_has_the_type_enabled(lab: Lab) -> None:
    organizations, root, unit = organize(lab)
    before = policies.organization_levels(lab.world, PARTNER)
    assert before is not None
    assert (before.service_control, before.resource_control) == ((), ())
    for kind in ("SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY"):
        organizations.enable_policy_type(RootId=root, PolicyType=kind)
    guard = organizations.create_policy(
        Name="guard", Description="", Type="SERVICE_CONTROL_POLICY", Content=policy("s3:*")
    )["Policy"]["PolicySummary"]
    organizations.attach_policy(PolicyId=guard["Id"], TargetId=unit)
    found = policies.organization_levels(lab.world, PARTNER)
    assert found is not None
    organization = organizations.describe_organization()["Organization"]["Id"]
    assert found.organization_id == organization
    assert found.master_account_id == ACCOUNT
    assert found.path == f"{organization}/{root}/{unit}/"
    full = "arn:aws:organizations::aws:policy/service_control_policy/p-FullAWSAccess"
    assert [[document.name for document in level] for level in found.service_control] == [
        [full],
        [
            full,
            f"arn:aws:organizations::{ACCOUNT}:policy/{organization}/service_control_policy/{guard['Id']}",
        ],
        [full],
    ]
    assert found.service_control[1][1].text == policy("s3:*")
    assert [len(level) for level in found.resource_control] == [1, 1, 1]


def test_the_management_account_is_in_the_organization_and_unbound(lab: Lab) -> None:
    organizations, root, _ = organize(lab)
    organizations.enable_policy_type(RootId=root, PolicyType="SERVICE_CONTROL_POLICY")
    found = policies.organization_levels(lab.world, ACCOUNT)
    assert found is not None
    assert (found.master_account_id, found.service_control) == (ACCOUNT, ())
    assert found.path == f"{found.organization_id}/{root}/"


def test_an_account_in_no_organization_has_no_levels(lab: Lab) -> None:
    lab.client("organizations").create_organization(FeatureSet="ALL")
    assert policies.organization_levels(lab.world, PARTNER) is None


def test_create_account_brings_in_the_environments_next_account_with_a_role(lab: Lab) -> None:
    organizations, _, _ = organize(lab)
    name = "OrganizationAccountAccessRole"
    assert [document.name for document in policies.identity_policies(lab.world, PARTNER, role_name=name)] == [
        "AdministratorAccess"
    ]
    trust = policies.resource_policy(lab.world, f"arn:aws:iam::{PARTNER}:role/{name}", PARTNER)
    assert trust is not None
    assert read(trust[0])["Statement"][0]["Principal"] == {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}
    member = lab.client("organizations", account=PARTNER)
    assert member.describe_organization()["Organization"]["MasterAccountId"] == ACCOUNT
    with pytest.raises(ClientError) as caught:
        organizations.create_account(Email="c@example.com", AccountName="c")
    assert caught.value.response["Error"]["Code"] == "ConstraintViolationException"


def test_membership_survives_storing_and_stays_in_its_environment(lab: Lab) -> None:
    organize(lab)
    again = lab.reloaded()
    assert policies.organization_levels(again.world, PARTNER) is not None
    stranger = Lab()
    assert policies.organization_levels(stranger.world, PARTNER) is None
    stranger.client("organizations", account=PARTNER).create_organization(FeatureSet="ALL")
    organizations = again.client("organizations")
    organizations.remove_account_from_organization(AccountId=PARTNER)
    assert policies.organization_levels(again.world, PARTNER) is None


def one(lab: Lab, arn: str, account_id: str = ACCOUNT) -> Any:
    found = policies.resource_policy(lab.world, arn, account_id)
    assert found is not None
    assert len(found) == 1
    return read(found[0])


def test_a_buckets_policy_bears_on_its_objects_and_is_found_from_any_account(lab: Lab) -> None:
    s3 = lab.client("s3", region="us-east-1")
    s3.create_bucket(Bucket="plum-otter")
    assert policies.resource_policy(lab.world, "arn:aws:s3:::plum-otter", ACCOUNT) is None
    s3.put_bucket_policy(Bucket="plum-otter", Policy=policy(Principal="*"))
    for arn in ("arn:aws:s3:::plum-otter", "arn:aws:s3:::plum-otter/a/b"):
        assert policies.resource_policy(lab.world, arn, PARTNER) == [
            Document("arn:aws:s3:::plum-otter", policy(Principal="*"))
        ]


def test_queues_and_topics_carry_policies(lab: Lab) -> None:
    sqs, sns = lab.client("sqs"), lab.client("sns")
    url = sqs.create_queue(QueueName="inbox")["QueueUrl"]
    queue = f"arn:aws:sqs:{REGION}:{ACCOUNT}:inbox"
    assert policies.resource_policy(lab.world, queue, ACCOUNT) is None
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy("sqs:SendMessage", Principal="*")})
    assert one(lab, queue)["Statement"][0]["Action"] == "sqs:SendMessage"
    topic = sns.create_topic(Name="news")["TopicArn"]
    assert one(lab, topic)["Id"] == "__default_policy_ID"


def test_a_key_has_its_policy_and_its_grants(lab: Lab) -> None:
    kms = lab.client("kms")
    key = kms.create_key()["KeyMetadata"]
    assert one(lab, key["Arn"])["Id"] == "key-default-1"
    assert policies.grants(lab.world, key["Arn"]) == []
    context = {"EncryptionContextSubset": {"team": "blue"}}
    made = kms.create_grant(
        KeyId=key["KeyId"],
        GranteePrincipal=f"arn:aws:iam::{PARTNER}:role/worker",
        Operations=["Decrypt", "Encrypt"],
        Constraints=context,
    )
    assert policies.grants(lab.world, key["Arn"]) == [
        policies.Grant(made["GrantId"], f"arn:aws:iam::{PARTNER}:role/worker", "", ("Decrypt", "Encrypt"), context)
    ]
    assert policies.grants(lab.world, "alias/none") == []


def test_secrets_repositories_and_roles_carry_policies(lab: Lab) -> None:
    secret = lab.client("secretsmanager").create_secret(Name="db", SecretString="s")["ARN"]
    assert policies.resource_policy(lab.world, secret, ACCOUNT) is None
    lab.client("secretsmanager").put_resource_policy(SecretId="db", ResourcePolicy=policy(Principal="*"))
    assert one(lab, secret)["Statement"][0]["Principal"] == "*"
    ecr = lab.client("ecr")
    repository = ecr.create_repository(repositoryName="team/images")["repository"]["repositoryArn"]
    statement = {"Sid": "pull", "Effect": "Allow", "Principal": "*", "Action": "ecr:BatchGetImage"}
    ecr.set_repository_policy(
        repositoryName="team/images", policyText=json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    )
    assert one(lab, repository)["Statement"] == [statement]
    lab.client("iam").create_role(RoleName="worker", Path="/team/", AssumeRolePolicyDocument=TRUST)
    assert one(lab, f"arn:aws:iam::{ACCOUNT}:role/team/worker") == json.loads(TRUST)
    assert policies.resource_policy(lab.world, f"arn:aws:iam::{ACCOUNT}:user/worker", ACCOUNT) is None


def make_function(lab: Lab) -> str:
    lab.client("iam").create_role(RoleName="worker", AssumeRolePolicyDocument=TRUST)
    made = lab.client("lambda").create_function(
        FunctionName="fn",
        Runtime="python3.13",
        Role=f"arn:aws:iam::{ACCOUNT}:role/worker",
        Handler="fn.handler",
        Code={"ZipFile": code_zip()},
    )
    arn: str = made["FunctionArn"]
    return arn


def test_a_functions_versions_and_aliases_have_policies_of_their_own(lab: Lab) -> None:
    arn = make_function(lab)
    client = lab.client("lambda")
    version = client.publish_version(FunctionName="fn")["Version"]
    client.create_alias(FunctionName="fn", Name="live", FunctionVersion=version)
    allow = {"FunctionName": "fn", "Action": "lambda:InvokeFunction"}
    assert policies.resource_policy(lab.world, arn, ACCOUNT) is None
    client.add_permission(**allow, StatementId="a", Principal="s3.amazonaws.com", SourceArn="arn:aws:s3:::plum-otter")
    client.add_permission(**allow, StatementId="b", Principal=PARTNER, Qualifier="live")
    assert one(lab, arn)["Statement"] == [
        {
            "Sid": "a",
            "Effect": "Allow",
            "Principal": {"Service": "s3.amazonaws.com"},
            "Action": "lambda:InvokeFunction",
            "Resource": arn,
            "Condition": {"ArnLike": {"AWS:SourceArn": "arn:aws:s3:::plum-otter"}},
        }
    ]
    assert one(lab, f"{arn}:live")["Statement"][0]["Principal"] == {"AWS": PARTNER}
    assert policies.resource_policy(lab.world, f"{arn}:{version}", ACCOUNT) is None


def test_the_permission_of_a_function_url_becomes_a_condition(lab: Lab) -> None:
    arn = make_function(lab)
    lab.client("lambda").add_permission(
        FunctionName="fn",
        StatementId="url",
        Action="lambda:InvokeFunctionUrl",
        Principal="*",
        FunctionUrlAuthType="NONE",
    )
    (statement,) = one(lab, arn)["Statement"]
    assert statement["Principal"] == "*"
    assert statement["Condition"] == {"StringEquals": {"lambda:FunctionUrlAuthType": "NONE"}}
    assert "FunctionUrlAuthType" not in statement


def test_a_permission_keeps_every_condition_it_was_given(lab: Lab) -> None:
    arn = make_function(lab)
    lab.client("lambda").add_permission(
        FunctionName="fn",
        StatementId="org",
        Action="lambda:InvokeFunction",
        Principal="*",
        PrincipalOrgID="o-a1b2c3d4e5",
        SourceAccount=PARTNER,
        SourceArn="arn:aws:s3:::plum-otter",
    )
    assert one(lab, arn)["Statement"][0]["Condition"] == {
        "StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5", "AWS:SourceAccount": PARTNER},
        "ArnLike": {"AWS:SourceArn": "arn:aws:s3:::plum-otter"},
    }


def test_a_layers_version_carries_a_policy(lab: Lab) -> None:
    client = lab.client("lambda")
    made = client.publish_layer_version(LayerName="tools", Content={"ZipFile": code_zip()})
    assert policies.resource_policy(lab.world, made["LayerVersionArn"], ACCOUNT) is None
    client.add_layer_version_permission(
        LayerName="tools", VersionNumber=1, StatementId="all", Action="lambda:GetLayerVersion", Principal="*"
    )
    assert one(lab, made["LayerVersionArn"])["Statement"][0]["Sid"] == "all"


def test_buses_streams_and_tables_carry_policies(lab: Lab) -> None:
    events = lab.client("events")
    bus = f"arn:aws:events:{REGION}:{ACCOUNT}:event-bus/default"
    assert policies.resource_policy(lab.world, bus, ACCOUNT) is None
    events.put_permission(Action="events:PutEvents", Principal=PARTNER, StatementId="partner")
    assert one(lab, bus)["Statement"][0]["Sid"] == "partner"
    lab.client("kinesis").create_stream(StreamName="clicks", ShardCount=1)
    stream = f"arn:aws:kinesis:{REGION}:{ACCOUNT}:stream/clicks"
    lab.client("kinesis").put_resource_policy(ResourceARN=stream, Policy=policy(Principal="*"))
    assert one(lab, stream)["Statement"][0]["Principal"] == "*"
    dynamodb = lab.client("dynamodb")
    table = dynamodb.create_table(
        TableName="orders",
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
    )["TableDescription"]["TableArn"]
    dynamodb.put_resource_policy(ResourceArn=table, Policy=policy("dynamodb:Query", Principal="*"))
    for arn in (table, f"{table}/index/by-date"):
        assert one(lab, arn)["Statement"][0]["Action"] == "dynamodb:Query"
    assert policies.resource_policy(lab.world, f"{table}/stream/x", ACCOUNT) is None


def test_the_log_policies_of_an_account_bear_on_all_its_groups(lab: Lab) -> None:
    logs = lab.client("logs")
    logs.create_log_group(logGroupName="/app")
    arn = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:/app"
    assert policies.resource_policy(lab.world, arn, ACCOUNT) is None
    logs.put_resource_policy(policyName="route53", policyDocument=policy("logs:PutLogEvents", Principal="*"))
    assert policies.resource_policy(lab.world, arn, ACCOUNT) == [
        Document("route53", policy("logs:PutLogEvents", Principal="*"))
    ]
    destination = logs.put_destination(
        destinationName="d",
        targetArn=f"arn:aws:kinesis:{REGION}:{ACCOUNT}:stream/clicks",
        roleArn=f"arn:aws:iam::{ACCOUNT}:role/worker",
    )["destination"]["arn"]
    assert policies.resource_policy(lab.world, destination, ACCOUNT) is None
    text = policy("logs:PutSubscriptionFilter", Principal={"AWS": PARTNER}, Resource=destination)
    logs.put_destination_policy(destinationName="d", accessPolicy=text)
    assert policies.resource_policy(lab.world, destination, ACCOUNT) == [Document(destination, text)]


def test_an_apis_policy_bears_on_its_invocation_with_the_resource_completed(lab: Lab) -> None:
    text = policy("execute-api:Invoke", Principal="*", Resource="execute-api:/prod/GET/*")
    api = lab.client("apigateway").create_rest_api(name="shop", policy=text)["id"]
    whole = f"arn:aws:execute-api:{REGION}:{ACCOUNT}:{api}/prod/GET/pets"
    assert one(lab, whole)["Statement"][0]["Resource"] == f"arn:aws:execute-api:{REGION}:{ACCOUNT}:{api}/prod/GET/*"
    control = f"arn:aws:apigateway:{REGION}::/restapis/{api}"
    assert policies.resource_policy(lab.world, control, ACCOUNT) is None


def test_public_access_is_blocked_by_either_level(lab: Lab) -> None:
    s3 = lab.client("s3", region="us-east-1")
    s3.create_bucket(Bucket="plum-otter")
    s3.put_public_access_block(
        Bucket="plum-otter", PublicAccessBlockConfiguration={"BlockPublicAcls": True, "IgnorePublicAcls": False}
    )
    lab.client("s3control").put_public_access_block(
        AccountId=ACCOUNT, PublicAccessBlockConfiguration={"RestrictPublicBuckets": True}
    )
    assert policies.block_public_access(lab.world, "plum-otter") == {
        "BlockPublicAcls": True,
        "IgnorePublicAcls": False,
        "BlockPublicPolicy": False,
        "RestrictPublicBuckets": True,
    }
    assert not any(policies.block_public_access(lab.world, "none").values())


def test_a_new_bucket_blocks_public_access_until_that_is_taken_away(lab: Lab) -> None:
    s3 = lab.client("s3", region="us-east-1")
    s3.create_bucket(Bucket="plum-otter")
    assert s3.get_public_access_block(Bucket="plum-otter")["PublicAccessBlockConfiguration"] == {
        "BlockPublicAcls": True,
        "IgnorePublicAcls": True,
        "BlockPublicPolicy": True,
        "RestrictPublicBuckets": True,
    }
    assert all(policies.block_public_access(lab.reloaded().world, "plum-otter").values())
    s3.delete_public_access_block(Bucket="plum-otter")
    assert not any(policies.block_public_access(lab.reloaded().world, "plum-otter").values())


def test_another_environments_policies_are_not_there(lab: Lab) -> None:
    key = lab.client("kms").create_key()["KeyMetadata"]["Arn"]
    stranger = make_world(accounts=frozenset({PARTNER}))
    assert policies.resource_policy(stranger, key, PARTNER) is None
    assert policies.grants(stranger, key) == []
    assert policies.resource_policy(lab.world, "not-an-arn", ACCOUNT) is None
    assert policies.resource_policy(lab.world, "arn:aws:nothing:::x", ACCOUNT) is None


def test_looking_changes_nothing(lab: Lab) -> None:
    arn = make_function(lab)
    world = lab.reloaded().world
    with world.entered():
        policies.identity_policies(world, ACCOUNT, role_name="worker")
        policies.permissions_boundary(world, ACCOUNT, role_name="worker")
        policies.resource_policy(world, arn, ACCOUNT)
        policies.organization_levels(world, ACCOUNT)
        policies.block_public_access(world, "plum-otter")
        assert world.changes() == {}
