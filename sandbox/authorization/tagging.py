"""Tags given when something is made: most services ask for their tagging action too.

https://docs.aws.amazon.com/tag-editor/latest/userguide/tag-editor-userguide.html and each service's own page on tags.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from sandbox.iam import reference
from sandbox.wire import services

from .derive import CREATES
from .keys.tags import TAG_PARAMETERS
from .rows import Clause, Condition, Target
from .templates import template

# By botocore's service: the action that tags, where AWS documents that creating with tags needs it.
ACTIONS: Mapping[str, str] = {
    "accessanalyzer": "access-analyzer:TagResource",
    "acm": "acm:AddTagsToCertificate",
    "appconfig": "appconfig:TagResource",
    "autoscaling": "autoscaling:CreateOrUpdateTags",
    "budgets": "budgets:TagResource",
    "ce": "ce:TagResource",
    "cloudformation": "cloudformation:TagResource",
    "cloudtrail": "cloudtrail:AddTags",
    "cloudwatch": "cloudwatch:TagResource",
    "codedeploy": "codedeploy:TagResource",
    "codepipeline": "codepipeline:TagResource",
    "cognito-identity": "cognito-identity:TagResource",
    "cognito-idp": "cognito-idp:TagResource",
    "config": "config:TagResource",
    "dynamodb": "dynamodb:TagResource",
    "ec2": "ec2:CreateTags",
    "ecr": "ecr:TagResource",
    "ecs": "ecs:TagResource",
    "elasticache": "elasticache:AddTagsToResource",
    "elbv2": "elasticloadbalancing:AddTags",
    "events": "events:TagResource",
    "kinesis": "kinesis:TagResource",
    "kms": "kms:TagResource",
    "lambda": "lambda:TagResource",
    "logs": "logs:TagResource",
    "organizations": "organizations:TagResource",
    "rolesanywhere": "rolesanywhere:TagResource",
    "s3control": "s3:TagResource",
    "secretsmanager": "secretsmanager:TagResource",
    "sns": "sns:TagResource",
    "sqs": "sqs:TagQueue",
    "ssm": "ssm:AddTagsToResource",
    "sso-admin": "sso:TagResource",
    "stepfunctions": "states:TagResource",
    "xray": "xray:TagResource",
}
# IAM has one for each type.
IAM_ACTIONS: Mapping[str, str] = {
    "CreateInstanceProfile": "iam:TagInstanceProfile",
    "CreateOpenIDConnectProvider": "iam:TagOpenIDConnectProvider",
    "CreatePolicy": "iam:TagPolicy",
    "CreateRole": "iam:TagRole",
    "CreateSAMLProvider": "iam:TagSAMLProvider",
    "CreateUser": "iam:TagUser",
    "CreateVirtualMFADevice": "iam:TagMFADevice",
    "UploadServerCertificate": "iam:TagServerCertificate",
}
# What an operation without a resource of its own makes.
MADE: Mapping[tuple[str, str], str] = {
    ("acm", "RequestCertificate"): "acm:certificate",
    ("appconfig", "CreateApplication"): "appconfig:application",
    ("appconfig", "CreateDeploymentStrategy"): "appconfig:deploymentstrategy",
    ("appconfig", "CreateConfigurationProfile"): "appconfig:configurationprofile",
    ("appconfig", "CreateEnvironment"): "appconfig:environment",
    ("appconfig", "CreateExperimentDefinition"): "appconfig:experimentdefinition",
    ("appconfig", "StartDeployment"): "appconfig:deployment",
    ("cognito-identity", "CreateIdentityPool"): "cognito-identity:identitypool",
    ("cognito-idp", "CreateUserPool"): "cognito-idp:userpool",
    ("kms", "CreateKey"): "kms:key",
    ("lambda", "CreateCodeSigningConfig"): "lambda:code signing config",
    ("lambda", "CreateEventSourceMapping"): "lambda:eventSourceMapping",
    ("organizations", "CreateAccount"): "organizations:account",
    ("organizations", "CreateGovCloudAccount"): "organizations:account",
    ("organizations", "CreateOrganizationalUnit"): "organizations:organizationalunit",
    ("ssm", "CreateMaintenanceWindow"): "ssm:maintenancewindow",
    ("ssm", "CreatePatchBaseline"): "ssm:patchbaseline",
}
TAGS = (*TAG_PARAMETERS, "TagsList")


def tagged_on_create(service: str, operation: str, clauses: tuple[Clause, ...]) -> Iterator[Clause]:
    """The clause for tags in the parameters of an operation that makes something."""
    action = IAM_ACTIONS.get(operation) if service == "iam" else ACTIONS.get(service)
    shape = services.load(service).operations[operation].input
    given = next((name for name in TAGS if shape and name in shape.members), "")
    if not action or not given or not operation.startswith(CREATES) or any(each.action == action for each in clauses):
        return
    for target in _made(service, operation, action, clauses):
        # EC2 tags only what is new.
        if service != "ec2" or set(target.paths) == {"*"}:
            yield Clause(action, (target,), Condition(given))


def _made(service: str, operation: str, action: str, clauses: tuple[Clause, ...]) -> Iterator[Target]:
    """The targets of the operation that the tagging action takes."""
    kind = MADE.get((service, operation))
    if kind:
        yield Target((kind,), ("*",) * len(template(kind).slots))
        return
    prefix, _, name = action.partition(":")
    found = reference.action(prefix, name)
    known = {f"{prefix}:{use.type}" for use in found.resources} if found else set()
    targets = [each for clause in clauses for each in clause.targets if known & set(each.kinds) and not each.via]
    yield from _first_made(operation, targets)


def _first_made(operation: str, targets: list[Target]) -> list[Target]:
    """The target whose kind the operation is called after, all of the required ones where none is."""
    word = operation.lower()
    named = [(len(name), each) for each in targets for name in _names(each) if name in word]
    if named:
        return [replace(max(named, key=lambda pair: pair[0])[1], optional=False)]
    return [each for each in targets if not each.optional]


def _names(target: Target) -> list[str]:
    return [kind.partition(":")[2].replace("-", "").lower() for kind in target.kinds]
