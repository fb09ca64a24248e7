"""The coverage page: what is told of every operation, for whoever asks, in no query at all."""

from typing import Any

import pytest
from botocore.session import Session
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from sandbox import emulator
from sandbox.coverage import Coverage, Operation, Service, Share, Way, coverage, coverage_of_sandbox, matching
from sandbox.services import NATIVE, OFFERED
from tests.labs.conftest import HTMX

NAMES = {"sqs": ("SendMessage", "CreateQueue"), "iam": ("GetUser", "ListUsers", "Dance")}
FOUND = Coverage(
    (
        Service(
            "iam",
            (
                Operation("Dance", Way.ABSENT),
                Operation("GetUser", Way.NATIVE),
                Operation("ListUsers", Way.REFUSED, "too many"),
            ),
        ),
        Service("sqs", (Operation("CreateQueue", Way.EMULATED), Operation("SendMessage", Way.EMULATED))),
    )
)


def _page(path: str, **headers: Any) -> str:
    answer = Client().get(path, **headers)
    assert answer.status_code == 200
    return answer.content.decode()


def test_every_operation_is_told_once_by_who_answers_first() -> None:
    found = coverage(
        NAMES,
        native={("iam", "GetUser")},
        refused={("iam", "ListUsers"): "too many", ("iam", "GetUser"): "never asked"},
        emulates=lambda service, name: name != "Dance",
    )
    assert found == FOUND


def test_shares_stand_one_after_the_other() -> None:
    assert FOUND.services[0].shares == (
        Share(Way.NATIVE, 1, 0, 33.33),
        Share(Way.EMULATED, 0, 33.33, 0),
        Share(Way.REFUSED, 1, 33.33, 33.33),
        Share(Way.ABSENT, 1, 66.67, 33.33),
    )
    assert [share.count for share in FOUND.shares] == [1, 2, 1, 1]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("user", ["iam:GetUser", "iam:ListUsers"]),
        ("SQS", ["sqs:CreateQueue", "sqs:SendMessage"]),
        ("iam get", ["iam:GetUser"]),
        ("sqs:send", ["sqs:SendMessage"]),
        (".*", []),
    ],
)
def test_a_query_finds_by_parts_of_names(query: str, expected: list[str]) -> None:
    found = matching(FOUND, query)
    assert [f"{one.name}:{each.name}" for one in found.services for each in one.operations] == expected


def test_the_sandbox_tells_all_that_it_offers_and_nothing_else() -> None:
    found = coverage_of_sandbox()
    assert {service.name for service in found.services} == OFFERED
    session = Session()
    for service in ("iam", "sqs", "accessanalyzer"):
        told = [operation.name for operation in getattr(found.find(service), "operations", ())]
        assert told == sorted(session.get_service_model(service).operation_names)


def test_the_sandbox_tells_them_as_the_gateway_treats_them() -> None:
    told = {
        (service.name, operation.name): operation
        for service in coverage_of_sandbox().services
        for operation in service.operations
    }
    assert told["sts", "AssumeRole"].way is Way.NATIVE
    assert told["iam", "ListSAMLProviders"].way is Way.EMULATED
    assert told["sqs", "SendMessage"].way is Way.EMULATED
    assert told["accessanalyzer", "CancelPolicyGeneration"].way is Way.ABSENT
    refused = {place: one.reason for place, one in told.items() if one.way is Way.REFUSED}
    assert refused == {place: reason for place, reason in emulator.REFUSED.items() if place not in NATIVE}


def test_anybody_sees_the_counts_of_every_service(db: None, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(0):
        page = _page("/sandbox/coverage")
    assert page.count('<tr id="') == len(OFFERED)
    assert '<a href="/sandbox/coverage/dynamodb">dynamodb</a>' in page
    assert "<html" in page


def test_a_query_works_without_javascript(db: None) -> None:
    page = _page("/sandbox/coverage?q=executestatement")
    assert "<html" in page
    assert "<code>ExecuteStatement</code>" in page
    assert "the sandbox does not run PartiQL" in page
    assert "<code>ListUsers</code>" not in page
    assert 'value="executestatement"' in page


def test_a_query_by_htmx_gets_the_list_alone(db: None) -> None:
    page = _page("/sandbox/coverage?q=AssumeRole", headers=HTMX)
    assert page.strip().startswith('<section id="found"')
    assert "<code>AssumeRoleWithSAML</code>" in page
    assert "<html" not in page
    assert _page("/sandbox/coverage?q=", headers=HTMX).count('<tr id="') == len(OFFERED)


def test_a_query_that_finds_nothing_says_so_and_is_escaped(db: None) -> None:
    page = _page("/sandbox/coverage?q=<script>x")
    assert "No service and no operation has “&lt;script&gt;x” in its name." in page
    assert "<script>x" not in page


def test_too_many_operations_are_cut_and_told(db: None) -> None:
    page = _page("/sandbox/coverage?q=e", headers=HTMX)
    assert page.count("<li>") == 300
    assert "are not shown" in page


def test_a_query_too_long_is_refused(db: None) -> None:
    assert Client().get("/sandbox/coverage", {"q": "x" * 81}).status_code == 422


def test_a_services_page_has_all_its_operations_by_who_answers(
    db: None, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(0):
        page = _page("/sandbox/coverage/dynamodb")
    service = coverage_of_sandbox().find("dynamodb")
    assert service is not None
    assert page.count("<li id=") == len(service.operations)
    assert '<li id="PutItem"><code>PutItem</code></li>' in page
    assert page.index('id="moto"') < page.index('id="refused"') < page.index('id="absent"')


def test_other_services_are_nowhere(db: None) -> None:
    assert Client().get("/sandbox/coverage/braket").status_code == 404


@pytest.mark.parametrize("path", ["/sandbox/coverage", "/sandbox/coverage/iam"])
def test_nothing_can_be_sent_there(db: None, path: str) -> None:
    assert Client().post(path).status_code == 405


def test_home_leads_there(db: None) -> None:
    assert 'href="/sandbox/coverage"' in _page("/")
