"""Holders of certificates: Roles Anywhere believes a signature whose certificate a trust anchor has issued.

https://docs.aws.amazon.com/rolesanywhere/latest/userguide/trust-model.html
"""

from base64 import b64decode
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from cryptography import x509
from cryptography.x509 import Certificate, Name, oid

from sandbox import wire
from sandbox.emulator import World
from sandbox.principals import Principal, Session
from sandbox.services.rolesanywhere.resources import (
    ANCHORS,
    CRLS,
    PROFILES,
    Row,
    denied,
    invalid,
    missing,
    state_of,
)
from sandbox.unsigned.checks import NAME, Parameters
from sandbox.wire import Request, x509_signature
from sandbox.wire.authorization import ECDSA, RSA
from sandbox.wire.x509_signature import CertificateProblem, Presented

SERVICE_PRINCIPAL = "rolesanywhere.amazonaws.com"
LONGEST_VALUE = 256
# The session's own end is found when the role is.
_LASTS = timedelta(hours=12)


def account_of_anchor(parameters: Parameters) -> str:
    """The account of the trust anchor that is named; raises AwsError."""
    for name in ("trustAnchorArn", "profileArn", "roleArn"):
        if not parameters.get(name):
            raise invalid(f"{name} is missing")
    return _parts(parameters["trustAnchorArn"], "trust-anchor")[4]


def _parts(arn: str, kind: str) -> list[str]:
    parts = arn.split(":", 5)
    if len(parts) < 6 or parts[2] != "rolesanywhere" or not parts[5].startswith(f"{kind}/"):
        raise invalid(f"{arn[:100]} is not the ARN of a {kind.replace('-', ' ')}")
    return parts


def certificate_holder(request: Request, parameters: Parameters, world: World, now: datetime) -> Principal:
    """Roles Anywhere itself, on behalf of who holds a certificate; raises AwsError."""
    anchor_arn = parameters["trustAnchorArn"]
    parts = _parts(anchor_arn, "trust-anchor")
    region, account_id = parts[3], parts[4]
    _check_place(request, region)
    state = state_of(world, account_id, region)
    anchor = _enabled(state, ANCHORS, anchor_arn)
    try:
        presented = _proven(request, anchor, state, now)
    except CertificateProblem as problem:
        # What AWS says to all of these; the second sentence is ours.
        raise denied(f"Untrusted signing certificate. {problem}") from problem
    profile = _profile(state, parameters)
    if profile["arn"].split(":")[3:5] != [region, account_id] or parameters["roleArn"].split(":")[4] != account_id:
        raise denied("The trust anchor, the profile and the role are not of one account and Region")
    certificate = presented.certificate
    tags = dict(certificate_tags(certificate, profile["mappings"]))
    session = Session(
        issued_at=now,
        expires_at=now + _LASTS,
        name=_session_name(certificate, profile, parameters.get("roleSessionName")),
        tags=tags,
        source_identity=_source_identity(certificate),
        claims=_keys(anchor_arn, account_id, tags, certificate),
    )
    return Principal("AWSService", SERVICE_PRINCIPAL, account_id, SERVICE_PRINCIPAL, session=session)


def _check_place(request: Request, region: str) -> None:
    authorization = wire.read_authorization(request)
    if authorization is None or authorization.algorithm not in (RSA, ECDSA):
        raise denied("CreateSession is signed with AWS4-X509-RSA-SHA256 or AWS4-X509-ECDSA-SHA256")
    if authorization.region != region:
        raise missing(ANCHORS)


def _proven(request: Request, anchor: Row, state: Row, now: datetime) -> Presented:
    authorization = wire.read_authorization(request)
    if authorization is None:
        raise CertificateProblem("The request is not signed")
    presented = x509_signature.read_presented(request)
    way = x509_signature.verify_trust(presented, x509_signature.read_bundle(anchor["certificates"]), now)
    for crl in state.get(CRLS, {}).values():
        if crl["enabled"] and crl["trustAnchorArn"] == anchor["arn"]:
            _check_not_revoked(way, crl)
    x509_signature.verify(request, authorization, presented.certificate)
    return presented


def _check_not_revoked(way: Sequence[Certificate], crl: Row) -> None:
    data = b64decode(crl["data"])
    if any(x509_signature.is_revoked(one, data) for one in way):
        raise CertificateProblem("The certificate is revoked")


def _enabled(state: Row, kind: str, arn: str) -> Row:
    row: Row | None = next((one for one in state.get(kind, {}).values() if one["arn"] == arn), None)
    if row is None:
        raise missing(kind)
    if not row["enabled"]:
        raise denied(f"{arn} is disabled")
    return row


def _profile(state: Row, parameters: Parameters) -> Row:
    profile = _enabled(state, PROFILES, parameters["profileArn"])
    if parameters["roleArn"] not in profile["roleArns"]:
        raise denied(f"The profile does not list the role {parameters['roleArn']}")
    return profile


def _session_name(certificate: Certificate, profile: Row, asked: str | None) -> str:
    """The certificate's serial number, unless the profile takes names from who asks."""
    if asked is None:
        return f"{certificate.serial_number:x}"
    if not profile["acceptRoleSessionName"]:
        raise denied("The profile does not accept a role session name")
    if not NAME.fullmatch(asked):
        raise invalid("roleSessionName is of 2 to 64 letters, digits and the characters _+=,.@-")
    return asked


def _source_identity(certificate: Certificate) -> str:
    """The subject's common name. That one which STS cannot take is refused, we only believe."""
    names = certificate.subject.get_attributes_for_oid(oid.NameOID.COMMON_NAME)
    name = str(names[0].value) if names else ""
    if name and (not NAME.fullmatch(name) or name.startswith("aws:")):
        raise denied("The certificate's common name cannot be a source identity: [a-zA-Z_0-9+=,.@-]{2,64}")
    return name


def _keys(
    anchor_arn: str, account_id: str, tags: Mapping[str, str], certificate: Certificate
) -> dict[str, tuple[str, ...]]:
    """Condition keys of the request that Roles Anywhere makes to STS."""
    keys: dict[str, tuple[str, ...]] = {"aws:SourceArn": (anchor_arn,), "aws:SourceAccount": (account_id,)}
    for name, value in tags.items():
        keys |= {f"aws:PrincipalTag/{name}": (value,), f"aws:RequestTag/{name}": (value,)}
    if tags:
        keys["aws:TagKeys"] = tuple(tags)
    name = _source_identity(certificate)
    return keys | ({"sts:SourceIdentity": (name,)} if name else {})


# What of a certificate becomes tags

_RDN = {
    oid.NameOID.COMMON_NAME: "CN",
    oid.NameOID.COUNTRY_NAME: "C",
    oid.NameOID.ORGANIZATION_NAME: "O",
    oid.NameOID.ORGANIZATIONAL_UNIT_NAME: "OU",
    oid.NameOID.STATE_OR_PROVINCE_NAME: "ST",
    oid.NameOID.LOCALITY_NAME: "L",
    oid.NameOID.SURNAME: "SN",
    oid.NameOID.GIVEN_NAME: "GN",
    oid.NameOID.INITIALS: "initials",
    oid.NameOID.TITLE: "title",
    oid.NameOID.PSEUDONYM: "pseudonym",
    oid.NameOID.GENERATION_QUALIFIER: "generationQualifier",
    oid.NameOID.DN_QUALIFIER: "dnQualifier",
    oid.NameOID.SERIAL_NUMBER: "serialNumber",
    oid.NameOID.DOMAIN_COMPONENT: "DC",
    oid.NameOID.USER_ID: "UID",
    oid.NameOID.EMAIL_ADDRESS: "emailAddress",
}


def certificate_tags(certificate: Certificate, mappings: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, str]]:
    """Session tags of a certificate by a profile's mappings; of equal attributes the first counts.

    Raises AwsError for a value that no tag can have.
    """
    for field, values in _fields(certificate).items():
        specifiers = mappings.get(field, ())
        for name, value in values.items():
            if any(_specifies(one, name) for one in specifiers):
                if len(value) > LONGEST_VALUE:
                    raise invalid(f"The certificate's {field}/{name} is longer than {LONGEST_VALUE} characters")
                yield f"{field}/{name}", value


def _specifies(specifier: str, name: str) -> bool:
    head, _, last = specifier.rpartition("/")
    if last == "*":
        return name.rpartition("/")[0] == head
    return specifier == name


def _fields(certificate: Certificate) -> dict[str, dict[str, str]]:
    return {
        "x509Subject": _attributes(certificate.subject),
        "x509Issuer": _attributes(certificate.issuer),
        "x509SAN": _alternatives(certificate),
    }


def _attributes(name: Name) -> dict[str, str]:
    found: dict[str, str] = {}
    for attribute in name:
        short = _RDN.get(attribute.oid)
        if short is not None and isinstance(attribute.value, str):
            found.setdefault(short, attribute.value)
    return found


def _alternatives(certificate: Certificate) -> dict[str, str]:
    """The first name of each kind that Roles Anywhere reads."""
    try:
        names: Any = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return {}
    found: dict[str, str] = {}
    for kind, short in ((x509.DNSName, "DNS"), (x509.UniformResourceIdentifier, "URI")):
        values = names.get_values_for_type(kind)
        found |= {short: values[0]} if values else {}
    for name in names.get_values_for_type(x509.DirectoryName)[:1]:
        found |= {f"Name/{short}": value for short, value in _attributes(name).items()}
    return found
