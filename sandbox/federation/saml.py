"""SAML 2.0 as AWS takes it: an identity provider's metadata, and its signed responses.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_saml_assertions.html
"""

from base64 import b64decode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from xml.sax.saxutils import quoteattr

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa

from sandbox.federation.xml_signature import DSIG, InvalidXmlSignature, signature_of, verify
from sandbox.federation.xml_tree import Element, MalformedXml, parse

AUDIENCE = "https://signin.aws.amazon.com/saml"
ATTRIBUTES = "https://aws.amazon.com/SAML/Attributes/"
PERSISTENT = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"
_FORMATS = "urn:oasis:names:tc:SAML:2.0:nameid-format:"
_ASSERTION = "urn:oasis:names:tc:SAML:2.0:assertion"
_PROTOCOL = "urn:oasis:names:tc:SAML:2.0:protocol"
_METADATA = "urn:oasis:names:tc:SAML:2.0:metadata"
_SUCCESS = "urn:oasis:names:tc:SAML:2.0:status:Success"
_BEARER = "urn:oasis:names:tc:SAML:2.0:cm:bearer"


class InvalidMetadata(ValueError):
    """No metadata of an identity provider with a key that can be used."""


class InvalidResponse(ValueError):
    """No response with one assertion that has what it needs."""


class InvalidSignature(ValueError):
    """The response, or the assertion in it, is not signed by the identity provider."""


@dataclass(frozen=True, slots=True)
class Metadata:
    """Who an identity provider is, and the keys that it signs with."""

    entity_id: str
    keys: tuple[rsa.RSAPublicKey, ...]


@dataclass(frozen=True, slots=True)
class Assertion:
    """A verified assertion. `subject_type` as in saml:sub_type; `session_ends_at` None where it does not say."""

    issuer: str
    subject: str
    subject_type: str
    recipient: str
    audiences: tuple[str, ...]
    issued_at: datetime
    not_before: datetime
    ends_at: datetime
    session_ends_at: datetime | None
    attributes: Mapping[str, tuple[str, ...]]

    def attribute(self, name: str) -> tuple[str, ...]:
        """Values of one of AWS's own attributes ("Role")."""
        return self.attributes.get(ATTRIBUTES + name, ())


def read_metadata(document: str) -> Metadata:
    """Read an identity provider's metadata; raises InvalidMetadata."""
    try:
        root = parse(document.encode())
        keys = tuple(_key(one) for one in _certificates(root))
    except (MalformedXml, ValueError) as error:
        raise InvalidMetadata from error
    if (root.namespace, root.name) != (_METADATA, "EntityDescriptor") or not root.get("entityID") or not keys:
        raise InvalidMetadata
    return Metadata(root.get("entityID"), keys)


def _certificates(root: Element) -> Sequence[Element]:
    descriptors = [
        descriptor
        for idp in root.find_all(_METADATA, "IDPSSODescriptor")
        for descriptor in idp.find_all(_METADATA, "KeyDescriptor")
        if descriptor.get("use") in ("", "signing")
    ]
    found = [descriptor.find(DSIG, "KeyInfo", "X509Data", "X509Certificate") for descriptor in descriptors]
    return [one for one in found if one is not None]


def _key(certificate: Element) -> rsa.RSAPublicKey:
    key = x509.load_der_x509_certificate(b64decode("".join(certificate.text.split()))).public_key()
    if not isinstance(key, rsa.RSAPublicKey):
        raise InvalidMetadata
    return key


def read_response(document: bytes, metadata: Metadata) -> Assertion:
    """Read a response that an identity provider signed; raises InvalidResponse or InvalidSignature."""
    try:
        root = parse(document)
    except MalformedXml as error:
        raise InvalidResponse from error
    assertions = [one for one in root.walk() if (one.namespace, one.name) == (_ASSERTION, "Assertion")]
    if (root.namespace, root.name) != (_PROTOCOL, "Response") or root.find_all(_ASSERTION, "Assertion") != assertions:
        raise InvalidResponse
    status = root.find(_PROTOCOL, "Status", "StatusCode")
    if len(assertions) != 1 or status is None or status.get("Value") != _SUCCESS:
        raise InvalidResponse
    _verify(root, assertions[0], metadata)
    return _read(assertions[0])


def _verify(root: Element, assertion: Element, metadata: Metadata) -> None:
    signed = [one for one in (root, assertion) if one.find_all(DSIG, "Signature")]
    if not signed:
        raise InvalidSignature
    try:
        for element in signed:
            verify(element, metadata.keys)
    except InvalidXmlSignature as error:
        raise InvalidSignature from error


def _read(assertion: Element) -> Assertion:
    issuer, name = assertion.find(_ASSERTION, "Issuer"), assertion.find(_ASSERTION, "Subject", "NameID")
    conditions = assertion.find(_ASSERTION, "Conditions")
    confirmation = _confirmation(assertion)
    if issuer is None or name is None or conditions is None or confirmation is None:
        raise InvalidResponse
    audiences = [
        audience.text
        for restriction in conditions.find_all(_ASSERTION, "AudienceRestriction")
        for audience in restriction.find_all(_ASSERTION, "Audience")
    ]
    statement = assertion.find(_ASSERTION, "AuthnStatement")
    session_end = statement.get("SessionNotOnOrAfter") if statement is not None else ""
    kind = name.get("Format").removeprefix(_FORMATS)
    ends = [conditions.get("NotOnOrAfter"), confirmation.get("NotOnOrAfter")]
    return Assertion(
        issuer=issuer.text,
        subject=name.text,
        subject_type=kind if kind in ("persistent", "transient") else name.get("Format"),
        recipient=confirmation.get("Recipient"),
        audiences=tuple(audiences),
        issued_at=_moment(assertion.get("IssueInstant")),
        not_before=_moment(conditions.get("NotBefore") or assertion.get("IssueInstant")),
        ends_at=min(_moment(end) for end in ends if end) if any(ends) else _moment(""),
        session_ends_at=_moment(session_end) if session_end else None,
        attributes=_attributes(assertion),
    )


def _confirmation(assertion: Element) -> Element | None:
    subject = assertion.find(_ASSERTION, "Subject")
    for one in subject.find_all(_ASSERTION, "SubjectConfirmation") if subject is not None else ():
        if one.get("Method") == _BEARER:
            return one.find(_ASSERTION, "SubjectConfirmationData")
    return None


def _attributes(assertion: Element) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for statement in assertion.find_all(_ASSERTION, "AttributeStatement"):
        for attribute in statement.find_all(_ASSERTION, "Attribute"):
            values = tuple(value.text for value in attribute.find_all(_ASSERTION, "AttributeValue"))
            found[attribute.get("Name")] = found.get(attribute.get("Name"), ()) + values
    return found


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise InvalidResponse from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


# What an identity provider writes.


def metadata_of(entity_id: str, sign_in: str, certificate: str) -> str:
    """The metadata of an identity provider; `certificate` is base64 DER."""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<md:EntityDescriptor xmlns:md="{_METADATA}" '
        f"entityID={quoteattr(entity_id)}>"
        f'<md:IDPSSODescriptor WantAuthnRequestsSigned="false" protocolSupportEnumeration="{_PROTOCOL}">'
        f'<md:KeyDescriptor use="signing"><ds:KeyInfo xmlns:ds="{DSIG}"><ds:X509Data><ds:X509Certificate>'
        f"{certificate}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>"
        f"<md:NameIDFormat>{PERSISTENT}</md:NameIDFormat>"
        f'<md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" '
        f"Location={quoteattr(sign_in)}/></md:IDPSSODescriptor></md:EntityDescriptor>"
    )


def write_response(assertion: Assertion, assertion_id: str, key: rsa.RSAPrivateKey, certificate: str) -> str:
    """A response with the assertion, signed."""
    unsigned = _assertion_xml(assertion, assertion_id)
    signature = signature_of(parse(unsigned.encode()), key, certificate)
    issuer_end = "</saml:Issuer>"
    head, _, rest = unsigned.partition(issuer_end)
    instant = _written(assertion.issued_at)
    return (
        f'<samlp:Response xmlns:samlp="{_PROTOCOL}" ID="{assertion_id}-response" Version="2.0" '
        f'IssueInstant="{instant}" Destination={quoteattr(assertion.recipient)}>'
        f'<saml:Issuer xmlns:saml="{_ASSERTION}">{_escaped(assertion.issuer)}</saml:Issuer>'
        f'<samlp:Status><samlp:StatusCode Value="{_SUCCESS}"/></samlp:Status>'
        f"{head}{issuer_end}{signature}{rest}</samlp:Response>"
    )


def _assertion_xml(one: Assertion, assertion_id: str) -> str:
    kind = _FORMATS + one.subject_type if one.subject_type in ("persistent", "transient") else one.subject_type
    end = _written(one.ends_at)
    session_end = f' SessionNotOnOrAfter="{_written(one.session_ends_at)}"' if one.session_ends_at else ""
    audiences = "".join(f"<saml:Audience>{_escaped(audience)}</saml:Audience>" for audience in one.audiences)
    attributes = "".join(
        f"<saml:Attribute Name={quoteattr(name)}>"
        + "".join(f"<saml:AttributeValue>{_escaped(value)}</saml:AttributeValue>" for value in values)
        + "</saml:Attribute>"
        for name, values in one.attributes.items()
    )
    return (
        f'<saml:Assertion xmlns:saml="{_ASSERTION}" ID="{assertion_id}" Version="2.0" '
        f'IssueInstant="{_written(one.issued_at)}"><saml:Issuer>{_escaped(one.issuer)}</saml:Issuer><saml:Subject>'
        f"<saml:NameID Format={quoteattr(kind)}>{_escaped(one.subject)}</saml:NameID>"
        f'<saml:SubjectConfirmation Method="{_BEARER}"><saml:SubjectConfirmationData NotOnOrAfter="{end}" '
        f"Recipient={quoteattr(one.recipient)}/></saml:SubjectConfirmation></saml:Subject>"
        f'<saml:Conditions NotBefore="{_written(one.not_before)}" NotOnOrAfter="{end}"><saml:AudienceRestriction>'
        f"{audiences}</saml:AudienceRestriction></saml:Conditions>"
        f'<saml:AuthnStatement AuthnInstant="{_written(one.issued_at)}"{session_end}><saml:AuthnContext>'
        f"<saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:Password</saml:AuthnContextClassRef>"
        f"</saml:AuthnContext></saml:AuthnStatement>"
        f"<saml:AttributeStatement>{attributes}</saml:AttributeStatement></saml:Assertion>"
    )


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\r", "&#xD;")


def _written(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
