"""Run one command of the shell in this interpreter: what the worker calls."""

import gc
import json
import os
import sys
import traceback
from pathlib import Path
from types import TracebackType

from entrypoint_runtime import aws_command, isolation, python_command, terminal
from entrypoint_runtime.exit_codes import INTERRUPTED

COMMANDS = {"aws": aws_command.run, "python3": python_command.run}
OWN_FOLDER = str(Path(__file__).parent)
OWN_FRAMES = (OWN_FOLDER, "<frozen runpy>")


def run(program: str, request: str) -> int:
    """Run a program and return its exit code.

    `request` is JSON: {"arguments": [text], "folder": text, "environment": {name: value}, "terminal": bool,
    "columns": int}.
    """
    asked = json.loads(request)
    isolation.set_environment(asked["environment"], asked["columns"])
    terminal.set_columns(asked["columns"])
    isolation.open_streams(asked["terminal"])
    with isolation.process():
        os.chdir(asked["folder"])
        return _exit_code(program, asked["arguments"]) & 0xFF


def _exit_code(program: str, arguments: list[str]) -> int:
    try:
        return COMMANDS[program](arguments)
    except SystemExit as end:
        return _code_of(end)
    except KeyboardInterrupt as error:
        _print(error)
        return INTERRUPTED
    except BaseException as error:
        _print(error)
        return 1


def _code_of(end: SystemExit) -> int:
    if end.code is None or isinstance(end.code, int):
        return end.code or 0
    sys.stderr.write(f"{end.code}\n")
    return 1


def _print(error: BaseException) -> None:
    """Print the traceback without the frames of this package, as if the program had been started directly."""
    traceback.print_exception(type(error), error, _learners_part(error.__traceback__), file=sys.stderr)


def _learners_part(tb: TracebackType | None) -> TracebackType | None:
    while tb and tb.tb_frame.f_code.co_filename.startswith(OWN_FRAMES):
        tb = tb.tb_next
    return tb


def tidy() -> None:
    """Collect garbage; called between commands, else the memory of the worker grows to several times its need."""
    gc.collect()
