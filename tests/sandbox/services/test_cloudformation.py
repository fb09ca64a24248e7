"""Stacks over the gateway: nothing of a template is made that whoever is behind it may not make."""

import json
from typing import Any

import pytest

from sandbox.environments import create_environment
from tests.sandbox.actors import allow, deny, make_policy, make_user, refused
from tests.sandbox.conftest import Caller, make_caller

STACKS = allow("cloudformation:*", "iam:PassRole")


def template(**resources: Any) -> str:
    return json.dumps({"Resources": resources})


def bucket(name: Any = "plain-bucket-1", **properties: Any) -> dict[str, Any]:
    return {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": name, **properties}}


def queue(name: str, **properties: Any) -> dict[str, Any]:
    return {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": name, **properties}}


def role(name: str, **properties: Any) -> dict[str, Any]:
    return {
        "Type": "AWS::IAM::Role",
        "Properties": {"RoleName": name, "AssumeRolePolicyDocument": json.loads(trust()), **properties},
    }


def trust(service: str = "cloudformation.amazonaws.com") -> str:
    statement = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def status(caller: Caller, name: str) -> str:
    return str(caller.client("cloudformation").describe_stacks(StackName=name)["Stacks"][0]["StackStatus"])


def events(caller: Caller, name: str) -> list[tuple[str, str]]:
    found = caller.client("cloudformation").describe_stack_events(StackName=name)["StackEvents"]
    return [(event["LogicalResourceId"], event["ResourceStatus"]) for event in reversed(found)]


def failure(caller: Caller, name: str) -> str:
    found = caller.client("cloudformation").describe_stack_events(StackName=name)["StackEvents"]
    failed = [event for event in found if event["ResourceStatus"].endswith("_FAILED")]
    return next(str(event["ResourceStatusReason"]) for event in failed if event["LogicalResourceId"] != name)


def bucket_names(caller: Caller) -> list[str]:
    return [one["Name"] for one in caller.client("s3").list_buckets()["Buckets"]]


def test_an_administrators_stack_is_made(caller: Caller) -> None:
    body = template(Files=bucket(), Inbox=queue("inbox"))
    caller.client("cloudformation").create_stack(StackName="good", TemplateBody=body)
    assert status(caller, "good") == "CREATE_COMPLETE"
    assert bucket_names(caller) == ["plain-bucket-1"]


def test_a_stack_of_what_the_caller_may_not_make_rolls_back(caller: Caller) -> None:
    user = make_user(caller, "ada", STACKS, allow("sqs:*"))
    made = user.client("cloudformation").create_stack(
        StackName="bad", TemplateBody=template(Inbox=queue("inbox"), Files=bucket())
    )
    assert made["StackId"].startswith(f"arn:aws:cloudformation:eu-central-1:{caller.account.pk}:stack/bad/")
    assert status(caller, "bad") == "ROLLBACK_COMPLETE"
    assert events(caller, "bad") == [
        ("bad", "CREATE_IN_PROGRESS"),
        ("Files", "CREATE_IN_PROGRESS"),
        ("Files", "CREATE_FAILED"),
        ("bad", "ROLLBACK_IN_PROGRESS"),
        ("bad", "ROLLBACK_COMPLETE"),
    ]
    reason = failure(caller, "bad")
    assert f"User: arn:aws:iam::{caller.account.pk}:user/ada is not authorized to perform: s3:CreateBucket" in reason
    assert "because no identity-based policy allows the s3:CreateBucket action (Service: S3, Status Code: 403" in reason
    assert bucket_names(caller) == []
    assert "QueueUrls" not in caller.client("sqs").list_queues()
    user.client("cloudformation").delete_stack(StackName="bad")
    assert caller.client("cloudformation").list_stacks(StackStatusFilter=["ROLLBACK_COMPLETE"])["StackSummaries"] == []


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"OnFailure": "DO_NOTHING"}, "CREATE_FAILED"),
        ({"DisableRollback": True}, "CREATE_FAILED"),
        ({"OnFailure": "DELETE"}, "DELETE_COMPLETE"),
    ],
)
def test_what_becomes_of_a_failed_stack_is_the_callers_choice(
    caller: Caller, given: dict[str, Any], expected: str
) -> None:
    user = make_user(caller, "ada", STACKS)
    made = user.client("cloudformation").create_stack(StackName="bad", TemplateBody=template(F=bucket()), **given)
    assert status(caller, made["StackId"]) == expected


def test_a_boundary_bounds_what_stacks_make(caller: Caller) -> None:
    boundary = make_policy(caller, "bounds", allow("cloudformation:*", "sqs:*"))
    user = make_user(caller, "ada", allow("*"), boundary=boundary)
    user.client("cloudformation").create_stack(StackName="bad", TemplateBody=template(Files=bucket()))
    assert status(caller, "bad") == "ROLLBACK_COMPLETE"
    assert "no permissions boundary allows the s3:CreateBucket action" in failure(caller, "bad")


def test_a_property_may_need_more_than_the_resource(caller: Caller) -> None:
    user = make_user(caller, "ada", STACKS, allow("s3:CreateBucket"))
    cloudformation = user.client("cloudformation")
    cloudformation.create_stack(StackName="plain", TemplateBody=template(Files=bucket()))
    assert status(caller, "plain") == "CREATE_COMPLETE"
    versioned = bucket("versioned-bucket-1", VersioningConfiguration={"Status": "Enabled"})
    cloudformation.create_stack(StackName="more", TemplateBody=template(Files=versioned))
    assert "s3:PutBucketVersioning" in failure(caller, "more")


def test_the_caller_comes_through_cloudformation(caller: Caller) -> None:
    through = {"StringEquals": {"aws:CalledViaFirst": "cloudformation.amazonaws.com"}}
    user = make_user(caller, "ada", STACKS, allow("s3:CreateBucket", Condition=through))
    user.client("cloudformation").create_stack(StackName="good", TemplateBody=template(Files=bucket()))
    assert status(caller, "good") == "CREATE_COMPLETE"
    assert refused(user.client("s3").create_bucket, Bucket="direct-bucket-1")[0] == "AccessDenied"


def make_role(
    caller: Caller, name: str, *policies: dict[str, Any], service: str = "cloudformation.amazonaws.com"
) -> str:
    iam = caller.client("iam")
    arn = iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust(service))["Role"]["Arn"]
    for number, policy in enumerate(policies):
        iam.put_role_policy(RoleName=name, PolicyName=f"p{number}", PolicyDocument=json.dumps(policy))
    return str(arn)


def test_a_service_role_makes_what_the_caller_could_not(caller: Caller) -> None:
    user = make_user(caller, "ada", STACKS)
    maker = make_role(caller, "maker", allow("s3:CreateBucket"))
    cloudformation = user.client("cloudformation")
    cloudformation.create_stack(StackName="good", TemplateBody=template(Files=bucket()), RoleARN=maker)
    assert status(caller, "good") == "CREATE_COMPLETE"
    cloudformation.create_stack(StackName="bad", TemplateBody=template(Inbox=queue("inbox")), RoleARN=maker)
    session = f"arn:aws:sts::{caller.account.pk}:assumed-role/maker/AWSCloudFormation"
    assert f"User: {session} is not authorized to perform: sqs:createqueue" in failure(caller, "bad")


def test_a_stack_keeps_its_role(caller: Caller) -> None:
    user = make_user(caller, "ada", STACKS)
    maker = make_role(caller, "maker", allow("sqs:*"))
    cloudformation = user.client("cloudformation")
    cloudformation.create_stack(StackName="good", TemplateBody=template(A=queue("a")), RoleARN=maker)
    cloudformation.update_stack(StackName="good", TemplateBody=template(A=queue("a"), B=queue("b")))
    assert status(caller, "good") == "UPDATE_COMPLETE"
    cloudformation.update_stack(StackName="good", TemplateBody=template(A=queue("a")))
    assert status(caller, "good") == "UPDATE_COMPLETE"
    cloudformation.delete_stack(StackName="good")
    assert "QueueUrls" not in caller.client("sqs").list_queues()


def test_a_role_that_does_not_trust_cloudformation_is_not_assumed(caller: Caller) -> None:
    other = make_role(caller, "runner", allow("*"), service="lambda.amazonaws.com")
    call = caller.client("cloudformation").create_stack
    answer = refused(call, StackName="bad", TemplateBody=template(Files=bucket()), RoleARN=other)
    assert answer == ("ValidationError", 400, f"Role {other} is invalid or cannot be assumed")


def test_an_update_that_is_refused_leaves_the_old_state(caller: Caller) -> None:
    user = make_user(caller, "ada", STACKS, allow("sqs:*"))
    cloudformation = user.client("cloudformation")
    cloudformation.create_stack(StackName="one", TemplateBody=template(A=queue("a")))
    cloudformation.update_stack(StackName="one", TemplateBody=template(A=queue("a"), Files=bucket()))
    assert status(caller, "one") == "UPDATE_ROLLBACK_COMPLETE"
    assert bucket_names(caller) == []
    assert json.loads(json.dumps(cloudformation.get_template(StackName="one")["TemplateBody"])) == json.loads(
        template(A=queue("a"))
    )
    cloudformation.update_stack(StackName="one", TemplateBody=template(A=queue("a"), B=queue("b")))
    assert status(caller, "one") == "UPDATE_COMPLETE"


def test_a_resource_that_is_renamed_is_made_and_the_old_one_deleted(caller: Caller) -> None:
    user = make_user(caller, "ada", STACKS, allow("sqs:*"), deny("sqs:DeleteQueue"))
    cloudformation = user.client("cloudformation")
    cloudformation.create_stack(StackName="one", TemplateBody=template(A=queue("a")))
    cloudformation.update_stack(StackName="one", TemplateBody=template(A=queue("a2")))
    assert status(caller, "one") == "UPDATE_ROLLBACK_COMPLETE"
    assert "explicit deny" in failure(caller, "one")
    cloudformation.update_stack(StackName="one", TemplateBody=template(A=queue("a", VisibilityTimeout=90)))
    assert status(caller, "one") == "UPDATE_COMPLETE"


def test_a_deletion_that_is_refused_deletes_nothing(caller: Caller) -> None:
    caller.client("cloudformation").create_stack(StackName="one", TemplateBody=template(A=queue("a"), F=bucket()))
    user = make_user(caller, "ada", STACKS, allow("sqs:*"))
    user.client("cloudformation").delete_stack(StackName="one")
    assert status(caller, "one") == "DELETE_FAILED"
    assert "s3:DeleteBucket" in failure(caller, "one")
    assert bucket_names(caller) == ["plain-bucket-1"]
    caller.client("cloudformation").delete_stack(StackName="one")
    assert bucket_names(caller) == []


def test_names_from_parameters_and_functions_are_judged(caller: Caller) -> None:
    user = make_user(caller, "ada", STACKS, allow("s3:*", resource="arn:aws:s3:::team-*"))
    body = json.dumps(
        {
            "Parameters": {"Team": {"Type": "String"}},
            "Conditions": {"Ours": {"Fn::Equals": [{"Ref": "Team"}, "team"]}},
            "Resources": {
                "A": bucket({"Fn::Sub": "${Team}-files-1"}),
                "B": bucket({"Fn::If": ["Ours", {"Fn::Join": ["-", [{"Ref": "Team"}, "logs", "1"]]}, "other-1"]}),
            },
        }
    )
    cloudformation = user.client("cloudformation")
    for team, expected in (("team", "CREATE_COMPLETE"), ("prod", "ROLLBACK_COMPLETE")):
        parameters = [{"ParameterKey": "Team", "ParameterValue": team}]
        cloudformation.create_stack(StackName=team, TemplateBody=body, Parameters=parameters)
        assert status(caller, team) == expected
    assert "arn:aws:s3:::prod-files-1" in failure(caller, "prod")


def test_a_name_that_is_known_only_at_the_end_is_judged_then(caller: Caller) -> None:
    user = make_user(caller, "ada", STACKS, allow("s3:*", "sqs:*"), deny("s3:*", resource="arn:aws:s3:::prod-*"))
    # The emulator takes a variable without braces, too.
    body = template(A=queue("a"), Files=bucket({"Fn::Sub": ["$team-files-1", {"team": "prod"}]}))
    user.client("cloudformation").create_stack(StackName="bad", TemplateBody=body)
    assert status(caller, "bad") == "ROLLBACK_COMPLETE"
    assert "arn:aws:s3:::prod-files-1" in failure(caller, "bad")
    assert "with an explicit deny" in failure(caller, "bad")
    assert bucket_names(caller) == []
    assert "QueueUrls" not in caller.client("sqs").list_queues()


def test_what_the_emulator_fails_at_is_told_and_undone(caller: Caller) -> None:
    source = {"Type": "AWS::SSM::Parameter", "Properties": {"Name": "n", "Type": "String", "Value": "files-1"}}
    body = template(Name=source, Files=bucket({"Fn::GetAtt": ["Name", "Value"]}))
    caller.client("cloudformation").create_stack(StackName="bad", TemplateBody=body)
    assert status(caller, "bad") == "ROLLBACK_COMPLETE"
    assert "Internal Failure" in failure(caller, "bad")
    assert refused(caller.client("ssm").get_parameter, Name="n")[0] == "ParameterNotFound"


def test_a_role_that_a_function_gets_must_be_passed(caller: Caller) -> None:
    runner = make_role(caller, "runner", service="lambda.amazonaws.com")
    user = make_user(caller, "ada", allow("cloudformation:*", "lambda:*"))
    function = {
        "Type": "AWS::Lambda::Function",
        "Properties": {"Role": runner, "Handler": "a.b", "Runtime": "python3.13", "Code": {"ZipFile": "x"}},
    }
    user.client("cloudformation").create_stack(StackName="bad", TemplateBody=template(Fn=function))
    assert f"iam:PassRole on resource: {runner}" in failure(caller, "bad")


def test_powers_must_be_acknowledged(caller: Caller) -> None:
    call = caller.client("cloudformation").create_stack
    body = template(R=role("named"))
    expected = ("InsufficientCapabilitiesException", 400, "Requires capabilities : [CAPABILITY_NAMED_IAM]")
    assert refused(call, StackName="bad", TemplateBody=body, Capabilities=["CAPABILITY_IAM"]) == expected
    call(StackName="good", TemplateBody=body, Capabilities=["CAPABILITY_NAMED_IAM"])
    assert caller.client("iam").get_role(RoleName="named")["Role"]["Arn"].endswith(":role/named")


def test_nobody_gets_more_power_by_a_template(caller: Caller) -> None:
    admin = "arn:aws:iam::aws:policy/AdministratorAccess"
    user = make_user(caller, "ada", STACKS, allow("iam:CreateRole"))
    user.client("cloudformation").create_stack(
        StackName="bad",
        TemplateBody=template(R=role("boss", ManagedPolicyArns=[admin])),
        Capabilities=["CAPABILITY_NAMED_IAM"],
    )
    assert "iam:AttachRolePolicy" in failure(caller, "bad")
    assert refused(caller.client("iam").get_role, RoleName="boss")[0] == "NoSuchEntity"


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({"Resources": {"C": {"Type": "Custom::Thing"}}}, "does not offer the resource type Custom::Thing"),
        (
            {"Resources": {"C": {"Type": "AWS::RDS::DBInstance"}}},
            "Unrecognized resource types: ['AWS::RDS::DBInstance']",
        ),
        ({"Resources": {}}, "At least one Resources member must be defined"),
        ({"Resources": {str(n): queue(str(n)) for n in range(501)}}, "Number of resources, 501"),
        ({"Resources": {"A": bucket({"Ref": "B"}), "B": bucket({"Ref": "A"})}}, "Circular dependency"),
        ({"Resources": {"A": bucket({"Ref": "Gone"})}}, "Unresolved resource dependencies [Gone]"),
        ({"Resources": {"A": bucket({"Ref": "AWS::Region", "x": 1})}}, "a function must be the only member"),
        ({"Parameters": {"P": {"Type": "String"}}, "Resources": {"A": queue("a")}}, "Parameters: [P] must have values"),
        ("{", "not well-formed"),
        ("[1]", "unsupported structure"),
    ],
)
def test_a_template_that_will_not_do_makes_no_stack(caller: Caller, body: Any, told: str) -> None:
    text = body if isinstance(body, str) else json.dumps(body)
    code, http, message = refused(caller.client("cloudformation").create_stack, StackName="bad", TemplateBody=text)
    assert (code, http) == ("ValidationError", 400)
    assert told in message


def test_a_body_has_a_limit(caller: Caller) -> None:
    body = json.dumps({"Description": "x" * 51_200, "Resources": {"A": queue("a")}})
    assert (
        refused(caller.client("cloudformation").create_stack, StackName="bad", TemplateBody=body)[0]
        == "ValidationError"
    )


def test_what_the_service_refuses_rolls_back_too(caller: Caller) -> None:
    caller.client("cloudformation").create_stack(StackName="one", TemplateBody=template(F=bucket()))
    body = template(A=queue("a"), F=bucket())
    caller.client("cloudformation").create_stack(StackName="two", TemplateBody=body)
    assert status(caller, "two") == "ROLLBACK_COMPLETE"
    assert "bucket" in failure(caller, "two")
    assert "QueueUrls" not in caller.client("sqs").list_queues()
    caller.client("cloudformation").update_stack(StackName="one", TemplateBody=template(F=bucket(), G=bucket()))
    assert status(caller, "one") == "UPDATE_ROLLBACK_COMPLETE"
    caller.client("cloudformation").delete_stack(StackName="one")
    assert bucket_names(caller) == []


def test_macros_need_a_capability_and_are_not_offered(caller: Caller) -> None:
    call = caller.client("cloudformation").create_stack
    body = json.dumps({"Transform": "AWS::Serverless-2016-10-31", "Resources": {"A": queue("a")}})
    assert refused(call, StackName="bad", TemplateBody=body)[0] == "InsufficientCapabilitiesException"
    answer = refused(call, StackName="bad", TemplateBody=body, Capabilities=["CAPABILITY_AUTO_EXPAND"])
    assert answer[0] == "ValidationError"


def test_a_template_is_read_with_the_callers_permissions(caller: Caller) -> None:
    s3 = caller.client("s3", region="us-east-1")
    s3.create_bucket(Bucket="templates-here")
    s3.put_object(Bucket="templates-here", Key="t.json", Body=template(A=queue("a")).encode())
    url = "https://templates-here.s3.amazonaws.com/t.json"
    user = make_user(caller, "ada", STACKS, allow("sqs:*"))
    answer = refused(user.client("cloudformation").create_stack, StackName="bad", TemplateURL=url)
    assert answer == ("ValidationError", 400, "S3 error: Access Denied")
    caller.client("cloudformation").create_stack(StackName="good", TemplateURL=url)
    assert status(caller, "good") == "CREATE_COMPLETE"


def test_a_nested_stack_is_judged_too(caller: Caller) -> None:
    s3 = caller.client("s3", region="us-east-1")
    s3.create_bucket(Bucket="templates-here")
    s3.put_object(Bucket="templates-here", Key="t.json", Body=template(F=bucket()).encode())
    nested = {
        "Type": "AWS::CloudFormation::Stack",
        "Properties": {"TemplateURL": "https://templates-here.s3.amazonaws.com/t.json"},
    }
    user = make_user(caller, "ada", STACKS, allow("s3:GetObject"))
    user.client("cloudformation").create_stack(StackName="outer", TemplateBody=template(N=nested))
    assert "s3:CreateBucket" in failure(caller, "outer")
    assert bucket_names(caller) == ["templates-here"]
    assert len(caller.client("cloudformation").describe_stacks()["Stacks"]) == 1
    user.client("cloudformation").delete_stack(StackName="outer")
    caller.client("cloudformation").create_stack(StackName="outer", TemplateBody=template(N=nested))
    user.client("cloudformation").delete_stack(StackName="outer")
    assert "s3:DeleteBucket" in failure(caller, "outer")


def test_a_change_set_is_executed_with_the_permissions_of_who_executes_it(caller: Caller) -> None:
    user = make_user(caller, "ada", STACKS)
    body = template(Files=bucket())
    plan = {"StackName": "planned", "ChangeSetName": "first", "TemplateBody": body, "ChangeSetType": "CREATE"}
    user.client("cloudformation").create_change_set(**plan)
    user.client("cloudformation").execute_change_set(StackName="planned", ChangeSetName="first")
    assert status(caller, "planned") == "ROLLBACK_COMPLETE"
    caller.client("cloudformation").delete_stack(StackName="planned")
    user.client("cloudformation").create_change_set(**plan | {"ChangeSetName": "second"})
    caller.client("cloudformation").execute_change_set(StackName="planned", ChangeSetName="second")
    assert status(caller, "planned") == "CREATE_COMPLETE"


def test_a_change_set_is_found_in_its_stack(caller: Caller) -> None:
    cloudformation = caller.client("cloudformation")
    for stack in ("one", "two"):
        body = template(A=queue(stack))
        cloudformation.create_change_set(
            StackName=stack, ChangeSetName="first", TemplateBody=body, ChangeSetType="CREATE"
        )
    cloudformation.execute_change_set(StackName="one", ChangeSetName="first")
    assert [url.rpartition("/")[2] for url in caller.client("sqs").list_queues()["QueueUrls"]] == ["one"]
    answer = refused(cloudformation.execute_change_set, StackName="three", ChangeSetName="first")
    assert answer == ("ChangeSetNotFound", 404, "ChangeSet [first] does not exist")


def test_what_a_change_set_made_is_deleted_by_its_names(caller: Caller) -> None:
    cloudformation = caller.client("cloudformation")
    body = json.dumps({"Parameters": {"N": {"Type": "String"}}, "Resources": {"F": bucket({"Ref": "N"})}})
    parameters = [{"ParameterKey": "N", "ParameterValue": "planned-bucket-1"}]
    cloudformation.create_change_set(
        StackName="one", ChangeSetName="first", TemplateBody=body, ChangeSetType="CREATE", Parameters=parameters
    )
    cloudformation.execute_change_set(StackName="one", ChangeSetName="first")
    guarded = deny("s3:DeleteBucket", resource="arn:aws:s3:::planned-*")
    user = make_user(caller, "ada", STACKS, allow("s3:*"), guarded)
    user.client("cloudformation").delete_stack(StackName="one")
    assert status(caller, "one") == "DELETE_FAILED"
    assert bucket_names(caller) == ["planned-bucket-1"]


def test_an_account_has_twenty_stacks_in_a_region(caller: Caller) -> None:
    call = caller.client("cloudformation").create_stack
    for number in range(20):
        call(StackName=f"s{number}", TemplateBody=template(W={"Type": "AWS::CloudFormation::WaitConditionHandle"}))
    body = template(A=queue("a"))
    assert refused(call, StackName="s20", TemplateBody=body)[0] == "LimitExceededException"


def execution_role(target: Caller, administrator: str, *policies: dict[str, Any]) -> None:
    statement = {"Effect": "Allow", "Principal": {"AWS": administrator}, "Action": "sts:AssumeRole"}
    iam = target.client("iam")
    iam.create_role(
        RoleName="AWSCloudFormationStackSetExecutionRole",
        AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [statement]}),
    )
    for number, policy in enumerate(policies):
        iam.put_role_policy(
            RoleName="AWSCloudFormationStackSetExecutionRole",
            PolicyName=f"p{number}",
            PolicyDocument=json.dumps(policy),
        )


def test_a_stack_set_makes_stacks_with_each_accounts_execution_role(db: None) -> None:
    environment = create_environment(aliases=("main", "partner"))
    main, partner = (make_caller(environment.accounts.get(alias=alias)) for alias in ("main", "partner"))
    cloudformation = main.client("cloudformation")
    cloudformation.create_stack_set(StackSetName="queues", TemplateBody=template(A=queue("a")))
    order = {"StackSetName": "queues", "Accounts": [partner.account.pk], "Regions": ["eu-west-1"]}

    def outcome() -> str:
        operation = cloudformation.create_stack_instances(**order)["OperationId"]
        found = cloudformation.describe_stack_set_operation(StackSetName="queues", OperationId=operation)
        return str(found["StackSetOperation"]["Status"])

    assert outcome() == "FAILED"
    administrator = make_role(main, "AWSCloudFormationStackSetAdministrationRole", allow("sts:AssumeRole"))
    assert outcome() == "FAILED"
    execution_role(partner, administrator)
    assert outcome() == "FAILED"
    partner.client("iam").put_role_policy(
        RoleName="AWSCloudFormationStackSetExecutionRole",
        PolicyName="queues",
        PolicyDocument=json.dumps(allow("sqs:*")),
    )
    assert outcome() == "SUCCEEDED"
    assert len(partner.client("sqs", region="eu-west-1").list_queues()["QueueUrls"]) == 1
