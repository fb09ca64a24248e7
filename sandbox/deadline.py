"""An end to calls that spin: a timer of the kernel raises inside of them.

The web server sets the timer (config.adapter); it counts the processor's time, so a busy machine ends nothing early.
"""

import signal
from types import FrameType

# Seconds of processor time after which a call is given up; where that does not help, the worker is ended.
GIVE_UP = 8.0


class DeadlineExceeded(BaseException):
    """A call computed for too long. Not an Exception: whoever handles those did not expect this one."""


def install() -> None:
    """Let the timer raise; to be called in the process's main thread."""
    signal.signal(signal.SIGVTALRM, _raise)


def _raise(_: int, __: FrameType | None) -> None:
    raise DeadlineExceeded


def start() -> None:
    """Begin to count for one call."""
    signal.setitimer(signal.ITIMER_VIRTUAL, GIVE_UP)


def stop() -> None:
    """The call has ended."""
    signal.setitimer(signal.ITIMER_VIRTUAL, 0)
