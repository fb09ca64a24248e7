"""The web server: load the site once, then fork the workers, which share its memory and restart at once."""

import gc
import importlib
import multiprocessing
import os
import sys
from functools import partial

from granian.constants import HTTPModes, Interfaces, Loops
from granian.log import LogLevels
from granian.server import Server

from config import env
from config.adapter import AsgiApp
from config.affinity import Seats
from config.lifeline import die_with_parent


def load_site(target: str, seats: Seats | None = None) -> AsgiApp:
    """Return the ASGI callable; runs in each worker, after the fork."""
    from config.asgi import make_application

    die_with_parent()
    return make_application(seats)


def load_once() -> None:
    """Import everything before the fork, and keep the collector from writing to pages that are shared."""
    importlib.import_module("config.asgi")
    gc.collect()
    gc.freeze()


def main() -> None:
    """Serve until told to stop."""
    workers = env.integer("WEB_WORKERS", 2, low=1, high=64)
    seats = None
    if sys.platform == "linux":
        multiprocessing.set_start_method("fork")
        load_once()
        seats = Seats(workers) if workers > 1 else None
    try:
        make_server(workers).serve(target_loader=partial(load_site, seats=seats))
    finally:
        if seats:
            seats.remove()


def make_server(workers: int) -> Server:
    """Configure granian: one thread in each worker, and a worker that dies is replaced at once."""
    return Server(
        "config.asgi:application",
        address=os.environ.get("HOST", "") or "127.0.0.1",
        port=env.integer("PORT", 8000, low=1, high=65535),
        interface=Interfaces.ASGI,
        workers=workers,
        http=HTTPModes.http1,
        loop=Loops.uvloop,
        websockets=False,
        backlog=2048,
        respawn_failed_workers=True,
        respawn_interval=0.1,
        workers_kill_timeout=5,
        log_level=LogLevels.warning,
    )


if __name__ == "__main__":
    main()
