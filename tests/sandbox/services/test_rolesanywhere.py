"""Roles Anywhere: trust anchors and profiles are kept, and certificates begin sessions that work."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import boto3
import pytest
from botocore.config import Config
from cryptography import x509

from sandbox import gateway, trail, worlds
from sandbox.models import Event
from sandbox.wire import Response
from tests.sandbox.actors import make_user, refused
from tests.sandbox.certificates import (
    Identity,
    make_authority,
    make_crl,
    make_identity,
    name_of,
    rsa_key,
    signed_request,
)
from tests.sandbox.conftest import Caller, make_caller

CA = make_authority("Test CA", key=rsa_key("ca"), ORGANIZATION_NAME="Example")
SERVER = make_identity("build-server", issuer=CA, serial_number=0x1F71C5, ORGANIZATIONAL_UNIT_NAME="Builds")
ACTIONS = ["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"]


def trust(actions: Any = ACTIONS, service: str = "rolesanywhere.amazonaws.com", **condition: Any) -> str:
    statement = {"Effect": "Allow", "Principal": {"Service": service}, "Action": actions}
    return json.dumps(
        {"Version": "2012-10-17", "Statement": [statement | ({"Condition": condition} if condition else {})]}
    )


def anchor_of(caller: Caller, authority: Identity = CA, **options: Any) -> str:
    source = {"sourceType": "CERTIFICATE_BUNDLE", "sourceData": {"x509CertificateData": authority.pem}}
    made = caller.client("rolesanywhere").create_trust_anchor(
        **{"name": "ca", "source": source, "enabled": True} | options
    )
    return str(made["trustAnchor"]["trustAnchorArn"])


def _message(error: dict[str, str]) -> str:
    # Denials spell it with a capital.
    return error.get("message") or error["Message"]


class Setting:
    """An account with a role, a profile and a trust anchor."""

    def __init__(self, caller: Caller, trust_policy: str = "", **profile: Any) -> None:
        self.caller = caller
        iam = caller.client("iam")
        role = iam.create_role(RoleName="deploy", AssumeRolePolicyDocument=trust_policy or trust())["Role"]
        iam.attach_role_policy(RoleName="deploy", PolicyArn="arn:aws:iam::aws:policy/AdministratorAccess")
        self.role_arn = role["Arn"]
        self.anchor_arn = anchor_of(caller)
        self.rolesanywhere = caller.client("rolesanywhere")
        made = self.rolesanywhere.create_profile(
            **{"name": "builds", "roleArns": [self.role_arn], "enabled": True} | profile
        )
        self.profile = made["profile"]

    def ask(self, identity: Identity = SERVER, body: dict[str, Any] | None = None, **options: Any) -> Response:
        arns = {
            "profileArn": self.profile["profileArn"],
            "roleArn": self.role_arn,
            "trustAnchorArn": self.anchor_arn,
        } | options.pop("arns", {})
        given = json.dumps((body or {}) | ({} if "query" in options else arns)).encode()
        return gateway.handle(signed_request(identity, body=given, **options))

    def refusal(self, *arguments: Any, **options: Any) -> tuple[int, str, str]:
        response = self.ask(*arguments, **options)
        headers = {name.lower(): value for name, value in response.headers}
        return response.status, headers["x-amzn-errortype"].partition(":")[0], _message(json.loads(response.body))

    def client(self, response: Response, service: str = "sts") -> Any:
        credentials = json.loads(response.body)["credentialSet"][0]["credentials"]
        made = boto3.session.Session().client(
            service,
            region_name="eu-central-1",
            aws_access_key_id=credentials["accessKeyId"],
            aws_secret_access_key=credentials["secretAccessKey"],
            aws_session_token=credentials["sessionToken"],
            config=Config(retries={"total_max_attempts": 1}),
        )
        made.meta.events.register_last("before-send", self.caller._send)
        return made


# Sessions


def test_a_certificate_begins_a_session_that_works(caller: Caller) -> None:
    setting = Setting(caller)
    response = setting.ask()
    assert response.status == 201
    answer = json.loads(response.body)
    entry = answer["credentialSet"][0]
    arn = f"arn:aws:sts::{caller.account.pk}:assumed-role/deploy/1f71c5"
    assert entry["assumedRoleUser"]["arn"] == arn
    assert (entry["roleArn"], entry["sourceIdentity"]) == (setting.role_arn, "build-server")
    ends = datetime.fromisoformat(entry["credentials"]["expiration"])
    assert timedelta(minutes=59) < ends - datetime.now(UTC) <= timedelta(hours=1)
    assert setting.client(response).get_caller_identity()["Arn"] == arn
    assert setting.client(response, "sqs").create_queue(QueueName="a")["QueueUrl"]
    subject = setting.rolesanywhere.list_subjects()["subjects"][0]
    assert subject["subjectArn"] == answer["subjectArn"]
    shown = setting.rolesanywhere.get_subject(subjectId=subject["subjectId"])["subject"]["credentials"]
    assert [one["serialNumber"] for one in shown] == [str(0x1F71C5)]


def test_a_key_of_rsa_and_an_intermediate_authority_will_do(caller: Caller) -> None:
    middle = make_authority("Middle", issuer=CA)
    leaf = make_identity("build-server", issuer=middle, key=rsa_key("leaf"))
    assert Setting(caller).ask(leaf, chain=(middle,)).status == 201


def test_the_arns_may_be_in_the_address_and_the_endpoint_ours(caller: Caller) -> None:
    setting = Setting(caller)
    arns = {"profileArn": setting.profile["profileArn"], "roleArn": setting.role_arn}
    query = arns | {"trustAnchorArn": setting.anchor_arn}
    assert setting.ask(query=query).status == 201
    assert setting.ask(host="testserver", mount="/aws").status == 201


def test_the_trail_has_the_session_without_its_secret(caller: Caller) -> None:
    assert Setting(caller).ask().status == 201
    trail.recorder.flush()
    record = Event.objects.get(event_name="CreateSession").record
    assert (record["eventSource"], record["recipientAccountId"]) == ("rolesanywhere.amazonaws.com", caller.account.pk)
    credentials = record["responseElements"]["credentialSet"][0]["credentials"]
    assert (credentials["secretAccessKey"], credentials["sessionToken"]) == (trail.HIDDEN, trail.HIDDEN)


def test_an_hour_may_be_less_and_the_profile_bounds_it(caller: Caller) -> None:
    setting = Setting(caller, durationSeconds=1800)

    def lasts(**body: Any) -> float:
        answer = json.loads(setting.ask(body=body).body)
        ends = datetime.fromisoformat(answer["credentialSet"][0]["credentials"]["expiration"])
        return round((ends - datetime.now(UTC)).total_seconds() / 100) * 100

    assert [lasts(), lasts(durationSeconds=900), lasts(durationSeconds=7200)] == [1800, 900, 1800]
    assert setting.refusal(body={"durationSeconds": 60})[:2] == (400, "ValidationException")


def test_the_role_bounds_it_too(caller: Caller) -> None:
    assert "MaxSessionDuration" in Setting(caller, durationSeconds=7200).refusal()[2]


@pytest.mark.parametrize(
    ("policy", "opens"),
    [
        (trust(), True),
        (trust(service="ec2.amazonaws.com"), False),
        (trust(["sts:AssumeRole"]), False),
        (trust(["sts:AssumeRole", "sts:TagSession"]), False),
        (trust(StringEquals={"aws:PrincipalTag/x509Subject/CN": "build-server"}), True),
        (trust(StringEquals={"aws:PrincipalTag/x509Subject/CN": "another"}), False),
        (trust(StringEquals={"aws:PrincipalTag/x509Subject/OU": "Builds"}), True),
        (trust(StringEquals={"aws:PrincipalTag/x509Issuer/O": "Example"}), True),
        (trust(StringEquals={"aws:PrincipalTag/x509SAN/DNS": "a.example"}), False),
        (trust(StringLike={"sts:SourceIdentity": "build-*"}), True),
        (trust(StringLike={"sts:SourceIdentity": "deploy-*"}), False),
        (trust(ArnLike={"aws:SourceArn": "arn:aws:rolesanywhere:*:*:trust-anchor/*"}), True),
        (trust(ArnLike={"aws:SourceArn": "arn:aws:rolesanywhere:eu-west-1:*:trust-anchor/*"}), False),
        (trust(Null={"aws:MultiFactorAuthPresent": "true"}), True),
    ],
)
def test_the_roles_trust_policy_decides(caller: Caller, policy: str, opens: bool) -> None:
    setting = Setting(caller, policy)
    expected = (403, "AccessDeniedException", f"Unable to assume role for {setting.role_arn}")
    assert setting.ask().status == 201 if opens else setting.refusal() == expected


def test_a_refusal_is_explained(caller: Caller) -> None:
    Setting(caller, trust(StringEquals={"aws:PrincipalTag/x509Subject/CN": "another"})).ask()
    trail.recorder.flush()
    decision = Event.objects.get(event_name="CreateSession").decision
    assert decision["needs"][0]["context"]["aws:principaltag/x509subject/cn"] == ["build-server"]


def test_tags_and_policies_bound_what_the_session_may(caller: Caller) -> None:
    condition = {"StringEquals": {"aws:PrincipalTag/x509Subject/OU": "Builds"}}
    policy = {"Effect": "Allow", "Action": "sqs:ListQueues", "Resource": "*", "Condition": condition}
    setting = Setting(caller, sessionPolicy=json.dumps({"Version": "2012-10-17", "Statement": [policy]}))
    setting.client(setting.ask(), "sqs").list_queues()
    assert refused(setting.client(setting.ask(), "sqs").create_queue, QueueName="a")[0] == "AccessDenied"
    other = setting.ask(make_identity("build-server", issuer=CA, ORGANIZATIONAL_UNIT_NAME="Tests"))
    assert refused(setting.client(other, "sqs").list_queues)[0] == "AccessDenied"


def test_managed_policies_bound_it_likewise(caller: Caller) -> None:
    setting = Setting(caller, managedPolicyArns=["arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"])
    setting.client(setting.ask(), "s3").list_buckets()
    assert refused(setting.client(setting.ask(), "sqs").list_queues)[0] == "AccessDenied"


def test_mappings_say_what_becomes_a_tag(caller: Caller) -> None:
    names = [
        x509.DNSName("a.example"),
        x509.DNSName("b.example"),
        x509.UniformResourceIdentifier("spiffe://x/y"),
        x509.DirectoryName(name_of(COMMON_NAME="inner")),
    ]
    leaf = make_identity("build-server", issuer=CA, names=names)

    def tags_of(setting: Setting) -> set[str]:
        setting.ask(leaf)
        trail.recorder.flush()
        needs = Event.objects.filter(event_name="CreateSession").order_by("-id")[0].decision["needs"]
        return {
            f"{key}={values[0]}" for key, values in needs[0]["context"].items() if key.startswith("aws:principaltag")
        }

    setting = Setting(caller)
    prefix = "aws:principaltag/x509"
    san = {f"{prefix}san/dns=a.example", f"{prefix}san/uri=spiffe://x/y", f"{prefix}san/name/cn=inner"}
    issuer = {f"{prefix}issuer/cn=Test CA", f"{prefix}issuer/o=Example"}
    assert tags_of(setting) == {f"{prefix}subject/cn=build-server"} | san | issuer
    profile_id = setting.profile["profileId"]
    rules = [{"specifier": "URI"}]
    setting.rolesanywhere.put_attribute_mapping(profileId=profile_id, certificateField="x509SAN", mappingRules=rules)
    setting.rolesanywhere.delete_attribute_mapping(profileId=profile_id, certificateField="x509Issuer")
    assert tags_of(setting) == {f"{prefix}subject/cn=build-server", f"{prefix}san/uri=spiffe://x/y"}


@pytest.mark.parametrize(
    ("identity", "reason"),
    [
        (make_identity(), "No trust chain"),
        (make_identity(issuer=make_authority("Test CA", ORGANIZATION_NAME="Example")), "No trust chain"),
        (make_identity(issuer=CA, usage="key_agreement"), "Digital Signature"),
        (make_identity(issuer=CA, starts=timedelta(days=-9), lasts=timedelta(days=8)), "expired"),
        (replace(make_identity(issuer=CA), key=make_identity().key), "The signature is not"),
    ],
)
def test_certificates_that_prove_nothing_are_refused(caller: Caller, identity: Identity, reason: str) -> None:
    status, code, message = Setting(caller).refusal(identity)
    assert (status, code) == (403, "AccessDeniedException")
    assert message.startswith("Untrusted signing certificate") and reason in message


def test_validity_goes_by_the_environments_clock(caller: Caller) -> None:
    setting = Setting(caller)
    leaf = make_identity("build-server", issuer=CA, lasts=timedelta(days=30))
    assert setting.ask(leaf).status == 201
    world = worlds.opened(caller.account.environment_id)
    world.native("clock")["ahead"] = 40 * 86400
    assert "expired" in setting.refusal(leaf)[2]


def test_a_signature_is_fresh_by_the_real_clock(caller: Caller) -> None:
    status, code, _ = Setting(caller).refusal(when=datetime.now(UTC) - timedelta(minutes=20))
    assert (status, code) == (403, "InvalidSignatureException")


def test_a_revoked_certificate_is_refused_while_the_list_is_on(caller: Caller) -> None:
    setting = Setting(caller)
    data = make_crl(CA, SERVER)
    made = setting.rolesanywhere.import_crl(name="crl", crlData=data, trustAnchorArn=setting.anchor_arn, enabled=True)
    assert "revoked" in setting.refusal()[2]
    crl_id = made["crl"]["crlId"]
    setting.rolesanywhere.disable_crl(crlId=crl_id)
    assert setting.ask().status == 201
    setting.rolesanywhere.enable_crl(crlId=crl_id)
    setting.rolesanywhere.update_crl(crlId=crl_id, crlData=make_crl(CA), name="empty")
    assert setting.ask().status == 201
    assert [one["name"] for one in setting.rolesanywhere.list_crls()["crls"]] == ["empty"]
    assert setting.rolesanywhere.get_crl(crlId=crl_id)["crl"]["crlData"].startswith(b"-----BEGIN X509 CRL")
    setting.rolesanywhere.delete_crl(crlId=crl_id)
    assert refused(setting.rolesanywhere.get_crl, crlId=crl_id)[0] == "ResourceNotFoundException"


def test_a_list_that_the_anchor_did_not_sign_is_refused(caller: Caller) -> None:
    setting = Setting(caller)
    stranger = make_crl(make_authority("Test CA", ORGANIZATION_NAME="Example"), SERVER)
    call = setting.rolesanywhere.import_crl
    assert refused(call, name="crl", crlData=stranger, trustAnchorArn=setting.anchor_arn)[0] == "ValidationException"
    assert refused(call, name="crl", crlData=b"-----no", trustAnchorArn=setting.anchor_arn)[0] == "ValidationException"


def test_switches_close_and_open(caller: Caller) -> None:
    setting = Setting(caller)
    profile_id, anchor_id = setting.profile["profileId"], setting.anchor_arn.rpartition("/")[2]
    setting.rolesanywhere.disable_profile(profileId=profile_id)
    assert setting.refusal()[:2] == (403, "AccessDeniedException")
    setting.rolesanywhere.enable_profile(profileId=profile_id)
    setting.rolesanywhere.disable_trust_anchor(trustAnchorId=anchor_id)
    assert setting.refusal()[:2] == (403, "AccessDeniedException")
    setting.rolesanywhere.enable_trust_anchor(trustAnchorId=anchor_id)
    assert setting.ask().status == 201


def test_what_does_not_fit_together_is_refused(caller: Caller) -> None:
    setting = Setting(caller)
    other = Setting(make_caller())
    missing_id = str(uuid4())
    account = caller.account.pk
    cases = [
        ({"roleArn": f"arn:aws:iam::{account}:role/other"}, "AccessDeniedException"),
        ({"profileArn": other.profile["profileArn"]}, "ResourceNotFoundException"),
        ({"trustAnchorArn": other.anchor_arn}, "ResourceNotFoundException"),
        (
            {"trustAnchorArn": f"arn:aws:rolesanywhere:eu-central-1:{account}:trust-anchor/{missing_id}"},
            "ResourceNotFoundException",
        ),
        (
            {"trustAnchorArn": f"arn:aws:rolesanywhere:eu-central-1:999999999999:trust-anchor/{missing_id}"},
            "ResourceNotFoundException",
        ),
        ({"trustAnchorArn": "x"}, "ValidationException"),
        ({"profileArn": None}, "ValidationException"),
    ]
    assert [setting.refusal(arns=arns)[1] for arns, _ in cases] == [code for _, code in cases]
    assert setting.refusal(region="us-east-1")[1] == "ResourceNotFoundException"


def test_an_access_key_and_nobody_begin_no_session(caller: Caller) -> None:
    setting = Setting(caller)
    arns = {"profileArn": setting.profile["profileArn"], "roleArn": setting.role_arn}
    body = json.dumps(arns | {"trustAnchorArn": setting.anchor_arn}).encode()
    request = signed_request(SERVER, body=body)
    unsigned = replace(request, headers=tuple(one for one in request.headers if one[0] != "authorization"))
    assert gateway.handle(unsigned).status == 403


def test_a_name_of_the_session_is_taken_if_the_profile_says_so(caller: Caller) -> None:
    setting = Setting(caller)
    assert setting.refusal(body={"roleSessionName": "nightly"})[1] == "AccessDeniedException"
    setting.rolesanywhere.update_profile(profileId=setting.profile["profileId"], acceptRoleSessionName=True)
    answer = json.loads(setting.ask(body={"roleSessionName": "nightly"}).body)
    assert answer["credentialSet"][0]["assumedRoleUser"]["arn"].endswith("/deploy/nightly")
    assert setting.refusal(body={"roleSessionName": "a b"})[1] == "ValidationException"


# What is kept


def test_a_trust_anchor_lives(caller: Caller) -> None:
    client = caller.client("rolesanywhere")
    arn = anchor_of(caller, enabled=False, tags=[{"key": "team", "value": "blue"}])
    anchor_id = arn.rpartition("/")[2]
    shown = client.get_trust_anchor(trustAnchorId=anchor_id)["trustAnchor"]
    assert (shown["name"], shown["enabled"]) == ("ca", False)
    assert [one["threshold"] for one in shown["notificationSettings"]] == [45, 45]
    other = make_authority("Other").pem
    source = {"sourceType": "CERTIFICATE_BUNDLE", "sourceData": {"x509CertificateData": other}}
    changed = client.update_trust_anchor(trustAnchorId=anchor_id, name="new", source=source)["trustAnchor"]
    assert (changed["name"], changed["source"]) == ("new", source)
    setting = {"event": "CA_CERTIFICATE_EXPIRY", "enabled": False, "threshold": 10}
    client.put_notification_settings(trustAnchorId=anchor_id, notificationSettings=[setting])
    worlds.drop(caller.account.environment_id)
    stored = client.list_trust_anchors()["trustAnchors"][0]["notificationSettings"]
    assert [(one["threshold"], one["enabled"]) for one in stored] == [(10, False), (45, True)]
    keys = [{"event": "CA_CERTIFICATE_EXPIRY"}]
    reset = client.reset_notification_settings(trustAnchorId=anchor_id, notificationSettingKeys=keys)["trustAnchor"]
    assert reset["notificationSettings"] == shown["notificationSettings"]
    assert client.list_tags_for_resource(resourceArn=arn)["tags"] == [{"key": "team", "value": "blue"}]
    client.tag_resource(resourceArn=arn, tags=[{"key": "a", "value": "b"}])
    client.untag_resource(resourceArn=arn, tagKeys=["team"])
    assert client.list_tags_for_resource(resourceArn=arn)["tags"] == [{"key": "a", "value": "b"}]
    client.delete_trust_anchor(trustAnchorId=anchor_id)
    assert refused(client.get_trust_anchor, trustAnchorId=anchor_id)[:2] == ("ResourceNotFoundException", 404)
    assert refused(client.list_tags_for_resource, resourceArn=arn)[0] == "ResourceNotFoundException"


@pytest.mark.parametrize(
    "source",
    [
        {
            "sourceType": "AWS_ACM_PCA",
            "sourceData": {"acmPcaArn": "arn:aws:acm-pca:eu-central-1:1:certificate-authority/a"},
        },
        {"sourceType": "CERTIFICATE_BUNDLE", "sourceData": {"x509CertificateData": "x"}},
        {"sourceType": "CERTIFICATE_BUNDLE", "sourceData": {"x509CertificateData": SERVER.pem}},
        {"sourceType": "CERTIFICATE_BUNDLE"},
    ],
)
def test_only_certificate_authorities_are_trusted(caller: Caller, source: dict[str, Any]) -> None:
    call = caller.client("rolesanywhere").create_trust_anchor
    assert refused(call, name="ca", source=source)[:2] == ("ValidationException", 400)


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": "a/b"},
        {"roleArns": ["arn:aws:iam::111122223333:user/a"]},
        {"durationSeconds": 899},
        {"durationSeconds": 43201},
        {"sessionPolicy": '{"Statement": 1}'},
        {"managedPolicyArns": ["arn:aws:iam::aws:role/x"]},
        {"tags": [{"key": "aws:a", "value": ""}]},
        {"tags": [{"key": "!", "value": ""}]},
    ],
)
def test_profiles_that_cannot_be_are_refused(caller: Caller, wrong: dict[str, Any]) -> None:
    call = caller.client("rolesanywhere").create_profile
    given = {"name": "builds", "roleArns": [f"arn:aws:iam::{caller.account.pk}:role/a"]} | wrong
    with_any = caller.client("rolesanywhere")
    with_any._serializer = with_any._serializer._serializer
    assert refused(with_any.create_profile, **given)[0] == "ValidationException"
    assert call.__self__.list_profiles()["profiles"] == []


def test_a_profile_lives_and_lists_have_pages(caller: Caller) -> None:
    client, role = caller.client("rolesanywhere"), f"arn:aws:iam::{caller.account.pk}:role/a"
    made = [client.create_profile(name=f"p{number}", roleArns=[role])["profile"] for number in range(3)]
    first = client.list_profiles(pageSize=2)
    second = client.list_profiles(pageSize=2, nextToken=first["nextToken"])
    assert [one["name"] for one in first["profiles"] + second["profiles"]] == ["p0", "p1", "p2"]
    assert "nextToken" not in second
    assert refused(client.list_profiles, nextToken="x")[0] == "ValidationException"
    profile_id = made[0]["profileId"]
    assert (made[0]["durationSeconds"], made[0]["enabled"]) == (3600, False)
    changed = client.update_profile(profileId=profile_id, durationSeconds=900)["profile"]
    assert (changed["durationSeconds"], changed["roleArns"]) == (900, [role])
    assert client.delete_profile(profileId=profile_id)["profile"]["name"] == "p0"
    assert refused(client.get_profile, profileId=profile_id)[0] == "ResourceNotFoundException"
    assert refused(client.get_subject, subjectId=str(uuid4()))[0] == "ResourceNotFoundException"


def test_who_may_not_is_refused(caller: Caller) -> None:
    code, status, message = refused(make_user(caller, "bob").client("rolesanywhere").list_profiles)
    assert (code, status) == ("AccessDeniedException", 403)
    assert "rolesanywhere:ListProfiles" in message


def test_another_account_and_region_have_their_own(caller: Caller) -> None:
    anchor_of(caller)
    assert caller.client("rolesanywhere", region="eu-west-1").list_trust_anchors()["trustAnchors"] == []
    assert make_caller().client("rolesanywhere").list_trust_anchors()["trustAnchors"] == []
