"""Scalars from text, as query, XML, headers and URIs write them. All raise ValueError."""

import base64
import binascii
import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from .shapes import Decoder, Shape

_INTEGER = re.compile(r"[+-]?[0-9]{1,30}")
_NUMBER = re.compile(r"[+-]?[0-9]{1,20}(?:\.[0-9]{0,20})?(?:[eE][+-]?[0-9]{1,3})?")


def string(text: str) -> str:
    """The text itself."""
    return text


def integer(text: str) -> int:
    """A decimal number of at most 30 digits."""
    if not _INTEGER.fullmatch(text):
        raise ValueError(f"not an integer: {text[:40]!r}")
    return int(text)


def number(text: str) -> float:
    """A float, also NaN, Infinity and -Infinity."""
    return float(text)


def boolean(text: str) -> bool:
    """true or false, in any case."""
    lowered = text.lower()
    if lowered not in ("true", "false"):
        raise ValueError(f"not a boolean: {text[:40]!r}")
    return lowered == "true"


def blob(text: str) -> bytes:
    """Bytes from base64."""
    try:
        return base64.b64decode(text, validate=False)
    except binascii.Error as error:
        raise ValueError(f"not base64: {error}") from None


def timestamp(text: str) -> datetime:
    """An aware UTC time from ISO 8601, epoch seconds or an RFC 822 date."""
    if _NUMBER.fullmatch(text):
        return epoch(float(text))
    try:
        moment = _iso_or_rfc822(text)
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (TypeError, IndexError, OverflowError):
        raise ValueError(f"not a time: {text[:40]!r}") from None


def _iso_or_rfc822(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return parsedate_to_datetime(text)


def epoch(seconds: float) -> datetime:
    """An aware UTC time from epoch seconds."""
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, OSError) as error:
        raise ValueError(f"not a time: {seconds!r}") from error


_TEXT: dict[str, Any] = {
    "string": string,
    "character": string,
    "integer": integer,
    "long": integer,
    "bigInteger": integer,
    "float": number,
    "double": number,
    "bigDecimal": number,
    "boolean": boolean,
    "blob": blob,
    "timestamp": timestamp,
}


def text_decoder(shape: Shape) -> Decoder:
    """The reader of a scalar shape from text; KeyError for structures, lists and maps."""
    decoder: Decoder = _TEXT[shape.kind]
    return decoder
