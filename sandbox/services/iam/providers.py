"""Identity providers of OpenID Connect: their audiences, and that there is one for a URL.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_oidc.html
"""

from urllib.parse import urlsplit

from sandbox.emulator import iam_changes, iam_state
from sandbox.services.iam.errors import quota_exceeded, refusal
from sandbox.services.invocation import Handler, Invocation, Result

CLIENT_IDS, PROVIDERS = 100, 100


def create(invocation: Invocation) -> Result:
    """Make a provider for an https URL that has none yet.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateOpenIDConnectProvider.html
    """
    url = invocation.parameters["Url"]
    parts = urlsplit(url)
    if parts.scheme != "https" or not parts.hostname or parts.query or parts.port:
        raise refusal("ValidationError", "Invalid Open ID Connect Provider URL")
    arn = f"arn:aws:iam::{invocation.account_id}:oidc-provider/{parts.netloc}{parts.path}"
    if iam_state.client_ids(invocation.world, invocation.account_id, arn) is not None:
        raise refusal("EntityAlreadyExists", f"Provider with url {url} already exists.")
    if iam_state.provider_count(invocation.world, invocation.account_id) >= PROVIDERS:
        raise quota_exceeded("OpenIdConnectProvidersPerAccount", PROVIDERS)
    return invocation.forward()


def _client_ids(invocation: Invocation) -> tuple[str, list[str]]:
    arn = invocation.parameters["OpenIDConnectProviderArn"]
    found = iam_state.client_ids(invocation.world, invocation.account_id, arn)
    if found is None:
        raise refusal("NoSuchEntity", f"OpenIDConnect Provider not found for arn {arn}")
    return arn, found


def existing(invocation: Invocation) -> Result:
    """Let moto go on about a provider that is there."""
    _client_ids(invocation)
    return invocation.forward()


def add_client_id(invocation: Invocation) -> Result:
    """Add an audience; again does no harm.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_AddClientIDToOpenIDConnectProvider.html
    """
    arn, found = _client_ids(invocation)
    after = list(dict.fromkeys([*found, invocation.parameters["ClientID"]]))
    if len(after) > CLIENT_IDS:
        raise quota_exceeded("ClientIdsPerOpenIdConnectProvider", CLIENT_IDS)
    iam_changes.set_client_ids(invocation.world, invocation.account_id, arn, after)
    return {}


def remove_client_id(invocation: Invocation) -> Result:
    """Remove an audience; one that is not there does not matter.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_RemoveClientIDFromOpenIDConnectProvider.html
    """
    arn, found = _client_ids(invocation)
    gone = invocation.parameters["ClientID"]
    iam_changes.set_client_ids(invocation.world, invocation.account_id, arn, [one for one in found if one != gone])
    return {}


HANDLERS: dict[str, Handler] = {
    "AddClientIDToOpenIDConnectProvider": add_client_id,
    "CreateOpenIDConnectProvider": create,
    "DeleteOpenIDConnectProvider": existing,
    "GetOpenIDConnectProvider": existing,
    "RemoveClientIDFromOpenIDConnectProvider": remove_client_id,
    "UpdateOpenIDConnectProviderThumbprint": existing,
}
