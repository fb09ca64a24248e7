"""Accounts are invited into organizations, join and leave them."""

from datetime import timedelta
from typing import Any

import pytest

from sandbox.environments import create_environment
from tests.sandbox.conftest import Caller, make_caller
from tests.sandbox.services.iam_cases import days_later, forget, refused

Callers = tuple[Caller, Caller, Caller]


@pytest.fixture
def callers(db: None) -> Callers:
    """The first manages an organization; the others are in none."""
    accounts = {one.alias: one for one in create_environment(aliases=("boss", "dev", "ops")).accounts.all()}
    boss, dev, ops = (make_caller(accounts[alias]) for alias in ("boss", "dev", "ops"))
    boss.client("organizations").create_organization(FeatureSet="ALL")
    return boss, dev, ops


def invite(boss: Caller, guest: Caller, **parameters: Any) -> dict[str, Any]:
    target = {"Type": "ACCOUNT", "Id": str(guest.account)}
    made: dict[str, Any] = boss.client("organizations").invite_account_to_organization(Target=target, **parameters)[
        "Handshake"
    ]
    return made


def members(boss: Caller) -> dict[str, tuple[str, str]]:
    found = boss.client("organizations").list_accounts()["Accounts"]
    return {one["Id"]: (one["Name"], one["JoinedMethod"]) for one in found}


def test_who_accepts_is_a_member(callers: Callers) -> None:
    boss, dev, _ = callers
    made = invite(boss, dev, Notes="Come in", Tags=[{"Key": "team", "Value": "red"}])
    organization = boss.client("organizations").describe_organization()["Organization"]
    assert made["Arn"] == f"arn:aws:organizations::{boss.account}:handshake/{organization['Id']}/invite/{made['Id']}"
    assert made["Parties"] == [
        {"Id": organization["Id"], "Type": "ORGANIZATION"},
        {"Id": str(dev.account), "Type": "ACCOUNT"},
    ]
    assert {one["Type"]: one["Value"] for one in made["Resources"]} == {
        "ORGANIZATION": organization["Id"],
        "ACCOUNT": str(dev.account),
        "NOTES": "Come in",
    }
    assert made["ExpirationTimestamp"] - made["RequestedTimestamp"] == timedelta(days=15)
    forget(boss)
    client = dev.client("organizations")
    assert [one["Id"] for one in client.list_handshakes_for_account()["Handshakes"]] == [made["Id"]]
    assert client.accept_handshake(HandshakeId=made["Id"])["Handshake"]["State"] == "ACCEPTED"
    forget(boss)
    assert members(boss)[str(dev.account)] == ("dev", "INVITED")
    tags = boss.client("organizations").list_tags_for_resource(ResourceId=str(dev.account))["Tags"]
    assert tags == [{"Key": "team", "Value": "red"}]
    assert client.describe_organization()["Organization"]["Id"] == organization["Id"]
    # Only accounts that the organization makes get the role for its management account.
    roles = [one["RoleName"] for one in dev.client("iam").list_roles()["Roles"]]
    assert "OrganizationAccountAccessRole" not in roles
    assert refused(client.accept_handshake, HandshakeId=made["Id"])[0] == "HandshakeAlreadyInStateException"
    assert refused(client.decline_handshake, HandshakeId=made["Id"])[0] == "InvalidHandshakeTransitionException"


def test_policies_bind_who_has_joined_until_it_leaves(callers: Callers) -> None:
    boss, dev, _ = callers
    organizations = boss.client("organizations")
    root = organizations.list_roots()["Roots"][0]["Id"]
    organizations.enable_policy_type(RootId=root, PolicyType="SERVICE_CONTROL_POLICY")
    text = '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"sqs:*","Resource":"*"}]}'
    policy = organizations.create_policy(Content=text, Description="d", Name="n", Type="SERVICE_CONTROL_POLICY")
    organizations.attach_policy(PolicyId=policy["Policy"]["PolicySummary"]["Id"], TargetId=root)
    sqs = dev.client("sqs")
    sqs.list_queues()
    dev.client("organizations").accept_handshake(HandshakeId=invite(boss, dev)["Id"])
    assert refused(sqs.list_queues)[0] == "AccessDenied"
    dev.client("organizations").leave_organization()
    sqs.list_queues()
    assert list(members(boss)) == [str(boss.account)]


def test_an_account_is_in_one_organization_only(callers: Callers) -> None:
    boss, dev, ops = callers
    ops.client("organizations").create_organization(FeatureSet="ALL")
    first, second = invite(boss, dev), invite(ops, dev)
    client = dev.client("organizations")
    client.accept_handshake(HandshakeId=first["Id"])
    code = "HandshakeConstraintViolationException"
    assert refused(client.accept_handshake, HandshakeId=second["Id"])[0] == code
    assert refused(invite, boss=boss, guest=dev)[0] == code
    assert refused(invite, boss=boss, guest=boss)[0] == code


def test_invitations_are_declined_and_cancelled(callers: Callers) -> None:
    boss, dev, ops = callers
    made = invite(boss, dev)
    assert refused(invite, boss=boss, guest=dev)[0] == "DuplicateHandshakeException"
    host, guest, stranger = (one.client("organizations") for one in (boss, dev, ops))
    assert refused(guest.cancel_handshake, HandshakeId=made["Id"])[0] == "AccessDeniedException"
    assert refused(host.accept_handshake, HandshakeId=made["Id"])[0] == "AccessDeniedException"
    assert refused(stranger.describe_handshake, HandshakeId=made["Id"])[0] == "HandshakeNotFoundException"
    assert guest.decline_handshake(HandshakeId=made["Id"])["Handshake"]["State"] == "DECLINED"
    again = invite(boss, dev)
    assert host.cancel_handshake(HandshakeId=again["Id"])["Handshake"]["State"] == "CANCELED"
    assert refused(guest.accept_handshake, HandshakeId=again["Id"])[0] == "InvalidHandshakeTransitionException"
    states = [one["State"] for one in host.list_handshakes_for_organization()["Handshakes"]]
    assert states == ["DECLINED", "CANCELED"]
    assert stranger.list_handshakes_for_account()["Handshakes"] == []
    assert host.describe_handshake(HandshakeId=made["Id"])["Handshake"]["State"] == "DECLINED"


def test_invitations_expire_and_are_forgotten(callers: Callers) -> None:
    boss, dev, _ = callers
    made = invite(boss, dev)
    days_later(boss, 15)
    client = dev.client("organizations")
    assert [one["State"] for one in client.list_handshakes_for_account()["Handshakes"]] == ["EXPIRED"]
    assert refused(client.accept_handshake, HandshakeId=made["Id"])[0] == "InvalidHandshakeTransitionException"
    days_later(boss, 30)
    assert client.list_handshakes_for_account()["Handshakes"] == []


def test_the_end_of_an_organization_ends_its_invitations(callers: Callers) -> None:
    boss, dev, _ = callers
    made = invite(boss, dev)
    boss.client("organizations").delete_organization()
    client = dev.client("organizations")
    assert client.describe_handshake(HandshakeId=made["Id"])["Handshake"]["State"] == "CANCELED"
    assert refused(client.accept_handshake, HandshakeId=made["Id"])[0] == "InvalidHandshakeTransitionException"


@pytest.mark.parametrize(
    "target",
    [
        {"Type": "ACCOUNT", "Id": "444455556666"},
        {"Type": "ACCOUNT", "Id": "dev"},
        {"Type": "ORGANIZATION", "Id": "o-1234567890"},
        {"Type": "EMAIL", "Id": "nobody"},
    ],
)
def test_targets_that_do_not_exist(callers: Callers, target: dict[str, str]) -> None:
    client = callers[0].client("organizations")
    assert refused(client.invite_account_to_organization, Target=target)[0] == "InvalidInputException"


def test_addresses_are_invited(callers: Callers) -> None:
    client = callers[0].client("organizations")
    for name in ("ann", "bob"):
        client.invite_account_to_organization(Target={"Type": "EMAIL", "Id": f"{name}@example.com"})
    pages = client.get_paginator("list_handshakes_for_organization").paginate(PaginationConfig={"PageSize": 1})
    found = [one["Parties"][1]["Id"] for page in pages for one in page["Handshakes"]]
    assert found == ["ann@example.com", "bob@example.com"]


def test_only_the_management_account_invites_and_removes(callers: Callers) -> None:
    boss, dev, ops = callers
    assert refused(invite, boss=dev, guest=ops)[0] == "AWSOrganizationsNotInUseException"
    client, host = dev.client("organizations"), boss.client("organizations")
    client.accept_handshake(HandshakeId=invite(boss, dev)["Id"])
    assert refused(invite, boss=dev, guest=ops)[0] == "AccessDeniedException"
    assert refused(client.list_handshakes_for_organization)[0] == "AccessDeniedException"
    assert refused(client.remove_account_from_organization, AccountId=str(dev.account))[0] == "AccessDeniedException"
    host.remove_account_from_organization(AccountId=str(dev.account))
    forget(boss)
    assert refused(client.describe_organization)[0] == "AWSOrganizationsNotInUseException"
    assert refused(client.leave_organization)[0] == "AWSOrganizationsNotInUseException"
    assert refused(host.remove_account_from_organization, AccountId=str(dev.account))[0] == "AccountNotFoundException"


def test_some_cannot_leave(callers: Callers) -> None:
    boss, dev, _ = callers
    client, host = dev.client("organizations"), boss.client("organizations")
    assert refused(host.leave_organization)[0] == "MasterCannotLeaveOrganizationException"
    client.accept_handshake(HandshakeId=invite(boss, dev)["Id"])
    host.register_delegated_administrator(AccountId=str(dev.account), ServicePrincipal="ssm.amazonaws.com")
    assert refused(client.leave_organization)[0] == "ConstraintViolationException"
