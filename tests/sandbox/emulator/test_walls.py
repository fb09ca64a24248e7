"""What a learner cannot make moto do: compare without end, launch without limit, make keys without end."""

import json
import socket
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from botocore.exceptions import ClientError
from moto.events.models import EventPattern
from moto.s3 import responses

from sandbox.emulator.patches import instance_limits, learner_patterns, rsa_keys, templates
from sandbox.emulator.throttling import Allowance, TooMuchWork
from tests.sandbox.emulator.conftest import Lab

REGION = "eu-central-1"
# As a regular expression this takes as many steps as two to the number of letters.
ENDLESS = "(a+)+b"
LONG = "a" * 60


def seconds(call: Callable[[], object]) -> float:
    began = time.process_time()
    call()
    return time.process_time() - began


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        ("https://*.example.com", "https://www.example.com", True),
        ("https://*.example.com", "https://www.example.org", False),
        ("a.c", "abc", False),
        ("a?c", "abc", False),
        ("*", "", True),
        (ENDLESS, LONG, False),
        ("*a" * 60 + "b", LONG * 20, False),
    ],
)
def test_only_an_asterisk_is_special(pattern: str, text: str, expected: bool) -> None:
    assert learner_patterns.fits(pattern, text) is expected


@pytest.mark.parametrize(
    ("pattern", "item", "expected"),
    [
        ("*.png", "cat.png", True),
        ("*.png", "cat.jpg", False),
        ("a\\*c", "abc", False),
        ("a\\*c", "a*c", True),
        ("a\\\\*", "a\\b", True),
        ("a\\", "a\\", True),
        ("*", 5, False),
        ("*a" * 30 + "b", "a" * 500, False),
    ],
)
def test_an_events_wildcard_is_compared_at_once(pattern: str, item: object, expected: bool) -> None:
    rule = EventPattern.load(json.dumps({"detail": {"x": [{"wildcard": pattern}]}}))
    assert rule.matches_event({"detail": {"x": item}}) is expected


def test_a_prefix_of_rules_is_text(lab: Lab) -> None:
    events = lab.client("events")
    for name in (LONG, "axb"):
        events.put_rule(Name=name, ScheduleExpression="rate(1 hour)")
    assert [rule["Name"] for rule in events.list_rules(NamePrefix="ax")["Rules"]] == ["axb"]
    assert events.list_rules(NamePrefix="a.b")["Rules"] == []
    assert seconds(lambda: events.list_rules(NamePrefix=ENDLESS)) < 1


def test_a_prefix_of_queues_is_text(lab: Lab) -> None:
    sqs = lab.client("sqs")
    for name in (LONG, "axb"):
        sqs.create_queue(QueueName=name)
    assert len(sqs.list_queues(QueueNamePrefix="ax")["QueueUrls"]) == 1
    assert "QueueUrls" not in sqs.list_queues(QueueNamePrefix="a.b")
    assert seconds(lambda: sqs.list_queues(QueueNamePrefix=ENDLESS)) < 1


def test_filters_of_registries_are_text(lab: Lab) -> None:
    ecr = lab.client("ecr")
    for name in (LONG, "axb"):
        ecr.create_repository(repositoryName=name)

    def scan(pattern: str) -> None:
        rule = {"scanFrequency": "SCAN_ON_PUSH", "repositoryFilters": [{"filter": pattern, "filterType": "WILDCARD"}]}
        ecr.put_registry_scanning_configuration(scanType="BASIC", rules=[rule])

    assert seconds(lambda: scan(ENDLESS)) < 1
    scan("a*b")
    found = ecr.batch_get_repository_scanning_configuration(repositoryNames=[LONG, "axb"])["scanningConfigurations"]
    assert {one["repositoryName"]: one["scanFrequency"] for one in found} == {LONG: "MANUAL", "axb": "SCAN_ON_PUSH"}


def test_origins_of_a_bucket_are_text(lab: Lab) -> None:
    assert responses.cors_matches_origin("https://a.example", ["https://*.example"])
    assert not responses.cors_matches_origin("https://axexample", ["https://a.example"])
    assert seconds(lambda: responses.cors_matches_origin(LONG, [ENDLESS])) < 1


def test_a_group_launches_no_more_than_the_limit(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(instance_limits, "MAX_INSTANCES", 3)
    ec2, autoscaling = lab.client("ec2"), lab.client("autoscaling")
    image = ec2.describe_images()["Images"][0]["ImageId"]
    autoscaling.create_launch_configuration(LaunchConfigurationName="l", ImageId=image, InstanceType="t3.micro")

    def group(size: int) -> None:
        autoscaling.create_auto_scaling_group(
            AutoScalingGroupName=f"of-{size}",
            LaunchConfigurationName="l",
            MinSize=0,
            MaxSize=size,
            DesiredCapacity=size,
            AvailabilityZones=[f"{REGION}a"],
        )

    group(2)
    with pytest.raises(ClientError) as refused:
        group(4)
    assert refused.value.response["Error"]["Code"] == "LimitExceeded"


def test_spot_requests_launch_no_more_than_the_limit(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(instance_limits, "MAX_INSTANCES", 3)
    ec2 = lab.client("ec2")
    launched = {"ImageId": ec2.describe_images()["Images"][0]["ImageId"], "InstanceType": "t3.micro"}
    with pytest.raises(ClientError) as refused:
        ec2.request_spot_instances(InstanceCount=4, LaunchSpecification=launched)
    assert refused.value.response["Error"]["Code"] == "InstanceLimitExceeded"


def test_an_allowance_is_for_a_minute_and_an_account() -> None:
    allowance = Allowance(3)
    allowance.spend("1", 3, 0.0)
    allowance.spend("2", 3, 1.0)
    with pytest.raises(TooMuchWork):
        allowance.spend("1", 1, 59.0)
    allowance.spend("1", 3, 60.0)


@pytest.mark.parametrize(
    ("service", "method", "parameters"),
    [
        ("kms", "create_key", {"KeySpec": "RSA_4096", "KeyUsage": "SIGN_VERIFY"}),
        ("ec2", "create_key_pair", {"KeyName": "k"}),
        ("acm", "request_certificate", {"DomainName": "example.com"}),
    ],
)
def test_keys_of_rsa_are_counted(
    lab: Lab, monkeypatch: pytest.MonkeyPatch, service: str, method: str, parameters: dict[str, str]
) -> None:
    monkeypatch.setattr(rsa_keys, "allowance", Allowance(0))
    with pytest.raises(TooMuchWork):
        getattr(lab.client(service), method)(**parameters)


def test_a_key_that_signs_nothing_has_no_pair_of_rsa(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rsa_keys, "allowance", Allowance(0))
    lab.client("kms").create_key()
    lab.client("ec2").create_key_pair(KeyName="k", KeyType="ed25519")


# Nine to the power of eight values, in 81 aliases.
BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]\n" for before, name in pairwise("abcdefgh")
)


@pytest.mark.parametrize("text", [BOMB, "a: &a [*a]\n", "a: &a {b: *a}\n"])
def test_aliases_that_grow_are_no_document(text: str) -> None:
    with pytest.raises(ValueError, match="aliases that grow"):
        templates.read_template(text)


def test_aliases_that_do_not_grow_are_read() -> None:
    assert templates.read_template("a: &a {x: [1, 2]}\nb: *a\nc: *a\n")["c"] == {"x": [1, 2]}


def test_a_document_of_systems_manager_does_not_grow(lab: Lab) -> None:
    ssm = lab.client("ssm")
    with pytest.raises(ClientError) as refused:
        ssm.create_document(
            Name="bomb", Content=f"{BOMB}schemaVersion: '2.2'\n", DocumentFormat="YAML", DocumentType="Command"
        )
    assert refused.value.response["Error"]["Code"] == "InvalidDocumentContent"
    content = "schemaVersion: '2.2'\nmainSteps: [{action: 'aws:sleep', name: s}]\n"
    ssm.create_document(Name="plain", Content=content, DocumentFormat="YAML", DocumentType="Command")
    read = json.loads(ssm.get_document(Name="plain", DocumentFormat="JSON")["Content"])
    assert read["mainSteps"] == [{"action": "aws:sleep", "name": "s"}]


def test_an_api_is_read_within_bounds(lab: Lab) -> None:
    apis = lab.client("apigateway")
    with pytest.raises(ClientError) as refused:
        apis.import_rest_api(body=f"openapi: 3.0.0\npaths: {{}}\n{BOMB}".encode())
    assert refused.value.response["Error"]["Code"] == "BadRequestException"


@pytest.mark.parametrize("scheme", ["file", "http"])
def test_nothing_is_fetched_that_an_api_names(lab: Lab, tmp_path: Path, scheme: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(0.2)
        secret = tmp_path / "secret.json"
        secret.write_text('{"get": "the secret"}')
        address = secret.as_uri() if scheme == "file" else f"http://127.0.0.1:{listening.getsockname()[1]}/"
        document = {
            "openapi": "3.0.0",
            "info": {"title": "x", "version": "1"},
            "paths": {"/a": {"$ref": address}},
        }
        apis = lab.client("apigateway")
        with pytest.raises(ClientError) as refused:
            apis.import_rest_api(body=json.dumps(document).encode(), failOnWarnings=True)
        assert refused.value.response["Error"]["Code"] == "BadRequestException"
        with pytest.raises(TimeoutError):
            listening.accept()
    assert all("the secret" not in json.dumps(api, default=str) for api in apis.get_rest_apis()["items"])


@pytest.mark.parametrize("missing", ["info", "paths"])
def test_an_api_without_what_it_must_have_is_refused(lab: Lab, missing: str) -> None:
    document = {"openapi": "3.0.0", "info": {"title": "x", "version": "1"}, "paths": {}}
    del document[missing]
    with pytest.raises(ClientError) as refused:
        lab.client("apigateway").import_rest_api(body=json.dumps(document).encode(), failOnWarnings=True)
    assert f"'{missing}'" in refused.value.response["Error"]["Message"]
