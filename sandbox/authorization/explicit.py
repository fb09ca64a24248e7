"""Rows for operations whose name alone does not tell what they need: data/rows.txt."""

from collections.abc import Iterator, Mapping
from pathlib import Path

ROWS_FILE = Path(__file__).parent / "data" / "rows.txt"
# Known to have no sound mapping, so that deriving one is not tried either.
UNMAPPED = "-unmapped"


def read(text: str) -> dict[str, dict[str, str]]:
    """Rows by service and operation; raises ValueError for a row given twice."""
    rows: dict[str, dict[str, str]] = {}
    for service, operation, row in _lines(text):
        if operation in rows.setdefault(service, {}):
            raise ValueError(f"{service} {operation}: two rows")
        rows[service][operation] = row
    return rows


def _lines(text: str) -> Iterator[tuple[str, str, str]]:
    service = ""
    for line in text.splitlines():
        if line.startswith("["):
            service = line.strip("[]")
        elif line and not line.startswith("#"):
            operation, _, row = line.partition(": ")
            yield service, operation, row


ROWS: Mapping[str, Mapping[str, str]] = read(ROWS_FILE.read_text())
