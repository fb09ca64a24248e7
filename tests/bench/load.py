"""The load client: raw keep-alive sockets, requests signed beforehand, a parser that does little."""

import selectors
import socket
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import cycle

RECEIVE = 256 * 1024


class BadAnswer(Exception):
    """An answer was not 2xx, or could not be read."""


@dataclass(frozen=True)
class Measured:
    """What one run gave; latencies in milliseconds."""

    per_second: float
    p50: float
    p99: float


class Connection:
    """One keep-alive connection with one request under way; opened again when the server closes it."""

    def __init__(self, port: int, requests: Iterable[bytes], selector: selectors.BaseSelector) -> None:
        self.port = port
        self.requests = cycle(requests)
        self.selector = selector
        self.received = bytearray()
        self.request = b""
        self.sent_at = 0.0
        self.fruitless = 0
        self.open()

    def open(self) -> None:
        """Connect."""
        self.sock = socket.create_connection(("127.0.0.1", self.port), timeout=30)
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.selector.register(self.sock, selectors.EVENT_READ, self)

    def close(self) -> None:
        """Disconnect."""
        self.selector.unregister(self.sock)
        self.sock.close()

    def send(self) -> None:
        """Send the next request."""
        self.request = next(self.requests)
        self.sent_at = time.perf_counter()
        self.sock.sendall(self.request)

    def receive(self) -> bool:
        """Read what is there; tell whether the answer is complete, raise BadAnswer when it is not 2xx."""
        part = self._read()
        if not part:
            self._send_again()
            return False
        self.received += part
        if not is_complete(self.received):
            return False
        if self.received[9:10] != b"2":
            raise BadAnswer(bytes(self.received[:600]).decode(errors="replace"))
        self.fruitless = 0
        if b"\r\nconnection: close\r\n" in self.received[: self.received.find(b"\r\n\r\n") + 2].lower():
            self.close()
            self.open()
        self.received.clear()
        return True

    def _read(self) -> bytes:
        try:
            return self.sock.recv(RECEIVE)
        except ConnectionResetError:
            return b""

    def _send_again(self) -> None:
        self.fruitless += 1
        if self.received or self.fruitless > 2:
            raise BadAnswer(f"the connection was closed: {bytes(self.received[:300])!r}")
        self.close()
        self.open()
        self.sock.sendall(self.request)


def is_complete(answer: bytearray) -> bool:
    """Tell whether a whole HTTP/1.1 answer is there, by Content-Length or by the last chunk."""
    end = answer.find(b"\r\n\r\n")
    if end < 0:
        return False
    head = answer[: end + 2].lower()
    at = head.find(b"\r\ncontent-length:")
    if at >= 0:
        return len(answer) >= end + 4 + int(head[at + 17 : head.find(b"\r\n", at + 2)])
    if b"\r\ntransfer-encoding: chunked" in head:
        return answer.endswith(b"\r\n0\r\n\r\n")
    return head[9:12] == b"204"


def measure(port: int, streams: Sequence[Sequence[bytes]], *, warm_up: float, seconds: float) -> Measured:
    """Keep one request under way per stream for that long; each stream has a connection of its own."""
    with selectors.DefaultSelector() as selector:
        connections = [Connection(port, requests, selector) for requests in streams]
        try:
            for connection in connections:
                connection.send()
            latencies = _run(selector, warm_up, seconds)
        finally:
            for connection in connections:
                connection.sock.close()
    return _summary(latencies, seconds)


def _run(selector: selectors.BaseSelector, warm_up: float, seconds: float) -> list[float]:
    latencies: list[float] = []
    begin = time.perf_counter() + warm_up
    end = begin + seconds
    while (now := time.perf_counter()) < end:
        events = selector.select(timeout=10)
        if not events:
            raise BadAnswer("no answer within 10 s")
        for key, _ in events:
            connection: Connection = key.data
            if connection.receive():
                now = time.perf_counter()
                if begin <= now < end:
                    latencies.append(now - connection.sent_at)
                connection.send()
    return latencies


def _summary(latencies: list[float], seconds: float) -> Measured:
    if not latencies:
        raise BadAnswer("no answer within the time of the measurement")
    ordered = sorted(latencies)
    return Measured(len(ordered) / seconds, ordered[len(ordered) // 2] * 1000, ordered[int(len(ordered) * 0.99)] * 1000)
