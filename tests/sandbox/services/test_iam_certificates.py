"""Server certificates and identity providers."""

from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from sandbox import worlds
from tests.sandbox.conftest import Caller
from tests.sandbox.services.iam_cases import forget, refused, sending_all

EXPIRES = datetime(2031, 2, 3, 4, 5, 6, tzinfo=UTC)


def pair() -> tuple[str, str]:
    """A self-signed certificate and its private key, in PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "example.com")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(EXPIRES - timedelta(days=900))
        .not_valid_after(EXPIRES)
        .sign(key, hashes.SHA256())
    )
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return made.public_bytes(Encoding.PEM).decode(), pem.decode()


def test_a_server_certificates_dates_are_its_own(caller: Caller) -> None:
    iam = caller.client("iam")
    body, key = pair()
    new = {"ServerCertificateName": "web", "CertificateBody": body, "PrivateKey": key}
    made = iam.upload_server_certificate(**new, Tags=[{"Key": "a", "Value": "b"}])["ServerCertificateMetadata"]
    assert (made["ServerCertificateId"][:4], made["Expiration"]) == ("ASCA", EXPIRES)
    assert made["Arn"] == f"arn:aws:iam::{caller.account.pk}:server-certificate/web"
    forget(caller)
    assert iam.list_server_certificates()["ServerCertificateMetadataList"] == [made]
    found = iam.get_server_certificate(ServerCertificateName="web")["ServerCertificate"]
    assert found["CertificateBody"].strip() == body.strip()
    assert refused(iam.upload_server_certificate, **new)[0] == "EntityAlreadyExists"
    iam.tag_server_certificate(ServerCertificateName="web", Tags=[{"Key": "c", "Value": ""}])
    iam.untag_server_certificate(ServerCertificateName="web", TagKeys=["a"])
    assert iam.list_server_certificate_tags(ServerCertificateName="web")["Tags"] == [{"Key": "c", "Value": ""}]
    iam.delete_server_certificate(ServerCertificateName="web")
    assert refused(iam.delete_server_certificate, ServerCertificateName="web") == (
        "NoSuchEntity",
        "The Server Certificate with name web cannot be found.",
    )


def test_only_a_key_that_fits_is_taken_and_none_is_kept(caller: Caller) -> None:
    iam = caller.client("iam")
    (body, key), (_, other) = pair(), pair()
    new = {"ServerCertificateName": "web", "CertificateBody": body}
    assert refused(iam.upload_server_certificate, **new, PrivateKey=other)[0] == "KeyPairMismatch"
    assert refused(iam.upload_server_certificate, **new, PrivateKey="nonsense")[0] == "MalformedCertificate"
    broken = {"ServerCertificateName": "web", "CertificateBody": "nonsense", "PrivateKey": key}
    assert refused(iam.upload_server_certificate, **broken)[0] == "MalformedCertificate"
    iam.upload_server_certificate(**new, PrivateKey=key)
    world = worlds.opened(caller.account.environment_id)
    with world.entered():
        (held,) = world.backend("iam", caller.account.pk, "aws").certificates.values()
    assert held.private_key == ""


def test_a_providers_audiences(caller: Caller) -> None:
    iam = caller.client("iam")
    new = {"Url": "https://idp.example.com/a", "ClientIDList": ["one"]}
    arn = iam.create_open_id_connect_provider(**new)["OpenIDConnectProviderArn"]
    assert refused(iam.create_open_id_connect_provider, **new) == (
        "EntityAlreadyExists",
        "Provider with url https://idp.example.com/a already exists.",
    )
    for client_id in ("two", "two"):
        iam.add_client_id_to_open_id_connect_provider(OpenIDConnectProviderArn=arn, ClientID=client_id)
    iam.remove_client_id_from_open_id_connect_provider(OpenIDConnectProviderArn=arn, ClientID="one")
    forget(caller)
    assert iam.get_open_id_connect_provider(OpenIDConnectProviderArn=arn)["ClientIDList"] == ["two"]
    missing = {"OpenIDConnectProviderArn": arn + "x", "ClientID": "x"}
    assert refused(iam.add_client_id_to_open_id_connect_provider, **missing)[0] == "NoSuchEntity"


@pytest.mark.parametrize(
    "url", ["http://idp.example.com", "https://", "idp.example.com", "https://x:1/a", "https://x?a"]
)
def test_a_provider_has_an_https_url(caller: Caller, url: str) -> None:
    create = sending_all(caller.client("iam")).create_open_id_connect_provider
    assert refused(create, Url=url)[0] == "ValidationError"
