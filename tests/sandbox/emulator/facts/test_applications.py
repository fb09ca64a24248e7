"""Queues, functions, containers, rules, streams."""

import json

from sandbox.authorization.state import Resource
from tests.sandbox.emulator.conftest import ACCOUNT, PARTNER, Lab
from tests.sandbox.emulator.facts.conftest import (
    BLUE,
    REGION,
    TAGS,
    arns,
    facts,
    regional,
    unregional,
)
from tests.sandbox.scenario import TRUST, code_zip


def test_a_queue_is_found_by_its_url_and_a_topic_by_a_subscription(lab: Lab) -> None:
    url = lab.client("sqs").create_queue(QueueName="inbox", tags=BLUE)["QueueUrl"]
    queue = Resource(regional("sqs", "inbox"), ACCOUNT, BLUE)
    assert (
        facts(lab, PARTNER, "eu-west-1").find("sqs:queue", f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/inbox")
        == queue
    )
    assert facts(lab, PARTNER).find("sqs:queue", url) == queue
    for other in (f"https://{REGION}.queue.amazonaws.com/{ACCOUNT}/inbox", f"http://localhost/aws/{ACCOUNT}/inbox"):
        assert facts(lab, PARTNER).find("sqs:queue", other) == queue
    assert facts(lab, PARTNER).find("sqs:queue", "inbox") is None
    sns = lab.client("sns")
    topic = sns.create_topic(Name="news", Tags=TAGS)["TopicArn"]
    subscription = sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue.arn)["SubscriptionArn"]
    assert facts(lab).find("sns:topic", subscription) == Resource(topic, ACCOUNT, BLUE)


def test_a_functions_names_all_mean_the_function(lab: Lab) -> None:
    lab.client("iam").create_role(RoleName="worker", AssumeRolePolicyDocument=TRUST)
    client = lab.client("lambda")
    layer = client.publish_layer_version(LayerName="tools", Content={"ZipFile": code_zip()})["LayerVersionArn"]
    arn = client.create_function(
        FunctionName="fn",
        Runtime="python3.13",
        Role=unregional("iam", "role/worker"),
        Handler="fn.handler",
        Code={"ZipFile": code_zip()},
        Layers=[layer],
        Tags=BLUE,
    )["FunctionArn"]
    version = client.publish_version(FunctionName="fn")["Version"]
    client.create_alias(FunctionName="fn", Name="live", FunctionVersion=version)
    function = Resource(arn, ACCOUNT, BLUE)
    names = ("fn", "fn:live", f"{ACCOUNT}:function:fn", arn, f"{arn}:live", f"{arn}:$LATEST")
    assert [facts(lab).find("lambda:function", name) for name in names] == [function] * len(names)
    assert facts(lab, PARTNER).find("lambda:function", f"{ACCOUNT}:function:fn") == function
    assert arns(lab, "lambda:function alias", "fn:live", f"{arn}:live") == {f"{arn}:live"}
    assert arns(lab, "lambda:function version", f"fn:{version}", f"{arn}:{version}") == {f"{arn}:{version}"}
    assert arns(lab, "lambda:function alias", "fn", f"fn:{version}") == {None}
    assert arns(lab, "lambda:function version", "fn", "fn:live") == {None}
    assert [one.arn for one in facts(lab).linked("lambda:function", "fn", "lambda:layerVersion")] == [layer]
    assert [one.arn for one in facts(lab).linked("lambda:function", "fn", "iam:role")] == [
        unregional("iam", "role/worker")
    ]
    assert facts(lab).linked("lambda:function alias", "fn:live", "lambda:function") == (function,)
    assert arns(lab, "lambda:layerVersion", layer, "tools:1") == {layer}
    assert arns(lab, "lambda:layer", "tools") == {layer.rpartition(":")[0]}
    lab.client("sqs").create_queue(QueueName="inbox")
    mapping = client.create_event_source_mapping(EventSourceArn=regional("sqs", "inbox"), FunctionName="fn")
    found = facts(lab).find("lambda:eventSourceMapping", mapping["UUID"])
    assert found is not None
    assert found.keys["lambda:FunctionArn"] == (arn,)
    assert facts(lab).linked("lambda:eventSourceMapping", mapping["UUID"], "lambda:function") == (function,)


def test_ecs_names_lie_in_their_cluster(lab: Lab) -> None:
    ecs = lab.client("ecs")
    ecs.create_cluster(clusterName="tasks", tags=[{"key": "team", "value": "blue"}])
    for _ in range(2):
        ecs.register_task_definition(
            family="web",
            taskRoleArn=unregional("iam", "role/worker"),
            containerDefinitions=[{"name": "c", "image": "i", "memory": 64}],
        )
    lab.client("iam").create_role(RoleName="worker", AssumeRolePolicyDocument=TRUST)
    made = ecs.create_service(cluster="tasks", serviceName="front", taskDefinition="web:1", desiredCount=0)["service"]
    cluster = facts(lab).find("ecs:cluster", "tasks")
    assert cluster == Resource(regional("ecs", "cluster/tasks"), ACCOUNT, BLUE)
    assert arns(lab, "ecs:service", made["serviceArn"], "front", "tasks/front") == {made["serviceArn"]}
    assert arns(lab, "ecs:service", "other/front") == {None}
    service = facts(lab).find("ecs:service", "front")
    assert service is not None
    assert service.keys == {"ecs:cluster": (regional("ecs", "cluster/tasks"),)}
    assert facts(lab).linked("ecs:service", "front", "ecs:cluster") == (cluster,)
    assert arns(lab, "ecs:task-definition", "web", "web:2") == {regional("ecs", "task-definition/web:2")}
    assert arns(lab, "ecs:task-definition", "web:1") == {regional("ecs", "task-definition/web:1")}
    assert arns(lab, "ecs:task-definition", "web:x", "none") == {None}
    assert [one.arn for one in facts(lab).linked("ecs:task-definition", "web", "iam:role")] == [
        unregional("iam", "role/worker")
    ]


def test_balancers_have_listeners_rules_and_targets(lab: Lab) -> None:
    subnets = [subnet["SubnetId"] for subnet in lab.client("ec2").describe_subnets()["Subnets"]][:2]
    elb = lab.client("elbv2")
    balancer = elb.create_load_balancer(Name="front", Subnets=subnets, Tags=TAGS)["LoadBalancers"][0]
    network = elb.create_load_balancer(Name="net", Type="network", Subnets=subnets)["LoadBalancers"][0]
    vpc = balancer["VpcId"]
    group = elb.create_target_group(Name="web", Protocol="HTTP", Port=80, VpcId=vpc)["TargetGroups"][0]
    action = [{"Type": "forward", "TargetGroupArn": group["TargetGroupArn"]}]
    listener = elb.create_listener(
        LoadBalancerArn=balancer["LoadBalancerArn"], Protocol="HTTP", Port=80, DefaultActions=action
    )["Listeners"][0]["ListenerArn"]
    rule = elb.create_rule(
        ListenerArn=listener,
        Priority=1,
        Conditions=[{"Field": "path-pattern", "Values": ["/a"]}],
        Actions=action,
    )["Rules"][0]["RuleArn"]
    kind = "elasticloadbalancing:loadbalancer/"
    assert facts(lab).find(f"{kind}app/", "front") == Resource(balancer["LoadBalancerArn"], ACCOUNT, BLUE)
    assert facts(lab).find(f"{kind}net/", "front") is None
    assert arns(lab, f"{kind}net/", network["LoadBalancerArn"]) == {network["LoadBalancerArn"]}
    assert arns(lab, "elasticloadbalancing:listener/app", listener) == {listener}
    assert arns(lab, "elasticloadbalancing:listener/net", listener) == {None}
    assert arns(lab, "elasticloadbalancing:listener-rule/app", rule) == {rule}
    assert arns(lab, "elasticloadbalancing:targetgroup", "web") == {group["TargetGroupArn"]}
    assert len(facts(lab).linked(f"{kind}app/", "front", "ec2:subnet")) == 2


def test_rules_of_other_buses_are_another_kind(lab: Lab) -> None:
    events = lab.client("events")
    bus = events.create_event_bus(Name="shop", Tags=TAGS)["EventBusArn"]
    pattern = json.dumps({"source": ["shop"]})
    rule = events.put_rule(Name="sold", EventBusName="shop", EventPattern=pattern)["RuleArn"]
    assert facts(lab).find("events:event-bus", "shop") == Resource(bus, ACCOUNT, BLUE)
    assert arns(lab, "events:rule-on-custom-event-bus", "shop/sold", rule) == {rule}
    assert arns(lab, "events:rule-on-default-event-bus", "shop/sold", "sold") == {None}
    role = lab.client("iam").create_role(RoleName="worker", AssumeRolePolicyDocument=TRUST)["Role"]["Arn"]
    lab.client("sqs").create_queue(QueueName="inbox")
    queue = regional("sqs", "inbox")
    events.put_targets(Rule="sold", EventBusName="shop", Targets=[{"Id": "1", "Arn": queue, "RoleArn": role}])
    linked = facts(lab).linked("events:rule-on-custom-event-bus", rule, "iam:role")
    assert [one.arn for one in linked] == [role]
    assert [one.arn for one in facts(lab).linked("events:rule-on-custom-event-bus", rule, "sqs:queue")] == [queue]
    archive = events.create_archive(ArchiveName="all", EventSourceArn=bus)["ArchiveArn"]
    connection = events.create_connection(
        Name="c",
        AuthorizationType="API_KEY",
        AuthParameters={"ApiKeyAuthParameters": {"ApiKeyName": "k", "ApiKeyValue": "v"}},
    )["ConnectionArn"]
    events.create_api_destination(
        Name="d", ConnectionArn=connection, InvocationEndpoint="https://example.com", HttpMethod="POST"
    )
    assert arns(lab, "events:archive", "all") == {archive}
    assert arns(lab, "events:connection", "c", connection) == {regional("events", "connection/c")}
    assert arns(lab, "events:api-destination", "d") == {regional("events", "api-destination/d")}


def test_state_machines_have_executions_and_activities(full: Lab) -> None:
    lab = Lab()
    states = lab.client("stepfunctions")
    role = lab.client("iam").create_role(RoleName="worker", AssumeRolePolicyDocument=TRUST)["Role"]["Arn"]
    machine = states.create_state_machine(
        name="flow",
        definition='{"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}',
        roleArn=role,
        tags=[{"key": "team", "value": "blue"}],
        publish=True,
    )
    execution = states.start_execution(stateMachineArn=machine["stateMachineArn"])["executionArn"]
    activity = states.create_activity(name="manual")["activityArn"]
    found = Resource(machine["stateMachineArn"], ACCOUNT, BLUE)
    assert facts(lab).find("states:statemachine", "flow") == found
    assert arns(lab, "states:execution", execution) == {execution}
    assert facts(lab).linked("states:execution", execution, "states:statemachine") == (found,)
    assert [one.arn for one in facts(lab).linked("states:statemachine", "flow", "iam:role")] == [role]
    assert arns(lab, "states:activity", activity, "manual") == {activity}
    version = machine["stateMachineVersionArn"]
    assert arns(lab, "states:statemachineversion", version) == {version}
    alias = states.create_state_machine_alias(
        name="live", routingConfiguration=[{"stateMachineVersionArn": version, "weight": 100}]
    )["stateMachineAliasArn"]
    assert arns(lab, "states:statemachinealias", alias) == {alias}


def test_a_streams_consumer_is_found(lab: Lab) -> None:
    kinesis = lab.client("kinesis")
    kinesis.create_stream(StreamName="clicks", ShardCount=1)
    arn = regional("kinesis", "stream/clicks")
    consumer = kinesis.register_stream_consumer(StreamARN=arn, ConsumerName="c")["Consumer"]["ConsumerARN"]
    assert arns(lab, "kinesis:consumer", consumer) == {consumer}
    assert [one.arn for one in facts(lab).linked("kinesis:consumer", consumer, "kinesis:stream")] == [arn]
