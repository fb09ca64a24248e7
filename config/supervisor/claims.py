"""Claims on what only one instance may use: a data folder and a port."""

import errno
import fcntl
import os
import socket
from pathlib import Path
from typing import IO

from config.supervisor.problems import CannotStart


def claim_data_dir(data_dir: Path) -> IO[str]:
    """Lock the data folder for as long as the returned file is open; raises CannotStart."""
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        lock = (data_dir / "lock").open("a")
    except OSError as problem:
        raise CannotStart(f"DATA_DIR={data_dir}: cannot write there ({problem.strerror})") from None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        lock.close()
        raise CannotStart(f"DATA_DIR={data_dir}: another Entrypoint is running on it") from None
    return lock


def claim_port(host: str, port: int) -> socket.socket:
    """Hold the port, bound but not listening, so that a second instance sees it in use; raises CannotStart.

    The web workers share it by SO_REUSEPORT, which would let the workers of a second instance in as well:
    hence the first, exclusive bind.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        _bind(family, host, port, share=False).close()
        return _bind(family, host, port, share=True)
    except OSError as problem:
        if problem.errno == errno.EADDRINUSE:
            raise CannotStart(f"port {port} is in use; choose another: PORT=8001 make run") from None
        if problem.errno == errno.EACCES:
            raise CannotStart(f"port {port}: only root may use it; choose one above 1023") from None
        reason = problem.strerror or os.strerror(problem.errno or 0)
        raise CannotStart(f"HOST={host}: cannot listen there ({reason})") from None


def _bind(family: socket.AddressFamily, address: str, port: int, *, share: bool) -> socket.socket:
    sock = socket.socket(family, socket.SOCK_STREAM)
    try:
        # Else the closed connections of the last run would keep the port for a minute.
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if share:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        sock.bind((address, port))
    except OSError:
        sock.close()
        raise
    return sock
