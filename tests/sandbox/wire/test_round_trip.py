"""Every operation of the services that lessons use: serialised and signed by botocore, read back by us."""

from copy import deepcopy
from datetime import UTC, datetime

import pytest
from botocore.endpoint_provider import EndpointProvider
from botocore.loaders import Loader

from sandbox import wire
from tests.sandbox.wire.samples import sample_input
from tests.sandbox.wire.signing import SECRET, SITE, serialized, service_model, sign

SERVICES = [
    "accessanalyzer",
    "account",
    "apigateway",
    "autoscaling",
    "budgets",
    "ce",
    "cloudformation",
    "cloudfront",
    "cloudtrail",
    "cloudwatch",
    "cognito-identity",
    "cognito-idp",
    "config",
    "dynamodb",
    "dynamodbstreams",
    "ec2",
    "ecr",
    "ecs",
    "elasticache",
    "elbv2",
    "events",
    "iam",
    "identitystore",
    "kinesis",
    "kms",
    "lambda",
    "logs",
    "organizations",
    "pricing",
    "resourcegroupstaggingapi",
    "rolesanywhere",
    "route53",
    "s3",
    "s3control",
    "secretsmanager",
    "sns",
    "sqs",
    "ssm",
    "sso-admin",
    "stepfunctions",
    "sts",
]
REGION = "eu-west-3"
# Operations that are the same on the wire: the one that botocore deprecates, or that another endpoint has.
SAME = {
    "GetBucketLifecycle": "GetBucketLifecycleConfiguration",
    "GetBucketNotification": "GetBucketNotificationConfiguration",
    "ListDirectoryBuckets": "ListBuckets",
    "PutBucketLifecycle": "PutBucketLifecycleConfiguration",
    "PutBucketNotification": "PutBucketNotificationConfiguration",
}


def aws_endpoint(service: str) -> tuple[str, str]:
    """The service's real endpoint for REGION, and the region that it signs for."""
    loader = Loader()
    rules = loader.load_service_model(service, "endpoint-rule-set-1")
    provider = EndpointProvider(rules, loader.load_data("partitions"))
    endpoint = provider.resolve_endpoint(Region=REGION, UseFIPS=False, UseDualStack=False)
    schemes = endpoint.properties.get("authSchemes") or [{}]
    return endpoint.url, schemes[0].get("signingRegion", REGION)


@pytest.mark.parametrize("service", SERVICES)
def test_every_operation_comes_back_as_botocore_sent_it(service: str) -> None:
    endpoints = ((SITE, REGION), aws_endpoint(service))
    wrong = []
    for operation in service_model(service).operation_names:
        sample = sample_input(service_model(service).operation_model(operation))
        request_dict = serialized(service, operation, sample)
        for endpoint, region in endpoints:
            if operation == "WriteGetObjectResponse":
                endpoint = endpoint.replace("//s3.", "//s3-object-lambda.")
            found = read_back(sign(deepcopy(request_dict), service, region, endpoint))
            if found != (service, SAME.get(operation, operation), sample) and operation not in SAME:
                wrong.append((endpoint, operation, found))
            if found[:2] != (service, SAME.get(operation, operation)):
                wrong.append((endpoint, operation, found))
    assert wrong == []


def read_back(request: wire.Request) -> tuple[str, str, dict[str, object]]:
    authorization = wire.read_authorization(request)
    assert authorization is not None
    call = wire.identify(request, authorization)
    wire.verify(request, authorization, SECRET, datetime.now(UTC))
    return call.service, call.operation.name, wire.parse_parameters(request, call)


@pytest.mark.parametrize("service", SERVICES)
def test_only_required_parameters_come_back_too(service: str) -> None:
    wrong = []
    for operation in service_model(service).operation_names:
        sample = sample_input(service_model(service).operation_model(operation), only_required=True)
        found = read_back(sign(serialized(service, operation, sample), service, REGION, SITE))
        if told(found, sample) != (service, SAME.get(operation, operation), sample) and operation not in SAME:
            wrong.append((operation, sample, found))
    assert wrong == []


def told(found: tuple[str, str, dict[str, object]], sample: dict[str, object]) -> tuple[object, ...]:
    """Without what the wire cannot tell from nothing: an empty body, and its length."""
    service, operation, parameters = found
    return service, operation, {k: v for k, v in parameters.items() if k in sample or v not in ({}, b"", 0)}


@pytest.mark.parametrize("protocol", ["json", "query", "smithy-rpc-v2-cbor"])
def test_cloudwatch_speaks_three_protocols(protocol: str) -> None:
    sample = sample_input(service_model("cloudwatch").operation_model("PutMetricAlarm"))
    request = sign(serialized("cloudwatch", "PutMetricAlarm", sample, protocol), "cloudwatch", REGION, SITE)
    call = wire.identify(request, wire.read_authorization(request))
    assert (call.protocol, call.operation.name) == (protocol, "PutMetricAlarm")
    assert wire.parse_parameters(request, call) == sample
