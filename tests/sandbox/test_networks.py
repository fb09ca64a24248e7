"""A terminal that stands in a VPC: its calls go through the VPC's endpoints, whose policies and keys then count."""

import json
from typing import Any

import pytest

from sandbox import networks, store, worlds
from tests.sandbox.actors import allow, make_user, refused
from tests.sandbox.conftest import Caller


def _change(caller: Caller, act: Any, **values: Any) -> None:
    environment_id = caller.account.environment_id
    with worlds.lock:
        world = worlds.opened(environment_id)
        with world.entered():
            act(world, **values)
            store.commit(world, environment_id, world.changes(), [])


@pytest.fixture
def endpoint(caller: Caller) -> str:
    """A VPC with an endpoint for SQS, in which the terminal stands."""
    ec2 = caller.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    statement = {"Effect": "Allow", "Principal": "*", "Action": "sqs:List*", "Resource": "*"}
    made = ec2.create_vpc_endpoint(
        VpcId=vpc,
        ServiceName="com.amazonaws.eu-central-1.sqs",
        VpcEndpointType="Interface",
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [statement]}),
    )
    _change(
        caller,
        networks.stand_in,
        account_id=caller.account.pk,
        region="eu-central-1",
        vpc_id=vpc,
        private_ip="10.0.0.7",
    )
    return str(made["VpcEndpoint"]["VpcEndpointId"])


def test_the_endpoints_policy_bounds_what_goes_through_it(caller: Caller, endpoint: str) -> None:
    sqs = caller.client("sqs")
    assert "QueueUrls" not in sqs.list_queues()
    message = refused(sqs.create_queue, QueueName="q")[2]
    assert message.endswith("because no VPC endpoint policy allows the sqs:CreateQueue action")
    caller.client("sns").create_topic(Name="over-the-internet")
    caller.client("sqs", region="eu-west-1").create_queue(QueueName="another-region")
    _change(caller, networks.leave)
    sqs.create_queue(QueueName="q")


def test_the_keys_tell_the_endpoint_and_not_the_public_address(caller: Caller, endpoint: str) -> None:
    through_it = allow("sqs:ListQueues", Condition={"StringEquals": {"aws:SourceVpce": endpoint}})
    by_address = allow("sqs:ListQueues", Condition={"IpAddress": {"aws:SourceIp": "0.0.0.0/0"}})
    inside = allow("sqs:ListQueues", Condition={"IpAddress": {"aws:VpcSourceIp": "10.0.0.0/16"}})
    make_user(caller, "a", through_it).client("sqs").list_queues()
    make_user(caller, "b", inside).client("sqs").list_queues()
    assert refused(make_user(caller, "c", by_address).client("sqs").list_queues)[0] == "AccessDenied"
