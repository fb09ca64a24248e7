"""The files that documented commands read: those that a page shows, and plain ones of ours for the others."""

import base64
import io
import json
import zipfile
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from cryptography.x509.oid import NameOID

_PREFIXES = ("file://", "fileb://")
# Options whose value is a path without a scheme.
_PATHS = ("--body",)


# What steps may name: as text, or as a file that is there.
TEXTS = {
    "policy": "--policy-document",
    "trust": "trust",
    "template": "--template-body",
    "document": "--content",
    "other-document": "other-document",
    "saml": "--saml-metadata-document",
    "certificate": "--certificate-body",
    "private-key": "--private-key",
    "ssh-key": "--ssh-public-key-body",
}


def _policy_for(principal: dict[str, str], action: str, resource: dict[str, str]) -> str:
    statement = {"Effect": "Allow", "Principal": principal, "Action": action, **resource}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


_BUCKET = {"Resource": "arn:aws:s3:::amzn-s3-demo-bucket/*"}

# Policies that name the account.
OF_ACCOUNT: dict[str, Callable[[str], str]] = {
    "trust-account": lambda account: _policy_for({"AWS": account}, "sts:AssumeRole", {}),
    "bucket-policy": lambda account: _policy_for({"AWS": account}, "s3:GetObject", _BUCKET),
    "logging-policy": lambda account: _policy_for({"Service": "logging.s3.amazonaws.com"}, "s3:PutObject", _BUCKET),
}


def one_time_code(seed: str, step: int) -> str:
    """The code of a virtual MFA device in a time step of 30 seconds (RFC 6238)."""
    code = TOTP(base64.b32decode(seed + "=" * (-len(seed) % 8)), 6, hashes.SHA1(), 30, enforce_key_length=False)
    return code.generate(step * 30).decode()


def text(name: str) -> str:
    """One of our files as text."""
    return _MAKERS[TEXTS[name]]().decode()


def write(folder: Path, documents: Iterable[tuple[str, str]]) -> None:
    """Write a page's documents; of two with one name the first, which belongs to the first command."""
    (folder / "own.zip").write_bytes(_zip())
    (folder / "own.json").write_text(text("template"))
    for name, shown in documents:
        path = folder / name.lower()
        if not path.exists() and not name.endswith(".zip"):
            path.write_text(shown, encoding="utf-8")


def complete(folder: Path, words: list[str], own: Mapping[str, str]) -> list[str]:
    """Point the words at files in the folder, and make those that the page does not show."""
    changed = list(words)
    for at, word in enumerate(words):
        prefix = next((prefix for prefix in _PREFIXES if word.startswith(prefix)), None)
        option = words[at - 1]
        if prefix is None and option not in _PATHS:
            continue
        name = word.removeprefix(prefix or "").replace("\\", "/").rpartition("/")[2].lower()
        path = folder / name
        if name in own or not path.exists():
            path.write_bytes(_of(own.get(name, ""), option, name))
        changed[at] = f"{prefix or ''}{name}"
    return changed


def _of(wanted: str, option: str, name: str) -> bytes:
    made = _MAKERS.get(wanted) or _MAKERS.get(option) or _MAKERS.get(name.rpartition(".")[2])
    if wanted and wanted not in _MAKERS:
        return wanted.encode()
    return made() if made else b"Only text"


def _json(value: object) -> Callable[[], bytes]:
    return lambda: json.dumps(value).encode()


def _zip() -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("app.py", "def handler(event, context):\n    return event\n")
    return archive.getvalue()


@cache
def _key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def _private_key() -> bytes:
    return _key().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    )


def _ssh_key() -> bytes:
    return _key().public_key().public_bytes(serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH)


@cache
def _certificate() -> bytes:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "example.com")])
    begun = datetime.now(UTC) - timedelta(days=1)
    built = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(_key().public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begun)
        .not_valid_after(begun + timedelta(days=365))
    )
    return built.sign(_key(), hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


def _saml() -> bytes:
    body = "".join(_certificate().decode().splitlines()[1:-1])
    return (
        '<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="https://idp.example.com/saml">'
        '<IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">'
        '<KeyDescriptor use="signing"><KeyInfo xmlns="http://www.w3.org/2000/09/xmldsig#"><X509Data>'
        f"<X509Certificate>{body}</X509Certificate></X509Data></KeyInfo></KeyDescriptor>"
        '<SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"'
        ' Location="https://idp.example.com/sso"/></IDPSSODescriptor></EntityDescriptor>'
    ).encode()


def _trust(service: str) -> object:
    return {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}],
    }


_POLICY = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:Get*", "Resource": "*"}]}
_TEMPLATE = {
    "AWSTemplateFormatVersion": "2010-09-09",
    "Parameters": {"KeyPairName": {"Type": "String", "Default": "a"}, "SubnetIDs": {"Type": "String", "Default": "b"}},
    "Resources": {"MyTopic": {"Type": "AWS::SNS::Topic", "Properties": {"DisplayName": {"Ref": "KeyPairName"}}}},
    "Outputs": {"Topic": {"Value": {"Ref": "MyTopic"}}},
}
_STACK_POLICY = {"Statement": [{"Effect": "Allow", "Action": "Update:*", "Principal": "*", "Resource": "*"}]}
_DOCUMENT = {
    "schemaVersion": "2.2",
    "description": "Says hello",
    "mainSteps": [{"action": "aws:runShellScript", "name": "hello", "inputs": {"runCommand": ["echo hello"]}}],
}

# By what the preparation calls it, by the option that names the file, by the file's extension.
_MAKERS: Mapping[str, Callable[[], bytes]] = {
    "trust": _json(_trust("ec2.amazonaws.com")),
    "--assume-role-policy-document": _json(_trust("ec2.amazonaws.com")),
    "--policy-document": _json(_POLICY),
    "--policy": _json(_POLICY),
    "--template-body": _json(_TEMPLATE),
    "--stack-policy-body": _json(_STACK_POLICY),
    "--content": _json(_DOCUMENT),
    "other-document": _json(_DOCUMENT | {"description": "Says it again"}),
    "--saml-metadata-document": _saml,
    "--certificate-body": _certificate,
    "--certificate-chain": _certificate,
    "--private-key": _private_key,
    "--ssh-public-key-body": _ssh_key,
    "--public-key-material": _ssh_key,
    "zip": _zip,
}
