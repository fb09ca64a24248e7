"""EC2's instance metadata service, as it answers at 169.254.169.254 from the learner's terminal.

https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-service.html
"""

import hmac
import logging
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from uuid import UUID

from django.db import InterfaceError, OperationalError, connection

from sandbox import clock, metadata_tree, sealing, store, worlds
from sandbox.emulator import World
from sandbox.emulator.instance_metadata import Instance, Place, find_instance, running_places
from sandbox.wire import Request, Response

log = logging.getLogger(__name__)

IPV4, IPV6 = "169.254.169.254", "[fd00:ec2::254]"
TOKEN_PATH = "/latest/api/token"  # noqa: S105  an address
TOKEN_HEADER, TTL_HEADER = "x-aws-ec2-metadata-token", "x-aws-ec2-metadata-token-ttl-seconds"
LONGEST_TTL = 21600
VERSIONS = ("2009-04-04", "2016-09-02", "2018-09-24", "2019-10-01", "2021-01-03", "2021-03-23", "2022-09-24", "latest")
# Which instance the terminal is on, of an environment.
TERMINAL = "terminal"
_NAMES = {400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed"}
_NAMES |= {503: "Service Unavailable"}
_EXPIRY_BYTES = 8


class Refused(Exception):
    """A request that the service does not answer; `text` is for who cannot know better from the status."""

    def __init__(self, status: int, text: str = "") -> None:
        super().__init__(status, text)
        self.status, self.text = status, text


def is_asked(request: Request) -> bool:
    """Whether a request is for the metadata service."""
    return request.host.removesuffix(":80") in (IPV4, IPV6)


def place_terminal(world: World, place: Place | None) -> None:
    """Say which instance the environment's terminal is on, None to leave it open; the caller stores it."""
    state = world.native(TERMINAL)
    state.clear()
    if place is not None:
        state.update(account=place.account_id, region=place.region, instance=place.instance_id)


def answer(request: Request, environment_id: UUID | None, *, now: datetime | None = None) -> Response:
    """Answer a request from an environment's terminal; nothing is changed by it."""
    try:
        if environment_id is None:
            raise Refused(404, "The request does not say whose terminal it comes from.")
        with worlds.lock:
            world = worlds.opened(environment_id)
            return _answered(request, world, clock.time_in(world, now or datetime.now(UTC)))
    except Refused as refused:
        return _refusal(refused)
    except store.EnvironmentGone:
        return _refusal(Refused(404, "There is no such environment."))
    except (OperationalError, InterfaceError):
        log.exception("the database did not answer")
        connection.close()
        return _refusal(Refused(503))


def _answered(request: Request, world: World, now: datetime) -> Response:
    instance = _instance(world)
    if not instance.options.enabled or (request.host.startswith("[") and not instance.options.ipv6):
        raise Refused(403)
    if request.path == TOKEN_PATH:
        return _new_token(request, world, instance, now)
    if request.method not in ("GET", "HEAD"):
        raise Refused(405)
    with_token = _check_token(request, world, instance, now)
    version, _, path = request.path.lstrip("/").partition("/")
    if not version:
        return _text("\n".join(VERSIONS).encode())
    found = metadata_tree.find(world, instance, path, now, with_token=with_token) if version in VERSIONS else None
    if found is None:
        raise Refused(404)
    return _text(found)


def _instance(world: World) -> Instance:
    """The instance that the terminal is on: the one that was set, or the only one that runs."""
    state = world.native(TERMINAL)
    if state:
        instance = find_instance(world, Place(state["account"], state["region"], state["instance"]))
        if instance is None or not instance.running:
            raise Refused(404, f"This terminal is on the instance {state['instance']}, which is not running.")
        return instance
    places = running_places(world)
    instance = find_instance(world, places[0]) if len(places) == 1 else None
    if instance is None:
        raise Refused(
            404,
            f"This terminal is on no EC2 instance: {len(places)} instances are running, and with exactly one it would "
            "be on that.",
        )
    return instance


# Tokens: when they end, and a signature over that, the environment and the instance.


def _new_token(request: Request, world: World, instance: Instance, now: datetime) -> Response:
    if request.method != "PUT":
        raise Refused(405)
    if "x-forwarded-for" in request.header_map:
        # A proxy that is open to others passes this header on.
        raise Refused(403)
    sent = request.header(TTL_HEADER)
    if not (sent.isascii() and sent.isdecimal() and len(sent) <= 5 and 1 <= int(sent) <= LONGEST_TTL):
        raise Refused(400)
    ends = int((now + timedelta(seconds=int(sent))).timestamp()).to_bytes(_EXPIRY_BYTES, "big")
    token = urlsafe_b64encode(ends + _signature(ends, world, instance))
    return _text(token, (("X-Aws-Ec2-Metadata-Token-Ttl-Seconds", sent),))


def _signature(ends: bytes, world: World, instance: Instance) -> bytes:
    text = f"{world.environment_id} {instance.place.instance_id} ".encode() + ends
    return hmac.digest(sealing.metadata_key(), text, sha256)


def _check_token(request: Request, world: World, instance: Instance, now: datetime) -> bool:
    """Whether the request has a token; raises Refused for one that is not good, and where one is needed."""
    sent = request.header_map.get(TOKEN_HEADER)
    if sent is None:
        if instance.options.needs_token:
            raise Refused(401)
        return False
    try:
        opened = urlsafe_b64decode(sent.encode("ascii"))
    except ValueError:
        raise Refused(401) from None
    ends, signature = opened[:_EXPIRY_BYTES], opened[_EXPIRY_BYTES:]
    if not hmac.compare_digest(signature, _signature(ends, world, instance)):
        raise Refused(401)
    if now.timestamp() >= int.from_bytes(ends, "big"):
        raise Refused(401)
    return True


# Answers


def _text(body: bytes, headers: tuple[tuple[str, str], ...] = ()) -> Response:
    return Response(200, (("Content-Type", "text/plain"), ("Server", "EC2ws"), *headers), body)


def _refusal(refused: Refused) -> Response:
    title = f"{refused.status} - {_NAMES[refused.status]}"
    text = f"<p>{refused.text}</p>" if refused.text else ""
    body = f"<!DOCTYPE html>\n<html><head><title>{title}</title></head><body><h1>{title}</h1>{text}</body></html>\n"
    return Response(refused.status, (("Content-Type", "text/html"), ("Server", "EC2ws")), body.encode())
