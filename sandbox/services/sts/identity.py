"""Who calls, whose a key is, and why something was denied."""

import json

from sandbox import authorization_messages
from sandbox.identifiers import account_of_access_key
from sandbox.services.invocation import Handler, Invocation
from sandbox.wire import AwsError


def get_caller_identity(invocation: Invocation) -> dict[str, str]:
    """Say who calls; allowed to everyone who is authenticated.

    https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
    """
    principal = invocation.principal
    return {"UserId": principal.user_id, "Account": principal.account_id, "Arn": principal.arn}


def get_access_key_info(invocation: Invocation) -> dict[str, str]:
    """Tell the account of any key of the environment, be it active or gone.

    https://docs.aws.amazon.com/STS/latest/APIReference/API_GetAccessKeyInfo.html
    """
    access_key_id = invocation.parameters["AccessKeyId"]
    account_id = account_of_access_key(access_key_id) if access_key_id.startswith(("AKIA", "ASIA")) else None
    if account_id not in invocation.world.accounts:
        # The code is our belief: the page names no error.
        raise AwsError("ValidationError", f"The access key ID {access_key_id} is not valid", 400)
    return {"Account": account_id}


def decode_authorization_message(invocation: Invocation) -> dict[str, str]:
    """Show the details that a denial carries encoded.

    https://docs.aws.amazon.com/STS/latest/APIReference/API_DecodeAuthorizationMessage.html
    """
    try:
        message = authorization_messages.open_message(invocation.parameters["EncodedMessage"])
    except authorization_messages.InvalidMessage as error:
        code = "InvalidAuthorizationMessageException"
        raise AwsError(code, "The encoded authorization message is not valid", 400) from error
    return {"DecodedMessage": json.dumps(message, separators=(",", ":"))}


HANDLERS: dict[str, Handler] = {
    "GetCallerIdentity": get_caller_identity,
    "GetAccessKeyInfo": get_access_key_info,
    "DecodeAuthorizationMessage": decode_authorization_message,
}
