"""Accounts in the database, and boto3 clients that sign with their keys and call the gateway in this process."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import boto3
import pytest
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.config import Config

from sandbox import clients, gateway, trail, worlds
from sandbox.environments import Credentials, create_environment, learner_credentials
from sandbox.models import Account, Event
from sandbox.wire import Request, Response

Change = Callable[[Request], Request]


@dataclass
class Caller:
    """A learner of one account; `sent` is the last request, `change` is applied to each before it goes out."""

    account: Account
    credentials: Credentials
    sent: Request | None = None
    answered: Response | None = None
    change: Change = field(default=lambda request: request)

    def client(self, service: str, *, region: str = "eu-central-1") -> Any:
        made = boto3.session.Session().client(
            service,
            region_name=region,
            aws_access_key_id=self.credentials.access_key_id,
            aws_secret_access_key=self.credentials.secret_access_key,
            config=Config(retries={"total_max_attempts": 1}),
        )
        made.meta.events.register_last("before-send", self._send)
        return made

    def _send(self, request: AWSPreparedRequest, **_: Any) -> AWSResponse:
        request.reset_stream()
        self.sent = self.change(clients._as_sent(request))
        self.answered = gateway.handle(self.sent)
        response = self.answered
        return AWSResponse(request.url, response.status, dict(response.headers), clients._Raw(response.body))

    def events(self) -> list[Event]:
        return list(Event.objects.filter(environment=self.account.environment_id).order_by("event_time", "id"))


def make_caller(account: Account | None = None) -> Caller:
    """A learner in a fresh environment, or in the account given."""
    account = account or create_environment().accounts.get()
    return Caller(account, learner_credentials(account))


def with_header(name: str, value: str) -> Change:
    """Send another value of a header than the one that was signed."""

    def change(request: Request) -> Request:
        kept = tuple(header for header in request.headers if header[0] != name)
        return replace(request, headers=(*kept, (name, value)))

    return change


@pytest.fixture
def caller(db: None) -> Caller:
    return make_caller()


@pytest.fixture(autouse=True)
def forgotten(settings: Any, tmp_path: Any) -> Iterator[None]:
    """Nothing in memory outlives the test's transaction."""
    settings.SANDBOX_RECORD_IN_BACKGROUND = False
    settings.SANDBOX_LISTENERS = []
    yield
    worlds._loaded.clear()
    worlds._environment_of.clear()
    trail.recorder._events.clear()
    trail.recorder._called.clear()
