"""Hand a changing call to the web process that serves its account, so that two do not compete for its state.

Any process may serve any account: the database decides who was first (docs/adr/0003). But a process that
holds the account's newest state in memory answers without loading it, and loses no race against a neighbour.
"""

import asyncio
import fcntl
import marshal
import mmap
import os
import re
import shutil
import socket
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import IO, Any
from zlib import crc32

from sandbox.identifiers import account_of_access_key

Scope = dict[str, Any]
Answer = tuple[int, list[tuple[bytes, bytes]], bytes]
Run = Callable[[Scope, bytes], Answer]
Elsewhere = Callable[[Scope, bytes], Awaitable[Answer | None]]

# In the Authorization header, in a presigned URL, or in the browser's envelope.
CREDENTIAL = re.compile(rb"Credential=([A-Z0-9]{16,128})(?:/|%2F)")
SEARCHED = 16 * 1024
# Calls that only read, by their names: any process answers them as well.
READ = rb"(?:BatchGet|Describe|Get|List|Query|Scan)"
TARGET_READS = re.compile(rb"\." + READ)
ACTION_READS = re.compile(rb"(?:^|&)Action=" + READ)
BUCKETS = 16 * 1024
PARTS = ("method", "scheme", "http_version", "raw_path", "query_string", "headers", "server", "client")
LENGTH = 4
# Empty, since SDKs would try to read a text as XML or JSON: so they take it for the lost connection that it is.
GONE: Answer = (503, [(b"content-length", b"0")], b"")


def account_of(scope: Scope, body: bytes) -> str | None:
    """Read the account from the credential that a call is signed with; None when there is none."""
    for name, value in scope["headers"]:
        if name == b"authorization":
            return _account_in(value)
    return _account_in(scope["query_string"]) or _account_in(body[:SEARCHED])


def only_reads(scope: Scope, body: bytes) -> bool:
    """Tell by method and name whether a plain call can be expected to change nothing."""
    if scope["method"] in {"GET", "HEAD"}:
        return True
    for name, value in scope["headers"]:
        if name == b"x-amz-target":
            return TARGET_READS.search(value) is not None
    return ACTION_READS.search(body[:SEARCHED]) is not None


def _account_in(text: bytes) -> str | None:
    found = CREDENTIAL.search(text)
    return account_of_access_key(found[1].decode("ascii")) if found else None


class Seats:
    """The listening sockets of all web processes, made before they are forked; each process takes one.

    The sockets outlive a process that is killed: its callers wait for the one that takes the seat next.
    """

    def __init__(self, count: int) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix=f"entrypoint-web-{os.getpid()}-"))
        self.listeners = [_listen(self.path(number)) for number in range(count)]
        # Which seat serves the accounts of a bucket: its number + 1, or 0; one table for all processes.
        self.table = mmap.mmap(-1, BUCKETS)

    def path(self, number: int) -> Path:
        """Name a seat's socket."""
        return self.folder / f"{number}.sock"

    def of(self, account: str) -> int:
        """Return the seat that serves an account; a new bucket goes to the seat that has the fewest."""
        bucket = crc32(account.encode()) % BUCKETS
        if not self.table[bucket]:
            with (self.folder / "table.lock").open("wb") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)
                if not self.table[bucket]:
                    taken = self.table[:]
                    self.table[bucket] = min(range(1, len(self.listeners) + 1), key=taken.count)
        return self.table[bucket] - 1

    def take(self) -> tuple[int, IO[bytes]] | None:
        """Take a free seat for as long as the returned file is open; None when all are taken."""
        for number in range(len(self.listeners)):
            file = (self.folder / f"{number}.lock").open("wb")
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                file.close()
            else:
                return number, file
        return None

    def remove(self) -> None:
        """Close the sockets and remove their folder."""
        for listener in self.listeners:
            listener.close()
        shutil.rmtree(self.folder, ignore_errors=True)


def _listen(path: Path) -> socket.socket:
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listener.bind(str(path))
    listener.listen(1024)
    listener.setblocking(False)
    return listener


class Neighbours:
    """One web process among its neighbours: answers theirs, and hands them what is theirs."""

    def __init__(self, seats: Seats, prefix: bytes) -> None:
        self.seats = seats
        self.prefix = prefix
        self.seat: int | None = None
        self.idle: dict[int, list[tuple[asyncio.StreamReader, asyncio.StreamWriter]]] = {}

    async def join(self, run: Run) -> None:
        """Take a seat and answer the neighbours' calls from now on; without a free seat stay alone."""
        taken = self.seats.take()
        if taken is None:
            return
        self.seat, self.lock = taken
        self.run = run
        self.server = await asyncio.start_unix_server(self._serve, sock=self.seats.listeners[self.seat])

    async def elsewhere(self, scope: Scope, body: bytes) -> Answer | None:
        """Let the account's own process answer; None when that is this one, or there is no telling."""
        if self.seat is None or not scope["raw_path"].startswith(self.prefix):
            return None
        account = account_of(scope, body)
        if account is None or only_reads(scope, body):
            return None
        seat = self.seats.of(account)
        return None if seat == self.seat else await self._ask(seat, scope, body)

    async def _ask(self, seat: int, scope: Scope, body: bytes) -> Answer | None:
        waiting = self.idle.setdefault(seat, [])
        try:
            reader, writer = (
                waiting.pop() if waiting else await asyncio.open_unix_connection(str(self.seats.path(seat)))
            )
        except OSError:
            return None  # nothing was sent, so this process may answer
        try:
            await write_frame(writer, ({part: scope[part] for part in PARTS}, body))
            answer: Answer = await read_frame(reader)
        except (OSError, EOFError):
            writer.close()
            return GONE  # it may have been done: doing it again would do it twice
        waiting.append((reader, writer))
        return answer

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                scope, body = await read_frame(reader)
                await write_frame(writer, self.run(scope, body))
        except (OSError, EOFError):
            writer.close()


async def write_frame(writer: asyncio.StreamWriter, value: Any) -> None:
    """Write a value; both ends are forks of one process, which is what marshal is for."""
    data = marshal.dumps(value)
    writer.write(len(data).to_bytes(LENGTH, "big") + data)
    await writer.drain()


async def read_frame(reader: asyncio.StreamReader) -> Any:
    """Read a value; raises EOFError (as IncompleteReadError) at the end."""
    size = int.from_bytes(await reader.readexactly(LENGTH), "big")
    return marshal.loads(await reader.readexactly(size))  # noqa: S302  # from our own fork
