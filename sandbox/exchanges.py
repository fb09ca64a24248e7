"""A call on its way through the gateway: as it arrived, and once its caller is known."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sandbox import access, operations, weather, wire
from sandbox.principals import Principal
from sandbox.wire import Authorization, Call, Request

# Services whose resources other accounts may use: a call on such a resource runs in its owner's account.
OWNERS_RUN = frozenset(
    ("dynamodb", "ecr", "events", "kinesis", "kms", "lambda", "logs", "s3", "secretsmanager", "sns", "sqs", "ssm")
)


@dataclass(frozen=True, slots=True)
class Arrival:
    """A request whose call is known, its caller not yet; `environment_id` as an unsigned request's sender says it."""

    request: Request
    call: Call
    authorization: Authorization | None
    now: datetime
    request_id: str
    environment_id: UUID | None = None
    form: wire.PostForm | None = None


@dataclass(slots=True)
class Exchange:
    """A call by a known principal: the request without its transport's encodings, and what becomes of it.

    `now` is the environment's time.
    """

    request: Request
    call: Call
    parameters: dict[str, Any]
    principal: Principal
    now: datetime
    request_id: str
    signed: bool = False
    event_id: UUID = field(default_factory=uuid4)
    strike: weather.Strike | None = None
    ruling: access.Ruling | None = None

    @property
    def action(self) -> str:
        """The IAM action that the call needs."""
        return f"{self.call.iam_prefix}:{self.call.operation_name}"

    @property
    def account_id(self) -> str:
        """The account on whose state the call is run: the resource's owner, for services that are shared by policy."""
        if self.ruling is not None and self.call.service in OWNERS_RUN and self.ruling.judgements:
            return self.ruling.judgements[0].need.resource_account
        return self.principal.account_id

    @property
    def reads(self) -> bool:
        """Whether the call changes nothing."""
        return operations.read_only(self.call.service, self.call.operation_name)
