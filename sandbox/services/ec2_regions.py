"""EC2's regions and Availability Zones, as an account sees them."""

from collections.abc import Mapping
from typing import Any

from sandbox import outages, region_access, regions, weather
from sandbox.iam import patterns
from sandbox.regions import LocalZone, Region
from sandbox.services.invocation import Handler, Invocation
from sandbox.wire import AwsError

Element = dict[str, Any]


def describe_regions(invocation: Invocation) -> Element:
    """List the regions that the account can call, or all of them.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeRegions.html
    """
    _check_dry_run(invocation)
    parameters = invocation.parameters
    found = [_region(invocation, region) for region in regions.of_partition(invocation.call.partition)]
    names = parameters.get("RegionNames") or ()
    if names:
        _check_known(names, {region["RegionName"] for region in found}, "Invalid region names")
        found = [region for region in found if region["RegionName"] in names]
    elif not parameters.get("AllRegions"):
        found = [region for region in found if region["OptInStatus"] != "not-opted-in"]
    return {"Regions": _filtered(found, parameters.get("Filters") or (), _REGION_FILTERS)}


def _region(invocation: Invocation, region: Region) -> Element:
    enabled = region_access.is_enabled(invocation.world, invocation.account_id, region, invocation.now)
    opted = "opted-in" if enabled else "not-opted-in"
    return {
        "RegionName": region.name,
        "Endpoint": f"ec2.{region.name}.{region.domain}",
        "OptInStatus": opted if region.opt_in else "opt-in-not-required",
        "Geography": [{"Name": region.geography}],
    }


_REGION_FILTERS = {"region-name": "RegionName", "endpoint": "Endpoint", "opt-in-status": "OptInStatus"}


def describe_availability_zones(invocation: Invocation) -> Element:
    """List the zones of the region called, by the account's names for them.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeAvailabilityZones.html
    """
    _check_dry_run(invocation)
    parameters = invocation.parameters
    region = regions.REGIONS[invocation.call.region]
    names = regions.zone_names(invocation.account_id, region.name)
    zones = [_zone(region, zone_id, name) for zone_id, name in names.items()]
    local = [_local_zone(region, zone) for zone in region.local_zones]
    wanted_names, wanted_ids = (parameters.get(member) or () for member in ("ZoneNames", "ZoneIds"))
    _check_known(wanted_names, {zone["ZoneName"] for zone in (*zones, *local)}, "Invalid availability zone")
    _check_known(wanted_ids, {zone["ZoneId"] for zone in (*zones, *local)}, "Invalid availability zone-id")
    # Nobody here has opted in to a local zone.
    shown = [*zones, *local] if parameters.get("AllAvailabilityZones") else zones
    shown = [zone for zone in shown if not wanted_names or zone["ZoneName"] in wanted_names]
    shown = [zone for zone in shown if not wanted_ids or zone["ZoneId"] in wanted_ids]
    out = weather.zones_out(invocation.world)
    shown = [_impaired(zone) if zone["ZoneId"] in out else zone for zone in shown]
    return {"AvailabilityZones": _filtered(shown, parameters.get("Filters") or (), _ZONE_FILTERS)}


def _zone(region: Region, zone_id: str, name: str) -> Element:
    return _any_zone(region, zone_id, name) | {
        "OptInStatus": "opt-in-not-required",
        "GroupName": f"{region.name}-zg-1",
        "GroupLongName": f"{region.long_name} 1",
        "NetworkBorderGroup": region.name,
        "ZoneType": "availability-zone",
    }


def _local_zone(region: Region, zone: LocalZone) -> Element:
    return _any_zone(region, zone.zone_id, zone.name) | {
        "OptInStatus": "not-opted-in",
        "GroupName": zone.group,
        "NetworkBorderGroup": zone.group,
        "ZoneType": "local-zone",
    }


def _any_zone(region: Region, zone_id: str, name: str) -> Element:
    return {"RegionName": region.name, "ZoneName": name, "ZoneId": zone_id, "State": "available", "Messages": []}


def _impaired(zone: Element) -> Element:
    return zone | {"State": outages.STATE, "Messages": [{"Message": outages.message(zone["ZoneName"])}]}


_ZONE_FILTERS = {
    "group-long-name": "GroupLongName",
    "group-name": "GroupName",
    "message": "Message",
    "opt-in-status": "OptInStatus",
    "parent-zone-id": "ParentZoneId",
    "parent-zone-name": "ParentZoneName",
    "region-name": "RegionName",
    "state": "State",
    "zone-id": "ZoneId",
    "zone-name": "ZoneName",
    "zone-type": "ZoneType",
}


def _check_dry_run(invocation: Invocation) -> None:
    if invocation.parameters.get("DryRun"):
        raise AwsError("DryRunOperation", "Request would have succeeded, but DryRun flag is set.", 412)


def _check_known(asked: list[str] | tuple[str, ...], known: set[str], what: str) -> None:
    unknown = [name for name in asked if name not in known]
    if unknown:
        raise AwsError("InvalidParameterValue", f"{what}: [{', '.join(unknown)}]")


def _filtered(elements: list[Element], filters: list[Element] | tuple[()], names: Mapping[str, str]) -> list[Element]:
    for asked in filters:
        member = names.get(asked.get("Name", ""))
        if member is None:
            raise AwsError("InvalidParameterValue", f"The filter '{asked.get('Name', '')}' is invalid")
        values = [patterns.parse(value, wildcards=True, variables=False) for value in asked.get("Values") or ()]
        elements = [element for element in elements if _matches(element.get(member), values)]
    return elements


def _matches(text: str | None, values: list[patterns.Pattern]) -> bool:
    return text is not None and any(patterns.matches(value, text, {}) for value in values)


HANDLERS: dict[str, Handler] = {
    "DescribeRegions": describe_regions,
    "DescribeAvailabilityZones": describe_availability_zones,
}
