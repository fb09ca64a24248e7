"""The environment's identity provider: what it signs proves who calls, and nothing else does."""

import json
from base64 import b64decode, b64encode, urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest

from sandbox import identity_provider, worlds
from sandbox.emulator import World
from sandbox.environments import open_identity_provider
from sandbox.federation import saml
from sandbox.identity_provider import Grant
from sandbox.unsigned.saml_user import saml_user
from sandbox.unsigned.web_identity import web_identity
from sandbox.wire import AwsError
from tests.sandbox.conftest import Caller, make_caller

HOST = "token.actions.githubusercontent.com"
SUBJECT = "repo:octo/app:ref:refs/heads/main"
NOW = datetime(2026, 5, 4, 12, 0, 10, tzinfo=UTC)
SECONDS = int(NOW.timestamp())
Claims = dict[str, Any]


def opened(caller: Caller) -> World:
    return open_identity_provider(caller.account.environment_id)


def web_provider(caller: Caller, url: str = f"https://{HOST}") -> str:
    made = caller.client("iam").create_open_id_connect_provider(
        Url=url, ClientIDList=["sts.amazonaws.com", "other"], ThumbprintList=["a" * 40]
    )
    return str(made["OpenIDConnectProviderArn"])


def role_arn(caller: Caller) -> str:
    return f"arn:aws:iam::{caller.account.pk}:role/deploy"


def token_of(world: World, algorithm: str = "RS256", **claims: Any) -> str:
    given = {"iss": f"https://{HOST}", "sub": SUBJECT, "aud": "sts.amazonaws.com"} | claims
    kept = {name: value for name, value in given.items() if value is not None}
    return identity_provider.sign_jwt(world, kept, now=NOW, algorithm=algorithm)


def ask(caller: Caller, token: str, now: datetime = NOW, **parameters: Any) -> Any:
    given = {"RoleArn": role_arn(caller), "RoleSessionName": "ci", "WebIdentityToken": token} | parameters
    return web_identity(given, opened(caller), now)


def refusal(call: Callable[[], Any]) -> tuple[str, str, int]:
    with pytest.raises(AwsError) as caught:
        call()
    return caught.value.code, caught.value.message, caught.value.status


# Web identity tokens


@pytest.mark.parametrize("algorithm", ["RS256", "ES256"])
def test_a_token_tells_who_calls(caller: Caller, algorithm: str) -> None:
    arn = web_provider(caller)
    principal = ask(caller, token_of(opened(caller), algorithm, actor="ann", email="ann@example.com", other="x"))
    assert (principal.kind, principal.arn, principal.account_id) == ("WebIdentityUser", arn, caller.account.pk)
    assert principal.user_id == f"{arn}:sts.amazonaws.com:{SUBJECT}"
    assert principal.session.claims == {
        f"{HOST}:aud": ("sts.amazonaws.com",),
        f"{HOST}:sub": (SUBJECT,),
        f"{HOST}:actor": ("ann",),
        f"{HOST}:email": ("ann@example.com",),
    }
    identity = principal.identity()
    assert (identity["type"], identity["userName"], identity["identityProvider"]) == ("WebIdentityUser", SUBJECT, arn)
    assert "sessionContext" not in identity


def test_the_environments_own_issuer_is_one_too(caller: Caller) -> None:
    issuer = identity_provider.issuer(opened(caller))
    arn = web_provider(caller, issuer)
    assert ask(caller, token_of(opened(caller), iss=issuer)).arn == arn
    assert identity_provider.discovery_document(issuer)["jwks_uri"].startswith(issuer)


def test_some_providers_are_known_to_iam(caller: Caller) -> None:
    token = token_of(opened(caller), iss="https://accounts.google.com", aud="app", azp="client")
    principal = ask(caller, token)
    assert principal.arn == "accounts.google.com"
    assert principal.session.claims["accounts.google.com:aud"] == ("client",)


def test_a_token_carries_tags_and_a_source_identity(caller: Caller) -> None:
    web_provider(caller)
    tags = {"principal_tags": {"team": ["blue"], "cost": ["7"]}, "transitive_tag_keys": ["TEAM"]}
    claims: Claims = {"https://aws.amazon.com/tags": tags, "https://aws.amazon.com/source_identity": "ann"}
    session = ask(caller, token_of(opened(caller), **claims)).session
    assert (session.tags, session.transitive, session.source_identity) == (
        {"team": "blue", "cost": "7"},
        ("team",),
        "ann",
    )


@pytest.mark.parametrize(
    "tags",
    [1, {}, {"principal_tags": [1]}, {"principal_tags": {"a": ["1", "2"]}}, {"principal_tags": {"a": [1]}}],
)
def test_tags_in_another_form_are_refused(caller: Caller, tags: Any) -> None:
    web_provider(caller)
    token = token_of(opened(caller), **{"https://aws.amazon.com/tags": tags})
    assert refusal(lambda: ask(caller, token))[0] == "InvalidIdentityToken"


@pytest.mark.parametrize(
    ("claims", "message"),
    [
        ({"aud": "somebody"}, "Incorrect token audience"),
        ({"aud": None}, "Missing a required claim: aud"),
        ({"aud": 7}, "Missing a required claim: aud"),
        ({"sub": None}, "Missing a required claim: sub"),
        ({"sub": ["a"]}, "Missing a required claim: sub"),
        ({"iat": None}, None),
        ({"exp": "soon"}, "Missing a required claim: exp"),
        ({"exp": True}, "Missing a required claim: exp"),
        ({"exp": 1e300}, "Missing a required claim: exp"),
        ({"nbf": SECONDS + 1}, f"The token is not valid before {SECONDS + 1}; it is {SECONDS}"),
        ({"iss": "https://example.com"}, "No OpenIDConnect provider found in your account for https://example.com"),
        ({"iss": HOST}, f"No OpenIDConnect provider found in your account for {HOST}"),
        ({"iss": 7}, "No OpenIDConnect provider found in your account for 7"),
        (
            {"https://aws.amazon.com/source_identity": "aws:me"},
            'Source Identity must match [a-zA-Z_0-9+=,.@-]{2,64} and not begin with "aws:"',
        ),
    ],
)
def test_a_token_that_lacks_something_is_refused(caller: Caller, claims: Claims, message: str | None) -> None:
    web_provider(caller)
    token = token_of(opened(caller), **claims)
    if message is None:
        assert ask(caller, token).kind == "WebIdentityUser"
    else:
        assert refusal(lambda: ask(caller, token)) == ("InvalidIdentityToken", message, 400)


def test_a_token_ends(caller: Caller) -> None:
    web_provider(caller)
    token, ends = token_of(opened(caller)), NOW + timedelta(hours=1)
    ask(caller, token, ends - timedelta(seconds=1))
    code, message, status = refusal(lambda: ask(caller, token, ends))
    assert (code, status) == ("ExpiredTokenException", 400)
    assert message.startswith(f"Token expired: current date/time {SECONDS + 3600} must be before")


@pytest.mark.parametrize(
    "token", ["", "x", "a.b", "a.b.c", "a.b.c.d", "é.é.é", "e30.e30.", "W10.W10.YQ", "e30=.e30.YQ"]
)
def test_what_is_no_token_is_refused(caller: Caller, token: str) -> None:
    assert refusal(lambda: ask(caller, token))[0] == "InvalidIdentityToken"


def changed(token: str, part: int, change: Callable[[Claims], Claims]) -> str:
    """The token with another header or other claims, and its signature."""
    parts = token.split(".")
    content = json.loads(urlsafe_b64decode(parts[part] + "=="))
    parts[part] = urlsafe_b64encode(json.dumps(change(content)).encode()).rstrip(b"=").decode()
    return ".".join(parts)


@pytest.mark.parametrize(
    "change",
    [
        lambda token: changed(token, 1, lambda claims: claims | {"sub": "repo:evil/app"}),
        lambda token: changed(token, 0, lambda header: header | {"typ": "jwt"}),
        lambda token: changed(token, 0, lambda header: header | {"alg": "none"}),
        lambda token: changed(token, 0, lambda header: header | {"alg": "none"}).rpartition(".")[0] + ".",
        lambda token: changed(token, 0, lambda header: header | {"alg": "HS256"}),
        lambda token: changed(token, 0, lambda header: header | {"alg": "ES256"}),
        lambda token: changed(token, 0, lambda header: header | {"kid": "other"}),
        lambda token: changed(token, 0, lambda header: {"alg": "RS256", "jwk": {"kty": "RSA"}}),
        lambda token: changed(token, 0, lambda header: header | {"kid": ["list"]}),
        lambda token: token[:-8] + "AAAAAAAA",
        lambda token: token.rpartition(".")[0] + ".",
    ],
)
@pytest.mark.parametrize("algorithm", ["RS256", "ES256"])
def test_a_forged_token_is_refused(caller: Caller, algorithm: str, change: Callable[[str], str]) -> None:
    web_provider(caller)
    token = change(token_of(opened(caller), algorithm))
    assert refusal(lambda: ask(caller, token))[0] == "InvalidIdentityToken"


def test_a_token_of_another_environment_is_refused(caller: Caller) -> None:
    web_provider(caller)
    token = token_of(opened(make_caller()))
    assert refusal(lambda: ask(caller, token))[1].startswith("Couldn't retrieve verification key")


def test_a_provider_of_another_account_does_not_count(caller: Caller) -> None:
    web_provider(make_caller())
    assert "No OpenIDConnect provider" in refusal(lambda: ask(caller, token_of(opened(caller))))[1]


@pytest.mark.parametrize("arn", ["", "deploy", "arn:aws:iam::1:user/x", "arn:aws:sts::1:role/x"])
def test_the_role_must_be_a_role(caller: Caller, arn: str) -> None:
    assert refusal(lambda: ask(caller, "x", RoleArn=arn)) == ("ValidationError", "Request ARN is invalid", 400)


def test_access_tokens_of_other_providers_are_not_taken(caller: Caller) -> None:
    assert refusal(lambda: ask(caller, "x", ProviderId="graph.facebook.com"))[0] == "ValidationError"


def test_the_keys_are_made_once_and_kept(caller: Caller) -> None:
    keys = identity_provider.key_set(opened(caller))
    worlds.drop(caller.account.environment_id)
    assert len(keys) == 2
    assert identity_provider.key_set(opened(caller)) == keys
    assert not any("d" in key for key in keys)


# SAML


def saml_provider(caller: Caller, document: str | None = None) -> str:
    document = document or identity_provider.saml_metadata(opened(caller))
    made = caller.client("iam").create_saml_provider(SAMLMetadataDocument=document, Name="corporate")
    return str(made["SAMLProviderArn"])


def response_of(caller: Caller, provider_arn: str, **changes: Any) -> str:
    given: Claims = {"grants": [Grant(role_arn(caller), provider_arn)], "session_name": "ann", "now": NOW} | changes
    return identity_provider.sign_assertion(opened(caller), **given)


def present(caller: Caller, provider_arn: str, response: str, now: datetime = NOW, **parameters: Any) -> Any:
    given = {"RoleArn": role_arn(caller), "PrincipalArn": provider_arn, "SAMLAssertion": response} | parameters
    return saml_user(given, opened(caller), now)


def test_a_response_tells_who_calls(caller: Caller) -> None:
    arn = saml_provider(caller)
    attributes = {
        f"{saml.ATTRIBUTES}PrincipalTag:team": ["R & D <b>"],
        f"{saml.ATTRIBUTES}TransitiveTagKeys": ["team"],
        f"{saml.ATTRIBUTES}SourceIdentity": ["ann@example.com"],
    }
    ends = NOW + timedelta(minutes=20)
    response = response_of(caller, arn, subject="u-17", attributes=attributes, session_ends_at=ends)
    principal = present(caller, arn, response)
    session = principal.session
    assert (principal.kind, principal.arn, principal.user_name) == ("SAMLUser", arn, "u-17")
    assert (session.name, session.tags, session.transitive) == ("ann", {"team": "R & D <b>"}, ("team",))
    assert (session.source_identity, session.expires_at) == ("ann@example.com", ends)
    qualifier = session.claims["saml:namequalifier"][0]
    assert len(b64decode(qualifier)) == 20
    assert session.claims == {
        "saml:aud": ("https://signin.aws.amazon.com/saml",),
        "saml:iss": (f"{identity_provider.issuer(opened(caller))}/saml/metadata",),
        "saml:sub": ("u-17",),
        "saml:sub_type": ("persistent",),
        "saml:namequalifier": (qualifier,),
        "saml:doc": (f"{caller.account.pk}/corporate",),
    }
    assert principal.user_id == f"{qualifier}:u-17"


def test_a_response_is_redeemed_within_five_minutes(caller: Caller) -> None:
    arn = saml_provider(caller)
    response = response_of(caller, arn)
    present(caller, arn, response, NOW + timedelta(seconds=299))
    message = "Token must be redeemed within 5 minutes of issuance"
    late = refusal(lambda: present(caller, arn, response, NOW + timedelta(minutes=5)))
    assert late == ("ExpiredTokenException", message, 400)
    assert refusal(lambda: present(caller, arn, response, NOW - timedelta(minutes=6)))[0] == "InvalidIdentityToken"


@pytest.mark.parametrize(
    ("attributes", "code", "message"),
    [
        ({"RoleSessionName": []}, "InvalidIdentityToken", "RoleSessionName is required in AuthnResponse"),
        (
            {"RoleSessionName": ["a b"]},
            "InvalidIdentityToken",
            "RoleSessionName in AuthnResponse must match [a-zA-Z_0-9+=,.@-]{2,64}",
        ),
        ({"Role": []}, "AccessDenied", "Not authorized to perform sts:AssumeRoleWithSAML"),
        (
            {"PrincipalTag:a": ["1", "2"]},
            "InvalidIdentityToken",
            "A PrincipalTag attribute must have one value",
        ),
    ],
)
def test_a_response_that_lacks_something_is_refused(
    caller: Caller, attributes: dict[str, list[str]], code: str, message: str
) -> None:
    arn = saml_provider(caller)
    whole = {saml.ATTRIBUTES + name: values for name, values in attributes.items()}
    response = response_of(caller, arn, attributes=whole)
    assert refusal(lambda: present(caller, arn, response))[:2] == (code, message)


def test_the_provider_must_be_there_and_the_issuer_its_own(caller: Caller) -> None:
    arn = saml_provider(caller)
    response = response_of(caller, arn)
    gone = refusal(lambda: present(caller, arn + "x", response))
    assert gone == ("InvalidIdentityToken", "Specified provider doesn't exist", 400)
    document = identity_provider.saml_metadata(opened(caller)).replace("/saml/metadata", "/other")
    caller.client("iam").update_saml_provider(SAMLProviderArn=arn, SAMLMetadataDocument=document)
    other = refusal(lambda: present(caller, arn, response))
    assert other == ("InvalidIdentityToken", "Issuer not present in specified provider", 400)


def edited(response: str, *changes: tuple[str, str]) -> str:
    text = b64decode(response).decode()
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return b64encode(text.encode()).decode()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (">ann</saml:NameID>", ">bob</saml:NameID>"),
        (">ann</saml:AttributeValue>", ">bob</saml:AttributeValue>"),
        (">ann</saml:AttributeValue>", "><x/>ann</saml:AttributeValue>"),
        ("<ds:SignatureValue>", "<ds:SignatureValue>AAAA"),
        ("<ds:SignatureValue>", "<ds:SignatureValue>!"),
        ("xmldsig-more#rsa-sha256", "xmldsig-more#hmac-sha256"),
        ("xmlenc#sha256", "xmldsig#sha1"),
        ("#enveloped-signature", "#base64"),
        ("</ds:SignedInfo>", "</ds:SignedInfo><!-- x --><ds:SignedInfo></ds:SignedInfo>"),
        ('Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"', 'Algorithm="http://www.w3.org/2006/12/xml-c14n11"'),
    ],
)
def test_a_response_that_was_changed_is_refused(caller: Caller, old: str, new: str) -> None:
    arn = saml_provider(caller)
    response = edited(response_of(caller, arn), (old, new))
    if "<!--" in new:
        # The first one counts, and it is the one that was signed; what was added is not read.
        assert present(caller, arn, response).user_name == "ann"
    else:
        found = refusal(lambda: present(caller, arn, response))
        assert found == ("InvalidIdentityToken", "Response signature invalid", 400)


def test_a_comment_cuts_no_name_short(caller: Caller) -> None:
    arn = saml_provider(caller)
    response = edited(response_of(caller, arn), (">ann</saml:NameID>", ">an<!-- x -->n</saml:NameID>"))
    assert present(caller, arn, response).user_name == "ann"


def wrapped(response: str, kind: str) -> str:
    """A response with another assertion beside, around, or below the one that is signed."""
    text = b64decode(response).decode()
    start, end = text.index("<saml:Assertion"), text.index("</saml:Assertion>") + len("</saml:Assertion>")
    good = text[start:end]
    signature = good[good.index("<ds:Signature") : good.index("</ds:Signature>") + len("</ds:Signature>")]
    evil = good.replace(signature, "").replace(">ann<", ">bob<")
    other = evil.replace(' ID="_', ' ID="_evil')
    forms = {
        "before": other + good,
        "after": good + other,
        "same id": evil + good,
        "moved signature": other.replace("<saml:Subject>", f"{signature}<saml:Subject>", 1),
        "inside": other.replace("<saml:Subject>", f"{signature}<saml:Advice>{good}</saml:Advice><saml:Subject>", 1),
        "in the signature": other.replace(
            "<saml:Subject>",
            signature.replace("</ds:Signature>", f"<ds:Object>{good}</ds:Object></ds:Signature>") + "<saml:Subject>",
            1,
        ),
        "in an extension": f"<samlp:Extensions>{good}</samlp:Extensions>{other}",
        "unsigned": evil,
        "none": "",
    }
    return b64encode((text[:start] + forms[kind] + text[end:]).encode()).decode()


@pytest.mark.parametrize(
    "kind",
    [
        "before",
        "after",
        "same id",
        "moved signature",
        "inside",
        "in the signature",
        "in an extension",
        "unsigned",
        "none",
    ],
)
def test_nothing_is_wrapped_around_what_was_signed(caller: Caller, kind: str) -> None:
    arn = saml_provider(caller)
    response = wrapped(response_of(caller, arn), kind)
    assert refusal(lambda: present(caller, arn, response))[0] == "InvalidIdentityToken"


BOMB = '<!DOCTYPE a [<!ENTITY x "y"><!ENTITY z "&x;&x;&x;">]><a>&z;</a>'


@pytest.mark.parametrize("document", ["", "x", "<a/>", BOMB, "<a" * 100, "<a>" * 200, "<?pi x?><a/>", "<a:b/>"])
def test_what_is_no_response_is_refused(caller: Caller, document: str) -> None:
    arn = saml_provider(caller)
    for response in (document, b64encode(document.encode()).decode()):
        assert refusal(partial(present, caller, arn, response))[0] == "InvalidIdentityToken"


def test_a_response_of_another_environment_is_refused(caller: Caller) -> None:
    stranger = make_caller()
    arn = saml_provider(caller)
    response = identity_provider.sign_assertion(
        opened(stranger), grants=[Grant(role_arn(caller), arn)], session_name="ann", now=NOW
    )
    assert refusal(lambda: present(caller, arn, response))[1] == "Response signature invalid"
