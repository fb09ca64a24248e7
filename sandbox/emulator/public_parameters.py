"""SSM's public parameters: AWS's own, the same for all accounts of a region, and tens of thousands.

https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-public-parameters.html
"""

import json
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import Any, NamedTuple

from moto.utilities.utils import load_resource

from sandbox import regions
from sandbox.emulator import images

PUBLIC = "/aws/service/"
Tree = dict[str, Any]


class PublicParameter(NamedTuple):
    """One of AWS's parameters."""

    name: str
    value: str
    version: int = 1
    data_type: str = "text"


def is_public(name: str) -> bool:
    """Whether a name or path is among AWS's own."""
    return name.startswith(PUBLIC)


def find(region: str, name: str) -> PublicParameter | None:
    """A region's public parameter."""
    node = _node(region, name)
    return None if node is None or "Value" not in node else _parameter(name, node)


@lru_cache(maxsize=8)
def names_below(region: str, path: str, recursive: bool) -> tuple[str, ...]:
    """Names of the parameters below a path, directly or at any depth, in order."""
    path = path.rstrip("/")
    node = _node(region, path)
    return () if node is None else tuple(sorted(_walk(node, path, recursive)))


def _walk(node: Tree, path: str, recursive: bool) -> Iterator[str]:
    for name, child in node.items():
        if isinstance(child, dict):
            if "Value" in child:
                yield f"{path}/{name}"
            if recursive:
                yield from _walk(child, f"{path}/{name}", recursive)


def _node(region: str, name: str) -> Tree | None:
    parts = name.removeprefix(PUBLIC).rstrip("/").split("/")
    node: Any = _tree(region, parts[0])
    for part in parts[1:]:
        node = node.get(part)
        # What a parameter says of itself is no parameter.
        if not isinstance(node, dict) or part == "Value":
            return None
    return node if isinstance(node, dict) else None


def _parameter(name: str, node: Tree) -> PublicParameter:
    value = node["Value"]
    if isinstance(value, PublicParameter):
        return value._replace(name=name)
    return PublicParameter(name, value if isinstance(value, str) else json.dumps(value, separators=(",", ":")))


@cache
def _tree(region: str, family: str) -> Tree:
    if family == "global-infrastructure":
        return _infrastructure()
    if family == "ecs":
        return _ecs(region)
    tree: Tree = {}
    for name, image_id, version in images.parameters(region):
        if name.startswith(f"{PUBLIC}{family}/"):
            _put(tree, name, PublicParameter(name, image_id, version, "aws:ec2:image"))
    return tree


def _put(tree: Tree, name: str, value: PublicParameter) -> None:
    node = tree
    for part in name.removeprefix(PUBLIC).split("/")[1:]:
        node = node.setdefault(part, {})
    node["Value"] = value


@cache
def _infrastructure() -> Tree:
    tree: Tree = {}
    for resource in ("regions", "services"):
        tree |= load_resource(f"ssm/resources/{resource}.json")["aws"]["service"]["global-infrastructure"]
    tree["regions"] = {name: known for name, known in tree["regions"].items() if regions.find(name)}
    return tree


@cache
def _ecs(region: str) -> Tree:
    try:
        tree: Tree = load_resource(f"ssm/resources/ecs/optimized_amis/{region}.json")["aws"]["service"]["ecs"]
    except FileNotFoundError:
        return {}
    return tree
