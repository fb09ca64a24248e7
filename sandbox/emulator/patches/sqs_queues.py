"""Queues that do not stop the server: no long poll waits, and sending does not count every message twice."""

import functools
from typing import Any

from moto.sqs.models import Queue, SQSBackend

from sandbox.emulator.expectation import expect

COUNTS = (
    "ApproximateNumberOfMessages",
    "ApproximateNumberOfMessagesDelayed",
    "ApproximateNumberOfMessagesNotVisible",
)


class QueueAttributes(dict[str, Any]):
    """A queue's attributes, whose counts are made when somebody looks at them: they walk through every message."""

    def __init__(self, queue: Queue, attributes: dict[str, Any]) -> None:
        super().__init__(attributes)
        self._queue: Queue | None = queue

    def _complete(self) -> None:
        if self._queue is not None:
            queue, self._queue = self._queue, None
            visible = [message.visible for message in queue._messages]
            delayed = [message.delayed for message in queue._messages]
            ready = sum(seen and not late for seen, late in zip(visible, delayed, strict=True))
            dict.update(self, zip(COUNTS, (ready, sum(delayed), visible.count(False)), strict=True))

    def get(self, name: str, default: Any = None) -> Any:
        if name in COUNTS:
            self._complete()
        return dict.get(self, name, default)

    def __getitem__(self, name: str) -> Any:
        if name in COUNTS:
            self._complete()
        return dict.__getitem__(self, name)

    def items(self) -> Any:
        self._complete()
        return dict.items(self)

    def values(self) -> Any:
        self._complete()
        return dict.values(self)


class _Uncounted:
    """A queue as moto's own `attributes` sees it, its counts left open."""

    def __init__(self, queue: Queue) -> None:
        self._queue = queue

    def __getattr__(self, name: str) -> Any:
        return None if name.startswith("approximate_number_of_messages") else getattr(self._queue, name)


def _attributes(original: property) -> property:
    read: Any = original.fget

    def attributes(self: Queue) -> QueueAttributes:
        return QueueAttributes(self, read(_Uncounted(self)))

    return property(attributes)


def _keeping_policy(original: Any) -> Any:
    @functools.wraps(original)
    def _set_attributes(self: Any, attributes: dict[str, Any], now: float | None = None) -> None:
        # moto takes a change of other attributes for one that takes the policy away.
        kept = attributes["Policy"] if "Policy" in attributes else self.policy  # noqa: SIM401 - a new queue has none
        original(self, attributes, now)
        self.policy = kept

    return _set_attributes


def _without_waiting(original: Any) -> Any:
    @functools.wraps(original)
    def receive_message(
        self: Any, queue_name: str, count: int, wait_seconds_timeout: int, *args: Any, **kwargs: Any
    ) -> Any:
        # One process serves many learners, one call at a time: a long poll answers at once, empty if need be.
        return original(self, queue_name, count, 0, *args, **kwargs)

    return receive_message


def apply() -> None:
    """Replace the queue's attributes and the receiving of messages."""
    expect(set(COUNTS) <= set(Queue.BASE_ATTRIBUTES), "Queue.BASE_ATTRIBUTES")
    queue: Any = Queue
    queue.attributes = _attributes(queue.attributes)
    expect("_set_attributes" in vars(Queue), "Queue._set_attributes")
    queue._set_attributes = _keeping_policy(queue._set_attributes)
    backend: Any = SQSBackend
    backend.receive_message = _without_waiting(backend.receive_message)
