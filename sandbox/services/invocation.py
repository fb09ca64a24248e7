"""What a handler of ours gets: the call, who makes it, and the state that it may read and change."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sandbox.emulator import World
from sandbox.principals import Principal
from sandbox.wire import Call, Request, Response


@dataclass(frozen=True, slots=True)
class Invocation:
    """One authorized call; `now` is the environment's time, `account_id` the account whose state is meant.

    `forward` lets moto perform the call and gives its answer as it is; `emulate` gives the members of a good answer
    as in the service's model, and raises AwsError for any other.
    """

    call: Call
    parameters: dict[str, Any]
    principal: Principal
    account_id: str
    world: World
    now: datetime
    request: Request
    request_id: str
    forward: Callable[[], Response]
    emulate: Callable[[], dict[str, Any]]

    def native(self, region: str | None = None, service: str | None = None) -> dict[str, Any]:
        """State of ours for the call's service in the account and region (JSON, changed in place)."""
        return self.world.native(
            service or self.call.service, self.account_id, self.call.region if region is None else region
        )


# The members of the answer as in the service's model, or the whole answer.
Result = dict[str, Any] | Response
Handler = Callable[[Invocation], Result]
