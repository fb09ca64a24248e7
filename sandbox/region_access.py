"""Which regions an account may call: those of its partition that it has enabled.

https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-regions.html
"""

from datetime import datetime, timedelta
from typing import Any

from sandbox import regions, wire
from sandbox.emulator import World
from sandbox.identifiers import account_of_access_key
from sandbox.regions import Region
from sandbox.wire import Authorization, AwsError, Call, UnknownHost

# All accounts of the sandbox are of this partition.
PARTITION = "aws"
# How long a region is being enabled or disabled; AWS takes minutes to hours.
SWITCHING = timedelta(seconds=30)

ENABLED_BY_DEFAULT, ENABLED, ENABLING = "ENABLED_BY_DEFAULT", "ENABLED", "ENABLING"
DISABLED, DISABLING = "DISABLED", "DISABLING"
STATUSES = (ENABLED, ENABLING, DISABLING, DISABLED, ENABLED_BY_DEFAULT)
_AFTERWARDS = {ENABLING: ENABLED, DISABLING: DISABLED}


def opt_status(world: World, account_id: str, region: Region, now: datetime) -> str:
    """The account's status of a region, one of STATUSES."""
    if not region.opt_in:
        return ENABLED_BY_DEFAULT
    switch = world.native("account", account_id).get("regions", {}).get(region.name)
    if switch is None:
        return DISABLED
    status: str = switch["status"]
    done = now - datetime.fromisoformat(switch["at"]) >= SWITCHING
    return _AFTERWARDS[status] if done else status


def switch(world: World, account_id: str, region: Region, now: datetime, *, on: bool) -> None:
    """Begin to enable or disable a region."""
    status = ENABLING if on else DISABLING
    switches: dict[str, Any] = world.native("account", account_id).setdefault("regions", {})
    switches[region.name] = {"status": status, "at": now.isoformat()}


def is_enabled(world: World, account_id: str, region: Region, now: datetime) -> bool:
    """Whether the account can call the region."""
    return opt_status(world, account_id, region, now) in (ENABLED_BY_DEFAULT, ENABLED)


def check_service(call: Call) -> None:
    """Refuse a service in a region that has no endpoint of it; raises UnknownHost."""
    if not regions.has_service(call.region, call.service):
        host = call.canonical_host
        raise UnknownHost(
            "UnknownEndpoint", f"Could not resolve host: {host}", 400, service=call.service, protocol=call.protocol
        )


def check_region(world: World, call: Call, authorization: Authorization, now: datetime) -> None:
    """Refuse the account's key where it is unknown: AWS does not copy keys to regions that are not enabled.

    Raises UnknownAccessKey or InvalidSessionToken; AwsError for a region of which the sandbox has no copy.
    """
    region = regions.find(call.region)
    if region is None:
        message = f"The sandbox has no region {call.region}"
        raise AwsError("UnknownEndpoint", message, 400)
    account_id = account_of_access_key(authorization.access_key_id) or ""
    if region.partition == PARTITION and is_enabled(world, account_id, region, now):
        return
    if authorization.session_token:
        raise wire.InvalidSessionToken(authorization.access_key_id, authorization.session_token)
    raise wire.UnknownAccessKey(authorization.access_key_id)


def check_topic(call: Call, parameters: dict[str, Any]) -> None:
    """Refuse the ARN of another region's topic, which SNS takes for no topic at all; raises AwsError.

    That every operation says so, we only believe; it is known of publishing and subscribing.
    """
    arn = parameters.get("TopicArn") if call.service == "sns" else None
    if isinstance(arn, str) and arn.count(":") == 5 and arn.split(":")[3] != call.region:
        raise AwsError("InvalidParameter", "Invalid parameter: TopicArn", 400)
