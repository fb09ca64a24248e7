"""SAML users: a response signed by the provider that the parameters name.

https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithSAML.html
"""

import hashlib
from base64 import b64decode, b64encode
from datetime import datetime, timedelta

from sandbox.emulator import World, find_saml_metadata
from sandbox.federation import saml
from sandbox.principals import Principal, Session
from sandbox.services.sts.errors import refusal
from sandbox.unsigned.checks import (
    NAME,
    Parameters,
    Tags,
    account_of_role,
    checked_source_identity,
    checked_tags,
    not_authorized,
)

MOST_AGE = timedelta(minutes=5)
_AUDIENCES = (saml.AUDIENCE, "urn:amazon:webservices")


def saml_user(parameters: Parameters, world: World, now: datetime) -> Principal:
    """Who a SAML response is of; raises AwsError."""
    account_id, provider_arn = account_of_role(parameters), str(parameters.get("PrincipalArn") or "")
    assertion = _assertion(parameters, world, account_id, provider_arn)
    _check_window(assertion, now)
    if assertion.recipient != saml.AUDIENCE or not set(_AUDIENCES) & set(assertion.audiences):
        raise refusal("InvalidIdentityToken", "Response does not contain the required audience.")
    name = _session_name(assertion)
    if not _offers(assertion, str(parameters["RoleArn"]), provider_arn):
        raise not_authorized("AssumeRoleWithSAML")
    provider_name = provider_arn.rpartition("/")[2]
    qualifier = _qualifier(assertion.issuer, account_id, provider_name)
    tags, transitive = _assertion_tags(assertion)
    session = Session(
        issued_at=now,
        expires_at=assertion.session_ends_at or now + timedelta(hours=12),
        name=name,
        provider=provider_arn,
        claims={
            "saml:aud": (assertion.recipient,),
            "saml:iss": (assertion.issuer,),
            "saml:sub": (assertion.subject,),
            "saml:sub_type": (assertion.subject_type,),
            "saml:namequalifier": (qualifier,),
            "saml:doc": (f"{account_id}/{provider_name}",),
        },
        tags=tags,
        transitive=transitive,
        source_identity=checked_source_identity(next(iter(assertion.attribute("SourceIdentity")), "")),
    )
    user_id = f"{qualifier}:{assertion.subject}"
    return Principal("SAMLUser", provider_arn, account_id, user_id, assertion.subject, session=session)


def _assertion(parameters: Parameters, world: World, account_id: str, provider_arn: str) -> saml.Assertion:
    document = find_saml_metadata(world, provider_arn)
    if document is None or provider_arn.split(":")[4] != account_id:
        raise refusal("InvalidIdentityToken", "Specified provider doesn't exist")
    try:
        metadata = saml.read_metadata(document)
    except saml.InvalidMetadata as error:
        raise refusal("InvalidIdentityToken", "Could not parse metadata") from error
    try:
        raw = b64decode("".join(str(parameters.get("SAMLAssertion") or "").split()), validate=True)
        assertion = saml.read_response(raw, metadata)
    except saml.InvalidSignature as error:
        raise refusal("InvalidIdentityToken", "Response signature invalid") from error
    except (saml.InvalidResponse, ValueError) as error:
        raise refusal("InvalidIdentityToken", "Invalid SAML response") from error
    if assertion.issuer != metadata.entity_id:
        raise refusal("InvalidIdentityToken", "Issuer not present in specified provider")
    return assertion


def _check_window(assertion: saml.Assertion, now: datetime) -> None:
    if now >= min(assertion.ends_at, assertion.issued_at + MOST_AGE):
        raise refusal("ExpiredTokenException", "Token must be redeemed within 5 minutes of issuance")
    if now < assertion.not_before or now < assertion.issued_at - MOST_AGE:
        raise refusal("InvalidIdentityToken", "The SAML response is not valid yet")


def _session_name(assertion: saml.Assertion) -> str:
    names = assertion.attribute("RoleSessionName")
    if not names:
        raise refusal("InvalidIdentityToken", "RoleSessionName is required in AuthnResponse")
    if len(names) > 1 or not NAME.fullmatch(names[0]):
        message = "RoleSessionName in AuthnResponse must match [a-zA-Z_0-9+=,.@-]{2,64}"
        raise refusal("InvalidIdentityToken", message)
    return names[0]


def _offers(assertion: saml.Assertion, role_arn: str, provider_arn: str) -> bool:
    """Whether the pair is among the assertion's, in either order."""
    pairs = [{part.strip() for part in value.split(",")} for value in assertion.attribute("Role")]
    return {role_arn, provider_arn} in pairs


def _qualifier(issuer: str, account_id: str, provider_name: str) -> str:
    # So AWS computes it; it is no secret.
    digest = hashlib.sha1(f"{issuer}{account_id}/{provider_name}".encode(), usedforsecurity=False).digest()
    return b64encode(digest).decode()


def _assertion_tags(assertion: saml.Assertion) -> Tags:
    prefix = f"{saml.ATTRIBUTES}PrincipalTag:"
    given = {
        name.removeprefix(prefix): values for name, values in assertion.attributes.items() if name.startswith(prefix)
    }
    if any(len(values) != 1 for values in given.values()):
        raise refusal("InvalidIdentityToken", "A PrincipalTag attribute must have one value")
    tags = {key: values[0] for key, values in given.items()}
    return checked_tags(tags, list(assertion.attribute("TransitiveTagKeys")))
