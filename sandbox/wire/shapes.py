"""The shapes of a service model: what a parameter is, and where on the wire it goes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

# A decoder takes one protocol's raw value and gives the value that boto3 would have been given.
Decoder = Callable[[Any], Any]


@dataclass(frozen=True, eq=False)
class Shape:
    """A shape with the traits of the member that refers to it.

    `kind` is structure, list, map, string, blob, timestamp, boolean, integer, long, float, double …
    """

    name: str
    kind: str
    traits: Mapping[str, Any]
    shapes: "Shapes" = field(repr=False)
    decoders: dict[str, Decoder] = field(default_factory=dict, repr=False)

    @cached_property
    def members(self) -> dict[str, "Shape"]:
        """Of a structure, by the names that botocore gives them."""
        return {name: self.shapes.resolve(ref) for name, ref in self.traits.get("members", {}).items()}

    @cached_property
    def member(self) -> "Shape":
        """The elements of a list."""
        return self.shapes.resolve(self.traits["member"])

    @cached_property
    def key(self) -> "Shape":
        """The keys of a map."""
        return self.shapes.resolve(self.traits["key"])

    @cached_property
    def value(self) -> "Shape":
        """The values of a map."""
        return self.shapes.resolve(self.traits["value"])

    @property
    def location(self) -> str:
        """Where a member of a REST input goes: uri, querystring, header, headers, or "" for the body."""
        return str(self.traits.get("location", ""))

    @property
    def wire_name(self) -> str:
        """The name on the wire when it is another than the member's, else ""."""
        return str(self.traits.get("locationName", ""))

    @property
    def required(self) -> tuple[str, ...]:
        """Names of the members that a structure must have."""
        return tuple(self.traits.get("required", ()))

    @property
    def flattened(self) -> bool:
        """Whether a list or map has no element around its items."""
        return bool(self.traits.get("flattened"))

    @property
    def payload(self) -> str:
        """Name of the member that is the whole body, else ""."""
        return str(self.traits.get("payload", ""))

    @property
    def timestamp_format(self) -> str:
        """iso8601, unixTimestamp or rfc822 where the model says so, else ""."""
        return str(self.traits.get("timestampFormat", ""))

    @property
    def is_document(self) -> bool:
        """Whether it holds any JSON value."""
        return bool(self.traits.get("document"))


class Shapes:
    """All shapes of one model. References with equal traits give the same Shape, so that cycles close."""

    def __init__(self, raw: Mapping[str, Any]) -> None:
        self._raw = {name: _without_documentation(shape) for name, shape in raw.items()}
        self._resolved: dict[tuple[str, str], Shape] = {}

    @property
    def names(self) -> tuple[str, ...]:
        """Names of all shapes."""
        return tuple(self._raw)

    def resolve(self, reference: Mapping[str, Any]) -> Shape:
        """The shape that a reference means, its traits over the shape's own."""
        name = reference["shape"]
        traits = {key: value for key, value in reference.items() if key not in ("shape", "documentation")}
        key = (name, repr(sorted(traits.items())))
        shape = self._resolved.get(key)
        if shape is None:
            raw = self._raw[name]
            shape = self._resolved[key] = Shape(name, raw["type"], raw | traits, self)
        return shape

    def error_code(self, name: str) -> str:
        """The code that an error shape bears on the wire when it is not its name, else ""."""
        shape = self._raw[name]
        if not shape.get("exception"):
            return ""
        return str(shape.get("error", {}).get("code", ""))

    def error_status(self, name: str) -> int | None:
        """The HTTP status that the model gives an error shape."""
        status = self._raw.get(name, {}).get("error", {}).get("httpStatusCode")
        return None if status is None else int(status)


def _without_documentation(shape: Mapping[str, Any]) -> dict[str, Any]:
    kept = {key: value for key, value in shape.items() if key not in ("documentation", "members")}
    if "members" in shape:
        kept["members"] = {
            name: {key: value for key, value in ref.items() if key != "documentation"}
            for name, ref in shape["members"].items()
        }
    return kept
