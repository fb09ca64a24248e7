"""Checks of Resource and NotResource.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
"""

from collections.abc import Iterator
from functools import cache

from sandbox.iam import reference
from sandbox.iam.linting import arns
from sandbox.iam.linting.action_patterns import ActionText, known_actions
from sandbox.iam.linting.arns import Arn
from sandbox.iam.linting.document import TRUST, Policy, PolicyType, Statement
from sandbox.iam.linting.findings import Issue, issue
from sandbox.iam.linting.json_reader import Node
from sandbox.iam.linting.wording import listed, quoted

# What the policy of a kind of resource can be about.
_OWN_FORMS = {
    "AWS::S3::Bucket": ("arn:*:s3:::*",),
    "AWS::S3::AccessPoint": ("arn:*:s3:*:*:accesspoint/*",),
    "AWS::S3::MultiRegionAccessPoint": ("arn:*:s3::*:accesspoint/*",),
    "AWS::S3ObjectLambda::AccessPoint": ("arn:*:s3-object-lambda:*:*:accesspoint/*",),
    "AWS::DynamoDB::Table": ("arn:*:dynamodb:*:*:table/*",),
}
# The reference lists only some of API Gateway's paths.
_FORMS_UNKNOWN = {"apigateway"}
# An account's root user is a resource of IAM that the reference does not list.
_MORE_FORMS = {("iam", "root")}
# AWS's own documents and parameters have no account.
_OF_AWS = {"ssm"}
# Decided as if asked for every bucket, though the reference gives it no resource.
_ON_EVERY_BUCKET = ("s3", "ListAllMyBuckets")


def _texts(statement: Statement) -> Iterator[Node]:
    for node in statement.texts("Resource", "NotResource"):
        if node.text != "*":
            yield node


def _arns(statement: Statement) -> Iterator[tuple[Node, Arn]]:
    for node in _texts(statement):
        if (arn := arns.parse(node.text)) is not None:
            yield node, arn


def _form(policy: Policy, statement: Statement) -> Iterator[Issue]:
    for node in _texts(statement):
        # A variable at the beginning may hold the whole ARN.
        if node.text.startswith("${") or (node.text and not node.text.strip("*")):
            continue
        if not node.text.startswith("arn:"):
            details = f"{quoted(node.text)} is no ARN: it begins with arn:, or is * for everything."
            yield issue("INVALID_ARN_PREFIX", details, node)
        elif arns.parse(node.text) is None:
            details = (
                f"{quoted(node.text)} has too few parts. An ARN has six, some of them empty: "
                "arn:partition:service:region:account:resource."
            )
            yield issue("MISSING_ARN_FIELD", details, node)


def _partition(policy: Policy, statement: Statement) -> Iterator[Issue]:
    for node, arn in _arns(statement):
        if not arns.open_ended(arn.partition) and arn.partition not in arns.PARTITIONS:
            details = (
                f"There is no partition {quoted(arn.partition)}: it is aws, aws-cn in China, aws-us-gov in GovCloud."
            )
            yield issue("INVALID_PARTITION", details, node)


def _service_case(policy: Policy, statement: Statement) -> Iterator[Issue]:
    for node, arn in _arns(statement):
        if "${" not in arn.service and arn.service != arn.service.lower():
            details = f"The service in an ARN is written in lower case: {arn.service.lower()}."
            yield issue("INVALID_ARN_SERVICE_CASE", details, node)


def _region_form(policy: Policy, statement: Statement) -> Iterator[Issue]:
    for node, arn in _arns(statement):
        if arn.region and not arns.open_ended(arn.region) and not arns.is_region(arn.region):
            details = f"{quoted(arn.region)} is no region: it looks like eu-west-1."
            yield issue("INVALID_ARN_REGION", details, node)


def _account_form(policy: Policy, statement: Statement) -> Iterator[Issue]:
    for node, arn in _arns(statement):
        if arn.account and not arns.open_ended(arn.account) and not arns.is_account(arn.account):
            details = f"{quoted(arn.account)} is no account: write its 12 digits."
            yield issue("INVALID_ARN_ACCOUNT", details, node)


def _known_forms(policy: Policy, statement: Statement) -> Iterator[Issue]:
    for node, arn in _arns(statement):
        unknown = arns.open_ended(arn.service) or not reference.has_detail(arn.service)
        if unknown or arn.service in _FORMS_UNKNOWN or (arn.service, arn.resource) in _MORE_FORMS:
            continue
        forms = arns.templates(arn.service)
        if not policy.effort.spend(1 + len(arn.resource) * len(forms) // 2):
            return
        of_service = [form for _, form in forms if form.service == arn.service]
        if of_service:
            yield from _against(node, arn, [form for form in of_service if arns.meet(form.resource, arn.resource)])


def _against(node: Node, arn: Arn, forms: list[Arn]) -> Iterator[Issue]:
    service = reference.service_name(arn.service)
    if not forms:
        details = f"{service} has no resource {quoted(arn.resource)}. See the ARN forms in its list of resource types."
        yield issue("INVALID_ARN_RESOURCE", details, node)
        return
    if arn.region and not arns.open_ended(arn.region) and not any(form.region for form in forms):
        details = f"ARNs of {service} have no region here: leave it empty, with both colons."
        yield issue("ARN_REGION_NOT_ALLOWED", details, node)
    if not arn.region and all(form.region for form in forms):
        details = f"Say in which region of {service} it is, or * for every one."
        yield issue("MISSING_ARN_REGION", details, node)
    if arn.account and not arns.open_ended(arn.account) and not any(form.account for form in forms):
        details = f"ARNs of {service} have no account here: leave it empty, with both colons."
        yield issue("ARN_ACCOUNT_NOT_ALLOWED", details, node)
    if not arn.account and arn.service not in _OF_AWS and all("${Account}" in form.account for form in forms):
        details = "The account is missing: write its 12 digits, or * for every one."
        yield issue("INVALID_ARN_ACCOUNT", details, node)


def _of_this_resource(policy: Policy, statement: Statement) -> Iterator[Issue]:
    forms = _OWN_FORMS.get(policy.resource_type or "", ())
    for node, arn in _arns(statement):
        if forms and not any(arns.can_be(arn, own) for form in forms if (own := arns.parse(form))):
            details = f"A policy on {policy.resource_type} is about that resource; {quoted(node.text)} is another kind."
            yield issue("UNSUPPORTED_RESOURCE_ARN_IN_POLICY", details, node)


def _mismatch(policy: Policy, statement: Statement) -> Iterator[Issue]:
    resources = statement.texts("Resource")
    if policy.resource_type == TRUST or not resources or not _all_readable(resources):
        return
    found = [arn for node in resources if (arn := arns.parse(node.text))]
    without = []
    effort = 1 + sum(len(arn.resource) for arn in found) // 8
    for action, details in known_actions(policy, statement):
        if not policy.effort.spend(effort * len(details)):
            return
        if not any(_applies(action, one, found) for one in details):
            without.append(action)
    if without:
        yield issue("RESOURCE_MISMATCH", _mismatch_details(without), *(action.node for action in without), *resources)


def _mismatch_details(actions: list[ActionText]) -> str:
    wanted = {form for action in actions for form in _wanted_forms(action)}
    advice = f"They need an ARN such as {listed(sorted(wanted)[:3])}." if wanted else "They have no resource: write *."
    return f"{listed(action.node.text for action in actions)} never happen to the resources that are listed. {advice}"


def _wanted_forms(action: ActionText) -> Iterator[str]:
    known = reference.action(action.prefix, action.name)
    types = reference.resource_types(action.prefix)
    for use in known.resources if known else ():
        yield from types[use.type].arn_templates if use.type in types else ()


def _all_readable(resources: tuple[Node, ...]) -> bool:
    """Whether no text is "*", begins with a variable or is broken: all of those may be what the action needs."""
    return all(arns.parse(node.text) is not None and not node.text.startswith("*") for node in resources)


def _applies(action: ActionText, known: reference.Action, resources: list[Arn]) -> bool:
    if not known.resources:
        on_buckets = (action.prefix, known.name) == _ON_EVERY_BUCKET
        return on_buckets and any(arn.service == "s3" and arn.resource == "*" for arn in resources)
    types = reference.resource_types(action.prefix)
    forms = [form for use in known.resources if use.type in types for form in _forms(action.prefix, use.type)]
    # A type without a known form is taken to fit.
    return not forms or any(arns.can_be(arn, form) for arn in resources for form in forms)


@cache
def _forms(prefix: str, type_name: str) -> tuple[Arn, ...]:
    return tuple(form for name, form in arns.templates(prefix) if name == type_name)


def _control_policies_too(policy: Policy, statement: Statement) -> Iterator[Issue]:
    # Deny in organisation policies names resources of many services at once, mostly on purpose.
    if policy.kind in (PolicyType.IDENTITY, PolicyType.RESOURCE):
        yield from _mismatch(policy, statement)


STATEMENT_CHECKS = (
    _form,
    _partition,
    _service_case,
    _region_form,
    _account_form,
    _known_forms,
    _of_this_resource,
    _control_policies_too,
)
