"""Enveloped XML signatures with RSA and SHA-2, of an element that holds its signature as a child.

What is verified is the element itself, not what an identifier leads to: nothing can be wrapped around it. Keys in the
document are not looked at.

https://www.w3.org/TR/xmldsig-core1/
"""

import hmac
from base64 import b64decode, b64encode
from collections.abc import Sequence

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256, SHA384, SHA512, Hash, HashAlgorithm

from sandbox.federation.xml_tree import Element, canonical, parse

DSIG = "http://www.w3.org/2000/09/xmldsig#"
EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#"
ENVELOPED = f"{DSIG}enveloped-signature"
_MORE = "http://www.w3.org/2001/04/xmldsig-more#"
_SHA256 = "http://www.w3.org/2001/04/xmlenc#sha256"
_RSA_SHA256 = f"{_MORE}rsa-sha256"
# SHA-1 is not taken.
_SIGNATURES: dict[str, HashAlgorithm] = {
    _RSA_SHA256: SHA256(),
    f"{_MORE}rsa-sha384": SHA384(),
    f"{_MORE}rsa-sha512": SHA512(),
}
_DIGESTS: dict[str, HashAlgorithm] = {
    _SHA256: SHA256(),
    f"{_MORE}sha384": SHA384(),
    "http://www.w3.org/2001/04/xmlenc#sha512": SHA512(),
}


class InvalidXmlSignature(ValueError):
    """The signature is not of one of the keys, or not of this element, or of a form that is not taken."""


def verify(element: Element, keys: Sequence[rsa.RSAPublicKey]) -> None:
    """Verify the one signature that is a child of an element; raises InvalidXmlSignature."""
    signatures = element.find_all(DSIG, "Signature")
    signed_info = signatures[0].find(DSIG, "SignedInfo") if len(signatures) == 1 else None
    if signed_info is None:
        raise InvalidXmlSignature("there must be one signature")
    _check_reference(element, signatures[0], signed_info)
    method = _SIGNATURES.get(_algorithm(signed_info, "SignatureMethod"))
    canonicalization = signed_info.find(DSIG, "CanonicalizationMethod")
    if method is None or canonicalization is None or canonicalization.get("Algorithm") != EXCLUSIVE:
        raise InvalidXmlSignature("the method is not taken")
    signed = canonical(signed_info, inclusive=_inclusive(canonicalization))
    value = _decoded(signatures[0].find(DSIG, "SignatureValue"))
    if not any(_fits(key, value, signed, method) for key in keys):
        raise InvalidXmlSignature("no key fits")


def _check_reference(element: Element, signature: Element, signed_info: Element) -> None:
    references = signed_info.find_all(DSIG, "Reference")
    if len(references) != 1 or not element.get("ID") or references[0].get("URI") != f"#{element.get('ID')}":
        raise InvalidXmlSignature("the signature is of something else")
    transforms = references[0].find(DSIG, "Transforms")
    steps = transforms.elements if transforms is not None else []
    if [step.get("Algorithm") for step in steps] != [ENVELOPED, EXCLUSIVE]:
        raise InvalidXmlSignature("the transforms are not taken")
    digest = _DIGESTS.get(_algorithm(references[0], "DigestMethod"))
    if digest is None:
        raise InvalidXmlSignature("the digest is not taken")
    found = _hash(canonical(element, inclusive=_inclusive(steps[1]), without=signature), digest)
    if not hmac.compare_digest(found, _decoded(references[0].find(DSIG, "DigestValue"))):
        raise InvalidXmlSignature("the element was changed")


def _fits(key: rsa.RSAPublicKey, value: bytes, signed: bytes, method: HashAlgorithm) -> bool:
    try:
        key.verify(value, signed, padding.PKCS1v15(), method)
    except InvalidSignature:
        return False
    return True


def _algorithm(parent: Element, name: str) -> str:
    found = parent.find(DSIG, name)
    return found.get("Algorithm") if found is not None else ""


def _inclusive(method: Element) -> frozenset[str]:
    listed = method.find(EXCLUSIVE, "InclusiveNamespaces")
    names = listed.get("PrefixList").split() if listed is not None else []
    return frozenset("" if name == "#default" else name for name in names)


def _decoded(element: Element | None) -> bytes:
    try:
        return b64decode("".join((element.text if element is not None else "").split()), validate=True)
    except ValueError as error:
        raise InvalidXmlSignature("a value is not base64") from error


def _hash(content: bytes, method: HashAlgorithm) -> bytes:
    hashed = Hash(method)
    hashed.update(content)
    return hashed.finalize()


def signature_of(element: Element, key: rsa.RSAPrivateKey, certificate: str) -> str:
    """Sign an element that has no signature yet; returns the Signature element. `certificate` is base64 DER."""
    digest = b64encode(_hash(canonical(element), SHA256())).decode()
    signed_info = (
        f'<ds:SignedInfo xmlns:ds="{DSIG}"><ds:CanonicalizationMethod Algorithm="{EXCLUSIVE}"/>'
        f'<ds:SignatureMethod Algorithm="{_RSA_SHA256}"/><ds:Reference URI="#{element.get("ID")}"><ds:Transforms>'
        f'<ds:Transform Algorithm="{ENVELOPED}"/><ds:Transform Algorithm="{EXCLUSIVE}"/></ds:Transforms>'
        f'<ds:DigestMethod Algorithm="{_SHA256}"/><ds:DigestValue>{digest}</ds:DigestValue></ds:Reference>'
        f"</ds:SignedInfo>"
    )
    value = b64encode(key.sign(canonical(parse(signed_info.encode())), padding.PKCS1v15(), SHA256())).decode()
    return (
        f'<ds:Signature xmlns:ds="{DSIG}">{signed_info}<ds:SignatureValue>{value}</ds:SignatureValue><ds:KeyInfo>'
        f"<ds:X509Data><ds:X509Certificate>{certificate}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></ds:Signature>"
    )
