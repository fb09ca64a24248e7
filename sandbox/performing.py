"""Stage 7: perform a call that was allowed, by our own handler or by moto's."""

import logging
from dataclasses import replace
from typing import Any
from uuid import UUID

from sandbox import answers, deliveries, emulator, faults, translation, weather, wire, worlds
from sandbox.emulator import World
from sandbox.exchanges import Exchange
from sandbox.services import NATIVE, Handler, Invocation
from sandbox.wire import AwsError, Call, Request, Response

log = logging.getLogger(__name__)


def run(exchange: Exchange, world: World) -> Response:
    """Perform the call by our own handler if there is one, else by moto's; raises AwsError when nobody can."""
    operation = (exchange.call.service, exchange.call.operation_name)
    world.judge_delivery = deliveries.may_deliver
    try:
        if (native := NATIVE.get(operation)) is not None:
            return _run_natively(exchange, world, native)
        return _run_on_moto(exchange, world)
    except emulator.TooMuchWork as error:
        worlds.drop(UUID(world.environment_id))
        raise weather.throttled(exchange.call) from error


def _run_natively(exchange: Exchange, world: World, handler: Handler) -> Response:
    call = exchange.call
    invocation = Invocation(
        call=call,
        parameters=exchange.parameters,
        principal=exchange.principal,
        account_id=exchange.account_id,
        world=world,
        now=exchange.now,
        request=exchange.request,
        request_id=exchange.request_id,
        forward=lambda: _run_on_moto(exchange, world),
        emulate=lambda: _emulated(exchange, world),
    )
    with world.entered(acting=invocation.account_id, operation=call.operation_name):
        result = handler(invocation)
    return result if isinstance(result, Response) else wire.render_result(call, result, request_id=exchange.request_id)


def _emulated(exchange: Exchange, world: World) -> dict[str, Any]:
    response = _run_on_moto(exchange, world)
    code, message = wire.read_error(exchange.call, response)
    if code:
        raise AwsError(code, message, response.status)
    return answers.elements_of(exchange.call, response) or {}


def _run_on_moto(exchange: Exchange, world: World) -> Response:
    if translation.is_needed(exchange.call):
        return _run_translated(exchange, world)
    operation = (exchange.call.service, exchange.call.operation_name)
    if (reason := emulator.REFUSED.get(operation)) is not None:
        raise not_here(exchange, reason)
    try:
        status, headers, body = emulator.run(world, exchange.account_id, *operation, _environ(exchange))
    except emulator.NotEmulated as error:
        raise not_here(exchange, "it is not emulated") from error
    except emulator.ForeignAccount as error:
        worlds.drop(UUID(world.environment_id))
        raise wire.access_denied(
            exchange.call,
            exchange.principal.arn,
            exchange.action,
            f" because no resource-based policy allows the {exchange.action} action",
        ) from error
    except emulator.EmulatorFailure as error:
        worlds.drop(UUID(world.environment_id))
        raise _failed(exchange) from error
    if exchange.call.protocol == "json" and 400 <= status < 500:
        # Services that speak JSON have one status for all that the caller got wrong; moto has several.
        status = 400
    for name, value in headers:
        if name.lower() in ("x-amzn-requestid", "x-amz-request-id"):
            exchange.request_id = value
    return Response(status, tuple(headers), body)


def _run_translated(exchange: Exchange, world: World) -> Response:
    def ask(call: Call, request: Request) -> Response:
        return _run_on_moto(replace(exchange, call=call, request=request), world)

    return translation.answer(exchange.call, exchange.request, exchange.parameters, ask, request_id=exchange.request_id)


def not_here(exchange: Exchange, reason: str) -> AwsError:
    """A plain no that an SDK does not try again."""
    name = f"{exchange.call.service}:{exchange.call.operation_name}"
    log.info("refused %s: %s", name, reason)
    return AwsError(faults.NOT_OFFERED, f"The sandbox does not offer {name}: {reason}")


def _failed(exchange: Exchange) -> AwsError:
    return AwsError(
        faults.FAILED,
        f"The sandbox failed at {exchange.call.service}:{exchange.call.operation_name}. The fault is ours, nothing "
        f"was changed; request {exchange.request_id} is in the log",
    )


# The host is rebuilt, the length set anew, and nobody but the gateway says which account acts.
_NOT_FOR_MOTO = {"host", "content-length", "authorization", "transfer-encoding", "expect", "cookie"}


def _environ(exchange: Exchange) -> dict[str, Any]:
    request, call = exchange.request, exchange.call
    headers = [
        (name, value) for name, value in request.headers if name not in _NOT_FOR_MOTO and not name.startswith("x-moto-")
    ]
    # moto takes the region from here, also for presigned URLs, which have no such header.
    key = exchange.principal.access_key_id or "AKIAENTRYPOINTSETUP0"
    scope = f"{exchange.now:%Y%m%d}/{call.region}/{call.signing_name}/aws4_request"
    signed = f"AWS4-HMAC-SHA256 Credential={key}/{scope}, SignedHeaders=host, Signature=checked"
    return emulator.environ(
        method=request.method,
        host=call.canonical_host,
        path=call.canonical_path,
        query=call.canonical_query,
        headers=[*headers, ("authorization", signed)],
        body=request.body,
    )
