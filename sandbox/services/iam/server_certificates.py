"""Server certificates: read as they are uploaded, so that their dates are true; private keys are checked, not kept.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_server-certs.html
"""

from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

from sandbox.emulator import iam_changes, iam_state
from sandbox.emulator.iam_state import ServerCertificate
from sandbox.services.iam.errors import quota_exceeded, refusal
from sandbox.services.iam.identities import below_path, listed
from sandbox.services.iam.tags import merged, remaining, shown
from sandbox.services.invocation import Handler, Invocation, Result
from sandbox.wire import AwsError

MOST = 20


def upload(invocation: Invocation) -> Result:
    """Take a certificate whose private key fits.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_UploadServerCertificate.html
    """
    given = invocation.parameters
    name = given["ServerCertificateName"]
    others = iam_state.server_certificates(invocation.world, invocation.account_id)
    if any(other.name.casefold() == name.casefold() for other in others):
        raise refusal("EntityAlreadyExists", f"The Server Certificate with name {name} already exists.")
    if len(others) >= MOST:
        raise quota_exceeded("ServerCertificatesPerAccount", MOST)
    certificate = _certificate(given["CertificateBody"])
    if _public_key(_private_key(given["PrivateKey"])) != _public_key(certificate):
        raise refusal("KeyPairMismatch", "The private key does not fit the certificate's public key.")
    made = iam_changes.add_server_certificate(
        invocation.world,
        invocation.account_id,
        name,
        path=given.get("Path") or "/",
        body=given["CertificateBody"],
        chain=given.get("CertificateChain"),
        uploaded_at=invocation.now,
        expires_at=certificate.not_valid_after_utc,
        tags={tag["Key"]: tag["Value"] for tag in given.get("Tags") or ()},
    )
    return {"ServerCertificateMetadata": _metadata(made), **({"Tags": shown(made.tags)} if made.tags else {})}


def _certificate(body: str) -> x509.Certificate:
    try:
        return x509.load_pem_x509_certificate(body.encode())
    except ValueError as error:
        message = "Unable to parse certificate. Please ensure the certificate is in PEM format."
        raise refusal("MalformedCertificate", message) from error


def _private_key(body: str) -> Any:
    try:
        return load_pem_private_key(body.encode(), None)
    except (ValueError, TypeError) as error:
        message = "Unable to parse key; the body of the key must be unencrypted and in PEM format."
        raise refusal("MalformedCertificate", message) from error


def _public_key(holder: Any) -> bytes:
    key: bytes = holder.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return key


def _metadata(found: ServerCertificate) -> dict[str, Any]:
    return {
        "Path": found.path,
        "ServerCertificateName": found.name,
        "ServerCertificateId": found.id,
        "Arn": found.arn,
        "UploadDate": found.uploaded_at,
        "Expiration": found.expires_at,
    }


def _not_found(name: str) -> AwsError:
    return refusal("NoSuchEntity", f"The Server Certificate with name {name} cannot be found.")


def _found(invocation: Invocation) -> ServerCertificate:
    name = invocation.parameters["ServerCertificateName"]
    every = iam_state.server_certificates(invocation.world, invocation.account_id)
    found = next((one for one in every if one.name == name), None)
    if found is None:
        raise _not_found(name)
    return found


def get(invocation: Invocation) -> Result:
    """Give a certificate, without its private key.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetServerCertificate.html
    """
    found = _found(invocation)
    certificate = {"ServerCertificateMetadata": _metadata(found), "CertificateBody": found.body}
    if found.chain:
        certificate["CertificateChain"] = found.chain
    return {"ServerCertificate": {**certificate, "Tags": shown(found.tags)}}


def list_all(invocation: Invocation) -> Result:
    """List certificates below a path.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListServerCertificates.html
    """
    found = below_path(invocation, iam_state.server_certificates(invocation.world, invocation.account_id))
    return listed(invocation, "ServerCertificateMetadataList", [_metadata(one) for one in found])


def delete(invocation: Invocation) -> Result:
    """Delete a certificate.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteServerCertificate.html
    """
    _found(invocation)
    return invocation.forward()


def list_tags(invocation: Invocation) -> Result:
    """List a certificate's tags.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListServerCertificateTags.html
    """
    return listed(invocation, "Tags", shown(_found(invocation).tags))


def tag(invocation: Invocation) -> Result:
    """Set tags of a certificate.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_TagServerCertificate.html
    """
    found = _found(invocation)
    after = merged(found.tags, invocation.parameters["Tags"])
    iam_changes.set_server_certificate_tags(invocation.world, invocation.account_id, found.name, after)
    return {}


def untag(invocation: Invocation) -> Result:
    """Remove tags of a certificate.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_UntagServerCertificate.html
    """
    found = _found(invocation)
    after = remaining(found.tags, invocation.parameters["TagKeys"])
    iam_changes.set_server_certificate_tags(invocation.world, invocation.account_id, found.name, after)
    return {}


HANDLERS: dict[str, Handler] = {
    "DeleteServerCertificate": delete,
    "GetServerCertificate": get,
    "ListServerCertificateTags": list_tags,
    "ListServerCertificates": list_all,
    "TagServerCertificate": tag,
    "UntagServerCertificate": untag,
    "UploadServerCertificate": upload,
}
