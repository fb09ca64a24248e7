"""What the sandbox says yes and no to, typed into the terminal of the page as a learner would."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.site import RunningSite

TRUST = {
    "Version": "2012-10-17",
    "Statement": {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"},
}


@pytest.fixture(scope="module")
def bench(browser: Browser, site: RunningSite) -> Iterator[Page]:
    """A guest's lesson page whose terminal is ready."""
    with browser.new_context(viewport={"width": 1280, "height": 900}) as context:
        page = context.new_page()
        page.goto(site.url)
        page.get_by_role("button", name="Start lesson 01").click()
        page.wait_for_function("() => window.workbench !== undefined", timeout=60_000)
        page.evaluate("() => window.workbench.ready")
        yield page


def run(page: Page, line: str) -> dict[str, Any]:
    """Run a command line as if it had been typed."""
    outcome: dict[str, Any] = page.evaluate("(line) => window.workbench.run(line)", line)
    return outcome


def good(page: Page, line: str) -> str:
    outcome = run(page, line)
    assert outcome["exitCode"] == 0, (line, outcome["stderr"])
    return str(outcome["stdout"])


def key_of(page: Page, user: str) -> str:
    """A shell assignment of a new user's credentials."""
    good(page, f"aws iam create-user --user-name {user}")
    key = json.loads(good(page, f"aws iam create-access-key --user-name {user}"))["AccessKey"]
    return f"AWS_ACCESS_KEY_ID={key['AccessKeyId']} AWS_SECRET_ACCESS_KEY={key['SecretAccessKey']} AWS_SESSION_TOKEN="


def test_a_denial_links_to_its_explanation(bench: Page, site: RunningSite) -> None:
    as_bob = key_of(bench, "bob")
    outcome = run(bench, f"{as_bob} aws iam list-users")
    assert outcome["exitCode"] in (254, 255)
    assert "because no identity-based policy allows the iam:ListUsers action" in outcome["stderr"]
    address = next(word for word in outcome["stderr"].split() if "/sandbox/authorization-details/" in word)
    page = bench.context.new_page()
    # The event of a call that reads is written with others, a moment later.
    page.wait_for_timeout(1000)
    page.goto(f"{site.url.rstrip('/')}/{address.split('/', 3)[3]}")
    assert page.get_by_role("heading", level=1).inner_text() == "iam:ListUsers"
    page.close()


def test_the_metadata_service_gives_the_instances_role(bench: Page) -> None:
    good(bench, f"aws iam create-role --role-name web --assume-role-policy-document '{json.dumps(TRUST)}'")
    good(bench, "aws iam create-instance-profile --instance-profile-name web")
    good(bench, "aws iam add-role-to-instance-profile --instance-profile-name web --role-name web")
    image = "resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64"
    made = good(
        bench,
        f"aws ec2 run-instances --image-id {image} --instance-type t3.micro --iam-instance-profile Name=web",
    )
    instance = json.loads(made)["Instances"][0]["InstanceId"]
    assert "401" in run(bench, "curl -s -i http://169.254.169.254/latest/meta-data/instance-id")["stdout"]
    token = good(
        bench,
        "curl -s -X PUT http://169.254.169.254/latest/api/token -H 'X-aws-ec2-metadata-token-ttl-seconds: 300'",
    )
    with_token = f"curl -s -H 'X-aws-ec2-metadata-token: {token}' http://169.254.169.254/latest/meta-data"
    assert good(bench, f"{with_token}/instance-id") == instance
    role = json.loads(good(bench, f"{with_token}/iam/security-credentials/web"))
    as_role = (
        f"AWS_ACCESS_KEY_ID={role['AccessKeyId']} AWS_SECRET_ACCESS_KEY={role['SecretAccessKey']} "
        f"AWS_SESSION_TOKEN={role['Token']}"
    )
    identity = json.loads(good(bench, f"{as_role} aws sts get-caller-identity"))
    assert identity["Arn"].endswith(f":assumed-role/web/{instance}")


def test_an_object_is_opened_to_everybody_by_policy_only(bench: Page) -> None:
    good(bench, "aws s3 mb s3://leaflets-of-ours")
    good(bench, "echo hello > note.txt && aws s3 cp note.txt s3://leaflets-of-ours/note.txt")
    fetch = "curl -s https://leaflets-of-ours.s3.amazonaws.com/note.txt"
    assert "AccessDenied" in run(bench, fetch)["stdout"]
    statement = {
        "Effect": "Allow",
        "Principal": "*",
        "Action": "s3:GetObject",
        "Resource": "arn:aws:s3:::leaflets-of-ours/*",
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": statement})
    put = f"aws s3api put-bucket-policy --bucket leaflets-of-ours --policy '{policy}'"
    assert "BlockPublicPolicy" in run(bench, put)["stderr"]
    good(bench, "aws s3api delete-public-access-block --bucket leaflets-of-ours")
    good(bench, put)
    assert good(bench, fetch) == "hello\n"
