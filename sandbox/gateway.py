"""The gateway: one call to AWS through every stage, from what came over the wire to the answer.

`application` is the WSGI callable below `/aws`; `handle` does the same with values, with no socket and no server.
"""

import logging
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from typing import Any
from urllib.parse import quote
from uuid import UUID, uuid4

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection, transaction

from sandbox import access, answers, emulator, operations, quotas, store, trail, wire, worlds
from sandbox.emulator import World
from sandbox.identifiers import account_of_access_key
from sandbox.models import Environment
from sandbox.principals import Principal
from sandbox.services import NATIVE
from sandbox.wire import Authorization, AwsError, Call, Request, Response

log = logging.getLogger(__name__)

MOUNT = "/aws"
ENVELOPE = "application/x-entrypoint-envelope"
MAX_BODY = quotas.MAX_OBJECT_BODY + 1024 * 1024
MAX_HEADERS = 64 * 1024
MAX_UNCOMPRESSED = 1024 * 1024
# After this many lost races the call runs under a lock on the environment's row.
TRIES = 3


@dataclass
class Exchange:
    """A call on its way through the stages; each stage fills in what it finds out."""

    request: Request
    now: datetime
    principal: Principal | None = None
    environment_id: UUID | None = None
    authorization: Authorization | None = None
    call: Call | None = None
    parameters: dict[str, Any] = field(default_factory=dict)
    verdict: access.Verdict | None = None
    request_id: str = field(default_factory=lambda: str(uuid4()))
    recorded: bool = True


def handle(request: Request, *, principal: Principal | None = None, now: datetime | None = None) -> Response:
    """Answer one request; `principal` is given by callers in process, who need not sign."""
    exchange = Exchange(request, now or datetime.now(UTC), principal=principal)
    try:
        identify(exchange)
        return _performed(exchange)
    except AwsError as error:
        return _refusal(exchange, error)
    except wire.AuthenticationProblem as problem:
        return _refusal(exchange, wire.error_of(problem, exchange.call, request))


def look(request: Request, world: World, principal: Principal) -> Response:
    """Answer a call on a world in memory; nothing is stored or recorded."""
    exchange = Exchange(request, datetime.now(UTC), principal=principal)
    try:
        identify(exchange)
        assert exchange.call is not None
        exchange.request = wire.decode_body(request, exchange.call.service, MAX_UNCOMPRESSED)
        exchange.parameters = wire.parse_parameters(exchange.request, exchange.call)
        return run(exchange, world)
    except AwsError as error:
        return _refusal(exchange, error)


# Stage 2


def identify(exchange: Exchange) -> None:
    """Find out which operation of which service in which region the request is, and whose account it concerns."""
    request = exchange.request
    exchange.authorization = wire.read_authorization(request)
    exchange.call = wire.identify(request, exchange.authorization, site_hosts())
    quotas.check_body(exchange.call.service, len(request.body))
    if exchange.call.service not in emulator.SERVICES:
        raise AwsError("NotImplemented", f"The service {exchange.call.service} is not part of the sandbox")


@cache
def site_hosts() -> tuple[str, ...]:
    """Names of this site, below which an S3 client may put a bucket's name."""
    return tuple(host.lstrip(".") for host in settings.ALLOWED_HOSTS if host != "*")


def _environment_of(exchange: Exchange) -> UUID:
    if exchange.principal is not None:
        return worlds.environment_of(exchange.principal.account_id)
    if exchange.authorization is None:
        raise wire.MissingAuthorization
    key_id = exchange.authorization.access_key_id
    account_id = account_of_access_key(key_id)
    if account_id is None:
        raise wire.UnknownAccessKey(key_id)
    try:
        return worlds.environment_of(account_id)
    except worlds.UnknownAccount as error:
        raise wire.UnknownAccessKey(key_id) from error


def _performed(exchange: Exchange) -> Response:
    """Run the stages on the stored state; again, when somebody else has changed it meanwhile."""
    exchange.environment_id = environment_id = _environment_of(exchange)
    given = exchange.principal
    for attempt in range(TRIES + 1):
        exchange.principal = given
        with worlds.lock, _row_lock(environment_id) if attempt == TRIES else nullcontext():
            try:
                return _run_stages(exchange, worlds.opened(environment_id))
            except store.Conflict:
                worlds.drop(environment_id)
            except store.EnvironmentGone as error:
                raise _unknown_key(exchange) from error
            except (OperationalError, InterfaceError):
                worlds.drop(environment_id)
                raise
    raise AssertionError("a call under the environment's lock cannot lose a race")


def _row_lock(environment_id: UUID) -> AbstractContextManager[Any]:
    lock = transaction.atomic()

    class Locked:
        def __enter__(self) -> None:
            lock.__enter__()
            worlds.drop(environment_id)
            Environment.objects.select_for_update().filter(pk=environment_id).first()

        def __exit__(self, *problem: Any) -> None:
            lock.__exit__(*problem)

    return Locked()


def _unknown_key(exchange: Exchange) -> Exception:
    return wire.UnknownAccessKey(exchange.authorization.access_key_id if exchange.authorization else "")


def _run_stages(exchange: Exchange, world: World) -> Response:
    authenticate(exchange, world)
    assert exchange.call is not None and exchange.principal is not None
    request = exchange.request
    if exchange.authorization is not None:
        request = wire.with_signed_header_names(request, exchange.authorization)
    exchange.request = request = wire.decode_body(request, exchange.call.service, MAX_UNCOMPRESSED)
    exchange.parameters = wire.parse_parameters(request, exchange.call)
    try:
        authorize(exchange, world)
        quotas.check(
            world,
            exchange.principal,
            exchange.call.service,
            exchange.call.operation_name,
            exchange.call.region,
            exchange.parameters,
        )
        response = run(exchange, world)
    except AwsError as error:
        response = wire.render_error(error, call=exchange.call, request_id=exchange.request_id, method=exchange.request.method)
        record(exchange, world, response, error)
        return response
    record(exchange, world, response, None)
    return response


# Stage 3


def authenticate(exchange: Exchange, world: World) -> None:
    """Prove by the signature who calls; raises wire.AuthenticationProblem."""
    if exchange.principal is not None:
        return
    authorization = exchange.authorization
    assert authorization is not None
    account_id = account_of_access_key(authorization.access_key_id) or ""
    key = emulator.find_access_key(world, account_id, authorization.access_key_id)
    if key is None or not key.active:
        raise wire.UnknownAccessKey(authorization.access_key_id)
    if authorization.session_token is not None:
        raise wire.InvalidSessionToken(authorization.access_key_id)
    wire.verify(exchange.request, authorization, key.secret_access_key, exchange.now)
    exchange.principal = Principal(
        "IAMUser", key.user_arn, account_id, key.user_id, key.user_name, authorization.access_key_id
    )


# Stage 4


def authorize(exchange: Exchange, world: World) -> None:
    """Decide whether the principal may; raises the service's access denied error with the reason."""
    call, principal = exchange.call, exchange.principal
    assert call is not None and principal is not None
    if (call.service, call.operation_name) == ("sts", "GetCallerIdentity"):
        exchange.verdict = access.Verdict(True, "everyone who is authenticated")
        return
    action = f"{call.iam_prefix}:{call.operation_name}"
    exchange.verdict = access.decide(world, principal, action, exchange.parameters)
    if not exchange.verdict.allowed:
        raise wire.access_denied(call, principal.arn, action, exchange.verdict.reason)


# Stage 7


def run(exchange: Exchange, world: World) -> Response:
    """Perform the call by our own handler if there is one, else by moto's; raises AwsError when nobody can."""
    call, principal = exchange.call, exchange.principal
    assert call is not None and principal is not None
    operation = (call.service, call.operation_name)
    if (native := NATIVE.get(operation)) is not None:
        return answers.native(call, native(principal), request_id=exchange.request_id)
    if (reason := emulator.REFUSED.get(operation)) is not None:
        raise _not_here(exchange, reason)
    try:
        status, headers, body = emulator.run(world, principal.account_id, *operation, _environ(exchange))
    except emulator.NotEmulated as error:
        raise _not_here(exchange, "it is not emulated") from error
    except emulator.ForeignAccount as error:
        worlds.drop(UUID(world.environment_id))
        raise wire.access_denied(call, principal.arn, f"{call.iam_prefix}:{call.operation_name}", "") from error
    except emulator.EmulatorFailure as error:
        worlds.drop(UUID(world.environment_id))
        raise AwsError(
            "SandboxFailure",
            f"The sandbox failed at {call.service}:{call.operation_name}. The fault is ours, nothing was changed; "
            f"request {exchange.request_id} is in the log",
        ) from error
    for name, value in headers:
        if name.lower() in ("x-amzn-requestid", "x-amz-request-id"):
            exchange.request_id = value
    return Response(status, tuple(headers), body)


def _not_here(exchange: Exchange, reason: str) -> AwsError:
    assert exchange.call is not None
    name = f"{exchange.call.service}:{exchange.call.operation_name}"
    log.info("refused %s: %s", name, reason)
    return AwsError("NotImplemented", f"The sandbox does not offer {name}: {reason}")


def _environ(exchange: Exchange) -> dict[str, Any]:
    request, call, principal = exchange.request, exchange.call, exchange.principal
    assert call is not None and principal is not None
    headers = [header for header in request.headers if header[0] not in _NOT_FOR_MOTO]
    key = principal.access_key_id or "AKIAENTRYPOINTSETUP0"
    scope = f"{exchange.now:%Y%m%d}/{call.region}/{call.signing_name}/aws4_request"
    headers.append(
        ("authorization", f"AWS4-HMAC-SHA256 Credential={key}/{scope}, SignedHeaders=host, Signature=checked")
    )
    return emulator.environ(
        method=request.method,
        host=call.canonical_host,
        path=call.canonical_path,
        query=call.canonical_query,
        headers=headers,
        body=request.body,
    )


# The host is rebuilt, the length set anew, and nobody but the gateway says which account acts.
_NOT_FOR_MOTO = {"host", "content-length", "authorization", "transfer-encoding", "x-moto-account-id", "expect", "cookie"}


# Stage 8


def record(exchange: Exchange, world: World, response: Response, error: AwsError | None) -> None:
    """Store the event, and with it what the call changed, before the answer goes out; raises store.Conflict."""
    call, environment_id = exchange.call, exchange.environment_id
    assert call is not None and environment_id is not None
    failed = error is not None or response.status >= 400
    reads = operations.read_only(call.service, call.operation_name)
    if failed and not reads:
        # moto may have stopped half-way: what it changed is forgotten.
        worlds.drop(environment_id)
    changes = {} if failed or reads else world.changes()
    event = trail.event_of(environment_id, _told(exchange, response, error))
    if reads:
        if exchange.recorded:
            trail.recorder.add(event)
        return
    store.commit(world, environment_id, changes, [event] if exchange.recorded else [])
    trail.recorder.called(environment_id)


def _told(exchange: Exchange, response: Response, error: AwsError | None) -> trail.Call:
    call, principal = exchange.call, exchange.principal
    assert call is not None and principal is not None
    code, message = (error.code, error.message) if error else answers.error_in(call, response)
    return trail.Call(
        service=call.service,
        operation=call.operation_name,
        region=call.region,
        principal=principal,
        parameters=exchange.parameters,
        user_agent=exchange.request.header("user-agent"),
        source_ip=exchange.request.source_ip,
        request_id=exchange.request_id,
        event_source=call.event_source,
        answer=_elements(call, response) if not code else None,
        error_code=code,
        error_message=message,
        decision=exchange.verdict.as_decision() if exchange.verdict else None,
    )


def _elements(call: Call, response: Response) -> dict[str, Any] | None:
    if operations.read_only(call.service, call.operation_name):
        return None
    if operations.is_data_event(call.service, call.operation_name):
        return None
    return answers.elements_of(call, response)


def _refusal(exchange: Exchange, error: AwsError) -> Response:
    return wire.render_error(
        error, call=exchange.call, request_id=exchange.request_id, method=exchange.request.method
    )


# Over HTTP

StartResponse = Callable[[str, list[tuple[str, str]]], Any]

# A page put into a bucket must not be able to act as the site.
_ALWAYS = [
    ("Content-Security-Policy", "sandbox"),
    ("X-Content-Type-Options", "nosniff"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Cache-Control", "no-store"),
]


def application(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
    """WSGI: the plain endpoint for any client, and the browser's envelope, told apart by the content type."""
    try:
        if environ.get("CONTENT_TYPE") == ENVELOPE:
            response = _answered_envelope(_read_body(environ), environ.get("REMOTE_ADDR", ""))
        else:
            response = handle(_plain_request(environ))
    except TooLarge as error:
        response = Response(413, (("Content-Type", "text/plain"),), str(error).encode())
    except wire.BadEnvelope as error:
        response = Response(400, (("Content-Type", "text/plain"),), str(error).encode())
    except (OperationalError, InterfaceError):
        log.exception("the database did not answer")
        connection.close()
        response = Response(503, (("Content-Type", "text/plain"),), b"The sandbox's database did not answer; nothing was changed\n")
    headers = [*response.headers, *_ALWAYS]
    if environ["REQUEST_METHOD"] != "HEAD" or not any(name.lower() == "content-length" for name, _ in headers):
        headers.append(("Content-Length", str(len(response.body))))
    start_response(f"{response.status} {_REASONS.get(response.status, 'Status')}", headers)
    return [response.body]


_REASONS = {200: "OK", 204: "No Content", 206: "Partial Content", 301: "Moved Permanently", 304: "Not Modified"}
_REASONS |= {400: "Bad Request", 403: "Forbidden", 404: "Not Found", 409: "Conflict", 412: "Precondition Failed"}


class TooLarge(ValueError):
    """A request beyond the limits, refused before anything is read into it."""


def _answered_envelope(body: bytes, source_ip: str) -> Response:
    request, _ = wire.read_envelope(body, source_ip=source_ip)
    inner = handle(request)
    return Response(200, (("Content-Type", "application/octet-stream"),), wire.write_envelope(inner))


def _read_body(environ: dict[str, Any]) -> bytes:
    length = int(environ.get("CONTENT_LENGTH") or 0)
    if length > MAX_BODY:
        raise TooLarge(f"A body of {length} bytes; the sandbox takes at most {MAX_BODY}\n")
    body: bytes = environ["wsgi.input"].read(length) if length else b""
    return body


def _plain_request(environ: dict[str, Any]) -> Request:
    raw_path, _, raw_query = _target(environ).partition("?")
    headers = _headers(environ)
    if sum(len(name) + len(value) for name, value in headers) > MAX_HEADERS:
        raise TooLarge(f"Headers of more than {MAX_HEADERS} bytes\n")
    return Request(
        method=environ["REQUEST_METHOD"],
        host=environ.get("HTTP_HOST", ""),
        raw_path=raw_path,
        raw_query=raw_query,
        headers=headers,
        body=_read_body(environ),
        mount=MOUNT,
        source_ip=environ.get("REMOTE_ADDR", ""),
    )


def _target(environ: dict[str, Any]) -> str:
    """The request's target as it was sent; servers that keep only the decoded path get it encoded again."""
    target: str | None = environ.get("RAW_URI") or environ.get("REQUEST_URI")
    if target is not None:
        return target
    path = quote(environ["PATH_INFO"].encode("latin-1"), safe="/~!$&'()*+,;=:@-._")
    query = environ.get("QUERY_STRING", "")
    return f"{path}?{query}" if query else path


def _headers(environ: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    sent = environ.get("entrypoint.headers")
    if sent is not None:
        return tuple((name.decode("latin-1"), value.decode("utf-8", "surrogateescape")) for name, value in sent)
    headers = [(name[5:].replace("_", "-").lower(), value) for name, value in environ.items() if name.startswith("HTTP_")]
    for name in ("CONTENT_TYPE", "CONTENT_LENGTH"):
        if environ.get(name):
            headers.append((name.replace("_", "-").lower(), environ[name]))
    return tuple(headers)
