"""Attacks as calls that any client can make; each tells the code it was refused with. Most work on plain moto.

`WORKED` is the outcome of an attack that got what it wanted.
"""

import contextlib
import gzip
import http.client
import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import boto3
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials
from botocore.exceptions import ClientError

REGION = "eu-central-1"
WORKED = "worked"
# The call was answered as AWS answers it; whether more came of it is for the caller to see.
ACCEPTED = "accepted"
# As a regular expression this takes as many steps as two to the number of letters.
ENDLESS, LONG = "(a+)+b", "a" * 26
ROLE = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}],
}


@dataclass
class Party:
    """An account on some endpoint; `headers` are sent with each of its calls."""

    account_id: str
    access_key_id: str
    secret_access_key: str
    endpoint_url: str
    headers: dict[str, str] = field(default_factory=dict)
    clients: dict[str, Any] = field(default_factory=dict)
    made: dict[str, str] = field(default_factory=dict)

    def client(self, service: str) -> Any:
        if service not in self.clients:
            self.clients[service] = self._client(service)
        return self.clients[service]

    def _client(self, service: str) -> Any:
        made = boto3.client(
            service,
            endpoint_url=self.endpoint_url,
            region_name=REGION,
            aws_access_key_id=self.access_key_id,
            aws_secret_access_key=self.secret_access_key,
            config=Config(
                retries={"total_max_attempts": 1},
                read_timeout=120,
                parameter_validation=False,
                inject_host_prefix=False,
                s3={"addressing_style": "path"},
            ),
        )
        made.meta.events.register("before-send", self._add_headers)
        return made

    def _add_headers(self, request: Any, **_: Any) -> None:
        for name, value in self.headers.items():
            request.headers[name] = value

    def send(self, service: str, body: bytes, headers: dict[str, str], *, path: str = "/", method: str = "POST") -> str:
        """Sign and send a request of any content; return status and body."""
        parts = urlsplit(self.endpoint_url)
        request = AWSRequest(method, f"{self.endpoint_url}{path}", data=body, headers=headers)
        SigV4Auth(Credentials(self.access_key_id, self.secret_access_key), service, REGION).add_auth(request)
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=120)
        with contextlib.closing(connection):
            connection.request(method, f"{parts.path}{path}", body, {**self.headers, **dict(request.headers)})
            answer = connection.getresponse()
            return f"{answer.status} {answer.read().decode(errors='replace')}"


@dataclass
class Ground:
    """Who attacks whom, the port of a server that must not be called, and the folder in which nothing may appear."""

    attacker: Party
    victim: Party
    port: int
    folder: Path

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/called"


Attack = Callable[[Ground], str]


def outcome(call: Callable[..., Any], **parameters: Any) -> str:
    """Make a call; return the code that it was refused with, else that it worked."""
    try:
        call(**parameters)
    except ClientError as error:
        return str(error.response["Error"]["Code"])
    return WORKED


def accepted(result: str) -> str:
    """Take a call that went through for no success in itself."""
    return ACCEPTED if result == WORKED else result


def prepare(party: Party, name: str) -> None:
    """Make what is attacked: a bucket with an object, a topic, a queue, a role, a pool, a network."""
    party.made |= {"bucket": f"{name}-treasure", "role": f"arn:aws:iam::{party.account_id}:role/{name}"}
    s3 = party.client("s3")
    s3.create_bucket(Bucket=f"{name}-treasure", CreateBucketConfiguration={"LocationConstraint": REGION})
    s3.put_object(Bucket=f"{name}-treasure", Key="map", Body=b"x marks the spot")
    party.made["topic"] = party.client("sns").create_topic(Name=name)["TopicArn"]
    party.made["queue"] = party.client("sqs").create_queue(QueueName=name)["QueueUrl"]
    party.client("iam").create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(ROLE))
    pools = party.client("cognito-idp")
    party.made["pool"] = pools.create_user_pool(PoolName=name)["UserPool"]["Id"]
    pools.admin_create_user(UserPoolId=party.made["pool"], Username="ada")
    party.made["vpc"] = party.client("ec2").describe_vpcs()["Vpcs"][0]["VpcId"]
    party.made["secret"] = party.client("secretsmanager").create_secret(Name=name, SecretString="s3cret")["ARN"]


def state(party: Party) -> dict[str, Any]:
    """What the victim would miss, were it changed."""
    s3, made = party.client("s3"), party.made
    topic = party.client("sns").get_topic_attributes(TopicArn=made["topic"])["Attributes"]
    queue = party.client("sqs").get_queue_attributes(QueueUrl=made["queue"], AttributeNames=["All"])["Attributes"]
    users = party.client("cognito-idp").list_users(UserPoolId=made["pool"])["Users"]
    return {
        "objects": {
            one["Key"]: s3.get_object(Bucket=made["bucket"], Key=one["Key"])["Body"].read()
            for one in s3.list_objects_v2(Bucket=made["bucket"]).get("Contents", ())
        },
        "topic": {name: topic[name] for name in ("DisplayName", "SubscriptionsConfirmed", "Policy")},
        "messages": queue["ApproximateNumberOfMessages"],
        "users": sorted(user["Username"] for user in users),
        "roles": sorted(role["RoleName"] for role in party.client("iam").list_roles()["Roles"]),
    }


# From one account into another


def read_object(ground: Ground) -> str:
    return outcome(ground.attacker.client("s3").get_object, Bucket=ground.victim.made["bucket"], Key="map")


def list_objects(ground: Ground) -> str:
    return outcome(ground.attacker.client("s3").list_objects_v2, Bucket=ground.victim.made["bucket"])


def write_object(ground: Ground) -> str:
    return outcome(ground.attacker.client("s3").put_object, Bucket=ground.victim.made["bucket"], Key="map", Body=b"!")


def delete_object(ground: Ground) -> str:
    return outcome(ground.attacker.client("s3").delete_object, Bucket=ground.victim.made["bucket"], Key="map")


def assume_role(ground: Ground) -> str:
    return outcome(
        ground.attacker.client("sts").assume_role, RoleArn=ground.victim.made["role"], RoleSessionName="thief"
    )


def assume_no_role(ground: Ground) -> str:
    arn = f"arn:aws:iam::{ground.victim.account_id}:role/there-is-none"
    return outcome(ground.attacker.client("sts").assume_role, RoleArn=arn, RoleSessionName="thief")


def publish(ground: Ground) -> str:
    return outcome(ground.attacker.client("sns").publish, TopicArn=ground.victim.made["topic"], Message="spam")


def subscribe(ground: Ground) -> str:
    queue = f"arn:aws:sqs:{REGION}:{ground.attacker.account_id}:ear"
    topic = ground.victim.made["topic"]
    return outcome(ground.attacker.client("sns").subscribe, TopicArn=topic, Protocol="sqs", Endpoint=queue)


def rename_topic(ground: Ground) -> str:
    return outcome(
        ground.attacker.client("sns").set_topic_attributes,
        TopicArn=ground.victim.made["topic"],
        AttributeName="DisplayName",
        AttributeValue="mine",
    )


def send_message(ground: Ground) -> str:
    return outcome(ground.attacker.client("sqs").send_message, QueueUrl=ground.victim.made["queue"], MessageBody="spam")


def read_secret(ground: Ground) -> str:
    return outcome(ground.attacker.client("secretsmanager").get_secret_value, SecretId=ground.victim.made["secret"])


def overhear_events(ground: Ground) -> str:
    """A rule of the attacker must not fire for what happens in the victim's account."""
    sqs, events = ground.attacker.client("sqs"), ground.attacker.client("events")
    ear = sqs.create_queue(QueueName="ear")["QueueUrl"]
    events.put_rule(Name="ear", EventPattern=json.dumps({"source": ["aws.s3"]}))
    target = {"Id": "1", "Arn": f"arn:aws:sqs:{REGION}:{ground.attacker.account_id}:ear"}
    events.put_targets(Rule="ear", Targets=[target])
    name, s3 = f"{ground.victim.made['bucket']}-2", ground.victim.client("s3")
    s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})
    s3.delete_bucket(Bucket=name)
    return WORKED if sqs.receive_message(QueueUrl=ear).get("Messages") else "nothing heard"


def peer_network(ground: Ground) -> str:
    ec2 = ground.attacker.client("ec2")
    return outcome(
        ec2.create_vpc_peering_connection,
        VpcId=ec2.describe_vpcs()["Vpcs"][0]["VpcId"],
        PeerVpcId=ground.victim.made["vpc"],
        PeerOwnerId=ground.victim.account_id,
    )


def last_use_of_key(ground: Ground) -> str:
    return outcome(ground.attacker.client("iam").get_access_key_last_used, AccessKeyId=ground.victim.access_key_id)


def list_users_of_pool(ground: Ground) -> str:
    return outcome(ground.attacker.client("cognito-idp").list_users, UserPoolId=ground.victim.made["pool"])


def delete_user_of_pool(ground: Ground) -> str:
    pools = ground.attacker.client("cognito-idp")
    return outcome(pools.admin_delete_user, UserPoolId=ground.victim.made["pool"], Username="ada")


def public_access_of_account(ground: Ground) -> str:
    # A client would put the account's number before the host's name.
    headers = {"x-amz-account-id": ground.victim.account_id, "x-amz-content-sha256": "UNSIGNED-PAYLOAD"}
    path = "/v20180820/configuration/publicAccessBlock"
    return ground.attacker.send("s3", b"", headers, path=path, method="GET")[:3]


def databases_of_account(ground: Ground) -> str:
    return outcome(ground.attacker.client("rds").describe_db_instances)


def act_as_account(ground: Ground) -> str:
    """moto's own header says which account acts."""
    body, form = b"Action=GetCallerIdentity&Version=2011-06-15", "application/x-www-form-urlencoded"
    headers = {"content-type": form, "x-moto-account-id": ground.victim.account_id}
    return WORKED if ground.victim.account_id in ground.attacker.send("sts", body, headers) else "ignored"


# On the server


def run_code_in_template(ground: Ground) -> str:
    body = f"Resources:\n  X: !!python/object/apply:os.system ['touch {ground.folder}/ran']\n"
    refused = outcome(ground.attacker.client("cloudformation").create_stack, StackName="code", TemplateBody=body)
    return WORKED if any(ground.folder.iterdir()) else refused


def call_by_topic(ground: Ground) -> str:
    sns = ground.attacker.client("sns")
    topic = sns.create_topic(Name="caller")["TopicArn"]
    outcome(sns.subscribe, TopicArn=topic, Protocol="http", Endpoint=ground.url)
    return accepted(outcome(sns.publish, TopicArn=topic, Message="hello"))


def call_by_firehose(ground: Ground) -> str:
    return outcome(
        ground.attacker.client("firehose").create_delivery_stream,
        DeliveryStreamName="caller",
        HttpEndpointDestinationConfiguration={
            "EndpointConfiguration": {"Url": ground.url, "Name": "x"},
            "S3Configuration": {"RoleARN": "arn:aws:iam::123456789012:role/x", "BucketARN": "arn:aws:s3:::x"},
        },
    )


def call_by_method(ground: Ground) -> str:
    return outcome(
        ground.attacker.client("apigateway").test_invoke_method, restApiId="a", resourceId="b", httpMethod="GET"
    )


def call_by_document(ground: Ground) -> str:
    document = {
        "openapi": "3.0.0",
        "info": {"title": "x", "version": "1"},
        "paths": {"/a": {"$ref": ground.url}},
    }
    apis = ground.attacker.client("apigateway")
    return outcome(apis.import_rest_api, body=json.dumps(document).encode(), failOnWarnings=True)


def call_by_template(ground: Ground) -> str:
    stacks = ground.attacker.client("cloudformation")
    return outcome(stacks.create_stack, StackName="url", TemplateURL=ground.url)


def read_file_as_template(ground: Ground) -> str:
    stacks = ground.attacker.client("cloudformation")
    return outcome(stacks.create_stack, StackName="file", TemplateURL="file:///etc/passwd")


def run_custom_resource(ground: Ground) -> str:
    custom = {"Type": "Custom::Thing", "Properties": {"ServiceToken": f"arn:aws:lambda:{REGION}:1:function:f"}}
    body = json.dumps({"Resources": {"X": custom}})
    stacks = ground.attacker.client("cloudformation")
    refused = outcome(stacks.create_stack, StackName="custom", TemplateBody=body)
    if refused != WORKED:
        return refused
    return str(stacks.describe_stacks(StackName="custom")["Stacks"][0]["StackStatus"])


def run_job(ground: Ground) -> str:
    return outcome(ground.attacker.client("batch").submit_job, jobName="j", jobQueue="q", jobDefinition="d")


def zipped(size: int) -> bytes:
    """An archive of a file of zeros."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("f.py", b"0" * size)
    return packed.getvalue()


def make_function(ground: Ground, name: str, code: bytes) -> str:
    return outcome(
        ground.attacker.client("lambda").create_function,
        FunctionName=name,
        Runtime="python3.12",
        Handler="f.f",
        Role=f"arn:aws:iam::{ground.attacker.account_id}:role/attacker",
        Code={"ZipFile": code},
    )


def run_function(ground: Ground) -> str:
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("f.py", f"open('{ground.folder}/ran', 'w')\n")
    made = make_function(ground, "code", code.getvalue())
    return made if made != WORKED else accepted(outcome(ground.attacker.client("lambda").invoke, FunctionName="code"))


def zip_bomb(ground: Ground) -> str:
    return accepted(make_function(ground, "bomb", zipped(200_000_000)))


def gzip_bomb(ground: Ground) -> str:
    body = gzip.compress(b"Action=GetCallerIdentity&Version=2011-06-15&X=" + b"0" * 200_000_000)
    headers = {"content-type": "application/x-www-form-urlencoded", "content-encoding": "gzip"}
    return ground.attacker.send("sts", body, headers)[:3]


def large_body(ground: Ground) -> str:
    queues = ground.attacker.client("sqs")
    return outcome(queues.create_queue, QueueName="large", tags={"k": "x" * 2_000_000})


def larger_body_than_any(ground: Ground) -> str:
    bucket = ground.attacker.made["bucket"]
    return outcome(ground.attacker.client("s3").put_object, Bucket=bucket, Key="large", Body=b"0" * 26 * 1024 * 1024)


def entities(ground: Ground) -> str:
    lines = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 9))
    body = (
        f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e0 "ha">{lines}]>'
        '<Tagging xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><TagSet><Tag><Key>a</Key><Value>&e8;</Value></Tag>'
        "</TagSet></Tagging>"
    ).encode()
    headers = {"content-type": "application/xml", "x-amz-content-sha256": "UNSIGNED-PAYLOAD"}
    path = f"/{ground.attacker.made['bucket']}?tagging="
    return ground.attacker.send("s3", body, headers, path=path, method="PUT")[:3]


def aliases_in_template(ground: Ground) -> str:
    lines = "".join(f"  {b}: &{b} [{', '.join([f'*{a}'] * 9)}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True))
    body = f"Metadata:\n  a: &a [x, x, x, x, x, x, x, x, x]\n{lines}Resources:\n  Q: {{Type: 'AWS::SQS::Queue'}}\n"
    return outcome(ground.attacker.client("cloudformation").create_stack, StackName="aliases", TemplateBody=body)


def endless_bucket_policy(ground: Ground) -> str:
    s3, bucket = ground.attacker.client("s3"), ground.attacker.made["bucket"]
    statement = {
        "Effect": "Allow",
        "Principal": "*",
        "Action": "s3:GetObject",
        "Resource": f"arn:aws:s3:::{bucket}/{ENDLESS}",
    }
    policy = {"Version": "2012-10-17", "Statement": [statement]}
    outcome(s3.delete_public_access_block, Bucket=bucket)
    outcome(s3.put_bucket_policy, Bucket=bucket, Policy=json.dumps(policy))
    return outcome(s3.get_object, Bucket=bucket, Key=LONG)


def endless_rule_prefix(ground: Ground) -> str:
    events = ground.attacker.client("events")
    events.put_rule(Name=LONG, ScheduleExpression="rate(1 hour)")
    return WORKED if events.list_rules(NamePrefix=ENDLESS)["Rules"] else "text"


def endless_queue_prefix(ground: Ground) -> str:
    queues = ground.attacker.client("sqs")
    queues.create_queue(QueueName=LONG)
    return WORKED if queues.list_queues(QueueNamePrefix=ENDLESS).get("QueueUrls") else "text"


def endless_registry_filter(ground: Ground) -> str:
    ecr = ground.attacker.client("ecr")
    outcome(ecr.create_repository, repositoryName=LONG)
    filters = [{"filter": ENDLESS, "filterType": "WILDCARD"}]
    rules = [{"scanFrequency": "MANUAL", "repositoryFilters": filters}]
    ecr.put_registry_scanning_configuration(scanType="BASIC", rules=rules)
    found = ecr.batch_get_repository_scanning_configuration(repositoryNames=[LONG])["scanningConfigurations"][0]
    return WORKED if found["appliedScanFilters"] else "text"


def endless_wildcard(ground: Ground) -> str:
    events, sqs = ground.attacker.client("events"), ground.attacker.client("sqs")
    pattern = {"detail": {"x": [{"wildcard": "*a" * 8 + "b"}]}}
    events.put_rule(Name="endless", EventPattern=json.dumps(pattern))
    sqs.create_queue(QueueName="endless")
    target = {"Id": "1", "Arn": f"arn:aws:sqs:{REGION}:{ground.attacker.account_id}:endless"}
    events.put_targets(Rule="endless", Targets=[target])
    entry = {"Source": "s", "DetailType": "d", "Detail": json.dumps({"x": "a" * 60})}
    events.put_events(Entries=[entry])
    return WORKED if int(_messages(sqs, "endless")) else "no match"


def _messages(sqs: Any, name: str) -> str:
    url = sqs.get_queue_url(QueueName=name)["QueueUrl"]
    asked = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["ApproximateNumberOfMessages"])
    return str(asked["Attributes"]["ApproximateNumberOfMessages"])


def _image(ground: Ground) -> str:
    return str(ground.attacker.client("ec2").describe_images(Owners=["amazon"])["Images"][0]["ImageId"])


def many_instances(ground: Ground) -> str:
    image = _image(ground)
    return outcome(
        ground.attacker.client("ec2").run_instances, ImageId=image, InstanceType="t3.micro", MinCount=60, MaxCount=60
    )


def many_spot_requests(ground: Ground) -> str:
    launched = {"ImageId": _image(ground), "InstanceType": "t3.micro"}
    ec2 = ground.attacker.client("ec2")
    return outcome(ec2.request_spot_instances, InstanceCount=60, LaunchSpecification=launched)


def many_by_fleet(ground: Ground) -> str:
    ec2 = ground.attacker.client("ec2")
    launched = {"ImageId": _image(ground), "InstanceType": "t3.micro"}
    outcome(ec2.create_launch_template, LaunchTemplateName="fleet", LaunchTemplateData=launched)
    template = {"LaunchTemplateName": "fleet", "Version": "1"}
    overrides = [{"InstanceType": "t3.micro"}]
    return outcome(
        ec2.create_fleet,
        LaunchTemplateConfigs=[{"LaunchTemplateSpecification": template, "Overrides": overrides}],
        TargetCapacitySpecification={
            "TotalTargetCapacity": 60,
            "OnDemandTargetCapacity": 60,
            "DefaultTargetCapacityType": "on-demand",
        },
    )


def many_by_group(ground: Ground) -> str:
    groups = ground.attacker.client("autoscaling")
    launched = {"ImageId": _image(ground), "InstanceType": "t3.micro"}
    outcome(groups.create_launch_configuration, LaunchConfigurationName="many", **launched)
    return outcome(
        groups.create_auto_scaling_group,
        AutoScalingGroupName="many",
        LaunchConfigurationName="many",
        MinSize=0,
        MaxSize=60,
        DesiredCapacity=60,
        AvailabilityZones=[f"{REGION}a"],
    )


def many_tasks(ground: Ground) -> str:
    return outcome(ground.attacker.client("ecs").run_task, taskDefinition="any", count=100_000)


def many_shards(ground: Ground) -> str:
    return outcome(ground.attacker.client("kinesis").create_stream, StreamName="many", ShardCount=10_000)


def many_hosts(ground: Ground) -> str:
    return outcome(
        ground.attacker.client("ec2").allocate_hosts,
        AvailabilityZone=f"{REGION}a",
        InstanceType="m5.large",
        Quantity=100_000,
    )


def many_keys(ground: Ground) -> str:
    kms = ground.attacker.client("kms")
    made = [outcome(kms.create_key, KeySpec="RSA_4096", KeyUsage="SIGN_VERIFY") for _ in range(4)]
    return made[-1]


def many_data_points(ground: Ground) -> str:
    stat = {"Metric": {"Namespace": "n", "MetricName": "m"}, "Period": 1, "Stat": "Sum"}
    metrics = ground.attacker.client("cloudwatch")
    metrics.put_metric_data(Namespace="n", MetricData=[{"MetricName": "m", "Value": 1.0}])
    asked = {"StartTime": 1_700_000_000, "EndTime": 1_702_000_000}
    return outcome(metrics.get_metric_data, MetricDataQueries=[{"Id": "a", "MetricStat": stat}], **asked)


def query_object(ground: Ground) -> str:
    s3, bucket = ground.attacker.client("s3"), ground.attacker.made["bucket"]
    return outcome(
        s3.select_object_content,
        Bucket=bucket,
        Key="map",
        Expression="SELECT * FROM S3Object",
        ExpressionType="SQL",
        InputSerialization={"CSV": {}},
        OutputSerialization={"CSV": {}},
    )


def query_table(ground: Ground) -> str:
    return outcome(ground.attacker.client("dynamodb").execute_statement, Statement="SELECT * FROM t")


def nested_document(ground: Ground) -> str:
    text = '{"a":' * 20_000 + "1" + "}" * 20_000
    headers = {"content-type": "application/x-amz-json-1.0", "x-amz-target": "DynamoDB_20120810.ListTables"}
    return ground.attacker.send("dynamodb", text.encode(), headers)[:3]


def open_braces(ground: Ground) -> str:
    """Fn::Sub looks for the end of every brace that was opened: the square of their number."""
    queue = {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": {"Fn::Sub": "${" * 24_000}}}
    body = json.dumps({"Resources": {"Q": queue}})
    return outcome(ground.attacker.client("cloudformation").create_stack, StackName="braces", TemplateBody=body)


ACROSS: tuple[Attack, ...] = (
    read_object,
    list_objects,
    write_object,
    delete_object,
    assume_role,
    assume_no_role,
    publish,
    subscribe,
    rename_topic,
    send_message,
    read_secret,
    overhear_events,
    peer_network,
    last_use_of_key,
    list_users_of_pool,
    delete_user_of_pool,
    public_access_of_account,
    databases_of_account,
    act_as_account,
)
ON_SERVER: tuple[Attack, ...] = (
    run_code_in_template,
    call_by_topic,
    call_by_firehose,
    call_by_method,
    call_by_document,
    call_by_template,
    read_file_as_template,
    run_custom_resource,
    run_job,
    run_function,
    zip_bomb,
    gzip_bomb,
    large_body,
    larger_body_than_any,
    entities,
    aliases_in_template,
    endless_bucket_policy,
    endless_rule_prefix,
    endless_queue_prefix,
    endless_registry_filter,
    endless_wildcard,
    many_instances,
    many_spot_requests,
    many_by_fleet,
    many_by_group,
    many_tasks,
    many_shards,
    many_hosts,
    many_keys,
    many_data_points,
    query_object,
    query_table,
    nested_document,
)
