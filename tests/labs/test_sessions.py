"""A lab session's own addresses: for its owner alone, by the right verb, whole pages without htmx."""

import json
import uuid
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries, DjangoCaptureOnCommitCallbacks, Settings

from labs.models import HintTaken, LabSession, TaskResult
from sandbox.models import Account, Environment
from tests.builders import first_lesson
from tests.labs.conftest import HTMX

LESSON = "/lessons/why-cloud-core-services/"


def url(session: LabSession, rest: str) -> str:
    return f"/sessions/{session.pk}/{rest}"


def body(answer: Any) -> str:
    return str(answer.content.decode())


GETS = ["workbench.json", "tasks"]
POSTS = ["check", "reset", "tasks/identify/hint"]


@pytest.mark.parametrize("rest", GETS)
def test_others_get_404(rest: str, session: LabSession, stranger: Client) -> None:
    assert stranger.get(url(session, rest)).status_code == 404


@pytest.mark.parametrize("rest", POSTS)
def test_others_change_nothing(rest: str, session: LabSession, stranger: Client) -> None:
    assert stranger.post(url(session, rest), {"level": 1}).status_code == 404
    session.refresh_from_db()
    assert session.grading_asked == 0
    assert not HintTaken.objects.exists()


@pytest.mark.parametrize(("verb", "rest"), [("post", rest) for rest in GETS] + [("get", rest) for rest in POSTS])
def test_the_wrong_verb_gets_405(verb: str, rest: str, session: LabSession, owner: Client) -> None:
    assert getattr(owner, verb)(url(session, rest)).status_code == 405


@pytest.mark.parametrize("rest", GETS)
def test_who_is_not_known_is_sent_to_sign_in(rest: str, session: LabSession) -> None:
    assert Client().get(url(session, rest)).headers["Location"] == "/sign-in?next=/"
    answer = Client().get(url(session, rest), headers=HTMX)
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (200, "/sign-in?next=/")


def test_a_closed_session_is_gone(session: LabSession, owner: Client) -> None:
    LabSession.objects.update(closed_at="2026-01-01T00:00Z")
    assert owner.get(url(session, "tasks")).status_code == 404


# Workbench


@pytest.fixture
def runtime(settings: Settings, tmp_path: Path) -> Path:
    settings.RUNTIME_DIR = tmp_path
    (tmp_path / "current.json").write_text('{"build": "abc123"}')
    return tmp_path


def test_the_terminal_is_told_what_it_needs(session: LabSession, owner: Client, runtime: Path) -> None:
    answer = owner.get(url(session, "workbench.json"))
    assert "no-store" in answer.headers["Cache-Control"]
    told = json.loads(body(answer))
    credentials = told.pop("credentials")
    assert told == {
        "runtime": "/runtime/abc123/",
        "envelope_url": "/aws/",
        "environment": str(session.environment_id),
        "region": "eu-central-1",
        "prompt_name": "learner",
        "files": {},
    }
    assert credentials["access_key_id"].startswith("AKIA")
    assert len(credentials["secret_access_key"]) == 40


def test_a_missing_runtime_is_told_clearly(session: LabSession, owner: Client, runtime: Path) -> None:
    (runtime / "current.json").unlink()
    answer = owner.get(url(session, "workbench.json"))
    assert answer.status_code == 503
    assert json.loads(body(answer)) == {"error": "The terminal's runtime is not built. Run `make build` on the server."}


def test_an_environment_that_is_gone_is_told_clearly(session: LabSession, owner: Client, runtime: Path) -> None:
    Account.objects.all().delete()
    answer = owner.get(url(session, "workbench.json"))
    assert answer.status_code == 503
    assert "The environment of this lab is gone" in body(answer)


# Tasks


def token(page: str) -> str:
    return page.split('data-seen="')[1].split('"')[0]


def test_the_tasks_alone_are_sent_until_the_page_shows_them(session: LabSession, owner: Client) -> None:
    page = body(owner.get(url(session, "tasks"), headers=HTMX))
    assert page.strip().startswith("<section")
    assert "<html" not in page
    seen = {"seen": token(page)}
    assert owner.get(url(session, "tasks"), seen, headers=HTMX).status_code == 204
    TaskResult.objects.create(session=session, task="identify", outcome="not-yet", reason="Not `asked` <yet>.")
    page = body(owner.get(url(session, "tasks"), seen, headers=HTMX))
    assert 'data-state="not-yet"' in page
    assert "Not <code>asked</code> &lt;yet&gt;." in page


@pytest.mark.parametrize("done", [1, 3])
def test_polling_takes_five_queries(
    session: LabSession, owner: Client, done: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for task in first_lesson().lab.tasks[:done]:
        TaskResult.objects.create(session=session, task=task.id, outcome="done")
    with django_assert_num_queries(5):
        owner.get(url(session, "tasks"), {"seen": "x"}, headers=HTMX)


@pytest.mark.parametrize(
    ("columns", "outcome", "states"),
    [
        ({}, "done", ["done", "open"]),
        ({}, "not-yet", ["not-yet", "open"]),
        ({}, "fault", ["fault", "open"]),
        ({"grading": "queued"}, "done", ["done", "checking"]),
        ({"grading": "running"}, "not-yet", ["checking", "checking"]),
    ],
)
def test_five_states(
    session: LabSession, owner: Client, columns: dict[str, str], outcome: str, states: list[str]
) -> None:
    TaskResult.objects.create(session=session, task="identify", outcome=outcome)
    LabSession.objects.update(**columns)
    page = body(owner.get(url(session, "tasks"), headers=HTMX))
    assert [part.split('"')[0] for part in page.split('data-state="')[1:3]] == states


def test_a_fault_of_ours_is_told_as_ours(session: LabSession, owner: Client) -> None:
    LabSession.objects.update(grading_fault=True)
    assert "That is our fault; your work is kept" in body(owner.get(url(session, "tasks"), headers=HTMX))


# Check


def test_a_check_grades_and_answers_with_the_panel(
    session: LabSession, owner: Client, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        page = body(owner.post(url(session, "check"), headers=HTMX))
    assert 'data-state="checking"' in page
    page = body(owner.get(url(session, "tasks"), headers=HTMX))
    assert page.count('data-state="not-yet"') == 5
    assert "AWS has not been asked yet." in page
    assert "<html" not in page


def test_a_check_without_javascript_comes_back_to_the_lesson(session: LabSession, owner: Client) -> None:
    answer = owner.post(url(session, "check"))
    assert (answer.status_code, answer.headers["Location"]) == (302, f"{LESSON}#tasks")


# Hints


def test_hints_open_one_by_one_and_are_remembered(session: LabSession, owner: Client) -> None:
    hint = url(session, "tasks/identify/hint")
    page = body(owner.post(hint, {"level": 1}, headers=HTMX))
    assert "the Security Token Service" in page
    assert "aws sts get-caller-identity" not in page
    assert "Hint 2 of 3" in page
    owner.post(hint, {"level": 2}, headers=HTMX)
    page = body(owner.post(hint, {"level": 3}, headers=HTMX))
    assert "aws sts get-caller-identity" in page
    assert list(HintTaken.objects.values_list("task", "level")) == [("identify", n) for n in (1, 2, 3)]


def test_hints_have_the_learners_own_names(session: LabSession, owner: Client) -> None:
    for level in (1, 2, 3):
        owner.post(url(session, "tasks/storage/hint"), {"level": level})
    assert f"aws s3 mb s3://{session.names['bucket']}" in body(owner.get(LESSON))


def test_a_hint_cannot_be_jumped_to(session: LabSession, owner: Client) -> None:
    for level in ("2", "3", "4", "0", "x", ""):
        answer = owner.post(url(session, "tasks/identify/hint"), {"level": level}, headers=HTMX)
        assert answer.status_code == 422
    assert not HintTaken.objects.exists()


def test_the_same_hint_twice_is_one_hint(session: LabSession, owner: Client) -> None:
    for _ in range(2):
        owner.post(url(session, "tasks/identify/hint"), {"level": 1})
    assert HintTaken.objects.count() == 1


def test_a_hint_of_an_unknown_task_is_nowhere(session: LabSession, owner: Client) -> None:
    assert owner.post(url(session, "tasks/none/hint"), {"level": 1}).status_code == 404


# Reset


def test_reset_gives_a_new_environment_and_takes_the_ticks(
    session: LabSession, owner: Client, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    TaskResult.objects.create(session=session, task="identify", outcome="done")
    LabSession.objects.update(finished_at="2026-01-01T00:00Z", grading="running", grading_run=uuid.uuid4())
    before, names = session.environment_id, session.names
    with django_capture_on_commit_callbacks(execute=True):
        answer = owner.post(url(session, "reset"))
    assert (answer.status_code, answer.headers["Location"]) == (302, LESSON)
    session.refresh_from_db()
    assert session.environment_id not in (None, before)
    assert session.names == names
    assert (session.finished_at, session.grading, session.results.count()) == (None, "idle", 0)
    assert before not in Environment.objects.values_list("pk", flat=True)
