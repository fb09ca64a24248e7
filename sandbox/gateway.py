"""The gateway: one call to AWS through every stage, from the request as it was signed to the answer.

Called with values, with no socket and no server; `sandbox.endpoint` is its face on HTTP.
"""

import logging
import random
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from uuid import UUID, uuid4

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection, transaction

from sandbox import (
    access,
    answers,
    authentication,
    authorization,
    clock,
    denials,
    documents,
    emulator,
    faults,
    networks,
    operations,
    outages,
    performing,
    quotas,
    rates,
    region_access,
    s3_presence,
    s3_regions,
    store,
    trail,
    weather,
    wire,
    worlds,
)
from sandbox.deadline import DeadlineExceeded
from sandbox.emulator import World
from sandbox.exchanges import Arrival, Exchange
from sandbox.models import Environment
from sandbox.principals import Principal
from sandbox.services import OFFERED
from sandbox.wire import AuthenticationProblem, AwsError, Call, Request, Response

log = logging.getLogger(__name__)

MAX_UNCOMPRESSED = 1024 * 1024
# Who is authenticated may ask who that is, whatever the policies say.
OPEN_TO_ALL = frozenset(("sts:GetCallerIdentity",))
# After this many lost races the call runs under a lock on the environment's row.
TRIES = 3


def handle(
    request: Request,
    *,
    principal: Principal | None = None,
    now: datetime | None = None,
    environment_id: UUID | None = None,
) -> Response:
    """Answer one request; `principal` is given by callers in this process, who need not sign.

    `environment_id` is where a request is meant for that nobody signed.
    """
    request_id, call, now = str(uuid4()), None, now or datetime.now(UTC)
    try:
        form = wire.read_form(request, site_hosts())
        if form is not None:
            request = form.request
        authorization = wire.read_authorization(request, now) if form is None else form.authorization
        call = wire.identify(request, authorization, site_hosts())
        admit(call, request)
        arrival = Arrival(request, call, authorization, now, request_id, environment_id, form)
        response = _performed(arrival, principal)
        return response if form is None else wire.answer_form(form, response)
    except AwsError as error:
        refusal = error
    except AuthenticationProblem as problem:
        refusal = wire.error_of(problem, call, request)
    except DeadlineExceeded:
        refusal = _too_long("the call")
    except (OperationalError, InterfaceError):
        log.exception("the database did not answer")
        connection.close()
        refusal = AwsError(faults.AWAY, "The sandbox's database did not answer; nothing was changed", 503)
    return wire.render_error(refusal, call=call, request_id=request_id, method=request.method)


def _too_long(what: str) -> AwsError:
    return AwsError(faults.TOO_LONG, f"The sandbox gave {what} up, which computed for too long; nothing was changed")


def look(request: Request, world: World, principal: Principal) -> Response:
    """Answer a call on a world in memory; nothing is decided, stored or recorded."""
    request_id = str(uuid4())
    call = wire.identify(request, None)
    try:
        exchange = _opened(Arrival(request, call, None, datetime.now(UTC), request_id), principal)
        return performing.run(exchange, world)
    except AwsError as error:
        return wire.render_error(error, call=call, request_id=request_id, method=request.method)


# Stages 1 and 2


def admit(call: Call, request: Request) -> None:
    """Refuse a service that is not on the list, and a body too large for it; raises AwsError."""
    if call.service not in OFFERED:
        raise AwsError(faults.NOT_OFFERED, f"The service {call.service} is not part of the sandbox")
    region_access.check_service(call)
    quotas.check_body(call.service, len(request.body))


@cache
def site_hosts() -> tuple[str, ...]:
    """Names of this site, below which an S3 client may put a bucket's name."""
    return tuple(host.lstrip(".") for host in settings.ALLOWED_HOSTS if host != "*")


# The stages on the stored state


def _performed(arrival: Arrival, given: Principal | None) -> Response:
    """Run the stages on the stored state; again, when somebody else has changed it meanwhile."""
    environment_id = authentication.environment_of(arrival, given)
    for attempt in range(TRIES + 1):
        with worlds.lock, _locked(environment_id) if attempt == TRIES else nullcontext():
            try:
                return _attempted(arrival, given, worlds.opened(environment_id))
            except store.Conflict:
                worlds.drop(environment_id)
            except store.EnvironmentGone as error:
                raise authentication.unknown_key(arrival) from error
            except (OperationalError, InterfaceError, DeadlineExceeded):
                worlds.drop(environment_id)
                raise
    raise RuntimeError("a call under the environment's lock lost a race")


@contextmanager
def _locked(environment_id: UUID) -> Iterator[None]:
    with transaction.atomic():
        worlds.drop(environment_id)
        Environment.objects.select_for_update().filter(pk=environment_id).first()
        yield


def _attempted(arrival: Arrival, given: Principal | None, world: World) -> Response:
    principal = given or authentication.authenticate(arrival, world)
    if given is None and rates.exceeded(principal.account_id or world.environment_id, time.monotonic()):
        raise weather.throttled(arrival.call)
    exchange = _opened(arrival, principal)
    exchange.now = clock.time_in(world, arrival.now)
    exchange.signed = arrival.authorization is not None
    error: AwsError | None = None
    try:
        if arrival.form is not None:
            arrival.form.check(exchange.now)
        s3_regions.check(world, exchange.call, exchange.request, exchange.parameters, arrival.authorization)
        s3_presence.check_bucket(world, exchange.call, exchange.parameters)
        authorize(exchange, world)
        call = exchange.call
        _weather(exchange, world)
        documents.check(call.service, call.operation_name, exchange.parameters)
        region_access.check_topic(call, exchange.parameters)
        s3_regions.check_location(world, call, exchange.principal.account_id, exchange.parameters, exchange.now)
        quotas.check(world, exchange.account_id, call.service, call.operation_name, call.region, exchange.parameters)
        response = performing.run(exchange, world)
    except DeadlineExceeded:
        log.error("%s:%s ran for too long", exchange.call.service, exchange.call.operation_name)
        error = _too_long(exchange.action)
        response = wire.render_error(
            error, call=exchange.call, request_id=exchange.request_id, method=exchange.request.method
        )
    except AwsError as refused:
        error = refused
        response = wire.render_error(
            error, call=exchange.call, request_id=exchange.request_id, method=exchange.request.method
        )
    record(exchange, world, response, error)
    return _delayed(response, exchange.strike)


def _delayed(response: Response, strike: weather.Strike | None) -> Response:
    """Ask the web server to hold the answer back: nobody waits here, where one call runs at a time."""
    if strike is None or not strike.seconds:
        return response
    return replace(response, headers=(*response.headers, (weather.DELAY, f"{strike.seconds:.3f}")))


def _opened(arrival: Arrival, principal: Principal) -> Exchange:
    """Undo what belongs to the transport, bounded, and read the parameters; raises AwsError."""
    request, call = arrival.request, arrival.call
    if arrival.authorization is not None:
        request = wire.with_signed_header_names(request, arrival.authorization)
    request = wire.decode_body(request, call.service, MAX_UNCOMPRESSED)
    if call.service == "s3":
        wire.check_headers(request, request.body)
    parameters = wire.parse_parameters(request, call)
    return Exchange(request, call, parameters, principal, arrival.now, arrival.request_id)


# Stage 4


def authorize(exchange: Exchange, world: World) -> None:
    """Decide whether the principal may; raises the service's access denied error with the reason."""
    call = exchange.call
    if exchange.action in OPEN_TO_ALL:
        exchange.ruling = access.Ruling(())
        return
    endpoint = networks.endpoint_for(world, call) if exchange.signed else None
    asking = access.Asking(call, exchange.parameters, exchange.principal, exchange.request, exchange.now, endpoint)
    try:
        exchange.ruling = s3_presence.judge(world, asking)
    except authorization.Unmapped as error:
        if (reason := emulator.REFUSED.get((call.service, call.operation_name))) is not None:
            raise performing.not_here(exchange, reason) from error
        log.error("no mapping from %s:%s to what must be allowed", call.service, call.operation_name)
        raise wire.access_denied(call, exchange.principal.arn, exchange.action) from error
    refused = exchange.ruling.refused
    if refused is not None:
        raise denials.denial(call, exchange.principal, exchange.ruling, refused, str(exchange.event_id))


# Stage 5


def _weather(exchange: Exchange, world: World) -> None:
    """Let the environment's weather strike the call; raises the fault's error."""
    exchange.strike = weather.strike(world, exchange.call, _CHANCE)
    if exchange.strike is not None and exchange.strike.error is not None:
        raise exchange.strike.error
    outages.check(world, exchange.call, exchange.account_id, exchange.parameters)


_CHANCE = random.Random()  # noqa: S311  nothing depends on who can guess it


# Stage 8


def record(exchange: Exchange, world: World, response: Response, error: AwsError | None) -> None:
    """Store the event, and with it what the call changed, before the answer goes out; raises store.Conflict."""
    environment_id = UUID(world.environment_id)
    event = trail.event_of(environment_id, _told(exchange, response, error), now=exchange.now)
    struck = exchange.strike is not None and exchange.strike.used_up
    stores = operations.stores(exchange.call.service, exchange.call.operation_name) or bool(world.born)
    if not stores and not struck:
        trail.recorder.add(event)
        return
    if error is None and response.status < 400 and stores:
        changes = world.changes()
    else:
        # moto may have stopped half-way: what it changed is forgotten.
        changes = {}
        worlds.drop(environment_id)
    if struck:
        changes |= world.native_changes([weather.KEY])
    store.commit(world, environment_id, changes, [event])
    trail.recorder.called(environment_id)


def _told(exchange: Exchange, response: Response, error: AwsError | None) -> trail.Told:
    call, request = exchange.call, exchange.request
    code, message = (error.code, error.message) if error else wire.read_error(call, response)
    return trail.Told(
        service=call.service,
        operation=call.operation_name,
        region=call.region,
        event_source=call.event_source,
        principal=exchange.principal,
        account_id=exchange.principal.account_id or exchange.account_id,
        parameters=exchange.parameters,
        answer=None if code or not _shows_answer(exchange) else answers.elements_of(call, response),
        error_code=code,
        error_message=message,
        decision=denials.explanation(exchange.ruling) if exchange.ruling else None,
        request_id=exchange.request_id,
        event_id=exchange.event_id,
        user_agent=request.header("user-agent"),
        source_ip=request.source_ip,
    )


def _shows_answer(exchange: Exchange) -> bool:
    # As in CloudTrail, answers are kept of calls that manage something.
    return not exchange.reads and not operations.is_data_event(exchange.call.service, exchange.call.operation_name)
