"""The trail: every API call as a CloudTrail record, written with the change it made, or soon after if it made none."""

import logging
import threading
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.db import DatabaseError, connection
from django.utils.module_loading import import_string

from sandbox import operations, store
from sandbox.models import Interface
from sandbox.principals import Principal

log = logging.getLogger(__name__)

# How long the event of a call that changed nothing may wait to be written with others (seconds).
PATIENCE = 0.2
# When the database is away for long, the oldest events beyond this many are given up.
MOST_WAITING = 10_000
SETUP_USER_AGENT = "entrypoint-setup"
# A parameter or answer longer than this many characters of JSON is left out of the record.
LONGEST_PART = 16_000

_AGENTS = (
    ("aws-cli/", Interface.CLI),
    ("console.", Interface.CONSOLE),
    ("boto3/", Interface.SDK),
    ("botocore/", Interface.SDK),
    ("aws-sdk", Interface.SDK),
)


def interface_of(user_agent: str) -> Interface:
    """Tell by the user agent whether a call came from the CLI, an SDK or the console."""
    agent = user_agent.lower()
    return next((interface for start, interface in _AGENTS if start in agent[:200]), Interface.OTHER)


@dataclass(frozen=True, slots=True)
class Told:
    """What is told about one call; times aware, `parameters` and `answer` named as in the service's model.

    `account_id` is the resource's, for callers who have none.
    """

    service: str
    operation: str
    region: str
    principal: Principal
    parameters: dict[str, Any]
    user_agent: str
    source_ip: str
    request_id: str
    event_source: str
    answer: dict[str, Any] | None = None
    error_code: str = ""
    error_message: str = ""
    decision: dict[str, Any] | None = None
    event_id: UUID = field(default_factory=uuid4)
    account_id: str = ""


def event_of(environment_id: UUID, call: Told, *, now: datetime | None = None) -> store.EventRow:
    """Make the row of a call.

    https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
    """
    event_time = now or datetime.now(UTC)
    reads = operations.read_only(call.service, call.operation)
    record = {
        "eventVersion": "1.11",
        "userIdentity": call.principal.identity(),
        "eventTime": event_time.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "eventSource": call.event_source,
        "eventName": call.operation,
        "awsRegion": call.region,
        "sourceIPAddress": call.source_ip,
        "userAgent": call.user_agent,
        **({"errorCode": call.error_code, "errorMessage": call.error_message} if call.error_code else {}),
        "requestParameters": _part(_renamed(call.service, call.parameters)),
        "responseElements": None if reads or call.error_code else _part(call.answer),
        "requestID": call.request_id,
        "eventID": str(call.event_id),
        "readOnly": reads,
        "eventType": "AwsApiCall",
        "managementEvent": not operations.is_data_event(call.service, call.operation),
        "recipientAccountId": call.principal.account_id or call.account_id,
        "eventCategory": "Data" if operations.is_data_event(call.service, call.operation) else "Management",
    }
    return store.EventRow(
        environment_id=environment_id,
        account_id=call.principal.account_id or call.account_id,
        event_id=call.event_id,
        event_time=event_time,
        event_source=call.event_source,
        event_name=call.operation,
        region=call.region,
        interface=interface_of(call.user_agent).value,
        read_only=reads,
        error_code=call.error_code,
        record=store.to_json(record),
        decision=store.to_json(call.decision or {}),
    )


# What CloudTrail, too, keeps out of its records.
_SECRET = {
    "SecretString",
    "SecretBinary",
    "Password",
    "NewPassword",
    "OldPassword",
    "SecretAccessKey",
    "SessionToken",
    "WebIdentityToken",
    "SAMLAssertion",
    "TokenCode",
}
_SECRET |= {
    "Plaintext",
    "PrivateKey",
    "KeyMaterial",
    "Body",
    "Payload",
    "ZipFile",
    "Message",
    "MessageBody",
    "UserData",
}
HIDDEN = "HIDDEN_DUE_TO_SECURITY_REASONS"


def _renamed(service: str, parameters: dict[str, Any]) -> dict[str, Any]:
    # CloudTrail's records of S3 say bucketName where the API says Bucket.
    if service != "s3" or "Bucket" not in parameters:
        return parameters
    return {"BucketName" if name == "Bucket" else name: value for name, value in parameters.items() if name != "Body"}


def _part(value: Any) -> Any:
    """A request's or answer's members with CloudTrail's lower-case first letters, secrets hidden, bulk left out."""
    if not value:
        return None
    part = _members(value)
    return part if len(store.to_json(part)) <= LONGEST_PART else {"omitted": "too long for the record"}


def _members(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            name[:1].lower() + name[1:]: HIDDEN if name[:1].upper() + name[1:] in _SECRET else _members(member)
            for name, member in value.items()
            if name != "ResponseMetadata"
        }
    if isinstance(value, (list, tuple)):
        return [_members(member) for member in value]
    return value


class Recorder:
    """Writes the events of calls that changed nothing in small batches, and tells the listeners who was called.

    One thread a process, started by the first call; a killed process loses at most the reading calls of `PATIENCE`.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._events: list[store.EventRow] = []
        self._called: set[UUID] = set()
        self._something = threading.Event()
        self._thread: threading.Thread | None = None

    def add(self, event: store.EventRow) -> None:
        """Take an event to be written soon."""
        with self._lock:
            self._events.append(event)
        self.called(event.environment_id)

    def called(self, environment_id: UUID) -> None:
        """Note that an environment was called, its event being written already."""
        with self._lock:
            self._called.add(environment_id)
            if self._thread is None and settings.SANDBOX_RECORD_IN_BACKGROUND:
                self._thread = threading.Thread(target=self._run, name="recorder", daemon=True)
                self._thread.start()
        if settings.SANDBOX_RECORD_IN_BACKGROUND:
            self._something.set()
        else:
            self.flush()

    def flush(self) -> None:
        """Write what waits and tell the listeners; nothing waits afterwards, unless the database refused."""
        with self._lock:
            events, self._events = self._events, []
            called, self._called = self._called, set()
        try:
            if events:
                store.add_events(events)
        except DatabaseError:
            log.exception("the trail could not be written; %d events wait", len(events))
            with self._lock:
                self._events = [*events, *self._events][-MOST_WAITING:]
            connection.close()
        if called:
            _tell_listeners(called)

    def _run(self) -> None:
        while True:
            self._something.wait()
            self._something.clear()
            time.sleep(PATIENCE)
            try:
                self.flush()
            except Exception:
                # Whatever it was, the next events must still find a thread that writes them.
                log.exception("the trail's thread stumbled")
            if self._events:
                self._something.set()


def _tell_listeners(environment_ids: set[UUID]) -> None:
    for name in settings.SANDBOX_LISTENERS:
        try:
            import_string(name)(environment_ids)
        except Exception:
            # A listener that fails must not end the thread that writes the trail.
            log.exception("listener %s failed", name)


recorder = Recorder()
