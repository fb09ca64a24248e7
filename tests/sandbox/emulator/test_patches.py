"""Each change made to moto holds: a test that fails when a new release of moto changes under it."""

import importlib
import inspect
import json
import os
import pkgutil
import socket
import sys
from pathlib import Path

import pytest
import requests
import xmltodict
from botocore.exceptions import ClientError
from hypothesis import given
from hypothesis import strategies as st
from moto.moto_api._internal import mock_random

from sandbox import emulator
from sandbox.emulator import patches
from sandbox.emulator.patches import ec2_images, iam_policies, network, randomness, sqs_queues, xml_answers
from tests.sandbox.emulator.conftest import ACCOUNT, PARTNER, Lab

POLICY = "arn:aws:iam::aws:policy/ReadOnlyAccess"


def test_every_patch_is_applied() -> None:
    modules = {
        importlib.import_module(f"{patches.__name__}.{found.name}") for found in pkgutil.iter_modules(patches.__path__)
    }
    assert set(patches.ALL) == modules


def test_moto_is_the_release_that_was_patched() -> None:
    assert emulator.VERSION == "moto 5.2.5"


def test_a_template_runs_no_code(lab: Lab, tmp_path: Path) -> None:
    mark = tmp_path / "ran"
    body = f"Resources:\n  X: !!python/object/apply:os.system ['touch {mark}']\n"
    with pytest.raises((ClientError, emulator.EmulatorFailure)):
        lab.client("cloudformation").create_stack(StackName="s", TemplateBody=body)
    assert not mark.exists()


def test_a_template_keeps_its_short_functions(lab: Lab) -> None:
    body = """
Parameters: {Name: {Type: String, Default: otter}}
Resources:
  Queue: {Type: "AWS::SQS::Queue", Properties: {QueueName: !Sub "q-${Name}"}}
Outputs: {Arn: {Value: !GetAtt Queue.Arn}}
"""
    stacks = lab.client("cloudformation")
    stacks.create_stack(StackName="s", TemplateBody=body)
    outputs = stacks.describe_stacks(StackName="s")["Stacks"][0]["Outputs"]
    assert [output["OutputValue"] for output in outputs] == [f"arn:aws:sqs:eu-central-1:{ACCOUNT}:q-otter"]


@pytest.mark.parametrize(
    "body",
    [
        "a: &a [x]\nResources: {X: [" + ", ".join(["*a"] * 101) + "]}",
        "Resources: " + "[" * 100 + "]" * 100,
    ],
    ids=["aliases", "depth"],
)
def test_a_template_that_expands_is_refused(lab: Lab, body: str) -> None:
    with pytest.raises((ClientError, emulator.EmulatorFailure)):
        lab.client("cloudformation").create_stack(StackName="s", TemplateBody=body)


def test_custom_resources_are_refused(lab: Lab) -> None:
    body = json.dumps(
        {"Resources": {"X": {"Type": "Custom::Thing", "Properties": {"ServiceToken": "arn:aws:lambda:x"}}}}
    )
    with pytest.raises((ClientError, emulator.EmulatorFailure)):
        lab.client("cloudformation").create_stack(StackName="s", TemplateBody=body)


def test_a_topic_calls_no_web_address(lab: Lab) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        topic = lab.client("sns").create_topic(Name="news")["TopicArn"]
        endpoint = f"http://127.0.0.1:{server.getsockname()[1]}/"
        lab.client("sns").subscribe(TopicArn=topic, Protocol="http", Endpoint=endpoint)
        lab.client("sns").publish(TopicArn=topic, Message="x")
        with pytest.raises(TimeoutError):
            server.accept()


def test_requests_cannot_be_made_in_this_process() -> None:
    with pytest.raises(network.OutboundRefused):
        requests.get("http://127.0.0.1:1/", timeout=1)


def test_xray_brings_no_client_with_a_socket() -> None:
    importlib.import_module("moto.xray.urls")
    assert "aws_xray_sdk" not in sys.modules


def test_a_function_is_not_run_in_docker(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "popen", lambda *_: pytest.fail("a command was run"))
    assert lab.client("lambda").list_functions()["Functions"] == []
    assert emulator.SERVICES["lambda"] == "awslambda_simple"


def test_a_seed_changes_no_id() -> None:
    drawn = []
    for _ in range(2):
        mock_random.seed(1)
        drawn.append((mock_random.get_random_hex(32), mock_random.choice(range(10**9)), str(mock_random.uuid4())))
    assert drawn[0] != drawn[1]
    assert type(mock_random) is randomness.SecureRandom


def test_stray_modules_draw_from_the_secure_source() -> None:
    for name in randomness._STRAY:
        assert importlib.import_module(name).random is randomness._SOURCE


def test_old_versions_of_an_object_survive_storing(lab: Lab) -> None:
    s3 = lab.client("s3", region="us-east-1")
    s3.create_bucket(Bucket="plum-otter")
    s3.put_bucket_versioning(Bucket="plum-otter", VersioningConfiguration={"Status": "Enabled"})
    ids = [s3.put_object(Bucket="plum-otter", Key="k", Body=body)["VersionId"] for body in (b"one", b"two")]
    again = lab.reloaded().client("s3")
    read = [again.get_object(Bucket="plum-otter", Key="k", VersionId=version)["Body"].read() for version in ids]
    assert read == [b"one", b"two"]


def test_bodies_stay_out_of_the_snapshot(lab: Lab) -> None:
    s3 = lab.client("s3", region="us-east-1")
    s3.create_bucket(Bucket="plum-otter")
    s3.put_object(Bucket="plum-otter", Key="k", Body=os.urandom(200_000))
    assert max(len(row) for row in lab.world.changes().values()) < 10_000


def test_a_multipart_upload_and_a_copy_keep_their_bytes(lab: Lab) -> None:
    s3 = lab.client("s3", region="us-east-1")
    s3.create_bucket(Bucket="plum-otter")
    upload = s3.create_multipart_upload(Bucket="plum-otter", Key="big")["UploadId"]
    parts = [os.urandom(5 * 1024 * 1024), b"end"]
    tags = [
        s3.upload_part(Bucket="plum-otter", Key="big", UploadId=upload, PartNumber=n, Body=part)["ETag"]
        for n, part in enumerate(parts, 1)
    ]
    s3.complete_multipart_upload(
        Bucket="plum-otter",
        Key="big",
        UploadId=upload,
        MultipartUpload={"Parts": [{"PartNumber": n, "ETag": tag} for n, tag in enumerate(tags, 1)]},
    )
    s3.copy_object(Bucket="plum-otter", Key="copy", CopySource="plum-otter/big")
    answer = lab.reloaded().client("s3").get_object(Bucket="plum-otter", Key="copy")
    assert answer["Body"].read() == b"".join(parts)


def test_s3_asks_no_policy_of_its_own(lab: Lab) -> None:
    s3 = lab.client("s3", region="us-east-1")
    s3.create_bucket(Bucket="plum-otter")
    s3.put_object(Bucket="plum-otter", Key="k", Body=b"x")
    deny = {
        "Effect": "Deny",
        "Principal": {"AWS": PARTNER},
        "Action": "s3:*",
        "Resource": "arn:aws:s3:::plum-otter/*",
    }
    for policy in ({"Version": "2012-10-17", "Statement": [deny]}, {"a": 1}):
        s3.put_bucket_policy(Bucket="plum-otter", Policy=json.dumps(policy))
        assert s3.get_object(Bucket="plum-otter", Key="k")["Body"].read() == b"x"


def test_attaching_a_managed_policy_counts_in_one_account_only(lab: Lab) -> None:
    lab.client("iam").create_user(UserName="alice")
    lab.client("iam").attach_user_policy(UserName="alice", PolicyArn=POLICY)
    again = lab.reloaded()
    counts = [
        again.client("iam", account=account).get_policy(PolicyArn=POLICY)["Policy"]["AttachmentCount"]
        for account in (ACCOUNT, PARTNER)
    ]
    assert counts == [1, 0]
    assert iam_policies.shared("aws")[POLICY].attachment_count == 0


def test_a_managed_policy_is_detached_after_storing(lab: Lab) -> None:
    lab.client("iam").create_user(UserName="alice")
    lab.client("iam").attach_user_policy(UserName="alice", PolicyArn=POLICY)
    iam = lab.reloaded().client("iam")
    iam.detach_user_policy(UserName="alice", PolicyArn=POLICY)
    assert iam.list_attached_user_policies(UserName="alice")["AttachedPolicies"] == []
    assert iam.get_policy(PolicyArn=POLICY)["Policy"]["AttachmentCount"] == 0


def test_all_managed_policies_are_listed_and_none_is_stored(lab: Lab) -> None:
    iam = lab.client("iam")
    listed = iam.get_paginator("list_policies").paginate(Scope="AWS").build_full_result()["Policies"]
    assert len(listed) > 1000
    iam.create_user(UserName="alice")
    assert max(len(row) for row in lab.world.changes().values()) < 4_000


def test_users_and_groups_have_ids_of_their_kind(lab: Lab) -> None:
    iam = lab.client("iam")
    assert iam.create_user(UserName="alice")["User"]["UserId"].startswith("AIDA")
    assert iam.create_group(GroupName="all")["Group"]["GroupId"].startswith("AGPA")


def test_the_images_are_those_that_the_public_parameters_name(lab: Lab) -> None:
    images = lab.client("ec2").describe_images(Owners=["amazon"])["Images"]
    named = [
        lab.client("ssm").get_parameter(Name=ec2_images.FAMILY + name)["Parameter"]["Value"]
        for name in ec2_images.WANTED
    ]
    assert {image["ImageId"] for image in images} == set(named)


def test_an_image_is_named_by_a_parameter(lab: Lab) -> None:
    ec2, name = lab.client("ec2"), ec2_images.FAMILY + ec2_images.WANTED[0]
    launched = ec2.run_instances(ImageId=f"resolve:ssm:{name}", InstanceType="t3.micro", MinCount=1, MaxCount=1)
    image = lab.client("ssm").get_parameter(Name=name)["Parameter"]["Value"]
    assert [instance["ImageId"] for instance in launched["Instances"]] == [image]
    with pytest.raises(ClientError, match="there is no parameter /nothing"):
        ec2.run_instances(ImageId="resolve:ssm:/nothing", InstanceType="t3.micro", MinCount=1, MaxCount=1)


def test_an_unknown_image_is_refused(lab: Lab) -> None:
    with pytest.raises(ClientError, match="InvalidAMIID"):
        lab.client("ec2").run_instances(ImageId="ami-00000000", InstanceType="t3.micro", MinCount=1, MaxCount=1)


def test_public_parameters_are_not_stored(lab: Lab) -> None:
    ssm = lab.client("ssm")
    ssm.get_parameter(Name=ec2_images.FAMILY + ec2_images.WANTED[0])
    ssm.put_parameter(Name="/app", Value="1", Type="String")
    assert max(len(row) for row in lab.world.changes().values()) < 2_000
    again = lab.reloaded().client("ssm")
    assert again.get_parameter(Name="/app")["Parameter"]["Value"] == "1"
    assert again.get_parameter(Name=ec2_images.FAMILY + ec2_images.WANTED[0])["Parameter"]["Value"].startswith("ami-")


def test_no_call_lists_motos_folder(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    sqs = lab.client("sqs")
    sqs.list_queues()
    monkeypatch.setattr(os, "listdir", lambda *_: pytest.fail("a folder was listed"))
    monkeypatch.setattr(inspect, "getmembers", lambda *_, **__: pytest.fail("a class was searched"))
    sqs.create_queue(QueueName="q")


def test_an_organization_is_made_in_its_own_account(lab: Lab) -> None:
    lab.client("organizations").create_organization(FeatureSet="ALL")
    assert lab.client("organizations").describe_organization()["Organization"]["MasterAccountId"] == ACCOUNT


def test_a_long_poll_does_not_wait(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    sqs = lab.client("sqs")
    url = sqs.create_queue(QueueName="q", Attributes={"ReceiveMessageWaitTimeSeconds": "20"})["QueueUrl"]
    monkeypatch.setattr("threading.Condition.wait", lambda *_: pytest.fail("it waits"))
    assert "Messages" not in sqs.receive_message(QueueUrl=url, WaitTimeSeconds=20)


def test_a_queue_counts_its_messages_when_asked(lab: Lab) -> None:
    sqs = lab.client("sqs")
    url = sqs.create_queue(QueueName="q")["QueueUrl"]
    for delay in (0, 0, 30):
        sqs.send_message(QueueUrl=url, MessageBody="x", DelaySeconds=delay)
    sqs.receive_message(QueueUrl=url)
    for names in (["All"], [*sqs_queues.COUNTS]):
        found = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
        assert [found[name] for name in sqs_queues.COUNTS] == ["1", "1", "1"]


_TEXTS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=8)
)
_BODIES = st.recursive(
    st.dictionaries(st.sampled_from(["a", "b", "@x", "#text"]), _TEXTS, max_size=3),
    lambda inner: st.dictionaries(
        st.sampled_from(["c", "d"]), st.one_of(inner, st.lists(inner, max_size=2)), max_size=2
    ),
    max_leaves=8,
)


@given(body=_BODIES, full=st.booleans(), short=st.booleans())
def test_xml_is_written_as_the_library_writes_it(body: dict[str, object], full: bool, short: bool) -> None:
    document = {"root": body}
    expected = xmltodict.unparse(document, full_document=full, short_empty_elements=short)
    assert xml_answers.unparse(document, full_document=full, short_empty_elements=short) == expected


@pytest.mark.parametrize(
    ("query", "headers", "body"),
    [
        ("Action=ScheduleKeyDeletion", [], b"{}"),
        ("", [("action", "ScheduleKeyDeletion")], b"{}"),
        ("", [], b'{"Marker": "&Action=ScheduleKeyDeletion&"}'),
        ("", [("x-amz-target", "TrentService.ScheduleKeyDeletion")], b"{}"),
    ],
    ids=["query", "header", "body", "target"],
)
def test_moto_runs_what_was_authorized(lab: Lab, query: str, headers: list[tuple[str, str]], body: bytes) -> None:
    key = lab.client("kms").create_key()["KeyMetadata"]["KeyId"]
    scope = "AWS4-HMAC-SHA256 Credential=AKIA/20260101/eu-central-1/kms/aws4_request, SignedHeaders=host, Signature=x"
    environ = emulator.environ(
        method="POST",
        host="kms.eu-central-1.amazonaws.com",
        path="/",
        query=query,
        headers=[("content-type", "application/x-amz-json-1.1"), ("authorization", scope), *headers],
        body=body.replace(b"{", b'{"KeyId": "%s", ' % key.encode(), 1).replace(b", }", b"}"),
    )
    status, _, answer = emulator.run(lab.world, ACCOUNT, "kms", "ListKeys", environ)
    assert (status, key.encode() in answer) == (200, True)
    assert lab.client("kms").describe_key(KeyId=key)["KeyMetadata"]["KeyState"] == "Enabled"


def test_kms_does_not_judge_by_the_key_policy_itself(lab: Lab) -> None:
    kms = lab.client("kms")
    denial = {"Effect": "Deny", "Principal": {"AWS": PARTNER}, "Action": ["kms:DescribeKey"], "Resource": "*"}
    for statement in (denial, [denial]):
        key = kms.create_key(Policy=json.dumps({"Version": "2012-10-17", "Statement": statement}))["KeyMetadata"]
        assert kms.describe_key(KeyId=key["KeyId"])["KeyMetadata"]["Arn"] == key["Arn"]


def test_policies_about_access_points_are_saved(lab: Lab) -> None:
    iam = lab.client("iam")
    point = f"arn:aws:s3:eu-central-1:{ACCOUNT}:accesspoint/reports"
    statement = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": f"{point}/object/*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    iam.create_policy(PolicyName="p", PolicyDocument=document)
    assert iam.list_policies(Scope="Local")["Policies"][0]["PolicyName"] == "p"


def test_a_queue_keeps_its_policy_when_other_attributes_change(lab: Lab) -> None:
    sqs = lab.client("sqs")
    statement = {"Effect": "Allow", "Principal": "*", "Action": "sqs:SendMessage", "Resource": "*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    url = sqs.create_queue(QueueName="q", Attributes={"Policy": policy})["QueueUrl"]
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"DelaySeconds": "5"})
    attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    assert (json.loads(attributes["Policy"]), attributes["DelaySeconds"]) == (json.loads(policy), "5")
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": ""})
    assert "Policy" not in sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]


def test_a_stack_set_without_that_instance_says_so(lab: Lab) -> None:
    cloudformation = lab.client("cloudformation")
    cloudformation.create_stack_set(StackSetName="s", TemplateBody='{"Resources": {}}')
    with pytest.raises(ClientError, match="StackInstanceNotFoundException"):
        cloudformation.describe_stack_instance(
            StackSetName="s", StackInstanceAccount=ACCOUNT, StackInstanceRegion="eu-west-1"
        )
