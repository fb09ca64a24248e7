"""Make the environment of a lab session and run the lesson's own `setup.py` in it."""

import runpy
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from labs.content import Lesson
from sandbox import clients, conditions
from sandbox.environments import create_environment, delete_environment
from sandbox.models import Account, Environment
from sandbox.weather import Fault, Kind


class SetupFailed(RuntimeError):
    """The lesson's setup script broke; nothing is left of the environment."""


@dataclass(frozen=True, slots=True)
class Setup:
    """What a `def setup(lab)` gets."""

    accounts: Mapping[str, Account]
    names: Mapping[str, str]
    region: str

    def client(self, service: str, *, account: str = "main", region: str | None = None) -> Any:
        """A boto3 client as the account's root user; its events are not the learner's."""
        return clients.client(self.accounts[account], service, region=region or self.region)

    def fault(self, kind: str, service: str = "*", operation: str = "*", **how: Any) -> None:
        """Turn a fault on ("throttle", "error" or "latency"; `how` as in `Fault`).

        It strikes the script's own later calls, too: turn it on last.
        """
        environment_id = self.accounts["main"].environment_id
        conditions.set_fault(environment_id=environment_id, fault=Fault(Kind(kind), service, operation, **how))

    def outage(self, *zone_ids: str) -> None:
        """Let zones of the lab's region be out, by their ids ("euc1-az1")."""
        environment_id = self.accounts["main"].environment_id
        conditions.set_outage(environment_id=environment_id, region=self.region, zone_ids=zone_ids)


def set_up(lesson: Lesson, names: Mapping[str, str]) -> Environment:
    """Return an environment ready for the learner; raises SetupFailed."""
    environment = create_environment(aliases=tuple(lesson.lab.accounts))
    if lesson.setup is None:
        return environment
    accounts = {account.alias: account for account in environment.accounts.all()}
    try:
        runpy.run_path(str(lesson.setup))["setup"](Setup(accounts, names, lesson.lab.region))
    except Exception as error:
        delete_environment(environment.pk)
        raise SetupFailed(f"{lesson.setup}: {error}") from error
    return environment
