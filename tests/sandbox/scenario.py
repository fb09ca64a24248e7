"""A little of everything: resources in every service that the sandbox offers, and the calls that read them back."""

import io
import json
import zipfile
from collections.abc import Callable
from typing import Any

Clients = Callable[[str], Any]
Read = tuple[str, str, dict[str, Any]]

TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
        ],
    }
)
TEMPLATE = """
Resources:
  Queue:
    Type: AWS::SQS::Queue
    Properties: {QueueName: from-stack}
  Topic:
    Type: AWS::SNS::Topic
    Properties: {TopicName: from-stack}
Outputs:
  Url: {Value: !Ref Queue}
"""


def code_zip() -> bytes:
    """A Lambda function's code."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(zipfile.ZipInfo("fn.py"), "def handler(event, context):\n    return event\n")
    return file.getvalue()


def populate(clients: Clients, account_id: str) -> list[Read]:
    """Make resources in every service; returns at least 60 reading calls (service, boto3 method, parameters)."""
    reads: list[Read] = []
    for part in (
        _identity,
        _storage,
        _compute,
        _messages,
        _secrets,
        _operations,
        _applications,
        _organization,
    ):
        reads += part(clients, account_id)
    return reads


def _identity(clients: Clients, account_id: str) -> list[Read]:
    iam = clients("iam")
    iam.create_user(UserName="alice", Tags=[{"Key": "team", "Value": "blue"}])
    iam.create_group(GroupName="readers")
    iam.add_user_to_group(UserName="alice", GroupName="readers")
    policy = json.dumps(
        {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}
    )
    arn = iam.create_policy(PolicyName="all-s3", PolicyDocument=policy)["Policy"]["Arn"]
    iam.attach_group_policy(GroupName="readers", PolicyArn=arn)
    iam.attach_user_policy(UserName="alice", PolicyArn="arn:aws:iam::aws:policy/ReadOnlyAccess")
    iam.put_user_policy(UserName="alice", PolicyName="inline", PolicyDocument=policy)
    iam.create_role(RoleName="worker", AssumeRolePolicyDocument=TRUST)
    iam.create_instance_profile(InstanceProfileName="web")
    iam.add_role_to_instance_profile(InstanceProfileName="web", RoleName="worker")
    iam.create_access_key(UserName="alice")
    iam.create_account_alias(AccountAlias="plum-otter")
    iam.update_account_password_policy(MinimumPasswordLength=14)
    idp = clients("cognito-idp")
    pool = idp.create_user_pool(PoolName="people")["UserPool"]["Id"]
    app = idp.create_user_pool_client(UserPoolId=pool, ClientName="app")["UserPoolClient"]["ClientId"]
    idp.admin_create_user(UserPoolId=pool, Username="bob")
    identity = clients("cognito-identity")
    ids = identity.create_identity_pool(IdentityPoolName="ids", AllowUnauthenticatedIdentities=False)["IdentityPoolId"]
    instance = clients("sso-admin").list_instances()["Instances"]
    store = instance[0]["IdentityStoreId"] if instance else "d-1234567890"
    reads: list[Read] = [
        ("iam", "list_users", {}),
        ("iam", "get_user", {"UserName": "alice"}),
        ("iam", "list_groups_for_user", {"UserName": "alice"}),
        ("iam", "list_attached_user_policies", {"UserName": "alice"}),
        ("iam", "get_user_policy", {"UserName": "alice", "PolicyName": "inline"}),
        ("iam", "get_policy", {"PolicyArn": arn}),
        ("iam", "get_policy", {"PolicyArn": "arn:aws:iam::aws:policy/ReadOnlyAccess"}),
        ("iam", "get_role", {"RoleName": "worker"}),
        ("iam", "get_instance_profile", {"InstanceProfileName": "web"}),
        ("iam", "list_access_keys", {"UserName": "alice"}),
        ("iam", "list_account_aliases", {}),
        ("iam", "get_account_password_policy", {}),
        ("cognito-idp", "describe_user_pool", {"UserPoolId": pool}),
        ("cognito-idp", "describe_user_pool_client", {"UserPoolId": pool, "ClientId": app}),
        ("cognito-idp", "admin_get_user", {"UserPoolId": pool, "Username": "bob"}),
        ("cognito-identity", "describe_identity_pool", {"IdentityPoolId": ids}),
        ("sso-admin", "list_instances", {}),
        ("identitystore", "list_users", {"IdentityStoreId": store}),
    ]
    return reads


def _storage(clients: Clients, account_id: str) -> list[Read]:
    s3 = clients("s3")
    s3.create_bucket(Bucket="plum-otter", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
    s3.put_bucket_versioning(Bucket="plum-otter", VersioningConfiguration={"Status": "Enabled"})
    s3.put_object(Bucket="plum-otter", Key="a b/ü%2F+", Body=b"one", Metadata={"colour": "teal"})
    s3.put_object(Bucket="plum-otter", Key="a b/ü%2F+", Body=b"two", Tagging="k=v")
    s3.put_bucket_tagging(Bucket="plum-otter", Tagging={"TagSet": [{"Key": "team", "Value": "blue"}]})
    s3.put_public_access_block(Bucket="plum-otter", PublicAccessBlockConfiguration={"BlockPublicAcls": True})
    s3.create_multipart_upload(Bucket="plum-otter", Key="big")
    clients("s3control").put_public_access_block(
        AccountId=account_id, PublicAccessBlockConfiguration={"BlockPublicAcls": True}
    )
    table = clients("dynamodb")
    table.create_table(
        TableName="orders",
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
    )
    table.put_item(TableName="orders", Item={"pk": {"S": "1"}, "n": {"N": "4.5"}, "b": {"B": b"\x00\xff"}})
    clients("elasticache").create_cache_cluster(
        CacheClusterId="cache", Engine="redis", CacheNodeType="cache.t3.micro", NumCacheNodes=1
    )
    return [
        ("s3", "list_buckets", {}),
        ("s3", "get_object", {"Bucket": "plum-otter", "Key": "a b/ü%2F+"}),
        ("s3", "list_object_versions", {"Bucket": "plum-otter"}),
        ("s3", "list_objects_v2", {"Bucket": "plum-otter"}),
        ("s3", "get_bucket_location", {"Bucket": "plum-otter"}),
        ("s3", "get_bucket_tagging", {"Bucket": "plum-otter"}),
        ("s3", "get_object_tagging", {"Bucket": "plum-otter", "Key": "a b/ü%2F+"}),
        ("s3", "get_public_access_block", {"Bucket": "plum-otter"}),
        ("s3", "list_multipart_uploads", {"Bucket": "plum-otter"}),
        ("s3control", "get_public_access_block", {"AccountId": account_id}),
        ("dynamodb", "describe_table", {"TableName": "orders"}),
        ("dynamodb", "scan", {"TableName": "orders"}),
        ("dynamodbstreams", "list_streams", {"TableName": "orders"}),
        ("elasticache", "describe_cache_clusters", {}),
    ]


def _compute(clients: Clients, account_id: str) -> list[Read]:
    ec2 = clients("ec2")
    image = ec2.describe_images(Owners=["amazon"])["Images"][0]["ImageId"]
    vpc = ec2.create_vpc(CidrBlock="10.1.0.0/16")["Vpc"]["VpcId"]
    subnets = [
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.1.{n}.0/24", AvailabilityZone=f"eu-central-1{zone}")
        for n, zone in enumerate("ab")
    ]
    subnet_ids = [subnet["Subnet"]["SubnetId"] for subnet in subnets]
    ec2.run_instances(ImageId=image, InstanceType="t3.micro", MinCount=1, MaxCount=1, SubnetId=subnet_ids[0])
    ec2.create_security_group(GroupName="web", Description="web", VpcId=vpc)
    ec2.create_key_pair(KeyName="key")
    balancer = clients("elbv2").create_load_balancer(Name="front", Subnets=subnet_ids)["LoadBalancers"][0]
    scaling = clients("autoscaling")
    scaling.create_launch_configuration(LaunchConfigurationName="lc", ImageId=image, InstanceType="t3.micro")
    scaling.create_auto_scaling_group(
        AutoScalingGroupName="group",
        LaunchConfigurationName="lc",
        MinSize=0,
        MaxSize=1,
        AvailabilityZones=["eu-central-1a"],
    )
    clients("lambda").create_function(
        FunctionName="fn",
        Runtime="python3.13",
        Role=f"arn:aws:iam::{account_id}:role/worker",
        Handler="fn.handler",
        Code={"ZipFile": code_zip()},
    )
    clients("ecs").create_cluster(clusterName="tasks")
    clients("ecr").create_repository(repositoryName="images")
    return [
        ("ec2", "describe_instances", {}),
        ("ec2", "describe_vpcs", {}),
        ("ec2", "describe_subnets", {}),
        ("ec2", "describe_security_groups", {}),
        ("ec2", "describe_key_pairs", {}),
        ("ec2", "describe_images", {"Owners": ["amazon"]}),
        ("ec2", "describe_volumes", {}),
        ("elbv2", "describe_load_balancers", {"LoadBalancerArns": [balancer["LoadBalancerArn"]]}),
        ("autoscaling", "describe_auto_scaling_groups", {}),
        ("lambda", "get_function", {"FunctionName": "fn"}),
        ("lambda", "list_functions", {}),
        ("ecs", "describe_clusters", {"clusters": ["tasks"]}),
        ("ecr", "describe_repositories", {}),
    ]


def _open_to(service: str, queue_arn: str, source_arn: str) -> str:
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": service},
        "Action": "sqs:SendMessage",
        "Resource": queue_arn,
        "Condition": {"ArnEquals": {"aws:SourceArn": source_arn}},
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def _messages(clients: Clients, account_id: str) -> list[Read]:
    sqs, sns = clients("sqs"), clients("sns")
    url = sqs.create_queue(QueueName="inbox", Attributes={"VisibilityTimeout": "45"})["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    topic = sns.create_topic(Name="news")["TopicArn"]
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": _open_to("sns.amazonaws.com", arn, topic)})
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    sns.publish(TopicArn=topic, Message="hello")
    events = clients("events")
    events.put_rule(Name="hourly", ScheduleExpression="rate(1 hour)")
    events.put_targets(Rule="hourly", Targets=[{"Id": "1", "Arn": arn}])
    clients("kinesis").create_stream(StreamName="clicks", ShardCount=1)
    clients("kinesis").put_record(StreamName="clicks", Data=b"x", PartitionKey="p")
    machine = clients("stepfunctions").create_state_machine(
        name="flow",
        definition='{"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}',
        roleArn=f"arn:aws:iam::{account_id}:role/worker",
    )
    return [
        ("sqs", "list_queues", {}),
        ("sqs", "get_queue_attributes", {"QueueUrl": url, "AttributeNames": ["All"]}),
        ("sns", "list_topics", {}),
        ("sns", "list_subscriptions_by_topic", {"TopicArn": topic}),
        ("events", "list_rules", {}),
        ("events", "list_targets_by_rule", {"Rule": "hourly"}),
        ("kinesis", "describe_stream", {"StreamName": "clicks"}),
        ("stepfunctions", "describe_state_machine", {"stateMachineArn": machine["stateMachineArn"]}),
    ]


def _secrets(clients: Clients, account_id: str) -> list[Read]:
    kms, ssm, secrets = clients("kms"), clients("ssm"), clients("secretsmanager")
    key = kms.create_key(Description="data")["KeyMetadata"]["KeyId"]
    kms.create_alias(AliasName="alias/data", TargetKeyId=key)
    signing = kms.create_key(KeyUsage="SIGN_VERIFY", KeySpec="ECC_NIST_P256")["KeyMetadata"]["KeyId"]
    ssm.put_parameter(Name="/app/url", Value="https://example.com", Type="String")
    ssm.put_parameter(Name="/app/url", Value="https://example.org", Type="String", Overwrite=True)
    secrets.create_secret(Name="db", SecretString="s3cret")
    certificate = clients("acm").request_certificate(DomainName="example.com")["CertificateArn"]
    return [
        ("kms", "describe_key", {"KeyId": "alias/data"}),
        ("kms", "get_public_key", {"KeyId": signing}),
        ("kms", "list_aliases", {}),
        ("ssm", "get_parameter", {"Name": "/app/url"}),
        ("ssm", "get_parameter_history", {"Name": "/app/url"}),
        ("secretsmanager", "describe_secret", {"SecretId": "db"}),
        ("secretsmanager", "list_secrets", {}),
        ("acm", "list_tags_for_certificate", {"CertificateArn": certificate}),
    ]


def _operations(clients: Clients, account_id: str) -> list[Read]:
    logs = clients("logs")
    logs.create_log_group(logGroupName="/app")
    logs.create_log_stream(logGroupName="/app", logStreamName="one")
    logs.put_log_events(
        logGroupName="/app",
        logStreamName="one",
        logEvents=[{"timestamp": 1_790_000_000_000, "message": "up"}],
    )
    watch = clients("cloudwatch")
    watch.put_metric_alarm(
        AlarmName="busy",
        MetricName="CPUUtilization",
        Namespace="AWS/EC2",
        Statistic="Average",
        Period=60,
        EvaluationPeriods=1,
        Threshold=80,
        ComparisonOperator="GreaterThanThreshold",
    )
    clients("s3").create_bucket(Bucket="audit-otter", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
    clients("cloudtrail").create_trail(Name="audit", S3BucketName="audit-otter")
    config = clients("config")
    config.put_configuration_recorder(
        ConfigurationRecorder={
            "name": "default",
            "roleARN": f"arn:aws:iam::{account_id}:role/worker",
            "recordingGroup": {"allSupported": True, "includeGlobalResourceTypes": True},
        }
    )
    clients("budgets").create_budget(
        AccountId=account_id,
        Budget={
            "BudgetName": "month",
            "BudgetLimit": {"Amount": "500", "Unit": "USD"},
            "TimeUnit": "MONTHLY",
            "BudgetType": "COST",
        },
    )
    clients("xray").put_trace_segments(
        TraceSegmentDocuments=[
            '{"name": "a", "id": "70de5b6f19ff9a0a", "trace_id": "1-581cf771-a006649127e371903a2de979",'
            ' "start_time": 1.478293361271E9, "end_time": 1.478293361449E9}'
        ]
    )
    category = clients("ce").create_cost_category_definition(
        Name="teams",
        RuleVersion="CostCategoryExpression.v1",
        Rules=[{"Value": "blue", "Rule": {"Tags": {"Key": "team", "Values": ["blue"]}}}],
    )["CostCategoryArn"]
    stack = clients("cloudformation").create_stack(StackName="made", TemplateBody=TEMPLATE)["StackId"]
    return [
        ("logs", "describe_log_groups", {}),
        ("logs", "get_log_events", {"logGroupName": "/app", "logStreamName": "one"}),
        ("cloudwatch", "describe_alarms", {}),
        ("cloudtrail", "get_trail", {"Name": "audit"}),
        ("config", "describe_configuration_recorders", {}),
        ("budgets", "describe_budgets", {"AccountId": account_id}),
        ("xray", "batch_get_traces", {"TraceIds": ["1-581cf771-a006649127e371903a2de979"]}),
        ("cloudformation", "describe_stacks", {"StackName": stack}),
        ("cloudformation", "list_stack_resources", {"StackName": "made"}),
        ("ce", "describe_cost_category_definition", {"CostCategoryArn": category}),
        ("resourcegroupstaggingapi", "get_resources", {}),
    ]


def _applications(clients: Clients, account_id: str) -> list[Read]:
    api = clients("apigateway").create_rest_api(name="shop")["id"]
    zone = clients("route53").create_hosted_zone(Name="example.com", CallerReference="1")["HostedZone"]["Id"]
    distribution = clients("cloudfront").create_distribution(
        DistributionConfig={
            "CallerReference": "1",
            "Comment": "",
            "Enabled": True,
            "Origins": {"Quantity": 1, "Items": [{"Id": "o", "DomainName": "plum-otter.s3.amazonaws.com"}]},
            "DefaultCacheBehavior": {"TargetOriginId": "o", "ViewerProtocolPolicy": "allow-all"},
        }
    )["Distribution"]["Id"]
    application = clients("appconfig").create_application(Name="shop")["Id"]
    clients("codepipeline").list_pipelines()
    clients("codedeploy").create_application(applicationName="shop", computePlatform="Lambda")
    clients("codebuild").create_project(
        name="shop",
        source={"type": "S3", "location": "plum-otter/source.zip"},
        artifacts={"type": "NO_ARTIFACTS"},
        environment={
            "type": "LINUX_CONTAINER",
            "image": "aws/codebuild/standard:7.0",
            "computeType": "BUILD_GENERAL1_SMALL",
        },
        serviceRole=f"arn:aws:iam::{account_id}:role/worker",
    )
    return [
        ("apigateway", "get_rest_api", {"restApiId": api}),
        ("apigateway", "get_resources", {"restApiId": api}),
        ("route53", "get_hosted_zone", {"Id": zone}),
        ("route53", "list_resource_record_sets", {"HostedZoneId": zone}),
        ("cloudfront", "get_distribution", {"Id": distribution}),
        ("appconfig", "get_application", {"ApplicationId": application}),
        ("codepipeline", "list_pipelines", {}),
        ("codedeploy", "get_application", {"applicationName": "shop"}),
        ("codebuild", "batch_get_projects", {"names": ["shop"]}),
    ]


def _organization(clients: Clients, account_id: str) -> list[Read]:
    organizations = clients("organizations")
    organizations.create_organization(FeatureSet="ALL")
    root = organizations.list_roots()["Roots"][0]["Id"]
    organizations.create_organizational_unit(ParentId=root, Name="teams")
    clients("account").put_alternate_contact(
        AlternateContactType="SECURITY", EmailAddress="a@example.com", Name="A", PhoneNumber="+1", Title="T"
    )
    return [
        ("organizations", "describe_organization", {}),
        ("organizations", "list_organizational_units_for_parent", {"ParentId": root}),
        ("organizations", "list_policies", {"Filter": "SERVICE_CONTROL_POLICY"}),
        ("account", "get_alternate_contact", {"AlternateContactType": "SECURITY"}),
    ]
