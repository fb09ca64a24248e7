"""Stage 3: who calls, and in which environment."""

from uuid import UUID

from sandbox import anonymous, clock, emulator, region_access, sessions, unsigned, weather, wire, worlds
from sandbox.emulator import World
from sandbox.exchanges import Arrival
from sandbox.identifiers import account_of_access_key
from sandbox.principals import Principal
from sandbox.wire import AuthenticationProblem, Authorization


def environment_of(arrival: Arrival, given: Principal | None) -> UUID:
    """The environment that a call is for, by its account; raises AuthenticationProblem or AwsError."""
    if given is not None:
        return worlds.environment_of(given.account_id)
    if unsigned.proves_itself(arrival.call):
        return _environment_of_proof(arrival)
    if arrival.authorization is None:
        return anonymous.environment_of(arrival.call, arrival.request, arrival.environment_id)
    account_id = account_of_access_key(arrival.authorization.access_key_id)
    if account_id is None:
        raise unknown_key(arrival)
    try:
        return worlds.environment_of(account_id)
    except worlds.UnknownAccount as error:
        raise unknown_key(arrival) from error


def _environment_of_proof(arrival: Arrival) -> UUID:
    try:
        return worlds.environment_of(unsigned.account_of(arrival.request, arrival.call))
    except worlds.UnknownAccount as error:
        raise unsigned.unknown_account(arrival.call) from error


def unknown_key(arrival: Arrival) -> AuthenticationProblem:
    """What is said of a key, or of a session, that nobody has."""
    authorization = arrival.authorization
    if authorization is None:
        return wire.UnknownAccessKey("") if arrival.call.service != "s3" else wire.MissingAuthorization()
    if authorization.session_token and authorization.access_key_id.startswith("ASIA"):
        return wire.InvalidSessionToken(authorization.access_key_id, authorization.session_token)
    return wire.UnknownAccessKey(authorization.access_key_id)


def authenticate(arrival: Arrival, world: World) -> Principal:
    """Prove who calls, by the signature or what stands for it; raises AuthenticationProblem or AwsError."""
    if unsigned.proves_itself(arrival.call):
        return unsigned.principal_of(arrival.request, arrival.call, world, clock.time_in(world, arrival.now))
    authorization = arrival.authorization
    if authorization is None:
        return anonymous.principal_of(arrival.call)
    region_access.check_region(world, arrival.call, authorization, clock.time_in(world, arrival.now))
    if sessions.is_temporary(authorization.access_key_id):
        return _of_session(arrival, authorization, world)
    account_id = account_of_access_key(authorization.access_key_id) or ""
    key = emulator.find_access_key(world, account_id, authorization.access_key_id)
    if key is None or not key.active:
        raise unknown_key(arrival)
    if authorization.session_token is not None:
        raise wire.InvalidSessionToken(authorization.access_key_id, authorization.session_token)
    wire.verify(arrival.request, authorization, key.secret_access_key, weather.server_time(world, arrival.now))
    return Principal("IAMUser", key.user_arn, account_id, key.user_id, key.user_name, authorization.access_key_id)


def _of_session(arrival: Arrival, authorization: Authorization, world: World) -> Principal:
    """Who temporary credentials are of; one whose user or role is gone is known still, and may nothing."""
    token = authorization.session_token
    if not token:
        raise unknown_key(arrival)
    opened = sessions.read(token, authorization.access_key_id, world, clock.time_in(world, arrival.now))
    wire.verify(arrival.request, authorization, opened.secret_access_key, weather.server_time(world, arrival.now))
    if not sessions.serves(opened.principal, arrival.call.service):
        raise wire.InvalidSessionToken(authorization.access_key_id, token)
    return opened.principal
