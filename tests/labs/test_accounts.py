"""Signing in and out, and becoming an account with everything kept."""

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from labs.models import LabSession, Learner, TaskResult
from tests.builders import PASSWORD, make_account, make_guest, make_session
from tests.labs.conftest import signed_in

CLAIM = {"email": "Ada@Example.org", "password": PASSWORD, "display_name": "Ada"}


def test_a_guest_becomes_an_account_and_keeps_everything(learner: Learner, session: LabSession, owner: Client) -> None:
    answer = owner.post("/account", CLAIM)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/")
    learner.refresh_from_db()
    assert (learner.email, learner.display_name, learner.is_guest) == ("ada@example.org", "Ada", False)
    assert learner.lab_sessions.get() == session
    page = owner.get("/").content.decode()
    assert "Ada" in page
    assert "Your work is kept under this account now." in page
    assert "Resume" in page


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"email": "nobody"}, "Enter a valid email address."),
        ({"email": "TAKEN@example.org"}, "An account has this address already."),
        ({"password": "short"}, "too short"),
        ({"password": "passwordpassword1", "email": "passwordpassword1@example.org"}, "too similar"),
        ({"password": ""}, "This field is required."),
    ],
)
def test_a_bad_claim_comes_back_with_422(learner: Learner, owner: Client, change: dict[str, str], told: str) -> None:
    make_account(email="taken@example.org")
    answer = owner.post("/account", {**CLAIM, **change})
    assert answer.status_code == 422
    assert told in answer.content.decode()
    learner.refresh_from_db()
    assert learner.is_guest


def test_an_account_sees_itself_and_can_sign_out(db: None) -> None:
    client = signed_in(make_account(email="ada@example.org", display_name="Ada"))
    assert "ada@example.org" in client.get("/account").content.decode()
    assert client.post("/sign-out").status_code == 302
    assert client.get("/account").headers["Location"] == "/sign-in?next=/account"


@pytest.mark.parametrize("email", ["ada@example.org", "ADA@example.ORG"])
def test_signing_in_takes_any_case_of_the_address(email: str, db: None) -> None:
    make_account(email="ada@example.org")
    client = Client()
    answer = client.post("/sign-in", {"email": email, "password": PASSWORD, "next": "/account"})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/account")
    assert client.get("/account").status_code == 200


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_signing_in_leads_nowhere_else(target: str, db: None) -> None:
    make_account(email="ada@example.org")
    sent = {"email": "ada@example.org", "password": PASSWORD, "next": target}
    assert Client().post("/sign-in", sent).headers["Location"] == "/"


@pytest.mark.parametrize(("email", "password"), [("ada@example.org", "wrong"), ("bob@example.org", PASSWORD)])
def test_what_was_wrong_is_not_told(email: str, password: str, db: None) -> None:
    make_account(email="ada@example.org")
    answer = Client().post("/sign-in", {"email": email, "password": password})
    assert answer.status_code == 422
    assert "No account has this email address and password." in answer.content.decode()


def test_a_guest_cannot_sign_in_by_an_empty_address(db: None) -> None:
    make_guest()
    assert Client().post("/sign-in", {"email": "", "password": ""}).status_code == 422


def test_a_guests_labs_come_along_to_the_account(learner: Learner, session: LabSession, owner: Client) -> None:
    account = make_account(email="ada@example.org")
    owner.post("/sign-in", {"email": "ada@example.org", "password": PASSWORD})
    session.refresh_from_db()
    assert (session.learner, session.closed_at) == (account, None)
    assert not Learner.objects.filter(pk=learner.pk).exists()


@pytest.mark.parametrize("guests_tasks", [1, 3])
def test_of_two_runs_the_one_with_more_done_stays(
    learner: Learner, session: LabSession, owner: Client, guests_tasks: int
) -> None:
    account = make_account(email="ada@example.org")
    own = make_session(learner=account)
    tasks = ["identify", "storage", "compute"]
    for task in tasks[:guests_tasks]:
        TaskResult.objects.create(session=session, task=task, outcome="done")
    for task in tasks[:2]:
        TaskResult.objects.create(session=own, task=task, outcome="done")
    owner.post("/sign-in", {"email": "ada@example.org", "password": PASSWORD})
    stays = own if guests_tasks < 2 else session
    assert account.lab_sessions.filter(closed_at=None).get() == stays
    assert account.lab_sessions.count() == 2


def test_an_account_that_signs_in_elsewhere_keeps_its_own(db: None) -> None:
    first = make_account(email="ada@example.org")
    session = make_session(learner=first)
    make_account(email="bob@example.org")
    client = signed_in(first)
    client.post("/sign-in", {"email": "bob@example.org", "password": PASSWORD})
    session.refresh_from_db()
    assert session.learner == first


def test_addresses_differ_by_more_than_case(db: None) -> None:
    make_account(email="ada@example.org")
    with pytest.raises(IntegrityError), transaction.atomic():
        Learner.objects.create(email="Ada@example.org")


def test_many_guests_have_no_address(db: None) -> None:
    assert make_guest() != make_guest()


@pytest.mark.parametrize(("path", "verb"), [("/sign-out", "get"), ("/sign-in", "put"), ("/account", "delete")])
def test_the_wrong_verb_gets_405(path: str, verb: str, owner: Client) -> None:
    assert getattr(owner, verb)(path).status_code == 405
