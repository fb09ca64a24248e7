"""A child is restarted after a pause that grows, and takes its family with it."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from config.supervisor.children import Child, ChildSpec, describe, pause_before_restart


class Clock:
    """A clock that tests turn by hand."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


def child(code: str, clock: Callable[[], float] = time.monotonic, stop_within: float = 5) -> Child:
    command = [sys.executable, "-c", code]
    return Child(ChildSpec("thing", command, stop_within), Path.cwd(), {}, clock)


def wait_for_end(process: subprocess.Popen[bytes] | None) -> None:
    assert process is not None
    process.wait(10)


def test_pauses_grow_to_a_limit() -> None:
    assert [round(pause_before_restart(n), 1) for n in range(1, 7)] == [0.2, 0.8, 3.2, 12.8, 15.0, 15.0]


def test_a_death_is_told_once_and_answered_after_the_pause() -> None:
    clock = Clock()
    thing = child("raise SystemExit(3)", clock)
    thing.start()
    wait_for_end(thing.process)
    assert thing.look() == "thing ended (exit code 3); starting it again in 0.2 s"
    assert thing.look() is None
    assert thing.process is None
    clock.now += 0.3
    thing.look()
    wait_for_end(thing.process)
    assert thing.look() == "thing ended (exit code 3); starting it again in 0.8 s"


def test_after_a_good_time_the_pause_is_short_again() -> None:
    clock = Clock()
    thing = child("", clock)
    thing.failures = 4
    thing.start()
    wait_for_end(thing.process)
    clock.now += 60
    assert thing.look() == "thing ended (exit code 0); starting it again in 0.2 s"


def test_a_child_that_does_not_stop_is_killed() -> None:
    thing = child(
        "import signal, time; signal.signal(15, signal.SIG_IGN); print(flush=True); time.sleep(60)",
        stop_within=0.3,
    )
    thing.start()
    time.sleep(0.3)
    process = thing.process
    thing.stop()
    assert process is not None
    assert process.returncode in {-signal.SIGKILL, -signal.SIGTERM}


def test_grandchildren_end_with_the_child(tmp_path: Path) -> None:
    note = tmp_path / "pid"
    thing = child(
        "import subprocess, sys, pathlib, os\n"
        "inner = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
        f"path = pathlib.Path({str(note)!r}); path.with_suffix('.new').write_text(str(inner.pid))\n"
        "path.with_suffix('.new').rename(path); inner.wait()"
    )
    thing.start()
    while not note.exists():
        time.sleep(0.02)
    assert thing.process is not None
    thing.process.kill()
    thing.process.wait()
    thing.look()
    deadline = time.monotonic() + 5
    while is_alive(int(note.read_text())) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not is_alive(int(note.read_text()))


def is_alive(pid: int) -> bool:
    stat = Path(f"/proc/{pid}/stat")
    return stat.exists() and stat.read_text().rsplit(")", 1)[1].split()[0] != "Z"


@pytest.mark.parametrize(("code", "text"), [(0, "exit code 0"), (-9, "SIGKILL"), (-99, "signal 99")])
def test_how_it_ended_is_told(code: int, text: str) -> None:
    assert describe(code) == text
