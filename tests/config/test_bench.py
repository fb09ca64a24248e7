"""The benchmark's own parts: a wrong figure is worse than none."""

import pytest

from tests.bench.load import Measured, is_complete
from tests.bench.report import ratios, table


@pytest.mark.parametrize(
    ("answer", "complete"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nab", False),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc", True),
        (b"HTTP/1.1 200 OK\r\nX: 1\r\ncontent-length: 0\r\n\r\n", True),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n", False),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n", False),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n", True),
        (b"HTTP/1.1 204 No Content\r\nX: 1\r\n\r\n", True),
    ],
)
def test_an_answer_is_complete_at_its_end(answer: bytes, complete: bool) -> None:
    assert is_complete(bytearray(answer)) is complete


def test_ratios_are_of_what_both_were_measured_in() -> None:
    own = {"a": Measured(200, 1, 2), "b": Measured(400, 1, 2), "c": Measured(1, 1, 2)}
    other = {"a": Measured(100, 1, 2), "b": Measured(50, 1, 2)}
    assert ratios(["a", "b", "c"], own, other) == pytest.approx({"a": 2.0, "b": 8.0, "geometric mean": 4.0})


def test_columns_are_aligned() -> None:
    assert table([["op", "x"], ["a", "100"]]) == "op    x\na   100"
