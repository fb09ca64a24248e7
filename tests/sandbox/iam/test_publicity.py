"""Which policies S3 Block Public Access calls public."""

from typing import Any

import pytest

from sandbox.iam.policies import compile_policy
from sandbox.iam.publicity import is_public


def _policy(principal: Any, condition: dict[str, Any] | None = None, effect: str = "Allow") -> Any:
    statement = {"Effect": effect, "Principal": principal, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*"}
    return compile_policy(
        {"Version": "2012-10-17", "Statement": statement | ({"Condition": condition} if condition else {})}
    )


@pytest.mark.parametrize(
    ("condition", "public"),
    [
        (None, True),
        ({"StringEquals": {"aws:SourceVpc": "vpc-91237329"}}, False),
        ({"StringLike": {"aws:SourceVpc": "vpc-*"}}, True),
        ({"StringEquals": {"aws:PrincipalOrgID": "${aws:PrincipalOrgID}"}}, True),
        ({"StringEquals": {"aws:PrincipalOrgID": "o-abc123"}}, False),
        ({"StringEqualsIfExists": {"aws:PrincipalOrgID": "o-abc123"}}, True),
        ({"StringNotEquals": {"aws:PrincipalOrgID": "o-abc123"}}, True),
        ({"StringEquals": {"aws:UserAgent": "secret"}}, True),
        ({"ArnLike": {"aws:SourceArn": "arn:aws:sns:us-east-1:111122223333:topic"}}, False),
        ({"ForAllValues:StringEquals": {"aws:SourceVpce": ["vpce-1"]}}, True),
        ({"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}, False),
        ({"IpAddress": {"aws:SourceIp": ["203.0.113.0/24", "0.0.0.0/1"]}}, True),
        ({"IpAddress": {"aws:SourceIp": "2001:db8::/16"}}, True),
        ({"NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"}}, True),
    ],
)
def test_a_grant_to_everybody_is_public_unless_a_condition_fixes_who(
    condition: dict[str, Any] | None, public: bool
) -> None:
    assert is_public(_policy("*", condition)) is public


@pytest.mark.parametrize("principal", [{"AWS": "111122223333"}, {"Service": "sns.amazonaws.com"}])
def test_a_named_principal_is_not_public(principal: Any) -> None:
    assert not is_public(_policy(principal))


def test_a_denial_is_not_public() -> None:
    assert not is_public(_policy("*", effect="Deny"))
