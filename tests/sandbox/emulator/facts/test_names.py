"""What names, ids and ARNs mean."""

from typing import Any

import pytest

from tests.sandbox.emulator.conftest import ACCOUNT, Lab
from tests.sandbox.emulator.facts.conftest import (
    BY_NAME,
    facts,
    only,
)


@pytest.mark.parametrize(("kind", "name", "expected"), BY_NAME, ids=[kind for kind, _, _ in BY_NAME])
def test_a_name_and_the_arn_mean_the_same_resource(full: Lab, kind: str, name: str, expected: str) -> None:
    found = facts(full).find(kind, name)
    assert found is not None
    assert found.account_id == ACCOUNT
    assert expected.removeprefix("*") in found.arn if expected.startswith("*") else found.arn == expected
    if not kind.startswith("ec2:security") and ":account:" not in found.arn:
        assert facts(full).find(kind, found.arn) == found
    assert facts(full).find(kind, "none") is None


BY_ID = [
    ("cognito-idp:userpool", "cognito-idp", "list_user_pools", {"MaxResults": 1}, "UserPools", "Id", "userpool/"),
    (
        "cognito-identity:identitypool",
        "cognito-identity",
        "list_identity_pools",
        {"MaxResults": 1},
        "IdentityPools",
        "IdentityPoolId",
        "identitypool/",
    ),
    ("apigateway:RestApi", "apigateway", "get_rest_apis", {}, "items", "id", "::/restapis/"),
    ("route53:hostedzone", "route53", "list_hosted_zones", {}, "HostedZones", "Id", "arn:aws:route53::"),
    ("acm:certificate", "acm", "list_certificates", {}, "CertificateSummaryList", "CertificateArn", "certificate/"),
    ("sso:Instance", "sso-admin", "list_instances", {}, "Instances", "InstanceArn", "arn:aws:sso:::instance/"),
    (
        "identitystore:Identitystore",
        "sso-admin",
        "list_instances",
        {},
        "Instances",
        "IdentityStoreId",
        "identitystore/d-",
    ),
    ("organizations:root", "organizations", "list_roots", {}, "Roots", "Id", "root/o-"),
    ("organizations:account", "organizations", "list_accounts", {}, "Accounts", "Id", "account/o-"),
    ("ec2:instance", "ec2", "describe_instances", {}, "Reservations", "Instances", "instance/i-"),
    ("ec2:volume", "ec2", "describe_volumes", {}, "Volumes", "VolumeId", "volume/vol-"),
]


@pytest.mark.parametrize(
    ("kind", "service", "method", "parameters", "members", "name", "expected"), BY_ID, ids=[row[0] for row in BY_ID]
)
def test_an_id_means_its_resource(
    full: Lab,
    kind: str,
    service: str,
    method: str,
    parameters: dict[str, Any],
    members: str,
    name: str,
    expected: str,
) -> None:
    identifier = only(getattr(full.client(service), method)(**parameters)[members])[name]
    if isinstance(identifier, list):
        identifier = identifier[0]["InstanceId"]
    found = facts(full).find(kind, identifier)
    assert found is not None
    assert expected in found.arn
    assert found.account_id == ACCOUNT
    assert facts(full).find(kind, found.arn) == found
