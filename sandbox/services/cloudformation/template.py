"""A template's resources with their references resolved, as far as that goes before anything exists.

What is not known yet is `*`, as in the ARNs of policies; a name that is made up when the resource is made ends in it.
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-reference.html
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sandbox.wire import AwsError

UNKNOWN = "*"
MAX_RESOURCES = 500
# Aliases make a small text a huge tree: more values than this are not walked through.
MAX_VALUES = 100_000
# References that lead through one another; templates are not nested deeper than about that.
MAX_STEPS = 100
_NOTHING = object()
_VARIABLE = re.compile(r"\$\{(!?)([^}]*)\}")


def problem(message: str) -> AwsError:
    """CloudFormation's error for a template or parameter that will not do."""
    return AwsError("ValidationError", message, 400)


@dataclass(frozen=True, slots=True)
class Resource:
    """A resource as the template has it, `properties` resolved; `retained` when it outlives its stack."""

    logical_id: str
    type: str
    properties: Mapping[str, Any]
    retained: bool = False


@dataclass(frozen=True, slots=True)
class Setting:
    """Where a template is used; `pseudo` are the pseudo parameters, `attribute` tells what Ref (attribute "") and
    GetAtt give of a resource, by its logical id, type and properties."""

    parameters: Mapping[str, Any]
    pseudo: Mapping[str, Any]
    exports: Mapping[str, Any]
    attribute: Callable[[str, str, Mapping[str, Any], str], str]


def check(template: Any) -> dict[str, Any]:
    """The template when its form is right; raises AwsError."""
    if not isinstance(template, dict):
        raise problem("Template format error: unsupported structure.")
    resources = template.get("Resources")
    if not isinstance(resources, dict) or not resources:
        raise problem("Template format error: At least one Resources member must be defined.")
    if (count := len(resources)) > MAX_RESOURCES:
        raise problem(f"Template format error: Number of resources, {count}, is greater than maximum, {MAX_RESOURCES}")
    for name, resource in resources.items():
        if not isinstance(resource, dict) or not isinstance(resource.get("Type"), str):
            message = f"Template format error: [/Resources/{name}] Every Resources object must contain a Type member."
            raise problem(message)
        properties = resource.get("Properties") or {}
        if not isinstance(properties, dict):
            raise problem(f"Template format error: [/Resources/{name}] Properties must be an object.")
        # Calls name their parameters in other cases than templates: of two such properties the wrong one may be judged.
        if len({str(key).lower() for key in properties}) < len(properties):
            raise problem(f"Template format error: [/Resources/{name}] Properties differ in nothing but case.")
    for section in ("Parameters", "Mappings", "Conditions", "Outputs"):
        told = template.get(section) or {}
        if not isinstance(told, dict) or not (
            section == "Conditions" or all(isinstance(v, dict) for v in told.values())
        ):
            raise problem(f"Template format error: [/{section}] must be an object of objects.")
    _check_size(template)
    _check_circles(resources)
    return template


def _check_size(template: Any) -> None:
    for count, _ in enumerate(_values(template)):
        if count > MAX_VALUES:
            raise problem("Template format error: the template has too many values.")


def _values(value: Any) -> Iterator[Any]:
    """Every value in a tree, aliases followed each time."""
    waiting = [value]
    while waiting:
        found = waiting.pop()
        yield found
        if isinstance(found, dict):
            waiting.extend(found.values())
        elif isinstance(found, list):
            waiting.extend(found)


def uses_macros(template: Mapping[str, Any]) -> bool:
    """Whether text of others would become part of the template."""
    return bool(template.get("Transform")) or any(
        isinstance(value, dict) and "Fn::Transform" in value for value in _values(template)
    )


def _check_circles(resources: Mapping[str, Any]) -> None:
    """Refuse resources that wait for one another; raises AwsError."""
    waits = {name: {one for one in _mentioned(resource) if one in resources} for name, resource in resources.items()}
    while ready := [name for name, others in waits.items() if not others]:
        for name in ready:
            del waits[name]
        for others in waits.values():
            others.difference_update(ready)
    if waits:
        raise problem(f"Circular dependency between resources: [{', '.join(map(str, waits))}]")


def _mentioned(resource: Mapping[str, Any]) -> Iterator[str]:
    depends = resource.get("DependsOn") or []
    yield from (one for one in ([depends] if isinstance(depends, str) else depends) if isinstance(one, str))
    for value in _values(resource):
        if isinstance(value, dict):
            yield from _referred(value)


def _referred(value: Mapping[str, Any]) -> Iterator[str]:
    if isinstance(ref := value.get("Ref"), str):
        yield ref
    attribute = value.get("Fn::GetAtt")
    if isinstance(attribute, str):
        yield attribute.partition(".")[0]
    elif isinstance(attribute, list) and attribute and isinstance(attribute[0], str):
        yield attribute[0]
    text = value.get("Fn::Sub")
    text = text[0] if isinstance(text, list) and text else text
    if isinstance(text, str):
        yield from (name.partition(".")[0] for literal, name in _VARIABLE.findall(text) if not literal)


def parameters_of(
    template: Mapping[str, Any], given: Mapping[str, str], look_up: Callable[[str], str]
) -> dict[str, Any]:
    """Values of the template's parameters; `look_up` reads an SSM parameter. Raises AwsError for one without value."""
    values: dict[str, Any] = {}
    missing = []
    for name, told in (template.get("Parameters") or {}).items():
        kind = str(told.get("Type", "String"))
        value = given.get(name, told.get("Default"))
        if value is None:
            missing.append(str(name))
            continue
        value = str(value).lower() if isinstance(value, bool) else str(value)
        if kind.startswith("AWS::SSM::Parameter::Value"):
            value = look_up(value)
        values[str(name)] = [part.strip() for part in value.split(",")] if "List" in kind else value
    if missing:
        raise problem(f"Parameters: [{', '.join(missing)}] must have values")
    return values


def resources_of(template: Mapping[str, Any], setting: Setting) -> list[Resource]:
    """The resources that would be made, in the template's order; raises AwsError."""
    return list(_Reader(template, setting).resources())


@dataclass
class _Reader:
    template: Mapping[str, Any]
    setting: Setting
    steps: int = 0
    read: int = 0
    conditions: dict[str, bool | None] = field(default_factory=dict)
    properties: dict[str, Mapping[str, Any]] = field(default_factory=dict)

    def resources(self) -> Iterator[Resource]:
        for name, told in self.template["Resources"].items():
            condition = told.get("Condition")
            # A condition that cannot be decided leaves the resource in.
            if condition is not None and self.condition({"Condition": condition}) is False:
                continue
            retained = told.get("DeletionPolicy") == "Retain"
            yield Resource(str(name), told["Type"], self.properties_of(name), retained)

    def properties_of(self, name: str) -> Mapping[str, Any]:
        if name not in self.properties:
            found = self.resolve(self.template["Resources"][name].get("Properties") or {})
            self.properties[name] = found if isinstance(found, dict) else {}
        return self.properties[name]

    def resolve(self, value: Any) -> Any:
        """A value without functions; what is not known is UNKNOWN."""
        self.steps += 1
        self.read += 1
        if self.read > MAX_VALUES:
            raise problem("Template format error: the template has too many values.")
        try:
            if self.steps > MAX_STEPS:
                return UNKNOWN
            return self._resolved(value)
        finally:
            self.steps -= 1

    def _resolved(self, value: Any) -> Any:
        if isinstance(value, list):
            return [one for one in map(self.resolve, value) if one is not _NOTHING]
        if not isinstance(value, dict):
            return value
        if len(value) == 1:
            name, argument = next(iter(value.items()))
            function = _FUNCTIONS.get(name)
            if function is not None:
                return function(self, argument)
            if isinstance(name, str) and name.startswith("Fn::"):
                return UNKNOWN
        elif any(name == "Ref" or str(name).startswith("Fn::") for name in value):
            raise problem("Template format error: a function must be the only member of its object")
        found = {str(name): self.resolve(one) for name, one in value.items()}
        return {name: one for name, one in found.items() if one is not _NOTHING}

    def reference(self, name: Any) -> Any:
        if name == "AWS::NoValue":
            return _NOTHING
        if not isinstance(name, str):
            return UNKNOWN
        if name in self.setting.pseudo:
            return self.setting.pseudo[name]
        if name in self.setting.parameters:
            return self.setting.parameters[name]
        return self.attribute(name, "")

    def attribute(self, name: str, attribute: str) -> str:
        told = self.template["Resources"].get(name)
        if told is None:
            message = f"Unresolved resource dependencies [{name}] in the Resources block of the template"
            raise problem(f"Template format error: {message}")
        return self.setting.attribute(name, told["Type"], self.properties_of(name), attribute)

    def text(self, value: Any) -> str:
        found = self.resolve(value)
        if isinstance(found, bool):
            return str(found).lower()
        return UNKNOWN if isinstance(found, dict | list) or found is _NOTHING else str(found)

    def condition(self, told: Any) -> bool | None:
        """Whether a condition holds; None when that is not known."""
        if isinstance(told, bool):
            return told
        if not isinstance(told, dict) or len(told) != 1:
            raise problem(
                "Template format error: Conditions can only be boolean operations on parameters and other conditions"
            )
        name, argument = next(iter(told.items()))
        if name == "Condition":
            return self._named_condition(str(argument))
        if not isinstance(argument, list):
            raise problem(f"Template format error: {name} requires a list argument")
        if name == "Fn::Equals" and len(argument) == 2:
            return self._equal(*argument)
        held = [self.condition(one) for one in argument]
        if name == "Fn::Not" and len(held) == 1:
            return None if held[0] is None else not held[0]
        if name == "Fn::And":
            return False if False in held else None if None in held else True
        if name == "Fn::Or":
            return True if True in held else None if None in held else False
        raise problem(f"Template format error: {name} is not a function of conditions")

    def _named_condition(self, name: str) -> bool | None:
        if name not in self.conditions:
            told = (self.template.get("Conditions") or {}).get(name)
            if told is None:
                raise problem(f"Template format error: Unresolved condition dependency {name} in the template")
            self.conditions[name] = None
            self.conditions[name] = self.condition(told)
        return self.conditions[name]

    def _equal(self, one: Any, other: Any) -> bool | None:
        texts = (self.text(one), self.text(other))
        return None if UNKNOWN in texts else texts[0] == texts[1]


def _get_attribute(reader: _Reader, argument: Any) -> Any:
    parts = argument.split(".", 1) if isinstance(argument, str) else argument
    if not isinstance(parts, list) or len(parts) != 2 or not isinstance(parts[0], str):
        return UNKNOWN
    return reader.attribute(parts[0], reader.text(parts[1]))


def _if(reader: _Reader, argument: Any) -> Any:
    if not isinstance(argument, list) or len(argument) != 3:
        raise problem("Template error: Fn::If requires a list argument with three elements")
    held = reader.condition({"Condition": argument[0]})
    return UNKNOWN if held is None else reader.resolve(argument[1 if held else 2])


def _join(reader: _Reader, argument: Any) -> Any:
    if not isinstance(argument, list) or len(argument) != 2:
        return UNKNOWN
    parts = reader.resolve(argument[1])
    return str(argument[0]).join(map(reader.text, parts)) if isinstance(parts, list) else UNKNOWN


def _split(reader: _Reader, argument: Any) -> Any:
    if not isinstance(argument, list) or len(argument) != 2 or not isinstance(argument[0], str) or not argument[0]:
        return UNKNOWN
    return reader.text(argument[1]).split(argument[0])


def _select(reader: _Reader, argument: Any) -> Any:
    if not isinstance(argument, list) or len(argument) != 2:
        return UNKNOWN
    index, choices = reader.text(argument[0]), reader.resolve(argument[1])
    if not isinstance(choices, list) or not index.isdecimal() or int(index) >= len(choices):
        return UNKNOWN
    return choices[int(index)]


def _substitute(reader: _Reader, argument: Any) -> Any:
    text, own = (argument[0], argument[1]) if isinstance(argument, list) and len(argument) == 2 else (argument, {})
    if not isinstance(text, str) or not isinstance(own, dict):
        return UNKNOWN

    def value(found: re.Match[str]) -> str:
        literal, name = found.groups()
        if literal:
            return f"${{{name}}}"
        if name in own:
            return reader.text(own[name])
        return reader.text({"Fn::GetAtt": name} if "." in name else {"Ref": name})

    return _VARIABLE.sub(value, text)


def _find_in_map(reader: _Reader, argument: Any) -> Any:
    if not isinstance(argument, list) or len(argument) < 3:
        return UNKNOWN
    found: Any = reader.template.get("Mappings") or {}
    for one in argument[:3]:
        name = reader.text(one)
        if not isinstance(found, dict) or name not in found:
            return UNKNOWN
        found = found[name]
    return found


def _import(reader: _Reader, argument: Any) -> Any:
    return reader.setting.exports.get(reader.text(argument), UNKNOWN)


def _zones(reader: _Reader, argument: Any) -> Any:
    region = reader.text(argument) or reader.setting.pseudo["AWS::Region"]
    return [f"{region}{letter}" for letter in "abcd"]


def _json(reader: _Reader, argument: Any) -> Any:
    return json.dumps(reader.resolve(argument), default=str)


_FUNCTIONS: dict[Any, Callable[[_Reader, Any], Any]] = {
    "Ref": lambda reader, argument: reader.reference(argument),
    "Fn::GetAtt": _get_attribute,
    "Fn::If": _if,
    "Fn::Join": _join,
    "Fn::Split": _split,
    "Fn::Select": _select,
    "Fn::Sub": _substitute,
    "Fn::FindInMap": _find_in_map,
    "Fn::ImportValue": _import,
    "Fn::GetAZs": _zones,
    "Fn::ToJsonString": _json,
}
