"""Write sandbox/regions.json: what the releases of moto and botocore at hand know of regions, zones and services.

Run it after each update of either: `python -m sandbox.emulator.build_regions`.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from botocore.loaders import Loader
from moto.utilities.utils import load_resource

from sandbox.emulator.patches.zones import MOTOS_OFFERINGS, MOTOS_ZONES
from sandbox.emulator.services import SERVICES

REGIONS_FILE = Path(__file__).parents[1] / "regions.json"
PARTITIONS = ("aws", "aws-us-gov", "aws-cn")
# Regions opened after 20 March 2019, which an account has to enable first.
# https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-regions.html
OPT_IN = {
    "af-south-1",
    "ap-east-1",
    "ap-east-2",
    "ap-south-2",
    "ap-southeast-3",
    "ap-southeast-4",
    "ap-southeast-5",
    "ap-southeast-6",
    "ap-southeast-7",
    "ca-west-1",
    "eu-central-2",
    "eu-south-1",
    "eu-south-2",
    "il-central-1",
    "me-central-1",
    "me-south-1",
    "mx-central-1",
}
# The public parameters name these services otherwise than botocore.
_PARAMETER_NAMES = {"ce": "costexplorer", "elbv2": "elb", "s3control": "s3", "sso-admin": "identity-center"}


def build() -> dict[str, Any]:
    """Regions by name, and for each service of the sandbox the regions that lack it."""
    tree = load_resource("ssm/resources/regions.json")["aws"]["service"]["global-infrastructure"]["regions"]
    regions = {
        name: _region(name, facts) for name, facts in sorted(tree.items()) if facts["partition"]["Value"] in PARTITIONS
    }
    served = {service: _regions_of(service) for service in sorted(SERVICES)}
    return {
        "regions": regions,
        "lacking": {
            service: missing
            for service, present in served.items()
            if present and (missing := [name for name in regions if name not in present])
        },
    }


def _region(name: str, facts: dict[str, Any]) -> dict[str, Any]:
    return {
        "partition": facts["partition"]["Value"],
        "long_name": facts["longName"]["Value"],
        "domain": facts["domain"]["Value"],
        "country": facts["geolocationCountry"]["Value"],
        "subdivision": facts["geolocationRegion"]["Value"],
        "opt_in": name in OPT_IN,
        # What accounts see today; some old zones are closed to them.
        "zones": _zones(name),
        "local_zones": sorted(facts.get("local-zones", ())),
    }


def _zones(region: str) -> dict[str, str]:
    """Names by id; a zone newer than moto's table is known by the instance types that it offers."""
    zones = {zone.zone_id: zone.name for zone in MOTOS_ZONES[region]}
    ids, names = (
        {offer["Location"] for offer in MOTOS_OFFERINGS[kind].get(region, ())}
        for kind in ("availability-zone-id", "availability-zone")
    )
    return zones | dict(zip(sorted(ids - zones.keys()), sorted(names - {*zones.values()}), strict=True))


def _regions_of(service: str) -> set[str]:
    """Regions that either source knows the service in; none for global services, which are called from anywhere."""
    return set() if _is_global(service) else {*_by_endpoints(service), *_by_parameters(service)}


def _is_global(service: str) -> bool:
    index = json.loads((REGIONS_FILE.parent / "wire" / "data" / "services.json").read_text())
    return "aws" in index["services"][service].get("home", {})


def _by_endpoints(service: str) -> Iterator[str]:
    loader = Loader()
    prefix = loader.load_service_model(service, "service-2")["metadata"]["endpointPrefix"]
    for partition in loader.load_data("endpoints")["partitions"]:
        for region in partition["services"].get(prefix, {}).get("endpoints", {}):
            if region in partition["regions"]:
                yield region


def _by_parameters(service: str) -> Iterator[str]:
    tree = load_resource("ssm/resources/services.json")["aws"]["service"]["global-infrastructure"]["services"]
    yield from tree.get(_PARAMETER_NAMES.get(service, service), {}).get("regions", {})


if __name__ == "__main__":
    REGIONS_FILE.write_text(json.dumps(build(), indent=1, ensure_ascii=False) + "\n")
