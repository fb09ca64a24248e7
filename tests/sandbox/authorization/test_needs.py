"""What calls need: action and resource, service by service."""

from typing import Any

import pytest

from sandbox.authorization import Unmapped

from .fake_state import arn, ask, asked

ROLE = {"arn": "arn:aws:iam::111122223333:role/work"}["arn"]
PASS = "iam:PassRole iam::A:role/work"
QUEUE = "https://sqs.eu-west-3.amazonaws.com/111122223333/jobs"
TOPIC = arn("sns:R:A:news")
LB = "elasticloadbalancing:R:A:loadbalancer/app/web/50dc6c495c0c9188"
LISTENER = "elasticloadbalancing:R:A:listener/app/web/50dc6c495c0c9188/f2f7dc8efc522ab2"
SM = "states:R:A:stateMachine:flow"
TAGS = [{"Key": "Team", "Value": "red"}]

# service, operation, parameters, needs ("action resource", the ARN without `arn:aws:`; A the account, R the region).
CASES: list[tuple[str, str, dict[str, Any], list[str]]] = [
    # IAM: names become ARNs with paths, tags and passed roles are asked for too.
    ("iam", "ListUsers", {}, ["iam:ListUsers *"]),
    ("iam", "GetUser", {"UserName": "alice"}, ["iam:GetUser iam::A:user/team/alice"]),
    ("iam", "GetUser", {"UserName": "nobody"}, ["iam:GetUser iam::A:user/nobody"]),
    ("iam", "GetUser", {}, ["iam:GetUser iam::A:user/*"]),
    ("iam", "CreateUser", {"UserName": "bob"}, ["iam:CreateUser iam::A:user/bob"]),
    ("iam", "CreateUser", {"UserName": "bob", "Path": "/a/b/"}, ["iam:CreateUser iam::A:user/a/b/bob"]),
    (
        "iam",
        "CreateUser",
        {"UserName": "bob", "Tags": TAGS},
        ["iam:CreateUser iam::A:user/bob", "iam:TagUser iam::A:user/bob"],
    ),
    ("iam", "CreateRole", {"RoleName": "r", "Path": "/"}, ["iam:CreateRole iam::A:role/r"]),
    (
        "iam",
        "CreateRole",
        {"RoleName": "r", "Tags": TAGS},
        ["iam:CreateRole iam::A:role/r", "iam:TagRole iam::A:role/r"],
    ),
    ("iam", "CreatePolicy", {"PolicyName": "p"}, ["iam:CreatePolicy iam::A:policy/p"]),
    (
        "iam",
        "AttachUserPolicy",
        {"UserName": "alice", "PolicyArn": "x"},
        ["iam:AttachUserPolicy iam::A:user/team/alice"],
    ),
    ("iam", "AttachRolePolicy", {"RoleName": "deployer"}, ["iam:AttachRolePolicy iam::A:role/ops/deployer"]),
    ("iam", "GetPolicy", {"PolicyArn": arn("iam::A:policy/p")}, ["iam:GetPolicy iam::A:policy/p"]),
    (
        "iam",
        "AddRoleToInstanceProfile",
        {"InstanceProfileName": "web", "RoleName": "deployer"},
        ["iam:AddRoleToInstanceProfile iam::A:instance-profile/web", "iam:PassRole iam::A:role/ops/deployer"],
    ),
    (
        "iam",
        "CreateServiceLinkedRole",
        {"AWSServiceName": "autoscaling.amazonaws.com"},
        [
            "iam:CreateServiceLinkedRole "
            "iam::A:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling"
        ],
    ),
    ("iam", "GetAccessKeyLastUsed", {"AccessKeyId": "AKIA1"}, ["iam:GetAccessKeyLastUsed iam::A:user/team/alice"]),
    (
        "iam",
        "GetOpenIDConnectProvider",
        {"OpenIDConnectProviderArn": arn("iam::A:oidc-provider/idp.test")},
        ["iam:GetOpenIDConnectProvider iam::A:oidc-provider/idp.test"],
    ),
    (
        "iam",
        "DeleteVirtualMFADevice",
        {"SerialNumber": arn("iam::A:mfa/phone")},
        ["iam:DeleteVirtualMFADevice iam::A:mfa/phone"],
    ),
    (
        "iam",
        "SimulatePrincipalPolicy",
        {"PolicySourceArn": arn("iam::A:role/x")},
        ["iam:SimulatePrincipalPolicy iam::A:role/x"],
    ),
    # STS
    ("sts", "GetCallerIdentity", {}, ["sts:GetCallerIdentity *"]),
    ("sts", "GetSessionToken", {}, ["sts:GetSessionToken *"]),
    ("sts", "AssumeRole", {"RoleArn": ROLE}, ["sts:AssumeRole iam::A:role/work"]),
    (
        "sts",
        "AssumeRole",
        {"RoleArn": arn("iam::B:role/x"), "Tags": TAGS, "SourceIdentity": "me"},
        ["sts:AssumeRole iam::B:role/x", "sts:TagSession iam::B:role/x", "sts:SetSourceIdentity iam::B:role/x"],
    ),
    ("sts", "AssumeRoleWithSAML", {"RoleArn": ROLE}, ["sts:AssumeRoleWithSAML iam::A:role/work"]),
    ("sts", "AssumeRoleWithWebIdentity", {"RoleArn": ROLE}, ["sts:AssumeRoleWithWebIdentity iam::A:role/work"]),
    ("sts", "GetFederationToken", {"Name": "bob"}, ["sts:GetFederationToken sts::A:federated-user/bob"]),
    ("sts", "DecodeAuthorizationMessage", {"EncodedMessage": "x"}, ["sts:DecodeAuthorizationMessage *"]),
    # S3: names of its own
    ("s3", "ListBuckets", {}, ["s3:ListAllMyBuckets s3:::*"]),
    ("s3", "CreateBucket", {"Bucket": "b"}, ["s3:CreateBucket s3:::b"]),
    ("s3", "CreateBucket", {"Bucket": "b", "ACL": "private"}, ["s3:CreateBucket s3:::b"]),
    ("s3", "CreateBucket", {"Bucket": "b", "ACL": "public-read"}, ["s3:CreateBucket s3:::b", "s3:PutBucketAcl s3:::b"]),
    (
        "s3",
        "CreateBucket",
        {"Bucket": "b", "ObjectLockEnabledForBucket": True},
        ["s3:CreateBucket s3:::b", "s3:PutBucketObjectLockConfiguration s3:::b", "s3:PutBucketVersioning s3:::b"],
    ),
    ("s3", "HeadBucket", {"Bucket": "b"}, ["s3:ListBucket s3:::b"]),
    ("s3", "ListObjects", {"Bucket": "b"}, ["s3:ListBucket s3:::b"]),
    ("s3", "ListObjectsV2", {"Bucket": "b"}, ["s3:ListBucket s3:::b"]),
    ("s3", "ListObjectVersions", {"Bucket": "b"}, ["s3:ListBucketVersions s3:::b"]),
    ("s3", "ListMultipartUploads", {"Bucket": "b"}, ["s3:ListBucketMultipartUploads s3:::b"]),
    ("s3", "GetObject", {"Bucket": "b", "Key": "a/b"}, ["s3:GetObject s3:::b/a/b"]),
    ("s3", "GetObject", {"Bucket": "b", "Key": "k", "VersionId": "v"}, ["s3:GetObjectVersion s3:::b/k"]),
    ("s3", "HeadObject", {"Bucket": "b", "Key": "k"}, ["s3:GetObject s3:::b/k"]),
    ("s3", "PutObject", {"Bucket": "b", "Key": "k"}, ["s3:PutObject s3:::b/k"]),
    (
        "s3",
        "PutObject",
        {"Bucket": "b", "Key": "k", "Tagging": "a=b", "ACL": "private"},
        ["s3:PutObject s3:::b/k", "s3:PutObjectTagging s3:::b/k", "s3:PutObjectAcl s3:::b/k"],
    ),
    # A key may look like another resource's ARN.
    ("s3", "GetObject", {"Bucket": "b", "Key": "arn:aws:s3:::c/k"}, ["s3:GetObject s3:::b/arn:aws:s3:::c/k"]),
    (
        "s3",
        "GetObject",
        {"Bucket": arn("s3:R:A:accesspoint/ap"), "Key": "k"},
        ["s3:GetObject s3:R:A:accesspoint/ap/object/k"],
    ),
    ("s3", "CreateMultipartUpload", {"Bucket": "b", "Key": "k"}, ["s3:PutObject s3:::b/k"]),
    ("s3", "UploadPart", {"Bucket": "b", "Key": "k"}, ["s3:PutObject s3:::b/k"]),
    ("s3", "CompleteMultipartUpload", {"Bucket": "b", "Key": "k"}, ["s3:PutObject s3:::b/k"]),
    ("s3", "AbortMultipartUpload", {"Bucket": "b", "Key": "k"}, ["s3:AbortMultipartUpload s3:::b/k"]),
    ("s3", "ListParts", {"Bucket": "b", "Key": "k"}, ["s3:ListMultipartUploadParts s3:::b/k"]),
    (
        "s3",
        "UploadPartCopy",
        {"Bucket": "b", "Key": "k", "CopySource": "src/x"},
        ["s3:GetObject s3:::src/x", "s3:PutObject s3:::b/k"],
    ),
    (
        "s3",
        "CopyObject",
        {"Bucket": "b", "Key": "k", "CopySource": "/src/a%20b?versionId=7"},
        ["s3:GetObjectVersion s3:::src/a b", "s3:PutObject s3:::b/k"],
    ),
    (
        "s3",
        "CopyObject",
        {"Bucket": "b", "Key": "k", "CopySource": {"Bucket": "data", "Key": "tagged"}},
        [
            "s3:GetObject s3:::data/tagged",
            "s3:PutObject s3:::b/k",
            "s3:GetObjectTagging s3:::data/tagged",
            "s3:PutObjectTagging s3:::b/k",
        ],
    ),
    (
        "s3",
        "CopyObject",
        {"Bucket": "b", "Key": "k", "CopySource": "data/tagged", "TaggingDirective": "REPLACE", "Tagging": "a=b"},
        ["s3:GetObject s3:::data/tagged", "s3:PutObject s3:::b/k", "s3:PutObjectTagging s3:::b/k"],
    ),
    ("s3", "DeleteObject", {"Bucket": "b", "Key": "k"}, ["s3:DeleteObject s3:::b/k"]),
    (
        "s3",
        "DeleteObject",
        {"Bucket": "b", "Key": "k", "VersionId": "1", "BypassGovernanceRetention": True},
        ["s3:DeleteObjectVersion s3:::b/k", "s3:BypassGovernanceRetention s3:::b/k"],
    ),
    (
        "s3",
        "DeleteObjects",
        {"Bucket": "b", "Delete": {"Objects": [{"Key": "x"}, {"Key": "y", "VersionId": "1"}]}},
        ["s3:DeleteObject s3:::b/x", "s3:DeleteObjectVersion s3:::b/y"],
    ),
    ("s3", "DeleteObjects", {"Bucket": "b", "Delete": {"Objects": []}}, ["s3:DeleteObjects *"]),
    ("s3", "GetObjectTagging", {"Bucket": "b", "Key": "k", "VersionId": "1"}, ["s3:GetObjectVersionTagging s3:::b/k"]),
    (
        "s3",
        "GetObjectAttributes",
        {"Bucket": "b", "Key": "k"},
        ["s3:GetObject s3:::b/k", "s3:GetObjectAttributes s3:::b/k"],
    ),
    ("s3", "GetBucketEncryption", {"Bucket": "b"}, ["s3:GetEncryptionConfiguration s3:::b"]),
    ("s3", "DeleteBucketEncryption", {"Bucket": "b"}, ["s3:PutEncryptionConfiguration s3:::b"]),
    ("s3", "DeleteBucketLifecycle", {"Bucket": "b"}, ["s3:PutLifecycleConfiguration s3:::b"]),
    ("s3", "DeleteBucketCors", {"Bucket": "b"}, ["s3:PutBucketCORS s3:::b"]),
    ("s3", "DeleteBucketTagging", {"Bucket": "b"}, ["s3:PutBucketTagging s3:::b"]),
    ("s3", "PutPublicAccessBlock", {"Bucket": "b"}, ["s3:PutBucketPublicAccessBlock s3:::b"]),
    ("s3", "GetObjectLockConfiguration", {"Bucket": "b"}, ["s3:GetBucketObjectLockConfiguration s3:::b"]),
    ("s3", "PutBucketNotificationConfiguration", {"Bucket": "b"}, ["s3:PutBucketNotification s3:::b"]),
    (
        "s3",
        "PutBucketReplication",
        {"Bucket": "b", "ReplicationConfiguration": {"Role": ROLE}},
        ["s3:PutReplicationConfiguration s3:::b", PASS],
    ),
    ("s3control", "GetPublicAccessBlock", {"AccountId": "111122223333"}, ["s3:GetAccountPublicAccessBlock *"]),
    ("s3control", "GetAccessPointPolicy", {"Name": "ap"}, ["s3:GetAccessPointPolicy s3:R:A:accesspoint/ap"]),
    # EC2
    ("ec2", "DescribeInstances", {"InstanceIds": ["i-1"]}, ["ec2:DescribeInstances *"]),
    (
        "ec2",
        "StartInstances",
        {"InstanceIds": ["i-1", "i-2"]},
        ["ec2:StartInstances ec2:R:A:instance/i-1", "ec2:StartInstances ec2:R:A:instance/i-2"],
    ),
    (
        "ec2",
        "RunInstances",
        {"ImageId": "ami-1"},
        [
            "ec2:RunInstances ec2:R::image/ami-1",
            "ec2:RunInstances ec2:R:A:instance/*",
            "ec2:RunInstances ec2:R:A:network-interface/*",
            "ec2:RunInstances ec2:R:A:security-group/*",
            "ec2:RunInstances ec2:R:A:subnet/*",
            "ec2:RunInstances ec2:R:A:volume/*",
        ],
    ),
    (
        "ec2",
        "RunInstances",
        {
            "ImageId": "ami-1",
            "SubnetId": "subnet-1",
            "SecurityGroupIds": ["sg-1", "sg-2"],
            "KeyName": "k",
            "IamInstanceProfile": {"Name": "web"},
            "TagSpecifications": [{"ResourceType": "instance", "Tags": TAGS}],
        },
        [
            "ec2:RunInstances ec2:R::image/ami-1",
            "ec2:RunInstances ec2:R:A:instance/*",
            "ec2:RunInstances ec2:R:A:network-interface/*",
            "ec2:RunInstances ec2:R:A:security-group/sg-1",
            "ec2:RunInstances ec2:R:A:security-group/sg-2",
            "ec2:RunInstances ec2:R:A:subnet/subnet-1",
            "ec2:RunInstances ec2:R:A:volume/*",
            "ec2:RunInstances ec2:R:A:key-pair/k",
            "ec2:CreateTags ec2:R:A:instance/*",
            "iam:PassRole iam::A:role/web",
        ],
    ),
    (
        "ec2",
        "AssociateIamInstanceProfile",
        {"InstanceId": "i-1", "IamInstanceProfile": {"Name": "web"}},
        ["ec2:AssociateIamInstanceProfile ec2:R:A:instance/i-1", "iam:PassRole iam::A:role/web"],
    ),
    (
        "ec2",
        "CreateTags",
        {"Resources": ["i-1", "ami-9", "tgw-attach-1"], "Tags": TAGS},
        [
            "ec2:CreateTags ec2:R:A:instance/i-1",
            "ec2:CreateTags ec2:R::image/ami-9",
            "ec2:CreateTags ec2:R:A:transit-gateway-attachment/tgw-attach-1",
        ],
    ),
    ("ec2", "DeleteTags", {"Resources": ["what-1"]}, ["ec2:DeleteTags ec2:R:A:*/what-1"]),
    ("ec2", "CreateVpc", {"CidrBlock": "10.0.0.0/16"}, ["ec2:CreateVpc ec2:R:A:vpc/*"]),
    (
        "ec2",
        "CreateVpc",
        {"TagSpecifications": [{"ResourceType": "vpc", "Tags": TAGS}]},
        ["ec2:CreateVpc ec2:R:A:vpc/*", "ec2:CreateTags ec2:R:A:vpc/*"],
    ),
    (
        "ec2",
        "CreateSubnet",
        {"VpcId": "vpc-1"},
        ["ec2:CreateSubnet ec2:R:A:subnet/*", "ec2:CreateSubnet ec2:R:A:vpc/vpc-1"],
    ),
    (
        "ec2",
        "AttachVolume",
        {"InstanceId": "i-1", "VolumeId": "vol-1"},
        ["ec2:AttachVolume ec2:R:A:instance/i-1", "ec2:AttachVolume ec2:R:A:volume/vol-1"],
    ),
    (
        "ec2",
        "DetachVolume",
        {"VolumeId": "vol-1"},
        ["ec2:DetachVolume ec2:R:A:instance/i-1", "ec2:DetachVolume ec2:R:A:volume/vol-1"],
    ),
    (
        "ec2",
        "AcceptVpcPeeringConnection",
        {"VpcPeeringConnectionId": "pcx-1"},
        [
            "ec2:AcceptVpcPeeringConnection ec2:R:A:vpc-peering-connection/pcx-1",
            "ec2:AcceptVpcPeeringConnection ec2:R:A:vpc/vpc-1",
        ],
    ),
    (
        "ec2",
        "DisassociateRouteTable",
        {"AssociationId": "rtbassoc-1"},
        ["ec2:DisassociateRouteTable ec2:R:A:route-table/rtb-1"],
    ),
    (
        "ec2",
        "DisassociateRouteTable",
        {"AssociationId": "rtbassoc-none"},
        ["ec2:DisassociateRouteTable ec2:R:A:route-table/*"],
    ),
    # Whichever of the two names the emulator takes, both are asked for.
    (
        "ec2",
        "AuthorizeSecurityGroupIngress",
        {"GroupId": "sg-1", "GroupName": "web"},
        [
            "ec2:AuthorizeSecurityGroupIngress ec2:R:A:security-group/sg-1",
            "ec2:AuthorizeSecurityGroupIngress ec2:R:A:security-group/web",
        ],
    ),
    # DynamoDB
    ("dynamodb", "ListTables", {}, ["dynamodb:ListTables *"]),
    ("dynamodb", "PutItem", {"TableName": "orders"}, ["dynamodb:PutItem dynamodb:R:A:table/orders"]),
    ("dynamodb", "GetItem", {"TableName": arn("dynamodb:R:B:table/t")}, ["dynamodb:GetItem dynamodb:R:B:table/t"]),
    ("dynamodb", "Query", {"TableName": "t"}, ["dynamodb:Query dynamodb:R:A:table/t"]),
    ("dynamodb", "Query", {"TableName": "t", "IndexName": "i"}, ["dynamodb:Query dynamodb:R:A:table/t/index/i"]),
    (
        "dynamodb",
        "Scan",
        {"TableName": arn("dynamodb:R:B:table/t"), "IndexName": "i"},
        ["dynamodb:Scan dynamodb:R:B:table/t/index/i"],
    ),
    (
        "dynamodb",
        "BatchGetItem",
        {"RequestItems": {"a": {"Keys": []}, "b": {"Keys": []}}},
        ["dynamodb:BatchGetItem dynamodb:R:A:table/a", "dynamodb:BatchGetItem dynamodb:R:A:table/b"],
    ),
    (
        "dynamodb",
        "TransactWriteItems",
        {
            "TransactItems": [
                {"Put": {"TableName": "a"}},
                {"Update": {"TableName": "a"}},
                {"Delete": {"TableName": "b"}},
                {"ConditionCheck": {"TableName": "c"}},
            ]
        },
        [
            "dynamodb:PutItem dynamodb:R:A:table/a",
            "dynamodb:UpdateItem dynamodb:R:A:table/a",
            "dynamodb:DeleteItem dynamodb:R:A:table/b",
            "dynamodb:ConditionCheckItem dynamodb:R:A:table/c",
        ],
    ),
    (
        "dynamodb",
        "TransactGetItems",
        {"TransactItems": [{"Get": {"TableName": "a"}}]},
        ["dynamodb:GetItem dynamodb:R:A:table/a"],
    ),
    (
        "dynamodb",
        "CreateTable",
        {"TableName": "t", "Tags": TAGS},
        ["dynamodb:CreateTable dynamodb:R:A:table/t", "dynamodb:TagResource dynamodb:R:A:table/t"],
    ),
    (
        "dynamodbstreams",
        "GetRecords",
        {"ShardIterator": "AAA"},
        ["dynamodb:GetRecords dynamodb:R:A:table/orders/stream/2026"],
    ),
    # SQS, SNS
    ("sqs", "SendMessage", {"QueueUrl": QUEUE}, ["sqs:SendMessage sqs:R:A:jobs"]),
    (
        "sqs",
        "SendMessage",
        {"QueueUrl": QUEUE.replace("111122223333", "444455556666")},
        ["sqs:SendMessage sqs:R:B:jobs"],
    ),
    ("sqs", "SendMessage", {"QueueUrl": "arn:aws:sqs:x:y:allowed/jobs"}, ["sqs:SendMessage sqs:R:A:jobs"]),
    ("sqs", "SendMessageBatch", {"QueueUrl": QUEUE}, ["sqs:SendMessage sqs:R:A:jobs"]),
    ("sqs", "DeleteMessageBatch", {"QueueUrl": QUEUE}, ["sqs:DeleteMessage sqs:R:A:jobs"]),
    ("sqs", "ChangeMessageVisibilityBatch", {"QueueUrl": QUEUE}, ["sqs:ChangeMessageVisibility sqs:R:A:jobs"]),
    ("sqs", "ListQueues", {}, ["sqs:ListQueues sqs:R:A:"]),
    ("sqs", "GetQueueUrl", {"QueueName": "jobs"}, ["sqs:GetQueueUrl sqs:R:A:jobs"]),
    (
        "sqs",
        "CreateQueue",
        {"QueueName": "q", "tags": {"a": "b"}},
        ["sqs:CreateQueue sqs:R:A:q", "sqs:TagQueue sqs:R:A:q"],
    ),
    ("sns", "Publish", {"TopicArn": TOPIC}, ["sns:Publish sns:R:A:news"]),
    ("sns", "Publish", {"PhoneNumber": "+1"}, ["sns:Publish sns:R:A:*"]),
    ("sns", "PublishBatch", {"TopicArn": TOPIC}, ["sns:Publish sns:R:A:news"]),
    ("sns", "Unsubscribe", {"SubscriptionArn": arn("sns:R:A:news:77")}, ["sns:Unsubscribe sns:R:A:news"]),
    ("sns", "CreateTopic", {"Name": "t", "Tags": TAGS}, ["sns:CreateTopic sns:R:A:t", "sns:TagResource sns:R:A:t"]),
    (
        "sns",
        "SetTopicAttributes",
        {"TopicArn": TOPIC, "AttributeName": "SQSSuccessFeedbackRoleArn", "AttributeValue": ROLE},
        ["sns:SetTopicAttributes sns:R:A:news", PASS],
    ),
    (
        "sns",
        "SetTopicAttributes",
        {"TopicArn": TOPIC, "AttributeName": "DisplayName", "AttributeValue": ROLE},
        ["sns:SetTopicAttributes sns:R:A:news"],
    ),
    # KMS
    ("kms", "ListKeys", {}, ["kms:ListKeys *"]),
    ("kms", "CreateKey", {}, ["kms:CreateKey *"]),
    (
        "kms",
        "CreateKey",
        {"Tags": [{"TagKey": "a", "TagValue": "b"}]},
        ["kms:CreateKey *", "kms:TagResource kms:R:A:key/*"],
    ),
    ("kms", "Encrypt", {"KeyId": "alias/app"}, ["kms:Encrypt kms:R:A:key/0001"]),
    ("kms", "Encrypt", {"KeyId": "alias/none"}, ["kms:Encrypt kms:R:A:alias/none"]),
    ("kms", "Decrypt", {"CiphertextBlob": b"cipher"}, ["kms:Decrypt kms:R:A:key/0001"]),
    ("kms", "Decrypt", {"CiphertextBlob": b"unknown"}, ["kms:Decrypt kms:R:A:key/*"]),
    (
        "kms",
        "Decrypt",
        {"CiphertextBlob": b"cipher", "KeyId": "0002"},
        ["kms:Decrypt kms:R:A:key/0001", "kms:Decrypt kms:R:A:key/0002"],
    ),
    (
        "kms",
        "ReEncrypt",
        {"CiphertextBlob": b"cipher", "DestinationKeyId": "0002"},
        ["kms:ReEncryptFrom kms:R:A:key/0001", "kms:ReEncryptTo kms:R:A:key/0002"],
    ),
    (
        "kms",
        "CreateAlias",
        {"AliasName": "alias/new", "TargetKeyId": "0002"},
        ["kms:CreateAlias kms:R:A:alias/new", "kms:CreateAlias kms:R:A:key/0002"],
    ),
    (
        "kms",
        "UpdateAlias",
        {"AliasName": "alias/app", "TargetKeyId": "0002"},
        ["kms:UpdateAlias kms:R:A:alias/app", "kms:UpdateAlias kms:R:A:key/0001", "kms:UpdateAlias kms:R:A:key/0002"],
    ),
    (
        "kms",
        "DeleteAlias",
        {"AliasName": "alias/app"},
        ["kms:DeleteAlias kms:R:A:alias/app", "kms:DeleteAlias kms:R:A:key/0001"],
    ),
    # Secrets Manager, SSM
    (
        "secretsmanager",
        "GetSecretValue",
        {"SecretId": "db"},
        ["secretsmanager:GetSecretValue secretsmanager:R:A:secret:db-AbCdEf"],
    ),
    (
        "secretsmanager",
        "GetSecretValue",
        {"SecretId": "no"},
        ["secretsmanager:GetSecretValue secretsmanager:R:A:secret:no"],
    ),
    (
        "secretsmanager",
        "CreateSecret",
        {"Name": "s", "Tags": TAGS},
        [
            "secretsmanager:CreateSecret secretsmanager:R:A:secret:s",
            "secretsmanager:TagResource secretsmanager:R:A:secret:s",
        ],
    ),
    (
        "secretsmanager",
        "BatchGetSecretValue",
        {"SecretIdList": ["db"]},
        ["secretsmanager:BatchGetSecretValue *", "secretsmanager:GetSecretValue secretsmanager:R:A:secret:db-AbCdEf"],
    ),
    ("ssm", "GetParameter", {"Name": "/a/b:3"}, ["ssm:GetParameter ssm:R:A:parameter/a/b"]),
    ("ssm", "GetParameter", {"Name": "/a/b"}, ["ssm:GetParameter ssm:R:A:parameter/a/b"]),
    (
        "ssm",
        "GetParameters",
        {"Names": ["x", "/y"]},
        ["ssm:GetParameters ssm:R:A:parameter/x", "ssm:GetParameters ssm:R:A:parameter/y"],
    ),
    ("ssm", "GetParametersByPath", {"Path": "/a/"}, ["ssm:GetParametersByPath ssm:R:A:parameter/a/"]),
    (
        "ssm",
        "PutParameter",
        {"Name": "p", "Tags": TAGS},
        ["ssm:PutParameter ssm:R:A:parameter/p", "ssm:AddTagsToResource ssm:R:A:parameter/p"],
    ),
    ("ssm", "DescribeParameters", {}, ["ssm:DescribeParameters *"]),
    (
        "ssm",
        "AddTagsToResource",
        {"ResourceType": "Parameter", "ResourceId": "/p"},
        ["ssm:AddTagsToResource ssm:R:A:parameter/p"],
    ),
    ("ssm", "AddTagsToResource", {"ResourceType": "Other", "ResourceId": "/p"}, ["ssm:AddTagsToResource *"]),
    # Lambda
    ("lambda", "ListFunctions", {}, ["lambda:ListFunctions *"]),
    ("lambda", "Invoke", {"FunctionName": "f"}, ["lambda:InvokeFunction lambda:R:A:function:f"]),
    ("lambda", "Invoke", {"FunctionName": "f", "Qualifier": "1"}, ["lambda:InvokeFunction lambda:R:A:function:f:1"]),
    ("lambda", "Invoke", {"FunctionName": "f:live"}, ["lambda:InvokeFunction lambda:R:A:function:f:live"]),
    ("lambda", "Invoke", {"FunctionName": "444455556666:function:f"}, ["lambda:InvokeFunction lambda:R:B:function:f"]),
    (
        "lambda",
        "Invoke",
        {"FunctionName": arn("lambda:R:B:function:f"), "Qualifier": "7"},
        ["lambda:InvokeFunction lambda:R:B:function:f:7"],
    ),
    (
        "lambda",
        "CreateFunction",
        {"FunctionName": "f", "Role": ROLE, "Tags": {"a": "b"}, "Layers": [arn("lambda:R:B:layer:l:3")]},
        [
            "lambda:CreateFunction lambda:R:A:function:f",
            "lambda:GetLayerVersion lambda:R:B:layer:l:3",
            "lambda:TagResource lambda:R:A:function:f",
            PASS,
        ],
    ),
    ("lambda", "CreateEventSourceMapping", {"FunctionName": "f"}, ["lambda:CreateEventSourceMapping *"]),
    (
        "lambda",
        "GetLayerVersion",
        {"LayerName": "l", "VersionNumber": 3},
        ["lambda:GetLayerVersion lambda:R:A:layer:l:3"],
    ),
    # EventBridge
    (
        "events",
        "PutEvents",
        {"Entries": [{"Source": "a"}, {"Source": "a"}]},
        ["events:PutEvents events:R:A:event-bus/default"],
    ),
    (
        "events",
        "PutEvents",
        {"Entries": [{"Source": "a"}, {"EventBusName": arn("events:R:B:event-bus/x")}]},
        ["events:PutEvents events:R:A:event-bus/default", "events:PutEvents events:R:B:event-bus/x"],
    ),
    ("events", "PutRule", {"Name": "r", "RoleArn": ROLE}, ["events:PutRule events:R:A:rule/r", PASS]),
    ("events", "DeleteRule", {"Name": "r", "EventBusName": "bus"}, ["events:DeleteRule events:R:A:rule/bus/r"]),
    (
        "events",
        "PutTargets",
        {"Rule": "r", "Targets": [{"Id": "1", "Arn": "x", "RoleArn": ROLE}]},
        ["events:PutTargets events:R:A:rule/r", PASS],
    ),
    # Logs
    ("logs", "DescribeLogGroups", {}, ["logs:DescribeLogGroups logs:R:A:log-group::log-stream:"]),
    ("logs", "CreateLogGroup", {"logGroupName": "/g"}, ["logs:CreateLogGroup logs:R:A:log-group:/g:log-stream:"]),
    (
        "logs",
        "PutLogEvents",
        {"logGroupName": "/g", "logStreamName": "s"},
        ["logs:PutLogEvents logs:R:A:log-group:/g:log-stream:s"],
    ),
    (
        "logs",
        "PutSubscriptionFilter",
        {"logGroupName": "/g", "destinationArn": arn("lambda:R:A:function:f"), "roleArn": ROLE},
        ["logs:PutSubscriptionFilter logs:R:A:log-group:/g:log-stream:", PASS],
    ),
    ("logs", "TagResource", {"resourceArn": arn("logs:R:A:log-group:/g")}, ["logs:TagResource logs:R:A:log-group:/g"]),
    # CloudFormation, CloudWatch, CloudTrail, Config
    (
        "cloudformation",
        "DescribeStacks",
        {"StackName": "net"},
        ["cloudformation:DescribeStacks cloudformation:R:A:stack/net/u-2"],
    ),
    (
        "cloudformation",
        "CreateStack",
        {"StackName": "new", "RoleARN": ROLE, "Tags": TAGS},
        [
            "cloudformation:CreateStack cloudformation:R:A:stack/new/*",
            "cloudformation:TagResource cloudformation:R:A:stack/new/*",
            PASS,
        ],
    ),
    (
        "cloudformation",
        "DeleteChangeSet",
        {"StackName": "net", "ChangeSetName": "c"},
        ["cloudformation:DeleteChangeSet cloudformation:R:A:stack/net/u-2"],
    ),
    ("cloudformation", "DeleteChangeSet", {"ChangeSetName": "c"}, ["cloudformation:DeleteChangeSet *"]),
    ("cloudwatch", "PutMetricData", {"Namespace": "n"}, ["cloudwatch:PutMetricData *"]),
    ("cloudwatch", "GetMetricData", {}, ["cloudwatch:GetMetricData *"]),
    ("cloudwatch", "DeleteAlarms", {"AlarmNames": ["a"]}, ["cloudwatch:DeleteAlarms cloudwatch:R:A:alarm:a"]),
    ("cloudwatch", "GetDashboard", {"DashboardName": "d"}, ["cloudwatch:GetDashboard cloudwatch::A:dashboard/d"]),
    (
        "cloudtrail",
        "CreateTrail",
        {"Name": "t", "CloudWatchLogsRoleArn": ROLE},
        ["cloudtrail:CreateTrail cloudtrail:R:A:trail/t", PASS],
    ),
    ("cloudtrail", "LookupEvents", {}, ["cloudtrail:LookupEvents *"]),
    (
        "config",
        "PutConfigurationRecorder",
        {"ConfigurationRecorder": {"name": "default", "roleARN": ROLE}},
        ["config:PutConfigurationRecorder config:R:A:configuration-recorder/default/*", PASS],
    ),
    # Compute
    (
        "autoscaling",
        "SetDesiredCapacity",
        {"AutoScalingGroupName": "web"},
        ["autoscaling:SetDesiredCapacity autoscaling:R:A:autoScalingGroup:u-1:autoScalingGroupName/web"],
    ),
    (
        "autoscaling",
        "TerminateInstanceInAutoScalingGroup",
        {"InstanceId": "i-1"},
        [
            "autoscaling:TerminateInstanceInAutoScalingGroup "
            "autoscaling:R:A:autoScalingGroup:u-1:autoScalingGroupName/web"
        ],
    ),
    ("ecs", "ListServices", {}, ["ecs:ListServices *"]),
    ("ecs", "DescribeServices", {"services": ["s"]}, ["ecs:DescribeServices ecs:R:A:service/default/s"]),
    (
        "ecs",
        "UpdateService",
        {"cluster": arn("ecs:R:A:cluster/c"), "service": "s"},
        ["ecs:UpdateService ecs:R:A:service/c/s"],
    ),
    (
        "ecs",
        "DeleteService",
        {"cluster": "c", "service": arn("ecs:R:A:service/c/s")},
        ["ecs:DeleteService ecs:R:A:service/c/s"],
    ),
    (
        "ecs",
        "RegisterTaskDefinition",
        {"family": "f", "taskRoleArn": ROLE, "executionRoleArn": ROLE},
        ["ecs:RegisterTaskDefinition ecs:R:A:task-definition/f:*", PASS, PASS],
    ),
    ("ecs", "RunTask", {"taskDefinition": "f:3"}, ["ecs:RunTask ecs:R:A:task-definition/f:3"]),
    ("ecr", "PutImage", {"repositoryName": "r"}, ["ecr:PutImage ecr:R:A:repository/r"]),
    ("ecr", "GetAuthorizationToken", {}, ["ecr:GetAuthorizationToken *"]),
    (
        "elbv2",
        "CreateLoadBalancer",
        {"Name": "n", "Type": "network"},
        ["elasticloadbalancing:CreateLoadBalancer elasticloadbalancing:R:A:loadbalancer/net/n/*"],
    ),
    ("elbv2", "DeleteLoadBalancer", {"LoadBalancerArn": arn(LB)}, [f"elasticloadbalancing:DeleteLoadBalancer {LB}"]),
    ("elbv2", "CreateRule", {"ListenerArn": arn(LISTENER)}, [f"elasticloadbalancing:CreateRule {LISTENER}"]),
    ("elbv2", "DescribeLoadBalancers", {}, ["elasticloadbalancing:DescribeLoadBalancers *"]),
    ("stepfunctions", "StartExecution", {"stateMachineArn": arn(SM)}, [f"states:StartExecution {SM}"]),
    (
        "stepfunctions",
        "CreateStateMachine",
        {"name": "m", "roleArn": ROLE},
        ["states:CreateStateMachine states:R:A:stateMachine:m", PASS],
    ),
    ("codebuild", "StopBuild", {"id": "proj:1234"}, ["codebuild:StopBuild codebuild:R:A:project/proj"]),
    (
        "codebuild",
        "CreateProject",
        {"name": "p", "serviceRole": ROLE},
        ["codebuild:CreateProject codebuild:R:A:project/p", PASS],
    ),
    (
        "codedeploy",
        "GetDeployment",
        {"deploymentId": "d-1"},
        ["codedeploy:GetDeployment codedeploy:R:A:deploymentgroup:app/prod"],
    ),
    (
        "codepipeline",
        "CreatePipeline",
        {"pipeline": {"name": "p", "roleArn": ROLE}},
        ["codepipeline:CreatePipeline codepipeline:R:A:p", PASS],
    ),
    ("kinesis", "PutRecord", {"StreamName": "clicks"}, ["kinesis:PutRecord kinesis:R:A:stream/clicks"]),
    ("kinesis", "GetRecords", {"ShardIterator": "AAA"}, ["kinesis:GetRecords kinesis:R:A:stream/clicks"]),
    # API Gateway: methods on paths
    ("apigateway", "GetRestApis", {}, ["apigateway:GET apigateway:R::/restapis"]),
    (
        "apigateway",
        "GetStage",
        {"restApiId": "a1", "stageName": "prod"},
        ["apigateway:GET apigateway:R::/restapis/a1/stages/prod"],
    ),
    (
        "apigateway",
        "CreateResource",
        {"restApiId": "a1", "parentId": "r"},
        ["apigateway:POST apigateway:R::/restapis/a1/resources/r"],
    ),
    (
        "apigateway",
        "PutIntegration",
        {"restApiId": "a1", "resourceId": "r", "httpMethod": "GET", "credentials": ROLE},
        ["apigateway:PUT apigateway:R::/restapis/a1/resources/r/methods/GET/integration", PASS],
    ),
    # Cognito: what an application's users call needs nothing.
    ("cognito-idp", "InitiateAuth", {"ClientId": "c"}, []),
    ("cognito-idp", "SignUp", {"ClientId": "c"}, []),
    ("cognito-idp", "AdminGetUser", {"UserPoolId": "p"}, ["cognito-idp:AdminGetUser cognito-idp:R:A:userpool/p"]),
    ("cognito-identity", "GetId", {"IdentityPoolId": "p"}, []),
    # Organizations, accounts, money
    (
        "organizations",
        "DescribeAccount",
        {"AccountId": "444455556666"},
        ["organizations:DescribeAccount organizations::A:account/o-1/444455556666"],
    ),
    (
        "organizations",
        "AttachPolicy",
        {"PolicyId": "p-FullAWSAccess", "TargetId": "ou-ab12-x"},
        [
            "organizations:AttachPolicy organizations::A:ou/o-1/ou-ab12-x",
            "organizations:AttachPolicy organizations::aws:policy/service_control_policy/p-FullAWSAccess",
        ],
    ),
    ("organizations", "ListRoots", {}, ["organizations:ListRoots *"]),
    ("account", "ListRegions", {}, ["account:ListRegions account::A:account"]),
    ("account", "EnableRegion", {"RegionName": "af-south-1"}, ["account:EnableRegion account::A:account"]),
    ("budgets", "CreateBudget", {"Budget": {"BudgetName": "b"}}, ["budgets:ModifyBudget budgets::A:budget/b"]),
    ("budgets", "DescribeBudget", {"BudgetName": "b"}, ["budgets:ViewBudget budgets::A:budget/b"]),
    ("ce", "GetCostAndUsage", {}, ["ce:GetCostAndUsage *"]),
    # Others
    ("route53", "GetHostedZone", {"Id": "/hostedzone/Z1"}, ["route53:GetHostedZone route53:::hostedzone/Z1"]),
    (
        "route53",
        "ListTagsForResource",
        {"ResourceType": "healthcheck", "ResourceId": "h"},
        ["route53:ListTagsForResource route53:::healthcheck/h"],
    ),
    (
        "acm",
        "RequestCertificate",
        {"DomainName": "d", "Tags": TAGS},
        ["acm:RequestCertificate *", "acm:AddTagsToCertificate acm:R:A:certificate/*"],
    ),
    ("resourcegroupstaggingapi", "GetResources", {}, ["tag:GetResources *"]),
    (
        "accessanalyzer",
        "ListFindingsV2",
        {"analyzerArn": arn("access-analyzer:R:A:analyzer/a")},
        ["access-analyzer:ListFindings access-analyzer:R:A:analyzer/a"],
    ),
    ("rolesanywhere", "GetProfile", {"profileId": "p"}, ["rolesanywhere:GetProfile rolesanywhere:R:A:profile/p"]),
    ("xray", "GetGroup", {"GroupName": "g"}, ["xray:GetGroup xray:R:A:group/g/*"]),
]


def _expected(line: str) -> str:
    action, resource = line.split(" ", 1)
    return f"{action} {arn(resource)}"


@pytest.mark.parametrize(("service", "operation", "parameters", "expected"), CASES)
def test_a_call_needs(service: str, operation: str, parameters: dict[str, Any], expected: list[str]) -> None:
    assert sorted(asked(service, operation, parameters)) == sorted(map(_expected, expected))


@pytest.mark.parametrize(
    ("service", "operation"), [("dynamodb", "ExecuteStatement"), ("s3", "CreateSession"), ("logs", "GetLogObject")]
)
def test_nothing_is_guessed(service: str, operation: str) -> None:
    with pytest.raises(Unmapped) as raised:
        ask(service, operation, {})
    assert (raised.value.service, raised.value.operation) == (service, operation)


def test_the_owner_of_a_resource_is_told() -> None:
    assert [each.resource_account for each in ask("s3", "ListObjectsV2", {"Bucket": "theirs"})] == ["444455556666"]
    assert [each.resource_account for each in ask("s3", "ListObjectsV2", {"Bucket": "none"})] == ["111122223333"]
    role = {"RoleArn": "arn:aws:iam::444455556666:role/x"}
    assert [each.resource_account for each in ask("sts", "AssumeRole", role)] == ["444455556666"]


def test_a_user_may_be_the_calling_one() -> None:
    caller = "arn:aws:iam::111122223333:user/team/alice"
    assert [each.resource for each in ask("iam", "CreateAccessKey", {}, caller)] == [caller]
    assert [each.resource for each in ask("iam", "ChangePassword", {}, caller)] == [caller]
