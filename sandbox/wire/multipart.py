"""Read multipart/form-data, bounded: what a browser sends from a form with a file.

https://www.rfc-editor.org/rfc/rfc7578
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

MOST_PARTS = 200
MOST_HEADER_BYTES = 8 * 1024
_BOUNDARY = re.compile(r'boundary=(?:"([^"]{1,70})"|([^\s";]{1,70}))', re.IGNORECASE)
_DISPOSITION = re.compile(r"content-disposition:\s*form-data(.*)", re.IGNORECASE)
_PARAMETER = re.compile(r';\s*([a-z]+)="((?:[^"\\]|\\.)*)"', re.IGNORECASE)


class MalformedForm(ValueError):
    """A body that is no multipart/form-data."""


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a form; `filename` is None unless it is a file's."""

    name: str
    value: bytes
    filename: str | None = None


def read_parts(content_type: str, body: bytes) -> Iterator[Part]:
    """The parts of a body, one after the other; raises MalformedForm when it comes to what cannot be read."""
    boundary = _BOUNDARY.search(content_type)
    if boundary is None:
        raise MalformedForm("the content type names no boundary")
    delimiter = b"--" + (boundary[1] or boundary[2]).encode("utf-8", "surrogateescape")
    at = body.find(delimiter)
    for _ in range(MOST_PARTS):
        if at < 0:
            raise MalformedForm("a boundary is missing")
        start = at + len(delimiter)
        if body.startswith(b"--", start):
            return
        part, at = _part(body, start, delimiter)
        yield part
    raise MalformedForm(f"more than {MOST_PARTS} parts")


def _part(body: bytes, start: int, delimiter: bytes) -> tuple[Part, int]:
    """The part after a delimiter, and where the next delimiter is."""
    if not body.startswith(b"\r\n", start):
        raise MalformedForm("a boundary is not alone on its line")
    # A part without headers is none of a form's.
    ends = body.find(b"\r\n\r\n", start, start + MOST_HEADER_BYTES)
    after = body.find(b"\r\n" + delimiter, ends + 4) if ends >= 0 else -1
    if after < 0:
        raise MalformedForm("a part does not end")
    name, filename = _named(body[start + 2 : ends].decode("utf-8", "replace"))
    return Part(name, body[ends + 4 : after], filename), after + 2


def _named(headers: str) -> tuple[str, str | None]:
    for line in headers.split("\r\n"):
        disposition = _DISPOSITION.fullmatch(line)
        if disposition is not None:
            parameters = {name.lower(): _plain(value) for name, value in _PARAMETER.findall(disposition[1])}
            if parameters.get("name"):
                return parameters["name"], parameters.get("filename")
    raise MalformedForm("a part has no name")


def _plain(text: str) -> str:
    """A quoted value as it was meant: browsers write quotes and line breaks in percent encoding, others escape them."""
    text = text.replace("%22", '"').replace("%0D", "\r").replace("%0A", "\n")
    return re.sub(r'\\(["\\])', r"\1", text)
