"""Signatures of Roles Anywhere: made with the key of a certificate, which comes with the request.

https://docs.aws.amazon.com/rolesanywhere/latest/userguide/authentication-sign-process.html
https://docs.aws.amazon.com/rolesanywhere/latest/userguide/trust-model.html
"""

from base64 import b64decode
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509 import Certificate

from .authorization import ECDSA, ENCODING, RSA, Authorization
from .messages import Request
from .sigv4 import canonical_request, string_to_sign

LONGEST_CHAIN = 5
MOST_ANCHORS = 10
# Keys beyond these cost more time to check than a learner's mistake is worth; AWS's own bounds are not known.
RSA_BITS = (2048, 8192)
CURVES = ("secp256r1", "secp384r1", "secp521r1")
_STRONG = (hashes.SHA256, hashes.SHA384, hashes.SHA512)
_SIGNED = ("host", "x-amz-date", "x-amz-x509")
_Kind = TypeVar("_Kind", bound=x509.ExtensionType)


class CertificateProblem(ValueError):
    """A certificate that proves nothing here; the message says why."""


@dataclass(frozen=True, slots=True)
class Presented:
    """The certificate that signed a request, and those that came with it."""

    certificate: Certificate
    chain: tuple[Certificate, ...] = ()


def read_presented(request: Request) -> Presented:
    """The certificates in a request's headers; raises CertificateProblem."""
    sent = request.header("x-amz-x509")
    if not sent:
        raise CertificateProblem("The request has no X-Amz-X509 header")
    parts = [part for part in request.header("x-amz-x509-chain").split(",") if part.strip()]
    if len(parts) > LONGEST_CHAIN:
        raise CertificateProblem(f"X-Amz-X509-Chain has more than {LONGEST_CHAIN} certificates")
    return Presented(_from_base64(sent), tuple(_from_base64(part) for part in parts))


def read_bundle(text: str) -> tuple[Certificate, ...]:
    """The certificates of a trust anchor's PEM text, each fit to be one; raises CertificateProblem."""
    try:
        found = x509.load_pem_x509_certificates(text.encode())
        for certificate in found:
            _check_issuer(certificate, below=0)
    except CertificateProblem:
        raise
    except (ValueError, UnsupportedAlgorithm) as error:
        raise CertificateProblem("The bundle holds no certificates in PEM") from error
    if len(found) > MOST_ANCHORS:
        raise CertificateProblem(f"The bundle has more than {MOST_ANCHORS} certificates")
    return tuple(found)


def _from_base64(text: str) -> Certificate:
    try:
        return x509.load_der_x509_certificate(b64decode("".join(text.split()), validate=True))
    except (ValueError, UnsupportedAlgorithm) as error:
        raise CertificateProblem("X-Amz-X509 holds no certificate in base64") from error


def verify(request: Request, authorization: Authorization, certificate: Certificate) -> None:
    """Prove that the certificate's key signed the request; raises CertificateProblem."""
    unsigned = [name for name in _SIGNED if name not in authorization.signed_headers]
    if "x-amz-x509-chain" in request.header_map and "x-amz-x509-chain" not in authorization.signed_headers:
        unsigned.append("x-amz-x509-chain")
    if unsigned:
        raise CertificateProblem(f"Headers that must be signed are not: {', '.join(unsigned)}")
    if authorization.access_key_id != str(certificate.serial_number):
        raise CertificateProblem("The Credential does not name the serial number of the certificate")
    text = string_to_sign(authorization, canonical_request(request, authorization)).encode(*ENCODING)
    try:
        _verify_text(authorization, certificate, bytes.fromhex(authorization.signature), text)
    except (ValueError, InvalidSignature) as error:
        if isinstance(error, CertificateProblem):
            raise
        raise CertificateProblem("The signature is not that of the certificate's key") from error


def _verify_text(authorization: Authorization, certificate: Certificate, signature: bytes, text: bytes) -> None:
    key = _public_key(certificate)
    if authorization.algorithm == RSA and isinstance(key, rsa.RSAPublicKey):
        key.verify(signature, text, padding.PKCS1v15(), hashes.SHA256())
    elif authorization.algorithm == ECDSA and isinstance(key, ec.EllipticCurvePublicKey):
        key.verify(signature, text, ec.ECDSA(hashes.SHA256()))
    else:
        raise CertificateProblem(f"{authorization.algorithm} is not for the certificate's kind of key")


# Trust


def verify_trust(presented: Presented, anchors: Sequence[Certificate], now: datetime) -> tuple[Certificate, ...]:
    """The way from a certificate to a trust anchor, the anchor last; raises CertificateProblem."""
    leaf = presented.certificate
    try:
        _check_end_entity(leaf, now)
        way = next(_ways((leaf,), presented.chain, anchors, now), None)
    except CertificateProblem:
        raise
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        # Such as an extension that comes twice, or that no parser takes.
        raise CertificateProblem("The certificate cannot be read") from error
    if way is None:
        raise CertificateProblem("No trust chain leads from the certificate to the trust anchor")
    return way


def _ways(
    way: tuple[Certificate, ...], chain: Sequence[Certificate], anchors: Sequence[Certificate], now: datetime
) -> Iterator[tuple[Certificate, ...]]:
    """Every chain that goes on from the last certificate to an anchor."""
    for anchor in _issuers(way, anchors, now):
        yield (*way, anchor)
    if len(way) > LONGEST_CHAIN:
        return
    for issuer in _issuers(way, [one for one in chain if one not in way], now):
        yield from _ways((*way, issuer), chain, anchors, now)


def _issuers(way: tuple[Certificate, ...], candidates: Iterable[Certificate], now: datetime) -> Iterator[Certificate]:
    issued = way[-1]
    for candidate in candidates:
        if candidate.subject == issued.issuer and _is_valid(candidate, now) and _fits(candidate, len(way) - 1):
            try:
                issued.verify_directly_issued_by(candidate)
            except (InvalidSignature, ValueError, TypeError):
                continue
            yield candidate


def _fits(candidate: Certificate, below: int) -> bool:
    try:
        _check_issuer(candidate, below=below)
    except CertificateProblem:
        return False
    return True


def _check_issuer(certificate: Certificate, *, below: int) -> None:
    """Refuse a certificate that may not issue others; `below` counts the issuers between it and the last one."""
    _check_form(certificate)
    constraints = _extension(certificate, x509.BasicConstraints)
    if constraints is None or not constraints.ca:
        raise CertificateProblem("Incorrect basic constraints for CA certificate")
    if constraints.path_length is not None and below > constraints.path_length:
        raise CertificateProblem("The path length of the CA certificate is exceeded")
    usage = _extension(certificate, x509.KeyUsage)
    if usage is not None and not usage.key_cert_sign:
        raise CertificateProblem("The key usage of the CA certificate does not include Certificate Sign")


def _check_end_entity(certificate: Certificate, now: datetime) -> None:
    _check_form(certificate)
    constraints = _extension(certificate, x509.BasicConstraints)
    if constraints is not None and constraints.ca:
        raise CertificateProblem("The certificate is a CA's, which cannot sign requests")
    usage = _extension(certificate, x509.KeyUsage)
    if usage is None or not usage.digital_signature:
        raise CertificateProblem("The certificate's key usage does not include Digital Signature")
    if not _is_valid(certificate, now):
        raise CertificateProblem("The certificate is expired or not valid yet")


def _check_form(certificate: Certificate) -> None:
    if certificate.version is not x509.Version.v3:
        raise CertificateProblem("The certificate is not an X.509v3 certificate")
    if not isinstance(certificate.signature_hash_algorithm, _STRONG):
        raise CertificateProblem("The certificate is signed with a weaker algorithm than SHA-256")
    _public_key(certificate)


def _public_key(certificate: Certificate) -> rsa.RSAPublicKey | ec.EllipticCurvePublicKey:
    try:
        key = certificate.public_key()
    except (ValueError, UnsupportedAlgorithm) as error:
        raise CertificateProblem("The certificate's key cannot be read") from error
    if isinstance(key, rsa.RSAPublicKey) and RSA_BITS[0] <= key.key_size <= RSA_BITS[1]:
        return key
    if isinstance(key, ec.EllipticCurvePublicKey) and key.curve.name in CURVES:
        return key
    raise CertificateProblem("The certificate's key is neither RSA of 2048 bits or more nor of a NIST curve")


def _extension(certificate: Certificate, kind: type[_Kind]) -> _Kind | None:
    try:
        return certificate.extensions.get_extension_for_class(kind).value
    except x509.ExtensionNotFound:
        return None


def _is_valid(certificate: Certificate, now: datetime) -> bool:
    return certificate.not_valid_before_utc <= now <= certificate.not_valid_after_utc


def is_revoked(certificate: Certificate, revocations: bytes) -> bool:
    """Whether a revocation list (PEM or DER) of the certificate's issuer names it; raises CertificateProblem."""
    found = read_revocations(revocations)
    if found.issuer != certificate.issuer:
        return False
    return found.get_revoked_certificate_by_serial_number(certificate.serial_number) is not None


def read_revocations(data: bytes) -> x509.CertificateRevocationList:
    """A certificate revocation list, in PEM or DER; raises CertificateProblem."""
    load = x509.load_pem_x509_crl if data.lstrip().startswith(b"-----") else x509.load_der_x509_crl
    try:
        return load(data)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise CertificateProblem("The data hold no certificate revocation list") from error


def signed_by(revocations: x509.CertificateRevocationList, anchors: Iterable[Certificate]) -> bool:
    """Whether one of a trust anchor's certificates issued a revocation list."""
    issuers = (one for one in anchors if one.subject == revocations.issuer)
    return any(revocations.is_signature_valid(_public_key(one)) for one in issuers)
