"""IAM calls whose resource no parameter holds."""

from collections.abc import Iterable

from sandbox.authorization.locating import place
from sandbox.authorization.questions import Asked
from sandbox.authorization.state import State

from .asking import Question

# Names of service-linked roles that are not the service's own with a capital letter.
_ROLES = {
    "autoscaling": "AutoScaling",
    "cloudtrail": "CloudTrail",
    "dynamodb.application-autoscaling": "ApplicationAutoScaling_DynamoDBTable",
    "ecs": "ECS",
    "ecs.application-autoscaling": "ApplicationAutoScaling_ECSService",
    "elasticache": "ElastiCache",
    "elasticloadbalancing": "ElasticLoadBalancing",
    "guardduty": "AmazonGuardDuty",
    "ops.apigateway": "APIGateway",
    "rds": "RDS",
    "spot": "EC2Spot",
    "spotfleet": "EC2SpotFleet",
    "sso": "SSO",
    "xray": "XRay",
}


def create_service_linked_role(asked: Asked, state: State) -> Iterable[Question]:
    """The role below the service's path.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create-service-linked-role.html
    """
    service = str(asked.parameters.get("AWSServiceName", "*"))
    short = service.removesuffix(".amazonaws.com")
    name = _ROLES.get(short, short[:1].upper() + short[1:])
    suffix = asked.parameters.get("CustomSuffix")
    name = f"AWSServiceRoleFor{name}{f'_{suffix}' if suffix else ''}"
    role = place(("iam:role",), (f"aws-service-role/{service}/{name}",), asked, state)
    yield Question("iam:CreateServiceLinkedRole", role)
