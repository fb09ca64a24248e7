"""The page that a denial links to: for the learner of the lab alone, with the whole way to the verdict."""

import json
import re
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from labs.models import LabSession
from sandbox.models import Event
from tests.sandbox.actors import allow, deny, make_user, refused
from tests.sandbox.conftest import Caller, make_caller


@pytest.fixture
def ana(session: LabSession) -> Caller:
    """A user in the learner's environment who may read users, and may not make them."""
    assert session.environment is not None
    admin = make_caller(session.environment.accounts.get())
    return make_user(admin, "ana", allow("iam:GetUser", "s3:*"), deny("iam:CreateUser", "s3:DeleteBucket"))


def _denied(ana: Caller) -> str:
    """A denied call; returns the link in its message."""
    _, _, message = refused(ana.client("iam").create_user, UserName="bob")
    found = re.search(r"(/sandbox/authorization-details/[0-9a-f-]{36}) ", message)
    assert found, message
    return found[1]


def _body(answer: Any) -> str:
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_a_denial_links_to_its_explanation(owner: Client, ana: Caller) -> None:
    page = _body(owner.get(_denied(ana)))
    assert "<title>Denied: iam:CreateUser · Entrypoint</title>" in page
    assert "statement 1 of inline-1 (identity-based policy) denies iam:CreateUser explicitly." in page
    assert f"arn:aws:iam::{ana.account.pk}:user/ana" in page
    assert f"arn:aws:iam::{ana.account.pk}:user/bob" in page
    assert page.count("<details open>") == 1
    assert page.count('class="layer ') + page.count('class="layer"') == 7
    assert "Action: iam:CreateUser is not covered" in page
    assert "<code>aws:username</code>" in page
    assert "Why a call was denied" in page


def test_an_allowed_call_is_explained_too(owner: Client, ana: Caller) -> None:
    ana.client("iam").get_user(UserName="ana")
    event = Event.objects.get(event_name="GetUser", environment=ana.account.environment_id)
    page = _body(owner.get(f"/sandbox/authorization-details/{event.event_id}"))
    assert "Allowed: statement 1 of inline-0 (identity-based policy) allows iam:GetUser, and nothing denies it." in page


def test_every_need_has_a_tree_of_its_own(owner: Client, ana: Caller) -> None:
    ana.client("s3").create_bucket(Bucket="plum-17", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
    ana.client("s3").put_object(Bucket="plum-17", Key="x", Body=b"", Tagging="a=b")
    event = Event.objects.get(event_name="PutObject", environment=ana.account.environment_id)
    page = _body(owner.get(f"/sandbox/authorization-details/{event.event_id}"))
    needs = len(event.decision["needs"])
    assert needs == 2
    assert page.count('<ol class="layers"') == needs
    assert "s3:PutObjectTagging" in page


def test_programs_get_the_same(owner: Client, ana: Caller) -> None:
    told = json.loads(_body(owner.get(f"{_denied(ana)}.json")))
    assert told["allowed"] is False
    assert told["action"] == "iam:CreateUser"
    assert told["errorCode"] == "AccessDenied"
    assert [layer["name"] for layer in told["needs"][0]["layers"] if layer["decided"]] == ["identity-based policy"]


@pytest.mark.parametrize("suffix", ["", ".json"])
def test_others_get_404(stranger: Client, owner: Client, ana: Caller, suffix: str) -> None:
    link = _denied(ana) + suffix
    assert stranger.get(link).status_code == 404
    assert owner.get(f"/sandbox/authorization-details/{uuid4()}{suffix}").status_code == 404


@pytest.mark.parametrize("suffix", ["", ".json"])
def test_who_is_not_known_is_sent_to_sign_in(ana: Caller, suffix: str) -> None:
    link = _denied(ana) + suffix
    answer = Client().get(link)
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/sign-in?next={link}")


def test_a_closed_labs_calls_are_gone(owner: Client, ana: Caller) -> None:
    link = _denied(ana)
    LabSession.objects.update(closed_at="2026-01-01T00:00Z")
    assert owner.get(link).status_code == 404


@pytest.mark.parametrize("suffix", ["", ".json"])
def test_the_wrong_verb_gets_405(owner: Client, suffix: str) -> None:
    assert owner.post(f"/sandbox/authorization-details/{uuid4()}{suffix}").status_code == 405


@pytest.mark.parametrize("calls", [1, 3])
def test_the_page_takes_four_queries(
    owner: Client, ana: Caller, calls: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    link = [_denied(ana) for _ in range(calls)][-1]
    with django_assert_num_queries(4):
        _body(owner.get(link))
