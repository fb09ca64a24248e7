"""What can be wrong with a request's proof of identity: facts only, errors.py finds the words."""

from dataclasses import dataclass, field
from datetime import datetime

UNSUPPORTED_ALGORITHM = "Unsupported AWS 'algorithm': '{}' (only AWS4-HMAC-SHA256 for now). "


@dataclass(eq=False)
class AuthenticationProblem(Exception):
    """A request that is not proven to come from whom it says."""


@dataclass(eq=False)
class MissingAuthorization(AuthenticationProblem):
    """The operation needs a signature and the request has none."""


@dataclass(eq=False)
class MalformedAuthorization(AuthenticationProblem):
    """Parts of the signature are missing or unreadable; `detail` is AWS's sentence, `s3_detail` S3's if it differs."""

    detail: str
    presigned: bool = False
    s3_detail: str = ""


@dataclass(eq=False)
class UndatedAuthorization(MalformedAuthorization):
    """No header says when the request was signed, or none in a readable form."""


@dataclass(eq=False)
class TwoAuthorizations(AuthenticationProblem):
    """A signature in the Authorization header and another in the query."""

    header: str


@dataclass(eq=False)
class UnsupportedAuthorization(AuthenticationProblem):
    """A scheme that is not AWS4-HMAC-SHA256; `header` is the whole value."""

    scheme: str
    header: str = ""

    @property
    def signs(self) -> bool:
        """Whether the scheme is a version 4 signature, of an algorithm that is not taken."""
        return self.scheme.startswith("AWS4-")


@dataclass(eq=False)
class WrongScope(AuthenticationProblem):
    """The credential scope names another `part` ("region", "service" or "terminator") than the endpoint's.

    `rest` are the parts that are wrong besides.
    """

    part: str
    found: str
    expected: str
    presigned: bool = False
    rest: tuple["WrongScope", ...] = ()


@dataclass(eq=False)
class UnknownAccessKey(AuthenticationProblem):
    """No such key, or one that is not active. For the caller to raise, between reading and verifying."""

    access_key_id: str


@dataclass(eq=False)
class InvalidSessionToken(AuthenticationProblem):
    """A temporary key with no session token, or one that is not its own. For the caller to raise."""

    access_key_id: str
    session_token: str = ""


@dataclass(eq=False)
class ExpiredSessionToken(AuthenticationProblem):
    """A temporary key past its time. For the caller to raise."""

    session_token: str


@dataclass(eq=False)
class SignatureExpired(AuthenticationProblem):
    """Signed too long ago: more than 15 minutes, or longer than a presigned URL's own `expires` seconds."""

    signed_at: datetime
    now: datetime
    expires: int | None = None


@dataclass(eq=False)
class SignatureNotYetCurrent(AuthenticationProblem):
    """Signed more than 15 minutes in the future."""

    signed_at: datetime
    now: datetime
    presigned: bool = False


@dataclass(eq=False)
class UnsignedHeaders(AuthenticationProblem):
    """Headers that had to be signed and were not, lower case: host, S3's x-amz-*."""

    names: tuple[str, ...]


@dataclass(eq=False)
class SignatureMismatch(AuthenticationProblem):
    """Another signature than ours, and what we made of the request."""

    access_key_id: str
    provided: str
    string_to_sign: str
    canonical_request: str


@dataclass(eq=False)
class MissingBodyHash(AuthenticationProblem):
    """S3 wants x-amz-content-sha256, and it is absent or no value that S3 knows (`found`)."""

    found: str | None = None


@dataclass(eq=False)
class BodyHashMismatch(AuthenticationProblem):
    """The body is another than the one whose SHA-256 was signed."""

    claimed: str
    computed: str


@dataclass(eq=False)
class ChunkSignatureMismatch(AuthenticationProblem):
    """A chunk, or the trailer, of an aws-chunked body whose signature does not follow from the one before."""

    access_key_id: str
    provided: str
    string_to_sign: str
    position: int = field(default=0)
