"""What a check reports: AWS's types and issue codes, and places in the learner's text.

https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_ValidatePolicyFinding.html
"""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sandbox.iam.linting.json_reader import Member, Node, Path

_PAGE = "https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html"
_REFERENCE = (
    "https://docs.aws.amazon.com/service-authorization/latest/reference/"
    "reference_policies_actions-resources-contextkeys.html"
)
_OPERATORS = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html"


class FindingType(StrEnum):
    """How bad it is, in AWS's terms."""

    ERROR = "ERROR"
    SECURITY_WARNING = "SECURITY_WARNING"
    WARNING = "WARNING"
    SUGGESTION = "SUGGESTION"


@dataclass(frozen=True, slots=True)
class Position:
    """Lines count from 1, columns and offsets from 0, in characters."""

    line: int
    column: int
    offset: int


@dataclass(frozen=True, slots=True)
class Span:
    """From the first character to the one behind the last."""

    start: Position
    end: Position


@dataclass(frozen=True, slots=True)
class Location:
    """A value or key: the way to it, and where it stands."""

    path: Path
    span: Span


@dataclass(frozen=True, slots=True)
class Finding:
    """A finding; `details` says what is wrong and how to mend it."""

    finding_type: FindingType
    issue_code: str
    details: str
    learn_more_link: str
    locations: tuple[Location, ...]


@dataclass(frozen=True, slots=True)
class Issue:
    """What a check yields, before its places are looked up in the text."""

    code: str
    details: str
    places: tuple[Node | Member, ...]


def issue(code: str, details: str, *places: Node | Member) -> Issue:
    """Report something; an unknown code fails at once."""
    if code not in TYPES:
        raise LookupError(code)
    return Issue(code, details, places)


def _typed(kind: FindingType, codes: str) -> dict[str, FindingType]:
    return dict.fromkeys(codes.split(), kind)


# Ours, which AWS does not have.
OWN_CODES: Mapping[str, str] = {
    "RESOURCE_MISMATCH": _REFERENCE,
    "BAD_PATTERN_FOR_MFA": _OPERATORS + "#Conditions_IfExists",
}

TYPES: Mapping[str, FindingType] = {
    **_typed(
        FindingType.ERROR,
        """
        ARN_ACCOUNT_NOT_ALLOWED ARN_REGION_NOT_ALLOWED DATA_TYPE_MISMATCH DUPLICATE_KEYS_WITH_DIFFERENT_CASE
        INVALID_ACTION INVALID_ARN_ACCOUNT INVALID_ARN_PREFIX INVALID_ARN_REGION INVALID_ARN_RESOURCE
        INVALID_ARN_SERVICE_CASE INVALID_CONDITION_DATA_TYPE INVALID_CONDITION_KEY_FORMAT
        INVALID_CONDITION_MULTIPLE_BOOLEAN INVALID_CONDITION_OPERATOR INVALID_EFFECT INVALID_GLOBAL_CONDITION_KEY
        INVALID_PARTITION INVALID_POLICY_ELEMENT INVALID_PRINCIPAL_FORMAT INVALID_PRINCIPAL_KEY INVALID_SERVICE
        INVALID_SERVICE_CONDITION_KEY INVALID_SERVICE_IN_ACTION INVALID_VARIABLE_FOR_OPERATOR INVALID_VERSION
        JSON_SYNTAX_ERROR MISMATCHED_ACTION_FOR_PRINCIPAL MISSING_ACTION MISSING_ARN_FIELD MISSING_ARN_REGION
        MISSING_EFFECT MISSING_PRINCIPAL MISSING_QUALIFIER MISSING_RESOURCE MISSING_STATEMENT
        MISSING_TAG_KEY_IN_CONDITION NULL_WITH_IF_EXISTS POLICY_SIZE_EXCEEDS_SCP_QUOTA PRIVATE_IP_ADDRESS
        PRIVATE_NOT_IP_ADDRESS SCP_SYNTAX_ERROR_PRINCIPAL UNIQUE_SIDS_REQUIRED UNSUPPORTED_ACTION_FOR_CONDITION_KEY
        UNSUPPORTED_ELEMENT_COMBINATION UNSUPPORTED_GLOBAL_CONDITION_KEY UNSUPPORTED_PRINCIPAL
        UNSUPPORTED_RESOURCE_ARN_IN_POLICY UNSUPPORTED_SID UNSUPPORTED_WILDCARD_IN_PRINCIPAL
        MISSING_BRACE_IN_VARIABLE MISSING_QUOTE_IN_VARIABLE UNSUPPORTED_SPACE_IN_VARIABLE EMPTY_VARIABLE
        VARIABLE_UNSUPPORTED_IN_ELEMENT VARIABLE_UNSUPPORTED_IN_VERSION
        """,
    ),
    **_typed(
        FindingType.SECURITY_WARNING,
        """
        ALLOW_WITH_NOT_PRINCIPAL FORALLVALUES_WITH_SINGLE_VALUED_KEY MISSING_PAIRED_CONDITION_KEYS
        PASS_ROLE_WITH_NOT_RESOURCE PASS_ROLE_WITH_STAR_IN_ACTION_AND_NOT_RESOURCE
        PASS_ROLE_WITH_NOT_ACTION_AND_NOT_RESOURCE PASS_ROLE_WITH_STAR_IN_RESOURCE
        PASS_ROLE_WITH_STAR_IN_ACTION_AND_RESOURCE PASS_ROLE_WITH_STAR_IN_RESOURCE_AND_NOT_ACTION
        RESTRICT_ACCESS_TO_SERVICE_PRINCIPAL BAD_PATTERN_FOR_MFA
        """,
    ),
    **_typed(
        FindingType.WARNING,
        """
        CREATE_SLR_WITH_NOT_RESOURCE CREATE_SLR_WITH_STAR_IN_ACTION_AND_NOT_RESOURCE
        CREATE_SLR_WITH_NOT_ACTION_AND_NOT_RESOURCE CREATE_SLR_WITH_STAR_IN_RESOURCE
        CREATE_SLR_WITH_STAR_IN_ACTION_AND_RESOURCE CREATE_SLR_WITH_STAR_IN_RESOURCE_AND_NOT_ACTION
        INVALID_DATE_VALUE INVALID_ROLE_REFERENCE INVALID_USER_REFERENCE MISSING_VERSION UNIQUE_SIDS_RECOMMENDED
        WILDCARD_WITHOUT_LIKE_OPERATOR POLICY_SIZE_EXCEEDS_IDENTITY_POLICY_QUOTA
        POLICY_SIZE_EXCEEDS_RESOURCE_POLICY_QUOTA TYPE_MISMATCH TYPE_MISMATCH_BOOLEAN TYPE_MISMATCH_DATE
        TYPE_MISMATCH_IP_RANGE TYPE_MISMATCH_NUMBER TYPE_MISMATCH_STRING RESOURCE_MISMATCH
        """,
    ),
    **_typed(
        FindingType.SUGGESTION,
        """
        EMPTY_ARRAY_ACTION EMPTY_ARRAY_CONDITION EMPTY_ARRAY_CONDITION_FORALLVALUES EMPTY_ARRAY_CONDITION_FORANYVALUE
        EMPTY_ARRAY_CONDITION_IFEXISTS EMPTY_ARRAY_PRINCIPAL EMPTY_ARRAY_RESOURCE EMPTY_OBJECT_CONDITION
        EMPTY_OBJECT_PRINCIPAL EMPTY_SID_VALUE IMPROVE_IP_RANGE NULL_WITH_QUALIFIER PRIVATE_IP_ADDRESS_SUBSET
        PRIVATE_NOT_IP_ADDRESS_SUBSET REDUNDANT_ACTION REDUNDANT_CONDITION_VALUE_NUM REDUNDANT_RESOURCE
        REDUNDANT_STATEMENT
        """,
    ),
}
_ANCHORS = {
    FindingType.ERROR: "error",
    FindingType.SECURITY_WARNING: "security-warning",
    FindingType.WARNING: "general-warning",
    FindingType.SUGGESTION: "suggestion",
}


def link(code: str) -> str:
    """The address of the page about a code: AWS's list of checks, for ours the page about the matter."""
    if code in OWN_CODES:
        return OWN_CODES[code]
    anchor = code.lower().replace("_", "-")
    return f"{_PAGE}#access-analyzer-reference-policy-checks-{_ANCHORS[TYPES[code]]}-{anchor}"


@dataclass(frozen=True, slots=True)
class Lines:
    """Where the lines of a text begin."""

    starts: tuple[int, ...]

    def position(self, offset: int) -> Position:
        """Tell line and column of an offset."""
        line = bisect_right(self.starts, offset)
        return Position(line, offset - self.starts[line - 1], offset)

    def span(self, start: int, end: int) -> Span:
        """Make a span of two offsets."""
        return Span(self.position(start), self.position(end))


def lines_of(text: str) -> Lines:
    """Find the beginnings of lines."""
    return Lines((0, *(offset + 1 for offset, character in enumerate(text) if character == "\n")))


def located(issues: Iterable[Issue], lines: Lines) -> list[Finding]:
    """Turn issues into findings, worst first, in the order of the text."""
    ordered = sorted(issues, key=lambda one: (_RANK[TYPES[one.code]], one.places[0].start if one.places else 0))
    return [finding(one.code, one.details, [_location(place, lines) for place in one.places]) for one in ordered]


def finding(code: str, details: str, locations: Sequence[Location]) -> Finding:
    """Make a finding."""
    return Finding(TYPES[code], code, details, link(code), tuple(locations))


_RANK = {kind: rank for rank, kind in enumerate(FindingType)}


def _location(place: Node | Member, lines: Lines) -> Location:
    return Location(place.path, lines.span(place.start, place.end))
