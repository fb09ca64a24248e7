"""STS: sessions are begun within AWS's limits, and their credentials are taken like any."""

import json
import secrets
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from sandbox import authorization_messages, mfa, sessions, store, worlds
from sandbox.emulator import World
from sandbox.models import Environment
from tests.sandbox.conftest import Caller, make_caller

STATEMENT = {"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*"}
NOTHING_BUT_LISTING = json.dumps({"Version": "2012-10-17", "Statement": [STATEMENT]})
INCOMPLETE = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow"}]})
ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"


def client_with(caller: Caller, credentials: dict[str, Any], service: str = "sts") -> Any:
    """A client of the gateway with temporary credentials, as STS answers them."""
    made = boto3.session.Session().client(
        service,
        region_name="eu-central-1",
        aws_access_key_id=credentials["AccessKeyId"],
        aws_secret_access_key=credentials["SecretAccessKey"],
        aws_session_token=credentials["SessionToken"],
        config=Config(retries={"total_max_attempts": 1}),
    )
    made.meta.events.register_last("before-send", caller._send)
    return made


def refused(call: Callable[..., Any], **parameters: Any) -> tuple[str, str, int]:
    with pytest.raises(ClientError) as caught:
        call(**parameters)
    error = caught.value.response["Error"]
    return error["Code"], error["Message"], caught.value.response["ResponseMetadata"]["HTTPStatusCode"]


def trust(account_id: str, **statement: Any) -> str:
    allowed = {
        "Effect": "Allow",
        "Principal": {"AWS": account_id},
        "Action": ["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"],
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [allowed | statement]})


def make_role(caller: Caller, name: str = "deploy", **parameters: Any) -> str:
    """A role of the caller's account that whoever is an administrator there may assume."""
    iam, document = caller.client("iam"), trust(caller.account.pk)
    role = iam.create_role(**{"RoleName": name, "AssumeRolePolicyDocument": document} | parameters)["Role"]
    iam.attach_role_policy(RoleName=name, PolicyArn=ADMINISTRATOR)
    return str(role["Arn"])


def assume(caller: Caller, role_arn: str, **parameters: Any) -> dict[str, Any]:
    answer: dict[str, Any] = caller.client("sts").assume_role(
        **{"RoleArn": role_arn, "RoleSessionName": "ann"} | parameters
    )
    return answer


def world_of(caller: Caller) -> World:
    return worlds.opened(caller.account.environment_id)


def session_of(caller: Caller, credentials: dict[str, Any]) -> Any:
    """The principal that the token of credentials holds, with its session."""
    token, key = credentials["SessionToken"], credentials["AccessKeyId"]
    return sessions.read(token, key, world_of(caller), datetime.now(UTC)).principal


def make_device(caller: Caller, owner_id: str, name: str = "phone") -> tuple[str, str]:
    """Serial number and seed of a virtual MFA device that a user has."""
    serial, seed = f"arn:aws:iam::{caller.account.pk}:mfa/{name}", mfa.new_seed()
    world = world_of(caller)
    with world.entered():
        devices = world.native("iam", caller.account.pk).setdefault(mfa.DEVICES, {})
        devices[serial] = {"seed": seed, "user_id": owner_id}
        store.commit(world, caller.account.environment_id, world.changes(), [])
    return serial, seed


def code_of(seed: str) -> str:
    return mfa.codes_at(seed, datetime.now(UTC))[1]


# AssumeRole


def test_a_session_of_a_role_says_who_it_is(caller: Caller) -> None:
    answer = assume(caller, make_role(caller, Path="/team/"))
    role_id = caller.client("iam").get_role(RoleName="deploy")["Role"]["RoleId"]
    arn = f"arn:aws:sts::{caller.account.pk}:assumed-role/deploy/ann"
    assert answer["AssumedRoleUser"] == {"AssumedRoleId": f"{role_id}:ann", "Arn": arn}
    assert "PackedPolicySize" not in answer
    identity = client_with(caller, answer["Credentials"]).get_caller_identity()
    assert (identity["UserId"], identity["Account"], identity["Arn"]) == (f"{role_id}:ann", caller.account.pk, arn)


def test_a_session_lasts_as_long_as_asked(caller: Caller) -> None:
    before = datetime.now(UTC).replace(microsecond=0)
    credentials = assume(caller, make_role(caller), DurationSeconds=900)["Credentials"]
    assert timedelta(seconds=900) <= credentials["Expiration"] - before <= timedelta(seconds=910)


def test_expired_credentials_are_refused(caller: Caller) -> None:
    opened = session_of(caller, assume(caller, make_role(caller))["Credentials"])
    past = replace(opened.session, expires_at=datetime.now(UTC) - timedelta(seconds=1))
    made = sessions.issue(replace(opened, session=past))
    old = {
        "AccessKeyId": made.access_key_id,
        "SecretAccessKey": made.secret_access_key,
        "SessionToken": made.session_token,
    }
    message = "The security token included in the request is expired"
    assert refused(client_with(caller, old).get_caller_identity) == ("ExpiredToken", message, 403)
    assert refused(client_with(caller, old, "s3").list_buckets)[0] == "ExpiredToken"


def test_ended_sessions_are_refused(caller: Caller) -> None:
    credentials = assume(caller, make_role(caller))["Credentials"]
    sessions.end_all(world_of(caller), caller.account.pk, datetime.now(UTC))
    assert refused(client_with(caller, credentials).get_caller_identity)[0] == "ExpiredToken"


@pytest.mark.parametrize("part", ["secret", "token", "key"])
def test_credentials_do_not_mix(caller: Caller, part: str) -> None:
    arn = make_role(caller)
    first, second = assume(caller, arn)["Credentials"], assume(caller, arn)["Credentials"]
    name = {"secret": "SecretAccessKey", "token": "SessionToken", "key": "AccessKeyId"}[part]
    code = "SignatureDoesNotMatch" if part == "secret" else "InvalidClientTokenId"
    assert refused(client_with(caller, first | {name: second[name]}).get_caller_identity)[0] == code


def test_a_temporary_key_without_its_token_is_no_key(caller: Caller) -> None:
    credentials = assume(caller, make_role(caller))["Credentials"] | {"SessionToken": None}
    assert refused(client_with(caller, credentials).get_caller_identity)[0] == "InvalidClientTokenId"
    assert refused(client_with(caller, credentials, "s3").list_buckets)[0] == "InvalidAccessKeyId"


def test_a_session_of_another_environment_is_not_known(caller: Caller) -> None:
    credentials = assume(caller, make_role(caller))["Credentials"]
    Environment.objects.filter(pk=caller.account.environment_id).delete()
    worlds.drop(caller.account.environment_id)
    assert refused(client_with(caller, credentials).get_caller_identity)[0] == "InvalidClientTokenId"


def test_a_session_of_a_deleted_role_is_known(caller: Caller) -> None:
    credentials = assume(caller, make_role(caller))["Credentials"]
    iam = caller.client("iam")
    iam.detach_role_policy(RoleName="deploy", PolicyArn=ADMINISTRATOR)
    iam.delete_role(RoleName="deploy")
    assert client_with(caller, credentials).get_caller_identity()["Arn"].endswith("assumed-role/deploy/ann")


def test_the_trail_hides_the_secrets_of_a_session(caller: Caller) -> None:
    answer = assume(caller, make_role(caller), SourceIdentity="ann@example.com")
    record = caller.events()[-1].record
    assert record["responseElements"]["credentials"]["accessKeyId"] == answer["Credentials"]["AccessKeyId"]
    assert answer["Credentials"]["SecretAccessKey"] not in str(record)
    assert answer["Credentials"]["SessionToken"] not in str(record)


@pytest.mark.parametrize(("most", "seconds"), [(3600, 3601), (7200, 7201)])
def test_a_session_is_no_longer_than_its_role_allows(caller: Caller, most: int, seconds: int) -> None:
    arn = make_role(caller, MaxSessionDuration=most)
    assume(caller, arn, DurationSeconds=most)
    message = "The requested DurationSeconds exceeds the MaxSessionDuration set for this role."
    found = refused(caller.client("sts").assume_role, RoleArn=arn, RoleSessionName="ann", DurationSeconds=seconds)
    assert found == ("ValidationError", message, 400)


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        (
            {"RoleSessionName": "a b"},
            "1 validation error detected: Value 'a b' at 'roleSessionName' failed to satisfy constraint: "
            r"Member must satisfy regular expression pattern: [\w+=,.@-]*",
        ),
        (
            {"DurationSeconds": 43201},
            "1 validation error detected: Value '43201' at 'durationSeconds' failed to satisfy constraint: "
            "Member must have value less than or equal to 43200",
        ),
        (
            {"SourceIdentity": "ann!", "ExternalId": "a b"},
            "2 validation errors detected: Value 'a b' at 'externalId' failed to satisfy constraint: "
            r"Member must satisfy regular expression pattern: [\w+=,.@:\/-]*; "
            "Value 'ann!' at 'sourceIdentity' failed to satisfy constraint: "
            r"Member must satisfy regular expression pattern: [\w+=,.@-]*",
        ),
    ],
)
def test_values_that_the_model_does_not_allow_are_named(
    caller: Caller, parameters: dict[str, Any], message: str
) -> None:
    given = {"RoleArn": make_role(caller), "RoleSessionName": "ann"} | parameters
    code, found, status = refused(caller.client("sts").assume_role, **given)
    # The order of several is that of the parameters as they were sent.
    assert (code, sorted(found), status) == ("ValidationError", sorted(message), 400)


def test_a_session_policy_has_a_longest_length(caller: Caller) -> None:
    policy = NOTHING_BUT_LISTING + " " * 2048
    arn = make_role(caller)
    code, message, _ = refused(caller.client("sts").assume_role, RoleArn=arn, RoleSessionName="ann", Policy=policy)
    assert (code, message[-49:]) == ("ValidationError", "Member must have length less than or equal to 2048"[-49:])


def test_session_policies_and_tags_are_packed(caller: Caller) -> None:
    policy = NOTHING_BUT_LISTING
    managed = [{"arn": "arn:aws:iam::aws:policy/ReadOnlyAccess"}]
    tags = [{"Key": "Team", "Value": "blue"}, {"Key": "Cost", "Value": "7"}]
    answer = assume(caller, make_role(caller), Policy=policy, PolicyArns=managed, Tags=tags, TransitiveTagKeys=["team"])
    assert 1 <= answer["PackedPolicySize"] <= 20
    session = session_of(caller, answer["Credentials"]).session
    assert (session.policies, session.policy_arns) == ((policy,), ("arn:aws:iam::aws:policy/ReadOnlyAccess",))
    assert (session.tags, session.transitive) == ({"Team": "blue", "Cost": "7"}, ("Team",))


@pytest.mark.parametrize(
    ("parameters", "code"),
    [
        ({"Policy": "{"}, "MalformedPolicyDocument"),
        ({"Policy": INCOMPLETE}, "MalformedPolicyDocument"),
        ({"PolicyArns": [{"arn": "arn:aws:iam::aws:policy/NoSuchPolicy"}]}, "ValidationError"),
        ({"Tags": [{"Key": "a", "Value": "1"}, {"Key": "A", "Value": "2"}]}, "ValidationError"),
        ({"Tags": [{"Key": "aws:a", "Value": "1"}]}, "ValidationError"),
        ({"Tags": [{"Key": "a", "Value": "1"}], "TransitiveTagKeys": ["b"]}, "ValidationError"),
        ({"Tags": [{"Key": f"{n:0100}", "Value": secrets.token_hex(128)} for n in range(50)]}, "PackedPolicyTooLarge"),
    ],
)
def test_what_a_session_cannot_carry_is_refused(caller: Caller, parameters: dict[str, Any], code: str) -> None:
    arn = make_role(caller)
    assert refused(caller.client("sts").assume_role, RoleArn=arn, RoleSessionName="ann", **parameters)[0] == code


def test_a_role_is_assumed_with_a_one_time_password(caller: Caller) -> None:
    arn, user_id = make_role(caller), caller.client("iam").get_user()["User"]["UserId"]
    serial, seed = make_device(caller, user_id)
    answer = assume(caller, arn, SerialNumber=serial, TokenCode=code_of(seed))
    assert session_of(caller, answer["Credentials"]).session.mfa_at is not None


# GetSessionToken


def test_a_user_begins_a_session(caller: Caller) -> None:
    before = datetime.now(UTC).replace(microsecond=0)
    credentials = caller.client("sts").get_session_token()["Credentials"]
    assert timedelta(hours=12) <= credentials["Expiration"] - before <= timedelta(hours=12, seconds=10)
    own = caller.client("sts").get_caller_identity()
    found = client_with(caller, credentials).get_caller_identity()
    assert [found[name] for name in ("UserId", "Arn")] == [own[name] for name in ("UserId", "Arn")]


def test_iam_takes_a_users_session_only_with_a_one_time_password(caller: Caller) -> None:
    plain = caller.client("sts").get_session_token()["Credentials"]
    assert refused(client_with(caller, plain, "iam").list_users)[0] == "InvalidClientTokenId"
    serial, seed = make_device(caller, caller.client("iam").get_user()["User"]["UserId"])
    proven = caller.client("sts").get_session_token(SerialNumber=serial, TokenCode=code_of(seed))["Credentials"]
    assert client_with(caller, proven, "iam").list_users()["Users"]


def test_a_one_time_password_counts_once(caller: Caller) -> None:
    serial, seed = make_device(caller, caller.client("iam").get_user()["User"]["UserId"])
    begin, code = caller.client("sts").get_session_token, code_of(seed)
    begin(SerialNumber=serial, TokenCode=code)
    worlds.drop(caller.account.environment_id)
    message = "MultiFactorAuthentication failed with invalid MFA one time pass code. "
    assert refused(begin, SerialNumber=serial, TokenCode=code) == ("AccessDenied", message, 403)


def test_the_device_must_be_the_callers(caller: Caller) -> None:
    serial, seed = make_device(caller, "AIDASOMEBODYELSE")
    begin = caller.client("sts").get_session_token
    code, message, status = refused(begin, SerialNumber=serial, TokenCode=code_of(seed))
    assert (code, status) == ("AccessDenied", 403)
    assert "associated with this user" in message
    assert refused(begin, SerialNumber=serial)[0] == "AccessDenied"
    assert refused(begin, TokenCode=code_of(seed))[0] == "AccessDenied"


def test_a_session_begins_no_other_of_a_user(caller: Caller) -> None:
    credentials = caller.client("sts").get_session_token()["Credentials"]
    found = refused(client_with(caller, credentials).get_session_token)
    assert found == ("AccessDenied", "Cannot call GetSessionToken with session credentials", 403)


@pytest.mark.parametrize(
    ("operation", "parameters"),
    [
        ("get_federation_token", {"Name": "bob"}),
        ("get_access_key_info", {"AccessKeyId": "AKIAIOSFODNN7EXAMPLE"}),
        ("decode_authorization_message", {"EncodedMessage": "x"}),
    ],
)
def test_a_users_session_may_ask_sts_for_little(caller: Caller, operation: str, parameters: dict[str, Any]) -> None:
    credentials = caller.client("sts").get_session_token()["Credentials"]
    sts = client_with(caller, credentials)
    assert refused(getattr(sts, operation), **parameters)[0] == "AccessDenied"


# GetFederationToken


def test_a_federated_user_is_somebody_else(caller: Caller) -> None:
    answer = caller.client("sts").get_federation_token(Name="bob", DurationSeconds=900)
    account = caller.account.pk
    federated = {"FederatedUserId": f"{account}:bob", "Arn": f"arn:aws:sts::{account}:federated-user/bob"}
    assert answer["FederatedUser"] == federated
    identity = client_with(caller, answer["Credentials"]).get_caller_identity()
    assert (identity["UserId"], identity["Arn"]) == (federated["FederatedUserId"], federated["Arn"])
    assert refused(client_with(caller, answer["Credentials"], "iam").list_users)[0] == "InvalidClientTokenId"


# Keys and messages


def test_a_key_tells_its_account(caller: Caller) -> None:
    sts = caller.client("sts")
    temporary = sts.get_session_token()["Credentials"]["AccessKeyId"]
    for key in (caller.credentials.access_key_id, temporary):
        assert sts.get_access_key_info(AccessKeyId=key)["Account"] == caller.account.pk


def test_a_key_of_nobody_tells_nothing(caller: Caller) -> None:
    ask, elsewhere = caller.client("sts").get_access_key_info, make_caller().credentials.access_key_id
    for key in ("AKIAIOSFODNN7EXAMPLE", elsewhere, "A" * 20, "AKIA111111111111"):
        assert refused(ask, AccessKeyId=key)[::2] == ("ValidationError", 400)


def test_an_authorization_message_is_decoded(caller: Caller) -> None:
    message = {"allowed": False, "context": {"action": "ec2:RunInstances"}}
    encoded = authorization_messages.seal_message(message)
    assert "RunInstances" not in encoded
    decoded = caller.client("sts").decode_authorization_message(EncodedMessage=encoded)["DecodedMessage"]
    assert json.loads(decoded) == message


@pytest.mark.parametrize("encoded", ["x", "é", "AAAA", "A" * 10240])
def test_what_is_no_authorization_message_is_not_decoded(caller: Caller, encoded: str) -> None:
    found = refused(caller.client("sts").decode_authorization_message, EncodedMessage=encoded)
    assert found[::2] == ("InvalidAuthorizationMessageException", 400)
