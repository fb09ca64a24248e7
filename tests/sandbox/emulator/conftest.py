"""boto3 clients on worlds in memory: the emulator alone, with no gateway and no database."""

import hashlib
import io
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import boto3
import pytest
from botocore import UNSIGNED
from botocore.awsrequest import AWSResponse
from botocore.config import Config

from sandbox import emulator
from sandbox.emulator import World

ACCOUNT, PARTNER = "111122223333", "444455556666"
SEAL_KEY = b"k" * 32


_SESSION = boto3.session.Session()


class Bodies(dict[str, bytes]):
    """Bodies of S3 objects, in memory."""

    def put(self, body: bytes) -> str:
        digest = hashlib.sha256(body).hexdigest()
        self[digest] = body
        return digest

    def get(self, digest: str) -> bytes:  # type: ignore[override]
        return self[digest]


def make_world(**given: Any) -> World:
    """A world with two accounts, empty unless rows are given."""
    values = {
        "environment_id": "e",
        "accounts": frozenset({ACCOUNT, PARTNER}),
        "bodies": Bodies(),
        "seal_key": SEAL_KEY,
    }
    return World(**{**values, **given})


@dataclass
class Lab:
    """A world and clients on it; `world` may be exchanged between calls."""

    world: World = field(default_factory=make_world)
    clients: dict[tuple[str, str, str], Any] = field(default_factory=dict)

    def client(self, service: str, *, account: str = ACCOUNT, region: str = "eu-central-1") -> Any:
        key = (service, account, region)
        if key not in self.clients:
            self.clients[key] = self._client(*key)
        return self.clients[key]

    def _client(self, service: str, account: str, region: str) -> Any:
        made = _SESSION.client(
            service,
            region_name=region,
            config=Config(
                signature_version=UNSIGNED,
                retries={"total_max_attempts": 1},
                s3={"addressing_style": "path"},
                # Undoing aws-chunked is the gateway's work, which is not here.
                request_checksum_calculation="when_required",
            ),
        )
        made.meta.events.register_last("before-send", self._sender(made, service, account))
        return made

    def _sender(self, made: Any, service: str, account: str) -> Callable[..., AWSResponse]:
        region = made.meta.region_name if not made.meta.region_name.startswith("aws") else "us-east-1"
        scope = f"20260101/{region}/{made.meta.service_model.signing_name}/aws4_request"

        def send(request: Any, event_name: str, **_: Any) -> AWSResponse:
            request.reset_stream()
            url, body = urlsplit(request.url), request.body or b""
            headers = [
                (name.lower(), value.decode() if isinstance(value, bytes) else str(value))
                for name, value in request.headers.items()
                if name.lower() not in ("host", "content-length")
            ]
            headers.append(
                (
                    "authorization",
                    f"AWS4-HMAC-SHA256 Credential=AKIA/{scope}, SignedHeaders=host, Signature=x",
                )
            )
            environ = emulator.environ(
                method=request.method,
                host=url.netloc,
                path=url.path or "/",
                query=url.query,
                headers=headers,
                body=body.read() if hasattr(body, "read") else body.encode() if isinstance(body, str) else bytes(body),
            )
            status, answered, content = emulator.run(
                self.world, account, service, event_name.rsplit(".", 1)[1], environ
            )
            return AWSResponse(request.url, status, dict(answered), _Raw(content))

        return send

    def reloaded(self) -> "Lab":
        """A lab whose world was stored and loaded again."""
        for held in self.world._by_account.values():
            for region, backend in dict.items(held):
                key = emulator.Key(held.account_id, type(backend).__module__.split(".")[1], region)
                self.world.touched[key] = backend
        rows = self.world.changes()
        return Lab(make_world(rows=rows, bodies=self.world.bodies))


class _Raw(io.BytesIO):
    def stream(self, *_: Any, **__: Any) -> Any:
        yield self.read()


@pytest.fixture
def lab() -> Lab:
    return Lab()
