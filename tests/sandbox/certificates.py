"""Certificates for tests, and a signer of Roles Anywhere's requests that shares no code with the one that is tested."""

import hashlib
from base64 import b64encode
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any
from urllib.parse import quote

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from sandbox.wire import Request


@dataclass(frozen=True)
class Identity:
    """A certificate and its key."""

    certificate: x509.Certificate
    key: Any

    @property
    def pem(self) -> str:
        return self.certificate.public_bytes(Encoding.PEM).decode()

    @property
    def der(self) -> str:
        return b64encode(self.certificate.public_bytes(Encoding.DER)).decode()


@cache
def rsa_key(name: str) -> rsa.RSAPrivateKey:
    """The key of a name; made once, because that takes long."""
    return rsa.generate_private_key(65537, 2048)


def name_of(**parts: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(getattr(NameOID, kind), value) for kind, value in parts.items()])


def make_identity(
    common_name: str = "build-server",
    *,
    issuer: Identity | None = None,
    ca: bool | None = False,
    usage: str | None = "digital_signature",
    key: Any = None,
    starts: timedelta = timedelta(days=-1),
    lasts: timedelta = timedelta(days=365),
    path_length: int | None = None,
    digest: Any = None,
    names: list[x509.GeneralName] | None = None,
    serial_number: int | None = None,
    **subject: str,
) -> Identity:
    """A certificate of an issuer, or of its own."""
    key = key or ec.generate_private_key(ec.SECP256R1())
    own, now = name_of(COMMON_NAME=common_name, **subject), datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(own)
        .issuer_name(issuer.certificate.subject if issuer else own)
        .public_key(key.public_key())
        .serial_number(serial_number or x509.random_serial_number())
        .not_valid_before(now + starts)
        .not_valid_after(now + starts + lasts)
    )
    if ca is not None:
        builder = builder.add_extension(x509.BasicConstraints(ca=ca, path_length=path_length), critical=True)
    if usage is not None:
        builder = builder.add_extension(_usage(usage), critical=True)
    if names:
        builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
    return Identity(builder.sign(issuer.key if issuer else key, digest or hashes.SHA256()), key)


def make_authority(common_name: str = "Test CA", **options: Any) -> Identity:
    return make_identity(common_name, **{"ca": True, "usage": "key_cert_sign", **options})


def _usage(wanted: str) -> x509.KeyUsage:
    names = ["digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement"]
    names += ["key_cert_sign", "crl_sign", "encipher_only", "decipher_only"]
    return x509.KeyUsage(**{name: name == wanted for name in names})


def make_crl(issuer: Identity, *revoked: Identity) -> bytes:
    now = datetime.now(UTC)
    builder = x509.CertificateRevocationListBuilder().issuer_name(issuer.certificate.subject)
    builder = builder.last_update(now).next_update(now + timedelta(days=30))
    for one in revoked:
        entry = x509.RevokedCertificateBuilder().serial_number(one.certificate.serial_number).revocation_date(now)
        builder = builder.add_revoked_certificate(entry.build())
    return builder.sign(issuer.key, hashes.SHA256()).public_bytes(Encoding.PEM)


def signed_request(
    identity: Identity,
    *,
    query: dict[str, str] | None = None,
    body: bytes = b"{}",
    region: str = "eu-central-1",
    when: datetime | None = None,
    chain: tuple[Identity, ...] = (),
    serial_number: int | None = None,
    unsigned: tuple[str, ...] = (),
    host: str = "",
    mount: str = "",
) -> Request:
    """A request for a session, signed with a certificate's key."""
    host = host or f"rolesanywhere.{region}.amazonaws.com"
    time = f"{when or datetime.now(UTC):%Y%m%dT%H%M%SZ}"
    headers = {"content-type": "application/json", "host": host, "x-amz-date": time, "x-amz-x509": identity.der}
    if chain:
        headers["x-amz-x509-chain"] = ",".join(one.der for one in chain)
    path = f"{mount}/sessions"
    pairs = sorted((quote(name, safe=""), quote(value, safe="")) for name, value in (query or {}).items())
    raw_query = "&".join(f"{name}={value}" for name, value in pairs)
    names = sorted(name for name in headers if name not in unsigned)
    lines = "".join(f"{name}:{headers[name]}\n" for name in names)
    digest = hashlib.sha256(body).hexdigest()
    canonical = f"POST\n{path}\n{raw_query}\n{lines}\n{';'.join(names)}\n{digest}"
    is_rsa = isinstance(identity.key, rsa.RSAPrivateKey)
    algorithm = f"AWS4-X509-{'RSA' if is_rsa else 'ECDSA'}-SHA256"
    scope = f"{time[:8]}/{region}/rolesanywhere/aws4_request"
    text = f"{algorithm}\n{time}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}".encode()
    if is_rsa:
        signature = identity.key.sign(text, padding.PKCS1v15(), hashes.SHA256())
    else:
        signature = identity.key.sign(text, ec.ECDSA(hashes.SHA256()))
    serial = identity.certificate.serial_number if serial_number is None else serial_number
    headers["authorization"] = (
        f"{algorithm} Credential={serial}/{scope}, SignedHeaders={';'.join(names)}, Signature={signature.hex()}"
    )
    sent = tuple((name, value) for name, value in headers.items() if name != "host")
    return Request("POST", host, path, raw_query, (("host", host), *sent), body, mount=mount)
