"""Findings say where in the text they are, as Access Analyzer does."""

from dataclasses import astuple

from sandbox.iam.linting import FindingType, Location, lint

# The document of the example in the AWS CLI's reference of validate-policy, with a fault more.
TEXT = """{
    "Version": "2012-10-17",
    "Statement": [
        {
            "Sid": "",
            "Effect": "Allow",
            "Principal": {"Federated": "cognito-identity.amazonaws.com"},
            "Action": ["sts:AssumeRole", "sts:TagSesion"]
        }
    ]
}"""


def found(code: str) -> tuple[Location, ...]:
    finding = next(one for one in lint(TEXT, "RESOURCE_POLICY") if one.issue_code == code)
    return finding.locations


def test_a_value_is_located_by_path_line_column_and_offset() -> None:
    (location,) = found("EMPTY_SID_VALUE")
    assert astuple(location) == (
        (("value", "Statement"), ("index", 0), ("value", "Sid")),
        ((5, 19, 79), (5, 21, 81)),
    )


def test_an_element_of_a_list_has_its_index() -> None:
    action, principal = found("MISMATCHED_ACTION_FOR_PRINCIPAL")
    assert action.path == (("value", "Statement"), ("index", 0), ("value", "Action"), ("index", 0))
    assert TEXT[action.span.start.offset : action.span.end.offset] == '"sts:AssumeRole"'
    assert principal.path[-1] == ("value", "Federated")


def test_a_key_is_located_as_a_key() -> None:
    text = '{"Version": "2012-10-17", "Statements": []}'
    finding = next(one for one in lint(text, "IDENTITY_POLICY") if one.issue_code == "INVALID_POLICY_ELEMENT")
    assert finding.locations[0].path == (("key", "Statements"),)
    assert "Did you mean Statement?" in finding.details


def test_a_misspelt_action_gets_a_suggestion() -> None:
    finding = next(one for one in lint(TEXT, "RESOURCE_POLICY") if one.issue_code == "INVALID_ACTION")
    assert finding.details.endswith("Did you mean sts:TagSession?")


def test_the_link_leads_to_the_check_in_awss_list() -> None:
    finding = next(one for one in lint(TEXT, "RESOURCE_POLICY") if one.issue_code == "INVALID_ACTION")
    assert finding.finding_type is FindingType.ERROR
    assert finding.learn_more_link == (
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html"
        "#access-analyzer-reference-policy-checks-error-invalid-action"
    )


def test_errors_come_first() -> None:
    kinds = [finding.finding_type for finding in lint(TEXT, "RESOURCE_POLICY")]
    assert kinds == [FindingType.ERROR, FindingType.ERROR, FindingType.SUGGESTION]


def test_a_syntax_error_is_a_finding_with_its_place() -> None:
    (finding,) = lint('{\n  "Version": "2012-10-17"\n  "Statement": []\n}', "IDENTITY_POLICY")
    assert finding.issue_code == "JSON_SYNTAX_ERROR"
    assert astuple(finding.locations[0].span.start) == (3, 2, 30)
    assert "a comma or }" in finding.details
    assert "line 3, column 2" in finding.details
