"""Start the supervised site for a test, and look at its processes."""

import contextlib
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def free_port() -> int:
    """Find a port that nobody listens on."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port: int = sock.getsockname()[1]
        return port


def site_environ(data_dir: Path, port: int, more: dict[str, str] | None = None) -> dict[str, str]:
    """Return an environment for one instance; databases and brokers of the test run are left out."""
    inherited = {
        name: value
        for name, value in os.environ.items()
        if name not in {"DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE", "HOST", "WEB_WORKERS"}
    }
    return {
        **inherited,
        "DATA_DIR": str(data_dir),
        "PORT": str(port),
        "PYTHONUNBUFFERED": "1",
        # Tests and the bench call as fast as they can.
        "SANDBOX_REQUESTS_PER_SECOND": "0",
        **(more or {}),
    }


@dataclass
class RunningSite:
    """A supervisor that a test has started."""

    process: subprocess.Popen[bytes]
    port: int
    data_dir: Path
    environ: dict[str, str]
    log: Path

    @property
    def url(self) -> str:
        """The site's address, without a slash at its end."""
        return f"http://127.0.0.1:{self.port}"

    def get(self, path: str, headers: dict[str, str] | None = None) -> tuple[int, dict[str, str], bytes]:
        """Fetch a path; return status, headers in lower case, body."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        with contextlib.closing(connection):
            connection.request("GET", path, headers=headers or {})
            answer = connection.getresponse()
            return answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read()

    def manage(self, *arguments: str) -> str:
        """Run a management command on this instance; return what it printed."""
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=self.environ,
            check=True,
            capture_output=True,
            text=True,
        )
        return done.stdout

    def make_accounts(self, count: int = 1, *, same_environment: bool = False) -> list[dict[str, str]]:
        """Make fresh accounts: account_id, access_key_id, secret_access_key, environment, endpoint_url."""
        more = ["--same-environment"] if same_environment else []
        accounts: list[dict[str, str]] = json.loads(self.manage("make_account", "--count", str(count), "--json", *more))
        return accounts

    def lines(self) -> list[str]:
        """Return what the supervisor and its children have printed."""
        return self.log.read_text(errors="replace").splitlines()

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Send a signal, wait for the end, return the exit code."""
        self.process.send_signal(number)
        return self.process.wait(30)


def spawn_site(data_dir: Path, more: dict[str, str] | None = None, *, port: int | None = None) -> RunningSite:
    """Start a supervisor and return at once."""
    chosen = port or free_port()
    environ = site_environ(data_dir, chosen, more)
    log = data_dir.parent / f"{data_dir.name}-{chosen}.log"
    with log.open("ab") as file:
        process = subprocess.Popen(
            [sys.executable, "-m", "config.supervisor"],
            cwd=ROOT,
            env=environ,
            stdout=file,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    return RunningSite(process, chosen, data_dir, environ, log)


@contextlib.contextmanager
def start_site(data_dir: Path, more: dict[str, str] | None = None, *, port: int | None = None) -> Iterator[RunningSite]:
    """Run the site while inside; it answers when this returns."""
    running = spawn_site(data_dir, more, port=port)
    try:
        wait_for(lambda: any("ready at" in line for line in running.lines()), 90, running)
        yield running
    finally:
        if running.process.poll() is None:
            running.stop()


def wait_for(condition: Callable[[], bool], seconds: float, running: RunningSite) -> None:
    """Wait until something is true; else fail with the site's last lines."""
    deadline = time.monotonic() + seconds
    while not condition():
        ended = running.process.poll()
        if ended is not None or time.monotonic() > deadline:
            state = "still runs" if ended is None else f"ended with {ended}"
            raise AssertionError(f"the site {state}:\n" + "\n".join(running.lines()[-30:]))
        time.sleep(0.05)


@dataclass(frozen=True)
class Process:
    """A process of the system."""

    pid: int
    parent: int
    command: str


def processes_of(data_dir: Path) -> list[Process]:
    """List the living processes that were started for a data folder (Linux)."""
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdecimal():
            continue
        with contextlib.suppress(OSError):
            environ = (entry / "environ").read_bytes().split(b"\0")
            state, parent = (entry / "stat").read_text().rsplit(")", 1)[1].split()[:2]
            command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            # Redis writes its title over its environment; its title and Celery's arguments name the folder.
            ours = f"DATA_DIR={data_dir}".encode() in environ or f"{data_dir}/" in command
            if ours and state != "Z":
                found.append(Process(int(entry.name), int(parent), command))
    return found
