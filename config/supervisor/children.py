"""One child process that is started again when it dies."""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from config.lifeline import die_with_parent

# A child that lived this long was well; its next death is answered quickly again.
WELL_AFTER = 30.0
LONGEST_PAUSE = 15.0


@dataclass(frozen=True, slots=True)
class ChildSpec:
    """What to run, and how long it may take to stop by itself."""

    name: str
    command: list[str]
    stop_within: float


def pause_before_restart(failures: int) -> float:
    """Seconds to wait after that many deaths in a row: 0.2, 0.8, 3.2, then 12.8 and at most 15."""
    return min(0.2 * 4.0 ** (failures - 1), LONGEST_PAUSE)


@dataclass(slots=True)
class Child:
    """A child in a session of its own: Ctrl-C does not reach it, and its whole family can be ended."""

    spec: ChildSpec
    cwd: Path
    environ: Mapping[str, str]
    clock: Callable[[], float] = time.monotonic
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    start_again_at: float | None = None
    failures: int = field(default=0)

    def start(self) -> None:
        """Start it; it ends when this process ends."""
        parent = os.getpid()
        self.start_again_at = None
        self.started_at = self.clock()
        self.process = subprocess.Popen(  # noqa: S603  # our own command line
            self.spec.command,
            cwd=self.cwd,
            env=dict(self.environ),
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=lambda: die_with_parent(parent),
        )

    def look(self) -> str | None:
        """Notice a death, plan or carry out the restart; return a line to tell, if there is one."""
        if self.process is None:
            if self.start_again_at is not None and self.clock() >= self.start_again_at:
                self.start()
            return None
        code = self.process.poll()
        if code is None:
            return None
        self.end_family()
        self.process = None
        self.failures = 1 if self.clock() - self.started_at > WELL_AFTER else self.failures + 1
        pause = pause_before_restart(self.failures)
        self.start_again_at = self.clock() + pause
        return f"{self.spec.name} ended ({describe(code)}); starting it again in {pause:.1f} s"

    def ask_to_stop(self) -> None:
        """Ask it to stop."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()

    def stop(self) -> None:
        """Ask it to stop, wait, and end what is left of its family."""
        if self.process is None:
            return
        self.ask_to_stop()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(self.spec.stop_within)
        self.end_family()
        self.process.wait()
        self.process = None
        self.start_again_at = None

    def end_family(self) -> None:
        """Kill the child and its own children."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)


def describe(code: int) -> str:
    """Say how a process ended."""
    if code >= 0:
        return f"exit code {code}"
    with contextlib.suppress(ValueError):
        return signal.Signals(-code).name
    return f"signal {-code}"
