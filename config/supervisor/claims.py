"""Claims on what only one instance may use: a data folder and a port."""

import errno
import fcntl
import os
import socket
import tempfile
from pathlib import Path
from typing import IO

from config.supervisor.problems import CannotStart


def claim_data_dir(data_dir: Path) -> IO[str]:
    """Lock the data folder for as long as the returned file is open; raises CannotStart."""
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        lock = _open_lock(data_dir / "lock")
    except OSError as problem:
        raise CannotStart(f"DATA_DIR={data_dir}: cannot write there ({problem.strerror})") from None
    if not _lock(lock):
        raise CannotStart(f"DATA_DIR={data_dir}: another Entrypoint is running on it")
    return lock


def claim_port(host: str, port: int) -> IO[str]:
    """Claim the port for as long as the returned file is open; raises CannotStart.

    The web workers share it by SO_REUSEPORT, which would let those of a second instance in as well, until
    the first of them listens: hence a lock beside the look at the port.
    """
    look_at_port(host, port)
    lock = _open_lock(Path(tempfile.gettempdir()) / f"entrypoint-{os.getuid()}-port-{port}.lock")
    if not _lock(lock):
        raise CannotStart(in_use(port))
    return lock


def look_at_port(host: str, port: int) -> None:
    """Listen on the port for a moment; raises CannotStart when that does not work."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        socket.create_server((host, port), family=family).close()
    except OSError as problem:
        if problem.errno == errno.EADDRINUSE:
            raise CannotStart(in_use(port)) from None
        if problem.errno == errno.EACCES:
            raise CannotStart(f"port {port}: only root may use it; choose one above 1023") from None
        reason = (problem.strerror or str(problem)).split(" (while")[0]
        raise CannotStart(f"HOST={host}: cannot listen there ({reason})") from None


def in_use(port: int) -> str:
    """Say that the port is taken."""
    return f"port {port} is in use; choose another: PORT=8001 make run"


def _open_lock(path: Path) -> IO[str]:
    return os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600), "r+")


def _lock(file: IO[str]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.close()
        return False
    return True
