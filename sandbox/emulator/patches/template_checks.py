"""ValidateTemplate without moto's linter, which is heavy and is not made for text of strangers."""

from typing import Any

import moto.cloudformation.responses as cloudformation_responses
from moto.cloudformation.exceptions import ValidationError
from moto.cloudformation.responses import CloudFormationResponse
from moto.core.responses import ActionResult
from yaml import YAMLError

from sandbox.emulator.expectation import expect

# The property by which a resource of IAM gets a name of the caller's choice: such a template needs more capability.
NAMES = {
    "AWS::IAM::Group": "GroupName",
    "AWS::IAM::InstanceProfile": "InstanceProfileName",
    "AWS::IAM::ManagedPolicy": "ManagedPolicyName",
    "AWS::IAM::Policy": "",
    "AWS::IAM::Role": "RoleName",
    "AWS::IAM::User": "UserName",
    "AWS::IAM::UserToGroupAddition": "",
    "AWS::IAM::AccessKey": "",
}


def _validate_template(self: Any) -> ActionResult:
    """Answer as ValidateTemplate does: form, parameters and needed capabilities; properties are not looked at."""
    url = self._get_param("TemplateURL")
    body = self._get_stack_from_s3_url(url) if url else self._get_param("TemplateBody")
    template = _read(body)
    kinds = [resource for resource in template["Resources"].values() if resource["Type"] in NAMES]
    transforms = template.get("Transform") or []
    return ActionResult(
        {
            "Description": template.get("Description", ""),
            "Parameters": [_parameter(name, told) for name, told in (template.get("Parameters") or {}).items()],
            **_capabilities(kinds),
            "DeclaredTransforms": [transforms] if isinstance(transforms, str) else transforms,
        }
    )


def _read(body: str) -> dict[str, Any]:
    try:
        # The safe loader that stands in the place of moto's; JSON is read by it too.
        template = cloudformation_responses.yaml.load(body)
    except YAMLError as error:
        raise ValidationError(message="Template format error: the text is neither JSON nor YAML") from error
    if not isinstance(template, dict):
        raise ValidationError(message="Template format error: unsupported structure.")
    resources = template.get("Resources")
    if not isinstance(resources, dict) or not resources:
        raise ValidationError(message="Template format error: At least one Resources member must be defined.")
    for name, resource in resources.items():
        if not isinstance(resource, dict) or not isinstance(resource.get("Type"), str):
            message = f"Template format error: [/Resources/{name}] Every Resources object must contain a Type member."
            raise ValidationError(message=message)
    if not isinstance(template.get("Parameters") or {}, dict):
        raise ValidationError(message="Template format error: Parameters must be an object.")
    return template


def _parameter(name: str, told: Any) -> dict[str, Any]:
    told = told if isinstance(told, dict) else {}
    answer = {"ParameterKey": str(name), "NoEcho": str(told.get("NoEcho", False)).lower() == "true"}
    if "Default" in told:
        answer["DefaultValue"] = str(told["Default"])
    return answer | ({"Description": str(told["Description"])} if "Description" in told else {})


def _capabilities(resources: list[dict[str, Any]]) -> dict[str, Any]:
    if not resources:
        return {"Capabilities": []}
    named = any(NAMES[resource["Type"]] in (resource.get("Properties") or {}) for resource in resources)
    kinds = ", ".join(sorted({resource["Type"] for resource in resources}))
    return {
        "Capabilities": ["CAPABILITY_NAMED_IAM" if named else "CAPABILITY_IAM"],
        "CapabilitiesReason": f"The following resource(s) require capabilities: [{kinds}]",
    }


def apply() -> None:
    """Replace the operation."""
    expect(hasattr(CloudFormationResponse, "_get_stack_from_s3_url"), "CloudFormationResponse")
    CloudFormationResponse.validate_template = _validate_template
