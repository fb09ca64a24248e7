"""Condition keys of the caller: whom a provider vouches for has the provider's, and none of a principal of IAM."""

from datetime import UTC, datetime, timedelta

from sandbox.callers import Circumstances, asker_of, context_of
from sandbox.iam.requests import Asker, Kind
from sandbox.principals import Principal, Session, service

NOW = datetime(2026, 5, 4, 12, 0, 10, tzinfo=UTC)
HOST = "token.actions.githubusercontent.com"
PROVIDER = f"arn:aws:iam::111111111111:oidc-provider/{HOST}"
SESSION = Session(
    issued_at=NOW, expires_at=NOW + timedelta(hours=1), provider=PROVIDER, claims={f"{HOST}:sub": ("repo:octo/app",)}
)
ALWAYS = Circumstances("eu-central-1", NOW, "192.0.2.1", "boto3")


def test_a_web_identity_has_its_claims_only() -> None:
    principal = Principal("WebIdentityUser", PROVIDER, "111111111111", "id", "repo:octo/app", session=SESSION)
    context = context_of(principal, ALWAYS)
    assert asker_of(principal) == Asker(Kind.IDENTITY_PROVIDER, PROVIDER)
    assert context[f"{HOST}:sub"] == ("repo:octo/app",)
    assert context["aws:federatedprovider"] == (PROVIDER,)
    assert not {"aws:principalarn", "aws:userid", "aws:tokenissuetime", "aws:multifactorauthpresent"} & set(context)


def test_a_role_session_keeps_the_claims_that_it_began_with() -> None:
    arn = "arn:aws:sts::111111111111:assumed-role/deploy/ci"
    context = context_of(Principal("AssumedRole", arn, "111111111111", "AROA:ci", session=SESSION), ALWAYS)
    assert context[f"{HOST}:sub"] == ("repo:octo/app",)
    assert context["aws:multifactorauthpresent"] == ("false",)
    assert context["aws:tokenissuetime"] == ("2026-05-04T12:00:10Z",)


def test_a_service_that_acts_on_its_own_says_so() -> None:
    context = context_of(service("sns.amazonaws.com"), ALWAYS)
    assert asker_of(service("sns.amazonaws.com")) == Asker(Kind.SERVICE, "sns.amazonaws.com")
    assert context["aws:principalisawsservice"] == ("true",)
    assert context["aws:principalservicename"] == ("sns.amazonaws.com",)


def test_a_service_with_the_callers_permissions_is_named() -> None:
    principal = Principal("IAMUser", "arn:aws:iam::111111111111:user/ada", "111111111111", "AIDA", "ada")
    via = Circumstances("eu-central-1", NOW, "", "", via=("cloudformation.amazonaws.com", "dynamodb.amazonaws.com"))
    context = context_of(principal, via)
    assert context["aws:viaawsservice"] == ("true",)
    assert context["aws:calledviafirst"] == ("cloudformation.amazonaws.com",)
    assert context["aws:calledvialast"] == ("dynamodb.amazonaws.com",)
    assert "aws:sourceip" not in context
