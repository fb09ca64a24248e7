"""S3 transfers without threads, for `aws s3` and for boto3's upload and download methods."""

import queue
import threading
from typing import Any

from entrypoint_runtime.guard import expect, expect_signature, replace


def use_one_thread() -> None:
    """Let every TransferManager run its parts one after the other."""
    from s3transfer.futures import NonThreadedExecutor
    from s3transfer.manager import TransferManager

    def init(self: Any, client: Any, config: Any = None, osutil: Any = None, executor_cls: Any = None) -> None:
        original(self, client, config, osutil, executor_cls or NonThreadedExecutor)

    original = replace(
        TransferManager, "__init__", init, signature="(self, client, config=None, osutil=None, executor_cls=None)"
    )


def show_results_at_once() -> None:
    """Handle the results of `aws s3` when they are put on their queue: no thread waits at its other end."""
    from awscli.customizations.s3 import results

    def start(self: Any) -> None:
        waiting = self._result_queue

        def handle(result: Any, block: bool = True, timeout: float | None = None) -> None:
            if isinstance(result, results.ShutdownThreadRequest):
                return
            if self._result_handlers_enabled:
                self._process_result(result)
            if isinstance(result, results.ErrorResult):
                self._result_handlers_enabled = False

        while True:
            try:
                handle(waiting.get(block=False))
            except queue.Empty:
                break
        waiting.put = handle

    processor = results.ResultProcessor
    expect_signature(processor, "_process_result", "(self, result)")
    expect(issubclass(processor, threading.Thread) and "start" not in vars(processor), "ResultProcessor is no thread")
    processor.start = start


def install() -> None:
    """Both parts."""
    use_one_thread()
    show_results_at_once()
