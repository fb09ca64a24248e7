"""Two things wrong at once: the one that AWS looks at first is told.

The order is DynamoDB's: parts and date present, date, expiry, host signed, credential, scope, key, signature, token.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.sandbox.signatures import problems
from tests.sandbox.signatures.conftest import Lab
from tests.sandbox.signatures.families import BY_NAME, Family, expected, told
from tests.sandbox.signatures.signer import NOW, Draft, Key, bare, signed
from tests.sandbox.signatures.test_refusals import (
    THREE_COMPONENTS,
    Broken,
    authorization,
    credential_of_four_parts,
    digest,
    hashed,
    host_not_signed,
    no_date,
    scope_of_another_region,
    sixteen_minutes_late,
    with_header,
)

pytestmark = pytest.mark.django_db
Change = Callable[[Draft], Draft]
FAMILIES = [BY_NAME[name] for name in ("dynamodb", "kms", "iam", "sqs-json", "lambda", "route53")]


def late(draft: Draft) -> Draft:
    return replace(draft, at=NOW - timedelta(minutes=16))


def elsewhere(draft: Draft) -> Draft:
    return replace(draft, region="us-west-1")


def hostless(draft: Draft) -> Draft:
    return replace(draft, unsigned=frozenset({"host"}))


PAIRS = (
    ("no date before an unknown key", lambda draft: draft, no_date),
    ("expiry before an unknown key", lambda draft: draft, sixteen_minutes_late),
    ("expiry before an unsigned host", hostless, sixteen_minutes_late),
    ("expiry before the scope", elsewhere, sixteen_minutes_late),
    ("an unsigned host before the scope", elsewhere, host_not_signed),
    ("an unsigned host before an unknown key", lambda draft: draft, host_not_signed),
    ("the credential's form before the scope", elsewhere, credential_of_four_parts),
    ("the scope before an unknown key", lambda draft: draft, scope_of_another_region),
)


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
@pytest.mark.parametrize(("change", "breakage"), [pair[1:] for pair in PAIRS], ids=[pair[0] for pair in PAIRS])
def test_the_first_of_two_faults_is_told(
    change: Change, breakage: Callable[[Draft, Lab, Family], Broken], family: Family, lab: Lab
) -> None:
    nobody = replace(lab, key=Key(lab.key.access_key_id[:-4] + "2345", "x" * 40))
    request, problem = breakage(change(family.draft), nobody, family)
    # The region that is expected is the host's, whatever the draft says by now.
    assert told(family, lab.send(request)) == expected(family, problems.refusal(family, problem))


@pytest.mark.parametrize("family", [*FAMILIES, BY_NAME["s3"], BY_NAME["ec2"]], ids=lambda family: family.name)
def test_an_unknown_key_is_told_before_a_bad_signature(family: Family, lab: Lab) -> None:
    key = Key(lab.key.access_key_id[:-4] + "2345", lab.key.secret)
    request = signed(family.draft, key)
    header = authorization(request)
    request = with_header(request, "authorization", header.replace("Signature=", "Signature=0"))
    assert told(family, lab.send(request)) == expected(
        family, problems.refusal(family, problems.unknown(key.access_key_id))
    )


@pytest.mark.parametrize("family", [*FAMILIES, BY_NAME["s3"], BY_NAME["ec2"]], ids=lambda family: family.name)
def test_a_missing_part_is_told_before_all_else(family: Family, lab: Lab) -> None:
    draft = replace(late(family.draft), region="us-west-1", unsigned=frozenset({"host"}))
    request = signed(draft, Key("AKIAIOSFODNN7EXAMPLE", "x"))
    header = authorization(request).partition(", Signature=")[0]
    sentence = f"Authorization header requires 'Signature' parameter. {hashed(header)}"
    problem = problems.incomplete(sentence, THREE_COMPONENTS)
    assert told(family, lab.send(with_header(request, "authorization", header))) == expected(
        family, problems.refusal(family, problem)
    )
    assert digest(header) in sentence


@pytest.mark.parametrize("name", ["dynamodb", "kms", "lambda", "cloudwatch-cbor"])
def test_the_signature_is_told_before_a_body_that_is_no_document(name: str, lab: Lab) -> None:
    family = BY_NAME[name]
    draft = replace(family.draft, body=b"{nothing")
    request = signed(draft, Key(lab.key.access_key_id, "x" * 40))
    problem = problems.mismatch(request, draft, lab.key)
    assert told(family, lab.send(request)) == expected(family, problems.refusal(family, problem))


def test_an_unsigned_call_of_an_unknown_operation_is_unknown_first(lab: Lab) -> None:
    family = BY_NAME["dynamodb"]
    headers = (family.draft.headers[0], ("x-amz-target", "DynamoDB_20120810.Nothing"))
    response = lab.send(bare(replace(family.draft, headers=headers)))
    assert told(family, response).body == {"__type": "com.amazon.coral.service#UnknownOperationException"}


def test_a_key_of_another_environment_is_of_its_own_account(lab: Lab) -> None:
    draft = BY_NAME["sts"].draft
    mine, theirs = lab.signed(draft).body.decode(), lab.send(signed(draft, lab.of_another)).body.decode()
    assert f"<Account>{lab.account.pk}</Account>" in mine
    assert "<Account>" in theirs and lab.account.pk not in theirs


def test_a_key_id_that_names_another_account_is_unknown_there(lab: Lab) -> None:
    """The id carries its account: another account's prefix with our key's ending is nobody's key."""
    key = Key(lab.of_another.access_key_id[:13] + lab.key.access_key_id[13:], lab.key.secret)
    family = BY_NAME["sts"]
    assert told(family, lab.send(signed(family.draft, key))) == expected(
        family, problems.refusal(family, problems.unknown(key.access_key_id))
    )
