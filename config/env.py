"""Typed readers of environment variables; a bad value names itself and stops the process."""

import hashlib
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

TRUE = {"1", "true", "yes", "on"}
FALSE = {"0", "false", "no", "off", ""}


def flag(name: str, default: bool = False, *, environ: Mapping[str, str] = os.environ) -> bool:
    """Read a yes/no variable; raises ImproperlyConfigured for any other word."""
    value = environ.get(name)
    if value is None:
        return default
    word = value.strip().lower()
    if word in TRUE:
        return True
    if word in FALSE:
        return False
    raise ImproperlyConfigured(f"{name}={value!r}: write 1 or 0")


def integer(name: str, default: int, *, low: int, high: int, environ: Mapping[str, str] = os.environ) -> int:
    """Read a whole number between low and high; raises ImproperlyConfigured otherwise."""
    value = environ.get(name)
    if value is None or value == "":
        return default
    if not value.strip().isdecimal() or not low <= int(value) <= high:
        raise ImproperlyConfigured(f"{name}={value!r}: write a whole number from {low} to {high}")
    return int(value)


def words(name: str, default: list[str], *, environ: Mapping[str, str] = os.environ) -> list[str]:
    """Read a comma-separated list."""
    value = environ.get(name)
    if value is None:
        return default
    return [word.strip() for word in value.split(",") if word.strip()]


def folder(name: str, default: Path, *, environ: Mapping[str, str] = os.environ) -> Path:
    """Read a folder's path, made absolute; the folder need not exist yet."""
    value = environ.get(name, "")
    path = Path(value).expanduser() if value else default
    if path.exists() and not path.is_dir():
        raise ImproperlyConfigured(f"{name}={value!r}: is not a folder")
    return path.resolve()


def database(name: str, default: Path, *, environ: Mapping[str, str] = os.environ) -> dict[str, object]:
    """Read a database URL (postgresql:// or sqlite:///) as Django's settings; default: that SQLite file."""
    value = environ.get(name, "")
    if not value:
        return sqlite(default)
    url = urlsplit(value)
    if url.scheme in {"postgres", "postgresql"}:
        if not url.path.strip("/"):
            raise ImproperlyConfigured(f"{name}: names no database after the host")
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(url.path.lstrip("/")),
            "USER": unquote(url.username or ""),
            "PASSWORD": unquote(url.password or ""),
            "HOST": url.hostname or "",
            "PORT": str(url.port or ""),
            "CONN_MAX_AGE": 600,
            "CONN_HEALTH_CHECKS": True,
        }
    if url.scheme == "sqlite" and not url.netloc and url.path:
        return sqlite(Path(unquote(url.path)))
    raise ImproperlyConfigured(f"{name}: write postgresql://user:password@host/name or sqlite:////path/to/file")


def sqlite(path: Path) -> dict[str, object]:
    """Describe a SQLite database in write-ahead mode: a killed process loses nothing that was committed."""
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(path),
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "timeout": 20,
            "transaction_mode": "IMMEDIATE",
            "init_command": (
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"
                " PRAGMA foreign_keys=ON; PRAGMA cache_size=-16000; PRAGMA wal_autocheckpoint=10000;"
            ),
        },
    }


# The address of a unix socket holds 108 bytes on Linux and 104 on macOS.
LONGEST_SOCKET_PATH = 100


def site(name: str, default: str, *, environ: Mapping[str, str] = os.environ) -> str:
    """Read the site's own address, without a slash at its end."""
    value = environ.get(name, "").strip() or default
    url = urlsplit(value)
    if url.scheme not in {"http", "https"} or not url.netloc or url.path.strip("/"):
        raise ImproperlyConfigured(f"{name}={value!r}: write http://host:port or https://host")
    return value.rstrip("/")


def redis(name: str, data_dir: Path, *, environ: Mapping[str, str] = os.environ) -> str:
    """Read the broker's URL; default: the socket of the Redis that `make run` starts for this data folder."""
    value = environ.get(name, "")
    if not value:
        return f"unix://{redis_socket(data_dir)}"
    if urlsplit(value).scheme not in {"redis", "rediss", "unix"}:
        raise ImproperlyConfigured(f"{name}: write redis://host:port/number, rediss://… or unix:///path/to/socket")
    return value


def redis_socket(data_dir: Path) -> Path:
    """Name the embedded Redis's socket: in the data folder, or elsewhere when that path is too long."""
    path = data_dir / "redis" / "redis.sock"
    if len(os.fsencode(path)) <= LONGEST_SOCKET_PATH:
        return path
    digest = hashlib.sha256(os.fsencode(data_dir)).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"entrypoint-{os.getuid()}-{digest}" / "redis.sock"


def kombu_url(redis_url: str) -> str:
    """Write a redis-py URL as Celery's transport wants it."""
    if not redis_url.startswith("unix://"):
        return redis_url
    url = urlsplit(redis_url)
    database = parse_qs(url.query).get("db", ["0"])[0]
    return f"redis+socket://{url.path}?virtual_host={database}"
