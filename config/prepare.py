"""What must be done before the site starts: database, content, static files; in one process, to be quick."""

import hashlib
import os
import sys
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command, get_commands
from django.core.management.base import CommandError
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections
from django.db.migrations.executor import MigrationExecutor

from config.supervisor.problems import say

MARK = ".made-from"


def main() -> int:
    """Prepare; on a problem print one line and return 1."""
    try:
        django.setup()
        migrate()
        check_content()
        collect_static_files()
    except ImproperlyConfigured as problem:
        say(str(problem))
    except DatabaseError as problem:
        say(f"the database does not work: {first_line(problem)}")
    except CommandError as problem:
        say(first_line(problem) or "the content has problems")
    except OSError as problem:
        say(f"{problem.filename or 'a file'}: {problem.strerror}")
    except SystemExit as problem:
        return int(problem.code or 0) if isinstance(problem.code, int | None) else 1
    else:
        return 0
    return 1


def first_line(problem: Exception) -> str:
    """Shorten an error to its first line."""
    return next(iter(str(problem).strip().splitlines()), "")


def migrate() -> None:
    """Bring the database up to date."""
    executor = MigrationExecutor(connections[DEFAULT_DB_ALIAS])
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        call_command("migrate", interactive=False, verbosity=0)


def check_content() -> None:
    """Check lessons and questions; the command prints every problem and exits 1."""
    if "check_content" in get_commands():
        call_command("check_content", verbosity=0)


def collect_static_files() -> None:
    """Collect, hash and compress the static files, if any has changed since the last time."""
    for folder in [*settings.STATICFILES_DIRS, settings.RUNTIME_DIR]:
        Path(folder).mkdir(parents=True, exist_ok=True)
    mark = settings.STATIC_ROOT / MARK
    digest = fingerprint([Path(folder) for folder in settings.STATICFILES_DIRS])
    if mark.exists() and mark.read_text() == digest:
        return
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    mark.write_text(digest)


def fingerprint(folders: list[Path]) -> str:
    """Digest names, sizes and times of all files below the folders."""
    digest = hashlib.sha256()
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                status = path.stat()
                digest.update(f"{path}\0{status.st_size}\0{status.st_mtime_ns}\n".encode())
    return digest.hexdigest()


if __name__ == "__main__":
    sys.exit(main())
