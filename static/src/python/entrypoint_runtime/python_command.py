"""The commands `python3` and `python`: a file, `-c`, `-m`, a program on stdin, or the interactive prompt."""

import code
import linecache
import runpy
import sys
import types
from pathlib import Path
from typing import Any

# Options that change nothing here: output is not held back, no files are cached.
IGNORED_OPTIONS = {"-u", "-q", "-B", "-E", "-I", "-s", "-S", "-i"}
NO_SUCH_FILE = 2


def run(arguments: list[str]) -> int:
    """Run what the command line asks for; errors of the program are raised, not handled."""
    while arguments and arguments[0] in IGNORED_OPTIONS:
        arguments = arguments[1:]
    first, *rest = arguments or [""]
    if first in ("-V", "--version"):
        sys.stdout.write(f"Python {sys.version.split()[0]}\n")
        return 0
    if first == "-c" and rest:
        return run_source(rest[0], "<string>", argv=["-c", *rest[1:]], folder="")
    if first == "-m" and rest:
        return run_module(rest)
    if first in ("", "-"):
        return run_stdin(arguments)
    if first.startswith("-"):
        sys.stderr.write(f"python3: unknown option {first}\n")
        return NO_SUCH_FILE
    return run_file(first, arguments)


def run_stdin(arguments: list[str]) -> int:
    """Run the program on stdin, or talk to the person at the terminal."""
    if not arguments and sys.stdin.isatty():
        return converse()
    return run_source(sys.stdin.read(), "<stdin>", argv=arguments or [""], folder="")


def converse() -> int:
    """Read, evaluate and print until the end of input."""
    namespace = fresh_main("<stdin>")
    sys.argv, sys.path[:0] = [""], [""]
    code.interact(banner=f"Python {sys.version.split()[0]}", local=namespace, exitmsg="")
    return 0


def run_module(arguments: list[str]) -> int:
    """Run `-m name …`."""
    sys.argv, sys.path[:0] = arguments, [str(Path.cwd())]
    runpy.run_module(arguments[0], run_name="__main__", alter_sys=True)
    return 0


def run_file(name: str, argv: list[str]) -> int:
    """Run a script; a missing file is reported in Python's own words."""
    path = Path(name).absolute()
    try:
        source = path.read_bytes()
    except OSError as error:
        sys.stderr.write(f"python3: can't open file '{path}': [Errno {error.errno}] {error.strerror}\n")
        return NO_SUCH_FILE
    return run_source(source, name, argv=argv, folder=str(path.parent), file=str(path))


def run_source(source: str | bytes, name: str, *, argv: list[str], folder: str, file: str = "") -> int:
    """Compile and run source text as `__main__`."""
    sys.argv, sys.path[:0] = argv, [folder]
    program = compile(source, name, "exec")
    if isinstance(source, str):
        # Tracebacks show lines of programs that are in no file, too.
        linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)
    exec(program, fresh_main(file or name))  # noqa: S102 - running the learner's program is what this is for
    return 0


def fresh_main(file: str) -> dict[str, Any]:
    """An empty `__main__` module, in place; returns its namespace."""
    module = types.ModuleType("__main__")
    module.__dict__.update({"__file__": file, "__builtins__": __builtins__})
    sys.modules["__main__"] = module
    return module.__dict__
