"""Whom an identity provider vouches for may assume what the role's trust policy says, and nothing more."""

from typing import Any

import pytest

from sandbox.iam.cases import decide_case
from sandbox.iam.decision import Layer, Verdict

ROLE = "arn:aws:iam::111111111111:role/deploy"
HOST = "token.actions.githubusercontent.com"
OIDC = f"arn:aws:iam::111111111111:oidc-provider/{HOST}"
SAML = "arn:aws:iam::111111111111:saml-provider/corporate"
MAIN = "repo:octo/app:ref:refs/heads/main"
ALLOW_ALL = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}


def trust(**statement: Any) -> dict[str, Any]:
    given = {
        "Effect": "Allow",
        "Principal": {"Federated": OIDC},
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": {"StringLike": {f"{HOST}:sub": "repo:octo/app:*"}},
    } | statement
    return {"Version": "2012-10-17", "Statement": [given]}


def make_case(
    policy: dict[str, Any], principal: str = OIDC, action: str = "sts:AssumeRoleWithWebIdentity", **given: Any
) -> dict[str, Any]:
    request = {
        "principal": principal,
        "action": action,
        "resource": ROLE,
        "resourceAccount": "111111111111",
        "context": {f"{HOST}:sub": MAIN, "saml:aud": "https://signin.aws.amazon.com/saml"},
    }
    return {"request": request, "resource": policy, **given}


def test_trust_alone_lets_in() -> None:
    decision = decide_case(make_case(trust()))
    assert (decision.verdict, decision.deciding and decision.deciding.layer) == (Verdict.ALLOWED, Layer.RESOURCE)


@pytest.mark.parametrize(
    "statement",
    [
        {"Principal": {"Federated": SAML}},
        {"Principal": {"Federated": OIDC.replace("111111111111", "222222222222")}},
        {"Principal": {"AWS": "111111111111"}},
        {"Principal": {"AWS": ROLE}},
        {"Principal": {"Service": HOST}},
        {"Action": "sts:AssumeRole"},
        {"Condition": {"StringEquals": {f"{HOST}:sub": "repo:octo/other"}}},
        {"Condition": {"StringEquals": {f"{HOST}:aud": "sts.amazonaws.com"}}},
    ],
)
def test_what_the_trust_does_not_say_is_denied(statement: dict[str, Any]) -> None:
    decision = decide_case(make_case(trust(**statement)))
    assert (decision.verdict, decision.blocked_by) == (Verdict.IMPLICITLY_DENIED, Layer.RESOURCE)


def test_identity_policies_do_not_help() -> None:
    decision = decide_case(make_case(trust(Action="sts:AssumeRole"), identity=[ALLOW_ALL]))
    assert (decision.verdict, decision.blocked_by) == (Verdict.IMPLICITLY_DENIED, Layer.RESOURCE)


def test_service_control_policies_do_not_bind_them() -> None:
    assert decide_case(make_case(trust(), scps=[[]])).verdict is Verdict.ALLOWED


def test_resource_control_policies_do() -> None:
    denial = {"Effect": "Deny", "Principal": "*", "Action": "sts:AssumeRoleWithWebIdentity", "Resource": "*"}
    rcp = {"Version": "2012-10-17", "Statement": [denial]}
    decision = decide_case(make_case(trust(), rcps=[[rcp]]))
    assert (decision.verdict, decision.blocked_by) == (Verdict.EXPLICITLY_DENIED, Layer.RCP)


@pytest.mark.parametrize("provider", ["accounts.google.com", "cognito-identity.amazonaws.com"])
def test_providers_that_iam_knows_are_named_without_an_arn(provider: str) -> None:
    policy = trust(Principal={"Federated": provider}, Condition={})
    assert decide_case(make_case(policy, provider)).verdict is Verdict.ALLOWED
    assert decide_case(make_case(policy, OIDC)).verdict is Verdict.IMPLICITLY_DENIED


def test_saml_users_come_by_their_own_action() -> None:
    condition = {"StringEquals": {"SAML:aud": "https://signin.aws.amazon.com/saml"}}
    policy = trust(Principal={"Federated": SAML}, Action="sts:AssumeRoleWithSAML", Condition=condition)
    assert decide_case(make_case(policy, SAML, "sts:AssumeRoleWithSAML")).verdict is Verdict.ALLOWED
    assert decide_case(make_case(policy, SAML)).verdict is Verdict.IMPLICITLY_DENIED


def test_a_denial_names_a_provider_too() -> None:
    policy = trust()
    policy["Statement"].append({**policy["Statement"][0], "Effect": "Deny", "Condition": {}})
    assert decide_case(make_case(policy)).verdict is Verdict.EXPLICITLY_DENIED
