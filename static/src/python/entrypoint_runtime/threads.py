"""Threads run to their end where they are started: WebAssembly gives Python one thread only.

Pools and simple workers come out right, one after the other; two threads that wait for each other cannot.
"""

import concurrent.futures
import concurrent.futures.thread
import threading
from collections.abc import Callable
from typing import Any

from entrypoint_runtime.guard import replace


class InlineExecutor(concurrent.futures.Executor):
    """An executor whose futures are done before `submit` returns."""

    def __init__(self, *_args: Any, **_kwargs: Any) -> None:
        self._max_workers = 1

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> concurrent.futures.Future[Any]:
        future: concurrent.futures.Future[Any] = concurrent.futures.Future()
        future.set_running_or_notify_cancel()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:
            future.set_exception(error)
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Nothing is ever left to wait for."""


def start(self: threading.Thread) -> None:
    """Run the thread's work here and now; what it raises is reported as a thread's exception would be."""
    self._started.set()
    try:
        self.run()
    except (SystemExit, KeyboardInterrupt) as error:
        if isinstance(error, KeyboardInterrupt):
            raise
    except BaseException as error:
        threading.excepthook(threading.ExceptHookArgs((type(error), error, error.__traceback__, self)))


def join(self: threading.Thread, timeout: float | None = None) -> None:
    """Return at once: a started thread is over."""


def is_alive(self: threading.Thread) -> bool:
    """No thread outlives its start."""
    return False


def install() -> None:
    """Replace the methods of `Thread` and the pool built on them."""
    replace(threading.Thread, "start", start, signature="(self)")
    replace(threading.Thread, "join", join, signature="(self, timeout=None)")
    replace(threading.Thread, "is_alive", is_alive, signature="(self)")
    concurrent.futures.thread.ThreadPoolExecutor = InlineExecutor
    concurrent.futures.ThreadPoolExecutor = InlineExecutor
