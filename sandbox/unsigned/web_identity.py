"""Web identities: a JSON Web Token of a provider that the account knows, or of one that IAM knows by itself.

https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sandbox import identity_provider
from sandbox.emulator import World, find_web_provider
from sandbox.federation import jwt
from sandbox.principals import Principal, Session
from sandbox.services.sts.errors import invalid, refusal
from sandbox.unsigned.checks import Parameters, Tags, account_of_role, checked_source_identity, checked_tags

_TAGS, _SOURCE_IDENTITY = "https://aws.amazon.com/tags", "https://aws.amazon.com/source_identity"
_KNOWN_TO_IAM = ("accounts.google.com", "cognito-identity.amazonaws.com")
# Claims that are condition keys, beside aud and sub; the second list is of single providers.
_CLAIMS = ("amr", "email")
_CLAIMS_OF = {
    "token.actions.githubusercontent.com": (
        "actor",
        "actor_id",
        "enterprise_id",
        "environment",
        "job_workflow_ref",
        "ref",
        "repository",
        "repository_id",
        "workflow",
    )
}


def web_identity(parameters: Parameters, world: World, now: datetime) -> Principal:
    """Who a web identity token is of; raises AwsError.

    Keys are those of the environment's own identity provider, which stands for every issuer there is.
    """
    if parameters.get("ProviderId"):
        raise invalid("ProviderId is for OAuth 2.0 access tokens, which the sandbox does not take; send an ID token")
    account_id = account_of_role(parameters)
    try:
        token = jwt.read(str(parameters.get("WebIdentityToken") or ""))
    except jwt.MalformedToken as error:
        message = "The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)"
        raise refusal("InvalidIdentityToken", message) from error
    provider_arn, url, client_ids = _web_provider(world, account_id, str(token.claims.get("iss") or ""))
    _verify(token, world)
    _check_times(token.claims, now)
    subject, audience = _subject(token.claims), _audience(token.claims, client_ids)
    claims = {f"{url}:aud": (audience,), f"{url}:sub": (subject,)} | _other_claims(token.claims, url)
    tags, transitive = _token_tags(token.claims)
    session = Session(
        issued_at=now,
        expires_at=now + timedelta(hours=12),
        provider=provider_arn,
        claims=claims,
        tags=tags,
        transitive=transitive,
        source_identity=checked_source_identity(str(token.claims.get(_SOURCE_IDENTITY) or "")),
    )
    user_id = f"{provider_arn}:{audience}:{subject}"
    return Principal("WebIdentityUser", provider_arn, account_id, user_id, subject, session=session)


def _web_provider(world: World, account_id: str, issuer: str) -> tuple[str, str, tuple[str, ...] | None]:
    """ARN, URL without https:// and audiences (None: any) of the provider that issued a token."""
    url = issuer.removeprefix("https://").rstrip("/")
    if url in _KNOWN_TO_IAM:
        return url, url, None
    provider = find_web_provider(world, account_id, url) if issuer.startswith("https://") else None
    if provider is None:
        raise refusal("InvalidIdentityToken", f"No OpenIDConnect provider found in your account for {issuer}")
    return provider.arn, url, provider.client_ids


def _verify(token: jwt.Token, world: World) -> None:
    try:
        jwt.verify(token, identity_provider.key_set(world))
    except jwt.UnknownKey as error:
        message = (
            "Couldn't retrieve verification key from your identity provider,  "
            "please reference AssumeRoleWithWebIdentity documentation for requirements"
        )
        raise refusal("InvalidIdentityToken", message) from error
    except jwt.WrongSignature as error:
        raise refusal("InvalidIdentityToken", "The signature of the token is not valid") from error


def _check_times(claims: Mapping[str, Any], now: datetime) -> None:
    moment, ends = int(now.timestamp()), _number(claims, "exp")
    begins = _number(claims, "nbf") if "nbf" in claims else moment
    if "iat" not in claims:
        raise refusal("InvalidIdentityToken", "Missing a required claim: iat")
    if moment >= ends:
        message = f"Token expired: current date/time {moment} must be before the expiration date/time{ends}"
        raise refusal("ExpiredTokenException", message)
    if moment < begins:
        raise refusal("InvalidIdentityToken", f"The token is not valid before {begins}; it is {moment}")


def _number(claims: Mapping[str, Any], name: str) -> int:
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or abs(value) > 1e12:
        raise refusal("InvalidIdentityToken", f"Missing a required claim: {name}")
    return int(value)


def _subject(claims: Mapping[str, Any]) -> str:
    subject = claims.get("sub")
    if not isinstance(subject, str) or not subject:
        raise refusal("InvalidIdentityToken", "Missing a required claim: sub")
    return subject


def _audience(claims: Mapping[str, Any], client_ids: tuple[str, ...] | None) -> str:
    given = claims.get("aud")
    audiences = [one for one in (given if isinstance(given, list) else [given]) if isinstance(one, str)]
    if not audiences:
        raise refusal("InvalidIdentityToken", "Missing a required claim: aud")
    if client_ids is None:
        return str(claims.get("azp") or audiences[0])
    found = next((one for one in audiences if one in client_ids), None)
    if found is None:
        raise refusal("InvalidIdentityToken", "Incorrect token audience")
    return found


def _other_claims(claims: Mapping[str, Any], url: str) -> dict[str, tuple[str, ...]]:
    found = {}
    for name in (*_CLAIMS, *_CLAIMS_OF.get(url, ())):
        value = claims.get(name)
        values = tuple(str(one) for one in (value if isinstance(value, list) else [value]) if one is not None)
        if values:
            found[f"{url}:{name}"] = values
    return found


def _token_tags(claims: Mapping[str, Any]) -> Tags:
    given = claims.get(_TAGS)
    if given is None:
        return {}, ()
    tags = given.get("principal_tags") if isinstance(given, dict) else None
    transitive = given.get("transitive_tag_keys") or [] if isinstance(given, dict) else None
    if not isinstance(tags, dict) or not isinstance(transitive, list):
        raise refusal("InvalidIdentityToken", f"The claim {_TAGS} has no principal_tags")
    single = {
        name: values[0] if isinstance(values, list) and len(values) == 1 else values for name, values in tags.items()
    }
    if not all(isinstance(value, str) for value in single.values()):
        raise refusal("InvalidIdentityToken", f"The claim {_TAGS} has a tag without a single text")
    return checked_tags(single, [str(key) for key in transitive])
