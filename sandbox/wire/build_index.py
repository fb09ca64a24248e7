"""Write data/services.json: what a host, a scope, a target or a version says about a service.

Run it after each botocore update: `python -m sandbox.wire.build_index`. It walks every botocore model, which
the gateway must never do.
"""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import botocore
from botocore.endpoint_provider import EndpointProvider
from botocore.exceptions import EndpointProviderError
from botocore.loaders import Loader

INDEX_FILE = Path(__file__).parent / "data" / "services.json"

# Two ordinary regions for each partition: a host that names neither is a global one.
SAMPLE_REGIONS = {
    "aws": ("eu-west-3", "ap-south-1"),
    "aws-cn": ("cn-north-1", "cn-northwest-1"),
    "aws-us-gov": ("us-gov-west-1", "us-gov-east-1"),
}
VARIANTS: tuple[dict[str, bool], ...] = ({}, {"UseFIPS": True}, {"UseDualStack": True})


def build(names: Iterable[str] = ()) -> dict[str, Any]:
    """The index of these botocore services, or of all, as plain JSON data."""
    loader = Loader()
    partitions = loader.load_data("partitions")
    services: dict[str, Any] = {}
    prefixes: dict[str, set[str]] = {}
    hosts: dict[str, tuple[set[str], str]] = {}
    for name in sorted(names or loader.list_available_services("service-2")):
        model = loader.load_service_model(name, "service-2")
        services[name] = _service(model)
        for prefix in _host_prefixes(model):
            prefixes.setdefault(prefix, set()).add(name)
        rules = loader.load_service_model(name, "endpoint-rule-set-1")
        for partition, region, host, signing_region in _endpoints(rules, partitions):
            if f".{region}." in host:
                prefixes.setdefault(host.partition(f".{region}.")[0], set()).add(name)
            else:
                hosts.setdefault(host, (set(), signing_region))[0].add(name)
                services[name].setdefault("home", {}).setdefault(partition, signing_region)
                services[name].setdefault("global_host", {}).setdefault(partition, host)
    return {
        "botocore": botocore.__version__,
        "partitions": _partitions(partitions),
        "prefixes": {prefix: sorted(names) for prefix, names in sorted(prefixes.items())},
        "hosts": {host: [sorted(names), region] for host, (names, region) in sorted(hosts.items())},
        "services": services,
    }


def _service(model: dict[str, Any]) -> dict[str, Any]:
    metadata = model["metadata"]
    facts = {
        "signing": metadata.get("signingName") or metadata["endpointPrefix"],
        "prefix": metadata["endpointPrefix"],
        "version": metadata["apiVersion"],
        "protocols": metadata.get("protocols") or [metadata["protocol"]],
    }
    if "targetPrefix" in metadata:
        facts["target"] = metadata["targetPrefix"]
    if any(_leaves_body_unsigned(operation) for operation in model["operations"].values()):
        facts["unsigned_payload"] = True
    return facts


def _leaves_body_unsigned(operation: dict[str, Any]) -> bool:
    return bool(operation.get("unsignedPayload")) or operation.get("authtype") == "v4-unsigned-body"


def _host_prefixes(model: dict[str, Any]) -> Iterator[str]:
    """The endpoint prefix, alone and behind the fixed host prefixes of some operations ("sync-states")."""
    prefix = model["metadata"]["endpointPrefix"]
    yield prefix
    for operation in model["operations"].values():
        host_prefix = operation.get("endpoint", {}).get("hostPrefix", "")
        if host_prefix and "{" not in host_prefix:
            yield host_prefix + prefix


def _endpoints(rules: dict[str, Any], partitions: dict[str, Any]) -> Iterator[tuple[str, str, str, str]]:
    """(partition, region, host, signing region) of each endpoint that the rules give for sample regions."""
    provider = EndpointProvider(rules, partitions)
    for partition, regions in SAMPLE_REGIONS.items():
        for variant in VARIANTS:
            for region in regions:
                asked = {"Region": region, "UseFIPS": False, "UseDualStack": False} | variant
                known = {name: value for name, value in asked.items() if name in rules["parameters"]}
                try:
                    endpoint = provider.resolve_endpoint(**known)
                except EndpointProviderError:
                    continue
                schemes = endpoint.properties.get("authSchemes") or [{}]
                signing_region = schemes[0].get("signingRegion") or _home(partitions, partition)
                yield partition, region, urlsplit(endpoint.url).hostname or "", signing_region


def _home(data: dict[str, Any], partition: str) -> str:
    return next(str(p["outputs"]["implicitGlobalRegion"]) for p in data["partitions"] if p["id"] == partition)


def _partitions(data: dict[str, Any]) -> dict[str, Any]:
    return {
        partition["id"]: {
            "suffixes": [partition["outputs"]["dnsSuffix"], partition["outputs"]["dualStackDnsSuffix"]],
            "home": partition["outputs"]["implicitGlobalRegion"],
            "regions": sorted(region for region in partition["regions"] if "global" not in region),
        }
        for partition in data["partitions"]
    }


if __name__ == "__main__":
    INDEX_FILE.write_text(json.dumps(build(), indent=0, sort_keys=True) + "\n")
