"""Changing calls go to the process that serves their account; nothing is done twice when it ends."""

import asyncio
from base64 import b32encode
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from config.affinity import Answer, Neighbours, Seats, account_of, only_reads

ACCOUNT = "123456789012"


def scope(
    method: str = "POST", *, headers: tuple[tuple[bytes, bytes], ...] = (), query: bytes = b"", path: bytes = b"/aws/"
) -> dict[str, Any]:
    return {
        "method": method,
        "scheme": "http",
        "http_version": "1.1",
        "raw_path": path,
        "query_string": query,
        "headers": list(headers),
        "server": ("127.0.0.1", 8000),
        "client": ("127.0.0.1", 50000),
    }


def access_key_id(account: str) -> str:
    return "AKIA" + b32encode((1 << 47 | int(account) << 7).to_bytes(6, "big") + bytes(4)).decode()


def signed(account: str = ACCOUNT) -> tuple[bytes, bytes]:
    credential = f"AWS4-HMAC-SHA256 Credential={access_key_id(account)}/20260101/us-east-1/sqs/aws4_request"
    return b"authorization", credential.encode()


@pytest.fixture
def seats() -> Iterator[Seats]:
    made = Seats(2)
    yield made
    made.remove()


def test_the_account_is_read_from_header_url_or_envelope() -> None:
    header = signed()
    quoted = header[1].replace(b"/", b"%2F").removeprefix(b"AWS4-HMAC-SHA256 ")
    assert account_of(scope(headers=(header,)), b"") == ACCOUNT
    assert account_of(scope(query=b"X-Amz-Expires=60&X-Amz-" + quoted), b"") == ACCOUNT
    assert account_of(scope(), b'{"authorization": "' + header[1] + b'"}') == ACCOUNT
    assert account_of(scope(headers=((b"authorization", b"Bearer x"),)), header[1]) is None
    assert account_of(scope(), b"") is None


@pytest.mark.parametrize(
    ("call", "body", "reads"),
    [
        (scope("GET"), b"", True),
        (scope("PUT"), b"", False),
        (scope(headers=((b"x-amz-target", b"DynamoDB_20120810.GetItem"),)), b"", True),
        (scope(headers=((b"x-amz-target", b"DynamoDB_20120810.PutItem"),)), b"Action=Get", False),
        (scope(), b"Action=DescribeInstances&Version=1", True),
        (scope(), b"Version=1&Action=ListUsers", True),
        (scope(), b"Action=CreateUser&UserName=.GetUser", False),
    ],
)
def test_what_only_reads_is_told_by_its_name(call: dict[str, Any], body: bytes, reads: bool) -> None:
    assert only_reads(call, body) is reads


def test_accounts_are_spread_evenly_and_stay_where_they_are(seats: Seats) -> None:
    accounts = [str(100_000_000_000 + 7919 * number) for number in range(100)]
    found = [seats.of(account) for account in accounts]
    assert abs(Counter(found)[0] - Counter(found)[1]) <= 2
    assert [seats.of(account) for account in accounts] == found


def test_a_seat_has_one_process_at_a_time(seats: Seats) -> None:
    first, second = seats.take(), seats.take()
    assert first and second and (first[0], second[0]) == (0, 1)
    assert seats.take() is None
    first[1].close()
    again = seats.take()
    assert again and again[0] == 0
    second[1].close()
    again[1].close()


def answering(name: bytes) -> Any:
    def run(scope: dict[str, Any], body: bytes) -> Answer:
        return 200, [(b"x-by", name)], scope["raw_path"] + body

    return run


def ending(scope: dict[str, Any], body: bytes) -> Answer:
    raise ConnectionResetError


async def two(seats: Seats) -> tuple[Neighbours, Neighbours]:
    pair = Neighbours(seats, b"/aws"), Neighbours(seats, b"/aws")
    for name, neighbour in zip((b"zero", b"one"), pair, strict=True):
        await neighbour.join(answering(name))
    return pair


def account_at(seats: Seats, seat: int) -> str:
    return next(a for a in (str(200_000_000_000 + n) for n in range(99)) if seats.of(a) == seat)


async def leave(*neighbours: Neighbours) -> None:
    for neighbour in neighbours:
        neighbour.server.close()
        neighbour.lock.close()
        for waiting in neighbour.idle.values():
            for _, writer in waiting:
                writer.close()
    await asyncio.sleep(0.01)


def test_a_neighbour_answers_for_its_accounts_only(seats: Seats) -> None:
    async def scenario() -> None:
        zero, one = await two(seats)
        call = scope(headers=(signed(account_at(seats, 1)),), path=b"/aws/a%2Fb")
        for _ in range(2):
            assert await zero.elsewhere(call, b"body") == (200, [(b"x-by", b"one")], b"/aws/a%2Fbbody")
        assert await one.elsewhere(call, b"body") is None
        assert await zero.elsewhere({**call, "raw_path": b"/lessons"}, b"") is None
        assert await zero.elsewhere({**call, "method": "GET"}, b"") is None
        await leave(zero, one)

    asyncio.run(scenario())


def test_a_call_that_may_have_been_done_is_not_done_again(seats: Seats) -> None:
    async def scenario() -> None:
        zero, one = await two(seats)
        one.run = ending
        answer = await zero.elsewhere(scope(headers=(signed(account_at(seats, 1)),)), b"")
        assert answer == (503, [(b"content-length", b"0")], b"")
        await leave(zero, one)

    asyncio.run(scenario())


def test_a_seat_that_cannot_be_reached_is_served_here(seats: Seats) -> None:
    async def scenario() -> None:
        zero, one = await two(seats)
        seats.path(1).unlink()
        assert await zero.elsewhere(scope(headers=(signed(account_at(seats, 1)),)), b"") is None
        await leave(zero, one)

    asyncio.run(scenario())
