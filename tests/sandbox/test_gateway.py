"""A call through every stage: who calls is proven, what changed is stored, what happened is recorded."""

import logging
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from botocore.exceptions import ClientError
from django.db import OperationalError

from sandbox import emulator, gateway, quotas, store, worlds
from sandbox.deadline import DeadlineExceeded
from sandbox.emulator import World
from sandbox.environments import create_environment, delete_environment
from sandbox.models import AccountState, Environment, Event
from sandbox.wire import Request
from tests.sandbox.conftest import Caller, make_caller, with_header

pytestmark = pytest.mark.django_db


def refused(call: Any, **parameters: Any) -> tuple[str, int, str]:
    """Code, status and message of the error that a call gets."""
    with pytest.raises(ClientError) as caught:
        call(**parameters)
    error = caught.value.response
    return error["Error"]["Code"], error["ResponseMetadata"]["HTTPStatusCode"], error["Error"]["Message"]


def version(caller: Caller) -> int:
    return Environment.objects.get(pk=caller.account.environment_id).version


def test_the_caller_is_told_who_calls(caller: Caller) -> None:
    identity = caller.client("sts").get_caller_identity()
    assert identity["Arn"] == f"arn:aws:iam::{caller.account.pk}:user/learner"
    assert identity["Account"] == caller.account.pk
    assert identity["UserId"].startswith("AIDA")


def test_a_change_is_stored_before_it_is_answered(caller: Caller) -> None:
    before = version(caller)
    caller.client("sqs").create_queue(QueueName="inbox")
    assert version(caller) == before + 1
    assert AccountState.objects.filter(environment=caller.account.environment_id, service="sqs").count() == 1
    worlds.drop(caller.account.environment_id)
    assert len(caller.client("sqs").list_queues()["QueueUrls"]) == 1


def test_reading_stores_nothing(caller: Caller) -> None:
    ec2 = caller.client("ec2")
    ec2.describe_instances()  # the first look at a region makes its default VPC
    before = version(caller)
    ec2.describe_instances()
    caller.client("s3").list_buckets()
    assert version(caller) == before


def test_a_regions_default_vpc_is_the_same_for_ever(caller: Caller) -> None:
    ec2 = caller.client("ec2")
    first = ec2.describe_vpcs()["Vpcs"][0]["VpcId"]
    worlds.drop(caller.account.environment_id)
    assert ec2.describe_vpcs()["Vpcs"][0]["VpcId"] == first
    before = version(caller)
    ec2.describe_subnets()
    assert version(caller) == before


def test_a_refused_change_leaves_nothing_behind(caller: Caller) -> None:
    before = version(caller)
    assert refused(caller.client("iam").add_user_to_group, GroupName="no", UserName="learner")[:2] == (
        "NoSuchEntity",
        404,
    )
    assert version(caller) == before


def test_a_key_of_nobody_is_unknown(caller: Caller) -> None:
    caller.credentials = replace(caller.credentials, access_key_id="AKIA2222222222222222")
    assert refused(caller.client("sts").get_caller_identity)[:2] == ("InvalidClientTokenId", 403)


def test_a_wrong_secret_is_found_out(caller: Caller) -> None:
    caller.credentials = replace(caller.credentials, secret_access_key="x" * 40)
    assert refused(caller.client("sts").get_caller_identity)[:2] == ("SignatureDoesNotMatch", 403)
    assert refused(caller.client("dynamodb").list_tables)[:2] == ("InvalidSignatureException", 400)


def test_an_inactive_key_is_unknown(caller: Caller) -> None:
    iam = caller.client("iam")
    iam.update_access_key(UserName="learner", AccessKeyId=caller.credentials.access_key_id, Status="Inactive")
    assert refused(iam.list_users)[:2] == ("InvalidClientTokenId", 403)


def test_a_deleted_key_is_unknown(caller: Caller) -> None:
    iam = caller.client("iam")
    iam.delete_access_key(UserName="learner", AccessKeyId=caller.credentials.access_key_id)
    assert refused(iam.list_users)[:2] == ("InvalidClientTokenId", 403)


def test_a_body_other_than_the_signed_one_is_refused(caller: Caller) -> None:
    caller.change = lambda request: replace(request, body=request.body.replace(b"inbox", b"other"))
    assert refused(caller.client("sqs").create_queue, QueueName="inbox")[1] == 403
    assert Event.objects.filter(environment=caller.account.environment_id, event_name="CreateQueue").count() == 0


def test_a_stale_signature_is_refused(caller: Caller) -> None:
    caller.client("sts").get_caller_identity()
    assert caller.sent is not None
    answer = gateway.handle(caller.sent, now=datetime.now(UTC) + timedelta(minutes=16))
    assert answer.status == 403
    assert b"Signature expired" in answer.body


def test_an_unsigned_call_is_refused(caller: Caller) -> None:
    caller.change = lambda request: replace(
        request, headers=tuple(header for header in request.headers if header[0] != "authorization")
    )
    assert refused(caller.client("sts").get_caller_identity)[:2] == ("MissingAuthenticationToken", 403)


def test_a_header_of_motos_own_changes_no_account(caller: Caller) -> None:
    stranger = make_caller()
    caller.change = with_header("x-moto-account-id", stranger.account.pk)
    caller.client("sqs").create_queue(QueueName="mine")
    assert "QueueUrls" not in stranger.client("sqs").list_queues()


def test_a_presigned_url_works_until_it_expires(caller: Caller) -> None:
    s3 = caller.client("s3")
    s3.create_bucket(Bucket="plum-otter", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
    s3.put_object(Bucket="plum-otter", Key="a b", Body=b"hello")
    url = s3.generate_presigned_url("get_object", {"Bucket": "plum-otter", "Key": "a b"}, ExpiresIn=60)
    host, _, target = url.removeprefix("https://").partition("/")
    path, _, query = target.partition("?")
    request = Request("GET", host, f"/{path}", query, (("host", host),), b"")
    assert gateway.handle(request).body == b"hello"
    late = gateway.handle(request, now=datetime.now(UTC) + timedelta(seconds=61))
    assert (late.status, b"Request has expired" in late.body) == (403, True)
    broken = gateway.handle(replace(request, raw_path="/other"))
    assert (broken.status, b"SignatureDoesNotMatch" in broken.body) == (403, True)


def test_only_administrators_may(caller: Caller) -> None:
    iam = caller.client("iam")
    iam.create_user(UserName="bob")
    key = iam.create_access_key(UserName="bob")["AccessKey"]
    bob = replace(caller)
    bob.credentials = replace(
        caller.credentials, access_key_id=key["AccessKeyId"], secret_access_key=key["SecretAccessKey"]
    )
    code, status, message = refused(bob.client("iam").list_users)
    assert (code, status) == ("AccessDenied", 403)
    assert "iam:ListUsers" in message and "no identity-based policy allows" in message
    assert bob.client("sts").get_caller_identity()["Arn"].endswith("user/bob")
    iam.create_group(GroupName="admins")
    iam.attach_group_policy(GroupName="admins", PolicyArn="arn:aws:iam::aws:policy/AdministratorAccess")
    iam.add_user_to_group(GroupName="admins", UserName="bob")
    assert len(bob.client("iam").list_users()["Users"]) == 2


def test_a_denied_call_is_recorded_with_its_reason(caller: Caller) -> None:
    iam = caller.client("iam")
    iam.detach_user_policy(UserName="learner", PolicyArn="arn:aws:iam::aws:policy/AdministratorAccess")
    refused(iam.create_user, UserName="bob")
    event = caller.events()[-1]
    assert (event.event_name, event.error_code) == ("CreateUser", "AccessDenied")
    assert event.decision["allowed"] is False
    (need,) = event.decision["needs"]
    assert (need["action"], need["blockedBy"]) == ("iam:CreateUser", "identity-based policy")


def test_another_accounts_resources_are_denied(caller: Caller) -> None:
    stranger = make_caller()
    topic = stranger.client("sns").create_topic(Name="news")["TopicArn"]
    url = stranger.client("sqs").create_queue(QueueName="inbox")["QueueUrl"]
    assert refused(caller.client("sns").publish, TopicArn=topic, Message="x")[:2] == (
        "AuthorizationError",
        403,
    )
    assert refused(caller.client("sqs").send_message, QueueUrl=url, MessageBody="x")[1] == 403
    assert "Messages" not in stranger.client("sqs").receive_message(QueueUrl=url)


def test_an_event_is_a_cloudtrail_record(caller: Caller) -> None:
    caller.client("iam").create_user(UserName="bob")
    event = caller.events()[-1]
    record = event.record
    assert record["eventSource"] == "iam.amazonaws.com"
    assert record["eventName"] == "CreateUser"
    assert record["awsRegion"] == "us-east-1"
    assert record["requestParameters"] == {"userName": "bob"}
    assert record["responseElements"]["user"]["userName"] == "bob"
    assert record["userIdentity"] == {
        "type": "IAMUser",
        "principalId": record["userIdentity"]["principalId"],
        "arn": f"arn:aws:iam::{caller.account.pk}:user/learner",
        "accountId": caller.account.pk,
        "accessKeyId": caller.credentials.access_key_id,
        "userName": "learner",
    }
    assert (record["readOnly"], record["managementEvent"], record["eventCategory"]) == (
        False,
        True,
        "Management",
    )
    assert UUID(record["eventID"]) == event.event_id
    assert caller.answered is not None
    assert record["requestID"].encode() in caller.answered.body
    assert event.interface == "sdk"


def test_no_secret_gets_into_the_trail(caller: Caller) -> None:
    caller.client("secretsmanager").create_secret(Name="db", SecretString="s3cr3t-value")
    secret = caller.client("iam").create_access_key(UserName="learner")["AccessKey"]["SecretAccessKey"]
    told = str([event.record for event in caller.events()])
    assert "s3cr3t-value" not in told
    assert secret not in told


def test_the_record_of_s3_names_the_bucket_as_cloudtrail_does(caller: Caller) -> None:
    caller.client("s3", region="us-east-1").create_bucket(Bucket="plum-otter")
    assert caller.events()[-1].record["requestParameters"] == {"bucketName": "plum-otter"}


def test_what_moto_lacks_is_a_plain_refusal_that_names_it(caller: Caller, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "sandbox"):
        code, status, message = refused(caller.client("cloudtrail").list_channels)
    assert (code, status) == ("NotImplemented", 400)
    assert "cloudtrail:ListChannels" in message
    assert sum("cloudtrail:ListChannels" in line for line in caplog.messages) == 1


def test_a_service_that_is_not_offered_is_refused(caller: Caller) -> None:
    code, status, message = refused(caller.client("glue").get_databases)
    assert (code, status) == ("NotImplemented", 400)
    assert "glue" in message


def test_a_failure_inside_moto_changes_nothing_and_is_no_500(
    caller: Caller, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    from moto.sqs.models import SQSBackend

    def fail(self: Any, *args: Any, **kwargs: Any) -> None:
        self.queues["half"] = "done"
        raise RuntimeError("inside")

    before = version(caller)
    monkeypatch.setattr(SQSBackend, "create_queue", fail)
    code, status, message = refused(caller.client("sqs").create_queue, QueueName="q")
    assert (code, status) == ("SandboxFailure", 400)
    assert "sqs:CreateQueue" in message
    assert version(caller) == before
    monkeypatch.undo()
    assert "QueueUrls" not in caller.client("sqs").list_queues()
    assert sum("moto failed" in line for line in caplog.messages) == 1


def test_a_call_that_computes_for_too_long_is_given_up_and_changes_nothing(
    caller: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    from moto.sqs.models import SQSBackend

    def spin(self: Any, *args: Any, **kwargs: Any) -> None:
        self.queues["half"] = "done"
        raise DeadlineExceeded  # as the timer does

    before = version(caller)
    monkeypatch.setattr(SQSBackend, "create_queue", spin)
    code, status, message = refused(caller.client("sqs").create_queue, QueueName="q")
    assert (code, status) == ("SandboxTimeout", 400)
    assert "sqs:CreateQueue" in message
    assert (version(caller), caller.events()[-1].error_code) == (before, "SandboxTimeout")
    monkeypatch.undo()
    assert "QueueUrls" not in caller.client("sqs").list_queues()


def test_a_database_that_is_away_is_said_in_the_services_form(caller: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any) -> None:
        raise OperationalError("gone")

    iam, sqs = caller.client("iam"), caller.client("sqs")
    monkeypatch.setattr(worlds, "opened", fail)
    monkeypatch.setattr("sandbox.gateway.connection.close", lambda: None)
    for call in (iam.list_users, sqs.list_queues):
        code, status, message = refused(call)
        assert (code, status) == ("ServiceUnavailable", 503)
        assert "nothing was changed" in message


def test_a_lost_race_is_run_again_on_what_the_other_stored(caller: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    sqs = caller.client("sqs")
    original = emulator.run
    other: list[bool] = []

    def run(world: World, *args: Any) -> Any:
        if not other:
            other.append(True)
            _as_another_process(caller, "theirs")
        return original(world, *args)

    monkeypatch.setattr(emulator, "run", run)
    sqs.create_queue(QueueName="ours")
    names = [url.rsplit("/", 1)[1] for url in sqs.list_queues()["QueueUrls"]]
    assert sorted(names) == ["ours", "theirs"]
    created = [event for event in caller.events() if event.event_name == "CreateQueue"]
    assert len(created) == 2


def test_a_call_that_always_loses_its_races_ends_under_a_lock(caller: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    sqs, original = caller.client("sqs"), store.commit
    lost: list[bool] = []

    def commit(world: World, environment_id: UUID, changes: Any, events: Any) -> None:
        if len(lost) < gateway.TRIES:
            lost.append(True)
            raise store.Conflict(environment_id)
        original(world, environment_id, changes, events)

    monkeypatch.setattr(store, "commit", commit)
    sqs.create_queue(QueueName="q")
    assert (len(lost), len(sqs.list_queues()["QueueUrls"])) == (gateway.TRIES, 1)


def _as_another_process(caller: Caller, queue: str) -> None:
    """Make a queue as a process with a memory of its own would."""
    mine, worlds._loaded = worlds._loaded, type(worlds._loaded)()
    make_caller(caller.account).client("sqs").create_queue(QueueName=queue)
    worlds._loaded = mine


def test_another_processes_change_is_seen_at_once(caller: Caller) -> None:
    sqs = caller.client("sqs")
    sqs.create_queue(QueueName="ours")
    _as_another_process(caller, "theirs")
    assert len(sqs.list_queues()["QueueUrls"]) == 2


def test_a_deleted_environments_key_is_unknown(caller: Caller) -> None:
    sts = caller.client("sts")
    sts.get_caller_identity()
    delete_environment(caller.account.environment_id)
    assert refused(sts.get_caller_identity)[:2] == ("InvalidClientTokenId", 403)
    assert refused(sts.get_caller_identity)[:2] == ("InvalidClientTokenId", 403)


def test_two_accounts_of_an_environment_share_its_bucket_names() -> None:
    environment = create_environment(aliases=("main", "partner"))
    main, partner = (make_caller(account) for account in environment.accounts.order_by("alias"))
    main.client("s3", region="us-east-1").create_bucket(Bucket="plum-otter")
    code = refused(partner.client("s3", region="us-east-1").create_bucket, Bucket="plum-otter")[0]
    assert code == "BucketAlreadyExists"


def test_objects_beyond_the_quota_are_refused(caller: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quotas, "MAX_ACCOUNT_BODIES", 100)
    s3 = caller.client("s3", region="us-east-1")
    s3.create_bucket(Bucket="plum-otter")
    s3.put_object(Bucket="plum-otter", Key="a", Body=b"x" * 60)
    assert refused(s3.put_object, Bucket="plum-otter", Key="b", Body=b"x" * 60)[:2] == ("QuotaExceeded", 403)
    s3.delete_object(Bucket="plum-otter", Key="a")
    s3.put_object(Bucket="plum-otter", Key="b", Body=b"x" * 60)


def test_too_many_instances_are_refused_before_they_are_made(caller: Caller) -> None:
    ec2 = caller.client("ec2")
    image = ec2.describe_images(Owners=["amazon"])["Images"][0]["ImageId"]
    code = refused(ec2.run_instances, ImageId=image, InstanceType="t3.micro", MinCount=1, MaxCount=100_000)[0]
    assert code == "InstanceLimitExceeded"


def test_a_body_too_large_for_the_service_is_refused(caller: Caller) -> None:
    code, status, _ = refused(caller.client("sqs").create_queue, QueueName="q", tags={"k": "x" * quotas.MAX_API_BODY})
    assert (code, status) == ("RequestEntityTooLarge", 413)


def test_a_gzip_bomb_is_refused(caller: Caller) -> None:
    import gzip

    watch = caller.client("cloudwatch")
    bomb = gzip.compress(b"a" * (gateway.MAX_UNCOMPRESSED + 10))

    def swell(params: Any, **_: Any) -> None:
        params["body"] = bomb
        params["headers"]["Content-Encoding"] = "gzip"

    watch.meta.events.register("before-call", swell)
    assert refused(watch.list_dashboards)[:2] == ("RequestEntityTooLarge", 413)


def test_chunked_uploads_with_a_trailer_keep_their_bytes(caller: Caller) -> None:
    s3 = caller.client("s3", region="us-east-1")
    s3.create_bucket(Bucket="plum-otter")
    s3.put_object(Bucket="plum-otter", Key="k", Body=b"one", ChecksumAlgorithm="CRC32")
    assert caller.sent is not None
    assert caller.sent.header("x-amz-content-sha256") == "STREAMING-UNSIGNED-PAYLOAD-TRAILER"
    assert s3.get_object(Bucket="plum-otter", Key="k")["Body"].read() == b"one"


@pytest.mark.parametrize("key", ["a/../b//c", "a b", "ü/ñ", "a%2Fb", "a+b", "a&b=c", "it's(1)*!", "~tilde"])
def test_odd_keys_come_back_as_they_went(caller: Caller, key: str) -> None:
    s3 = caller.client("s3", region="us-east-1")
    s3.create_bucket(Bucket="plum-otter")
    s3.put_object(Bucket="plum-otter", Key=key, Body=key.encode())
    assert s3.get_object(Bucket="plum-otter", Key=key)["Body"].read() == key.encode()
    assert [found["Key"] for found in s3.list_objects_v2(Bucket="plum-otter")["Contents"]] == [key]


@pytest.mark.parametrize("header", ["Content-MD5", "x-amz-checksum-sha256", "x-amz-checksum-crc32"])
def test_an_upload_must_fit_the_checksum_in_its_header(caller: Caller, header: str) -> None:
    s3 = caller.client("s3", region="us-east-1")
    s3.create_bucket(Bucket="plum-otter")
    wrong = {"Content-MD5": "1B2M2Y8AsgTpgAmy7PhCfg==", "x-amz-checksum-crc32": "AAAAAA=="}.get(header, "A" * 43 + "=")
    s3.meta.events.register("before-sign.s3.PutObject", lambda request, **_: request.headers.add_header(header, wrong))
    assert refused(s3.put_object, Bucket="plum-otter", Key="k", Body=b"hello")[1] == 400
    assert "Contents" not in s3.list_objects_v2(Bucket="plum-otter")
