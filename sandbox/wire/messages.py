"""What goes over the wire: a request as it was signed, and the answer to it."""

from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import unquote_plus


@dataclass(frozen=True)
class Request:
    """One HTTP request to AWS, exactly as the client signed it.

    `raw_path` is the percent-encoded path as sent, `mount` the part of it that is ours and not AWS's ("/aws"
    at the plain endpoint, "" in the browser's envelope). Header names are lower case, in order, repeated when
    sent twice.
    """

    method: str
    host: str
    raw_path: str
    raw_query: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    mount: str = ""
    source_ip: str = ""

    @cached_property
    def header_map(self) -> dict[str, str]:
        """Headers by lower-case name; the values of a repeated header joined by commas."""
        headers: dict[str, str] = {}
        for name, value in self.headers:
            headers[name] = f"{headers[name]},{value}" if name in headers else value
        return headers

    def header(self, name: str, default: str = "") -> str:
        """Value of the header with this lower-case name."""
        return self.header_map.get(name, default)

    @cached_property
    def query_pairs(self) -> tuple[tuple[str, str], ...]:
        """Decoded names and values of the query, in order; a name without "=" has an empty value."""
        return _pairs(self.raw_query)

    @cached_property
    def query(self) -> dict[str, str]:
        """The query as a dict; of a repeated name the first."""
        return dict(reversed(self.query_pairs))

    @cached_property
    def form_pairs(self) -> tuple[tuple[str, str], ...]:
        """Decoded names and values of an application/x-www-form-urlencoded body; empty for other bodies."""
        if not self.header("content-type").startswith("application/x-www-form-urlencoded"):
            return ()
        return _pairs(self.body.decode("utf-8", "replace"))

    @property
    def path(self) -> str:
        """The percent-encoded path that AWS would see, at least "/"."""
        return self.raw_path[len(self.mount) :] or "/"


def _pairs(text: str) -> tuple[tuple[str, str], ...]:
    pairs = []
    for part in text.split("&"):
        if part:
            name, _, value = part.partition("=")
            pairs.append((_unquote(name), _unquote(value)))
    return tuple(pairs)


def _unquote(text: str) -> str:
    return unquote_plus(text) if "%" in text or "+" in text else text


@dataclass(frozen=True)
class Response:
    """An HTTP answer; header names as AWS writes them."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


@dataclass(eq=False)
class AwsError(Exception):
    """A refusal in AWS's terms, to be rendered in the form of the service's protocol.

    `fields` are further members of the error body (S3's BucketName, Region …), `headers` are S3's own.
    """

    code: str
    message: str
    status: int = 400
    fields: dict[str, str] = field(default_factory=dict)
    headers: tuple[tuple[str, str], ...] = field(default=(), kw_only=True)

    def __str__(self) -> str:
        return f"{self.code}: {self.message}"
