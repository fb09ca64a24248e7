"""Look at an environment without touching it: calls on a copy that is thrown away, never stored, never recorded."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

from botocore.exceptions import ClientError, ParamValidationError

from sandbox import clients, gateway, store, worlds
from sandbox.emulator import World
from sandbox.models import Account
from sandbox.principals import root_of
from sandbox.wire import Request, Response


@dataclass(frozen=True, slots=True)
class Answer:
    """What a call would answer now: its output named as in boto3, or the error's code and message."""

    output: dict[str, Any] | None
    error_code: str = ""
    error_message: str = ""


@dataclass(frozen=True, slots=True)
class Observed:
    """An environment as it was when the observation began; accounts by their alias."""

    environment_id: UUID
    accounts: dict[str, str]
    world: World

    def call(
        self,
        service: str,
        operation: str,
        parameters: dict[str, Any],
        *,
        account: str = "main",
        region: str = "us-east-1",
    ) -> Answer:
        """Make a boto3 call (`operation` in snake case) as the account's root user, on the copy.

        Raises KeyError for an unknown alias, AttributeError for an unknown operation, ValueError for parameters that
        do not fit it.
        """
        token = _LOOKING.set((self.world, self.accounts[account]))
        try:
            output = getattr(_client(service, region), operation)(**parameters)
        except ClientError as error:
            return Answer(None, error.response["Error"]["Code"], error.response["Error"]["Message"])
        except ParamValidationError as error:
            raise ValueError(f"{service}.{operation}: {error}") from error
        finally:
            _LOOKING.reset(token)
        output.pop("ResponseMetadata", None)
        return Answer({name: _read(value) for name, value in output.items()})


@contextmanager
def observe(environment_id: UUID) -> Iterator[Observed]:
    """Open an environment for looking; raises store.EnvironmentGone."""
    with worlds.lock:
        world = store.open_world(environment_id)
        accounts = dict(Account.objects.filter(environment_id=environment_id).values_list("alias", "id"))
        yield Observed(environment_id, accounts, world)


_LOOKING: ContextVar[tuple[World, str]] = ContextVar("looking")


@cache
def _client(service: str, region: str) -> Any:
    return clients.connected(service, region, _look)


def _look(request: Request) -> Response:
    world, account_id = _LOOKING.get()
    return gateway.look(request, world, root_of(account_id))


def _read(value: Any) -> Any:
    return value.read() if hasattr(value, "read") else value
