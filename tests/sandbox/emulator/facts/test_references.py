"""What only leads to something else."""

from tests.sandbox.emulator.conftest import Lab
from tests.sandbox.emulator.facts.conftest import (
    REGION,
    ec2,
    linked,
    regional,
    unregional,
)


def test_associations_lead_to_what_they_join(lab: Lab) -> None:
    client = lab.client("ec2")
    vpc = client.create_vpc(CidrBlock="10.1.0.0/16", AmazonProvidedIpv6CidrBlock=True)["Vpc"]["VpcId"]
    block = client.describe_vpcs(VpcIds=[vpc])["Vpcs"][0]["Ipv6CidrBlockAssociationSet"][0]
    subnet = client.create_subnet(
        VpcId=vpc, CidrBlock="10.1.0.0/24", Ipv6CidrBlock=block["Ipv6CidrBlock"].replace("/56", "/64")
    )["Subnet"]
    inner = subnet["Ipv6CidrBlockAssociationSet"][0]["AssociationId"]
    table = client.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
    route = client.associate_route_table(RouteTableId=table, SubnetId=subnet["SubnetId"])["AssociationId"]
    acl = client.describe_network_acls(Filters=[{"Name": "vpc-id", "Values": [vpc]}])["NetworkAcls"][0]
    joined = acl["Associations"][0]["NetworkAclAssociationId"]
    own = ec2(f"subnet/{subnet['SubnetId']}")
    assert linked(lab, "ec2:vpc-cidr-block-association", block["AssociationId"], "ec2:vpc") == [ec2(f"vpc/{vpc}")]
    assert linked(lab, "ec2:subnet-cidr-block-association", inner, "ec2:subnet") == [own]
    assert linked(lab, "ec2:route-table-association", route, "ec2:subnet") == [own]
    assert linked(lab, "ec2:route-table-association", route, "ec2:route-table") == [ec2(f"route-table/{table}")]
    assert linked(lab, "ec2:network-acl-association", joined, "ec2:subnet") == [own]
    image = client.describe_images(Owners=["amazon"])["Images"][0]["ImageId"]
    instance = client.run_instances(ImageId=image, MinCount=1, MaxCount=1, SubnetId=subnet["SubnetId"])["Instances"][0]
    interface = client.describe_network_interfaces()["NetworkInterfaces"][0]
    attachment = interface["Attachment"]["AttachmentId"]
    arn = ec2(f"instance/{instance['InstanceId']}")
    assert linked(lab, "ec2:network-interface-attachment", attachment, "ec2:instance") == [arn]
    assert linked(lab, "ec2:network-interface-attachment", attachment, "ec2:network-interface") == [
        ec2(f"network-interface/{interface['NetworkInterfaceId']}")
    ]
    lab.client("iam").create_instance_profile(InstanceProfileName="web")
    profile = client.associate_iam_instance_profile(
        InstanceId=instance["InstanceId"], IamInstanceProfile={"Name": "web"}
    )["IamInstanceProfileAssociation"]["AssociationId"]
    assert linked(lab, "ec2:iam-instance-profile-association", profile, "ec2:instance") == [arn]
    address = client.allocate_address(Domain="vpc")["AllocationId"]
    taken = client.associate_address(AllocationId=address, InstanceId=instance["InstanceId"])["AssociationId"]
    assert linked(lab, "ec2:address-association", taken, "ec2:elastic-ip") == [ec2(f"elastic-ip/{address}")]
    assert linked(lab, "ec2:address-association", "eipassoc-none", "ec2:elastic-ip") == []


def test_an_iterator_leads_to_its_stream(full: Lab) -> None:
    kinesis, streams = full.client("kinesis"), full.client("dynamodbstreams")
    shard = kinesis.list_shards(StreamName="clicks")["Shards"][0]["ShardId"]
    iterator = kinesis.get_shard_iterator(StreamName="clicks", ShardId=shard, ShardIteratorType="LATEST")
    assert linked(full, "kinesis:shard-iterator", iterator["ShardIterator"], "kinesis:stream") == [
        regional("kinesis", "stream/clicks")
    ]
    for broken in ("", "%", "AAAA", "///8="):
        assert linked(full, "kinesis:shard-iterator", broken, "kinesis:stream") == []
    (stream,) = streams.list_streams(TableName="orders")["Streams"]
    shard = streams.describe_stream(StreamArn=stream["StreamArn"])["StreamDescription"]["Shards"][0]["ShardId"]
    answer = streams.get_shard_iterator(StreamArn=stream["StreamArn"], ShardId=shard, ShardIteratorType="TRIM_HORIZON")
    assert linked(full, "dynamodb:shard-iterator", answer["ShardIterator"], "dynamodb:stream") == [stream["StreamArn"]]


def test_keys_subscriptions_queries_and_deployments_lead_to_their_owners(full: Lab, lab: Lab) -> None:
    (key,) = full.client("iam").list_access_keys(UserName="alice")["AccessKeyMetadata"]
    assert linked(full, "iam:access-key", key["AccessKeyId"], "iam:user") == [unregional("iam", "user/alice")]
    (subscription,) = full.client("sns").list_subscriptions()["Subscriptions"]
    assert linked(full, "sns:subscription", subscription["SubscriptionArn"], "sns:topic") == [regional("sns", "news")]
    logs = lab.client("logs")
    logs.create_log_group(logGroupName="/app")
    query = logs.start_query(logGroupName="/app", startTime=0, endTime=1, queryString="fields @message")["queryId"]
    assert linked(lab, "logs:query", query, "logs:log-group") == [regional("logs", "log-group:/app")]
    deploy = lab.client("codedeploy")
    deploy.create_application(applicationName="shop", computePlatform="Server")
    deploy.create_deployment_group(
        applicationName="shop", deploymentGroupName="all", serviceRoleArn=unregional("iam", "role/worker")
    )
    deployment = deploy.create_deployment(applicationName="shop", deploymentGroupName="all")["deploymentId"]
    assert linked(lab, "codedeploy:deployment", deployment, "codedeploy:deploymentgroup") == [
        regional("codedeploy", "deploymentgroup:shop/all")
    ]


def test_an_instance_leads_to_its_scaling_group(lab: Lab) -> None:
    scaling = lab.client("autoscaling")
    image = lab.client("ec2").describe_images(Owners=["amazon"])["Images"][0]["ImageId"]
    scaling.create_launch_configuration(LaunchConfigurationName="lc", ImageId=image, InstanceType="t3.micro")
    scaling.create_auto_scaling_group(
        AutoScalingGroupName="group",
        LaunchConfigurationName="lc",
        MinSize=1,
        MaxSize=1,
        AvailabilityZones=[f"{REGION}a"],
    )
    (group,) = scaling.describe_auto_scaling_groups()["AutoScalingGroups"]
    instance = group["Instances"][0]["InstanceId"]
    assert linked(lab, "ec2:instance", instance, "autoscaling:autoScalingGroup") == [group["AutoScalingGroupARN"]]
    assert linked(lab, "autoscaling:autoScalingGroup", "group", "ec2:instance") == [ec2(f"instance/{instance}")]


def test_a_connection_is_found_from_its_destination(lab: Lab) -> None:
    events = lab.client("events")
    connection = events.create_connection(
        Name="c",
        AuthorizationType="API_KEY",
        AuthParameters={"ApiKeyAuthParameters": {"ApiKeyName": "k", "ApiKeyValue": "v"}},
    )["ConnectionArn"]
    events.create_api_destination(
        Name="d", ConnectionArn=connection, InvocationEndpoint="https://example.com", HttpMethod="POST"
    )
    assert linked(lab, "events:api-destination", "d", "events:connection") == [regional("events", "connection/c")]
