"""Run the CLI of the `awscli` package in this process; where its requests go is the caller's choice."""

import contextlib
import copy
import io
import logging
import os
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from unittest import mock

# Before awscli, which else puts its own copy under this name.
import botocore.session

import awscli  # isort: skip
from awscli.clidriver import CLIDriver, EnvironmentVariables
from awscli.plugin import load_plugins
from botocore.hooks import HierarchicalEmitter
from botocore.loaders import Loader

Send = Callable[..., Any]

# Each driver sets this logger to its lowest level.
logging.getLogger("awscli").propagate = False

_ERROR = re.compile(r"An error occurred \(([^)]+)\) when calling the (\w+) operation[^:]*: ?(.*)", re.DOTALL)
# The models of a service are read once, not for each of hundreds of commands.
_loader = Loader(extra_search_paths=[str(Path(awscli.__file__).parent / "data")])


@dataclass(frozen=True, slots=True)
class Place:
    """An account to run commands in; `send` answers requests in this process, else `endpoint_url` does."""

    account_id: str
    access_key_id: str
    secret_access_key: str
    send: Send | None = None
    endpoint_url: str = ""


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended; `error` is the code that AWS's answer carried, `asked` the operations called."""

    status: int
    output: str
    told: str
    error: str
    asked: tuple[str, ...]


def run(words: Sequence[str], place: Place, *, region: str, folder: Path) -> Ended:
    """Run one command, given without the leading `aws`, in a folder."""
    out, err = io.StringIO(), io.StringIO()
    asked: list[str] = []
    with _surroundings(place, folder), contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        driver = _driver(place, region, asked)
        try:
            status = driver.main([*_options(place), *words])
        except SystemExit as ended:  # how argparse refuses words
            status = ended.code if isinstance(ended.code, int) else 2
    logging.getLogger("awscli").handlers.clear()
    told = err.getvalue().strip()
    found = _ERROR.search(told)
    return Ended(status or 0, out.getvalue(), told, found[1] if found else "", tuple(asked))


def _options(place: Place) -> list[str]:
    return ["--endpoint-url", place.endpoint_url] if place.endpoint_url else []


def _driver(place: Place, region: str, asked: list[str]) -> CLIDriver:
    session = botocore.session.Session(
        EnvironmentVariables, event_hooks=copy.copy(_hooks()), include_builtin_handlers=False
    )
    session.user_agent_name = "aws-cli"
    session.register_component("data_loader", _loader)
    session.set_config_variable("region", region)
    session.register("before-call", lambda model, **_: asked.append(model.name))
    if place.send is not None:
        session.get_component("event_emitter").register_last("before-send", place.send)
    return CLIDriver(session=session)


@cache
def _hooks() -> HierarchicalEmitter:
    """The handlers of botocore and the CLI; to register them takes longer than to run a command."""
    hooks = HierarchicalEmitter()
    load_plugins({}, event_hooks=botocore.session.Session(event_hooks=hooks).get_component("event_emitter"))
    return hooks


@contextlib.contextmanager
def _surroundings(place: Place, folder: Path) -> Iterator[None]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_") or name == "AWS_DATA_PATH"}
    ours = {
        "AWS_ACCESS_KEY_ID": place.access_key_id,
        "AWS_SECRET_ACCESS_KEY": place.secret_access_key,
        "AWS_CONFIG_FILE": str(folder / "no-config"),
        "AWS_SHARED_CREDENTIALS_FILE": str(folder / "no-credentials"),
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_MAX_ATTEMPTS": "1",
        "HOME": str(folder),
    }
    with mock.patch.dict(os.environ, {**kept, **ours}, clear=True), contextlib.chdir(folder):
        yield
