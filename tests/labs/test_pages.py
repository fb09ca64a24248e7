"""Home and lesson pages: what strangers, guests and owners see, and how a lab starts."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from labs.models import LabSession, Learner, TaskResult
from labs.setting_up import SetupFailed
from tests.builders import first_lesson, make_session
from tests.labs.conftest import signed_in

LESSON = "/lessons/why-cloud-core-services/"
START = f"{LESSON}start"


def text(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def test_home_lists_the_whole_curriculum_and_says_what_is_not_written(db: None) -> None:
    page = text(Client(), "/")
    assert page.count('class="row') >= 26
    assert "Why a cloud, and its core services" in page
    assert "Capstone: a leaked key" in page
    assert page.count("not written yet") == 25
    assert "Start lesson 01" in page


def test_home_offers_to_go_on_where_the_learner_stopped(owner: Client, session: LabSession) -> None:
    TaskResult.objects.create(session=session, task="identify", outcome=TaskResult.Outcome.DONE)
    page = text(owner, "/")
    assert "1 of 5 tasks done" in page
    assert f'<a class="button" href="{LESSON}">Resume</a>' in page
    assert "Start lesson 01" not in page


def test_home_says_when_everything_that_was_started_is_done(owner: Client, session: LabSession) -> None:
    for task in first_lesson().lab.tasks:
        TaskResult.objects.create(session=session, task=task.id, outcome=TaskResult.Outcome.DONE)
    assert "Every lab that you started is done" in text(owner, "/")


@pytest.mark.parametrize("done", [0, 1, 3])
def test_home_takes_four_queries(
    owner: Client, session: LabSession, done: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for task in first_lesson().lab.tasks[:done]:
        TaskResult.objects.create(session=session, task=task.id, outcome=TaskResult.Outcome.DONE)
    with django_assert_num_queries(4):
        owner.get("/")


def test_a_stranger_reads_a_lesson_and_may_start_it(db: None) -> None:
    page = text(Client(), LESSON)
    assert "Everything is a call" in page
    assert "The lab is not started" in page
    assert "data-workbench" not in page
    assert "your bucket" in page


def test_the_owner_has_the_bench(owner: Client, session: LabSession) -> None:
    page = text(owner, LESSON)
    assert f'data-config-url="/sessions/{session.pk}/workbench.json"' in page
    assert "<div data-terminal></div>" in page
    assert session.names["bucket"] in page


@pytest.mark.parametrize("done", [1, 3])
def test_a_lesson_takes_five_queries(
    owner: Client, session: LabSession, done: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for task in first_lesson().lab.tasks[:done]:
        TaskResult.objects.create(session=session, task=task.id, outcome=TaskResult.Outcome.DONE)
    with django_assert_num_queries(5):
        owner.get(LESSON)


def test_somebody_elses_session_is_not_shown(stranger: Client, session: LabSession) -> None:
    page = text(stranger, LESSON)
    assert str(session.pk) not in page
    assert session.names["bucket"] not in page


def test_pages_have_no_inline_script_or_style(owner: Client, session: LabSession) -> None:
    for path in ("/", LESSON, "/account", "/sign-in"):
        page = text(owner, path)
        assert " style=" not in page
        assert "<style" not in page
        assert page.count("<script") == page.count("<script src=")
        assert not [word for word in page.split() if word.startswith(("onclick=", "onload=", "onsubmit="))]


def test_an_unknown_lesson_is_told_in_our_words(db: None) -> None:
    for path in ("/lessons/none/", "/nowhere"):
        answer = Client().get(path)
        assert answer.status_code == 404
        assert "There is nothing at this address" in answer.content.decode()


def test_starting_makes_a_guest_with_a_lab_by_one_click(db: None) -> None:
    client = Client()
    answer = client.post(START)
    assert (answer.status_code, answer.headers["Location"]) == (302, LESSON)
    session = LabSession.objects.get()
    assert session.learner.is_guest
    assert session.environment is not None
    assert set(session.names) == {"bucket", "key", "function"}
    assert "data-workbench" in text(client, LESSON)


def test_starting_twice_keeps_the_first_lab(owner: Client, session: LabSession) -> None:
    owner.post(START)
    assert LabSession.objects.get().environment_id == session.environment_id


def test_learners_get_different_names(db: None) -> None:
    assert make_session().names != make_session().names


@pytest.mark.parametrize("path", ["/", LESSON])
def test_pages_cannot_be_posted(path: str, db: None) -> None:
    assert Client().post(path).status_code == 405


def test_starting_needs_a_post(db: None) -> None:
    assert Client().get(START).status_code == 405


def test_starting_needs_a_csrf_token(db: None) -> None:
    answer = Client(enforce_csrf_checks=True).post(START)
    assert answer.status_code == 403
    assert "The form was too old to be accepted" in answer.content.decode()


def test_a_setup_that_breaks_is_told_as_our_fault(
    owner: Client, learner: Learner, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise SetupFailed

    monkeypatch.setattr("labs.actions.set_up", fail)
    answer = owner.post(START)
    assert answer.status_code == 503
    assert "That is our fault" in answer.content.decode()
    assert not LabSession.objects.filter(learner=learner).exists()


def test_the_theme_is_sent_with_the_page(learner: Learner) -> None:
    client = signed_in(learner)
    assert "data-theme" not in text(client, "/").split("<head>")[0]
    client.cookies["theme"] = "dark"
    assert 'data-theme="dark"' in text(client, "/")
    client.cookies["theme"] = '"><script>'
    assert "data-theme=" not in text(client, "/").split("<head>")[0]
