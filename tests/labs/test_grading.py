"""Grading over a pretended environment: what is done, which wrong state it is, and what is said."""

from dataclasses import dataclass, field
from typing import Any

import pytest

from labs.grading import Result, grade
from sandbox import faults
from tests.builders import make_check, make_lab, make_task

NAMES = {"bucket": "plum"}


@dataclass(frozen=True)
class Said:
    output: dict[str, Any] | None = None
    error_code: str = ""


@dataclass
class Pretended:
    """Answers calls from a table of (call, region); keeps what it was asked."""

    answers: dict[str, Said]
    asked: list[tuple[str, str, str, dict[str, Any], str]] = field(default_factory=list)

    def call(
        self,
        service: str,
        operation: str,
        parameters: dict[str, Any],
        *,
        account: str = "main",
        region: str = "us-east-1",
    ) -> Said:
        self.asked.append((service, operation, region, parameters, account))
        return self.answers.get(f"{service}.{operation}", Said({}))


@dataclass
class Call:
    event_name: str
    event_source: str = "s3.amazonaws.com"
    interface: str = "cli"
    error_code: str = ""
    record: dict[str, Any] = field(default_factory=dict)


def judge(check: dict[str, Any], answers: dict[str, Said], *events: Call) -> Result:
    lab = make_lab(tasks=[make_task(checks=[check])])
    (result,) = grade(lab, NAMES, Pretended(answers), events)
    return result


def buckets(*names: str) -> dict[str, Said]:
    return {"s3.list_buckets": Said({"Buckets": [{"Name": name} for name in names]})}


def state(wrong: list[dict[str, Any]] | None = None, **rules: Any) -> dict[str, Any]:
    look = {"call": "s3.list_buckets", "query": "Buckets[].Name", **rules}
    return make_check(state=look, **({"wrong": wrong} if wrong is not None else {}))


def test_a_state_that_holds_is_done() -> None:
    assert judge(state(contains="{bucket}"), buckets("fig", "plum")) == Result("bucket", done=True)


@pytest.mark.parametrize(
    ("rules", "names", "done"),
    [
        ({"equals": ["plum"]}, ["plum"], True),
        ({"equals": ["{bucket}"]}, ["fig"], False),
        ({"query": "Buckets[0].Name", "one_of": ["fig", "{bucket}"]}, ["plum"], True),
        ({"query": "Buckets[0].Name", "one_of": ["fig"]}, ["plum"], False),
        ({"query": "length(Buckets)", "at_least": 2}, ["a"], False),
        ({"query": "length(Buckets)", "at_least": 2}, ["a", "b"], True),
        ({"query": "length(Buckets)", "equals": 0}, [], True),
        ({}, ["a"], True),
        ({}, [], False),
    ],
)
def test_comparisons(rules: dict[str, Any], names: list[str], done: bool) -> None:
    assert judge(state(**rules), buckets(*names)).done is done


def test_the_call_gets_names_region_and_account() -> None:
    look = {"call": "s3.head_bucket", "with": {"Bucket": "{bucket}"}, "region": "eu-north-1"}
    observation = Pretended({})
    grade(make_lab(tasks=[make_task(checks=[make_check(state=look)])]), NAMES, observation, [])
    assert observation.asked == [("s3", "head_bucket", "eu-north-1", {"Bucket": "plum"}, "main")]


WRONG: list[dict[str, Any]] = [
    {"id": "gone", "when": {"error": ["NoSuchBucket", "404"]}, "say": "No {bucket}."},
    {"id": "one", "when": {"found": ["fig"]}, "say": "Only `{found}`."},
    {
        "id": "made-by-sdk",
        "when": {"trail": {"event": "CreateBucket", "interface": "sdk"}},
        "say": "By the SDK.",
    },
    {
        "id": "users",
        "when": {"look": {"call": "iam.list_users", "query": "Users[].Name"}},
        "say": "But `{found}`.",
    },
    {"id": "else", "say": "Found `{found}`."},
]


@pytest.mark.parametrize(
    ("answers", "events", "wrong", "reason"),
    [
        ({"s3.list_buckets": Said(error_code="NoSuchBucket")}, [], "gone", "No plum."),
        (buckets("fig"), [], "one", "Only `fig`."),
        (buckets("a"), [Call("CreateBucket", interface="sdk")], "made-by-sdk", "By the SDK."),
        (buckets("a"), [Call("CreateBucket")], "else", "Found `a`."),
        ({**buckets("a"), "iam.list_users": Said({"Users": [{"Name": "x"}]})}, [], "users", "But `x`."),
        (buckets("a", "b"), [], "else", "Found `a, b`."),
    ],
)
def test_the_first_wrong_state_whose_signs_are_there_is_told(
    answers: dict[str, Said], events: list[Call], wrong: str, reason: str
) -> None:
    expected = Result("bucket", done=False, wrong=wrong, reason=reason)
    assert judge(state(WRONG, contains="{bucket}"), answers, *events) == expected


def test_without_a_wrong_state_it_says_what_it_found_and_expected() -> None:
    result = judge(state([], contains="{bucket}"), buckets("a"))
    assert result == Result("bucket", done=False, reason="Found: `a`; expected: `plum`.")
    result = judge(state([]), {"s3.list_buckets": Said(error_code="AccessDenied")})
    assert result.reason == "The check's own look answered `AccessDenied`."


def test_what_the_learner_named_cannot_break_out_of_the_sentence() -> None:
    result = judge(state(WRONG, contains="{bucket}"), buckets("`a\n{bucket}" + "b" * 200))
    assert result.reason.startswith("Found `'a {bucket}bbb")
    assert result.reason.endswith("b…`.")
    assert len(result.reason) < 120


TRAIL = {"event": "CreateBucket", "source": "s3.amazonaws.com"}


def trail(wrong: list[dict[str, Any]] | None = None, **rules: Any) -> dict[str, Any]:
    return {"trail": {**TRAIL, **rules}, "wrong": wrong or []}


@pytest.mark.parametrize(
    ("rules", "events", "done"),
    [
        ({}, [Call("CreateBucket")], True),
        ({}, [], False),
        ({}, [Call("CreateBucket", event_source="s4.amazonaws.com")], False),
        ({}, [Call("CreateBucket", error_code="AccessDenied")], False),
        ({"error": "AccessDenied"}, [Call("CreateBucket", error_code="AccessDenied")], True),
        ({"interface": "sdk"}, [Call("CreateBucket")], False),
        ({"at_least": 2}, [Call("CreateBucket")], False),
        ({"at_least": 0, "at_most": 0}, [Call("CreateBucket")], False),
        ({"at_least": 0, "at_most": 0}, [Call("ListBuckets")], True),
        ({"match": {"requestParameters.bucketName": "{bucket}"}}, [Call("CreateBucket")], False),
        (
            {"match": {"requestParameters.bucketName": "{bucket}"}},
            [Call("CreateBucket", record={"requestParameters": {"bucketName": "plum"}})],
            True,
        ),
    ],
)
def test_trail_checks_count_the_calls_that_fit(rules: dict[str, Any], events: list[Call], done: bool) -> None:
    assert judge(trail(**rules), {}, *events).done is done


def test_a_trail_check_tells_how_the_last_call_ended() -> None:
    wrong: list[dict[str, Any]] = [
        {"id": "denied", "when": {"error": "AccessDenied"}, "say": "Denied."},
        {"id": "none", "say": "None."},
    ]
    denied = [Call("CreateBucket", error_code="Throttling"), Call("CreateBucket", error_code="AccessDenied")]
    assert judge(trail(wrong), {}, *denied).wrong == "denied"
    assert judge(trail(wrong), {}, *reversed(denied)).wrong == "none"
    assert judge(trail(), {}).reason == "`CreateBucket` was seen 0 times; the task asks for 1 or more."
    assert judge(trail(at_least=2, at_most=2), {}).reason.endswith("the task asks for 2.")


def test_the_first_check_that_fails_gives_the_reason() -> None:
    checks = [state(contains="{bucket}"), trail([{"id": "untold", "say": "Not called."}])]
    lab = make_lab(tasks=[make_task(checks=checks)])
    (result,) = grade(lab, NAMES, Pretended(buckets("plum")), [])
    assert result == Result("bucket", done=False, wrong="untold", reason="Not called.")


@pytest.mark.parametrize("code", sorted(faults.OURS))
def test_a_fault_of_the_platform_is_no_failure_of_the_learner(code: str, caplog: pytest.LogCaptureFixture) -> None:
    result = judge(state(contains="{bucket}"), {"s3.list_buckets": Said(error_code=code)})
    assert result == Result("bucket", done=False, fault=True)
    assert code in caplog.text


def test_a_fault_in_one_task_leaves_the_others_alone(caplog: pytest.LogCaptureFixture) -> None:
    broken = make_check(state={"call": "iam.list_users", "query": "length(Users)"})
    lab = make_lab(tasks=[make_task(id="broken", checks=[broken]), make_task()])
    results = grade(lab, NAMES, Pretended(buckets("plum")), [])
    assert results == [Result("broken", done=False, fault=True), Result("bucket", done=True)]


def test_tasks_that_are_done_are_not_judged_again() -> None:
    observation = Pretended({})
    assert grade(make_lab(), NAMES, observation, [], but_not=frozenset({"bucket"})) == []
    assert observation.asked == []
