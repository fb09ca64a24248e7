"""SSM's public parameters: regions, services and images, the same for every account."""

import time
from typing import Any

import pytest
from botocore.exceptions import ClientError

from sandbox.emulator import images, public_parameters
from sandbox.regions import REGIONS
from tests.sandbox.emulator.conftest import PARTNER, Lab

INFRASTRUCTURE = "/aws/service/global-infrastructure"
FRANKFURT = f"{INFRASTRUCTURE}/regions/eu-central-1"


def value(lab: Lab, name: str, region: str = "eu-central-1") -> str:
    found: str = lab.client("ssm", region=region).get_parameter(Name=name)["Parameter"]["Value"]
    return found


def below(lab: Lab, path: str, **parameters: Any) -> list[str]:
    pages = lab.client("ssm").get_paginator("get_parameters_by_path").paginate(Path=path, **parameters)
    return [parameter["Value"] for page in pages for parameter in page["Parameters"]]


def test_a_region_tells_what_it_is(lab: Lab) -> None:
    assert value(lab, FRANKFURT) == "eu-central-1"
    assert value(lab, f"{FRANKFURT}/longName") == "Europe (Frankfurt)"
    assert value(lab, f"{FRANKFURT}/partition") == "aws"
    assert value(lab, f"{FRANKFURT}/domain") == "amazonaws.com"
    assert value(lab, f"{FRANKFURT}/geolocationCountry") == "DE"
    assert value(lab, f"{FRANKFURT}/geolocationRegion") == "DE-HE"


def test_regions_are_listed_below_their_path(lab: Lab) -> None:
    assert below(lab, f"{INFRASTRUCTURE}/regions") == sorted(REGIONS)
    assert below(lab, f"{INFRASTRUCTURE}/regions/") == sorted(REGIONS)
    assert below(lab, f"{FRANKFURT}/availability-zones") == ["euc1-az1", "euc1-az2", "euc1-az3"]


def test_services_are_listed_by_region_and_regions_by_service(lab: Lab) -> None:
    services = below(lab, f"{FRANKFURT}/services", PaginationConfig={"PageSize": 10})
    assert {"sqs", "lambda", "dynamodb"} < set(services)
    assert "eu-central-1" in below(lab, f"{INFRASTRUCTURE}/services/lambda/regions")
    endpoint = f"{INFRASTRUCTURE}/services/sqs/regions/eu-west-1/endpoint"
    assert value(lab, endpoint) == "sqs.eu-west-1.amazonaws.com"
    assert value(lab, f"{INFRASTRUCTURE}/services/sqs/longName") == "Amazon Simple Queue Service (SQS)"


def test_all_below_a_path_is_more_than_what_is_directly_there(lab: Lab) -> None:
    direct = below(lab, FRANKFURT)
    everything = below(lab, FRANKFURT, Recursive=True, PaginationConfig={"MaxItems": 400})
    assert {"Europe (Frankfurt)", "DE", "aws"} < set(direct)
    assert len(direct) < 10 < len(everything)


def test_every_parameter_is_on_one_page_only(lab: Lab) -> None:
    pages = lab.client("ssm").get_paginator("get_parameters_by_path").paginate(Path=f"{FRANKFURT}/services")
    names = [parameter["Name"] for page in pages for parameter in page["Parameters"]]
    assert len(names) == len(set(names)) > 250
    assert names == list(public_parameters.names_below("eu-central-1", f"{FRANKFURT}/services", False))


def test_a_page_of_many_is_made_in_a_moment(lab: Lab) -> None:
    ssm = lab.client("ssm")
    ssm.get_parameters_by_path(Path=INFRASTRUCTURE, Recursive=True)
    before = time.process_time()
    for _ in range(10):
        page = ssm.get_parameters_by_path(Path=INFRASTRUCTURE, Recursive=True, MaxResults=10)
    assert len(page["Parameters"]) == 10
    assert time.process_time() - before < 0.5


@pytest.mark.parametrize("token", ["x", "-1", "9" * 30])
def test_a_token_of_nobody_is_refused(lab: Lab, token: str) -> None:
    with pytest.raises(ClientError, match="InvalidNextToken"):
        lab.client("ssm").get_parameters_by_path(Path=FRANKFURT, NextToken=token)


@pytest.mark.parametrize(
    "name", ["/no-region", "/eu-central-1/Value", "/eu-central-1/longName/x", "/eu-central-1/services"]
)
def test_what_is_not_there_is_not_found(lab: Lab, name: str) -> None:
    with pytest.raises(ClientError, match="ParameterNotFound"):
        value(lab, f"{INFRASTRUCTURE}/regions{name}")


def test_several_are_told_at_once(lab: Lab) -> None:
    answer = lab.client("ssm").get_parameters(Names=[FRANKFURT, f"{FRANKFURT}/domain", "/aws/service/none"])
    assert {parameter["Name"] for parameter in answer["Parameters"]} == {FRANKFURT, f"{FRANKFURT}/domain"}
    assert answer["InvalidParameters"] == ["/aws/service/none"]


def test_public_parameters_are_no_accounts(lab: Lab) -> None:
    ssm = lab.client("ssm")
    parameter = ssm.get_parameter(Name=f"{FRANKFURT}/domain")["Parameter"]
    assert parameter["ARN"] == f"arn:aws:ssm:eu-central-1::parameter{FRANKFURT}/domain"
    assert lab.client("ssm", account=PARTNER).get_parameter(Name=f"{FRANKFURT}/domain")["Parameter"] == parameter
    ssm.put_parameter(Name="/app/a", Value="1", Type="String")
    assert [found["Name"] for found in ssm.describe_parameters()["Parameters"]] == ["/app/a"]
    assert below(lab, "/", Recursive=True) == ["1"]


@pytest.mark.parametrize("region", ["us-east-1", "eu-central-1", "mx-central-1", "af-south-1"])
def test_every_parameter_of_an_image_names_one_that_is_there(lab: Lab, region: str) -> None:
    ids = {image["ImageId"] for image in lab.client("ec2", region=region).describe_images()["Images"]}
    named = {value(lab, name, region) for name, _, _ in images.parameters(region)}
    assert named == ids
    assert len(ids) == len(images.WANTED) + 4


def test_ubuntus_images_are_canonicals(lab: Lab) -> None:
    image = value(lab, "/aws/service/canonical/ubuntu/server/24.04/stable/current/amd64/hvm/ebs-gp3/ami-id")
    found = lab.client("ec2").describe_images(Owners=[images.CANONICAL], ImageIds=[image])["Images"][0]
    assert (found["Architecture"], found["RootDeviceName"]) == ("x86_64", "/dev/sda1")
    assert "ubuntu-noble-24.04-amd64" in found["Name"]


def test_a_document_is_a_text(lab: Lab) -> None:
    recommended = value(lab, "/aws/service/ecs/optimized-ami/amazon-linux-2023/recommended")
    assert recommended.startswith("{") and '"image_id":"ami-' in recommended
