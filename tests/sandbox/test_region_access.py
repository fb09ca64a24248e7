"""Regions that an account must enable, and who may enable them."""

from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from sandbox import region_access
from sandbox.environments import create_environment
from sandbox.models import Account
from sandbox.region_access import SWITCHING
from tests.sandbox.conftest import Caller, make_caller

pytestmark = pytest.mark.django_db

ELSEWHERE = "af-south-1"
SWITCH = "Unable to switch region status because of its current opt-in status."


def refused(call: Any, **parameters: Any) -> tuple[str, int, str]:
    with pytest.raises(ClientError) as caught:
        call(**parameters)
    error = caught.value.response
    return error["Error"]["Code"], error["ResponseMetadata"]["HTTPStatusCode"], error["Error"]["Message"]


def later(monkeypatch: pytest.MonkeyPatch, by: timedelta) -> None:
    """Let the region's switching have begun earlier than it did."""
    monkeypatch.setattr(region_access, "SWITCHING", SWITCHING - by)


@pytest.fixture
def enabled(caller: Caller, monkeypatch: pytest.MonkeyPatch) -> Caller:
    caller.client("account").enable_region(RegionName=ELSEWHERE)
    later(monkeypatch, SWITCHING)
    return caller


REFUSALS: dict[str, tuple[str, dict[str, Any], str, int]] = {
    "sts": ("get_caller_identity", {}, "InvalidClientTokenId", 403),
    "sns": ("list_topics", {}, "InvalidClientTokenId", 403),
    "dynamodb": ("list_tables", {}, "UnrecognizedClientException", 400),
    "lambda": ("list_functions", {}, "UnrecognizedClientException", 403),
    "ec2": ("describe_instances", {}, "AuthFailure", 401),
    "s3": ("list_buckets", {}, "InvalidAccessKeyId", 403),
}


@pytest.mark.parametrize("service", REFUSALS)
def test_a_region_that_is_not_enabled_does_not_know_the_key(caller: Caller, service: str) -> None:
    method, parameters, code, status = REFUSALS[service]
    call = getattr(caller.client(service, region=ELSEWHERE), method)
    assert refused(call, **parameters)[:2] == (code, status)


@pytest.mark.parametrize("region", ["us-gov-west-1", "cn-north-1"])
def test_another_partition_does_not_know_the_key(caller: Caller, region: str) -> None:
    code, status, message = refused(caller.client("sts", region=region).get_caller_identity)
    assert (code, status, message) == (
        "InvalidClientTokenId",
        403,
        "The security token included in the request is invalid.",
    )


def test_an_enabled_region_serves(enabled: Caller) -> None:
    assert (
        enabled.client("sqs", region=ELSEWHERE)
        .create_queue(QueueName="q")["QueueUrl"]
        .startswith(f"https://sqs.{ELSEWHERE}.amazonaws.com/")
    )
    assert enabled.client("ec2", region=ELSEWHERE).describe_vpcs()["Vpcs"][0]["IsDefault"]


def test_enabling_and_disabling_take_their_time(caller: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    account = caller.client("account")

    def status() -> str:
        found: str = account.get_region_opt_status(RegionName=ELSEWHERE)["RegionOptStatus"]
        return found

    assert status() == "DISABLED"
    account.enable_region(RegionName=ELSEWHERE)
    assert status() == "ENABLING"
    assert refused(caller.client("sts", region=ELSEWHERE).get_caller_identity)[0] == "InvalidClientTokenId"
    assert refused(account.disable_region, RegionName=ELSEWHERE)[:2] == ("ConflictException", 409)
    later(monkeypatch, SWITCHING)
    assert status() == "ENABLED"
    assert refused(account.enable_region, RegionName=ELSEWHERE) == ("ValidationException", 400, SWITCH)


def test_a_disabled_region_is_closed_at_once(enabled: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    enabled.client("sqs", region=ELSEWHERE).create_queue(QueueName="q")
    account = enabled.client("account")
    account.disable_region(RegionName=ELSEWHERE)
    monkeypatch.setattr(region_access, "SWITCHING", SWITCHING)
    assert account.get_region_opt_status(RegionName=ELSEWHERE)["RegionOptStatus"] == "DISABLING"
    assert refused(enabled.client("sqs", region=ELSEWHERE).list_queues)[0] == "InvalidClientTokenId"
    assert refused(account.enable_region, RegionName=ELSEWHERE)[:2] == ("ConflictException", 409)


@pytest.mark.parametrize("method", ["enable_region", "disable_region"])
def test_a_default_region_is_always_enabled(caller: Caller, method: str) -> None:
    account = caller.client("account")
    call = getattr(account, method)
    with pytest.raises(account.exceptions.ValidationException) as caught:
        call(RegionName="eu-central-1")
    assert caught.value.response["Error"]["Message"] == SWITCH
    assert caught.value.response["reason"] == "invalidRegionOptTarget"
    assert account.get_region_opt_status(RegionName="eu-central-1")["RegionOptStatus"] == "ENABLED_BY_DEFAULT"


@pytest.mark.parametrize("name", ["us-east-9", "us-gov-west-1", "x"])
def test_a_region_that_does_not_exist_cannot_be_enabled(caller: Caller, name: str) -> None:
    assert refused(caller.client("account").enable_region, RegionName=name)[:2] == ("ValidationException", 400)


def test_regions_are_listed_in_pages(enabled: Caller) -> None:
    account = enabled.client("account")
    pages = list(account.get_paginator("list_regions").paginate(PaginationConfig={"PageSize": 10}))
    found = [region for page in pages for region in page["Regions"]]
    assert [len(page["Regions"]) for page in pages] == [10, 10, 10, 4]
    assert len({region["RegionName"] for region in found}) == 34
    by_default = account.list_regions(RegionOptStatusContains=["ENABLED_BY_DEFAULT"])["Regions"]
    assert len(by_default) == 17
    assert account.list_regions(RegionOptStatusContains=["ENABLED"])["Regions"] == [
        {"RegionName": ELSEWHERE, "RegionOptStatus": "ENABLED"}
    ]


@pytest.mark.parametrize(
    "parameters", [{"NextToken": "x"}, {"NextToken": "é"}, {"RegionOptStatusContains": ["OFF"]}], ids=str
)
def test_bad_questions_are_told(caller: Caller, parameters: dict[str, Any]) -> None:
    assert refused(caller.client("account").list_regions, **parameters)[:2] == ("ValidationException", 400)


@pytest.fixture
def manager(db: None) -> Caller:
    environment = create_environment(aliases=("main", "member"))
    return make_caller(environment.accounts.get(alias="main"))


def member_of(manager: Caller) -> str:
    """Create a member account in an organization of all features; returns its id."""
    organizations = manager.client("organizations")
    organizations.create_organization(FeatureSet="ALL")
    organizations.create_account(AccountName="member", Email="m@example.org")
    ids = {account["Id"] for account in organizations.list_accounts()["Accounts"]}
    member: str = (ids - {manager.account.pk}).pop()
    return member


def test_the_management_account_enables_regions_of_members(manager: Caller) -> None:
    member = member_of(manager)
    account = manager.client("account")
    code, status, message = refused(account.enable_region, AccountId=member, RegionName=ELSEWHERE)
    assert (code, status) == ("AccessDeniedException", 403)
    assert "trusted access" in message
    manager.client("organizations").enable_aws_service_access(ServicePrincipal="account.amazonaws.com")
    account.enable_region(AccountId=member, RegionName=ELSEWHERE)
    asked = account.get_region_opt_status(AccountId=member, RegionName=ELSEWHERE)
    assert asked["RegionOptStatus"] == "ENABLING"
    assert account.get_region_opt_status(RegionName=ELSEWHERE)["RegionOptStatus"] == "DISABLED"
    assert refused(account.list_regions, AccountId=manager.account.pk)[0] == "AccessDeniedException"


def test_nobody_else_touches_an_account(manager: Caller) -> None:
    other = Account.objects.get(environment=manager.account.environment_id, alias="member")
    stranger = make_caller()
    account = manager.client("account")
    for account_id in (other.pk, stranger.account.pk, "000000000000"):
        assert refused(account.list_regions, AccountId=account_id)[0] == "AccessDeniedException"
        assert refused(account.get_alternate_contact, AccountId=account_id, AlternateContactType="BILLING")[0] == (
            "AccessDeniedException"
        )


CONTACT = {
    "FullName": "Ada Otter",
    "AddressLine1": "1 River Road",
    "City": "Cork",
    "PostalCode": "T12",
    "CountryCode": "IE",
    "PhoneNumber": "+353 1 2345678",
}


def test_an_account_has_one_primary_contact(caller: Caller) -> None:
    account = caller.client("account")
    assert refused(account.get_contact_information)[:2] == ("ResourceNotFoundException", 404)
    account.put_contact_information(ContactInformation=CONTACT)
    assert account.get_contact_information()["ContactInformation"] == CONTACT
    bad = {**CONTACT, "PhoneNumber": "12"}
    assert refused(account.put_contact_information, ContactInformation=bad)[0] == "ValidationException"


def test_an_account_has_alternate_contacts(caller: Caller) -> None:
    account = caller.client("account")
    contact = {
        "AlternateContactType": "SECURITY",
        "EmailAddress": "s@example.org",
        "Name": "Ada",
        "PhoneNumber": "+353 1 2",
        "Title": "CISO",
    }
    account.put_alternate_contact(**contact)
    assert account.get_alternate_contact(AlternateContactType="SECURITY")["AlternateContact"] == contact
    account.delete_alternate_contact(AlternateContactType="SECURITY")
    for call in (account.get_alternate_contact, account.delete_alternate_contact):
        assert refused(call, AlternateContactType="SECURITY")[:2] == ("ResourceNotFoundException", 404)
    assert refused(account.get_alternate_contact, AlternateContactType="PRIMARY")[0] == "ValidationException"


def test_a_region_lacks_a_service(enabled: Caller) -> None:
    enabled.client("account").enable_region(RegionName="ca-west-1")
    code, status, message = refused(enabled.client("codebuild", region="ca-west-1").list_projects)
    assert (code, status) == ("UnknownEndpoint", 400)
    assert message == "Could not resolve host: codebuild.ca-west-1.amazonaws.com"


def test_a_region_of_a_partition_that_the_sandbox_lacks_is_told(caller: Caller) -> None:
    code, status, message = refused(caller.client("sts", region="us-iso-east-1").get_caller_identity)
    assert (code, status, message) == ("UnknownEndpoint", 400, "The sandbox has no region us-iso-east-1")
