"""Which children an instance has, and the environment they get."""

import os
import sys
from collections.abc import Mapping

from config.supervisor import broker
from config.supervisor.children import ChildSpec
from config.supervisor.options import Options


def child_environ(options: Options, environ: Mapping[str, str]) -> dict[str, str]:
    """Hand every child the same instance, whatever their defaults are."""
    return {
        **environ,
        "HOST": options.host,
        "PORT": str(options.port),
        "DATA_DIR": str(options.data_dir),
        "REDIS_URL": options.redis_url,
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }


def redis_child(options: Options) -> ChildSpec:
    """The broker."""
    server = broker.find_server(os.environ.get("PATH"))
    return ChildSpec("redis", broker.command(server, options.data_dir), stop_within=10)


def web_child() -> ChildSpec:
    """The web server with its workers."""
    return ChildSpec("web", [sys.executable, "-m", "config.serve"], stop_within=10)


def worker_child(options: Options) -> ChildSpec:
    """One Celery worker with beat inside: a pool of one process, so that a stuck task can be ended."""
    command = [sys.executable, "-m", "celery", "--app=config.celery", "worker", "--beat"]
    pool = ["--pool=prefork", "--concurrency=1"]
    quiet = ["--loglevel=WARNING", "--without-gossip", "--without-mingle", "--without-heartbeat"]
    files = [f"--schedule={options.data_dir / 'beat-schedule'}", f"--hostname=worker-{options.port}@%h"]
    return ChildSpec("worker", [*command, *pool, *quiet, *files], stop_within=15)


def prepare_command() -> list[str]:
    """Migrations, content check, static files."""
    return [sys.executable, "-m", "config.prepare"]
