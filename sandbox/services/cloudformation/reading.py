"""The template of a call: found, held to CloudFormation's limits, and taken apart.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
"""

import logging
from collections.abc import Mapping, Sequence
from typing import Any

from sandbox.authorization import Asked
from sandbox.emulator import stacks
from sandbox.emulator.patches.template_checks import NAMES
from sandbox.emulator.patches.templates import read_template
from sandbox.services.invocation import Invocation
from sandbox.wire import AwsError

from . import permissions, template
from .kinds import KINDS
from .planning import Place, Step, attribute_of
from .template import Resource, Setting, problem

log = logging.getLogger(__name__)

MAX_BODY = 51_200
MAX_OBJECT = 1024 * 1024
REFUSED = {
    "AWS::CloudFormation::CustomResource": "custom resources run code outside of the template",
    "AWS::CloudFormation::Macro": "macros run code on templates",
}


def text_of(invocation: Invocation, previous: str = "") -> str:
    """The template's text, from the call, an object or the stack as it is; raises AwsError."""
    parameters = invocation.parameters
    body, url = parameters.get("TemplateBody"), parameters.get("TemplateURL")
    if parameters.get("UsePreviousTemplate") and not (body or url):
        return previous
    if body:
        if len(body.encode()) > MAX_BODY:
            raise problem(
                f"1 validation error detected: Value at 'templateBody' failed to satisfy constraint: "
                f"Member must have length less than or equal to {MAX_BODY}"
            )
        return str(body)
    if not url:
        raise problem("Either Template URL or Template Body must be specified.")
    return _text_at(invocation, url)


def _text_at(invocation: Invocation, url: str) -> str:
    bucket, key = stacks.locate_template(url)
    if not bucket or not key:
        raise problem("TemplateURL must be a supported URL.")
    permissions.check_read(invocation, bucket, key)
    content = stacks.read_object(invocation.world, invocation.account_id, invocation.call.partition, bucket, key)
    if content is None:
        raise problem("S3 error: The specified key does not exist.")
    if len(content) > MAX_OBJECT:
        raise problem(f"Template may not exceed {MAX_OBJECT} bytes in size.")
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        raise problem("Template format error: unsupported encoding.") from error


def content_of(text: str) -> dict[str, Any]:
    """The template as data, its form and types checked; raises AwsError."""
    try:
        told = read_template(text)
    except ValueError as error:
        raise problem(
            f"Template format error: {'JSON' if text.lstrip()[:1] == '{' else 'YAML'} not well-formed."
        ) from error
    checked = template.check(told)
    _check_types({resource["Type"] for resource in checked["Resources"].values()})
    return checked


def _check_types(types: set[str]) -> None:
    for name in sorted(types):
        refused = "AWS::CloudFormation::CustomResource" if name.startswith("Custom::") else name
        if refused in REFUSED:
            raise problem(f"The sandbox does not offer the resource type {name}: {REFUSED[refused]}")
    unknown = sorted(types - KINDS.keys())
    if unknown:
        log.error("no calls are known for resources of %s", unknown)
        raise problem(
            f"Template format error: Unrecognized resource types: {unknown} (the sandbox does not make these)"
        )


def check_capabilities(told: Mapping[str, Any], given: Sequence[str]) -> None:
    """Refuse a template whose powers the caller has not acknowledged, and macros at all; raises AwsError."""
    if template.uses_macros(told):
        if "CAPABILITY_AUTO_EXPAND" not in given:
            raise _insufficient("CAPABILITY_AUTO_EXPAND")
        raise problem("The sandbox does not process templates: macros and transforms run code on them")
    resources = [one for one in told["Resources"].values() if one["Type"] in NAMES]
    if any(NAMES[one["Type"]] in (one.get("Properties") or {}) for one in resources):
        if "CAPABILITY_NAMED_IAM" not in given:
            raise _insufficient("CAPABILITY_NAMED_IAM")
    elif resources and not {"CAPABILITY_IAM", "CAPABILITY_NAMED_IAM"} & set(given):
        raise _insufficient("CAPABILITY_IAM")


def _insufficient(capability: str) -> AwsError:
    return AwsError("InsufficientCapabilitiesException", f"Requires capabilities : [{capability}]", 400)


def resources_in(
    invocation: Invocation,
    place: Place,
    told: Mapping[str, Any],
    given: Mapping[str, str],
    physical: Mapping[str, str],
    stack_id: str = "*",
) -> list[Resource]:
    """The template's resources, resolved for a stack; raises AwsError."""
    names: list[str] = []

    def look_up(name: str) -> str:
        names.append(name)
        found = stacks.parameter_value(invocation.world, place.account_id, place.region, name)
        if found is None:
            raise problem(f"Unable to fetch parameters [{name}] from parameter store for this account.")
        return found

    values = template.parameters_of(told, given, look_up)
    _check_parameters(invocation, place, names)
    pseudo = {
        "AWS::AccountId": place.account_id,
        "AWS::NotificationARNs": invocation.parameters.get("NotificationARNs") or [],
        "AWS::Partition": place.partition,
        "AWS::Region": place.region,
        "AWS::StackId": stack_id,
        "AWS::StackName": place.stack_name,
        "AWS::URLSuffix": "amazonaws.com",
    }

    def attribute(logical_id: str, type_name: str, properties: Mapping[str, Any], name: str) -> str:
        return attribute_of(place, physical, logical_id, type_name, properties, name)

    exported = stacks.exports(invocation.world, place.account_id, place.region)
    return template.resources_of(told, Setting(values, pseudo, exported, attribute))


def _check_parameters(invocation: Invocation, place: Place, names: list[str]) -> None:
    """The caller must be allowed to read the SSM parameters that a template takes."""
    if not names:
        return
    asked = Asked("ssm", "GetParameters", place.region, place.partition, place.account_id, {"Names": names})
    refused = permissions.first_refused(invocation, permissions.caller(invocation), [Step("", "", "CREATE", asked)])
    if refused is not None:
        raise AwsError("AccessDenied", refused.reason, 403)


def merged_parameters(invocation: Invocation, previous: Mapping[str, str]) -> dict[str, str]:
    """The call's parameters by key, those that keep their value taken from the stack; raises AwsError."""
    values: dict[str, str] = {}
    for one in invocation.parameters.get("Parameters") or ():
        key = str(one.get("ParameterKey", ""))
        if one.get("UsePreviousValue"):
            if key in previous:
                values[key] = previous[key]
        elif "ParameterValue" in one:
            values[key] = str(one["ParameterValue"])
        else:
            raise problem(f"Parameters: [{key}] must have values")
    return values


def overridden_parameters(invocation: Invocation) -> dict[str, str]:
    """The parameters that stack instances get instead of their stack set's."""
    given = invocation.parameters.get("ParameterOverrides") or ()
    return {str(one.get("ParameterKey")): str(one.get("ParameterValue", "")) for one in given}
