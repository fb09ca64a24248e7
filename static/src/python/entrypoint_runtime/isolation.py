"""Make each command feel like a process of its own, though all of them share one interpreter."""

import io
import linecache
import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

# awscli sets it when it is imported; commands must keep it.
DATA_PATH = "AWS_DATA_PATH"

# Modules from here are part of the runtime; all others are the learner's and may be edited between two commands.
RUNTIME_FOLDERS = ("/lib/", "/usr/")


def set_environment(environment: dict[str, str], columns: int) -> None:
    """Give the process exactly these variables, and those which the CLI needs."""
    paths = [_cli_data_path(), environment.get(DATA_PATH, "")]
    os.environ.clear()
    os.environ.update(environment)
    os.environ[DATA_PATH] = os.pathsep.join(path for path in paths if path)
    os.environ["COLUMNS"] = str(columns)


def _cli_data_path() -> str:
    import awscli

    return str(Path(awscli.__file__).parent / "data")


def open_streams(terminal: bool) -> None:
    """Open stdin, stdout and stderr anew, so that nothing is left in them from the command before."""
    sys.stdin = sys.__stdin__ = _stream(0, "rb", errors="surrogateescape")
    sys.stdout = sys.__stdout__ = _stream(1, "wb", errors="strict", line_buffering=terminal)
    sys.stderr = sys.__stderr__ = _stream(2, "wb", errors="backslashreplace", line_buffering=True)


def _stream(descriptor: int, mode: str, **how: Any) -> io.TextIOWrapper:
    return io.TextIOWrapper(open(descriptor, mode, closefd=False), encoding="utf-8", **how)


def flush_streams() -> None:
    """Write out what is still buffered; a learner's program may have closed the streams."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (ValueError, OSError):
            continue


def reset_logging() -> None:
    """Remove the handlers and levels which a command set: `--debug` must not stay on."""
    loggers = [logging.root, *(logging.getLogger(name) for name in list(logging.root.manager.loggerDict))]
    for logger in loggers:
        logger.handlers[:] = [handler for handler in logger.handlers if isinstance(handler, logging.NullHandler)]
        logger.setLevel(logging.WARNING if logger is logging.root else logging.NOTSET)


def forget_modules(before: set[str]) -> None:
    """Drop the modules which the command imported from the learner's own files."""
    for name in set(sys.modules) - before:
        file = getattr(sys.modules[name], "__file__", None)
        if file and not file.startswith(RUNTIME_FOLDERS):
            del sys.modules[name]
    linecache.clearcache()


@contextmanager
def process() -> Iterator[None]:
    """Undo afterwards what a command did to the interpreter."""
    import boto3

    modules, path, main = set(sys.modules), list(sys.path), sys.modules["__main__"]
    try:
        yield
    finally:
        flush_streams()
        reset_logging()
        boto3.DEFAULT_SESSION = None
        sys.path[:] = path
        sys.modules["__main__"] = main
        forget_modules(modules)
