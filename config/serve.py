"""The web server: load the site once, then fork the workers, which share its memory and restart at once."""

import gc
import multiprocessing
import os
import sys
from typing import Any

from granian.constants import HTTPModes, Interfaces, Loops
from granian.log import LogLevels
from granian.server import Server

from config import env
from config.lifeline import die_with_parent


def load_site(target: str) -> Any:
    """Return the ASGI callable; runs in the parent first, and in each worker after the fork."""
    from config.asgi import application

    if multiprocessing.parent_process() is not None:
        die_with_parent()
    return application


def main() -> None:
    """Serve until told to stop."""
    if sys.platform == "linux":
        multiprocessing.set_start_method("fork")
        load_site("")
        gc.collect()
        gc.freeze()
    Server(
        "config.asgi:application",
        address=os.environ.get("HOST", "") or "127.0.0.1",
        port=env.integer("PORT", 8000, low=1, high=65535),
        interface=Interfaces.ASGINL,
        workers=env.integer("WEB_WORKERS", 2, low=1, high=64),
        http=HTTPModes.http1,
        loop=Loops.uvloop,
        websockets=False,
        backlog=2048,
        respawn_failed_workers=True,
        respawn_interval=0.1,
        workers_kill_timeout=5,
        log_level=LogLevels.warning,
    ).serve(target_loader=load_site)


if __name__ == "__main__":
    main()
