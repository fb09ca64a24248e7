"""The weather and clock of a lab: for its owner alone, by the right verb, whole pages without htmx."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from labs.models import LabSession
from sandbox import conditions, regions
from sandbox.conditions import Conditions
from sandbox.weather import Fault, Kind
from tests.labs.conftest import HTMX
from tests.sandbox.actors import refused
from tests.sandbox.conftest import make_caller
from tests.sandbox.test_conditions import temporary_client

THROTTLE = {"kind": "throttle", "service": "sqs", "operation": "CreateQueue", "times": "2"}
GOOD: dict[str, dict[str, Any]] = {
    "weather/faults": THROTTLE,
    "weather/faults/remove": {"kind": "throttle", "service": "sqs", "operation": "CreateQueue"},
    "weather/skew": {"minutes": "20"},
    "weather/zones": {"region": "eu-central-1", "zones": ["euc1-az1"]},
    "weather/clear": {},
    "weather/end-sessions": {},
    "clock": {"days": "1", "hours": "2", "sure": "on"},
}


def url(session: LabSession, rest: str = "weather") -> str:
    return f"/sessions/{session.pk}/{rest}"


def body(answer: Any) -> str:
    return str(answer.content.decode())


def now(session: LabSession) -> Conditions:
    assert session.environment_id is not None
    return conditions.conditions_of(session.environment_id)


def test_the_page_shows_fair_weather_and_the_clock(session: LabSession, owner: Client) -> None:
    page = body(owner.get(url(session)))
    assert "<html" in page
    assert "No fault is on." in page
    assert "All zones of all regions are well." in page
    assert "the real time" in page
    assert "Clear all weather" not in page
    assert page.count('name="zones"') == 3
    assert f'href="{url(session)}"' in body(owner.get("/lessons/why-cloud-core-services/"))


@pytest.mark.parametrize(("rest", "sent"), GOOD.items())
def test_others_change_nothing(session: LabSession, stranger: Client, rest: str, sent: dict[str, Any]) -> None:
    assert stranger.post(url(session, rest), sent).status_code == 404
    assert now(session).fair
    assert now(session).ahead == timedelta(0)


def test_others_see_nothing(session: LabSession, stranger: Client) -> None:
    assert stranger.get(url(session)).status_code == 404
    assert Client().get(url(session)).headers["Location"] == "/sign-in?next=/"


@pytest.mark.parametrize(("verb", "rest"), [("post", "weather"), *(("get", rest) for rest in GOOD)])
def test_the_wrong_verb_gets_405(session: LabSession, owner: Client, verb: str, rest: str) -> None:
    assert getattr(owner, verb)(url(session, rest)).status_code == 405


@pytest.mark.parametrize(("rest", "sent"), GOOD.items())
def test_htmx_gets_only_the_panel(session: LabSession, owner: Client, rest: str, sent: dict[str, Any]) -> None:
    answer = owner.post(url(session, rest), sent, headers=HTMX)
    assert answer.status_code == 200
    assert body(answer).strip().startswith('<div id="conditions"')
    assert "<html" not in body(answer)


@pytest.mark.parametrize(("rest", "sent"), GOOD.items())
def test_without_javascript_the_page_comes_again(
    session: LabSession, owner: Client, rest: str, sent: dict[str, Any]
) -> None:
    answer = owner.post(url(session, rest), sent)
    assert answer.status_code == 302
    assert answer.headers["Location"].partition("?")[0] == url(session)
    assert '<p class="notice">' in body(owner.get(answer.headers["Location"]))


def test_an_environment_that_is_gone_is_not_found(session: LabSession, owner: Client) -> None:
    LabSession.objects.update(environment=None)
    assert owner.get(url(session)).status_code == 404
    assert owner.post(url(session, "weather/clear")).status_code == 404


@pytest.mark.parametrize("faults", [1, 3])
def test_the_page_takes_five_queries(
    session: LabSession, owner: Client, faults: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    assert session.environment_id is not None
    for service in ("sqs", "s3", "iam")[:faults]:
        conditions.set_fault(environment_id=session.environment_id, fault=Fault(Kind.ERROR, service))
    with django_assert_num_queries(5):
        owner.get(url(session))


# Faults


@pytest.mark.parametrize(
    ("sent", "fault", "told"),
    [
        (THROTTLE, Fault(Kind.THROTTLE, "sqs", "CreateQueue", times=2), "the next 2 calls"),
        (
            {"kind": "error", "service": "s3", "operation": "putobject", "percent": "25", "status": "503"},
            Fault(Kind.ERROR, "s3", "PutObject", rate=0.25, status=503),
            "25 % of calls",
        ),
        (
            {"kind": "latency", "service": "*", "operation": "*", "seconds": "1.5"},
            Fault(Kind.LATENCY, seconds=1.5),
            "1.5 s late",
        ),
    ],
)
def test_a_fault_is_turned_on_and_shown(
    session: LabSession, owner: Client, sent: dict[str, str], fault: Fault, told: str
) -> None:
    page = body(owner.post(url(session, "weather/faults"), sent, headers=HTMX))
    assert now(session).faults == (fault,)
    assert told in page
    assert "The fault is on." in page


def test_a_fault_strikes_the_learners_calls(session: LabSession, owner: Client) -> None:
    owner.post(url(session, "weather/faults"), {**THROTTLE, "times": "1"})
    assert session.environment is not None
    sqs = make_caller(session.environment.accounts.get()).client("sqs")
    assert refused(sqs.create_queue, QueueName="q")[0] == "ThrottlingException"
    sqs.create_queue(QueueName="q")
    assert "No fault is on." in body(owner.get(url(session)))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"kind": "hail"}, "Select a valid choice"),
        ({"service": "braket"}, "Select a valid choice"),
        ({"operation": "Dance"}, "sqs has no operation of this name."),
        ({"service": "*"}, "Choose the operation"),
        ({"times": "0"}, "greater than or equal to 1"),
        ({"percent": "50"}, "Give a number of calls or a share, not both."),
        ({"times": "", "percent": "101"}, "less than or equal to 100"),
        ({"kind": "latency"}, "How many seconds is the answer late?"),
        ({"kind": "latency", "seconds": "31"}, "less than or equal to 30"),
        ({"kind": "latency", "seconds": "nan"}, "Enter a number."),
        ({"status": "404"}, "Select a valid choice"),
        ({"operation": ""}, "This field is required."),
    ],
)
def test_a_fault_that_cannot_be_is_refused(
    session: LabSession, owner: Client, change: dict[str, str], said: str
) -> None:
    answer = owner.post(url(session, "weather/faults"), {**THROTTLE, **change}, headers=HTMX)
    assert answer.status_code == 422
    assert body(answer).strip().startswith('<div id="conditions"')
    assert said in body(answer)
    assert now(session).fair


def test_a_refused_form_without_javascript_is_the_whole_page(session: LabSession, owner: Client) -> None:
    answer = owner.post(url(session, "weather/faults"), {**THROTTLE, "operation": "Dance"})
    assert answer.status_code == 422
    assert "<html" in body(answer)
    assert 'value="Dance"' in body(answer)


def test_one_fault_is_removed(session: LabSession, owner: Client) -> None:
    owner.post(url(session, "weather/faults"), THROTTLE)
    owner.post(url(session, "weather/faults"), {**THROTTLE, "operation": "*"})
    owner.post(url(session, "weather/faults/remove"), GOOD["weather/faults/remove"])
    assert [fault.operation for fault in now(session).faults] == ["*"]
    assert owner.post(url(session, "weather/faults/remove"), {"kind": "x"}, headers=HTMX).status_code == 422


def test_all_weather_is_cleared_and_the_clock_stays(session: LabSession, owner: Client) -> None:
    for rest in ("weather/faults", "weather/skew", "weather/zones", "clock"):
        owner.post(url(session, rest), GOOD[rest])
    assert not now(session).fair
    owner.post(url(session, "weather/clear"))
    assert now(session).fair
    assert now(session).ahead == timedelta(days=1, hours=2)


# Zones


def test_zones_are_shown_by_the_accounts_names(session: LabSession, owner: Client) -> None:
    assert session.environment is not None
    names = regions.zone_names(session.environment.accounts.get().pk, "us-east-1")
    page = body(owner.get(url(session), {"region": "us-east-1"}, headers=HTMX))
    for zone_id, name in names.items():
        assert f'value="{zone_id}"> <code>{name}</code>' in page


def test_zones_go_out_and_come_back(session: LabSession, owner: Client) -> None:
    page = body(owner.post(url(session, "weather/zones"), GOOD["weather/zones"], headers=HTMX))
    assert now(session).zones_out == {"euc1-az1"}
    assert 'value="euc1-az1" checked' in page
    assert "Out in eu-central-1: euc1-az1." in page
    page = body(owner.post(url(session, "weather/zones"), {"region": "eu-central-1"}, headers=HTMX))
    assert now(session).fair
    assert "All zones of eu-central-1 are well." in page


@pytest.mark.parametrize(
    "sent", [{}, {"region": "eu-north-9"}, {"region": "eu-central-1", "zones": ["use1-az1"]}, {"zones": ["euc1-az1"]}]
)
def test_zones_that_are_not_there_are_refused(session: LabSession, owner: Client, sent: dict[str, Any]) -> None:
    assert owner.post(url(session, "weather/zones"), sent, headers=HTMX).status_code == 422
    assert now(session).fair


# Skew and clock


@pytest.mark.parametrize("minutes", ["", "x", "1441", "-1441", "1.5"])
def test_a_skew_that_cannot_be_is_refused(session: LabSession, owner: Client, minutes: str) -> None:
    assert owner.post(url(session, "weather/skew"), {"minutes": minutes}, headers=HTMX).status_code == 422
    assert now(session).fair


@pytest.mark.parametrize(("minutes", "told"), [("20", "20 minutes ahead of yours"), ("-1", "1 minute behind yours")])
def test_a_skew_is_told(session: LabSession, owner: Client, minutes: str, told: str) -> None:
    page = body(owner.post(url(session, "weather/skew"), {"minutes": minutes}, headers=HTMX))
    assert told in page
    assert now(session).skew == timedelta(minutes=int(minutes))


def test_the_clock_goes_forward_once_confirmed(session: LabSession, owner: Client) -> None:
    page = body(owner.post(url(session, "clock"), GOOD["clock"], headers=HTMX))
    assert "1 day 2 h ahead of the real time" in page
    assert now(session).ahead == timedelta(days=1, hours=2)


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"days": "1"}, "Confirm it: the clock cannot be moved back."),
        ({"sure": "on"}, "By how much? Give days, hours or both."),
        ({"days": "0", "hours": "0", "sure": "on"}, "By how much?"),
        ({"days": "-1", "sure": "on"}, "greater than or equal to 0"),
        ({"hours": "24", "sure": "on"}, "less than or equal to 23"),
        ({"days": "1825", "hours": "1", "sure": "on"}, "at most 1825 days ahead"),
    ],
)
def test_a_clock_that_cannot_be_is_refused(session: LabSession, owner: Client, sent: dict[str, str], said: str) -> None:
    answer = owner.post(url(session, "clock"), sent, headers=HTMX)
    assert answer.status_code == 422
    assert said in body(answer)
    assert now(session).ahead == timedelta(0)


def test_sessions_end_when_the_learner_says_so(session: LabSession, owner: Client) -> None:
    assert session.environment is not None
    sts = temporary_client(make_caller(session.environment.accounts.get()))
    sts.get_caller_identity()
    page = body(owner.post(url(session, "weather/end-sessions"), headers=HTMX))
    assert "All temporary credentials given out until now have expired." in page
    assert refused(sts.get_caller_identity)[0] == "ExpiredToken"
