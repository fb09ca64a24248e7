"""Environments in the database: load them, see whether they changed, and store a change all or nothing.

Plain SQL, since every call passes here: the ORM would cost more than the statements themselves.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from sandbox import emulator
from sandbox.bodies import EnvironmentBodies
from sandbox.emulator import Key, World
from sandbox.models import Account
from sandbox.sealing import snapshot_key

Statement = tuple[str, list[Any]]


class EnvironmentGone(LookupError):
    """The environment was deleted."""


class Conflict(Exception):
    """Somebody else stored a change of the environment first."""


@dataclass(frozen=True, slots=True)
class EventRow:
    """An event on its way to the table; `record` and `decision` are JSON texts."""

    environment_id: UUID
    account_id: str
    event_id: UUID
    event_time: datetime
    event_source: str
    event_name: str
    region: str
    interface: str
    read_only: bool
    error_code: str
    record: str
    decision: str


def open_world(environment_id: UUID) -> World:
    """Load an environment with all its rows; backends are made from them when they are touched."""
    accounts = Account.objects.filter(environment_id=environment_id).values_list("id", flat=True)
    world = World(
        environment_id=str(environment_id),
        accounts=frozenset(accounts),
        bodies=EnvironmentBodies(environment_id),
        seal_key=snapshot_key(),
        version=-1,
    )
    catch_up(world, environment_id)
    return world


CHANGED_ROWS = """
    SELECT e.version, s.account_id, s.service, s.region, s.blob
    FROM sandbox_environment e
    LEFT JOIN sandbox_accountstate s ON s.environment_id = e.id AND s.version > %s
    WHERE e.id = %s
"""


def catch_up(world: World, environment_id: UUID) -> None:
    """Bring a loaded world to the stored version, in one statement and so in one consistent view.

    Raises EnvironmentGone.
    """
    with connection.cursor() as cursor:
        cursor.execute(CHANGED_ROWS, [world.version, environment_id.hex])
        rows = cursor.fetchall()
    if not rows:
        raise EnvironmentGone(environment_id)
    version = rows[0][0]
    if version != world.version:
        world.refresh(version, {Key(*row[1:4]): bytes(row[4]) for row in rows if row[1] is not None})


TAKE_VERSION = "UPDATE sandbox_environment SET version = version + 1 WHERE id = %s AND version = %s"
PUT_STATE = """
    INSERT INTO sandbox_accountstate (environment_id, account_id, service, region, version, emulator, blob)
    VALUES (%s, %s, %s, %s, %s, %s, %s)
    ON CONFLICT (environment_id, account_id, service, region)
    DO UPDATE SET version = excluded.version, emulator = excluded.emulator, blob = excluded.blob
"""


def commit(world: World, environment_id: UUID, changes: Mapping[Key, bytes], events: Iterable[EventRow]) -> None:
    """Store changed backends and their events together; raises Conflict, and then nothing is stored."""
    with transaction.atomic(), connection.cursor() as cursor:
        if changes:
            cursor.execute(TAKE_VERSION, [environment_id.hex, world.version])
            if cursor.rowcount != 1:
                raise Conflict(environment_id)
        version = world.version + 1
        for key, blob in changes.items():
            cursor.execute(PUT_STATE, [environment_id.hex, *key, version, emulator.VERSION, blob])
        for event in events:
            cursor.execute(*_insert_event(event))
    if changes:
        world.version = version
        world.rows.update(changes)


def add_events(events: Iterable[EventRow]) -> None:
    """Store events of calls that changed nothing; those of environments deleted meanwhile are dropped."""
    with transaction.atomic(), connection.cursor() as cursor:
        for event in events:
            cursor.execute(*_insert_event(event))


INSERT_EVENT = """
    INSERT INTO sandbox_event (environment_id, account_id, event_id, event_time, event_source, event_name, region,
                               interface, read_only, error_code, record, decision)
    SELECT id, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s FROM sandbox_environment WHERE id = %s
"""
# PostgreSQL wants to know what a parameter in a SELECT list is.
INSERT_EVENT_POSTGRESQL = """
    INSERT INTO sandbox_event (environment_id, account_id, event_id, event_time, event_source, event_name, region,
                               interface, read_only, error_code, record, decision)
    SELECT id, %s, %s::uuid, %s::timestamptz, %s, %s, %s, %s, %s::boolean, %s, %s::jsonb, %s::jsonb
    FROM sandbox_environment WHERE id = %s
"""


def _insert_event(event: EventRow) -> Statement:
    sql = INSERT_EVENT_POSTGRESQL if connection.vendor == "postgresql" else INSERT_EVENT
    return sql, [
        event.account_id,
        event.event_id.hex,
        connection.ops.adapt_datetimefield_value(event.event_time),
        event.event_source,
        event.event_name,
        event.region,
        event.interface,
        event.read_only,
        event.error_code,
        event.record,
        event.decision,
        event.environment_id.hex,
    ]


def to_json(value: Any) -> str:
    """JSON text of an event's part; dates in ISO 8601, bytes only by their length."""
    return _encoder.encode(value)


def _plain(value: Any) -> str:
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(value, bytes):
        return f"({len(value)} bytes)"
    return str(value)


_encoder = json.JSONEncoder(default=_plain, separators=(",", ":"))
