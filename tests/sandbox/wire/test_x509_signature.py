"""Certificates that prove who signed, and those that do not."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from sandbox import wire
from sandbox.wire import Request
from sandbox.wire.problems import MalformedAuthorization, SignatureExpired, UnsupportedAuthorization
from sandbox.wire.x509_signature import (
    CertificateProblem,
    Presented,
    is_revoked,
    read_bundle,
    read_presented,
    read_revocations,
    signed_by,
    verify,
    verify_trust,
)
from tests.sandbox.certificates import Identity, make_authority, make_crl, make_identity, rsa_key, signed_request

NOW = datetime.now(UTC)


def check(request: Request) -> None:
    authorization = wire.read_authorization(request, datetime.now(UTC))
    assert authorization is not None
    verify(request, authorization, read_presented(request).certificate)


def trusts(leaf: Identity, *chain: Identity, anchor: Identity, now: datetime = NOW) -> tuple[Any, ...]:
    presented = Presented(leaf.certificate, tuple(one.certificate for one in chain))
    return verify_trust(presented, (anchor.certificate,), now)


@pytest.mark.parametrize(
    "key", [None, rsa_key("leaf"), ec.generate_private_key(ec.SECP384R1())], ids=["P-256", "RSA", "P-384"]
)
def test_a_signature_of_the_certificates_key_is_believed(key: Any) -> None:
    check(signed_request(make_identity(key=key), query={"roleArn": "arn:aws:iam::1:role/a b"}, body=b'{"a": 1}'))


def _with_header(request: Request, name: str, value: str) -> Request:
    return replace(request, headers=tuple((key, value if key == name else old) for key, old in request.headers))


@pytest.mark.parametrize(
    "change",
    [
        lambda request: replace(request, body=b'{"durationSeconds": 43200}'),
        lambda request: replace(request, raw_query="roleArn=other"),
        lambda request: replace(request, raw_path="/session"),
        lambda request: _with_header(request, "x-amz-x509", make_identity(serial_number=77).der),
        lambda request: _with_header(request, "content-type", "text/plain"),
        lambda request: _with_header(request, "authorization", request.header("authorization")[:-2]),
        lambda request: _with_header(request, "authorization", request.header("authorization") + "zz"),
        lambda request: _with_header(request, "authorization", request.header("authorization").replace("EC", "R", 1)),
    ],
)
def test_a_request_that_was_changed_is_not_believed(change: Any) -> None:
    request = signed_request(make_identity(serial_number=77))
    check(request)
    with pytest.raises((CertificateProblem, UnsupportedAuthorization)):
        check(change(request))


def test_the_kind_of_key_and_the_algorithm_fit() -> None:
    request = signed_request(make_identity())
    claimed = request.header("authorization").replace("AWS4-X509-ECDSA-SHA256", "AWS4-X509-RSA-SHA256")
    with pytest.raises(CertificateProblem, match="not for the certificate's kind of key"):
        check(_with_header(request, "authorization", claimed))


@pytest.mark.parametrize("name", ["x-amz-x509", "x-amz-date", "x-amz-x509-chain"])
def test_what_proves_must_itself_be_signed(name: str) -> None:
    ca = make_authority()
    request = signed_request(make_identity(issuer=ca), chain=(ca,), unsigned=(name,))
    with pytest.raises(CertificateProblem, match=name):
        check(request)


def test_the_credential_names_the_serial_number() -> None:
    with pytest.raises(CertificateProblem, match="serial number"):
        check(signed_request(make_identity(), serial_number=5))


def test_an_old_signature_is_refused() -> None:
    with pytest.raises(SignatureExpired):
        check(signed_request(make_identity(), when=datetime.now(UTC) - timedelta(minutes=16)))


def test_other_services_take_no_certificates() -> None:
    request = signed_request(make_identity())
    elsewhere = request.header("authorization").replace("/rolesanywhere/", "/s3/")
    with pytest.raises(UnsupportedAuthorization):
        wire.read_authorization(_with_header(request, "authorization", elsewhere))


def test_a_header_without_parts_is_malformed() -> None:
    request = signed_request(make_identity())
    with pytest.raises(MalformedAuthorization):
        wire.read_authorization(_with_header(request, "authorization", "AWS4-X509-RSA-SHA256 Credential=1"))


@pytest.mark.parametrize("sent", ["", "!!", "aGVsbG8="])
def test_what_is_no_certificate_is_refused(sent: str) -> None:
    request = _with_header(signed_request(make_identity()), "x-amz-x509", sent)
    with pytest.raises(CertificateProblem):
        read_presented(request)


def test_no_more_than_five_certificates_come_along() -> None:
    ca = make_authority()
    with pytest.raises(CertificateProblem, match="more than 5"):
        read_presented(signed_request(make_identity(), chain=(ca,) * 6))


# Trust


def test_the_way_leads_over_intermediate_authorities() -> None:
    root = make_authority("Root", key=rsa_key("root"))
    middle = make_authority("Middle", issuer=root)
    leaf = make_identity(issuer=middle)
    stranger = make_authority("Stranger")
    way = trusts(leaf, stranger, root, middle, anchor=root)
    assert way == (leaf.certificate, middle.certificate, root.certificate)


def test_an_intermediate_authority_may_be_the_anchor() -> None:
    middle = make_authority("Middle", issuer=make_authority("Root"))
    leaf = make_identity(issuer=middle)
    assert trusts(leaf, anchor=middle) == (leaf.certificate, middle.certificate)


ROOT = make_authority("Root")


@pytest.mark.parametrize(
    ("leaf", "reason"),
    [
        (make_identity(), "No trust chain"),
        (make_identity(issuer=make_authority("Root")), "No trust chain"),
        (make_identity(issuer=ROOT, ca=True), "is a CA's"),
        (make_identity(issuer=ROOT, usage=None), "Digital Signature"),
        (make_identity(issuer=ROOT, usage="key_agreement"), "Digital Signature"),
        (make_identity(issuer=ROOT, starts=timedelta(days=-9), lasts=timedelta(days=8)), "expired"),
        (make_identity(issuer=ROOT, starts=timedelta(days=1)), "not valid yet"),
        (make_identity(issuer=ROOT, digest=hashes.SHA224()), "weaker algorithm"),
        (make_identity(issuer=ROOT, key=rsa.generate_private_key(65537, 1024)), "neither RSA"),
        (make_identity(issuer=ROOT, key=ed25519.Ed25519PrivateKey.generate()), "neither RSA"),
        (make_identity(issuer=ROOT, key=ec.generate_private_key(ec.SECP256K1())), "neither RSA"),
    ],
)
def test_certificates_that_prove_nothing(leaf: Identity, reason: str) -> None:
    with pytest.raises(CertificateProblem, match=reason):
        trusts(leaf, anchor=ROOT)


@pytest.mark.parametrize(
    "middle",
    [
        make_identity("Middle", issuer=ROOT),
        make_authority("Middle", issuer=ROOT, usage="digital_signature"),
        make_authority("Middle", issuer=ROOT, lasts=timedelta(hours=1)),
        make_authority("Middle", issuer=make_authority("Root")),
    ],
    ids=["no CA", "no Certificate Sign", "expired", "of another root"],
)
def test_a_chain_is_as_strong_as_each_link(middle: Identity) -> None:
    with pytest.raises(CertificateProblem, match="No trust chain"):
        trusts(make_identity(issuer=middle), middle, anchor=ROOT)


def test_a_path_length_bounds_the_chain() -> None:
    root = make_authority("Root", path_length=0)
    middle = make_authority("Middle", issuer=root)
    assert trusts(make_identity(issuer=root), anchor=root)
    with pytest.raises(CertificateProblem, match="No trust chain"):
        trusts(make_identity(issuer=middle), middle, anchor=root)


def test_time_is_the_one_that_is_given() -> None:
    root = make_authority("Root", lasts=timedelta(days=9000))
    leaf = make_identity(issuer=root, lasts=timedelta(days=30))
    assert trusts(leaf, anchor=root, now=NOW + timedelta(days=28))
    with pytest.raises(CertificateProblem, match="expired"):
        trusts(leaf, anchor=root, now=NOW + timedelta(days=30))


def test_authorities_that_issue_one_another_end() -> None:
    first = make_authority("A")
    second = make_authority("B", issuer=first)
    circle = make_authority("A", issuer=second, key=first.key)
    with pytest.raises(CertificateProblem, match="No trust chain"):
        trusts(make_identity(issuer=second), circle, second, first, anchor=ROOT)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "no certificates"),
        ("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----", "no certificates"),
        (make_identity().pem, "Incorrect basic constraints"),
        (make_identity(ca=None).pem, "Incorrect basic constraints"),
        (make_authority(usage="digital_signature").pem, "Certificate Sign"),
        (make_authority().pem * 11, "more than 10"),
    ],
)
def test_bundles_that_no_trust_is_put_in(text: str, reason: str) -> None:
    with pytest.raises(CertificateProblem, match=reason):
        read_bundle(text)


def test_a_bundle_has_its_certificates() -> None:
    first, second = make_authority("A"), make_authority("B", key=rsa_key("root"))
    assert read_bundle(first.pem + second.pem) == (first.certificate, second.certificate)


def test_a_revocation_list_names_certificates() -> None:
    good, bad = make_identity(issuer=ROOT), make_identity(issuer=ROOT)
    data = make_crl(ROOT, bad)
    assert (is_revoked(bad.certificate, data), is_revoked(good.certificate, data)) == (True, False)
    other = make_authority("Other")
    assert not is_revoked(bad.certificate, make_crl(other, bad))
    found = read_revocations(data)
    assert (signed_by(found, [ROOT.certificate]), signed_by(found, [make_authority("Root").certificate])) == (
        True,
        False,
    )
    with pytest.raises(CertificateProblem):
        read_revocations(b"nothing")
