"""Create or drop a database: `python -m tests.postgresql create|drop postgresql://user@host:port name`."""

import sys

import psycopg
from psycopg import sql


def create(server: str, name: str) -> None:
    """Create an empty database."""
    with psycopg.connect(f"{server}/postgres", autocommit=True, connect_timeout=5) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))


def drop(server: str, name: str) -> None:
    """Drop a database, whoever is still connected to it."""
    with psycopg.connect(f"{server}/postgres", autocommit=True, connect_timeout=5) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def main(verb: str, server: str, name: str) -> int:
    """Do it; on a problem print one line."""
    try:
        {"create": create, "drop": drop}[verb](server, name)
    except psycopg.Error as problem:
        sys.stderr.write(f"PostgreSQL: {str(problem).splitlines()[0]}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
