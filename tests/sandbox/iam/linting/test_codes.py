"""For every code a policy that has the fault, and one that nearly has it."""

from dataclasses import dataclass
from typing import Any

import pytest

from sandbox.iam.linting import TYPES
from tests.sandbox.iam.linting.policies import BUCKET, OBJECTS, codes, one, policy, shared, statement, trust, when

IDENTITY, RESOURCE = "IDENTITY_POLICY", "RESOURCE_POLICY"
CONTROL = "SERVICE_CONTROL_POLICY"
ROLE = "arn:aws:iam::111122223333:role/app"
ANY_ROLE = "arn:aws:iam::111122223333:role/*"
ACCOUNT = {"AWS": "111122223333"}
PASSED = {"StringEquals": {"iam:PassedToService": "lambda.amazonaws.com"}}
SLR = "arn:aws:iam::111122223333:role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS"


@dataclass(frozen=True)
class Case:
    """A code with a policy that gets it and one that does not."""

    code: str
    fault: Any
    near_miss: Any
    kind: str = IDENTITY
    resource_type: str | None = None


def passing(**elements: Any) -> Any:
    return one(**{"Action": "iam:PassRole", "Resource": ROLE, **elements})


def making(**elements: Any) -> Any:
    return one(**{"Action": "iam:CreateServiceLinkedRole", "Resource": SLR, **elements})


def ip(*ranges: str, operator: str = "IpAddress") -> Any:
    return when(operator, "aws:SourceIp", list(ranges))


def lasting(operator: str, value: Any, key: str = "aws:CurrentTime") -> Any:
    return when(operator, key, value)


def two(first: Any, second: Any) -> Any:
    return policy(statement(**first), statement(**second))


LISTING = {"Action": "s3:ListBucket", "Resource": BUCKET}
CASES = [
    # Grammar
    Case("JSON_SYNTAX_ERROR", '{"Version": "2012-10-17",}', policy()),
    Case("DATA_TYPE_MISMATCH", one(Effect=True), policy()),
    Case("INVALID_POLICY_ELEMENT", one(Actions="s3:GetObject"), one(Sid="Actions")),
    Case("INVALID_VERSION", policy(Version="2012-10-18"), policy(Version="2008-10-17")),
    Case("MISSING_VERSION", policy(Version=None), policy()),
    Case("MISSING_STATEMENT", policy(Statement=[]), policy(Statement=statement())),
    Case("MISSING_ACTION", one(Action=None), one(Action=None, NotAction="iam:*", Effect="Deny")),
    Case("MISSING_EFFECT", one(Effect=None), one(Effect="Deny")),
    Case("INVALID_EFFECT", one(Effect="allow"), one(Effect="Allow")),
    Case("MISSING_RESOURCE", one(Resource=None), one(Resource=None, NotResource=OBJECTS)),
    Case("MISSING_PRINCIPAL", one(), shared(), RESOURCE),
    Case(
        "UNSUPPORTED_ELEMENT_COMBINATION",
        one(NotAction="s3:PutObject"),
        two({}, {"Action": None, "NotAction": "iam:*", "Effect": "Deny"}),
    ),
    Case("UNSUPPORTED_SID", one(Sid="read objects"), one(Sid="ReadObjects1")),
    Case("EMPTY_SID_VALUE", one(Sid=""), one(Sid="A")),
    Case("UNIQUE_SIDS_REQUIRED", two({"Sid": "A"}, {"Sid": "A"} | LISTING), two({"Sid": "A"}, {"Sid": "B"} | LISTING)),
    Case(
        "UNIQUE_SIDS_RECOMMENDED",
        policy(*(statement(Sid="A", Principal=ACCOUNT, Action=name) for name in ("s3:GetObject", "s3:PutObject"))),
        policy(*(statement(Sid=name[3:], Principal=ACCOUNT, Action=name) for name in ("s3:GetObject", "s3:PutObject"))),
        RESOURCE,
    ),
    Case("EMPTY_ARRAY_ACTION", one(Action=[]), one(Action=["s3:GetObject"])),
    Case("EMPTY_ARRAY_RESOURCE", one(Resource=[]), one(Resource=[OBJECTS])),
    Case("EMPTY_ARRAY_PRINCIPAL", shared(Principal={"AWS": []}), shared(Principal={"AWS": ["111122223333"]}), RESOURCE),
    Case("EMPTY_OBJECT_PRINCIPAL", shared(Principal={}), shared(), RESOURCE),
    Case("EMPTY_OBJECT_CONDITION", one(Condition={}), when("Bool", "aws:SecureTransport", "true")),
    Case("EMPTY_ARRAY_CONDITION", when("StringEquals", "aws:username", []), when("StringEquals", "aws:username", [""])),
    Case(
        "EMPTY_ARRAY_CONDITION_FORALLVALUES",
        when("ForAllValues:StringEquals", "aws:TagKeys", []),
        when("ForAllValues:StringEquals", "aws:TagKeys", ["team"]),
    ),
    Case(
        "EMPTY_ARRAY_CONDITION_FORANYVALUE",
        when("ForAnyValue:StringEquals", "aws:TagKeys", []),
        when("ForAllValues:StringEquals", "aws:TagKeys", []),
    ),
    Case(
        "EMPTY_ARRAY_CONDITION_IFEXISTS",
        when("StringEqualsIfExists", "aws:username", []),
        when("StringEquals", "aws:username", []),
    ),
    Case(
        "SCP_SYNTAX_ERROR_PRINCIPAL",
        one(Principal="*", Effect="Deny"),
        when("ArnLike", "aws:PrincipalArn", "arn:aws:iam::*:role/admin", Effect="Deny"),
        CONTROL,
    ),
    # Variables
    Case(
        "MISSING_BRACE_IN_VARIABLE",
        one(Resource="arn:aws:s3:::reports/${aws:username/*"),
        one(Resource="arn:aws:s3:::reports/${aws:username}/*"),
    ),
    Case(
        "EMPTY_VARIABLE",
        one(Resource="arn:aws:s3:::reports/${}/*"),
        one(Resource="arn:aws:s3:::reports/${*}"),
    ),
    Case(
        "UNSUPPORTED_SPACE_IN_VARIABLE",
        one(Resource="arn:aws:s3:::reports/${aws: username}"),
        one(Resource="arn:aws:s3:::reports/${aws:username, 'nobody at all'}"),
    ),
    Case(
        "MISSING_QUOTE_IN_VARIABLE",
        one(Resource="arn:aws:s3:::reports/${aws:username, nobody}"),
        one(Resource="arn:aws:s3:::reports/${aws:username, 'nobody'}"),
    ),
    Case("VARIABLE_UNSUPPORTED_IN_ELEMENT", one(Action="s3:${aws:username}"), one(Sid="username")),
    Case(
        "VARIABLE_UNSUPPORTED_IN_VERSION",
        policy(statement(Resource="arn:aws:s3:::reports/${aws:username}"), Version="2008-10-17"),
        policy(statement(Resource="arn:aws:s3:::reports/username"), Version="2008-10-17"),
    ),
    Case(
        "INVALID_VARIABLE_FOR_OPERATOR",
        when("NumericLessThan", "s3:max-keys", "${aws:username}", **LISTING),
        when("StringLike", "s3:prefix", "${aws:username}/*", **LISTING),
    ),
    # Actions
    Case("INVALID_ACTION", one(Action="s3:GetObjects"), one(Action="S3:getobject")),
    Case("INVALID_SERVICE_IN_ACTION", one(Action="s4:GetObject"), one(Action="s*:GetObject")),
    # Conditions
    Case(
        "INVALID_CONDITION_OPERATOR",
        when("StringMatches", "aws:username", "ann"),
        when("stringlikeifexists", "aws:username", "ann"),
    ),
    Case("NULL_WITH_IF_EXISTS", when("NullIfExists", "aws:username", "true"), when("Null", "aws:username", "true")),
    Case(
        "NULL_WITH_QUALIFIER",
        when("ForAnyValue:Null", "aws:TagKeys", "true"),
        when("Null", "aws:TagKeys", "true"),
    ),
    Case(
        "INVALID_GLOBAL_CONDITION_KEY",
        when("StringEquals", "aws:SourceAcount", "111122223333"),
        when("StringEquals", "AWS:sourceaccount", "111122223333"),
    ),
    Case(
        "INVALID_SERVICE_CONDITION_KEY",
        when("StringLike", "s3:prefixes", "a/*", **LISTING),
        when("StringLike", "s3:prefix", "a/*", **LISTING),
    ),
    Case(
        "INVALID_SERVICE",
        when("StringEquals", "s4:prefix", "a/"),
        when("StringEquals", "token.actions.githubusercontent.com:aud", "sts.amazonaws.com"),
    ),
    Case(
        "INVALID_CONDITION_KEY_FORMAT",
        when("StringEquals", "username", "ann"),
        when("StringEquals", "aws:username", "ann"),
    ),
    Case(
        "UNSUPPORTED_GLOBAL_CONDITION_KEY",
        when("ArnLike", "aws:ARN", ROLE),
        when("ArnLike", "aws:PrincipalArn", ROLE),
    ),
    Case(
        "MISSING_TAG_KEY_IN_CONDITION",
        when("StringEquals", "aws:PrincipalTag", "red"),
        when("StringEquals", "aws:PrincipalTag/team", "red"),
    ),
    Case(
        "DUPLICATE_KEYS_WITH_DIFFERENT_CASE",
        one(Condition={"StringEquals": {"aws:username": "ann", "AWS:UserName": "bob"}}),
        one(Condition={"StringEquals": {"aws:username": "ann"}, "StringLike": {"AWS:UserName": "b*"}}),
    ),
    Case(
        "UNSUPPORTED_ACTION_FOR_CONDITION_KEY",
        when("StringLike", "s3:prefix", "a/*"),
        when("StringLike", "s3:prefix", "a/*", **LISTING),
    ),
    Case(
        "MISSING_QUALIFIER",
        when("StringEquals", "aws:TagKeys", "team"),
        when("ForAllValues:StringEquals", "aws:TagKeys", "team"),
    ),
    Case(
        "FORALLVALUES_WITH_SINGLE_VALUED_KEY",
        when("ForAllValues:StringEquals", "aws:username", "ann"),
        when("StringEquals", "aws:username", "ann"),
    ),
    Case(
        "MISSING_PAIRED_CONDITION_KEYS",
        when("IpAddress", "aws:VpcSourceIp", "10.0.0.0/16"),
        one(
            Condition={"IpAddress": {"aws:VpcSourceIp": "10.0.0.0/16"}, "StringEquals": {"aws:SourceVpc": "vpc-1a2b3c"}}
        ),
    ),
    Case(
        "BAD_PATTERN_FOR_MFA",
        when("Bool", "aws:MultiFactorAuthPresent", "false", Effect="Deny"),
        when("BoolIfExists", "aws:MultiFactorAuthPresent", "false", Effect="Deny"),
    ),
    Case(
        "BAD_PATTERN_FOR_MFA",
        when("BoolIfExists", "aws:MultiFactorAuthPresent", "true"),
        when("Bool", "aws:MultiFactorAuthPresent", "true"),
    ),
    Case(
        "TYPE_MISMATCH",
        when("StringEquals", "aws:SourceIp", "203.0.113.0/24"),
        when("IpAddress", "aws:SourceIp", "203.0.113.0/24"),
    ),
    Case(
        "TYPE_MISMATCH_BOOLEAN",
        when("Bool", "aws:SecureTransport", "yes"),
        when("Bool", "aws:SecureTransport", True),
    ),
    Case("TYPE_MISMATCH_DATE", lasting("DateLessThan", "tomorrow"), lasting("DateLessThan", "2030-01-31T00:00:00Z")),
    Case("TYPE_MISMATCH_IP_RANGE", ip("203.0.113.0/33"), ip("203.0.113.7")),
    Case(
        "TYPE_MISMATCH_NUMBER",
        when("NumericLessThan", "aws:MultiFactorAuthAge", "an hour"),
        when("NumericLessThan", "aws:MultiFactorAuthAge", 3600),
    ),
    Case(
        "TYPE_MISMATCH_STRING",
        when("BinaryEquals", "aws:username", "not base64!"),
        when("BinaryEquals", "aws:username", "QmluYXJ5"),
    ),
    Case("INVALID_DATE_VALUE", lasting("DateLessThan", "1893456000"), lasting("DateLessThan", "2030-01-01")),
    Case(
        "INVALID_CONDITION_MULTIPLE_BOOLEAN",
        when("Bool", "aws:SecureTransport", ["true", "false"]),
        when("Bool", "aws:SecureTransport", ["true"]),
    ),
    Case(
        "INVALID_CONDITION_DATA_TYPE",
        when("StringEquals", "aws:username", ["ann", 7]),
        when("StringEquals", "aws:username", ["ann", "7"]),
    ),
    Case(
        "WILDCARD_WITHOUT_LIKE_OPERATOR",
        when("StringEquals", "aws:username", "ann*"),
        when("StringLike", "aws:username", "ann*"),
    ),
    Case("IMPROVE_IP_RANGE", ip("203.0.113.7/24"), ip("203.0.113.0/24")),
    Case("PRIVATE_IP_ADDRESS", ip("10.1.0.0/16"), ip("203.0.113.0/24")),
    Case("PRIVATE_NOT_IP_ADDRESS", ip("192.168.0.0/24", operator="NotIpAddress"), ip("192.168.0.0/24")),
    Case("PRIVATE_IP_ADDRESS_SUBSET", ip("10.1.0.0/16", "203.0.113.0/24"), ip("10.1.0.0/16")),
    Case(
        "PRIVATE_NOT_IP_ADDRESS_SUBSET",
        ip("172.16.0.0/16", "203.0.113.0/24", operator="NotIpAddress"),
        ip("172.32.0.0/16", "203.0.113.0/24", operator="NotIpAddress"),
    ),
    # Resources
    Case("INVALID_ARN_PREFIX", one(Resource="aws:s3:::reports/*"), one(Resource="*")),
    Case("MISSING_ARN_FIELD", one(Resource="arn:aws:s3:::"[:-1] + "reports"), one(Resource="arn:aws:s3*")),
    Case("INVALID_PARTITION", one(Resource="arn:amazon:s3:::reports/*"), one(Resource="arn:aws-cn:s3:::reports/*")),
    Case("INVALID_ARN_SERVICE_CASE", one(Resource="arn:aws:S3:::reports/*"), one()),
    Case(
        "INVALID_ARN_REGION",
        one(Action="sqs:SendMessage", Resource="arn:aws:sqs:ireland:111122223333:jobs"),
        one(Action="sqs:SendMessage", Resource="arn:aws:sqs:eu-*:111122223333:jobs"),
    ),
    Case(
        "MISSING_ARN_REGION",
        one(Action="sqs:SendMessage", Resource="arn:aws:sqs::111122223333:jobs"),
        one(Action="sqs:SendMessage", Resource="arn:aws:sqs:*:111122223333:jobs"),
    ),
    Case(
        "INVALID_ARN_ACCOUNT",
        one(Action="sqs:SendMessage", Resource="arn:aws:sqs:eu-west-1:1111:jobs"),
        one(Action="sqs:SendMessage", Resource="arn:aws:sqs:eu-west-1:111122223333:jobs"),
    ),
    Case(
        "INVALID_ARN_RESOURCE",
        one(Action="iam:GetUser", Resource="arn:aws:iam::111122223333:users/ann"),
        one(Action="iam:GetUser", Resource="arn:aws:iam::111122223333:user/team/ann"),
    ),
    Case(
        "ARN_REGION_NOT_ALLOWED",
        one(Action="iam:GetUser", Resource="arn:aws:iam:eu-west-1:111122223333:user/ann"),
        one(Action="iam:GetUser", Resource="arn:aws:iam::111122223333:user/ann"),
    ),
    Case("ARN_ACCOUNT_NOT_ALLOWED", one(Resource="arn:aws:s3::111122223333:reports/*"), one()),
    Case(
        "UNSUPPORTED_RESOURCE_ARN_IN_POLICY",
        shared(Action="sqs:SendMessage", Resource="arn:aws:sqs:eu-west-1:111122223333:jobs"),
        shared(),
        RESOURCE,
        "AWS::S3::Bucket",
    ),
    Case("RESOURCE_MISMATCH", one(Resource=BUCKET), one()),
    Case("RESOURCE_MISMATCH", one(Action="s3:ListBucket"), one(**LISTING)),
    Case(
        "RESOURCE_MISMATCH",
        one(Action="s3:ListAllMyBuckets", Resource=BUCKET),
        one(Action="s3:ListAllMyBuckets", Resource="arn:aws:s3:::*"),
    ),
    Case(
        "RESOURCE_MISMATCH",
        one(Action=["s3:GetObject", "s3:ListBucket"]),
        one(Action=["s3:GetObject", "s3:ListBucket"], Resource=[BUCKET, OBJECTS]),
    ),
    # Principals
    Case("UNSUPPORTED_PRINCIPAL", one(Principal="*"), one()),
    Case("INVALID_PRINCIPAL_FORMAT", shared(Principal=ROLE), shared(Principal="*"), RESOURCE),
    Case("INVALID_PRINCIPAL_KEY", shared(Principal={"User": ROLE}), shared(Principal={"AWS": ROLE}), RESOURCE),
    Case(
        "UNSUPPORTED_WILDCARD_IN_PRINCIPAL",
        shared(Principal={"AWS": ANY_ROLE}),
        shared(Principal={"AWS": "*"}),
        RESOURCE,
    ),
    Case("INVALID_ROLE_REFERENCE", shared(Principal={"AWS": "AROAEXAMPLEID"}), shared(), RESOURCE),
    Case("INVALID_USER_REFERENCE", shared(Principal={"AWS": "AIDAEXAMPLEID"}), shared(), RESOURCE),
    Case(
        "MISMATCHED_ACTION_FOR_PRINCIPAL",
        trust(Principal={"Federated": "cognito-identity.amazonaws.com"}),
        trust(Principal={"Federated": "cognito-identity.amazonaws.com"}, Action="sts:AssumeRoleWithWebIdentity"),
        RESOURCE,
        "AWS::IAM::AssumeRolePolicyDocument",
    ),
    Case(
        "ALLOW_WITH_NOT_PRINCIPAL",
        shared(Principal=None, NotPrincipal=ACCOUNT),
        shared(Principal=None, NotPrincipal=ACCOUNT, Effect="Deny"),
        RESOURCE,
    ),
    Case(
        "RESTRICT_ACCESS_TO_SERVICE_PRINCIPAL",
        shared(Principal={"Service": "cloudtrail.amazonaws.com"}),
        shared(
            Principal={"Service": "cloudtrail.amazonaws.com"},
            Condition={"StringEquals": {"aws:SourceAccount": "111122223333"}},
        ),
        RESOURCE,
    ),
    Case(
        "RESTRICT_ACCESS_TO_SERVICE_PRINCIPAL",
        shared(Principal={"Service": "cloudtrail.amazonaws.com"}),
        trust(),
        RESOURCE,
    ),
    # Roles
    Case("PASS_ROLE_WITH_STAR_IN_RESOURCE", passing(Resource=ANY_ROLE), passing(Resource=f"{ROLE}-*")),
    Case("PASS_ROLE_WITH_STAR_IN_RESOURCE", passing(Resource="*"), passing(Resource="*", Condition=PASSED)),
    Case("PASS_ROLE_WITH_STAR_IN_ACTION_AND_RESOURCE", passing(Action="iam:*", Resource="*"), passing(Action="iam:*")),
    Case("PASS_ROLE_WITH_NOT_RESOURCE", passing(Resource=None, NotResource=ROLE), passing()),
    Case(
        "PASS_ROLE_WITH_STAR_IN_ACTION_AND_NOT_RESOURCE",
        passing(Action="iam:Pass*", Resource=None, NotResource=ROLE),
        passing(Action="iam:Get*", Resource=None, NotResource=ROLE),
    ),
    Case(
        "PASS_ROLE_WITH_NOT_ACTION_AND_NOT_RESOURCE",
        passing(Action=None, NotAction="s3:*", Resource=None, NotResource=ROLE),
        passing(Action=None, NotAction="iam:*", Resource=None, NotResource=ROLE),
    ),
    Case(
        "PASS_ROLE_WITH_STAR_IN_RESOURCE_AND_NOT_ACTION",
        passing(Action=None, NotAction="s3:*", Resource="*"),
        passing(Action=None, NotAction="iam:P*", Resource="*"),
    ),
    Case("CREATE_SLR_WITH_STAR_IN_RESOURCE", making(Resource="*"), making()),
    Case("CREATE_SLR_WITH_STAR_IN_ACTION_AND_RESOURCE", making(Action="*", Resource="*"), making(Action="*")),
    Case("CREATE_SLR_WITH_NOT_RESOURCE", making(Resource=None, NotResource=SLR), making()),
    Case(
        "CREATE_SLR_WITH_STAR_IN_ACTION_AND_NOT_RESOURCE",
        making(Action="iam:Create*", Resource=None, NotResource=SLR),
        making(Action="iam:CreateRole*", Resource=None, NotResource=SLR),
    ),
    Case(
        "CREATE_SLR_WITH_NOT_ACTION_AND_NOT_RESOURCE",
        making(Action=None, NotAction="s3:*", Resource=None, NotResource=SLR),
        making(Action=None, NotAction="iam:Create*", Resource=None, NotResource=SLR),
    ),
    Case(
        "CREATE_SLR_WITH_STAR_IN_RESOURCE_AND_NOT_ACTION",
        making(Action=None, NotAction="s3:*", Resource="*"),
        making(Action=None, NotAction="iam:*", Resource="*"),
    ),
    # Redundancy
    Case("REDUNDANT_ACTION", one(Action=["s3:Get*", "s3:getobject"]), one(Action=["s3:Get*", "s3:*Object"])),
    Case(
        "REDUNDANT_RESOURCE",
        one(Resource=[OBJECTS, f"{BUCKET}/2030/*"]),
        one(Resource=[f"{BUCKET}/2029/*", f"{BUCKET}/2030/*"]),
    ),
    Case(
        "REDUNDANT_STATEMENT",
        two({}, {"Action": "s3:*", "Resource": "*"}),
        two({"Effect": "Deny"}, {"Action": "s3:*", "Resource": "*"}),
    ),
    Case(
        "REDUNDANT_CONDITION_VALUE_NUM",
        when("NumericLessThan", "aws:MultiFactorAuthAge", ["2700", "3600"]),
        when("NumericEquals", "aws:MultiFactorAuthAge", ["2700", "3600"]),
    ),
    # Size
    Case(
        "POLICY_SIZE_EXCEEDS_IDENTITY_POLICY_QUOTA",
        one(Resource=[f"{BUCKET}/{number}/*" for number in range(250)]),
        one(Resource=[f"{BUCKET}/{number}/*" for number in range(150)]),
    ),
    Case(
        "POLICY_SIZE_EXCEEDS_RESOURCE_POLICY_QUOTA",
        shared(Resource=[f"{BUCKET}/{number}/*" for number in range(800)]),
        shared(Resource=[f"{BUCKET}/{number}/*" for number in range(250)]),
        RESOURCE,
    ),
    Case(
        "POLICY_SIZE_EXCEEDS_SCP_QUOTA",
        one(Resource=[f"{BUCKET}/{number}/*" for number in range(250)]),
        one(Resource=[f"{BUCKET}/{number}/*" for number in range(100)]),
        CONTROL,
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.code)
def test_the_fault_is_found(case: Case) -> None:
    assert case.code in codes(case.fault, case.kind, case.resource_type)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.code)
def test_what_only_looks_like_it_is_not(case: Case) -> None:
    assert case.code not in codes(case.near_miss, case.kind, case.resource_type)


def test_every_code_has_a_case() -> None:
    assert {case.code for case in CASES} == set(TYPES)
