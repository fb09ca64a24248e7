"""`time.sleep` that Ctrl-C can end: the browser's own sleep holds the worker until it is over."""

import time

from entrypoint_runtime.guard import expect

# The host looks at its interrupt flag when it wakes up; a longer nap is cut into pieces.
LONGEST_NAP_SECONDS = 60.0

original_sleep = time.sleep


def sleep(seconds: float) -> None:
    """Sleep, and let a pending KeyboardInterrupt through as soon as it is signalled."""
    from entrypoint_host import nap

    if seconds < 0:
        raise ValueError("sleep length must be non-negative")
    deadline = time.monotonic() + seconds
    while (left := deadline - time.monotonic()) > 0:
        if not nap(min(left, LONGEST_NAP_SECONDS) * 1000):
            original_sleep(left)


def install() -> None:
    """Replace `time.sleep` for everybody."""
    expect(original_sleep.__name__ == "sleep" and time.sleep is original_sleep, "time.sleep was replaced already")
    time.sleep = sleep
