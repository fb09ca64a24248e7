"""A fresh account of the sandbox for each command, its gateway called in this process."""

from typing import Any

from botocore.awsrequest import AWSPreparedRequest, AWSResponse

from sandbox import clients, gateway
from sandbox.environments import create_environment, learner_credentials

from .driver import Place


def open_place() -> Place:
    """Open an account whose administrator runs the commands."""
    account = create_environment().accounts.get()
    keys = learner_credentials(account)
    return Place(account.pk, keys.access_key_id, keys.secret_access_key, send=_send)


def _send(request: AWSPreparedRequest, **_: Any) -> AWSResponse:
    request.reset_stream()
    response = gateway.handle(clients._as_sent(request))
    return AWSResponse(request.url, response.status, dict(response.headers), clients._Raw(response.body))
