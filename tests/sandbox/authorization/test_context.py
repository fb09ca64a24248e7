"""The condition keys that calls, resources and actions give."""

from typing import Any

import pytest

from .fake_state import arn, ask

ROLE = "arn:aws:iam::111122223333:role/work"
TAGS = [{"Key": "Team", "Value": "red"}, {"Key": "Cost", "Value": "1"}]
Keys = dict[str, tuple[str, ...]]

RED: Keys = {"aws:resourcetag/team": ("red",)}
ASKED: Keys = {"aws:requesttag/team": ("red",), "aws:requesttag/cost": ("1",), "aws:tagkeys": ("Team", "Cost")}
KEY: Keys = {
    **RED,
    "kms:resourcealiases": ("alias/app",),
    "kms:calleraccount": ("111122223333",),
    "kms:requestalias": ("alias/app",),
}

GRANT: Keys = {key: values for key, values in KEY.items() if key != "kms:requestalias"}

# service, operation, parameters, action, keys of the first need for that action.
CASES: list[tuple[str, str, dict[str, Any], str, dict[str, tuple[str, ...]]]] = [
    ("iam", "ListUsers", {}, "iam:ListUsers", {}),
    ("apigateway", "GetResources", {"restApiId": "a1"}, "apigateway:GET", RED),
    ("apigateway", "GetRestApis", {}, "apigateway:GET", {}),
    ("iam", "GetUser", {"UserName": "alice"}, "iam:GetUser", RED | {"iam:resourcetag/team": ("red",)}),
    (
        "iam",
        "CreateUser",
        {"UserName": "b", "Tags": TAGS, "PermissionsBoundary": "p"},
        "iam:CreateUser",
        ASKED | {"iam:permissionsboundary": ("p",)},
    ),
    ("iam", "CreateUser", {"UserName": "b", "Tags": TAGS}, "iam:TagUser", ASKED),
    ("iam", "UntagUser", {"UserName": "b", "TagKeys": ["Team"]}, "iam:UntagUser", {"aws:tagkeys": ("Team",)}),
    ("iam", "AttachUserPolicy", {"UserName": "b", "PolicyArn": "p"}, "iam:AttachUserPolicy", {"iam:policyarn": ("p",)}),
    (
        "iam",
        "CreateServiceLinkedRole",
        {"AWSServiceName": "ecs.amazonaws.com"},
        "iam:CreateServiceLinkedRole",
        {"iam:awsservicename": ("ecs.amazonaws.com",)},
    ),
    (
        "lambda",
        "CreateFunction",
        {"FunctionName": "f", "Role": ROLE},
        "iam:PassRole",
        {"iam:passedtoservice": ("lambda.amazonaws.com",)},
    ),
    (
        "ecs",
        "RegisterTaskDefinition",
        {"family": "f", "taskRoleArn": ROLE},
        "iam:PassRole",
        {"iam:passedtoservice": ("ecs-tasks.amazonaws.com",)},
    ),
    (
        "ec2",
        "RunInstances",
        {"IamInstanceProfile": {"Name": "web"}},
        "iam:PassRole",
        {"iam:passedtoservice": ("ec2.amazonaws.com",)},
    ),
    (
        "sts",
        "AssumeRole",
        {"RoleArn": ROLE, "RoleSessionName": "s", "ExternalId": "e"},
        "sts:AssumeRole",
        {"sts:rolesessionname": ("s",), "sts:externalid": ("e",)},
    ),
    (
        "sts",
        "AssumeRole",
        {"RoleArn": ROLE, "Tags": TAGS, "TransitiveTagKeys": ["Team"]},
        "sts:TagSession",
        ASKED | {"sts:transitivetagkeys": ("Team",)},
    ),
    (
        "sts",
        "AssumeRole",
        {"RoleArn": ROLE, "SourceIdentity": "me"},
        "sts:SetSourceIdentity",
        {"sts:sourceidentity": ("me",)},
    ),
    (
        "s3",
        "ListObjectsV2",
        {"Bucket": "b", "Prefix": "", "Delimiter": "/", "MaxKeys": 10},
        "s3:ListBucket",
        {"s3:prefix": ("",), "s3:delimiter": ("/",), "s3:max-keys": ("10",), "s3:resourceaccount": ("111122223333",)},
    ),
    (
        "s3",
        "GetObject",
        {"Bucket": "data", "Key": "tagged"},
        "s3:GetObject",
        {"s3:existingobjecttag/class": ("secret",), "s3:resourceaccount": ("111122223333",)},
    ),
    (
        "s3",
        "GetObject",
        {"Bucket": "b", "Key": "k", "VersionId": "v"},
        "s3:GetObjectVersion",
        {"s3:versionid": ("v",), "s3:resourceaccount": ("111122223333",)},
    ),
    (
        "s3",
        "PutObject",
        {
            "Bucket": "b",
            "Key": "k",
            "ACL": "private",
            "ServerSideEncryption": "aws:kms",
            "SSEKMSKeyId": "x",
            "Tagging": "a=b",
        },
        "s3:PutObject",
        {
            "s3:x-amz-acl": ("private",),
            "s3:x-amz-server-side-encryption": ("aws:kms",),
            "s3:x-amz-server-side-encryption-aws-kms-key-id": ("x",),
            "s3:requestobjecttag/a": ("b",),
            "s3:requestobjecttagkeys": ("a",),
            "s3:resourceaccount": ("111122223333",),
        },
    ),
    (
        "ec2",
        "StartInstances",
        {"InstanceIds": ["i-1"]},
        "ec2:StartInstances",
        RED | {"ec2:resourcetag/team": ("red",), "ec2:instancetype": ("t3.micro",), "ec2:region": ("eu-west-3",)},
    ),
    ("ec2", "DescribeInstances", {}, "ec2:DescribeInstances", {"ec2:region": ("eu-west-3",)}),
    (
        "ec2",
        "CreateVpc",
        {"TagSpecifications": [{"ResourceType": "vpc", "Tags": TAGS}]},
        "ec2:CreateTags",
        ASKED | {"ec2:createaction": ("CreateVpc",), "ec2:region": ("eu-west-3",)},
    ),
    (
        "kms",
        "Encrypt",
        {"KeyId": "alias/app", "EncryptionContext": {"App": "x"}},
        "kms:Encrypt",
        KEY | {"kms:encryptioncontext:app": ("x",), "kms:encryptioncontextkeys": ("App",)},
    ),
    (
        "kms",
        "CreateGrant",
        {
            "KeyId": "alias/app",
            "Operations": ["Decrypt"],
            "GranteePrincipal": "g",
            "Constraints": {"EncryptionContextSubset": {"a": "b"}},
        },
        "kms:CreateGrant",
        GRANT
        | {
            "kms:grantoperations": ("Decrypt",),
            "kms:granteeprincipal": ("g",),
            "kms:grantconstrainttype": ("EncryptionContextSubset",),
        },
    ),
    (
        "kms",
        "CreateKey",
        {"KeySpec": "RSA_2048", "KeyUsage": "SIGN_VERIFY", "Origin": "AWS_KMS"},
        "kms:CreateKey",
        {
            "kms:keyspec": ("RSA_2048",),
            "kms:keyusage": ("SIGN_VERIFY",),
            "kms:keyorigin": ("AWS_KMS",),
            "kms:calleraccount": ("111122223333",),
        },
    ),
    (
        "kms",
        "GenerateDataKey",
        {"KeyId": "1", "KeySpec": "AES_256"},
        "kms:GenerateDataKey",
        {"kms:calleraccount": ("111122223333",)},
    ),
    (
        "dynamodb",
        "GetItem",
        {
            "TableName": "orders",
            "Key": {"customer": {"S": "c1"}, "at": {"N": "5"}},
            "ProjectionExpression": "#t, total.x",
            "ExpressionAttributeNames": {"#t": "title"},
        },
        "dynamodb:GetItem",
        {"dynamodb:leadingkeys": ("c1",), "dynamodb:attributes": ("customer", "at", "title", "total")},
    ),
    (
        "dynamodb",
        "Query",
        {
            "TableName": "orders",
            "KeyConditionExpression": "customer = :c AND #d > :d",
            "ExpressionAttributeNames": {"#d": "at"},
            "ExpressionAttributeValues": {":c": {"S": "c1"}, ":d": {"N": "1"}},
            "Select": "ALL_ATTRIBUTES",
        },
        "dynamodb:Query",
        {
            "dynamodb:leadingkeys": ("c1",),
            "dynamodb:attributes": ("customer", "at"),
            "dynamodb:select": ("ALL_ATTRIBUTES",),
        },
    ),
    (
        "dynamodb",
        "BatchWriteItem",
        {
            "RequestItems": {
                "orders": [
                    {"PutRequest": {"Item": {"customer": {"S": "a"}}}},
                    {"DeleteRequest": {"Key": {"customer": {"S": "b"}}}},
                ]
            }
        },
        "dynamodb:BatchWriteItem",
        {"dynamodb:leadingkeys": ("a", "b"), "dynamodb:attributes": ("customer",)},
    ),
    (
        "dynamodb",
        "TransactWriteItems",
        {"TransactItems": [{"Put": {"TableName": "orders", "Item": {"customer": {"S": "a"}}}}]},
        "dynamodb:PutItem",
        {
            "dynamodb:leadingkeys": ("a",),
            "dynamodb:attributes": ("customer",),
            "dynamodb:enclosingoperation": ("TransactWriteItems",),
        },
    ),
    (
        "secretsmanager",
        "GetSecretValue",
        {"SecretId": "db", "VersionStage": "AWSCURRENT"},
        "secretsmanager:GetSecretValue",
        RED
        | {
            "secretsmanager:resourcetag/team": ("red",),
            "secretsmanager:secretid": (arn("secretsmanager:R:A:secret:db-AbCdEf"),),
            "secretsmanager:versionstage": ("AWSCURRENT",),
        },
    ),
    (
        "secretsmanager",
        "CreateSecret",
        {"Name": "s", "Tags": TAGS},
        "secretsmanager:CreateSecret",
        ASKED | {"secretsmanager:name": ("s",)},
    ),
    ("ssm", "PutParameter", {"Name": "p", "Overwrite": True}, "ssm:PutParameter", {"ssm:overwrite": ("true",)}),
    (
        "ssm",
        "GetParametersByPath",
        {"Path": "/a", "Recursive": True},
        "ssm:GetParametersByPath",
        {"ssm:recursive": ("true",)},
    ),
    (
        "sns",
        "Subscribe",
        {"TopicArn": arn("sns:R:A:t"), "Protocol": "https", "Endpoint": "https://x.test"},
        "sns:Subscribe",
        {"sns:protocol": ("https",), "sns:endpoint": ("https://x.test",)},
    ),
    (
        "sqs",
        "CreateQueue",
        {"QueueName": "q", "tags": {"Team": "red"}},
        "sqs:CreateQueue",
        {"aws:requesttag/team": ("red",), "aws:tagkeys": ("Team",)},
    ),
    (
        "lambda",
        "AddPermission",
        {"FunctionName": "f", "Principal": "s3.amazonaws.com", "FunctionUrlAuthType": "NONE"},
        "lambda:AddPermission",
        {"lambda:principal": ("s3.amazonaws.com",), "lambda:functionurlauthtype": ("NONE",)},
    ),
    (
        "lambda",
        "CreateEventSourceMapping",
        {"FunctionName": "f"},
        "lambda:CreateEventSourceMapping",
        {"lambda:functionarn": (arn("lambda:R:A:function:f"),)},
    ),
    (
        "lambda",
        "CreateFunction",
        {"FunctionName": "f", "Layers": ["l"], "VpcConfig": {"SubnetIds": ["s-1"]}},
        "lambda:CreateFunction",
        {"lambda:layer": ("l",), "lambda:subnetids": ("s-1",)},
    ),
    (
        "events",
        "PutEvents",
        {"Entries": [{"Source": "shop", "DetailType": "sold"}]},
        "events:PutEvents",
        {"events:source": ("shop",), "events:detail-type": ("sold",)},
    ),
    (
        "events",
        "PutRule",
        {"Name": "r", "EventPattern": '{"source": ["aws.ec2"], "detail-type": ["x", "y"]}'},
        "events:PutRule",
        {"events:source": ("aws.ec2",), "events:detail-type": ("x", "y")},
    ),
    ("events", "PutRule", {"Name": "r", "EventPattern": "not json"}, "events:PutRule", {}),
    (
        "events",
        "PutTargets",
        {"Rule": "r", "Targets": [{"Id": "1", "Arn": "t1"}, {"Id": "2", "Arn": "t2"}]},
        "events:PutTargets",
        {"events:targetarn": ("t1", "t2")},
    ),
    (
        "cloudformation",
        "CreateStack",
        {"StackName": "s", "TemplateURL": "u", "RoleARN": ROLE},
        "cloudformation:CreateStack",
        {"cloudformation:templateurl": ("u",), "cloudformation:rolearn": (ROLE,)},
    ),
    (
        "route53",
        "ChangeResourceRecordSets",
        {
            "HostedZoneId": "Z",
            "ChangeBatch": {
                "Changes": [{"Action": "UPSERT", "ResourceRecordSet": {"Name": "WWW.x.test.", "Type": "A"}}]
            },
        },
        "route53:ChangeResourceRecordSets",
        {
            "route53:changeresourcerecordsetsactions": ("UPSERT",),
            "route53:changeresourcerecordsetsrecordtypes": ("A",),
            "route53:changeresourcerecordsetsnormalizedrecordnames": ("www.x.test",),
        },
    ),
    ("cloudwatch", "PutMetricData", {"Namespace": "n"}, "cloudwatch:PutMetricData", {"cloudwatch:namespace": ("n",)}),
    (
        "ecs",
        "RunTask",
        {"cluster": "c", "taskDefinition": "f:1"},
        "ecs:RunTask",
        {"ecs:cluster": (arn("ecs:R:A:cluster/c"),)},
    ),
]


@pytest.mark.parametrize(("service", "operation", "parameters", "action", "keys"), CASES)
def test_a_call_gives_condition_keys(
    service: str, operation: str, parameters: dict[str, Any], action: str, keys: dict[str, tuple[str, ...]]
) -> None:
    found = next(each for each in ask(service, operation, parameters) if each.action == action)
    assert found.context == keys


def test_what_a_launch_makes_has_keys_of_its_own() -> None:
    launch = {
        "ImageId": "ami-1",
        "InstanceType": "m5.large",
        "BlockDeviceMappings": [{"Ebs": {"Encrypted": True, "VolumeSize": 8}}],
        "TagSpecifications": [{"ResourceType": "volume", "Tags": TAGS}],
    }
    found = {
        each.resource: each.context for each in ask("ec2", "RunInstances", launch) if each.action == "ec2:RunInstances"
    }
    region = {"ec2:region": ("eu-west-3",)}
    assert found["arn:aws:ec2:eu-west-3::image/ami-1"] == region | {
        "ec2:owner": ("amazon",),
        "ec2:imageid": ("ami-1",),
    }
    instance = found[arn("ec2:R:A:instance/*")]
    assert instance == region | {"ec2:instancetype": ("m5.large",)}
    volume = found[arn("ec2:R:A:volume/*")]
    assert volume == region | ASKED | {"ec2:encrypted": ("true",), "ec2:volumesize": ("8",)}


def test_re_encryption_has_a_context_on_each_side() -> None:
    parameters = {
        "CiphertextBlob": b"cipher",
        "DestinationKeyId": "2",
        "SourceEncryptionContext": {"a": "1"},
        "DestinationEncryptionContext": {"a": "2"},
    }
    found = {each.action: each.context["kms:encryptioncontext:a"] for each in ask("kms", "ReEncrypt", parameters)}
    assert found == {"kms:ReEncryptFrom": ("1",), "kms:ReEncryptTo": ("2",)}


def test_an_unknown_table_has_every_key_for_its_leading_one() -> None:
    parameters = {"TableName": "unknown", "Key": {"a": {"S": "1"}, "b": {"S": "2"}}}
    assert ask("dynamodb", "GetItem", parameters)[0].context["dynamodb:leadingkeys"] == ("1", "2")
