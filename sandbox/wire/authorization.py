"""A request's signature, read but not yet believed."""

from dataclasses import dataclass

ALGORITHM = "AWS4-HMAC-SHA256"
# With the key of a certificate; for Roles Anywhere only.
RSA, ECDSA = "AWS4-X509-RSA-SHA256", "AWS4-X509-ECDSA-SHA256"
# Header bytes that are no UTF-8 arrive as surrogates, and are signed as what they were.
ENCODING = ("utf-8", "surrogateescape")


@dataclass(frozen=True, slots=True)
class Authorization:
    """The parts of a signature; of one with a certificate `access_key_id` is the serial number.

    `date` is yyyymmdd, `timestamp` 20260131T235959Z, `expires` seconds (presigned only), `content_sha256` the
    x-amz-content-sha256 as sent. `signed_headers` are lower case, in the order sent.
    `policy` is what was signed where a browser's form was, in Base64.
    """

    access_key_id: str
    date: str
    region: str
    service: str
    signed_headers: tuple[str, ...]
    signature: str
    timestamp: str
    expires: int | None = None
    session_token: str | None = None
    presigned: bool = False
    content_sha256: str | None = None
    algorithm: str = ALGORITHM
    policy: str | None = None

    @property
    def scope(self) -> str:
        """The credential scope: date/region/service/aws4_request."""
        return f"{self.date}/{self.region}/{self.service}/aws4_request"
