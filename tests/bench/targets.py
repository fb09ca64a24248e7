"""What is measured: our site, the two peers as they come from PyPI, and a server that does nothing."""

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.bench.signing import Account
from tests.site import ROOT, RunningSite, free_port, start_site

PEERS = {"moto_server": "moto[server]==5.2.5", "ministack": "ministack==1.5.33"}
ACCOUNTS = 4


@dataclass
class Target:
    """A running server and four accounts on it."""

    name: str
    port: int
    endpoint_url: str
    accounts: list[Account]
    site: RunningSite | None = None


@contextlib.contextmanager
def ours(name: str, data_dir: Path, environ: dict[str, str]) -> Iterator[Target]:
    """Run our site under its supervisor."""
    with start_site(data_dir, environ) as site:
        accounts = [
            Account(made["account_id"], made["access_key_id"], made["secret_access_key"])
            for made in site.make_accounts(ACCOUNTS)
        ]
        yield Target(name, site.port, f"{site.url}/aws", accounts, site)


@contextlib.contextmanager
def peer(name: str, folder: Path) -> Iterator[Target]:
    """Run moto_server or ministack, as shipped, on loopback; our requests carry keys that it takes."""
    port = free_port()
    program = install_peer(name, folder)
    command = {
        "moto_server": [str(program), "-H", "127.0.0.1", "-p", str(port)],
        "ministack": [str(program)],
    }[name]
    environ = {**os.environ, "BIND_HOST": "127.0.0.1", "GATEWAY_PORT": str(port), "HOME": str(folder)}
    for variable in ("DJANGO_SETTINGS_MODULE", "DATA_DIR", "PORT", "DATABASE_URL", "REDIS_URL"):
        environ.pop(variable, None)
    with running(command, environ, folder / f"{name}.log", port):
        # ministack takes a key of 12 digits as the account; moto_server puts all keys into one.
        ids = [f"{111122223330 + number}" for number in range(ACCOUNTS)]
        yield Target(name, port, f"http://127.0.0.1:{port}", [Account(i, i, "secret") for i in ids])


@contextlib.contextmanager
def nothing(folder: Path) -> Iterator[int]:
    """Run granian with an application that answers at once: the load client's own limit."""
    port = free_port()
    environ = {**os.environ, "PYTHONPATH": str(ROOT)}
    options = ["--interface", "wsgi", "--blocking-threads", "1", "--no-ws", "--log-level", "error"]
    command = [
        sys.executable,
        "-m",
        "granian",
        *options,
        "--port",
        str(port),
        "tests.bench.trivial:application",
    ]
    with running(command, environ, folder / "trivial.log", port):
        yield port


@contextlib.contextmanager
def running(command: list[str], environ: dict[str, str], log: Path, port: int) -> Iterator[None]:
    """Run a server while inside; it accepts connections when this returns."""
    with (
        log.open("wb") as file,
        subprocess.Popen(command, env=environ, stdout=file, stderr=file, cwd=log.parent) as process,
    ):
        try:
            wait_for_port(port, process, log)
            yield
        finally:
            process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(5)
            process.kill()


def wait_for_port(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    """Wait until something listens there."""
    deadline = time.monotonic() + 60
    while True:
        with contextlib.suppress(OSError):
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"{process.args!r} does not start; see {log}")
        time.sleep(0.1)


def install_peer(name: str, folder: Path) -> Path:
    """Install a peer into an environment of its own, if it is not there; return its program."""
    environment = folder / name
    program = environment / "bin" / name
    if not program.exists():
        uv = shutil.which("uv") or str(ROOT / ".uv" / "bin" / "uv")
        subprocess.run([uv, "venv", "--quiet", "--python", sys.executable, str(environment)], check=True)
        target = ["--python", str(environment / "bin" / "python")]
        subprocess.run([uv, "pip", "install", "--quiet", *target, PEERS[name]], check=True)
    return program
