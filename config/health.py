"""`/healthz`: can this process reach its database and its broker? For load balancers, under any host name."""

import json
from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

import redis
from django.conf import settings
from django.db import DatabaseError, connection


def healthz(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Answer 200 when both can be reached, else 503, with a line for each."""
    parts = {"database": database(), "broker": broker()}
    healthy = all(word == "ok" for word in parts.values())
    body = json.dumps({"status": "ok" if healthy else "unavailable", **parts}).encode() + b"\n"
    headers = [
        ("Content-Type", "application/json"),
        ("Content-Length", str(len(body))),
        ("Cache-Control", "no-store"),
        ("X-Content-Type-Options", "nosniff"),
    ]
    start_response("200 OK" if healthy else "503 Service Unavailable", headers)
    return [body]


def database() -> str:
    """Ask the database for nothing."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return "unreachable"
    return "ok"


def broker() -> str:
    """Ping the broker."""
    try:
        _client().ping()
    except (redis.RedisError, OSError):
        return "unreachable"
    return "ok"


@cache
def _client() -> redis.Redis:
    return redis.Redis.from_url(settings.REDIS_URL, socket_timeout=2, socket_connect_timeout=1)
