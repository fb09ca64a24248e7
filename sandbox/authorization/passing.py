"""Roles that a call hands to a service: iam:PassRole with the service that will take it.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
"""

from collections.abc import Iterator, Mapping

from sandbox.wire import services
from sandbox.wire.shapes import Shape

from .rows import Clause, Target, parse

# By botocore's service: paths of parameters that hold a role, and the service that will take it.
ROLES: Mapping[str, tuple[tuple[str, str], ...]] = {
    "apigateway": (
        ("credentials", "apigateway.amazonaws.com"),
        ("authorizerCredentials", "apigateway.amazonaws.com"),
    ),
    "appconfig": (("RetrievalRoleArn", "appconfig.amazonaws.com"),),
    "autoscaling": (("RoleARN", "autoscaling.amazonaws.com"),),
    "budgets": (("ExecutionRoleArn", "budgets.amazonaws.com"),),
    "cloudformation": (
        ("RoleARN", "cloudformation.amazonaws.com"),
        ("AdministrationRoleARN", "cloudformation.amazonaws.com"),
        ("ExecutionRoleArn", "cloudformation.amazonaws.com"),
    ),
    "cloudtrail": (("CloudWatchLogsRoleArn", "cloudtrail.amazonaws.com"),),
    "cloudwatch": (("RoleArn", "streams.metrics.cloudwatch.amazonaws.com"),),
    "codebuild": (("serviceRole", "codebuild.amazonaws.com"),),
    "codedeploy": (("serviceRoleArn", "codedeploy.amazonaws.com"),),
    "codepipeline": (("pipeline.roleArn", "codepipeline.amazonaws.com"),),
    "cognito-identity": (
        ("Roles.*", "cognito-identity.amazonaws.com"),
        ("RoleMappings.*.RulesConfiguration.Rules.RoleARN", "cognito-identity.amazonaws.com"),
    ),
    "cognito-idp": (
        ("SmsConfiguration.SnsCallerArn", "cognito-idp.amazonaws.com"),
        ("RoleArn", "cognito-identity.amazonaws.com"),
        ("CloudWatchLogsRoleArn", "cognito-idp.amazonaws.com"),
    ),
    "config": (
        ("ConfigurationRecorder.roleARN", "config.amazonaws.com"),
        ("OrganizationAggregationSource.RoleArn", "config.amazonaws.com"),
    ),
    "ecs": (
        ("taskRoleArn", "ecs-tasks.amazonaws.com"),
        ("executionRoleArn", "ecs-tasks.amazonaws.com"),
        ("overrides.taskRoleArn", "ecs-tasks.amazonaws.com"),
        ("overrides.executionRoleArn", "ecs-tasks.amazonaws.com"),
        ("role", "ecs.amazonaws.com"),
    ),
    "ec2": (
        ("DeliverLogsPermissionArn", "vpc-flow-logs.amazonaws.com"),
        ("SpotFleetRequestConfig.IamFleetRole", "spotfleet.amazonaws.com"),
    ),
    "events": (("RoleArn", "events.amazonaws.com"), ("Targets.RoleArn", "events.amazonaws.com")),
    "lambda": (
        ("Role", "lambda.amazonaws.com"),
        ("PermissionsConfig.CapacityProviderOperatorRoleArn", "lambda.amazonaws.com"),
    ),
    "logs": (
        ("roleArn", "logs.amazonaws.com"),
        ("executionRoleArn", "logs.amazonaws.com"),
    ),
    "s3": (("ReplicationConfiguration.Role", "s3.amazonaws.com"),),
    "s3control": (
        ("RoleArn", "batchoperations.s3.amazonaws.com"),
        ("IAMRoleArn", "access-grants.s3.amazonaws.com"),
    ),
    "ssm": (
        ("ServiceRoleArn", "ssm.amazonaws.com"),
        ("IamRole", "ssm.amazonaws.com"),
    ),
    "stepfunctions": (("roleArn", "states.amazonaws.com"),),
}

# Clauses for operations whose roles are named otherwise, or whose parameter is a role in this operation only.
CLAUSES: Mapping[tuple[str, str], str] = {
    ("autoscaling", "CreateLaunchConfiguration"): (
        "iam:PassRole iam:role<iam:instance-profile(IamInstanceProfile)? to ec2.amazonaws.com"
    ),
    ("ec2", "RequestSpotInstances"): (
        "iam:PassRole iam:role<iam:instance-profile(LaunchSpecification.IamInstanceProfile.Arn|"
        "LaunchSpecification.IamInstanceProfile.Name)? to ec2.amazonaws.com"
    ),
    ("iam", "AddRoleToInstanceProfile"): "iam:PassRole iam:role(RoleName)? to ec2.amazonaws.com",
    ("sns", "CreatePlatformApplication"): "iam:PassRole iam:role(Attributes.*FeedbackRoleArn)? to sns.amazonaws.com",
    ("sns", "CreateTopic"): "iam:PassRole iam:role(Attributes.*FeedbackRoleArn)? to sns.amazonaws.com",
    ("sns", "SetPlatformApplicationAttributes"): (
        "iam:PassRole iam:role(Attributes.*FeedbackRoleArn)? to sns.amazonaws.com"
    ),
    ("sns", "SetSubscriptionAttributes"): (
        "iam:PassRole iam:role(AttributeValue)? to sns.amazonaws.com if AttributeName=SubscriptionRoleArn"
    ),
    ("sns", "SetTopicAttributes"): (
        "iam:PassRole iam:role(AttributeValue)? to sns.amazonaws.com if AttributeName=*FeedbackRoleArn"
    ),
    ("sns", "Subscribe"): "iam:PassRole iam:role(Attributes.SubscriptionRoleArn)? to sns.amazonaws.com",
}


def passed_roles(service: str, operation: str) -> Iterator[Clause]:
    """The clauses for the roles in an operation's parameters."""
    shape = services.load(service).operations[operation].input
    for path, to in ROLES.get(service, ()):
        if shape is not None and _exists(shape, path.split(".")):
            yield Clause("iam:PassRole", (Target(("iam:role",), (path,), True),), None, to)
    row = CLAUSES.get((service, operation))
    if row:
        yield from parse(row, service)


def _exists(shape: Shape, steps: list[str]) -> bool:
    while shape.kind == "list":
        shape = shape.member
    if not steps:
        return True
    if shape.kind == "map":
        return _exists(shape.value, steps[1:])
    return shape.kind == "structure" and steps[0] in shape.members and _exists(shape.members[steps[0]], steps[1:])
