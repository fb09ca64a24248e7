"""Sessions from end to end: who may begin one, and what it may do then."""

import json
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from botocore import UNSIGNED
from botocore.config import Config

from sandbox import clock, identity_provider, mfa
from sandbox.environments import create_environment, open_identity_provider
from sandbox.federation import saml
from sandbox.identity_provider import Grant
from tests.sandbox.actors import allow, make_user, refused
from tests.sandbox.conftest import Caller, make_caller
from tests.sandbox.services.test_sts import client_with, code_of, make_device, session_of, world_of

HOST = "token.actions.githubusercontent.com"
SUBJECT = "repo:octo/app:ref:refs/heads/main"
ASSUME = allow("sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity")


def make_role(
    admin: Caller,
    name: str,
    principal: Any,
    *policies: dict[str, Any],
    action: Any = ("sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"),
    condition: dict[str, Any] | None = None,
    **parameters: Any,
) -> str:
    """A role that trusts a principal, with inline policies; returns its ARN."""
    statement = {"Effect": "Allow", "Principal": principal, "Action": list(action), "Condition": condition or {}}
    trust = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    iam = admin.client("iam")
    made = iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust, **parameters)["Role"]
    for number, policy in enumerate(policies):
        iam.put_role_policy(RoleName=name, PolicyName=f"inline-{number}", PolicyDocument=json.dumps(policy))
    return str(made["Arn"])


def arn_of(caller: Caller) -> str:
    return str(caller.client("sts").get_caller_identity()["Arn"])


def assume(client: Any, role_arn: str, name: str = "work", **parameters: Any) -> dict[str, Any]:
    credentials: dict[str, Any] = client.assume_role(RoleArn=role_arn, RoleSessionName=name, **parameters)[
        "Credentials"
    ]
    return credentials


# Trust


def test_a_user_whom_the_role_trusts_assumes_it_and_has_its_rights_alone(caller: Caller) -> None:
    ann = make_user(caller, "ann", allow("s3:*"))
    role = make_role(caller, "queues", {"AWS": arn_of(ann)}, allow("sqs:CreateQueue"))
    session = assume(ann.client("sts"), role)
    assert client_with(caller, session, "sqs").create_queue(QueueName="jobs")["QueueUrl"].endswith("/jobs")
    code, _, message = refused(client_with(caller, session, "s3").list_buckets)
    assert code == "AccessDenied"
    assert f"User: arn:aws:sts::{caller.account.pk}:assumed-role/queues/work is not authorized" in message


def test_trust_in_the_account_needs_the_users_own_permission(caller: Caller) -> None:
    role = make_role(caller, "queues", {"AWS": caller.account.pk})
    without, allowed = make_user(caller, "ann"), make_user(caller, "bob", allow("sts:AssumeRole", resource=role))
    assert refused(without.client("sts").assume_role, RoleArn=role, RoleSessionName="work")[:2] == ("AccessDenied", 403)
    assume(allowed.client("sts"), role)


@pytest.mark.parametrize("name", ["missing", "Queues", "path/queues"])
def test_a_role_that_is_not_there_is_denied_like_one_that_trusts_nobody(caller: Caller, name: str) -> None:
    make_role(caller, "queues", {"AWS": caller.account.pk})
    arn = f"arn:aws:iam::{caller.account.pk}:role/{name}"
    code, status, message = refused(caller.client("sts").assume_role, RoleArn=arn, RoleSessionName="work")
    assert (code, status) == ("AccessDenied", 403)
    assert message == f"User: {arn_of(caller)} is not authorized to perform: sts:AssumeRole on resource: {arn}"


def test_an_account_outside_is_let_in_with_its_external_id(db: None) -> None:
    environment = create_environment(aliases=("main", "partner"))
    main, partner = (make_caller(environment.accounts.get(alias=alias)) for alias in ("main", "partner"))
    role = make_role(
        main,
        "audit",
        {"AWS": partner.account.pk},
        allow("sqs:ListQueues"),
        condition={"StringEquals": {"sts:ExternalId": "77"}},
    )
    sts = partner.client("sts")
    assert refused(sts.assume_role, RoleArn=role, RoleSessionName="work")[0] == "AccessDenied"
    assert refused(sts.assume_role, RoleArn=role, RoleSessionName="work", ExternalId="88")[0] == "AccessDenied"
    session = assume(sts, role, ExternalId="77")
    identity = client_with(partner, session).get_caller_identity()
    assert identity["Account"] == main.account.pk
    client_with(partner, session, "sqs").list_queues()


def test_an_environment_outside_is_not_reached(caller: Caller) -> None:
    stranger = make_caller()
    role = f"arn:aws:iam::{stranger.account.pk}:role/open"
    trust = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole"}]}
    stranger.client("iam").create_role(RoleName="open", AssumeRolePolicyDocument=json.dumps(trust))
    assert refused(caller.client("sts").assume_role, RoleArn=role, RoleSessionName="work")[0] == "AccessDenied"


def test_a_role_that_wants_a_one_time_password_gets_one(caller: Caller) -> None:
    ann = make_user(caller, "ann", ASSUME)
    role = make_role(
        caller, "admin", {"AWS": caller.account.pk}, condition={"Bool": {"aws:MultiFactorAuthPresent": "true"}}
    )
    sts = ann.client("sts")
    assert refused(sts.assume_role, RoleArn=role, RoleSessionName="work")[0] == "AccessDenied"
    serial, seed = make_device(caller, ann.client("sts").get_caller_identity()["UserId"])
    wrong = {"RoleArn": role, "RoleSessionName": "work", "SerialNumber": serial, "TokenCode": "000000"}
    assert refused(sts.assume_role, **wrong)[2] == mfa.WRONG_CODE
    session = assume(sts, role, SerialNumber=serial, TokenCode=code_of(seed))
    assert session_of(caller, session).session.mfa_at is not None


def test_a_users_session_with_a_password_passes_too(caller: Caller) -> None:
    ann = make_user(caller, "ann", ASSUME)
    condition = {"NumericLessThan": {"aws:MultiFactorAuthAge": "3600"}}
    role = make_role(caller, "admin", {"AWS": caller.account.pk}, condition=condition)
    plain = ann.client("sts").get_session_token()["Credentials"]
    assert refused(client_with(caller, plain).assume_role, RoleArn=role, RoleSessionName="work")[0] == "AccessDenied"
    serial, seed = make_device(caller, ann.client("sts").get_caller_identity()["UserId"])
    proven = ann.client("sts").get_session_token(SerialNumber=serial, TokenCode=code_of(seed))["Credentials"]
    assume(client_with(caller, proven), role)


# What a session carries


def test_a_session_policy_only_takes_away(caller: Caller) -> None:
    role = make_role(caller, "work", {"AWS": arn_of(caller)}, allow("sqs:*"))
    session = assume(caller.client("sts"), role, Policy=json.dumps(allow("sqs:ListQueues", "s3:*")))
    client_with(caller, session, "sqs").list_queues()
    message = refused(client_with(caller, session, "sqs").create_queue, QueueName="jobs")[2]
    assert "because no session policy allows the sqs:CreateQueue action" in message
    assert refused(client_with(caller, session, "s3").list_buckets)[0] == "AccessDenied"


def test_session_tags_are_principal_tags(caller: Caller) -> None:
    matching = allow("sqs:ListQueues", Condition={"StringEquals": {"aws:PrincipalTag/team": "blue"}})
    role = make_role(caller, "work", {"AWS": arn_of(caller)}, matching, Tags=[{"Key": "team", "Value": "red"}])
    sts = caller.client("sts")
    red = assume(sts, role)
    blue = assume(sts, role, Tags=[{"Key": "Team", "Value": "blue"}])
    assert refused(client_with(caller, red, "sqs").list_queues)[0] == "AccessDenied"
    client_with(caller, blue, "sqs").list_queues()


def test_tags_need_a_permission_of_their_own(caller: Caller) -> None:
    role = make_role(caller, "work", {"AWS": arn_of(caller)}, action=["sts:AssumeRole"])
    sts = caller.client("sts")
    assume(sts, role)
    given = {"RoleArn": role, "RoleSessionName": "work"}
    assert "sts:TagSession" in refused(sts.assume_role, **given, Tags=[{"Key": "a", "Value": "1"}])[2]
    assert "sts:SetSourceIdentity" in refused(sts.assume_role, **given, SourceIdentity="ann")[2]


# Chaining


def chained(caller: Caller, **first: Any) -> tuple[Any, str]:
    """A client with a session of one role, and the ARN of another that it may assume."""
    one = make_role(caller, "one", {"AWS": arn_of(caller)}, ASSUME, MaxSessionDuration=43200)
    two = make_role(caller, "two", {"AWS": one}, ASSUME, MaxSessionDuration=43200)
    return client_with(caller, assume(caller.client("sts"), one, **first)), two


def test_a_chained_session_lasts_an_hour_at_most(caller: Caller) -> None:
    first, two = chained(caller, DurationSeconds=43200)
    assume(first, two, DurationSeconds=3600)
    message = "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining"
    given = {"RoleArn": two, "RoleSessionName": "work", "DurationSeconds": 3601}
    assert refused(first.assume_role, **given) == ("ValidationError", 400, message)


def test_transitive_tags_and_the_source_identity_go_on(caller: Caller) -> None:
    tags = [{"Key": "team", "Value": "blue"}, {"Key": "shift", "Value": "night"}]
    first, two = chained(caller, Tags=tags, TransitiveTagKeys=["team"], SourceIdentity="ann")
    session = session_of(caller, assume(first, two, Tags=[{"Key": "job", "Value": "7"}])).session
    assert (session.tags, session.transitive) == ({"job": "7", "team": "blue"}, ("team",))
    assert session.source_identity == "ann"
    given = {"RoleArn": two, "RoleSessionName": "work"}
    assert refused(first.assume_role, **given, Tags=[{"Key": "TEAM", "Value": "red"}])[0] == "ValidationError"
    assert refused(first.assume_role, **given, SourceIdentity="bob")[0] == "AccessDenied"


def test_what_goes_on_must_be_allowed_by_the_next_role(caller: Caller) -> None:
    first, _ = chained(caller, SourceIdentity="ann")
    strict = make_role(
        caller, "strict", {"AWS": f"arn:aws:iam::{caller.account.pk}:role/one"}, action=["sts:AssumeRole"]
    )
    message = refused(first.assume_role, RoleArn=strict, RoleSessionName="work")[2]
    assert "is not authorized to perform: sts:SetSourceIdentity" in message


# Afterwards


def test_a_session_goes_by_the_environments_clock(caller: Caller) -> None:
    session = assume(caller.client("sts"), make_role(caller, "work", {"AWS": arn_of(caller)}), DurationSeconds=900)
    client_with(caller, session).get_caller_identity()
    world_of(caller).native(clock.STATE)["ahead"] = 901
    assert refused(client_with(caller, session).get_caller_identity)[:2] == ("ExpiredToken", 403)


def test_sessions_of_who_is_gone_may_do_nothing(caller: Caller) -> None:
    ann, iam = make_user(caller, "ann", allow("sqs:*")), caller.client("iam")
    of_user = ann.client("sts").get_session_token()["Credentials"]
    of_role = assume(caller.client("sts"), make_role(caller, "work", {"AWS": arn_of(caller)}, allow("sqs:*")))
    for session in (of_user, of_role):
        client_with(caller, session, "sqs").list_queues()
    iam.delete_role_policy(RoleName="work", PolicyName="inline-0")
    iam.delete_role(RoleName="work")
    iam.delete_access_key(UserName="ann", AccessKeyId=ann.credentials.access_key_id)
    iam.delete_user_policy(UserName="ann", PolicyName="inline-0")
    iam.delete_user(UserName="ann")
    for session in (of_user, of_role):
        assert refused(client_with(caller, session, "sqs").list_queues)[:2] == ("AccessDenied", 403)


def test_the_trail_tells_the_session(caller: Caller) -> None:
    role = make_role(caller, "work", {"AWS": arn_of(caller)}, allow("sqs:*"))
    session = assume(caller.client("sts"), role, SourceIdentity="ann@example.com")
    client_with(caller, session, "sqs").create_queue(QueueName="jobs")
    identity = caller.events()[-1].record["userIdentity"]
    assert (identity["type"], identity["accessKeyId"]) == ("AssumedRole", session["AccessKeyId"])
    assert identity["sessionContext"]["sessionIssuer"]["arn"] == role
    assert identity["sessionContext"]["sourceIdentity"] == "ann@example.com"


# Federated users


def test_a_federated_user_has_what_both_the_user_and_the_session_policy_allow(caller: Caller) -> None:
    ann = make_user(caller, "ann", allow("sts:GetFederationToken", "sqs:*"))
    policy = json.dumps(allow("sqs:ListQueues", "s3:ListAllMyBuckets"))
    session = ann.client("sts").get_federation_token(Name="bob", Policy=policy)["Credentials"]
    client_with(caller, session, "sqs").list_queues()
    assert refused(client_with(caller, session, "sqs").create_queue, QueueName="jobs")[0] == "AccessDenied"
    assert refused(client_with(caller, session, "s3").list_buckets)[0] == "AccessDenied"


def test_a_federated_user_without_a_session_policy_has_nothing(caller: Caller) -> None:
    session = caller.client("sts").get_federation_token(Name="bob")["Credentials"]
    assert refused(client_with(caller, session, "sqs").list_queues)[:2] == ("AccessDenied", 403)


def test_federating_needs_a_permission(caller: Caller) -> None:
    ann = make_user(caller, "ann")
    assert refused(ann.client("sts").get_federation_token, Name="bob")[:2] == ("AccessDenied", 403)
    ann.client("sts").get_session_token()


# Web identities and SAML users


def unsigned_client(caller: Caller) -> Any:
    made = boto3.session.Session().client(
        "sts",
        region_name="eu-central-1",
        config=Config(signature_version=UNSIGNED, retries={"total_max_attempts": 1}),
    )
    made.meta.events.register_last("before-send", caller._send)
    return made


def web_role(caller: Caller, subject: str = SUBJECT) -> str:
    provider = caller.client("iam").create_open_id_connect_provider(
        Url=f"https://{HOST}", ClientIDList=["sts.amazonaws.com"], ThumbprintList=["a" * 40]
    )["OpenIDConnectProviderArn"]
    condition = {"StringEquals": {f"{HOST}:aud": "sts.amazonaws.com", f"{HOST}:sub": subject}}
    action = ["sts:AssumeRoleWithWebIdentity"]
    return make_role(caller, "ci", {"Federated": provider}, allow("sqs:ListQueues"), action=action, condition=condition)


def web_token(caller: Caller, **claims: Any) -> str:
    world = open_identity_provider(caller.account.environment_id)
    given = {"iss": f"https://{HOST}", "sub": SUBJECT, "aud": "sts.amazonaws.com"} | claims
    return identity_provider.sign_jwt(world, given, now=datetime.now(UTC))


def test_a_web_identity_assumes_a_role(caller: Caller) -> None:
    role, token = web_role(caller), web_token(caller)
    answer = unsigned_client(caller).assume_role_with_web_identity(
        RoleArn=role, RoleSessionName="ci", WebIdentityToken=token, DurationSeconds=900
    )
    provider = f"arn:aws:iam::{caller.account.pk}:oidc-provider/{HOST}"
    told = {name: answer[name] for name in ("SubjectFromWebIdentityToken", "Audience", "Provider")}
    assert told == {"SubjectFromWebIdentityToken": SUBJECT, "Audience": "sts.amazonaws.com", "Provider": provider}
    client_with(caller, answer["Credentials"], "sqs").list_queues()
    assert client_with(caller, answer["Credentials"]).get_caller_identity()["Arn"].endswith("assumed-role/ci/ci")
    begun = next(one.record for one in caller.events() if one.event_name == "AssumeRoleWithWebIdentity")
    assert begun["userIdentity"]["identityProvider"] == provider
    assert token not in json.dumps(begun)


def test_a_web_identity_that_the_role_does_not_trust_is_denied(caller: Caller) -> None:
    role = web_role(caller, "repo:octo/app:ref:refs/heads/release")
    given = {"RoleArn": role, "RoleSessionName": "ci", "WebIdentityToken": web_token(caller)}
    found = refused(unsigned_client(caller).assume_role_with_web_identity, **given)
    assert found == ("AccessDenied", 403, "Not authorized to perform sts:AssumeRoleWithWebIdentity")


def test_tags_in_a_web_identity_token_need_their_permission(caller: Caller) -> None:
    tags = {"principal_tags": {"team": ["blue"]}}
    token = web_token(caller, **{"https://aws.amazon.com/tags": tags})
    given = {"RoleArn": web_role(caller), "RoleSessionName": "ci", "WebIdentityToken": token}
    found = refused(unsigned_client(caller).assume_role_with_web_identity, **given)
    assert found == ("AccessDenied", 403, "Not authorized to perform sts:TagSession")


@pytest.mark.parametrize("account_id", ["999999999998", "123"])
def test_an_account_that_is_not_there_authorizes_nobody(caller: Caller, account_id: str) -> None:
    given = {
        "RoleArn": f"arn:aws:iam::{account_id}:role/ci",
        "RoleSessionName": "ci",
        "WebIdentityToken": web_token(caller),
    }
    found = refused(unsigned_client(caller).assume_role_with_web_identity, **given)
    assert found == ("AccessDenied", 403, "Not authorized to perform sts:AssumeRoleWithWebIdentity")


def test_a_web_identity_call_names_what_the_model_does_not_allow(caller: Caller) -> None:
    given = {"RoleArn": web_role(caller), "RoleSessionName": "c i", "WebIdentityToken": web_token(caller)}
    code, status, message = refused(unsigned_client(caller).assume_role_with_web_identity, **given)
    assert (code, status) == ("ValidationError", 400)
    assert message.startswith("1 validation error detected: Value 'c i' at 'roleSessionName'")


def test_a_saml_user_assumes_a_role(caller: Caller) -> None:
    world = open_identity_provider(caller.account.environment_id)
    provider = caller.client("iam").create_saml_provider(
        Name="corporate", SAMLMetadataDocument=identity_provider.saml_metadata(world)
    )["SAMLProviderArn"]
    role = make_role(
        caller,
        "staff",
        {"Federated": provider},
        allow("sqs:ListQueues", Condition={"StringEquals": {"aws:PrincipalTag/team": "blue"}}),
        action=["sts:AssumeRoleWithSAML", "sts:TagSession"],
        condition={"StringEquals": {"SAML:sub_type": "persistent"}},
    )
    response = identity_provider.sign_assertion(
        open_identity_provider(caller.account.environment_id),
        grants=[Grant(role, provider)],
        session_name="ann",
        now=datetime.now(UTC),
        attributes={f"{saml.ATTRIBUTES}PrincipalTag:team": ["blue"]},
    )
    answer = unsigned_client(caller).assume_role_with_saml(RoleArn=role, PrincipalArn=provider, SAMLAssertion=response)
    assert (answer["Subject"], answer["SubjectType"]) == ("ann", "persistent")
    assert answer["Audience"] == "https://signin.aws.amazon.com/saml"
    assert answer["AssumedRoleUser"]["Arn"].endswith("assumed-role/staff/ann")
    assert answer["PackedPolicySize"] > 0
    client_with(caller, answer["Credentials"], "sqs").list_queues()
    begun = next(one.record for one in caller.events() if one.event_name == "AssumeRoleWithSAML")
    assert response not in json.dumps(begun)
